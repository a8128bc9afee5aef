#include "tree/yaml_build.h"
#include "base/number.h"
#include "tree/yaml_scalar.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>

/* An open container. Frames are kept for the next container of the same depth. */
struct yaml_frame {
    struct yaml_frame *outer, *inner;
    struct tree *node;
    struct slice key; /* of the value that comes next, when has_key */
    uint32_t key_offset;
    bool has_key, key_is_merge;
    struct tree *written; /* once there was a merge key: the keys that stand in the map itself */
};

struct yaml_duplicate {
    struct yaml_duplicate *next;
    struct slice key;
    uint32_t offset, first_offset;
};

void yaml_builder_init(struct yaml_builder *builder, struct arena *arena, const struct source *source,
                       struct error *error)
{
    *builder = (struct yaml_builder){.arena = arena, .source = source, .error = error};
}

static bool fail_value(struct yaml_builder *builder, uint32_t offset, const char *text)
{
    return error_at(builder->error, ERROR_VALUE, builder->source, offset, "%s", text);
}

/* ---- maps ---- */

static void note_duplicate(struct yaml_builder *builder, struct slice key, uint32_t offset, uint32_t first_offset)
{
    if (builder->duplicate_count++ >= YAML_WARNINGS_MAX)
        return;
    struct yaml_duplicate *duplicate = arena_take(builder->arena, sizeof *duplicate);
    *duplicate = (struct yaml_duplicate){.key = key, .offset = offset, .first_offset = first_offset};
    if (builder->newest_duplicate)
        builder->newest_duplicate->next = duplicate;
    else
        builder->duplicates = duplicate;
    builder->newest_duplicate = duplicate;
}

static void put_written(struct yaml_builder *builder, struct yaml_frame *frame, const struct tree *value)
{
    const struct tree_entry *first = tree_entry(frame->node, frame->key);
    if (!first) {
        tree_put_new(builder->arena, frame->node, frame->key, frame->key_offset, value);
    } else {
        if (!frame->written || tree_entry(frame->written, frame->key))
            note_duplicate(builder, frame->key, frame->key_offset, first->key_offset);
        else
            ((struct tree_entry *)first)->key_offset = frame->key_offset;
        tree_put(builder->arena, frame->node, frame->key, value);
    }
    if (frame->written)
        tree_put(builder->arena, frame->written, frame->key, &tree_null_node);
}

/* go-yaml v2 writes a merged map's values over the keys above it; keys below it win over the merged ones. */
static void merge_map(struct yaml_builder *builder, struct tree *into, const struct tree *map)
{
    for (size_t i = 0; i < map->map.count; i++)
        tree_put_at(builder->arena, into, map->map.entries[i].key, map->map.entries[i].key_offset,
                    map->map.entries[i].value);
}

static bool merge(struct yaml_builder *builder, struct yaml_frame *frame, const struct tree *value, bool is_alias)
{
    static const char expected[] = "a merge key (<<) takes a map or a list of maps";
    if (!frame->written)
        frame->written = tree_copy_shallow(builder->arena, frame->node);
    if (value->kind == TREE_MAP) {
        merge_map(builder, frame->node, value);
        return true;
    }
    if (value->kind != TREE_LIST || is_alias)
        return fail_value(builder, frame->key_offset, expected);
    for (size_t i = value->list.count; i-- > 0;) {
        if (value->list.items[i]->kind != TREE_MAP)
            return fail_value(builder, frame->key_offset, expected);
        merge_map(builder, frame->node, value->list.items[i]);
    }
    return true;
}

/* A key that is no string becomes the text that sigs.k8s.io/yaml makes of it (yaml.go, convertToJSONableObject). */
static bool key_text(struct yaml_builder *builder, const struct yaml_scalar *scalar, struct slice text,
                     uint32_t offset, struct slice *ret_key)
{
    char number[NUMBER_TEXT_MAX];
    switch (scalar->meaning) {
    case YAML_TEXT:
        *ret_key = text;
        return true;
    case YAML_BOOL:
        *ret_key = scalar->boolean ? SLICE("true") : SLICE("false");
        return true;
    case YAML_INT:
        *ret_key = arena_copy(builder->arena, (struct slice){number, number_format_i64(scalar->integer, number)});
        return true;
    case YAML_FLOAT:
        *ret_key = arena_copy(builder->arena, (struct slice){number, yaml_scalar_format_key(scalar->number, number)});
        return true;
    case YAML_NATURAL:
        return fail_value(builder, offset, "a key cannot be so large a number: put it in quotes");
    case YAML_NULL:
        break;
    }
    return fail_value(builder, offset, "a key cannot be null: put it in quotes");
}

static void set_key(struct yaml_frame *frame, struct slice key, uint32_t offset, bool is_merge)
{
    frame->key = key;
    frame->key_offset = offset;
    frame->has_key = true;
    frame->key_is_merge = is_merge;
}

/* ---- nodes ---- */

