/* mesh.h - Istio's mesh configuration: the built-in defaults, what the operator's ConfigMap lays over them, and what a
 * pod's proxy.istio.io/config lays over that (Istio, pkg/config/mesh/mesh.go). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"
#include "tree/type.h"

/* The two generations of the configuration: today's, and Istio 1.0's with its own fields and defaults. */
struct mesh_generation {
    const struct type *mesh, *proxy;
    const struct slice *defaults; /* JSON of a MeshConfig */
};
const struct mesh_generation *mesh_generation(bool is_1_0);

/* The mesh configuration of a YAML text over the defaults. A field that is there replaces the default, but for
 * defaultConfig, which is merged, and extensionProviders, which are by name. Unknown fields are ignored. Fails for text
 * that is no YAML map, for values of the wrong type and for values that no proxy could work with. */
MUST_CHECK bool mesh_load(struct arena *arena, const struct mesh_generation *generation, const struct source *source,
                          const struct tree **ret_mesh, struct error *error);
/* The defaults alone. */
const struct tree *mesh_defaults(struct arena *arena, const struct mesh_generation *generation);

/* A proxy configuration with the fields of a YAML text (the annotation proxy.istio.io/config) laid over. */
MUST_CHECK bool mesh_overlay_proxy(struct arena *arena, const struct mesh_generation *generation,
                                   const struct tree *proxy, const struct source *source,
                                   const struct tree **ret_proxy, struct error *error);

/* Checks a pod's proxy.istio.io/config, laid over the built-in defaults, as the webhook does. True without one. */
MUST_CHECK bool mesh_check_proxy_annotation(struct arena *arena, const struct tree *annotations, struct error *error);

/* defaultConfig.statusPort: the agent's port. */
int64_t mesh_status_port(const struct tree *mesh);
