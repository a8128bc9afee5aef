/* trace.h - which way a connection's first packet goes through a set of rules: what the kernel would do, step by step.
 * Pure: the rules are a plan's or were read from a namespace before. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "capture/rule.h"

struct trace_packet {
    bool incoming;              /* from outside; else made here */
    struct network source;      /* version 0: not known, the kernel chooses */
    struct network destination; /* a host */
    uint16_t source_port, port; /* source_port 0: any that no rule names */
    uint32_t protocol;          /* IPPROTO_TCP or IPPROTO_UDP */
    uint32_t uid, gid;          /* of what is made here */
    struct slice interface;     /* incoming: where it comes in; else where it leaves, unless for this host */
};

struct trace_host {
    const struct ruleset *rules;     /* of the packet's family, at least */
    const struct network *addresses; /* this host's own, besides loopback */
    size_t address_count;
};

enum trace_end {
    TRACE_REDIRECTED, /* to a port of this host that it did not name: `port` */
    TRACE_HERE,       /* to the port it named, on this host */
    TRACE_LEAVES,     /* out of the host, untouched */
    TRACE_DROPPED,
    TRACE_REJECTED,
    TRACE_FORWARDED, /* came in and is not for this host */
};

struct trace_step {
    struct slice table, chain;
    const struct rule *rule; /* NULL: no rule of the chain applied */
    size_t number;           /* the rule's, from 1 in its chain */
    bool policy;             /* the chain's policy dropped it */
};

struct trace_result {
    enum trace_end end;
    uint16_t port;
    struct slice reason; /* why it ended so: of the rule that decided, or empty when none did */
    const struct rule
        *unknown; /* a rule that was met and is not understood; taken as if it did not apply. NULL: none */
    struct trace_step *steps;
    size_t step_count;
};

/* The steps live in the arena and point into the rules. */
struct trace_result trace_packet(struct arena *arena, const struct trace_host *host, const struct trace_packet *packet);

/* "redirected to 15001 (outbound)", "straight to the application: ...", ... in one line. */
void trace_end_print(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet);
/* Chain by chain, then the end. */
void trace_print(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet);
void trace_print_json(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet);
