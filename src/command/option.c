#include "command/option.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include <stdlib.h>

enum { WORD_MAX = 64, HELP_COLUMN = 34 };

struct parser {
    struct arena *arena;
    const struct option *options;
    void *values;
    struct option_rest *ignored; /* for flags that the table does not have; NULL: they are errors */
    struct error *error;
};

static const struct option *option_by_name(const struct option *options, struct slice name)
{
    for (; options->name; options++) {
        if (slice_equal(slice_from(options->name), name))
            return options;
    }
    return NULL;
}

static const struct option *option_by_letter(const struct option *options, char letter)
{
    for (; options->name; options++) {
        if (options->letter && options->letter == letter)
            return options;
    }
    return NULL;
}

/* ---- the word that was meant ---- */

/* Levenshtein's distance, ASCII letters of either case alike. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[WORD_MAX + 1];
    for (size_t i = 0; i <= b_length; i++)
        row[i] = i;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t substituted = diagonal + ((a[i - 1] | 0x20) != (b[j - 1] | 0x20));
            diagonal = row[j];
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = substituted < least ? substituted : least;
        }
    }
    return row[b_length];
}

const char *option_nearest(const char *word, const char *const *words)
{
    const char *nearest = NULL;
    size_t length = strlen(word), least = length / 3 + 1;
    if (length > WORD_MAX)
        return NULL;
    for (; *words; words++) {
        size_t other = strlen(*words);
        size_t apart = other > WORD_MAX ? least + 1 : distance(word, length, *words, other);
        if (apart <= least && (!nearest || apart < least)) {
            nearest = *words;
            least = apart;
        }
    }
    return nearest;
}

static bool fail_unknown(const struct parser *parser, struct slice name)
{
    const char *words[WORD_MAX + 1];
    size_t count = 0;
    for (const struct option *option = parser->options; option->name && count < WORD_MAX; option++)
        words[count++] = option->name;
    words[count] = NULL;
    const char *meant = option_nearest(arena_copy(parser->arena, name).bytes, words);
    if (meant)
        return error_set(parser->error, ERROR_USAGE, (struct position){0}, "unknown flag --%.*s; did you mean --%s?",
                         SLICE_ARGS(name), meant);
    return error_set(parser->error, ERROR_USAGE, (struct position){0}, "unknown flag --%.*s", SLICE_ARGS(name));
}

/* ---- values ---- */

static bool fail_value(const struct parser *parser, const struct option *option, struct slice value,
                       const char *expected)
{
    return error_set(parser->error, ERROR_USAGE, (struct position){0}, "--%s: \"%.*s\" is not %s", option->name,
                     SLICE_ARGS(value), expected);
}

static void texts_add(const struct parser *parser, struct option_texts *texts, struct slice value)
{
    const char **items = arena_new(parser->arena, const char *, texts->count + 1);
    if (texts->count)
        memcpy(items, texts->items, texts->count * sizeof *items);
    items[texts->count++] = arena_copy(parser->arena, value).bytes;
    texts->items = items;
}

static bool value_set(const struct parser *parser, const struct option *option, struct slice value)
{
    void *place = (char *)parser->values + option->offset;
    switch (option->kind) {
    case OPTION_TEXT:
        *(struct slice *)place = value;
        return true;
    case OPTION_TEXTS:
        texts_add(parser, place, value);
        return true;
    case OPTION_SWITCH:
        return number_parse_bool(value, place) || fail_value(parser, option, value, "true or false");
    case OPTION_NUMBER:
        return number_parse_i64(value, place) || fail_value(parser, option, value, "a whole number");
    }
    return false;
}

static bool fail_missing(const struct parser *parser, const struct option *option)
{
    return error_set(parser->error, ERROR_USAGE, (struct position){0}, "--%s wants a value: --%s %s", option->name,
                     option->name, option->argument ? option->argument : "VALUE");
}

/* A flag that the table does not have: Left out with the word
 * behind it, if that can be its value: whether it has one is not known. */
static bool ignore(const struct parser *parser, char **argv, int argc, int *index, bool has_value)
{
    parser->ignored->items[parser->ignored->count++] = argv[*index];
    if (!has_value && *index + 1 < argc && argv[*index + 1][0] != '-')
        ++*index;
    return true;
}

