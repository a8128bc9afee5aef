/* nftables_text.h - rules in nftables' own words: one transaction that makes them, and back from what nft lists. The
 * tables are Istio's (tools/istio-nftables/pkg/constants): "inet istio-proxy-nat" for "nat", and chains in small
 * letters: "istio-output" for "ISTIO_OUTPUT". */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "capture/plan.h"

/* "meta l4proto tcp tcp dport 80 counter return". With `only_ipv4`, a rule where the network stack comes in is held to
 * IPv4: an inet table sees both families. */
void nftables_rule_print(struct buffer *out, const struct rule *rule, bool only_ipv4);

/* The plan as nft's input, one transaction: the kernel takes all of it or nothing, and no packet sees anything in
 * between. With `replace`, tables that are there are deleted in it first; the kernel waits for every packet under
 * way before it lets a table go, so without need that is not asked for. `rules_by_line` as in iptables.h: gets the
 * plan's rule for each line, from 1, or SIZE_MAX; room for `capacity` lines. */
void nftables_plan_print(struct buffer *out, const struct capture_plan *plan, bool replace, size_t *rules_by_line,
                         size_t capacity);
/* Deletes the tables, whether they are there or not. */
void nftables_clean_print(struct buffer *out);

/* Reads what `nft list ruleset` or `list table` prints. With `as_plan`, only our tables, with table and chain under
 * their iptables names; else all, under their own. The text must live as long as the set. Nothing in it is an error:
 * what is not understood becomes MATCH_UNKNOWN or VERDICT_UNKNOWN. */
void nftables_list_parse(struct slice text, bool as_plan, struct ruleset *set);
