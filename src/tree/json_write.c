#include "base/memory.h"
#include "base/number.h"
#include "base/rune.h"
#include "tree/json.h"
#include <math.h>
#include <stdlib.h>

/* What stands for itself in a string; the rest is escaped. With JSON_GO_HTML also not <, >, &. */
static bool is_ordinary(unsigned char byte, enum json_style style)
{
    if (byte < ' ' || byte == '"' || byte == '\\' || byte >= 0x80)
        return false;
    return !(style & JSON_GO_HTML) || (byte != '<' && byte != '>' && byte != '&');
}

static inline uint64_t load_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The first four bytes and the last four of a text of four to eight. */
static inline uint64_t load_halves(struct slice text)
{
    uint32_t first, last;
    memcpy(&first, text.bytes, sizeof first);
    memcpy(&last, text.bytes + text.length - sizeof last, sizeof last);
    return first | (uint64_t)last << 32;
}

#define EACH_BYTE(byte) (0x0101010101010101u * (byte))
/* Of eight bytes below 0x80, the highest bit of each that is less than `byte` (or is it): subtracting takes it from the
 * one above. Others may follow behind such a byte, but there are none without. */
#define LESS(word, byte) ((word) - EACH_BYTE(byte))
#define SAME(word, byte) LESS((word) ^ EACH_BYTE(byte), 1)

/* Whether all eight bytes are ordinary. */
static inline bool is_ordinary_word(uint64_t word, enum json_style style)
{
    uint64_t found = word | LESS(word, ' ') | SAME(word, '"') | SAME(word, '\\');
    if (style & JSON_GO_HTML)
        found |= SAME(word, '<') | SAME(word, '>') | SAME(word, '&');
    return !(found & EACH_BYTE(0x80));
}

/* How many ordinary bytes `text` starts with. Nearly all texts have no others. */
static size_t ordinary_length(struct slice text, enum json_style style)
{
    enum { WORD = sizeof(uint64_t) };
    size_t at = 0;
    if (text.length >= WORD) {
        while (at + WORD <= text.length && is_ordinary_word(load_word(text.bytes + at), style))
            at += WORD;
        /* The rest, with some of what has been looked at already. */
        if (at + WORD > text.length && is_ordinary_word(load_word(text.bytes + text.length - WORD), style))
            return text.length;
    } else if (text.length >= WORD / 2 && is_ordinary_word(load_halves(text), style)) {
        return text.length;
    }
    while (at < text.length && is_ordinary((unsigned char)text.bytes[at], style))
        at++;
    return at;
}

