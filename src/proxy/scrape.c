#include "proxy/scrape.h"
#include "base/memory.h"
#include "base/number.h"
#include "proxy/metrics_format.h"
#include "proxy/scrape_part.h"
#include "serve/moment.h"
#include <stdlib.h>

enum {
    OWN_MAX = 64 * 1024 * 1024, /* of the metrics that we print ourselves */
    SCRAPE_MS = 60 * 1000,      /* where Prometheus does not say how long it waits */
    SCRAPE_MAX_MS = 600 * 1000,
    MARGIN_MS = 500, /* of that, for what has come to be sent: an app that hangs must not cost the proxy's metrics */
};

/* ---- time ----------------------------------------------------------------------------------------------------- */

/* How long Prometheus waits, in its field's seconds: all parts are given up a little earlier, so that those that came
 * arrive. */
static int64_t budget_ms(const struct http_head *head)
{
    double seconds;
    struct slice text = http_head_field(head, SLICE("X-Prometheus-Scrape-Timeout-Seconds"));
    if (!number_parse_double(text, &seconds) || !(seconds > 0))
        return SCRAPE_MS;
    int64_t ms = seconds * 1000 < SCRAPE_MAX_MS ? (int64_t)(seconds * 1000) : SCRAPE_MAX_MS;
    return ms - (ms / 10 < MARGIN_MS ? ms / 10 : MARGIN_MS);
}

/* ---- our own parts -------------------------------------------------------------------------------------------- */

static void failure_note(const struct status_settings *settings, atomic_uint_fast64_t *count, const char *part,
                         const struct error *error)
{
    const struct log_field fields[] = {LOG_FIELD_TEXT("part", slice_from(part)),
                                       LOG_FIELD_TEXT("error", slice_from(error->text))};
    atomic_fetch_add(count, 1);
    log_event(settings->log, LOG_WARNING, "scrape-failed", fields, ARRAY_LENGTH(fields));
}

static void own_send(const struct status_settings *settings, struct agent_metrics *metrics, const char *part,
                     struct buffer *text, struct status_reply *reply)
{
    struct error error;
    if (text->overflowed) {
        error_set(&error, ERROR_LIMIT, (struct position){0}, "more than %d bytes", OWN_MAX);
        failure_note(settings, &metrics->failures_agent, part, &error);
        return;
    }
    status_reply_piece(reply, buffer_slice(text));
}

static void agent_send(const struct status_settings *settings, struct agent_metrics *metrics,
                       struct status_reply *reply)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(OWN_MAX);
    agent_metrics_print(metrics, &text);
    own_send(settings, metrics, "agent", &text, reply);
}

static void proxy_send(const struct status_settings *settings, struct agent_metrics *metrics,
                       struct status_reply *reply)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(OWN_MAX);
    if (!settings->metrics)
        return;
    settings->metrics(settings->context, &text);
    own_send(settings, metrics, "proxy", &text, reply);
}

void scrape_proxy(const struct status_settings *settings, struct agent_metrics *metrics, struct status_reply *reply)
{
    status_reply_begin(reply, 200, metrics_format_type(METRICS_TEXT));
    proxy_send(settings, metrics, reply);
    status_reply_end(reply);
}

/* ---- parts that others have ----------------------------------------------------------------------------------- */

struct scrape {
    const struct status_settings *settings;
    struct agent_metrics *metrics;
    const struct http_head *head;
    struct status_reply *reply;
    struct scrape_part *parts; /* Envoy's first, where there is one */
    size_t count, envoy_count;
};

static void part_name(const struct scrape *scrape, const struct scrape_part *part, char *out, size_t capacity)
{
    struct buffer name = {.bytes = out, .capacity = capacity, .limit = capacity};
    bool is_app = part >= scrape->parts + scrape->envoy_count;
    buffer_format(&name, "%s %u%.*s", is_app ? "application" : "envoy", part->port,
                  SLICE_ARGS(slice_range(part->path, 0, capacity / 2)));
    buffer_add_byte(&name, '\0');
}

