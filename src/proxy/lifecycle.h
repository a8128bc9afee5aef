/* lifecycle.h - when a proxy ends. Signals and requests come in, the time and the traffic are shown to it, and it says
 * whether the pod gets new connections, and when it is over. No clock, no thread, no I/O of its own.
 *
 * After SIGTERM the pod is not ready any more, but others notice that only later: so everything goes on for the
 * minimum, and then until the last inbound connection has ended and the application's own connections are quiet, or the
 * maximum is reached. Idle outbound connections, an application's pool, hold nothing up. A second SIGTERM ends it at
 * once, and so does a first one after a request to drain: with native sidecars it comes when the applications have
 * ended (Istio, pkg/envoy/agent.go). */
#pragma once
#include "proxy/settings.h"

enum lifecycle_phase { LIFECYCLE_SERVING, LIFECYCLE_DRAINING, LIFECYCLE_ENDED };

/* Why it is over. */
enum lifecycle_reason {
    LIFECYCLE_NO_REASON,
    LIFECYCLE_NO_CONNECTIONS, /* nobody is served any more */
    LIFECYCLE_TIME_IS_UP,     /* the maximum */
    LIFECYCLE_SIGNALLED,      /* a signal that ends at once */
    LIFECYCLE_QUIT,           /* asked to */
    LIFECYCLE_POD_GONE,       /* the pod's other processes have ended */
    LIFECYCLE_ENGINE_ENDED,   /* what carries the bytes has ended by itself */
};

struct lifecycle {
    const struct proxy_lifecycle *settings;
    enum lifecycle_phase phase;
    enum lifecycle_reason reason;
    bool is_asked;          /* to drain; then it is waited for a signal, however long */
    int64_t since_ms;       /* of the drain */
    uint64_t outbound_seen; /* the movement that was seen last, */
    int64_t quiet_since_ms; /* and when it was another one */
};

struct lifecycle_traffic {
    uint64_t inbound_active;
    uint64_t outbound_moved; /* grows with each outbound connection and byte */
};

/* `settings` are borrowed; times are of any clock that never goes back. */
void lifecycle_init(struct lifecycle *lifecycle, const struct proxy_lifecycle *settings);
void lifecycle_signal(struct lifecycle *lifecycle, int64_t now_ms); /* SIGTERM, SIGINT */
void lifecycle_drain(struct lifecycle *lifecycle, int64_t now_ms);  /* POST /drain */
void lifecycle_end(struct lifecycle *lifecycle, enum lifecycle_reason reason);

/* Whether the pod may get new connections. */
static inline bool lifecycle_is_ready(const struct lifecycle *lifecycle)
{
    return lifecycle->phase == LIFECYCLE_SERVING;
}

/* Looks at the time and the traffic. Gives after how many milliseconds to call it again; -1: when something happens. */
int64_t lifecycle_step(struct lifecycle *lifecycle, int64_t now_ms, const struct lifecycle_traffic *traffic);
/* "no connections are left": for the log. */
const char *lifecycle_reason_text(enum lifecycle_reason reason);
