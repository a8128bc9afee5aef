#include "kube/watch_event.h"
#include "tree/json.h"

static bool kind_find(struct slice type, enum watch_kind *ret_kind)
{
    static const struct {
        struct slice type;
        enum watch_kind kind;
    } kinds[] = {
        {SLICE_CONSTANT("ADDED"), WATCH_ADDED},       {SLICE_CONSTANT("MODIFIED"), WATCH_MODIFIED},
        {SLICE_CONSTANT("DELETED"), WATCH_DELETED},   {SLICE_CONSTANT("BOOKMARK"), WATCH_BOOKMARK},
        {SLICE_CONSTANT("ERROR"), WATCH_ERROR},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (slice_equal(kinds[i].type, type)) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

bool watch_event_read(struct arena *arena, struct slice line, struct watch_event *ret_event, struct error *error)
{
    struct source source = {.name = SLICE("a watch's event"), .text = line};
    struct watch_event event = {0};
    const struct tree *tree;
    if (!json_read(arena, &source, &tree, error))
        return false;
    struct slice type = tree_text(tree_get(tree, SLICE("type")));
    event.object = tree_get(tree, SLICE("object"));
    if (!kind_find(type, &event.kind) || !tree_is(event.object, TREE_MAP))
        return error_set(error, ERROR_VALUE, (struct position){.file = source.name},
                         "type \"%.*s\" with %s for an object: want ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, and an "
                         "object",
                         SLICE_ARGS(type), event.object ? tree_kind_name(event.object) : "nothing");
    if (event.kind == WATCH_ERROR) {
        const struct tree *code = tree_get(event.object, SLICE("code"));
        bool is_status = tree_is(code, TREE_INT) && code->integer >= 100 && code->integer < 1000;
        event.status = is_status ? (unsigned)code->integer : 500;
        event.message = tree_text(tree_get(event.object, SLICE("message")));
    } else {
        event.resource_version = tree_text(tree_at(event.object, "metadata", "resourceVersion"));
        if (!event.resource_version.length)
            return error_set(error, ERROR_VALUE, (struct position){.file = source.name},
                             "an object without metadata.resourceVersion");
    }
    *ret_event = event;
    return true;
}

static enum watch_feed line_end(struct watch_lines *lines, struct slice rest,
                                bool (*line)(void *context, struct slice line), void *context)
{
    struct slice whole = rest;
    if (lines->partial.length) {
        buffer_add_slice(&lines->partial, rest);
        whole = buffer_slice(&lines->partial);
    }
    if (lines->partial.overflowed || whole.length > lines->partial.limit)
        return WATCH_TOO_LONG;
    bool goes_on = !slice_trim(whole).length || line(context, whole);
    buffer_clear(&lines->partial);
    return goes_on ? WATCH_FED : WATCH_REFUSED;
}

enum watch_feed watch_lines_feed(struct watch_lines *lines, struct slice piece,
                                 bool (*line)(void *context, struct slice line), void *context)
{
    for (size_t end; (end = slice_find_byte(piece, '\n')) != SLICE_NONE; piece = slice_from_offset(piece, end + 1)) {
        enum watch_feed fed = line_end(lines, slice_range(piece, 0, end), line, context);
        if (fed != WATCH_FED)
            return fed;
    }
    buffer_add_slice(&lines->partial, piece);
    return lines->partial.overflowed ? WATCH_TOO_LONG : WATCH_FED;
}
