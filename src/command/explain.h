/* explain.h - what the two halves of `pillion explain` share: manifests in files, and objects in a cluster. */
#pragma once
#include "command/configuration.h"
#include "command/output.h"
#include "explain/print.h"

struct explain_flags {
    struct configuration_flags configuration; /* first: CONFIGURATION_OPTIONS */
    struct option_texts filenames;
    struct slice namespace, namespace_labels, webhooks, webhook_name, output, color;
    struct cluster_flags cluster;
    bool recursive, all_namespaces, table;
};

/* What is explained, gathered from files or a cluster; all of it lives in `arena`. */
struct explain_run {
    struct arena *arena;
    const struct explain_flags *flags;
    struct explain_configurations configurations;
    struct inject_config config; /* of the flags: offline, and live where they name files */
    struct explain_subject *subjects;
    struct explain_request *requests; /* one a subject */
    size_t count, capacity;
    const struct tree **namespaces; /* Namespace objects */
    struct explain_origin *namespace_origins;
    size_t namespace_count, namespace_capacity;
    struct slice default_namespace; /* of objects that name none; empty: "default" */
};

/* Adds a workload (or, of a List, all); others are passed by, but for Namespaces, which are kept. `what` is made of
 * kind and name. */
MUST_CHECK bool explain_add_document(struct explain_run *run, const struct source *source, const struct tree *document,
                                     bool is_live, struct error *error);
/* Sees to it that every subject has its namespace. */
void explain_join_namespaces(struct explain_run *run);

/* Which of the Namespaces that were kept is for this name; SLICE_NONE: none. */
size_t explain_find_namespace(const struct explain_run *run, struct slice name);

/* Reads the webhooks' configurations from --webhooks, or where there is none adds the usual ones. */
MUST_CHECK bool explain_read_webhooks(struct explain_run *run, struct error *error);
/* Whose configuration the flags name: every injector's. */
void explain_use_flags_config(struct explain_run *run);

/* Reads from the cluster what `targets` ("pod/web") are about, or with -A all pods; the webhooks, the injectors'
 * configurations, and the namespaces of all subjects, unless files or flags give them. */
MUST_CHECK bool explain_read_cluster(struct explain_run *run, const struct option_rest *targets, struct error *error);
/* The namespace of a subject: what it names, or the default. */
struct slice explain_namespace_of(const struct explain_run *run, const struct explain_subject *subject);
