#include "relay/tls.h"
#include "base/fd.h"
#include "base/memory.h"
#include "relay/tls_connection.h"
#include "serve/file_watch.h"
#include "serve/moment.h"
#include "serve/thread.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    FILE_MAX = 1024 * 1024,
    DEBOUNCE_MS = 100,         /* as Istio's FILE_DEBOUNCE_DURATION: several files change one after the other */
    LOOK_EARLY_MS = 500,       /* as long as there is no identity: the folder may not be there yet */
    LOOK_AGAIN_MS = 30 * 1000, /* for folders that were made anew, or file systems that do not tell */
};

/* TLS 1.2 and 1.3, and the ciphers, as Istio's (pilot/pkg/security/authn/utils/utils.go, SupportedCiphers); 128 bits
 * first, as the proxies' own library orders them where the processor knows AES. */
static const char priorities[] = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AES-256-GCM:+AEAD:"
                                 "+ECDHE-ECDSA:+ECDHE-RSA:+RSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"
                                 "+SIGN-ALL:+COMP-NULL:+CTYPE-X509";

struct relay_tls *relay_tls_new(const struct relay_tls_settings *settings)
{
    struct relay_tls *tls = memory_new(1, sizeof *tls);
    tls->hooks = &tls_connection_hooks;
    tls->settings = *settings;
    tls->wake = -1;
    atomic_init(&tls->is_ready, false);
    tls_names_init(&tls->names);
    tls_peers_init(&tls->peers);
    pthread_mutex_init(&tls->lock, NULL);
    return tls;
}

void relay_tls_free(struct relay_tls *tls)
{
    if (!tls)
        return;
    relay_tls_stop(tls);
    tls_identity_release(&tls->library, tls->identity);
    if (tls->priority)
        tls->library.gnutls_priority_deinit(tls->priority);
    tls_names_done(&tls->names);
    tls_peers_done(&tls->peers);
    pthread_mutex_destroy(&tls->lock);
    free(tls);
}

/* ---- loading ---- */

static bool library_start(struct relay_tls *tls, struct error *error)
{
    if (tls->priority)
        return true;
    if (!tls_library_load(&tls->library, error))
        return false;
    int code = tls->library.gnutls_priority_init(&tls->priority, priorities, NULL);
    return code >= 0 || tls_error(&tls->library, error, code, "GnuTLS does not know the ciphers");
}

static void key_clear(struct buffer *buffer)
{
    if (buffer->bytes)
        explicit_bzero(buffer->bytes, buffer->capacity);
    buffer_done(buffer);
}

/* Takes what the files say into force, unless it is. */
static bool identity_load(struct relay_tls *tls, bool *ret_changed, struct error *error)
{
    const struct relay_tls_settings *settings = &tls->settings;
    _cleanup_(buffer_done) struct buffer chain = BUFFER_INIT(FILE_MAX), roots = BUFFER_INIT(FILE_MAX);
    _cleanup_(key_clear) struct buffer key = BUFFER_INIT(FILE_MAX);
    *ret_changed = false;
    if (!library_start(tls, error) || !fd_read_file(settings->chain, &chain, error) ||
        !fd_read_file(settings->key, &key, error) || !fd_read_file(settings->roots, &roots, error))
        return false;
    const struct tls_credential_source source = {
        .chain_name = slice_from(settings->chain),
        .key_name = slice_from(settings->key),
        .roots_name = slice_from(settings->roots),
        .chain = buffer_slice(&chain),
        .key = buffer_slice(&key),
        .roots = buffer_slice(&roots),
    };
    struct tls_identity *identity;
    if (tls->identity && tls_credential_is(&tls->identity->credential, &source)) /* only this thread changes it */
        return true;
    if (!tls_identity_load(&tls->library, &source, &identity, error))
        return false;
    pthread_mutex_lock(&tls->lock);
    struct tls_identity *old = tls->identity;
    tls->identity = identity;
    tls->loads++;
    pthread_mutex_unlock(&tls->lock);
    tls_identity_release(&tls->library, old);
    *ret_changed = true;
    return true;
}

