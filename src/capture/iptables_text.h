/* iptables_text.h - rules in iptables' own words: as iptables-restore reads and iptables-save prints them. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "capture/rule.h"

/* "-p tcp -m tcp --dport 80 -j RETURN", without the chain. The order is iptables-save's. */
void iptables_rule_print(struct buffer *out, const struct rule *rule);

/* Reads what iptables_rule_print or iptables-save wrote. What is not known becomes MATCH_UNKNOWN or VERDICT_UNKNOWN;
 * only quotes without an end and missing values are errors. Table, chain and family are the caller's to set. The
 * matches live in the arena. */
MUST_CHECK bool iptables_rule_parse(struct arena *arena, struct slice text, struct rule *ret, struct error *error);

/* Reads what iptables-save printed, and adds its rules, with their text and position, and all chains. The text must
 * live as long as the set. Errors have the line. */
MUST_CHECK bool iptables_save_parse(struct slice text, unsigned family, struct ruleset *set, struct error *error);
