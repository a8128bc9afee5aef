#include "webhook/status.h"
#include "inject/rendering.h"
#include "serve/moment.h"
#include "tree/json.h"
#include <inttypes.h>

enum { STUCK_MS = 30 * 1000 };

bool status_alive(void *context, struct buffer *out)
{
    const struct status *status = context;
    bool alive = moment_steady_ms() - atomic_load(&status->last_tick_ms) < STUCK_MS;
    buffer_format(out, alive ? "ok\n" : "the control loop is stuck\n");
    return alive;
}

bool status_ready(void *context, struct buffer *out)
{
    struct status *status = context;
    int64_t from, until, now = moment_calendar_seconds();
    size_t before = out->length;
    struct generation *generation = store_take(status->store);
    if (!generation)
        buffer_add_literal(out, "configuration: none loaded yet\n");
    generation_release(&generation);
    certificate_store_validity(status->certificates, &from, &until);
    if (!until)
        buffer_add_literal(out, "certificate: none yet\n");
    else if (now < from)
        buffer_add_literal(out, "certificate: not valid yet\n");
    else if (now >= until)
        buffer_add_literal(out, "certificate: expired\n");
    if (atomic_load(&status->is_draining))
        buffer_add_literal(out, "draining\n");
    bool is_ready = out->length == before;
    if (is_ready)
        buffer_add_literal(out, "ready\n");
    return is_ready;
}

void status_metrics(void *context, struct buffer *out)
{
    struct status *status = context;
    struct metrics_gauges gauges = {0};
    _cleanup_(buffer_done) struct buffer ignored = BUFFER_INIT(4096);
    server_gauges(status->server, &gauges);
    gauges.ready = status_ready(status, &ignored);
    struct generation *generation = store_take(status->store);
    if (generation) {
        struct rendering_counts counts = rendering_cache_counts(generation->renderings);
        gauges.generation = generation->number;
        gauges.rendering_hits = counts.hits;
        gauges.rendering_misses = counts.misses;
        gauges.rendering_bytes = counts.bytes;
    }
    generation_release(&generation);
    metrics_print(status->metrics, &gauges, out);
}

void status_configuration(void *context, struct buffer *out)
{
    static const char *const names[STORE_TEXTS] = {"config", "values", "mesh"};
    struct status *status = context;
    struct generation *generation = store_take(status->store);
    if (!generation) {
        buffer_add_literal(out, "{\"generation\":0}\n");
        return;
    }
    buffer_format(out, "{\"generation\":%" PRIu64 ",\"loadedSeconds\":%" PRId64 ",\"revision\":", generation->number,
                  generation->loaded);
    json_write_string(out, generation->settings.revision, JSON_COMPACT);
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        if (!generation->texts[i].name.length)
            continue;
        buffer_format(out, ",\"%s\":{\"from\":", names[i]);
        json_write_string(out, generation->texts[i].name, JSON_COMPACT);
        buffer_add_literal(out, ",\"text\":");
        json_write_string(out, generation->texts[i].text, JSON_COMPACT);
        buffer_add_literal(out, "}");
    }
    buffer_add_literal(out, "}\n");
    generation_release(&generation);
}