static void refresh(struct relay_tls *tls)
{
    struct error error = {0};
    bool is_changed;
    bool is_fine = identity_load(tls, &is_changed, &error);
    if (is_fine && !is_changed)
        return;
    if (is_fine) {
        atomic_store_explicit(&tls->is_ready, true, memory_order_release);
        relay_secure(tls->relay, tls);
    } else {
        pthread_mutex_lock(&tls->lock);
        tls->failures++;
        pthread_mutex_unlock(&tls->lock);
    }
    if (tls->settings.reported)
        tls->settings.reported(tls->settings.context, is_fine ? RELAY_TLS_LOADED : RELAY_TLS_LOAD_FAILED,
                               is_fine ? NULL : &error);
}

/* True: the thread is to end. */
static bool is_ended_within(const struct relay_tls *tls, const struct file_watch *watch, int wait_ms, bool *ret_told)
{
    struct pollfd fds[] = {{tls->wake, POLLIN, 0}, {watch ? watch->fd : -1, POLLIN, 0}};
    int count = poll(fds, ARRAY_LENGTH(fds), wait_ms);
    *ret_told = count > 0 && fds[1].revents;
    return count > 0 && fds[0].revents;
}

static void *tls_run(void *context)
{
    struct relay_tls *tls = context;
    _cleanup_(file_watch_done) struct file_watch watch = FILE_WATCH_INIT;
    struct error error = {0};
    file_watch_add(&watch, slice_from(tls->settings.chain));
    file_watch_add(&watch, slice_from(tls->settings.key));
    file_watch_add(&watch, slice_from(tls->settings.roots));
    if (!file_watch_start(&watch, &error) && tls->settings.reported) /* then they are looked at now and then */
        tls->settings.reported(tls->settings.context, RELAY_TLS_LOAD_FAILED, &error);
    uint64_t seen = file_watch_signature(&watch);
    refresh(tls);
    for (;;) {
        bool is_told, ignored;
        int wait_ms = tls->identity ? LOOK_AGAIN_MS : LOOK_EARLY_MS;
        if (is_ended_within(tls, &watch, wait_ms, &is_told))
            return NULL;
        if (is_told && is_ended_within(tls, NULL, DEBOUNCE_MS, &ignored))
            return NULL;
        if (watch.fd >= 0)
            file_watch_drain(&watch);
        file_watch_again(&watch);
        uint64_t now = file_watch_signature(&watch);
        if (now != seen)
            refresh(tls);
        seen = now;
    }
}

bool relay_tls_start(struct relay_tls *tls, struct relay *relay, struct error *error)
{
    tls->relay = relay;
    tls->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (tls->wake < 0)
        return error_errno(error, "eventfd");
    tls->is_running = thread_start(&tls->thread, THREAD_SMALL, tls_run, tls, "certificates", error);
    return tls->is_running;
}

void relay_tls_stop(struct relay_tls *tls)
{
    static const uint64_t one = 1;
    if (!tls)
        return;
    if (tls->is_running) {
        ssize_t ignored = write(tls->wake, &one, sizeof one);
        (void)ignored;
        pthread_join(tls->thread, NULL);
        tls->is_running = false;
    }
    fd_close(&tls->wake);
}

/* ---- asking and telling ---- */

void relay_tls_name_seen(struct relay_tls *tls, struct slice name, int family, const uint8_t *address, uint32_t seconds)
{
    const struct relay_tls_settings *settings = &tls->settings;
    int64_t now_ms = moment_steady_ms();
    for (size_t i = 0; i < settings->destination_count; i++) {
        const struct relay_tls_destination *one = &settings->destinations[i];
        if (one->network.family || !tls_name_is_below(name, one->name))
            continue;
        tls_names_put(&tls->names, name, family, address, now_ms,
                      now_ms + ((int64_t)seconds + TLS_NAME_GRACE_SECONDS) * 1000);
        return;
    }
}

void relay_tls_look(struct relay_tls *tls, struct relay_tls_state *ret_state)
{
    *ret_state = (struct relay_tls_state){0};
    pthread_mutex_lock(&tls->lock);
    ret_state->loads = tls->loads;
    ret_state->failures = tls->failures;
    if (tls->identity) {
        struct slice id = tls->identity->id.text;
        ret_state->is_ready = true;
        ret_state->from = tls->identity->credential.from;
        ret_state->until = tls->identity->credential.until;
        id = slice_range(id, 0, sizeof ret_state->identity - 1);
        memcpy(ret_state->identity, id.bytes, id.length);
    }
    pthread_mutex_unlock(&tls->lock);
}

size_t relay_peers(struct relay_tls *tls, enum relay_direction direction, struct relay_peer ret_peers[])
{
    return tls_peers_list(&tls->peers, direction, ret_peers);
}
