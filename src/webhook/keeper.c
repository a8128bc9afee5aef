#include "webhook/keeper.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/thread.h"
#include "webhook/keeper_round.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static const struct position nowhere;

enum {
    LOOK_SECONDS = 300,      /* a round at least this often, whatever the watches say */
    FILE_SECONDS = 5,        /* how often the file of CAs is looked at */
    BACK_OFF_MAX_MS = 30000, /* between tries after an error */
    BACK_OFF_MIN_MS = 500,
    QUIET_MS = 100,          /* events that come together make one round */
    STRIFE_SECONDS = 45,     /* a caBundle written again within this time was overwritten by somebody else; longer than
                                the longest pause with its jitter */
    STRIFE_FREE = 3,         /* so often in a row it is put right at once */
    STRIFE_MIN_MS = 250,
    STRIFE_MAX_MS = 1000,    /* an API server that trusts the wrong CA refuses pods: be quick */
    STRIFE_FILE_MAX_MS = 12000, /* ... but it may well be the other one that is right: be patient */
    REQUEST_MS = 8000,
    RETRY_MS = 1000, /* the keeper itself tries again */
};

/* A thread that waits for one kind of object to change. */
struct keeper_watch {
    struct keeper *keeper;
    struct kube_client *client;
    struct kube_resource resource;
    pthread_t thread;
    bool is_running;
};

struct keeper {
    struct keeper_settings settings;
    struct keeper_callbacks callbacks, outer; /* those of the rounds; the user's */
    struct tls_library tls;
    struct kube_client *client;
    struct keeper_round round;
    struct keeper_watch watches[1 + KEEPER_CONFIGURATIONS_MAX];
    size_t watch_count;
    pthread_t thread;
    bool is_running;
    int stop_fd, wake_fd;
    _Atomic int64_t good_until; /* seconds since 1970; 0: not ready */
    unsigned back_off_ms, strife;
    int64_t written_at;
};

static int64_t now_seconds(void)
{
    return (int64_t)time(NULL);
}

static void event_post(int fd)
{
    const uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) /* EAGAIN: it counts enough already */
        ;
}

static void event_drain(int fd)
{
    uint64_t count;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

/* ---- watching ---- */

static void watch_listed(void *context, const struct tree *list)
{
    (void)list;
    event_post(((struct keeper_watch *)context)->keeper->wake_fd);
}

static void watch_changed(void *context, enum kube_event event, const struct tree *object)
{
    (void)event;
    (void)object;
    event_post(((struct keeper_watch *)context)->keeper->wake_fd);
}

static void watch_failed(void *context, const struct error *error)
{
    const struct keeper *keeper = ((struct keeper_watch *)context)->keeper;
    if (keeper->outer.on_failed)
        keeper->outer.on_failed(keeper->outer.context, error);
}

static void *watch_run(void *argument)
{
    struct keeper_watch *watch = argument;
    const struct kube_watcher watcher = {.context = watch, .listed = watch_listed, .changed = watch_changed,
                                         .failed = watch_failed};
    kube_watch(watch->client, &watch->resource, NULL, &watcher, watch->keeper->stop_fd);
    return NULL;
}

/* ---- the thread ---- */

static void certificate_given(void *context, const struct authority_pair *serving,
                              const struct authority_times *times)
{
    struct keeper *keeper = context;
    if (keeper->outer.on_certificate)
        keeper->outer.on_certificate(keeper->outer.context, serving, times);
    atomic_store(&keeper->good_until, times->not_after);
}

static void bundle_written(void *context, struct slice configuration, size_t webhooks)
{
    const struct keeper *keeper = context;
    if (keeper->outer.on_bundle)
        keeper->outer.on_bundle(keeper->outer.context, configuration, webhooks);
}

static void event_told(void *context, const char *text)
{
    const struct keeper *keeper = context;
    if (keeper->outer.on_event)
        keeper->outer.on_event(keeper->outer.context, text);
}

static void failure_told(void *context, const struct error *error)
{
    const struct keeper *keeper = context;
    if (keeper->outer.on_failed)
        keeper->outer.on_failed(keeper->outer.context, error);
}

/* Between one and one and a half times as long, so that replicas get out of step. The process's number and the clock's
 * nanoseconds are random enough for that. */
static int with_jitter(unsigned milliseconds)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    unsigned seed = (unsigned)at.tv_nsec / 1000 + (unsigned)getpid() * 7919;
    return (int)(milliseconds + seed % (milliseconds / 2 + 1));
}

