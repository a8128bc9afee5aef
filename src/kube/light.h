/* light.h - a GET over HTTPS by GnuTLS alone: what the CNI plugin does once for every pod of a node. libcurl takes five
 * milliseconds and as many megabytes more to load, for all that it can do besides (docs/performance.md). */
#pragma once
#include "kube/http.h"

/* Whether that is all the request is: a GET from a server named by its address, checked by authorities of its own, with
 * neither proxy nor client certificate. For everything else there is libcurl. */
bool light_can(const struct http_settings *settings, const struct http_request *request);

/* As http_exchange, on a connection of its own. */
MUST_CHECK bool light_exchange(const struct http_settings *settings, const struct http_request *request,
                               struct http_response *response, struct http_failure *ret_failure);