/* A complete value takes its place in the container around it. */
static bool deliver(struct yaml_builder *builder, const struct tree *node, bool is_alias)
{
    struct yaml_frame *frame = builder->frame;
    if (!frame) {
        builder->root = node;
        return true;
    }
    if (tree_is_too_deep(node))
        return error_at(builder->error, ERROR_LIMIT, builder->source, node->offset, "nested deeper than %d",
                        TREE_HEIGHT_MAX);
    if (frame->node->kind == TREE_LIST) {
        tree_append(builder->arena, frame->node, node);
        return true;
    }
    assert(frame->has_key);
    frame->has_key = false;
    if (frame->key_is_merge)
        return merge(builder, frame, node, is_alias);
    put_written(builder, frame, node);
    return true;
}

static bool expects_key(const struct yaml_builder *builder)
{
    return builder->frame && builder->frame->node->kind == TREE_MAP && !builder->frame->has_key;
}

static void set_anchor(struct yaml_builder *builder, const struct yaml_properties *properties, const struct tree *node)
{
    if (!properties || !properties->anchor.bytes)
        return;
    if (!builder->anchors)
        builder->anchors = tree_map(builder->arena, 0);
    /* An open container does not know its height yet: this map must not take notice of it. */
    tree_put(builder->arena, builder->anchors, properties->anchor, node);
}

static int base64_digit(char byte)
{
    return byte >= 'A' && byte <= 'Z'   ? byte - 'A'
           : byte >= 'a' && byte <= 'z' ? byte - 'a' + 26
           : byte >= '0' && byte <= '9' ? byte - '0' + 52
           : byte == '+'                ? 62
           : byte == '/'                ? 63
                                        : -1;
}

/* RFC 4648 section 4, with padding; line ends between the digits do not count (Go's base64.StdEncoding). */
static bool decode_base64(struct arena *arena, struct slice text, struct slice *ret_bytes)
{
    char *bytes = arena_take(arena, text.length / 4 * 3 + 3);
    size_t length = 0, digits = 0, padding = 0;
    unsigned group = 0;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '\n' || byte == '\r')
            continue;
        int digit = base64_digit(byte);
        if (byte == '=' && digits % 4 >= 2)
            padding++;
        else if (digit < 0 || padding)
            return false;
        group = group << 6 | (unsigned)(digit < 0 ? 0 : digit);
        if (++digits % 4)
            continue;
        for (unsigned shift = 16, k = 0; k < 3 - padding; k++, shift -= 8)
            bytes[length++] = (char)(group >> shift);
        group = 0;
        if (padding)
            digits = 4;
    }
    if (digits % 4 || padding > 2)
        return false;
    *ret_bytes = (struct slice){bytes, length};
    return true;
}

static bool resolve(struct yaml_builder *builder, const struct yaml_properties *properties, struct slice *text,
                    bool is_plain, uint32_t offset, struct yaml_scalar *ret_scalar)
{
    if (!properties || !properties->tag.bytes) {
        *ret_scalar = is_plain ? yaml_scalar_resolve(*text) : (struct yaml_scalar){YAML_TEXT};
        return true;
    }
    enum yaml_tag tag = yaml_tag_find(properties->tag);
    if (!yaml_scalar_resolve_tagged(*text, tag, ret_scalar))
        return error_at(builder->error, ERROR_VALUE, builder->source, offset, "\"%.*s\" is no %s", SLICE_ARGS(*text),
                        yaml_tag_name(tag));
    if (tag == YAML_TAG_BINARY && !decode_base64(builder->arena, *text, text))
        return fail_value(builder, offset, "what is tagged !!binary is no base64");
    return true;
}

static bool build_key(struct yaml_builder *builder, const struct yaml_properties *properties, struct slice text,
                      const struct yaml_scalar *scalar, bool is_plain, uint32_t offset)
{
    bool is_merge =
        is_plain || (properties && properties->tag.bytes && yaml_tag_find(properties->tag) == YAML_TAG_MERGE);
    if (is_merge && slice_equal(text, SLICE("<<"))) {
        set_key(builder->frame, text, offset, true);
        return true;
    }
    struct slice key;
    if (!key_text(builder, scalar, text, offset, &key))
        return false;
    set_key(builder->frame, key, offset, false);
    return true;
}

static bool fill_scalar(struct yaml_builder *builder, struct tree *node, const struct yaml_scalar *scalar,
                        struct slice text)
{
    switch (scalar->meaning) {
    case YAML_TEXT:
        node->kind = TREE_STRING;
        node->string = text;
        return true;
    case YAML_NULL:
        node->kind = TREE_NULL;
        return true;
    case YAML_BOOL:
        node->kind = TREE_BOOL;
        node->boolean = scalar->boolean;
        return true;
    case YAML_INT:
        node->kind = TREE_INT;
        node->integer = scalar->integer;
        return true;
    case YAML_NATURAL:
        node->kind = TREE_FLOAT;
        node->number = (double)scalar->natural;
        node->digits = arena_format(builder->arena, "%llu", (unsigned long long)scalar->natural);
        return true;
    case YAML_FLOAT:
        node->kind = TREE_FLOAT;
        node->number = scalar->number;
        node->digits = (struct slice){0};
        return isfinite(scalar->number) ||
               fail_value(builder, node->offset, "infinities and .nan cannot be written as JSON: put it in quotes");
    }
    return false;
}

