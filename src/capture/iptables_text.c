#include "capture/iptables_text.h"
#include "capture/iptables_words.h"
#include <stdio.h>

static const char *protocol_name(uint32_t number, char out[16])
{
    for (size_t i = 0; i < ARRAY_LENGTH(iptables_protocols); i++) {
        if (iptables_protocols[i].number == number)
            return iptables_protocols[i].name;
    }
    snprintf(out, 16, "%u", number);
    return out;
}

static void states_print(struct buffer *out, uint32_t set)
{
    const char *comma = "";
    for (size_t i = 0; i < ARRAY_LENGTH(iptables_states); i++) {
        if (set & iptables_states[i].bit) {
            buffer_format(out, "%s%s", comma, iptables_states[i].name);
            comma = ",";
        }
    }
}

static void range_print(struct buffer *out, const struct match *match, char separator)
{
    buffer_format(out, "%u", match->range.low);
    if (match->range.high != match->range.low)
        buffer_format(out, "%c%u", separator, match->range.high);
}

static void mark_print(struct buffer *out, uint32_t value, uint32_t mask)
{
    buffer_format(out, "0x%x", value);
    if (mask != UINT32_MAX)
        buffer_format(out, "/0x%x", mask);
}

static void ports_print(struct buffer *out, const struct match *match)
{
    for (size_t i = 0; i < match->ports.count; i++)
        buffer_format(out, "%s%u", i ? "," : "", match->ports.list[i]);
}

static void quoted_print(struct buffer *out, struct slice text)
{
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"' || text.bytes[i] == '\\')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, text.bytes[i]);
    }
    buffer_add_byte(out, '"');
}

/* Port matches belong to the protocol's own extension. */
static void match_print(struct buffer *out, const struct match *match, const char *protocol)
{
    const char *bang = match->negated ? "! " : "";
    char text[NETWORK_TEXT_MAX];
    switch (match->kind) {
    case MATCH_IN_INTERFACE:
    case MATCH_OUT_INTERFACE:
        buffer_format(out, "%s-%c ", bang, match->kind == MATCH_IN_INTERFACE ? 'i' : 'o');
        buffer_add_slice(out, match->interface);
        break;
    case MATCH_SOURCE:
    case MATCH_DESTINATION:
        buffer_format(out, "%s-%c %s", bang, match->kind == MATCH_SOURCE ? 's' : 'd',
                      network_text(&match->network, text));
        break;
    case MATCH_PROTOCOL:
        buffer_format(out, "%s-p %s", bang, protocol_name(match->number, text));
        break;
    case MATCH_SOURCE_PORT:
    case MATCH_DESTINATION_PORT:
        buffer_format(out, "-m %s %s--%cport ", protocol, bang, match->kind == MATCH_SOURCE_PORT ? 's' : 'd');
        range_print(out, match, ':');
        break;
    case MATCH_DESTINATION_PORTS:
        buffer_format(out, "-m multiport %s--dports ", bang);
        ports_print(out, match);
        break;
    case MATCH_STATE:
        buffer_format(out, "-m conntrack %s--ctstate ", bang);
        states_print(out, match->number);
        break;
    case MATCH_MARK:
    case MATCH_CONNECTION_MARK:
        buffer_format(out, "-m %s %s--mark ", match->kind == MATCH_MARK ? "mark" : "connmark", bang);
        mark_print(out, match->mark.value, match->mark.mask);
        break;
    case MATCH_UID:
    case MATCH_GID:
        buffer_format(out, "-m owner %s--%cid-owner ", bang, match->kind == MATCH_UID ? 'u' : 'g');
        range_print(out, match, '-');
        break;
    case MATCH_SOCKET:
        buffer_add_literal(out, "-m socket");
        break;
    case MATCH_COMMENT:
        buffer_add_literal(out, "-m comment --comment ");
        quoted_print(out, match->text);
        break;
    case MATCH_FAMILY: /* iptables' tables are of one family */
        break;
    case MATCH_UNKNOWN:
        buffer_add_slice(out, match->text);
        break;
    }
    if (match->kind != MATCH_FAMILY)
        buffer_add_byte(out, ' ');
}

static void verdict_print(struct buffer *out, const struct verdict *verdict)
{
    switch (verdict->kind) {
    case VERDICT_NONE:
        break;
    case VERDICT_ACCEPT:
        buffer_add_literal(out, "-j ACCEPT");
        break;
    case VERDICT_DROP:
        buffer_add_literal(out, "-j DROP");
        break;
    case VERDICT_REJECT:
        buffer_add_literal(out, "-j REJECT");
        break;
    case VERDICT_RETURN:
        buffer_add_literal(out, "-j RETURN");
        break;
    case VERDICT_JUMP:
    case VERDICT_GOTO:
        buffer_add(out, verdict->kind == VERDICT_JUMP ? "-j " : "-g ", 3);
        buffer_add_slice(out, verdict->chain);
        break;
    case VERDICT_REDIRECT:
        buffer_format(out, "-j REDIRECT --to-ports %u", verdict->port);
        break;
    case VERDICT_TPROXY:
        buffer_format(out, "-j TPROXY --on-port %u --tproxy-mark 0x%x/0x%x", verdict->port, verdict->mark.value,
                      verdict->mark.mask);
        break;
    case VERDICT_MARK:
        buffer_format(out, "-j MARK --set-xmark 0x%x/0x%x", verdict->mark.value, verdict->mark.mask);
        break;
    case VERDICT_SAVE_MARK:
        buffer_add_literal(out, "-j CONNMARK --save-mark");
        break;
    case VERDICT_RESTORE_MARK:
        buffer_add_literal(out, "-j CONNMARK --restore-mark");
        break;
    case VERDICT_ZONE:
        buffer_format(out, "-j CT --zone %u", verdict->number);
        break;
    case VERDICT_UNKNOWN:
        buffer_add_slice(out, verdict->chain);
        break;
    }
}

void iptables_rule_print(struct buffer *out, const struct rule *rule)
{
    size_t start = out->length;
    char number[16];
    const char *protocol = protocol_name(rule_protocol(rule), number);
    for (size_t i = 0; i < rule->match_count; i++)
        match_print(out, &rule->matches[i], protocol);
    verdict_print(out, &rule->verdict);
    if (out->length > start && out->bytes[out->length - 1] == ' ')
        out->length--;
}
