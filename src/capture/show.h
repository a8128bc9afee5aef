/* show.h - a plan for people and programs to read: what would be run, the rules with their reasons, JSON, a picture. */
#pragma once
#include "base/buffer.h"
#include "capture/plan.h"

/* What --dry-run prints: the input of iptables-restore for each family, or with `native` that of nft, and the
 * routing as `ip` commands in comments. */
void plan_show_commands(struct arena *arena, struct buffer *out, const struct capture_plan *plan, bool native);
/* What --explain prints: chain by chain, each rule with its reason. */
void plan_show_reasons(struct buffer *out, const struct capture_plan *plan);
void plan_show_json(struct buffer *out, const struct capture_plan *plan);
/* Graphviz: a box for each chain with its rules as rows, and an arrow from each rule to where it leads. */
void plan_show_dot(struct buffer *out, const struct capture_plan *plan);
