/* rendering.h - what templates printed, remembered: most pods that a webhook sees are replicas of a few workloads, and
 * rendering a template and reading the YAML that it prints is most of what an injection costs. A rendering is used again
 * only for a pod that has the very same values wherever the template looked (template/read.h). */
#pragma once
#include "base/error.h"
#include "template/template.h"
#include "tree/tree.h"

/* Belongs to one configuration and one environment; any number of threads may use it. */
struct rendering_cache;

enum { RENDERING_BYTES_DEFAULT = 4 * 1024 * 1024 };

/* Keeps renderings of up to `capacity` bytes; the least recently used go first, and one that would take more than a
 * quarter is not kept. */
struct rendering_cache *rendering_cache_new(size_t capacity);
/* Only when no lease is left. */
void rendering_cache_free(struct rendering_cache *cache);

struct rendering_counts {
    uint64_t hits, misses, kept, dropped; /* dropped: for others to have room */
    size_t entries, bytes;                /* now */
};
struct rendering_counts rendering_cache_counts(struct rendering_cache *cache);

/* What one request uses of the cache. Its results share nodes with what is remembered, so it is released when they are
 * no longer used: when the request's arena is reset. */
struct rendering_lease;
struct rendering_leases {
    struct rendering_cache *cache;
    struct rendering_lease *first;
};
void rendering_leases_release(struct rendering_leases *leases);

/* What is asked: a template and its data. */
struct rendering_question {
    const struct template *parsed;
    const struct template_member *members;
    size_t member_count;
    bool is_1_0; /* it prints parts of a PodSpec, and not what is laid over a Pod */
};
struct rendering {
    const struct tree *overlay;  /* what the text says */
    const struct source *source; /* the text */
    const struct tree *alone;    /* the overlay, laid over nothing; NULL: not known */
    bool is_conforming;          /* known to be as Kubernetes' types want it, so that a pod over which it is laid is, too */
};

/* False when nothing is remembered. `arena` is the request's. */
bool rendering_find(struct rendering_leases *leases, struct arena *arena, const struct rendering_question *question,
                    struct rendering *ret_rendering);
/* Keeps a copy, unless the rendering depends on more than the template has read, or is of no use to any pod. Then
 * *rendering becomes the copy, which knows more. */
void rendering_keep(struct rendering_leases *leases, struct arena *arena, const struct rendering_question *question,
                    const struct template_recording *recording, struct rendering *rendering);
