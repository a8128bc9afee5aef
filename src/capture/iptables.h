/* iptables.h - rules into and out of the kernel by the iptables programs: which of them, reading, and going from what
 * is there to what should be there in one transaction a table. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "capture/residue.h"
#include "capture/survey.h"

struct iptables_tool {
    unsigned family; /* CAPTURE_IPV4 or CAPTURE_IPV6 */
    bool legacy;
    struct slice restore, save; /* paths */
    char *const *environment;   /* for the child, NULL-terminated */
};

/* What choosing and running the programs needs of the process's environment. */
struct iptables_world {
    const char *path; /* as $PATH */
    char *const *environment;
    const struct survey *survey;
    struct slice force; /* "", "nft", "legacy" */
};

/* Picks the program as Istio does (tools/istio-iptables/pkg/dependencies/implementation.go, DetectIptablesVersion):
 * legacy when it has rules in this namespace, else nft where the kernel has it, else legacy, else plain iptables.
 * Unlike Istio's probing, looking changes nothing. ERROR_MISSING names what was looked for. */
MUST_CHECK bool iptables_find(struct arena *arena, const struct iptables_world *world, unsigned family,
                              struct iptables_tool *ret, struct error *error);
/* The same for a given kind, for reading what it has; false without an error when it is not installed. */
MUST_CHECK bool iptables_find_kind(struct arena *arena, const struct iptables_world *world, unsigned family,
                                   bool legacy, struct iptables_tool *ret);

/* All rules and chains that the program knows, in the arena. */
MUST_CHECK bool iptables_read(struct arena *arena, const struct iptables_tool *tool, struct ruleset *ret,
                              struct error *error);

/* What is in the namespace, which of it is ours, and what should be ours instead. */
struct iptables_change {
    unsigned family;
    const struct ruleset *live; /* NULL: nothing of ours is there */
    const bool *ours;
    const struct ruleset *target; /* NULL: nothing; rules of other families in it are skipped */
    unsigned tables;              /* bits by index in capture_tables: those to change */
    bool stepwise;                /* chains go one by one, and stay while something leads to them (Istio's clean-up) */
};

/* The change as iptables-restore's input; `rules_by_line` (may be NULL) gets for each line, from 1, the index of the
 * target's rule in it, or SIZE_MAX. Empty when there is nothing to do. */
struct line_map {
    size_t *rules;
    size_t count, capacity;
};
void iptables_change_print(struct arena *arena, const struct iptables_change *change, struct buffer *out,
                           struct line_map *map);

/* Hands the text to iptables-restore --noflush. A refusal is ERROR_REFUSED and names the rule. */
MUST_CHECK bool iptables_write(struct arena *arena, const struct iptables_tool *tool, struct slice text,
                               const struct iptables_change *change, const struct line_map *map, struct error *error);
