/* config.h - the injection configuration: Istio's ConfigMap `istio-sidecar-injector` (templates, policy, selectors and
 * the installation's values) and `istio` (the mesh). Read once, then constant and free to be used by many threads
 * (unless it is lazy). */
#pragma once
#include "base/error.h"
#include "inject/mesh.h"
#include "inject/policy.h"
#include "template/template.h"
#include "tree/tree.h"

struct inject_template {
    struct slice name;
    struct source source;
    const struct template *parsed; /* NULL: not yet */
};

struct inject_config {
    bool is_1_0; /* one template with [[ ]] that gives parts to append, as Istio 1.0 has it */
    struct policy_rules rules;
    struct inject_template *templates; /* sorted by name; 1.0: one, named "inject" */
    size_t template_count;
    struct arena *lazy; /* where templates are parsed when they are first used; NULL: all are parsed */
    const struct tree *default_templates;    /* list of names: what a pod that asks for none gets from the webhook */
    const struct tree *aliases;              /* from a name to a list of names; an empty map where there are none */
    const struct tree *injected_annotations; /* added to every pod by the webhook */
    const struct tree *values;               /* the installation's Helm values */
    const struct tree *mesh;                 /* MeshConfig, with defaults */
    const struct tree *proxy_defaults;       /* Istio's own default ProxyConfig, which templates print as nothing */
    const struct mesh_generation *generation;
    struct slice version;                    /* 1.0: hexadecimal SHA-256 of the template */
};

/* The three texts. Each may be the bare text or a whole ConfigMap as kubectl prints it: then data.config and
 * data.values (or data.mesh) are taken. NULL: none; `mesh` then has Istio's defaults, `values` is empty (or what the
 * same ConfigMap as `config` has). The sources' bytes must live as long as `arena`, and so must their names. */
struct inject_config_sources {
    const struct source *config, *values, *mesh;
    /* Parse templates when they are first used: Istio's configuration has eight, most pods need one, and parsing all of
     * them takes longer than all the rest of one injection. Such a configuration is for one thread only. */
    bool lazy;
};
/* Errors: text that is no YAML, a configuration without templates, a template that does not parse (with its name, line
 * and column), values or a mesh that cannot be used. */
MUST_CHECK bool inject_config_load(struct arena *arena, const struct inject_config_sources *sources,
                                   struct inject_config *ret_config, struct error *error);

/* The template of that name, parsed. Errors: ERROR_MISSING, with the names there are; of a lazy configuration also what
 * is wrong with the template. */
MUST_CHECK bool inject_config_template(const struct inject_config *config, struct slice name,
                                       const struct inject_template **ret_template, struct error *error);

/* A value by its keys, as "global", "proxy", "image"; NULL where one is missing. */
#define inject_config_value(config, ...) tree_at((config)->values, __VA_ARGS__)
