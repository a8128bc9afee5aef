#include "relay/tls_session.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { FAILURE_MAX = 512, SPILL_STEP = 512 };

/* ---- bytes that wait ---- */

bool tls_spill_add(struct spill **spill, const char *bytes, size_t length)
{
    size_t before = *spill ? (*spill)->length : 0, after = before + length;
    /* In steps, so that a greeting that comes byte by byte does not move each time. */
    size_t had = (before + SPILL_STEP - 1) / SPILL_STEP, wanted = (after + SPILL_STEP - 1) / SPILL_STEP;
    if (!*spill || wanted > had) {
        struct spill *larger = realloc(*spill, sizeof **spill + wanted * SPILL_STEP);
        if (!larger)
            return false;
        if (!*spill)
            larger->offset = 0;
        *spill = larger;
    }
    memcpy((*spill)->bytes + before, bytes, length);
    (*spill)->length = (uint32_t)after;
    return true;
}

void tls_spill_take(struct spill **spill, size_t length)
{
    (*spill)->offset += (uint32_t)length;
    if ((*spill)->offset < (*spill)->length)
        return;
    free(*spill);
    *spill = NULL;
}

/* ---- between GnuTLS and the socket ---- */

static ssize_t cipher_fill(struct tls_secured *secured)
{
    struct tls_worker *worker = secured->worker;
    struct flow *flow = &secured->connection->flows[secured->side];
    if (!flow->is_readable) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t got = recv(secured->connection->fd[secured->side], worker->in, sizeof worker->in, 0);
    if (got > 0) {
        worker->in_start = 0;
        worker->in_end = (size_t)got;
        if (got < TLS_CIPHER_IN)
            flow->is_readable = flow->is_ending || flow->is_unsure;
    } else if (got == 0 || errno != EINTR) {
        flow->is_readable = false;
    }
    return got;
}

static ssize_t session_pull(gnutls_transport_ptr_t context, void *bytes, size_t length)
{
    struct tls_secured *secured = context;
    struct tls_worker *worker = secured->worker;
    if (secured->in) {
        size_t here = tls_spill_left(secured->in);
        here = here < length ? here : length;
        memcpy(bytes, secured->in->bytes + secured->in->offset, here);
        tls_spill_take(&secured->in, here);
        return (ssize_t)here;
    }
    if (worker->in_start == worker->in_end) {
        ssize_t got = cipher_fill(secured);
        if (got <= 0) {
            secured->is_dry = true;
            if (got < 0)
                worker->tls->library.gnutls_transport_set_errno(secured->session, errno);
            return got;
        }
    }
    size_t here = worker->in_end - worker->in_start;
    here = here < length ? here : length;
    memcpy(bytes, worker->in + worker->in_start, here);
    worker->in_start += here;
    return (ssize_t)here;
}

/* Gathers, so that several records go out at once. */
static ssize_t session_push(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    struct tls_secured *secured = context;
    struct tls_worker *worker = secured->worker;
    size_t room = sizeof worker->out - worker->out_length;
    if (!room) {
        worker->tls->library.gnutls_transport_set_errno(secured->session, EAGAIN);
        return -1;
    }
    size_t here = length < room ? length : room;
    memcpy(worker->out + worker->out_length, bytes, here);
    worker->out_length += here;
    return (ssize_t)here;
}

/* Sends bytes to the secure side; gives how many, -1: it is gone. */
static ssize_t cipher_send(struct tls_secured *secured, const char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t sent = send(secured->connection->fd[secured->side], bytes + done, length - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN)
            return -1;
        if (sent < 0)
            break;
        done += (size_t)sent;
    }
    return (ssize_t)done;
}

bool tls_session_flush(struct tls_secured *secured)
{
    struct tls_worker *worker = secured->worker;
    struct flow *flow = &secured->connection->flows[!secured->side];
    size_t made = worker->out_length, done = 0;
    worker->out_length = 0;
    if (secured->out && !flow->is_blocked) {
        ssize_t sent = cipher_send(secured, secured->out->bytes + secured->out->offset, tls_spill_left(secured->out));
        if (sent < 0)
            return false;
        if (sent)
            tls_spill_take(&secured->out, (size_t)sent);
    }
    if (!secured->out && made) {
        ssize_t sent = cipher_send(secured, worker->out, made);
        if (sent < 0)
            return false;
        done = (size_t)sent;
    }
    if (done < made &&
        (tls_spill_left(secured->out) > TLS_OUT_MAX || !tls_spill_add(&secured->out, worker->out + done, made - done)))
        return false;
    flow->is_blocked = secured->out != NULL;
    return true;
}

