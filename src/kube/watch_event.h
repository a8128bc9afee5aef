/* watch_event.h - the stream of a watch: a JSON object a line (Kubernetes, "API Concepts", "Efficient detection of
 * changes"). */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "tree/tree.h"

enum watch_kind { WATCH_ADDED, WATCH_MODIFIED, WATCH_DELETED, WATCH_BOOKMARK, WATCH_ERROR };

struct watch_event {
    enum watch_kind kind;
    const struct tree *object;     /* a Status where the kind is WATCH_ERROR */
    struct slice resource_version; /* of the object; empty for WATCH_ERROR */
    unsigned status;               /* WATCH_ERROR: as HTTP's, 410 for a version that is too old */
    struct slice message;          /* WATCH_ERROR: for people */
};

/* Reads one line into `arena`; the event borrows its bytes. Errors: ERROR_SYNTAX for no JSON, ERROR_VALUE for one that
 * is no event, or an object without a version. */
MUST_CHECK bool watch_event_read(struct arena *arena, struct slice line, struct watch_event *ret_event,
                                 struct error *error);

/* Cuts what comes into lines. Start with {.partial = BUFFER_INIT(the longest line)}. */
struct watch_lines {
    struct buffer partial; /* a line that has begun */
};
enum watch_feed { WATCH_FED, WATCH_REFUSED, WATCH_TOO_LONG };
/* Calls `line` for each that is complete and not empty, without its end; it may say no, which ends it. */
enum watch_feed watch_lines_feed(struct watch_lines *lines, struct slice piece,
                                 bool (*line)(void *context, struct slice line), void *context);
