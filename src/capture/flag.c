#include "capture/flag.h"
#include "base/buffer.h"

struct parser {
    struct flag_table table;
    int argc;
    char *const *argv;
    int next; /* index of the next argument */
    flag_setter *setter;
    void *context;
};

static const struct position nowhere;

static bool find_by_name(const struct parser *parser, struct slice name, size_t *ret)
{
    for (size_t i = 0; i < parser->table.count; i++) {
        if (slice_equal(slice_from(parser->table.flags[i].name), name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool find_by_letter(const struct parser *parser, char letter, size_t *ret)
{
    for (size_t i = 0; i < parser->table.count; i++) {
        if (parser->table.flags[i].letter && parser->table.flags[i].letter == letter) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool value_next(struct parser *parser, struct slice *ret)
{
    if (parser->next >= parser->argc)
        return false;
    *ret = slice_from(parser->argv[parser->next++]);
    return true;
}

/* `body` is what stands behind the two dashes. */
static bool long_parse(struct parser *parser, struct slice body, struct error *error)
{
    size_t equals = slice_find_byte(body, '=');
    struct slice name = slice_range(body, 0, equals == SLICE_NONE ? body.length : equals), value;
    size_t index;
    if (name.length == 0)
        return error_set(error, ERROR_USAGE, nowhere, "\"--%.*s\": expected a flag's name behind \"--\"",
                         SLICE_ARGS(body));
    if (!find_by_name(parser, name, &index))
        return error_set(error, ERROR_USAGE, nowhere, "unknown flag: --%.*s", SLICE_ARGS(name));
    if (equals != SLICE_NONE)
        value = slice_from_offset(body, equals + 1);
    else if (parser->table.flags[index].kind == FLAG_SWITCH)
        value = SLICE("true");
    else if (!value_next(parser, &value))
        return error_set(error, ERROR_USAGE, nowhere, "flag --%.*s needs a value", SLICE_ARGS(name));
    return parser->setter(parser->context, index, value, error);
}

/* `letters` is what stands behind the dash: a cluster of switches, the last of which may take the rest as its value.
 * pflag, parseSingleShortArg: '=' separates only when something follows it. */
static bool short_parse(struct parser *parser, struct slice letters, struct error *error)
{
    while (letters.length) {
        char letter = letters.bytes[0];
        struct slice rest = slice_from_offset(letters, 1), value;
        size_t index;
        if (!find_by_letter(parser, letter, &index))
            return error_set(error, ERROR_USAGE, nowhere, "unknown flag: '%c' in -%.*s", letter, SLICE_ARGS(letters));
        bool is_switch = parser->table.flags[index].kind == FLAG_SWITCH;
        if (rest.length > 1 && rest.bytes[0] == '=') {
            value = slice_from_offset(rest, 1);
            rest.length = 0;
        } else if (is_switch) {
            value = SLICE("true");
        } else if (rest.length) {
            value = rest;
            rest.length = 0;
        } else if (!value_next(parser, &value)) {
            return error_set(error, ERROR_USAGE, nowhere, "flag -%c (--%s) needs a value", letter,
                             parser->table.flags[index].name);
        }
        if (!parser->setter(parser->context, index, value, error))
            return false;
        letters = rest;
    }
    return true;
}

bool flags_parse(struct flag_table table, struct arena *arena, int argc, char *const *argv, flag_setter *setter,
                 void *context, struct slice **ret_words, size_t *ret_word_count, struct error *error)
{
    struct parser parser = {table, argc, argv, 0, setter, context};
    struct slice *words = arena_new(arena, struct slice, (size_t)argc + 1), argument;
    size_t word_count = 0;
    bool only_words = false;
    while (value_next(&parser, &argument)) {
        if (only_words || argument.length < 2 || argument.bytes[0] != '-')
            words[word_count++] = argument;
        else if (slice_equal(argument, SLICE("--")))
            only_words = true;
        else if (argument.bytes[1] == '-') {
            if (!long_parse(&parser, slice_from_offset(argument, 2), error))
                return false;
        } else if (!short_parse(&parser, slice_from_offset(argument, 1), error)) {
            return false;
        }
    }
    *ret_words = words;
    *ret_word_count = word_count;
    return true;
}

void flags_help(struct flag_table table, struct buffer *out)
{
    enum { HELP_COLUMN = 52 };
    for (size_t i = 0; i < table.count; i++) {
        const struct flag *flag = &table.flags[i];
        if (!flag->help)
            continue;
        size_t start = out->length;
        if (flag->letter)
            buffer_format(out, "  -%c, ", flag->letter);
        else
            buffer_add_literal(out, "      ");
        buffer_format(out, "--%s%s%s", flag->name, flag->value ? " " : "", flag->value ? flag->value : "");
        size_t width = out->length - start;
        buffer_add_repeated(out, ' ', width < HELP_COLUMN ? HELP_COLUMN - width : 2);
        buffer_format(out, "%s\n", flag->help);
    }
}
