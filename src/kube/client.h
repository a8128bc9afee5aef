/* client.h - the Kubernetes API server, over HTTPS with libcurl (loaded when the first client is opened). A client is
 * for one thread at a time; threads open one each. Sources: Kubernetes, "Kubernetes API Concepts"; "Organizing Cluster
 * Access Using kubeconfig Files"; "Accessing the Kubernetes API from a Pod". */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "tree/tree.h"

/* How to find the server and who to be. Texts are NUL-terminated and borrowed; all may be empty or NULL. */
struct kube_access {
    struct slice kubeconfig;  /* --kubeconfig FILE; empty: $KUBECONFIG, ~/.kube/config, then the pod's own service account */
    struct slice context;     /* --context NAME; empty: current-context */
    const char *(*environment)(const char *name); /* NULL: no variable is set */
    char *const *variables;   /* all of them, as main's environ, for exec plugins, which get them; NULL: none */
    struct slice service_account_folder;          /* empty: /var/run/secrets/kubernetes.io/serviceaccount */
    struct slice user_agent;                      /* empty: "pillion" */
    unsigned timeout_ms; /* of one request, retries not counted; 0: 30 seconds */
    unsigned retry_ms;   /* how long failures that may pass (refused, 429, 5xx) are tried again; 0: 10 seconds */
    bool is_light;       /* for a program that asks once: GETs go without libcurl where that is possible, which loads
                            faster; connections are not kept */
    unsigned watch_ms;   /* how long one stream of a watch lasts until it is opened anew; 0: some 5 minutes */
};

struct kube_client;
/* Reads the kubeconfig or the service account; asks nothing of the server yet. Errors: no configuration found (with the
 * places that were looked at), a file that is no kubeconfig (with line and column), a context that is not there. */
MUST_CHECK bool kube_client_open(const struct kube_access *access, struct kube_client **ret_client, struct error *error);
void kube_client_close(struct kube_client **client); /* for _cleanup_ */
/* The namespace of the context (or of the service account); "default" where none is named. Lives as long as the client. */
struct slice kube_client_namespace(const struct kube_client *client);
/* The server's URL, for messages. */
struct slice kube_client_server(const struct kube_client *client);

/* What a request is about: {"v1", "configmaps", "istio-system", "istio"}. */
struct kube_resource {
    const char *group_version; /* "v1", "apps/v1", "admissionregistration.k8s.io/v1" */
    const char *plural;
    struct slice namespace;    /* empty: cluster-wide, or all namespaces */
    struct slice name;         /* empty: the collection */
    const char *subresource;   /* "status"; NULL: none */
};

/* What the server said, beside the object. */
struct kube_answer {
    unsigned status;           /* HTTP; 0: no answer came */
    struct slice reason;       /* of a Status: "NotFound", "Conflict", "AlreadyExists", "Forbidden"; in the arena */
    const struct tree *object; /* the body, in the arena; NULL: none that is JSON */
    struct slice text;         /* the body as it came, in the arena */
    unsigned retry_after;      /* seconds that the server asks to be left alone for; 0: not said */
};

/* Each makes one request (again, with back-off and jitter, where it failed in a way that may pass and repeating it is
 * safe) and is true for a 2xx answer. `ret_answer` may be NULL; it is filled in on failure, too, so that callers can
 * tell 404 and 409. Errors: ERROR_MISSING for 404, ERROR_REFUSED for 401, 403 (with verb, resource, namespace and
 * user) and other 4xx, ERROR_SYSTEM where there was no answer ("connection to https://... refused"), or a 5xx. */
MUST_CHECK bool kube_get(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                         struct kube_answer *ret_answer, struct error *error);
/* All items, page by page. `selectors` is a query as "labelSelector=a%3Db&fieldSelector=..." (escaped), or NULL.
 * The object is one List. */
MUST_CHECK bool kube_list(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                          const char *selectors, struct kube_answer *ret_answer, struct error *error);
/* `object` has apiVersion and kind. `query` as "dryRun=All", or NULL. create: resource->name is empty. */
MUST_CHECK bool kube_create(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                            const struct tree *object, const char *query, struct kube_answer *ret_answer,
                            struct error *error);
/* Replaces; its metadata.resourceVersion is the optimistic lock: 409 when somebody else was quicker. */
MUST_CHECK bool kube_update(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                            const struct tree *object, struct kube_answer *ret_answer, struct error *error);
enum kube_patch_type { KUBE_PATCH_JSON, KUBE_PATCH_MERGE, KUBE_PATCH_STRATEGIC };
MUST_CHECK bool kube_patch(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                           enum kube_patch_type type, const struct tree *patch, struct kube_answer *ret_answer,
                           struct error *error);
MUST_CHECK bool kube_delete(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                            const struct tree *options, struct kube_answer *ret_answer, struct error *error);
/* GET of a path that is no resource, as "/version" or "/readyz". */
MUST_CHECK bool kube_get_path(struct kube_client *client, struct arena *arena, const char *path,
                              struct kube_answer *ret_answer, struct error *error);

/* ---- watching ---- */

enum kube_event { KUBE_ADDED, KUBE_MODIFIED, KUBE_DELETED };

/* Called by kube_watch in its thread. Trees live during the call only. Any may be NULL. */
struct kube_watcher {
    void *context;
    /* The whole list, at the start and whenever the watch had to begin anew (410, errors): what is not in it is gone. */
    void (*listed)(void *context, const struct tree *list);
    void (*changed)(void *context, enum kube_event event, const struct tree *object);
    /* Something went wrong; it goes on after a pause (with back-off and jitter). For the log. */
    void (*failed)(void *context, const struct error *error);
    /* Contact with the server is there (again): after a list, and with every bookmark or event. */
    void (*alive)(void *context);
};

/* Lists, then watches from there on, with bookmarks, for ever: starts again after errors, 410 Gone, expired tokens and
 * ended streams (from where it was, where that is known; else with a new list); a stream that is silent for longer than
 * its timeout is given up. `resource->name`, if set, becomes a field selector, which RBAC takes for the name. Returns
 * when `stop_fd` (an eventfd or a pipe's end, never read) is readable. Meanwhile nothing else may use the client. */
void kube_watch(struct kube_client *client, const struct kube_resource *resource, const char *selectors,
                const struct kube_watcher *watcher, int stop_fd);