/* How long nothing is done after a round in which somebody else's caBundle was overwritten once more. Replicas that share
 * a Secret agree; but a file of CAs reaches them at different times, and two of different minds must not keep an API
 * server busy. */
static unsigned strife_pause(struct keeper *keeper, const struct keeper_outcome *outcome)
{
    if (!outcome->written)
        return 0;
    int64_t now = now_seconds();
    bool is_again = keeper->written_at && now - keeper->written_at < STRIFE_SECONDS;
    keeper->written_at = now;
    keeper->strife = is_again ? keeper->strife + 1 : 0;
    if (keeper->strife <= STRIFE_FREE)
        return 0;
    unsigned most = keeper->settings.secret.length ? STRIFE_MAX_MS : STRIFE_FILE_MAX_MS;
    unsigned doublings = keeper->strife - STRIFE_FREE - 1;
    unsigned pause = doublings > 6 ? most : (unsigned)STRIFE_MIN_MS << doublings;
    return pause < most ? pause : most;
}

/* How long until the next round at the latest. */
static int wait_time(struct keeper *keeper, const struct keeper_outcome *outcome)
{
    int64_t seconds = keeper->settings.secret.length ? LOOK_SECONDS : FILE_SECONDS, now = now_seconds();
    if (outcome->look_at - now < seconds)
        seconds = outcome->look_at > now ? outcome->look_at - now : 0;
    if (!outcome->failed) {
        keeper->back_off_ms = 0;
        return (int)(seconds * 1000) + 50; /* not a moment too soon */
    }
    keeper->back_off_ms = keeper->back_off_ms ? 2 * keeper->back_off_ms : BACK_OFF_MIN_MS;
    if (keeper->back_off_ms > BACK_OFF_MAX_MS)
        keeper->back_off_ms = BACK_OFF_MAX_MS;
    return with_jitter(keeper->back_off_ms);
}

/* Waits; wakes for events if `listen`. True: stop. */
static bool wait_for(const struct keeper *keeper, int milliseconds, bool listen)
{
    struct pollfd polled[] = {{.fd = keeper->stop_fd, .events = POLLIN},
                              {.fd = listen ? keeper->wake_fd : -1, .events = POLLIN}};
    int count = poll(polled, ARRAY_LENGTH(polled), milliseconds);
    return count > 0 && (polled[0].revents & POLLIN);
}

static void *keeper_run(void *argument)
{
    struct keeper *keeper = argument;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    for (;;) {
        struct keeper_outcome outcome;
        event_drain(keeper->wake_fd);
        keeper_round_run(&keeper->round, &arena, now_seconds(), &outcome);
        arena_reset(&arena);
        if (!keeper->settings.secret.length && outcome.has_bundle)
            atomic_store(&keeper->good_until, INT64_MAX);
        unsigned pause = strife_pause(keeper, &outcome);
        if (outcome.failed && pause < BACK_OFF_MIN_MS) /* then events are heard again: another part may be well */
            pause = BACK_OFF_MIN_MS;
        if ((pause && wait_for(keeper, with_jitter(pause), false)) ||
            wait_for(keeper, wait_time(keeper, &outcome), true) || wait_for(keeper, QUIET_MS, false))
            return NULL;
    }
}

/* ---- life ---- */

