#include "base/memory.h"
#include "base/number.h"
#include "tree/yaml.h"
#include "tree/yaml_order.h"
#include "tree/yaml_text.h"
#include <math.h>

/* Recursion is bounded by the height that trees may have. */
struct writer {
    struct buffer *out;
    enum yaml_style style;
    size_t line_start; /* in the buffer */
};

enum { INDENT = 2, SORT_IN_PLACE_MAX = 32 };

static void end_line(struct writer *writer)
{
    buffer_add_byte(writer->out, '\n');
    writer->line_start = writer->out->length;
}

/* ---- numbers ---- */

/* sigs.k8s.io/yaml goes by way of JSON: 1e6 is written there as 1000000 and so becomes an integer, as long as it fits
 * 64 bits; what stays a float is printed by go-yaml. */
static void write_float(struct buffer *out, double number)
{
    if (isnan(number)) {
        buffer_add_literal(out, ".nan");
        return;
    }
    if (isinf(number)) {
        buffer_add_slice(out, number < 0 ? SLICE("-.inf") : SLICE(".inf"));
        return;
    }
    char text[NUMBER_TEXT_MAX];
    struct slice json = {text, number_format_double(number, NUMBER_JSON, text)};
    int64_t integer;
    uint64_t natural;
    if (number_parse_i64(json, &integer))
        json.length = number_format_i64(integer, text);
    else if (!number_parse_u64(json, &natural))
        json.length = number_format_double(number, NUMBER_G, text);
    buffer_add_slice(out, json);
}

static void write_integer(struct buffer *out, int64_t integer)
{
    char text[NUMBER_TEXT_MAX];
    buffer_add(out, text, number_format_i64(integer, text));
}

/* ---- nodes ---- */

/* How a node starts: behind what stands on its line already. */
enum start {
    START_DOCUMENT, /* nothing */
    START_ITEM,     /* "-", or the ":" of a key in the long form: collections start on the same line */
    START_VALUE,    /* "key:": collections start on a line of their own, list dashes at the key's level */
};

static void write_node(struct writer *writer, const struct tree *node, size_t indent, enum start start);

static void write_text(struct writer *writer, struct slice text, size_t indent, bool may_fold)
{
    struct yaml_place place = {indent, writer->line_start, may_fold && (writer->style & YAML_FOLD)};
    if (yaml_text_write(writer->out, text, &place))
        writer->line_start = writer->out->length;
    else
        end_line(writer);
}

static void write_scalar(struct writer *writer, const struct tree *node, size_t indent)
{
    switch ((enum tree_kind)node->kind) {
    case TREE_STRING:
        write_text(writer, node->string, indent, true);
        return;
    case TREE_NULL:
        buffer_add_literal(writer->out, "null");
        break;
    case TREE_BOOL:
        buffer_add_slice(writer->out, node->boolean ? SLICE("true") : SLICE("false"));
        break;
    case TREE_INT:
        write_integer(writer->out, node->integer);
        break;
    case TREE_FLOAT:
        /* Sorted is what Go prints of its own maps, which hold such numbers as float64. */
        if (node->digits.length && !(writer->style & YAML_SORT_KEYS))
            buffer_add_slice(writer->out, node->digits);
        else
            write_float(writer->out, node->number);
        break;
    case TREE_LIST:
        buffer_add_literal(writer->out, "[]");
        break;
    case TREE_MAP:
        buffer_add_literal(writer->out, "{}");
        break;
    }
    end_line(writer);
}

static void write_list(struct writer *writer, const struct tree *list, size_t indent, bool on_line)
{
    for (size_t i = 0; i < list->list.count; i++) {
        if (i > 0 || !on_line)
            buffer_add_repeated(writer->out, ' ', indent);
        buffer_add_literal(writer->out, "- ");
        write_node(writer, list->list.items[i], indent + INDENT, START_ITEM);
    }
}

