/* client_hello.h - what the first bytes of a connection say: a TLS client's greeting, with the name and the protocols
 * that it asks for, or something else (RFC 8446, 4.1.2 and 5.1; RFC 5246, 7.4.1.2; RFC 6066, 3; RFC 7301). Strict: what
 * is not laid out as the RFCs say is not TLS. Looks at bytes only, and never beyond those that it is given. */
#pragma once
#include "base/slice.h"
#include <stdint.h>

enum client_hello_verdict {
    CLIENT_HELLO_MORE,  /* a greeting as far as it goes */
    CLIENT_HELLO_OTHER, /* none: another protocol, a malformed one, or one over CLIENT_HELLO_MAX */
    CLIENT_HELLO_WHOLE,
};

enum {
    CLIENT_HELLO_MAX = 64 * 1024, /* of the message; Envoy's TLS inspector looks at as much */
    CLIENT_HELLO_PROTOCOLS = 16,  /* those beyond are not listed */
    /* In how many bytes a greeting of that size may come, at the least with fragments of a few hundred bytes: whoever
     * has read so many and still needs more may give up. */
    CLIENT_HELLO_BYTES_MAX = CLIENT_HELLO_MAX + 1024,
};

struct client_hello {
    /* All point into the bytes that were parsed, or all into `scratch`: at their places in the message. */
    struct slice server_name; /* SNI; empty: none */
    struct slice protocols[CLIENT_HELLO_PROTOCOLS];
    size_t protocol_count;
    struct slice psk_modes; /* psk_key_exchange_modes' bytes (RFC 8446, 4.2.9); empty: none, no TLS 1.3 */
};

/* Whether TLS could begin like this: the first three bytes decide, fewer may. For telling silence from a slow client.
 */
bool client_hello_may_begin(struct slice bytes);
/* Reads a greeting. More bytes never change a verdict other than CLIENT_HELLO_MORE. A message that came in several
 * records is put together in `scratch`, which holds bytes.length bytes. */
enum client_hello_verdict client_hello_parse(struct slice bytes, char *scratch, struct client_hello *ret);
/* Whether the client asked for one of the mesh's own protocols: istio, istio-peer-exchange, istio-http/1.1 ... (Istio,
 * pilot/pkg/networking/core/listener.go, allIstioMtlsALPNs): only then are the bytes meant for a proxy. */
bool client_hello_is_mesh(const struct client_hello *hello);
bool client_hello_offers(const struct client_hello *hello, struct slice protocol);