/* "--name", "--name=value" or "--name" "value"; *index is at the word, afterwards at its last part. */
static bool long_read(const struct parser *parser, char **argv, int argc, int *index)
{
    struct slice word = slice_from(argv[*index] + 2);
    size_t equals = slice_find_byte(word, '=');
    struct slice name = slice_range(word, 0, equals);
    const struct option *option = option_by_name(parser->options, name);
    if (!option && parser->ignored)
        return ignore(parser, argv, argc, index, equals != SLICE_NONE);
    if (!option)
        return fail_unknown(parser, name);
    if (equals != SLICE_NONE)
        return value_set(parser, option, slice_from_offset(word, equals + 1));
    if (option->kind == OPTION_SWITCH)
        return value_set(parser, option, SLICE("true"));
    if (*index + 1 >= argc)
        return fail_missing(parser, option);
    return value_set(parser, option, slice_from(argv[++*index]));
}

/* "-n value", "-nvalue", "-n=value", and switches in a row: "-Rn value". */
static bool short_read(const struct parser *parser, char **argv, int argc, int *index)
{
    const char *at = argv[*index] + 1;
    for (; *at; at++) {
        const struct option *option = option_by_letter(parser->options, *at);
        if (!option && parser->ignored)
            return ignore(parser, argv, argc, index, at[1] != 0);
        if (!option)
            return error_set(parser->error, ERROR_USAGE, (struct position){0}, "unknown flag -%c in %s", *at,
                             argv[*index]);
        if (at[1] == '=')
            return value_set(parser, option, slice_from(at + 2));
        if (option->kind != OPTION_SWITCH) {
            if (at[1])
                return value_set(parser, option, slice_from(at + 1));
            if (*index + 1 >= argc)
                return fail_missing(parser, option);
            return value_set(parser, option, slice_from(argv[++*index]));
        }
        if (!value_set(parser, option, SLICE("true")))
            return false;
    }
    return true;
}

static bool variables_read(const struct parser *parser, option_environment environment)
{
    for (const struct option *option = parser->options; option->name; option++) {
        const char *value = option->variable ? environment(option->variable) : NULL;
        if (value && *value && !value_set(parser, option, slice_from(value)))
            return error_wrap(parser->error, "environment variable %s", option->variable);
    }
    return true;
}

static bool parse(const struct parser *parser, int argc, char **argv, option_environment environment,
                  struct option_rest *ret_rest)
{
    struct option_rest rest = {.items = arena_new(parser->arena, const char *, (size_t)argc + 1)};
    if (!variables_read(parser, environment))
        return false;
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (only_arguments || word[0] != '-' || !word[1]) {
            rest.items[rest.count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0)
            only_arguments = true;
        else if (!(word[1] == '-' ? long_read(parser, argv, argc, &i) : short_read(parser, argv, argc, &i)))
            return false;
    }
    *ret_rest = rest;
    return true;
}

bool option_parse(struct arena *arena, const struct option *options, int argc, char **argv,
                  option_environment environment, void *values, struct option_rest *ret_rest, struct error *error)
{
    const struct parser parser = {arena, options, values, NULL, error};
    return parse(&parser, argc, argv, environment, ret_rest);
}

bool option_parse_known(struct arena *arena, const struct option *options, int argc, char **argv,
                        option_environment environment, void *values, struct option_rest *ret_rest,
                        struct option_rest *ret_ignored, struct error *error)
{
    struct option_rest ignored = {.items = arena_new(arena, const char *, (size_t)argc + 1)};
    const struct parser parser = {arena, options, values, &ignored, error};
    bool done = parse(&parser, argc, argv, environment, ret_rest);
    if (done)
        *ret_ignored = ignored;
    return done;
}

bool option_wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

void option_help(struct buffer *out, const struct option *options)
{
    for (; options->name; options++) {
        if (!options->help)
            continue;
        size_t start = out->length;
        if (options->letter)
            buffer_format(out, "  -%c, --%s", options->letter, options->name);
        else
            buffer_format(out, "      --%s", options->name);
        if (options->argument)
            buffer_format(out, " %s", options->argument);
        size_t width = out->length - start;
        if (width + 2 > HELP_COLUMN) {
            buffer_add_byte(out, '\n');
            width = 0;
        }
        buffer_add_repeated(out, ' ', HELP_COLUMN - width);
        buffer_format(out, "%s", options->help);
        if (options->variable)
            buffer_format(out, " ($%s)", options->variable);
        buffer_add_byte(out, '\n');
    }
}
