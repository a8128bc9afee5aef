#include "command/play_print.h"
#include "base/fd.h"
#include "play/line.h"
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = PLAY_LINE_MAX * 8, NAME_WIDTH_MAX = 32 };

/* What names a pod or container has is its author's to choose; colours are for names. */
static const char *const name_colours[] = {"36", "33", "35", "32", "34", "96", "93", "95"};
static const char *const tone_colours[] = {
    [PLAY_TONE_STATE] = "2", [PLAY_TONE_GOOD] = "1;32",     [PLAY_TONE_BAD] = "1;31",
    [PLAY_TONE_OUTPUT] = "", [PLAY_TONE_CONNECTION] = "36", [PLAY_TONE_RULES] = "2;36",
};
static const char *const tone_signs[] = {
    [PLAY_TONE_STATE] = "- ", [PLAY_TONE_GOOD] = "+ ",       [PLAY_TONE_BAD] = "! ",
    [PLAY_TONE_OUTPUT] = "",  [PLAY_TONE_CONNECTION] = "~ ", [PLAY_TONE_RULES] = "~   ",
};

void play_printer_init(struct play_printer *printer, bool has_colours)
{
    *printer = (struct play_printer){.has_colours = has_colours, .name_width = 8};
}

/* A reader that has gone does not stop the play: it goes on and takes itself down in order. */
static void line_print(const struct buffer *line)
{
    struct error ignored;
    if (!fd_write_all(STDOUT_FILENO, SLICE("standard output"), buffer_slice(line), &ignored))
        return;
}

static void coloured_add(const struct play_printer *printer, struct buffer *line, const char *colour, struct slice text)
{
    bool is_coloured = printer->has_colours && *colour;
    if (is_coloured)
        buffer_format(line, "\033[%sm", colour);
    buffer_add_slice(line, text);
    if (is_coloured)
        buffer_add_literal(line, "\033[0m");
}

static void name_add(const struct play_printer *printer, struct buffer *line, struct slice pod, struct slice container)
{
    _cleanup_(buffer_done) struct buffer name = BUFFER_INIT(4096);
    unsigned sum = 0;
    for (size_t i = 0; i < pod.length; i++)
        sum = sum * 31 + (unsigned char)pod.bytes[i];
    play_escape(&name, slice_range(pod, 0, 253));
    if (container.length)
        buffer_add_byte(&name, '/');
    play_escape(&name, slice_range(container, 0, 63));
    coloured_add(printer, line, pod.length ? name_colours[sum % ARRAY_LENGTH(name_colours)] : "", buffer_slice(&name));
    if (name.length < printer->name_width)
        buffer_add_repeated(line, ' ', printer->name_width - name.length);
    buffer_add_literal(line, " | ");
}

void play_print_event(void *context, const struct play_event *event)
{
    const struct play_printer *printer = context;
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(LINE_MAX_BYTES);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(LINE_MAX_BYTES);
    char time[32];
    int length =
        snprintf(time, sizeof time, "%3lld.%03lld ", (long long)event->at_ms / 1000, (long long)event->at_ms % 1000);
    coloured_add(printer, &line, "2", (struct slice){time, (size_t)length});
    name_add(printer, &line, event->pod, event->container);
    buffer_format(&text, "%s", tone_signs[event->tone]);
    buffer_add_slice(&text, event->text);
    coloured_add(printer, &line, tone_colours[event->tone], buffer_slice(&text));
    buffer_add_byte(&line, '\n');
    line_print(&line);
}

void play_print_decision(struct play_printer *printer, struct slice kind, struct slice name, bool is_injected,
                         struct slice reason)
{
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(LINE_MAX_BYTES);
    play_escape(&line, kind);
    buffer_add_byte(&line, ' ');
    play_escape(&line, name);
    buffer_add_literal(&line, ": ");
    coloured_add(printer, &line, is_injected ? "1;32" : "1;33",
                 is_injected ? SLICE("injected") : SLICE("not injected"));
    buffer_add_literal(&line, " (");
    play_escape(&line, reason);
    buffer_add_literal(&line, ")\n");
    line_print(&line);
}

void play_print_plan(struct play_printer *printer, const struct play_plan *plan)
{
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(LINE_MAX_BYTES);
    for (size_t i = 0; i < plan->pod_count; i++) {
        for (size_t j = 0; j < plan->pods[i].count; j++) {
            size_t width = plan->pods[i].name.length + 1 + plan->pods[i].containers[j].name.length;
            width = width > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : width;
            printer->name_width = width > printer->name_width ? width : printer->name_width;
        }
    }
    for (size_t i = 0; i < plan->service_count; i++) {
        const struct play_service *service = &plan->services[i];
        size_t count = 0;
        for (size_t j = 0; j < plan->pod_count; j++)
            count += play_service_selects(service, &plan->pods[j]);
        buffer_clear(&line);
        buffer_add_literal(&line, "Service ");
        play_escape(&line, service->name);
        buffer_format(&line, ": %.*s", SLICE_ARGS(service->address.length ? service->address : SLICE("headless")));
        for (size_t j = 0; j < service->port_count; j++)
            buffer_format(&line, "%c%u", j ? ',' : ':', service->ports[j].port);
        buffer_format(&line, ", %zu pod%s\n", count, count == 1 ? "" : "s");
        line_print(&line);
    }
}

static void latency_add(struct buffer *out, const struct play_summary *summary)
{
    if (summary->through_us < 0 || summary->past_us < 0) {
        if (summary->rounds)
            buffer_add_literal(out, "latency      not measured: the Service did not answer each time\n");
        return;
    }
    buffer_format(
        out,
        "latency      %+lld us added by the client's proxy (a request from %.*s to %.*s takes %lld us through "
        "it, %lld us past it: medians of %zu)\n",
        (long long)(summary->through_us - summary->past_us), SLICE_ARGS(summary->from), SLICE_ARGS(summary->to),
        (long long)summary->through_us, (long long)summary->past_us, summary->rounds);
}

void play_print_summary(struct play_printer *printer, const struct play_summary *summary)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(LINE_MAX_BYTES);
    buffer_add_byte(&out, '\n');
    coloured_add(printer, &out, "1", SLICE("summary"));
    buffer_format(&out,
                  "\nconnections  %llu made by programs behind a proxy, %llu captured (%llu outbound, %llu inbound),\n"
                  "             %llu refused, %llu bytes\n",
                  (unsigned long long)summary->outbound, (unsigned long long)(summary->outbound + summary->inbound),
                  (unsigned long long)summary->outbound, (unsigned long long)summary->inbound,
                  (unsigned long long)summary->refused, (unsigned long long)summary->bytes);
    latency_add(&out, summary);
    for (size_t i = 0; i < summary->proxy_count; i++) {
        const struct play_proxy_memory *proxy = &summary->proxies[i];
        buffer_add_literal(&out, "proxy        ");
        play_escape(&out, proxy->pod);
        if (proxy->resident_kb)
            buffer_format(&out, ": %.1f MiB resident, %.1f of its own", (double)proxy->resident_kb / 1024,
                          (double)proxy->private_kb / 1024);
        if (proxy->ready_ms >= 0)
            buffer_format(&out, "%s ready after %lld ms", proxy->resident_kb ? ";" : ":", (long long)proxy->ready_ms);
        buffer_add_byte(&out, '\n');
    }
    if (summary->failed)
        buffer_format(&out, "failed       %zu pod%s\n", summary->failed, summary->failed == 1 ? "" : "s");
    if (summary->is_late)
        buffer_add_literal(&out, "the time was up\n");
    line_print(&out);
}