bool tls_session_keep(struct tls_secured *secured)
{
    struct tls_worker *worker = secured->worker;
    size_t left = worker->in_end - worker->in_start;
    const char *bytes = worker->in + worker->in_start;
    worker->in_start = worker->in_end = 0;
    return !left || tls_spill_add(&secured->in, bytes, left);
}

/* ---- whom we speak with ---- */

static void failure_set(struct tls_secured *secured, const char *what, struct slice detail)
{
    if (secured->failure)
        return; /* the first one is the cause */
    secured->failure = what;
    if (!detail.length || !(secured->failure_text = malloc(FAILURE_MAX)))
        return;
    snprintf(secured->failure_text, FAILURE_MAX, "%s: %.*s", what, SLICE_ARGS(detail));
    secured->failure = secured->failure_text;
}

static bool peer_is_expected(const struct tls_secured *secured, const struct spiffe *id)
{
    const struct relay_tls_settings *settings = &secured->worker->tls->settings;
    if (secured->destination) {
        for (size_t i = 0; i < secured->destination->identity_count; i++)
            if (spiffe_matches(id, secured->destination->identities[i]))
                return true;
        return false;
    }
    for (size_t i = 0; i < settings->trust_domain_count; i++)
        if (slice_equal(id->trust_domain, settings->trust_domains[i]))
            return true;
    return !settings->trust_domain_count && slice_equal(id->trust_domain, secured->identity->id.trust_domain);
}

/* The session whose handshake this thread is at: what GnuTLS calls meanwhile is given no context. */
static _Thread_local struct tls_secured *handshaking;

static bool peer_check(struct tls_secured *secured)
{
    bool is_server = secured->side == SIDE_CLIENT;
    const char *failure = NULL;
    char text[SPIFFE_MAX];
    struct spiffe id;
    if (!tls_identity_check_peer(&secured->worker->tls->library, secured->session, is_server, text, &id, &failure)) {
        failure_set(secured, failure, (struct slice){0});
        return false;
    }
    free(secured->peer_id);
    secured->peer_id = strndup(id.text.bytes, id.text.length);
    if (secured->peer_id && peer_is_expected(secured, &id))
        return true;
    failure_set(secured, is_server ? "the peer is of another trust domain" : "the peer is not whom we expect", id.text);
    return false;
}

/* Asked when the peer's certificate has come: a client does not even show its own to a server that is the wrong one. */
static int session_verify(gnutls_session_t session)
{
    struct tls_secured *secured = handshaking;
    (void)session;
    if (!secured)
        return GNUTLS_E_CERTIFICATE_ERROR;
    secured->is_expected = peer_check(secured);
    return secured->is_expected ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

/* ---- a name that GnuTLS does not like ---- */

/* Istio's clients ask for names as "outbound_.80_._.web.shop.svc", and GnuTLS refuses a greeting whose server name has
 * an underscore (lib/str.h, _gnutls_dnsname_is_valid), with no setting against it. What it looks at must change after
 * it was hashed, and before the name is looked at. An extension of our own is called in between, if it is to be parsed
 * in the first round; psk_key_exchange_modes, which every client of TLS 1.3 sends and which is about tickets only,
 * which we don't give, may be overridden. Its bytes are a part of the whole message, as the name's are. */
static int name_mend(gnutls_session_t session, const unsigned char *modes, size_t length)
{
    struct tls_secured *secured = handshaking;
    (void)session, (void)length;
    if (!secured || !secured->name_distance || !secured->server_name)
        return 0;
    unsigned char *name = (unsigned char *)modes - secured->name_distance;
    secured->name_distance = 0; /* a second greeting, after HelloRetryRequest, may be laid out in another way */
    size_t name_length = strlen(secured->server_name);
    if (memcmp(name, secured->server_name, name_length) != 0)
        return 0;
    for (size_t i = 0; i < name_length; i++)
        if (name[i] == '_')
            name[i] = '-';
    return 0;
}

static int nothing_sent(gnutls_session_t session, gnutls_buffer_t out)
{
    (void)session, (void)out;
    return 0;
}

static bool name_mending_prepare(const struct tls_secured *secured)
{
    enum { PSK_MODES = 45 };
    return !secured->name_distance ||
           secured->worker->tls->library.gnutls_session_ext_register(
               secured->session, "psk_key_exchange_modes", PSK_MODES, GNUTLS_EXT_VERSION_NEG, name_mend, nothing_sent,
               NULL, NULL, NULL, GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL | GNUTLS_EXT_FLAG_CLIENT_HELLO) >= 0;
}

/* ---- the session ---- */

static bool session_protocols(const struct tls_library *tls, const struct tls_secured *secured)
{
    if (!secured->protocol)
        return true;
    gnutls_datum_t protocol = {(unsigned char *)secured->protocol, (unsigned)strlen(secured->protocol)};
    return tls->gnutls_alpn_set_protocols(secured->session, &protocol, 1, 0) >= 0;
}

enum tls_step tls_session_begin(struct tls_secured *secured)
{
    struct relay_tls *tls = secured->worker->tls;
    const struct tls_library *library = &tls->library;
    bool is_server = secured->side == SIDE_CLIENT;
    pthread_mutex_lock(&tls->lock);
    secured->identity = tls_identity_hold(tls->identity);
    pthread_mutex_unlock(&tls->lock);
    /* No tickets: a session taken up again would be another way past the checks, for little. */
    unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS |
                     (is_server ? GNUTLS_SERVER : GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT);
    secured->phase = TLS_HANDSHAKING;
    if (library->gnutls_init(&secured->session, flags) < 0) {
        secured->session = NULL;
        return TLS_NO_MEMORY;
    }
    gnutls_session_t session = secured->session;
    if (!name_mending_prepare(secured) || library->gnutls_priority_set(session, tls->priority) < 0 ||
        !session_protocols(library, secured) ||
        library->gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, secured->identity->credential.handle) < 0)
        return TLS_NO_MEMORY;
    if (is_server) {
        library->gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
        library->gnutls_certificate_send_x509_rdn_sequence(session, 1); /* no list of whom we trust */
    } else if (secured->server_name) {
        library->gnutls_server_name_set(session, GNUTLS_NAME_DNS, secured->server_name, strlen(secured->server_name));
    }
    library->gnutls_session_set_verify_function(session, session_verify);
    library->gnutls_transport_set_ptr(session, secured);
    library->gnutls_transport_set_pull_function(session, session_pull);
    library->gnutls_transport_set_push_function(session, session_push);
    return tls_session_handshake(secured);
}

