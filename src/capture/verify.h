/* verify.h - whether a namespace has a plan's rules, without changing anything. */
#pragma once
#include "capture/apply.h"

/* In this thread's network namespace. True: exactly the plan's rules are there (in one iptables, or in nftables), no
 * others of ours, and its routes. ERROR_MISSING names the first thing that is not so. `run->report` is not used. */
MUST_CHECK bool capture_verify(const struct capture_run *run, struct error *error);
