/* manifest_tree.h - API objects written down as they look: MAP(m, "kind", TEXT(m, "Role"), ...). A value of NULL leaves
 * its key out. Shared by the files of manifest.h. */
#pragma once
#include "tree/tree.h"
#include "webhook/manifest.h"

struct manifest {
    struct arena *arena;
    const struct manifest_settings *settings;
    struct slice namespace, istio_namespace;
    struct slice name;     /* pillion-webhook[-REVISION]: of everything but the webhook configurations */
    struct slice revision; /* as a label says it: "default" where it is empty */
    struct slice secret;   /* pillion-webhook-tls[-REVISION] */
    struct slice configurations[1 + MANIFEST_TAGS_MAX]; /* the revision's, then the tags' */
    struct buffer *out;
};

const struct tree *manifest_map(struct manifest *manifest, ...) __attribute__((sentinel));
const struct tree *manifest_list(struct manifest *manifest, ...) __attribute__((sentinel));
const struct tree *manifest_texts(struct manifest *manifest, ...) __attribute__((sentinel));
const struct tree *manifest_format(struct manifest *manifest, const char *format, ...) PRINTF(2, 3);

#define MAP(m, ...) manifest_map((m), __VA_ARGS__, (const char *)NULL)
#define LIST(m, ...) manifest_list((m), __VA_ARGS__, (const struct tree *)NULL)
#define TEXTS(m, ...) manifest_texts((m), __VA_ARGS__, (const char *)NULL)
#define TEXT(m, literal) tree_string((m)->arena, SLICE(literal))
#define SLICE_TREE(m, slice) tree_string((m)->arena, (slice))
#define NUMBER(m, number) tree_int((m)->arena, (number))

/* {name, namespace, labels}; an empty namespace: of the cluster. */
const struct tree *manifest_metadata(struct manifest *manifest, struct slice name, struct slice namespace);
/* {app, istio.io/rev}: what the Deployment, the Service and the budget select pods by. */
const struct tree *manifest_selector(struct manifest *manifest);
/* One document. */
void manifest_add(struct manifest *manifest, const struct tree *object);

enum { MANIFEST_PORT = 15017, MANIFEST_MONITOR_PORT = 15014 };

/* Deployment, PodDisruptionBudget, HorizontalPodAutoscaler. */
void manifest_add_workload(struct manifest *manifest);
