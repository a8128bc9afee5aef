/* failure.h - what went wrong with a request, for people: the request, what was said, and what to look at. */
#pragma once
#include "kube/request.h"

/* `get configmaps "istio" in namespace istio-system`. */
struct slice failure_subject(struct arena *arena, const struct request *request);
/* The server answered, but not with 2xx. `status` is its body (a Status) or NULL. */
bool failure_of_answer(const struct kube_client *client, const struct request *request,
                       const struct http_response *response, const struct tree *status, struct error *error);
/* There was no answer. */
bool failure_of_exchange(const struct kube_client *client, const struct request *request,
                         const struct http_failure *failure, struct error *error);
