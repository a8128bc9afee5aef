/* template.h - Go's text/template with sprig's and Istio's functions: parse once, execute many times. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "template/value.h"

struct template; /* parsed; constant, so that any number of threads may execute it at once */

enum template_dialect {
    TEMPLATE_ISTIO,     /* Go's functions, sprig 3's, and today's Istio's, which win over sprig's of the same name */
    TEMPLATE_ISTIO_1_0, /* Go's functions and the few that Istio 1.0 had; its delimiters were [[ and ]] */
};

struct template_options {
    struct slice left, right; /* the delimiters; empty: {{ and }} */
    enum template_dialect dialect;
};

/* Parses `source` into `arena`; both, and the source's bytes, must live as long as the template. `options` may be NULL.
 * Errors have the place and are ERROR_SYNTAX, or ERROR_LIMIT for parentheses nested too deep. */
MUST_CHECK bool template_parse(struct arena *arena, const struct source *source, const struct template_options *options,
                               const struct template **ret_template, struct error *error);

/* What an execution may use up; 0 stands for the default. The output is limited by its buffer. */
struct template_limits {
    uint64_t steps;      /* actions, calls and elements; default 10,000,000 */
    uint32_t call_depth; /* templates that call templates; default 100,000 as in Go */
    size_t text_bytes;   /* of one string that a function makes; default 10,000,000 */
    size_t items;        /* of one list that a function makes; default 1,000,000 */
    size_t memory_bytes; /* that the execution takes from its arena; default 512 MiB */
};

/* What an execution read of its root's members, when asked to note it: what template_reads_new (read.h) makes a key of.
 * Zeroed before the run; what it points at lives in the run's arena. */
struct read_place;
struct template_recording {
    struct read_place *places;
    uint32_t count, capacity;
    bool is_incomplete; /* the output depends on more: the clock, chance, which of two pointers it is */
};

/* The environment for {{ env }}: false when there is no such variable. */
typedef bool (*template_environment)(void *context, struct slice name, struct slice *ret_value);

struct template_run {
    /* The root: a struct with these members... */
    const struct template_member *members;
    size_t member_count;
    /* ...or, when there are none, this value. */
    struct template_value data;

    template_environment environment; /* NULL: every variable is unset */
    void *environment_context;
    int64_t now_seconds; /* since 1970, for {{ now }} and its kin */
    uint32_t now_nanoseconds;
    const struct tree *default_proxy_config; /* what protoToJSON leaves out of a ProxyConfig; NULL: nothing */
    struct template_limits limits;
    struct template_recording *recording; /* NULL: nobody wants to know. Only with members */
};

/* Appends the template's output to `out`. Memory comes from `arena`, which must not be shared with another thread, and
 * the data is never changed. Errors have the place in the template: ERROR_VALUE, or ERROR_LIMIT. What was written
 * before an error stays in `out`. */
MUST_CHECK bool template_execute(const struct template *parsed, const struct template_run *run, struct arena *arena,
                                 struct buffer *out, struct error *error);

