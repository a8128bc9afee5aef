/* service.h - Services as kube-proxy makes them: destination addresses are changed on the node, to one of the pods that
 * are ready, each as often as the others; where none is, connections are refused. */
#pragma once
#include "base/buffer.h"
#include "play/plan.h"

/* All rules of the node, as iptables-restore's input. `ready` says it of each pod of the plan. */
void play_service_rules(const struct play_plan *plan, const bool *ready, struct buffer *out);
/* Puts them in place of those that are there, in one step a table. `environment` and `path` ($PATH) are for the
 * program. */
MUST_CHECK bool play_service_apply(struct arena *arena, int node, const char *path, char *const *environment,
                                   struct slice rules, struct error *error);
