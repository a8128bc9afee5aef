/* reason.h - the reasons of rules that were read from a namespace: by their shape, those of the plan that would have
 * made them. */
#pragma once
#include "capture/rule.h"

/* Sets `why` where a rule of the set looks like one of ours: the same chain, kinds of matches and verdict, whatever
 * the ports, users and networks. Native nftables' names count as iptables'. */
void reasons_find(struct arena *arena, struct ruleset *set);
