/* pod_info.h - a pod's labels and annotations as the kubelet writes them into files: a line each, key="value", where
 * the value is quoted as Go's %q does (Kubernetes, "Downward API"; kubelet, pkg/fieldpath, FormatMap). */
#pragma once
#include "base/arena.h"
#include "base/error.h"

struct pod_info_entry {
    struct slice key, value;
};
struct pod_info {
    const struct pod_info_entry *entries;
    size_t count;
};

/* Lines without '=' are passed over (Istio, pkg/bootstrap/config.go, ParseDownwardAPI). What it gives lives in `arena`
 * or in the source. Errors: ERROR_SYNTAX with the place, where a value is not quoted as it should be. */
MUST_CHECK bool pod_info_parse(struct arena *arena, const struct source *source, struct pod_info *ret,
                               struct error *error);
/* The value of a key, the empty slice where there is none; *ret_found (may be NULL) tells the two apart. Of several the
 * last one counts. */
struct slice pod_info_get(const struct pod_info *info, struct slice key, bool *ret_found);
