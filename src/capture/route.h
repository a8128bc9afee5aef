/* route.h - what TPROXY and IPv6 need besides rules, by netlink: packets with the mark are routed to this host, and ::6
 * is an address of lo. Istio: tools/common/tproxy/run_linux.go. */
#pragma once
#include "base/error.h"
#include "capture/plan.h"

/* What a run has added, to be taken out again when it fails later. */
struct route_added {
    unsigned rules, routes; /* by family */
    bool address;
};

/* Adds what is missing; a second run adds nothing. On failure takes out what it had added. */
MUST_CHECK bool route_apply(const struct capture_plan *plan, struct route_added *ret, struct error *error);
/* Whether all of it is there; ERROR_MISSING says what is not. Changes nothing. */
MUST_CHECK bool route_verify(const struct capture_plan *plan, struct error *error);
void route_undo(const struct capture_plan *plan, const struct route_added *added);

/* Takes out the rules for the plan's mark and table (every copy) and that table's route to this host; and ::6 on lo.
 * What is not there is not missed. */
MUST_CHECK bool route_remove(const struct capture_plan *plan, struct error *error);
MUST_CHECK bool route_address_remove(struct error *error);
