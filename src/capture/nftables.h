/* nftables.h - rules into and out of the kernel by libnftables, in this process. The library is loaded when it is
 * first needed, since loading it takes longer than all else that the program does. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "capture/plan.h"

struct nftables;

/* Loads the library. ERROR_MISSING when it is not installed. */
MUST_CHECK bool nftables_open(struct nftables **ret, struct error *error);
/* For _cleanup_; a NULL is fine. The library stays loaded. */
void nftables_close(struct nftables **nftables);

/* Makes the plan's tables, with `replace` in place of those that are there; all of it or nothing. ERROR_REFUSED names
 * the rule. */
MUST_CHECK bool nftables_apply(struct arena *arena, struct nftables *nftables, const struct capture_plan *plan,
                               bool replace, struct error *error);
/* Reads our tables as a plan's rules, in the arena. */
MUST_CHECK bool nftables_read(struct arena *arena, struct nftables *nftables, struct ruleset *ret, struct error *error);
/* Deletes our tables. */
MUST_CHECK bool nftables_clean(struct nftables *nftables, struct error *error);
/* Runs a command of nft's language and gives what it prints, in the arena. */
MUST_CHECK bool nftables_run(struct arena *arena, struct nftables *nftables, const char *command, struct slice *ret,
                             struct error *error);
