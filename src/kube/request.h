/* request.h - one request to the API server, tried again where that may help: what the verbs of client.h and watching
 * have in common. */
#pragma once
#include "kube/client.h"
#include "kube/credential.h"
#include "kube/http.h"
#include "kube/memory_file.h"

struct kube_client {
    struct arena arena; /* what lives as long as the client */
    struct kubeconfig config;
    struct credential *credential;
    struct http *http;
    struct memory_file authorities;
    struct slice url;         /* of the server, as it is called: no slash at its end */
    const char *host_header;  /* where the URL's host is not the server's own; NULL: it is */
    unsigned timeout_ms, retry_ms, watch_ms;
    int stop_fd;              /* of kube_watch; -1: none */
    struct buffer body;       /* of answers, reused */
};

struct request {
    const char *verb;                     /* as RBAC has it: "get", "list", "watch" */
    const char *method;
    const struct kube_resource *resource; /* NULL: `path` says it all */
    struct slice path;                    /* with a slash at its start; with its query */
    struct slice body;                    /* JSON; empty: none */
    const char *content_type;
    bool is_repeatable; /* doing it twice is the same as once */
    bool is_stream;     /* no time limit but `stream_ms`, and `receive` gets what comes */
    unsigned stream_ms;
    http_receive receive;
    void *context;
};

/* "/api/v1/namespaces/NS/configmaps/NAME", "?" and the query where there is one (NULL: none). Errors: ERROR_VALUE for
 * names that can be none. */
MUST_CHECK bool request_path(struct arena *arena, const struct kube_resource *resource, const char *query,
                             struct slice *ret_path, struct error *error);
/* Bytes for a query or a path: all but letters, digits and -._~ as %XX. */
struct slice request_escape(struct arena *arena, struct slice text);

/* As kube_get says. *ret_stopped (may be NULL): the client's stop_fd ended it. */
MUST_CHECK bool request_run(struct kube_client *client, struct arena *arena, const struct request *request,
                            struct kube_answer *ret_answer, bool *ret_stopped, struct error *error);

/* Makes the error's place, whose file's name is the client's, a part of its text. */
void request_keep_place(struct error *error);

/* `milliseconds` and up to half as many again, by chance. */
unsigned request_jitter(unsigned milliseconds);
/* Waits; false when the client's stop_fd ended it. */
bool request_pause(const struct kube_client *client, unsigned milliseconds);
/* Milliseconds on a clock that only goes on. */
int64_t request_clock(void);
