/* tls_session.h - what a connection with TLS has beside a plain one, and its session with the other proxy. Internal to
 * the room.
 *
 *     PEEKING --> (WAITING) --> HANDSHAKING --> PASSING      WAITING: as long as nothing is loaded
 *
 * Bytes go through the worker's own buffers; a connection has memory for bytes only while one end does not take them,
 * or while a greeting is incomplete. */
#pragma once
#include "relay/client_hello.h"
#include "relay/tls_identity.h"
#include "relay/tls_names.h"
#include "relay/tls_peers.h"
#include "relay/worker.h"

enum {
    TLS_RECORD = 16 * 1024, /* bytes that one record carries */
    TLS_CIPHER_IN = 32 * 1024,
    TLS_PLAIN = 32 * 1024,
    TLS_CIPHER_OUT = 40 * 1024,       /* TLS_PLAIN in records, and what a handshake has to say */
    TLS_OUT_MAX = 256 * 1024,         /* not sent yet; beyond, the peer only makes us talk */
    TLS_PEEKED_MAX = 8 * 1024 * 1024, /* of incomplete greetings, per worker */
    TLS_BUDGET = 256 * 1024,          /* bytes a connection may pass on before others have their turn */
};

struct relay_tls {
    const struct relay_tls_hooks *hooks; /* first: relay_tls_hooks reads it */
    struct relay_tls_settings settings;
    struct relay *relay;
    struct tls_library library;
    gnutls_priority_t priority;
    atomic_bool is_ready; /* the library is loaded and there is an identity */
    struct tls_names names;
    struct tls_peers peers;
    pthread_mutex_t lock;          /* of what follows */
    struct tls_identity *identity; /* in force */
    uint64_t loads, failures;
    pthread_t thread;
    int wake; /* an eventfd that ends the thread */
    bool is_running;
};

enum tls_phase {
    TLS_PEEKING,
    TLS_WAITING,
    TLS_HANDSHAKING,
    TLS_PASSING,
    TLS_PARTING, /* one side was reset, and the other has not got all yet that it sent before */
};

struct tls_worker;

struct tls_secured {
    struct relay_connection *connection;
    struct tls_worker *worker;
    struct tls_secured *next, *previous;             /* those that wait; NULL: it doesn't */
    gnutls_session_t session;                        /* NULL: none yet */
    struct tls_identity *identity;                   /* held */
    const struct relay_tls_destination *destination; /* outbound */
    struct spill *in;                                /* read from the secure side, and not looked at yet */
    struct spill *out;                               /* to be sent to it */
    struct spill *plain;                             /* to be sent to the other */
    struct tls_peer *peer;                           /* where it is counted; NULL: not yet */
    char *peer_id, *server_name;                     /* or NULL */
    const char *failure;                             /* of the handshake; constant, or `failure_text` */
    char *failure_text;
    const char *protocol;  /* what is chosen of those offered, constant; NULL: none */
    int32_t name_distance; /* from the server's name to psk_key_exchange_modes; 0: nothing to mend */
    uint8_t phase;
    uint8_t side; /* the one that is protected: an enum side */
    bool is_strict : 1;
    bool is_dry : 1;      /* GnuTLS asked for bytes and there were none; otherwise "again" means just that */
    bool is_expected : 1; /* the peer's certificate is one that we believe, and of whom we expect */
    bool is_bye : 1;      /* close_notify has been sent */
};

/* One a worker, made when it first has such a connection. */
struct tls_worker {
    struct relay_tls *tls;
    struct worker *worker;
    struct tls_secured waiting; /* a ring */
    size_t peeked;
    size_t in_start, in_end, out_length;
    /* Between two events nothing is in them, and a greeting can be put together in all of them. */
    union {
        struct {
            char in[TLS_CIPHER_IN], plain[TLS_PLAIN], out[TLS_CIPHER_OUT];
        };
        char all[TLS_CIPHER_IN + TLS_PLAIN + TLS_CIPHER_OUT];
    };
};
_Static_assert(TLS_CIPHER_IN + TLS_PLAIN + TLS_CIPHER_OUT >= CLIENT_HELLO_BYTES_MAX, "room for a greeting");

enum tls_step {
    TLS_DONE,
    TLS_AGAIN,       /* when more has come, or can be sent */
    TLS_SECURE_GONE, /* the protected side was reset, or broke the rules: `failure` may say */
    TLS_OTHER_GONE,
    TLS_REFUSED, /* the handshake failed: `failure` says why */
    TLS_NO_MEMORY,
};

/* Begins a session with the identity in force, as server or client by the connection's direction. */
enum tls_step tls_session_begin(struct tls_secured *secured);
/* Goes on with the handshake; TLS_DONE: the peer is who it may be. */
enum tls_step tls_session_handshake(struct tls_secured *secured);
/* Sends what has been made; false: the side is gone, or it makes us talk without listening. What it does not take is
 * kept, and the flow to it is blocked. */
bool tls_session_flush(struct tls_secured *secured);
/* Keeps what was read and not used: before the worker turns to another connection. */
bool tls_session_keep(struct tls_secured *secured);
/* Ends the session and frees all that belongs to it. */
void tls_session_end(struct tls_secured *secured);

/* Adds bytes to those that are kept. False: no memory. */
MUST_CHECK bool tls_spill_add(struct spill **spill, const char *bytes, size_t length);
static inline size_t tls_spill_left(const struct spill *spill)
{
    return spill ? spill->length - spill->offset : 0;
}
/* Takes bytes off; frees it when there are no more. */
void tls_spill_take(struct spill **spill, size_t length);