bool yaml_build_scalar(struct yaml_builder *builder, const struct yaml_properties *properties, struct slice text,
                       bool is_plain, uint32_t offset)
{
    struct yaml_scalar scalar;
    if (!resolve(builder, properties, &text, is_plain, offset, &scalar))
        return false;
    bool is_key = expects_key(builder);
    if (is_key && !build_key(builder, properties, text, &scalar, is_plain, offset))
        return false;
    if (is_key && (!properties || !properties->anchor.bytes))
        return true;
    struct tree *node = arena_take(builder->arena, sizeof *node);
    *node = (struct tree){.offset = offset, .plain = is_plain && scalar.meaning == YAML_TEXT};
    if (!fill_scalar(builder, node, &scalar, text))
        return false;
    set_anchor(builder, properties, node);
    return is_key || deliver(builder, node, false);
}

bool yaml_build_start(struct yaml_builder *builder, const struct yaml_properties *properties, enum tree_kind kind,
                      uint32_t offset)
{
    if (expects_key(builder))
        return fail_value(builder, offset, kind == TREE_MAP ? "a key cannot be a map: put it in quotes"
                                                            : "a key cannot be a list: put it in quotes");
    if (builder->depth >= TREE_HEIGHT_MAX)
        return error_at(builder->error, ERROR_LIMIT, builder->source, offset, "nested deeper than %d",
                        TREE_HEIGHT_MAX);
    struct yaml_frame *outer = builder->frame, *frame = outer ? outer->inner : NULL;
    if (!frame) {
        frame = arena_new(builder->arena, struct yaml_frame, 1);
        frame->outer = outer;
        if (outer)
            outer->inner = frame;
    }
    frame->node = kind == TREE_MAP ? tree_map(builder->arena, 0) : tree_list(builder->arena, 0);
    frame->node->offset = offset;
    frame->has_key = false;
    frame->written = NULL;
    set_anchor(builder, properties, frame->node);
    builder->frame = frame;
    builder->depth++;
    return true;
}

bool yaml_build_end(struct yaml_builder *builder)
{
    struct yaml_frame *frame = builder->frame;
    builder->frame = frame->outer;
    builder->depth--;
    return deliver(builder, frame->node, false);
}

static bool is_open(const struct yaml_builder *builder, const struct tree *node)
{
    for (const struct yaml_frame *frame = builder->frame; frame; frame = frame->outer) {
        if (frame->node == node)
            return true;
    }
    return false;
}

bool yaml_build_alias(struct yaml_builder *builder, struct slice name, uint32_t offset)
{
    const struct tree *node = tree_get(builder->anchors, name);
    if (!node)
        return error_at(builder->error, ERROR_VALUE, builder->source, offset, "no anchor &%.*s stands above here",
                        SLICE_ARGS(name));
    if (is_open(builder, node))
        return error_at(builder->error, ERROR_VALUE, builder->source, offset, "the value of &%.*s contains itself",
                        SLICE_ARGS(name));
    builder->alias_nodes += tree_weight(node, YAML_ALIAS_NODES_MAX - builder->alias_nodes);
    if (builder->alias_nodes > YAML_ALIAS_NODES_MAX)
        return error_at(builder->error, ERROR_LIMIT, builder->source, offset, "aliases expand to more than %d nodes",
                        YAML_ALIAS_NODES_MAX);
    if (!expects_key(builder))
        return deliver(builder, node, true);
    if (node->kind == TREE_MAP || node->kind == TREE_LIST)
        return fail_value(builder, offset, "a key cannot be a map or a list");
    struct yaml_scalar scalar = node->kind == TREE_NULL    ? (struct yaml_scalar){YAML_NULL}
                                : node->kind == TREE_BOOL  ? (struct yaml_scalar){YAML_BOOL, .boolean = node->boolean}
                                : node->kind == TREE_INT   ? (struct yaml_scalar){YAML_INT, .integer = node->integer}
                                : node->kind == TREE_FLOAT ? (struct yaml_scalar){YAML_FLOAT, .number = node->number}
                                                           : (struct yaml_scalar){YAML_TEXT};
    struct slice key;
    if (!key_text(builder, &scalar, tree_text(node), offset, &key))
        return false;
    set_key(builder->frame, key, offset, false);
    return true;
}

void yaml_build_warn(const struct yaml_builder *builder, const struct yaml_options *options)
{
    if (!options || !options->warn)
        return;
    for (const struct yaml_duplicate *duplicate = builder->duplicates; duplicate; duplicate = duplicate->next) {
        char text[256];
        snprintf(text, sizeof text, "key \"%.*s\" is already set at line %u",
                 (int)(duplicate->key.length < 160 ? duplicate->key.length : 160), duplicate->key.bytes,
                 source_position(builder->source, duplicate->first_offset).line);
        struct yaml_warning warning = {source_position(builder->source, duplicate->offset), text};
        options->warn(options->context, &warning);
    }
}
