#include "proxy/lifecycle.h"

enum {
    STEP_MS = 100,   /* how often the traffic is looked at while draining */
    QUIET_MS = 1000, /* so long nothing moves outbound, and no one is taken to wait for an answer */
};

void lifecycle_init(struct lifecycle *lifecycle, const struct proxy_lifecycle *settings)
{
    *lifecycle = (struct lifecycle){.settings = settings};
}

void lifecycle_end(struct lifecycle *lifecycle, enum lifecycle_reason reason)
{
    if (lifecycle->phase == LIFECYCLE_ENDED)
        return;
    lifecycle->phase = LIFECYCLE_ENDED;
    lifecycle->reason = reason;
}

static void drain_begin(struct lifecycle *lifecycle, int64_t now_ms)
{
    lifecycle->phase = LIFECYCLE_DRAINING;
    lifecycle->since_ms = lifecycle->quiet_since_ms = now_ms;
}

void lifecycle_signal(struct lifecycle *lifecycle, int64_t now_ms)
{
    if (lifecycle->phase == LIFECYCLE_SERVING)
        drain_begin(lifecycle, now_ms);
    else
        lifecycle_end(lifecycle, LIFECYCLE_SIGNALLED);
}

void lifecycle_drain(struct lifecycle *lifecycle, int64_t now_ms)
{
    if (lifecycle->phase != LIFECYCLE_SERVING)
        return;
    drain_begin(lifecycle, now_ms);
    lifecycle->is_asked = true;
}

int64_t lifecycle_step(struct lifecycle *lifecycle, int64_t now_ms, const struct lifecycle_traffic *traffic)
{
    const struct proxy_lifecycle *settings = lifecycle->settings;
    if (lifecycle->phase != LIFECYCLE_DRAINING || lifecycle->is_asked)
        return -1;
    if (traffic->outbound_moved != lifecycle->outbound_seen) {
        lifecycle->outbound_seen = traffic->outbound_moved;
        lifecycle->quiet_since_ms = now_ms;
    }
    int64_t passed = now_ms - lifecycle->since_ms;
    if (settings->drain_max_ms && passed >= settings->drain_max_ms)
        lifecycle_end(lifecycle, LIFECYCLE_TIME_IS_UP);
    else if (passed >= settings->minimum_drain_ms && !traffic->inbound_active &&
             now_ms - lifecycle->quiet_since_ms >= QUIET_MS)
        lifecycle_end(lifecycle, LIFECYCLE_NO_CONNECTIONS);
    return lifecycle->phase == LIFECYCLE_ENDED ? 0 : STEP_MS;
}

const char *lifecycle_reason_text(enum lifecycle_reason reason)
{
    static const char *const texts[] = {
        [LIFECYCLE_NO_REASON] = "no reason",
        [LIFECYCLE_NO_CONNECTIONS] = "no inbound connections are left",
        [LIFECYCLE_TIME_IS_UP] = "the time to drain is up",
        [LIFECYCLE_SIGNALLED] = "told to by a signal",
        [LIFECYCLE_QUIT] = "told to by /quitquitquit",
        [LIFECYCLE_POD_GONE] = "no other process of the pod is left",
        [LIFECYCLE_ENGINE_ENDED] = "Envoy has ended",
    };
    return texts[reason];
}
