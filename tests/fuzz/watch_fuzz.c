/* The lines of a stream, and the events in them, are the same however it was cut into pieces; an event has what its
 * kind promises. The same bytes as a plugin's answer are refused without being repeated. The first byte is the size of
 * the pieces. */
#include "kube/exec_plugin.h"
#include "kube/watch_event.h"
#include <stdlib.h>

enum { LONGEST = 4096 };

struct told {
    unsigned lines, events;
    size_t bytes;
    uint64_t mixed;
};

static bool on_line(void *context, struct slice line)
{
    struct told *told = context;
    struct arena arena = ARENA_INIT;
    struct watch_event event;
    struct error error = {0};
    if (!line.length || line.length > LONGEST || slice_find_byte(line, '\n') != SLICE_NONE)
        abort();
    told->lines++;
    told->bytes += line.length;
    for (size_t i = 0; i < line.length; i++)
        told->mixed = told->mixed * 31 + (unsigned char)line.bytes[i];
    if (watch_event_read(&arena, line, &event, &error)) {
        told->events++;
        if (!tree_is(event.object, TREE_MAP) || (event.kind == WATCH_ERROR ? event.status < 100 || event.status > 999
                                                                           : !event.resource_version.length))
            abort();
    } else if (!error.text[0]) {
        abort();
    }
    arena_done(&arena);
    return true;
}

static enum watch_feed feed_all(struct slice text, size_t size, struct told *told)
{
    struct watch_lines lines = {.partial = BUFFER_INIT(LONGEST)};
    enum watch_feed fed = WATCH_FED;
    for (size_t at = 0; at < text.length && fed == WATCH_FED; at += size)
        fed = watch_lines_feed(&lines, slice_range(text, at, at + size), on_line, told);
    buffer_done(&lines.partial);
    return fed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct slice text = {(const char *)data + 1, size - 1};
    struct told whole = {0}, cut = {0};
    enum watch_feed fed_whole = feed_all(text, text.length ? text.length : 1, &whole);
    enum watch_feed fed_cut = feed_all(text, (size_t)data[0] + 1, &cut);
    /* A line that is too long may be noticed before or after lines behind which it stands, but never missed. */
    if (fed_whole != fed_cut || whole.lines != cut.lines || whole.mixed != cut.mixed || whole.bytes != cut.bytes)
        abort();
    struct arena arena = ARENA_INIT;
    struct exec_answer answer;
    struct error error = {0};
    if (exec_answer_read(&arena, text, SLICE("client.authentication.k8s.io/v1"), &answer, &error)) {
        if (!answer.token.length && !answer.certificate.length)
            abort();
    } else if (!error.text[0] || error.quote[0]) {
        abort();
    }
    arena_done(&arena);
    return 0;
}
