/* iptables_words.h - iptables' names of things, for printing and reading alike. Only for iptables_text.c and
 * iptables_parse.c. */
#pragma once
#include "capture/rule.h"

static const struct {
    uint32_t bit;
    const char *name;
} iptables_states[] = {
    {STATE_INVALID, "INVALID"},     {STATE_NEW, "NEW"}, {STATE_RELATED, "RELATED"}, {STATE_ESTABLISHED, "ESTABLISHED"},
    {STATE_UNTRACKED, "UNTRACKED"},
};

static const struct {
    uint32_t number;
    const char *name;
} iptables_protocols[] = {{IPPROTO_TCP, "tcp"},          {IPPROTO_UDP, "udp"},   {IPPROTO_ICMP, "icmp"},
                          {IPPROTO_ICMPV6, "ipv6-icmp"}, {IPPROTO_SCTP, "sctp"}, {0, "all"}};
