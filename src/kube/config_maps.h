/* config_maps.h - Istio's configuration where Istio keeps it: ConfigMap istio-sidecar-injector (keys config and values)
 * and istio (key mesh), each with "-REVISION" behind its name (Istio, istioctl/pkg/kubeinject/kubeinject.go,
 * getInjectConfigFromConfigMap, getMeshConfigFromConfigMap). */
#pragma once
#include "kube/client.h"

/* "NAME", or "NAME-REVISION" of a revision that is not the default one: what Istio calls all that belongs to one. */
struct slice config_map_revised(struct arena *arena, const char *name, struct slice revision);

struct config_map_names {
    struct slice namespace, inject, mesh;
};
/* What is empty gets Istio's own names: namespace istio-system; "istio-sidecar-injector" and "istio" with the revision,
 * unless that is empty or "default". Names that are given stand as they are. They live in `arena` or the arguments. */
struct config_map_names config_map_names(struct arena *arena, struct slice namespace, struct slice revision,
                                         struct slice inject, struct slice mesh);

/* The text under a key of a ConfigMap (`object`), named "configmap NAMESPACE/NAME, key KEY". False where there is none:
 * ERROR_MISSING, with the keys that there are. */
MUST_CHECK bool config_map_text(struct arena *arena, const struct tree *object, struct slice key,
                                struct source *ret_source, struct error *error);

/* What is asked for, and what was found; a source without a name: it was not asked for, or (values, which Istio 1.0
 * does not have) is not there. */
struct config_map_texts {
    struct source config, values, mesh;
};
enum { CONFIG_MAP_CONFIG = 1, CONFIG_MAP_VALUES = 2, CONFIG_MAP_MESH = 4, CONFIG_MAP_ALL = 7 };
/* Reads them, in one request a ConfigMap. Texts and names live in `arena`. Errors: as kube_get and config_map_text. */
MUST_CHECK bool config_maps_get(struct kube_client *client, struct arena *arena, const struct config_map_names *names,
                                unsigned wanted, struct config_map_texts *ret_texts, struct error *error);
