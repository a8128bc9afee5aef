/* controller.h - the labels that Kubernetes' controllers put on the pods that they make of a template: selectors see
 * them on the pod, though they don't stand in the manifest. */
#pragma once
#include "kube/workload.h"

/* Adds those that are not there to the caller's map of labels. `name` is the workload's. */
void controller_labels_add(struct arena *arena, const struct kube_workload *workload, struct slice name,
                           struct tree *labels);
