/* apply.h - making a namespace have a plan's rules, or none of them: all or nothing, and nothing twice. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "capture/plan.h"
#include "capture/settings.h"

struct capture_run {
    struct arena *arena;
    const struct capture_settings *settings;
    const struct capture_plan *plan;
    const char *path;         /* as $PATH, to find iptables in */
    char *const *environment; /* for iptables, NULL-terminated */
    struct buffer *report;    /* what was done, a line each; for the command to print */
};

/* Applies the plan, or with cleanup_only takes it out, in this thread's network namespace. One run works at a time in a
 * namespace. On failure everything that this run has changed is put back, and the error names what was refused. */
MUST_CHECK bool capture_apply(const struct capture_run *run, struct error *error);
