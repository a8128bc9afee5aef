/* connection.h - what a proxy says of a connection that has ended: a line of its access log (Istio's JSON encoding). */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "capture/trace.h"

struct play_connection {
    bool is_inbound;
    struct network client, destination; /* destination: what it was meant for */
    uint16_t client_port, port;
    struct slice flags;   /* "-": nothing special; UF: refused; UH: nothing may go there */
    struct slice failure; /* why it was refused; empty: not said */
    uint64_t received, sent, duration_ms;
};

/* False for a line that is none. */
bool play_connection_read(struct arena *arena, struct slice line, struct play_connection *ret);

/* One line: "10.244.0.4:40000 -> 10.96.0.10:80, 79 B there, 120 B back, 3 ms". */
void play_connection_print(struct buffer *out, const struct play_connection *connection);
/* The rules that it met in the pod, on one line: "nat OUTPUT 1 > ISTIO_OUTPUT 9 > ISTIO_REDIRECT 1: ...". `uid` is the
 * one that programs of the pod have. */
void play_connection_trace(struct arena *arena, struct buffer *out, const struct play_connection *connection,
                           const struct trace_host *host, uint32_t uid, uint32_t gid);