static void write_escape(struct buffer *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    switch (byte) {
    case '"':
        buffer_add_literal(out, "\\\"");
        return;
    case '\\':
        buffer_add_literal(out, "\\\\");
        return;
    case '\n':
        buffer_add_literal(out, "\\n");
        return;
    case '\r':
        buffer_add_literal(out, "\\r");
        return;
    case '\t':
        buffer_add_literal(out, "\\t");
        return;
    case '\b':
        buffer_add_literal(out, "\\b");
        return;
    case '\f':
        buffer_add_literal(out, "\\f");
        return;
    default:
        buffer_add(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
    }
}

/* The rune that starts at `at`; gives the offset behind it. U+2028 and U+2029 end lines in JavaScript, so Go escapes
 * them. */
static size_t write_rune(struct buffer *out, struct slice text, size_t at, enum json_style style)
{
    size_t length;
    unsigned rune = rune_decode(slice_from_offset(text, at), &length);
    if (rune == RUNE_INVALID && length == 1)
        buffer_add_literal(out, "\\ufffd");
    else if ((style & JSON_GO_HTML) && (rune == 0x2028 || rune == 0x2029))
        buffer_add(out, rune == 0x2028 ? "\\u2028" : "\\u2029", 6);
    else
        buffer_add(out, text.bytes + at, length);
    return at + length;
}

void json_write_string(struct buffer *out, struct slice text, enum json_style style)
{
    size_t length = ordinary_length(text, style);
    char *room = length == text.length && length < SIZE_MAX - 2 ? buffer_room(out, length + 2) : NULL;
    if (LIKELY(room != NULL)) {
        room[0] = '"';
        if (length)
            memcpy(room + 1, text.bytes, length);
        room[length + 1] = '"';
        out->length += length + 2;
        return;
    }
    buffer_add_byte(out, '"');
    for (size_t at = 0; at < text.length;) {
        length = ordinary_length(slice_from_offset(text, at), style);
        buffer_add(out, text.bytes + at, length);
        at += length;
        if (at == text.length)
            break;
        if ((unsigned char)text.bytes[at] < 0x80)
            write_escape(out, (unsigned char)text.bytes[at++]);
        else
            at = write_rune(out, text, at, style);
    }
    buffer_add_byte(out, '"');
}

static void write_line_start(struct buffer *out, enum json_style style, unsigned level)
{
    if (!(style & JSON_INDENT))
        return;
    buffer_add_byte(out, '\n');
    buffer_add_repeated(out, ' ', (size_t)level * 2);
}

static int entry_compare(const void *a, const void *b)
{
    const struct tree_entry *const *first = a, *const *second = b;
    return slice_compare((*first)->key, (*second)->key);
}

static void write_tree(struct buffer *out, const struct tree *tree, enum json_style style, unsigned level);

static void write_entry(struct buffer *out, const struct tree_entry *entry, bool is_first, enum json_style style,
                        unsigned level)
{
    if (!is_first)
        buffer_add_byte(out, ',');
    write_line_start(out, style, level + 1);
    json_write_string(out, entry->key, style);
    buffer_add_byte(out, ':');
    if (style & JSON_INDENT)
        buffer_add_byte(out, ' ');
    write_tree(out, entry->value, style, level + 1);
}

static void write_map_sorted(struct buffer *out, const struct tree *map, enum json_style style, unsigned level)
{
    enum { FEW = 64 };
    const struct tree_entry *few[FEW];
    _cleanup_(memory_free) const struct tree_entry **many = NULL;
    const struct tree_entry **entries = few;
    if (map->map.count > FEW)
        entries = many = memory_new(map->map.count, sizeof *many);
    for (size_t i = 0; i < map->map.count; i++)
        entries[i] = &map->map.entries[i];
    qsort(entries, map->map.count, sizeof *entries, entry_compare);
    for (size_t i = 0; i < map->map.count && !out->overflowed; i++)
        write_entry(out, entries[i], i == 0, style, level);
}

static void write_map(struct buffer *out, const struct tree *map, enum json_style style, unsigned level)
{
    buffer_add_byte(out, '{');
    if (style & JSON_SORT_KEYS) {
        write_map_sorted(out, map, style, level);
    } else {
        for (size_t i = 0; i < map->map.count && !out->overflowed; i++)
            write_entry(out, &map->map.entries[i], i == 0, style, level);
    }
    if (map->map.count)
        write_line_start(out, style, level);
    buffer_add_byte(out, '}');
}

static void write_list(struct buffer *out, const struct tree *list, enum json_style style, unsigned level)
{
    buffer_add_byte(out, '[');
    for (size_t i = 0; i < list->list.count && !out->overflowed; i++) {
        if (i)
            buffer_add_byte(out, ',');
        write_line_start(out, style, level + 1);
        write_tree(out, list->list.items[i], style, level + 1);
    }
    if (list->list.count)
        write_line_start(out, style, level);
    buffer_add_byte(out, ']');
}

static void write_tree(struct buffer *out, const struct tree *tree, enum json_style style, unsigned level)
{
    char number[NUMBER_TEXT_MAX];
    switch ((enum tree_kind)tree->kind) {
    case TREE_NULL:
        buffer_add_literal(out, "null");
        return;
    case TREE_BOOL:
        buffer_add_slice(out, tree->boolean ? SLICE("true") : SLICE("false"));
        return;
    case TREE_INT:
        buffer_add(out, number, number_format_i64(tree->integer, number));
        return;
    case TREE_FLOAT:
        if (tree->digits.length)
            buffer_add_slice(out, tree->digits);
        else if (isfinite(tree->number))
            buffer_add(out, number, number_format_double(tree->number, NUMBER_JSON, number));
        else
            buffer_add_literal(out, "null");
        return;
    case TREE_STRING:
        json_write_string(out, tree->string, style);
        return;
    case TREE_LIST:
        write_list(out, tree, style, level);
        return;
    case TREE_MAP:
        write_map(out, tree, style, level);
    }
}

void json_write(struct buffer *out, const struct tree *tree, enum json_style style)
{
    write_tree(out, tree, style, 0);
}
