/* server.h - the HTTPS server: admission reviews over HTTP/1.1 and TLS, by as many threads as there are processors. */
#pragma once
#include "webhook/certificate.h"
#include "webhook/connections.h"
#include "webhook/http_library.h"
#include "webhook/log.h"
#include "webhook/metrics.h"
#include "webhook/namespaces.h"
#include "webhook/store.h"

struct server_settings {
    const char *address; /* numeric; NULL: all, of both families */
    uint16_t port;       /* 0: any free one */
    unsigned threads;
    uint64_t body_max;   /* bytes of one request's body */
    size_t connection_max;
    const struct http_library *http;
    const struct tls_library *tls;
    struct store *store;
    struct namespaces *namespaces; /* may be NULL */
    struct certificate_store *certificates;
    struct metrics *metrics;
    const struct log *log;
};

struct server;
/* Listens and serves until server_stop. Everything in the settings must outlive it. The calling thread's signal mask is
 * its threads'. Errors: the address is in use, or not of this machine. */
MUST_CHECK bool server_start(const struct server_settings *settings, struct server **ret_server, struct error *error);
uint16_t server_port(const struct server *server);
/* What is to be done every second: slow and idle clients are sent away. */
void server_tick(struct server *server);
void server_gauges(struct server *server, struct metrics_gauges *gauges);
/* No new connections, and those that are open end with their request; then `server_is_idle`. */
void server_close(struct server *server);
bool server_is_idle(struct server *server);
/* Ends what is still open, and frees. */
void server_stop(struct server *server);

/* A socket that listens on a numeric address (NULL: all, of both families) and a port (0: any); its port in *ret_port.
 */
MUST_CHECK bool server_listen(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, struct error *error);
