/* trace_print.c - a trace in words and in JSON: the second half of trace.h. */
#include "capture/iptables_text.h"
#include "capture/json_text.h"
#include "capture/trace.h"

static void destination_print(struct buffer *out, const struct trace_packet *packet)
{
    char address[NETWORK_TEXT_MAX];
    const char *form = packet->destination.version == 6 ? "[%s]:%u" : "%s:%u";
    network_address_text(&packet->destination, address);
    buffer_format(out, form, address, packet->port);
}

static void reason_print(struct buffer *out, const struct trace_result *result, const char *verb)
{
    if (result->reason.length)
        buffer_format(out, " (%s%.*s)", verb, SLICE_ARGS(result->reason));
}

void trace_end_print(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet)
{
    switch (result->end) {
    case TRACE_REDIRECTED:
        buffer_format(out, "redirected to %u", result->port);
        reason_print(out, result, "");
        break;
    case TRACE_HERE:
        buffer_format(out, "straight to the application, port %u", result->port);
        reason_print(out, result, "returned: ");
        break;
    case TRACE_LEAVES:
        buffer_format(out, "straight out by %.*s to ", SLICE_ARGS(packet->interface));
        destination_print(out, packet);
        reason_print(out, result, "returned: ");
        break;
    case TRACE_DROPPED:
        buffer_add_literal(out, "dropped");
        reason_print(out, result, "");
        break;
    case TRACE_REJECTED:
        buffer_add_literal(out, "rejected");
        reason_print(out, result, "");
        break;
    case TRACE_FORWARDED:
        buffer_add_literal(out, "not for this pod: forwarded, if the kernel forwards at all");
        break;
    }
    if (result->unknown)
        buffer_format(out, " (unless this rule, which is not understood, says otherwise: %.*s)",
                      SLICE_ARGS(result->unknown->text));
}

static void rule_text(struct buffer *out, const struct rule *rule)
{
    if (rule->text.length)
        buffer_add_slice(out, rule->text);
    else
        iptables_rule_print(out, rule);
}

void trace_print(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet)
{
    enum { REASON_COLUMN = 64 };
    struct slice table = {0}, chain = {0};
    for (size_t i = 0; i < result->step_count; i++) {
        const struct trace_step *step = &result->steps[i];
        if (!slice_equal(step->table, table) || !slice_equal(step->chain, chain))
            buffer_format(out, "%.*s %.*s\n", SLICE_ARGS(step->table), SLICE_ARGS(step->chain));
        table = step->table;
        chain = step->chain;
        if (!step->rule) {
            buffer_add_literal(out, step->policy ? "       policy: drop\n" : "       no rule applies\n");
            continue;
        }
        size_t start = out->length;
        buffer_format(out, "  %3zu  ", step->number);
        rule_text(out, step->rule);
        if (step->rule->why.length) {
            size_t width = out->length - start;
            buffer_add_repeated(out, ' ', width < REASON_COLUMN ? REASON_COLUMN - width : 2);
            buffer_format(out, "# %.*s", SLICE_ARGS(step->rule->why));
        }
        buffer_add_byte(out, '\n');
    }
    trace_end_print(out, result, packet);
    buffer_add_byte(out, '\n');
}

static void step_json(struct buffer *out, const struct trace_step *step)
{
    buffer_add_literal(out, "{\"table\": ");
    json_text_print(out, step->table);
    buffer_add_literal(out, ", \"chain\": ");
    json_text_print(out, step->chain);
    if (step->rule) {
        _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(1 << 16);
        rule_text(&text, step->rule);
        buffer_format(out, ", \"number\": %zu, \"rule\": ", step->number);
        json_text_print(out, buffer_slice(&text));
        if (step->rule->why.length) {
            buffer_add_literal(out, ", \"why\": ");
            json_text_print(out, step->rule->why);
        }
    }
    if (step->policy)
        buffer_add_literal(out, ", \"policy\": \"drop\"");
    buffer_add_byte(out, '}');
}

void trace_print_json(struct buffer *out, const struct trace_result *result, const struct trace_packet *packet)
{
    static const char *const ends[] = {
        [TRACE_REDIRECTED] = "redirected", [TRACE_HERE] = "here",         [TRACE_LEAVES] = "leaves",
        [TRACE_DROPPED] = "dropped",       [TRACE_REJECTED] = "rejected", [TRACE_FORWARDED] = "forwarded",
    };
    char address[NETWORK_TEXT_MAX];
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(1 << 16);
    trace_end_print(&text, result, packet);
    buffer_format(out, "{\"from\": \"%s\", \"to\": \"%s\", \"port\": %u, \"proto\": \"%s\", ",
                  packet->incoming ? "outside" : "pod", network_address_text(&packet->destination, address),
                  packet->port, packet->protocol == IPPROTO_UDP ? "udp" : "tcp");
    if (!packet->incoming)
        buffer_format(out, "\"uid\": %u, \"gid\": %u, ", packet->uid, packet->gid);
    buffer_format(out, "\"end\": \"%s\", ", ends[result->end]);
    if (result->end == TRACE_REDIRECTED || result->end == TRACE_HERE)
        buffer_format(out, "\"endPort\": %u, ", result->port);
    buffer_add_literal(out, "\"text\": ");
    json_text_print(out, buffer_slice(&text));
    buffer_format(out, ", \"certain\": %s, \"steps\": [", result->unknown ? "false" : "true");
    for (size_t i = 0; i < result->step_count; i++) {
        buffer_add(out, ", ", i ? 2 : 0);
        step_json(out, &result->steps[i]);
    }
    buffer_add_literal(out, "]}");
}
