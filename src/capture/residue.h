/* residue.h - which rules in a namespace are ours, and how they compare with a plan. */
#pragma once
#include "capture/plan.h"

/* How widely rules of earlier runs are taken for ours. */
enum residue_reach {
    RESIDUE_OF_PLAN,    /* what this very plan would make: Istio's clean-up */
    RESIDUE_RECOGNISED, /* also what a run with other settings, or Istio, or Istio 1.0, has left */
};

/* One `bool` for each rule of `live` (of one family, as iptables-save gave it): whether it is ours. Rules in chains of
 * our names are; those in chains that others use too when they lead to ours, equal a rule of the plan, or (recognised)
 * have a shape that only capture gives them. In the arena. */
bool *residue_mark(struct arena *arena, const struct ruleset *live, const struct capture_plan *plan, unsigned family,
                   enum residue_reach reach);

enum residue_state { RESIDUE_NONE, RESIDUE_SAME, RESIDUE_DIFFERENT };

/* What of ours is in that table. RESIDUE_SAME: exactly the plan's rules, in order; with nothing there and nothing
 * planned, too. `ret_difference` (may be NULL) gets one phrase on the first difference. */
enum residue_state residue_compare(const struct ruleset *live, const bool *ours, const struct capture_plan *plan,
                                   unsigned family, struct slice table, char ret_difference[160]);

/* The same for our native nftables tables as a whole; `live` as nftables_list_parse reads them as a plan. */
enum residue_state residue_compare_native(const struct ruleset *live, const struct capture_plan *plan,
                                          char ret_difference[160]);