static void write_entry(struct writer *writer, const struct tree_entry *entry, size_t indent)
{
    if (yaml_text_fits_key(entry->key)) {
        struct yaml_place place = {indent + INDENT, writer->line_start, false};
        if (slice_equal(entry->key, SLICE("<<")))
            buffer_add_literal(writer->out, "\"<<\""); /* go-yaml writes it plain, and takes it for a merge key then */
        else
            yaml_text_write(writer->out, entry->key, &place);
        buffer_add_byte(writer->out, ':');
        write_node(writer, entry->value, indent, START_VALUE);
        return;
    }
    buffer_add_literal(writer->out, "? ");
    write_text(writer, entry->key, indent + INDENT, true);
    buffer_add_repeated(writer->out, ' ', indent);
    buffer_add_literal(writer->out, ": ");
    write_node(writer, entry->value, indent + INDENT, START_ITEM);
}

static void write_entries(struct writer *writer, const struct tree_entry *const *entries, size_t count, size_t indent,
                          bool on_line)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 || !on_line)
            buffer_add_repeated(writer->out, ' ', indent);
        write_entry(writer, entries[i], indent);
    }
}

static bool is_sorted(const struct tree *map)
{
    for (size_t i = 1; i < map->map.count; i++) {
        if (yaml_order_less(map->map.entries[i].key, map->map.entries[i - 1].key))
            return false;
    }
    return true;
}

/* Any order relation will do, even one that is none: the sorter ends whatever it answers. */
static void sort_entries(const struct tree_entry **entries, const struct tree_entry **spare, size_t count)
{
    if (count <= SORT_IN_PLACE_MAX) {
        for (size_t i = 1; i < count; i++) {
            const struct tree_entry *entry = entries[i];
            size_t at = i;
            for (; at > 0 && yaml_order_less(entry->key, entries[at - 1]->key); at--)
                entries[at] = entries[at - 1];
            entries[at] = entry;
        }
        return;
    }
    size_t middle = count / 2, left = 0, right = middle;
    sort_entries(entries, spare, middle);
    sort_entries(entries + middle, spare, count - middle);
    memcpy(spare, entries, count * sizeof(*spare));
    for (size_t i = 0; i < count; i++) {
        bool take_right = right < count && (left == middle || yaml_order_less(spare[right]->key, spare[left]->key));
        entries[i] = take_right ? spare[right++] : spare[left++];
    }
}

static void write_sorted(struct writer *writer, const struct tree *map, size_t indent, bool on_line)
{
    size_t count = map->map.count;
    const struct tree_entry *few[SORT_IN_PLACE_MAX];
    _cleanup_(memory_free) const struct tree_entry **many = NULL;
    const struct tree_entry **entries = few;
    if (count > SORT_IN_PLACE_MAX)
        entries = many = memory_new(count * 2, sizeof *many);
    for (size_t i = 0; i < count; i++)
        entries[i] = &map->map.entries[i];
    sort_entries(entries, entries + count, count);
    write_entries(writer, entries, count, indent, on_line);
}

static void write_map(struct writer *writer, const struct tree *map, size_t indent, bool on_line)
{
    if ((writer->style & YAML_SORT_KEYS) && !is_sorted(map)) {
        write_sorted(writer, map, indent, on_line);
        return;
    }
    for (size_t i = 0; i < map->map.count && !writer->out->overflowed; i++) {
        if (i > 0 || !on_line)
            buffer_add_repeated(writer->out, ' ', indent);
        write_entry(writer, &map->map.entries[i], indent);
    }
}

/* `indent` is the level of the container's entries; behind a key, that of the key. */
static void write_node(struct writer *writer, const struct tree *node, size_t indent, enum start start)
{
    bool is_block = tree_count(node) > 0;
    if (start == START_VALUE) {
        if (is_block)
            end_line(writer);
        else
            buffer_add_byte(writer->out, ' ');
    }
    if (!is_block)
        write_scalar(writer, node, start == START_ITEM ? indent : indent + INDENT);
    else if (node->kind == TREE_LIST)
        write_list(writer, node, indent, start == START_ITEM);
    else
        write_map(writer, node, start == START_VALUE ? indent + INDENT : indent, start == START_ITEM);
}

void yaml_write(struct buffer *out, const struct tree *tree, enum yaml_style style)
{
    struct writer writer = {out, style, out->length};
    write_node(&writer, tree, 0, START_DOCUMENT);
}