static bool settings_check(const struct keeper_settings *settings, struct error *error)
{
    if (settings->configuration_count > KEEPER_CONFIGURATIONS_MAX)
        return error_set(error, ERROR_LIMIT, nowhere, "%zu webhook configurations, want %d at most",
                         settings->configuration_count, KEEPER_CONFIGURATIONS_MAX);
    if (!settings->secret.length && !settings->ca_file.length)
        return error_set(error, ERROR_MISSING, nowhere, "neither a Secret nor a file of CAs to keep");
    if (!settings->secret.length && !settings->configuration_count)
        return error_set(error, ERROR_MISSING, nowhere, "a file of CAs, and no webhook configuration to write them to");
    if (settings->secret.length && (!settings->namespace.length || !settings->service.length))
        return error_set(error, ERROR_MISSING, nowhere, "a certificate needs the Service's name and namespace");
    return !settings->rotation || rotation_check(settings->rotation, error);
}

static void watch_add(struct keeper *keeper, const struct kube_resource *resource)
{
    keeper->watches[keeper->watch_count++] = (struct keeper_watch){.keeper = keeper, .resource = *resource};
}

static void watches_choose(struct keeper *keeper)
{
    const struct keeper_settings *settings = &keeper->settings;
    if (settings->secret.length)
        watch_add(keeper, &(struct kube_resource){"v1", "secrets", settings->namespace, settings->secret});
    for (size_t i = 0; i < settings->configuration_count; i++)
        watch_add(keeper, &(struct kube_resource){"admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations",
                                                  .name = settings->configurations[i]});
}

static bool threads_start(struct keeper *keeper, struct error *error)
{
    keeper->is_running = thread_start(&keeper->thread, THREAD_DEEP, keeper_run, keeper, "certificates", error);
    bool done = keeper->is_running;
    for (size_t i = 0; done && i < keeper->watch_count; i++)
        done = keeper->watches[i].is_running =
            thread_start(&keeper->watches[i].thread, THREAD_DEEP, watch_run, &keeper->watches[i], "a watch", error);
    return done;
}

bool keeper_start(const struct keeper_settings *settings, const struct keeper_callbacks *callbacks,
                  struct keeper **ret_keeper, struct error *error)
{
    if (!settings_check(settings, error))
        return false;
    _cleanup_(keeper_stop) struct keeper *keeper = memory_new(1, sizeof *keeper);
    keeper->settings = *settings;
    keeper->settings.access.timeout_ms = REQUEST_MS;
    keeper->settings.access.retry_ms = RETRY_MS;
    keeper->outer = *callbacks;
    keeper->callbacks = (struct keeper_callbacks){keeper, certificate_given, bundle_written, event_told, failure_told};
    keeper->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    keeper->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (keeper->stop_fd < 0 || keeper->wake_fd < 0)
        return error_errno(error, "cannot make an eventfd");
    if (!tls_library_load(&keeper->tls, error) ||
        !kube_client_open(&keeper->settings.access, &keeper->client, error))
        return false;
    keeper->round = (struct keeper_round){.tls = &keeper->tls, .client = keeper->client,
                                          .settings = &keeper->settings, .callbacks = &keeper->callbacks};
    watches_choose(keeper);
    for (size_t i = 0; i < keeper->watch_count; i++) {
        if (!kube_client_open(&keeper->settings.access, &keeper->watches[i].client, error))
            return false;
    }
    if (!threads_start(keeper, error))
        return false;
    *ret_keeper = keeper;
    keeper = NULL;
    return true;
}

bool keeper_is_ready(struct keeper *keeper)
{
    return now_seconds() < atomic_load(&keeper->good_until);
}

void keeper_wake(struct keeper *keeper)
{
    event_post(keeper->wake_fd);
}

void keeper_stop(struct keeper **keeper)
{
    struct keeper *self = *keeper;
    if (!self)
        return;
    event_post(self->stop_fd);
    if (self->is_running)
        pthread_join(self->thread, NULL);
    for (size_t i = 0; i < self->watch_count; i++) {
        if (self->watches[i].is_running)
            pthread_join(self->watches[i].thread, NULL);
        kube_client_close(&self->watches[i].client);
    }
    kube_client_close(&self->client);
    keeper_round_done(&self->round);
    fd_close(&self->stop_fd);
    fd_close(&self->wake_fd);
    free(self);
    *keeper = NULL;
}
