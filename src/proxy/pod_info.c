#include "proxy/pod_info.h"
#include "base/buffer.h"
#include "base/number.h"

/* Escapes of Go's strings that stand for one character. */
static const struct {
    char letter, byte;
} simple_escapes[] = {{'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'}, {'r', '\r'},
                      {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'}};

/* Those that are a number: so many digits of this base behind the letter. Octal ones have none. */
static const struct {
    char letter;
    unsigned digits, base;
    bool is_rune;
} number_escapes[] = {{'x', 2, 16, false}, {'u', 4, 16, true}, {'U', 8, 16, true}};

struct unquoting {
    struct slice rest; /* behind the backslash */
    char *out;
    size_t length;
};

static bool number_unescape(struct unquoting *at, struct slice digits, unsigned base, bool is_rune)
{
    uint64_t number;
    if (!number_parse_base(digits, base, &number) || number > (is_rune ? 0x10ffffU : 0xffU) ||
        (is_rune && number >= 0xd800 && number < 0xe000))
        return false;
    if (!is_rune) {
        at->out[at->length++] = (char)number;
        return true;
    }
    _cleanup_(buffer_done) struct buffer rune = BUFFER_INIT(8);
    buffer_add_rune(&rune, (unsigned)number);
    memcpy(at->out + at->length, rune.bytes, rune.length); /* never longer than the escape */
    at->length += rune.length;
    return true;
}

/* At what stands behind a backslash; takes it off. */
static bool unescape(struct unquoting *at)
{
    struct slice rest = at->rest;
    if (!rest.length)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(simple_escapes); i++) {
        if (rest.bytes[0] != simple_escapes[i].letter)
            continue;
        at->out[at->length++] = simple_escapes[i].byte;
        at->rest = slice_from_offset(rest, 1);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(number_escapes); i++) {
        size_t end = 1 + number_escapes[i].digits;
        if (rest.bytes[0] != number_escapes[i].letter)
            continue;
        at->rest = slice_from_offset(rest, end);
        return rest.length >= end &&
               number_unescape(at, slice_range(rest, 1, end), number_escapes[i].base, number_escapes[i].is_rune);
    }
    at->rest = slice_from_offset(rest, 3);
    return rest.length >= 3 && number_unescape(at, slice_range(rest, 0, 3), 8, false);
}

/* A quoted text without its quotes. False with *ret_at, the byte where it stops being one. */
static bool unquote(struct arena *arena, struct slice quoted, struct slice *ret, size_t *ret_at)
{
    *ret_at = 0;
    if (quoted.length < 2 || quoted.bytes[0] != '"')
        return false;
    *ret_at = quoted.length - 1;
    if (quoted.bytes[quoted.length - 1] != '"')
        return false;
    struct slice inner = slice_range(quoted, 1, quoted.length - 1);
    struct unquoting at = {.rest = inner, .out = arena_take(arena, inner.length + 1)};
    while (at.rest.length) {
        *ret_at = quoted.length - 1 - at.rest.length;
        char byte = at.rest.bytes[0];
        at.rest = slice_from_offset(at.rest, 1);
        if (byte == '"' || (byte == '\\' && !unescape(&at)))
            return false;
        if (byte != '\\')
            at.out[at.length++] = byte;
    }
    at.out[at.length] = 0;
    *ret = (struct slice){at.out, at.length};
    return true;
}

bool pod_info_parse(struct arena *arena, const struct source *source, struct pod_info *ret, struct error *error)
{
    size_t lines = 1, count = 0;
    for (size_t i = 0; i < source->text.length; i++)
        lines += source->text.bytes[i] == '\n';
    struct pod_info_entry *entries = arena_new(arena, struct pod_info_entry, lines);
    struct slice_splitter splitter = {.rest = source->text};
    for (struct slice line; slice_split(&splitter, '\n', &line);) {
        size_t equals = slice_find_byte(line, '='), at;
        if (equals == SLICE_NONE)
            continue;
        struct pod_info_entry *entry = &entries[count];
        entry->key = slice_range(line, 0, equals);
        if (!unquote(arena, slice_from_offset(line, equals + 1), &entry->value, &at))
            return error_at(error, ERROR_SYNTAX, source, (size_t)(line.bytes - source->text.bytes) + equals + 1 + at,
                            "\"%.*s\": want a value in quotes, as Go's %%q writes it", SLICE_ARGS(entry->key));
        count++;
    }
    *ret = (struct pod_info){entries, count};
    return true;
}

struct slice pod_info_get(const struct pod_info *info, struct slice key, bool *ret_found)
{
    for (size_t i = info->count; i > 0; i--) {
        if (!slice_equal(info->entries[i - 1].key, key))
            continue;
        if (ret_found)
            *ret_found = true;
        return info->entries[i - 1].value;
    }
    if (ret_found)
        *ret_found = false;
    return (struct slice){"", 0};
}