/* Whether it failed; counted, and said, once. */
static bool part_check(const struct scrape *scrape, struct scrape_part *part)
{
    char name[256];
    if (part->state != SCRAPE_PART_FAILED)
        return false;
    bool is_app = part >= scrape->parts + scrape->envoy_count;
    if (!part->is_noted && !scrape->reply->is_broken) {
        part_name(scrape, part, name, sizeof name);
        failure_note(scrape->settings,
                     is_app ? &scrape->metrics->failures_application : &scrape->metrics->failures_envoy, name,
                     &part->error);
    }
    part->is_noted = true;
    return true;
}

static void parts_prepare(struct scrape *scrape, struct arena *arena)
{
    const struct status_settings *settings = scrape->settings;
    const struct http_head *head = scrape->head;
    scrape->envoy_count = settings->envoy_port != 0;
    scrape->count = scrape->envoy_count + settings->scrape.count;
    scrape->parts = memory_new(scrape->count + 1, sizeof *scrape->parts);
    struct stream limits = status_reply_limits(scrape->reply);
    limits.until_ms = moment_steady_ms() + budget_ms(head);
    for (size_t i = 0; i < scrape->count; i++) {
        struct scrape_part *part = &scrape->parts[i];
        *part = (struct scrape_part){.stream = limits, .reply = scrape->reply, .arena = arena, .head = head};
        if (i < scrape->envoy_count) {
            part->port = settings->envoy_port;
            part->path = SLICE("/stats/prometheus");
            if (head->query.length)
                part->path = arena_join(arena, SLICE("/stats/prometheus?"), head->query);
        } else {
            const struct scrape_target *target = &settings->scrape.items[i - scrape->envoy_count];
            part->port = target->port;
            part->path = target->path;
            part->is_open = true;
            part->strips_end = settings->scrape.count > 1;
        }
    }
}

/* The app's; several that differ are text. */
static enum metrics_format format_choose(const struct scrape *scrape)
{
    enum metrics_format format = METRICS_TEXT;
    bool is_first = true;
    for (size_t i = scrape->envoy_count; i < scrape->count; i++) {
        if (scrape->parts[i].state == SCRAPE_PART_FAILED)
            continue;
        enum metrics_format each = metrics_format_of(slice_from(scrape->parts[i].response.content_type));
        if (!is_first && each != format)
            return METRICS_TEXT;
        format = each;
        is_first = false;
    }
    return format;
}

/* All are asked at once; then their heads are read one after the other, then their contents. */
static void parts_ask(struct scrape *scrape)
{
    for (size_t i = 0; i < scrape->count; i++)
        scrape_part_connect(&scrape->parts[i]);
    for (size_t i = 0; i < scrape->count; i++)
        scrape_part_ask(&scrape->parts[i]);
    for (size_t i = 0; i < scrape->count; i++)
        scrape_part_head(&scrape->parts[i]);
    for (size_t i = 0; i < scrape->count; i++)
        part_check(scrape, &scrape->parts[i]);
}

static void parts_send(struct scrape *scrape, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        scrape_part_pass(&scrape->parts[i]);
        part_check(scrape, &scrape->parts[i]);
    }
}

void scrape_run(const struct status_settings *settings, struct agent_metrics *metrics, const struct http_head *head,
                struct status_reply *reply)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct scrape scrape = {.settings = settings, .metrics = metrics, .head = head, .reply = reply};
    atomic_fetch_add(&metrics->scrapes, 1);
    parts_prepare(&scrape, &arena);
    parts_ask(&scrape);
    enum metrics_format format = format_choose(&scrape);
    status_reply_begin(reply, 200, metrics_format_type(format));
    agent_send(settings, metrics, reply);
    if (!settings->envoy_port)
        proxy_send(settings, metrics, reply);
    parts_send(&scrape, 0, scrape.count);
    if (settings->scrape.count > 1 && format != METRICS_TEXT)
        status_reply_piece(reply, SLICE("# EOF\n"));
    status_reply_end(reply);
    for (size_t i = 0; i < scrape.count; i++)
        scrape_part_done(&scrape.parts[i]);
    free(scrape.parts);
}
