/* tls.h - mutual TLS of the data plane: who we are, whom we let in, and where we go with it. Inbound connections of the
 * mesh are ended here and passed on in the clear; outbound ones to the destinations of a list are protected, and go to
 * nobody but whom the list expects. GnuTLS is loaded when the first identity is, by a thread of its own; connections
 * that need it earlier wait.
 *
 * What clients of a real sidecar see (Istio, pilot/pkg/networking/core/filterchain_options.go): as Envoy does, only a
 * greeting that offers one of the mesh's ALPN names is taken for the mesh's under PERMISSIVE, and any TLS under STRICT.
 * Of the names that are offered the server chooses "http/1.1" or, where the client speaks nothing else, "h2": what a
 * proxy is about to speak inside, and what the app behind us answers, since bytes are passed on as they are.
 * "istio-peer-exchange" is never chosen, so no frame of metadata is sent or expected before the bytes. */
#pragma once
#include "relay/relay.h"

enum relay_tls_mode {
    RELAY_TLS_DISABLE,    /* never looked at, never delayed */
    RELAY_TLS_PERMISSIVE, /* the mesh's TLS is ended here, all else is passed on as it is */
    RELAY_TLS_STRICT,     /* what is not the mesh's is reset */
};

struct relay_tls_port {
    uint16_t port;
    enum relay_tls_mode mode;
};

/* Where outbound connections are protected, and who has to be there. */
struct relay_tls_destination {
    struct relay_address network;   /* family 0: by name */
    unsigned prefix;                /* bits of the network */
    struct slice name;              /* lower case: this name and those below it ("svc.example": "a.svc.example") */
    uint16_t port;                  /* 0: any */
    const struct slice *identities; /* spiffe_is_pattern; at least one */
    size_t identity_count;
};

enum relay_tls_report { RELAY_TLS_LOADED, RELAY_TLS_LOAD_FAILED };

struct relay_tls_settings {
    const char *chain, *key, *roots; /* files, PEM; the chain begins with our own certificate */
    enum relay_tls_mode inbound;
    const struct relay_tls_port *ports; /* whose mode is another one */
    size_t port_count;
    /* PERMISSIVE: how long a client may be silent before the app is asked whether it wants to speak first. 0: for ever,
     * as Istio does by default. */
    unsigned detection_ms;
    const struct slice *trust_domains; /* whose clients are let in; none: those of our own */
    size_t trust_domain_count;
    /* The longest prefix that has the address and port wins; then the first name. */
    const struct relay_tls_destination *destinations;
    size_t destination_count;
    /* Called by TLS' thread: files were loaded (error is NULL), or could not be and what was in force still is. */
    void (*reported)(void *context, enum relay_tls_report report, const struct error *error);
    void *context;
};

enum { RELAY_TLS_DETECTION_MS = 300 }; /* a good default of detection_ms */

/* Nothing is loaded yet. For relay_settings.tls. Settings are copied, what they point to is borrowed. */
struct relay_tls *relay_tls_new(const struct relay_tls_settings *settings);
/* Starts the thread that loads the library and the files, tells the relay, and loads the files again when they change.
 * A bad file is reported and not taken into use; it is looked at again when it changes. */
MUST_CHECK bool relay_tls_start(struct relay_tls *tls, struct relay *relay, struct error *error);
/* Ends that thread: before relay_stop. NULL is fine. */
void relay_tls_stop(struct relay_tls *tls);
void relay_tls_free(struct relay_tls *tls); /* after relay_stop; NULL is fine */

/* A name was found to have an address, for so many seconds: for destinations by name. Any thread. An address is
 * remembered for an hour more, since programs go on using what they have. */
void relay_tls_name_seen(struct relay_tls *tls, struct slice name, int family, const uint8_t *address,
                         uint32_t seconds);

struct relay_tls_state {
    bool is_ready;       /* an identity is in force */
    int64_t from, until; /* its certificate's validity, seconds since 1970 */
    uint64_t loads, failures;
    char identity[256]; /* the SPIFFE id, cut where it is longer */
};
void relay_tls_look(struct relay_tls *tls, struct relay_tls_state *ret_state);

/* With whom there were protected connections: the first 64 identities of each direction, all others as one. Inbound
 * these are the sources, outbound the destinations. */
enum { RELAY_PEERS_MAX = 64 };
struct relay_peer {
    struct slice identity; /* valid until relay_tls_free; empty: the others */
    uint64_t opened, closed, received, sent;
};
/* Into an array of RELAY_PEERS_MAX + 1; gives how many. */
size_t relay_peers(struct relay_tls *tls, enum relay_direction direction, struct relay_peer ret_peers[]);
