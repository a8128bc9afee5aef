/* making.h - within the room: what the parts of the plan's making share. */
#pragma once
#include "play/plan.h"

struct play_making {
    struct arena *arena;
    const struct play_object *objects;
    size_t count;
    struct slice namespace;
    struct error *error;
    struct play_plan *plan;
};

/* A copy that ends in a NUL. */
struct slice play_text(struct play_making *making, const struct tree *tree);
/* The number of a map's key; `standard` where there is none. */
int64_t play_number(const struct tree *map, const char *key, int64_t standard);
bool play_flag(const struct tree *map, const char *key, bool standard);
/* The data of a ConfigMap; NULL: there is none of that name in the namespace. */
const struct tree *play_config_map(const struct play_making *making, struct slice namespace, struct slice name);
struct slice play_metadata_name(const struct tree *document);
struct slice play_metadata_namespace(const struct play_making *making, const struct tree *document);

/* The pod's volumes, then its containers, from its spec; everything else of the pod is there. */
MUST_CHECK bool play_volumes_make(struct play_making *making, struct play_pod *pod);
MUST_CHECK bool play_containers_make(struct play_making *making, struct play_pod *pod);
/* A probe's or hook's action; NULL is none. */
MUST_CHECK bool play_action_make(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                                 const struct tree *handler, struct play_action *ret);
MUST_CHECK bool play_probes_make(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                                 struct play_container *ret);
/* Its environment, whose variables commands can name. */
MUST_CHECK bool play_environment_make(struct play_making *making, const struct play_pod *pod,
                                      const struct tree *container, struct play_container *ret,
                                      struct play_variables *ret_variables);
/* The port of that number or name (of the container's ports; NULL: of any container's of the pod). 0: none. */
uint16_t play_port_find(const struct play_pod *pod, const struct tree *container, const struct tree *port);
