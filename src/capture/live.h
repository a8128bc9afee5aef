/* live.h - the rules of a namespace as they are now, whoever made them: iptables of both kinds and nftables. */
#pragma once
#include "capture/iptables.h"

/* Reads all that meets packets of the family in this thread's network namespace, into the arena, with the reasons of
 * those that look like ours. Tables of iptables-nft keep their names ("nat"); others are "legacy nat", "inet x". */
MUST_CHECK bool live_rules_read(struct arena *arena, const char *path, char *const *environment, unsigned family,
                                struct ruleset *ret, struct error *error);

/* By which interface this host would send to the destination: "lo" for its own addresses. `ret_source`: from which
 * address, version 0 when the kernel does not say. */
MUST_CHECK bool live_route_find(struct arena *arena, const struct network *destination, struct slice *ret_interface,
                                struct network *ret_source, struct error *error);
