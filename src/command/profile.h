/* profile.h - the configuration that is compiled in (profiles/default). */
#pragma once
#include "base/arena.h"
#include "base/error.h"

/* The three texts, as a configuration's sources. `image` (or empty) takes the place of the values' image; `cni`: the
 * node's CNI plugin captures the traffic, not an init container. */
void profile_sources(struct arena *arena, struct slice image, bool cni, struct source *ret_config,
                     struct source *ret_values, struct source *ret_mesh);