static enum tls_step handshake_fail(struct tls_secured *secured, int code)
{
    const struct tls_library *library = &secured->worker->tls->library;
    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
        const char *name = library->gnutls_alert_get_name(library->gnutls_alert_get(secured->session));
        failure_set(secured, "the peer refused TLS", slice_from(name));
    } else if (code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR) {
        failure_set(secured, "the peer went away during the TLS handshake", (struct slice){0});
    } else if (code == GNUTLS_E_NO_CERTIFICATE_FOUND || code == GNUTLS_E_CERTIFICATE_REQUIRED) {
        failure_set(secured, "the peer has shown no certificate", (struct slice){0});
    } else {
        failure_set(secured, "the TLS handshake failed", slice_from(library->gnutls_strerror(code)));
    }
    (void)library->gnutls_alert_send_appropriate(secured->session, code);
    (void)tls_session_flush(secured);
    return TLS_REFUSED;
}

enum tls_step tls_session_handshake(struct tls_secured *secured)
{
    const struct tls_library *library = &secured->worker->tls->library;
    for (;;) {
        secured->is_dry = false;
        handshaking = secured;
        int code = library->gnutls_handshake(secured->session);
        handshaking = NULL;
        if (!tls_session_flush(secured))
            return TLS_SECURE_GONE;
        if (code == GNUTLS_E_SUCCESS)
            break;
        /* Again: for bytes, for room that was made just now, or since a message goes on in the next record. */
        if (code == GNUTLS_E_AGAIN && secured->is_dry)
            return tls_session_keep(secured) ? TLS_AGAIN : TLS_NO_MEMORY;
        if (library->gnutls_error_is_fatal(code))
            return handshake_fail(secured, code);
    }
    if (!secured->is_expected) /* no handshake gets here without a certificate that was asked about */
        return handshake_fail(secured, GNUTLS_E_NO_CERTIFICATE_FOUND);
    secured->peer =
        tls_peers_open(&secured->worker->tls->peers, secured->connection->direction, slice_from(secured->peer_id));
    secured->phase = TLS_PASSING;
    return tls_session_keep(secured) ? TLS_DONE : TLS_NO_MEMORY;
}

void tls_session_end(struct tls_secured *secured)
{
    const struct tls_library *library = &secured->worker->tls->library;
    if (secured->peer)
        atomic_fetch_add_explicit(&secured->peer->closed, 1, memory_order_relaxed);
    secured->worker->in_start = secured->worker->in_end = secured->worker->out_length = 0;
    if (secured->session)
        library->gnutls_deinit(secured->session);
    if (secured->identity)
        tls_identity_release(library, secured->identity);
    free(secured->in);
    free(secured->out);
    free(secured->plain);
    free(secured->peer_id);
    free(secured->server_name);
    free(secured->failure_text);
}
