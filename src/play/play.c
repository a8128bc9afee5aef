#include "play/play.h"
#include "base/fd.h"
#include "play/link.h"
#include "play/run.h"
#include "play/service.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { SAY_MAX = PLAY_LINE_MAX * 4 + 1024, RULES_MAX = 8 << 20, WAIT_MAX_MS = 60000 };

int64_t play_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void play_wake(struct play_run *run, int64_t at_ms)
{
    run->wake_ms = at_ms < run->wake_ms ? at_ms : run->wake_ms;
}

void play_say(struct play_run *run, enum play_tone tone, const struct play_pod_run *pod,
              const struct play_container_run *container, const char *format, ...)
{
    va_list arguments;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(SAY_MAX);
    char *room = buffer_reserve(&text, SAY_MAX - 1);
    va_start(arguments, format);
    int length = vsnprintf(room, SAY_MAX - 1, format, arguments);
    va_end(arguments);
    text.length = length < 0 ? 0 : length < SAY_MAX - 1 ? (size_t)length : (size_t)SAY_MAX - 2;
    const struct play_event event = {.tone = tone,
                                     .at_ms = play_clock_ms() - run->start_ms,
                                     .pod = pod ? pod->plan->name : SLICE(""),
                                     .container = container ? container->plan->name : SLICE(""),
                                     .text = buffer_slice(&text)};
    run->settings->observe(run->settings->context, &event);
}

void play_fail(struct play_pod_run *pod, const struct play_container_run *container, const struct error *error)
{
    struct play_run *run = pod->run;
    if (run->is_failed)
        return;
    run->is_failed = true;
    run->error = *error;
    if (container)
        error_wrap(&run->error, "container %.*s", SLICE_ARGS(container->plan->name));
    error_wrap(&run->error, "pod %.*s", SLICE_ARGS(pod->plan->name));
}

/* ---- one round ---------------------------------------------------------------------------------------------- */

static void services_update(struct play_run *run)
{
    bool ready[PLAY_PODS_MAX] = {0};
    struct error error;
    _cleanup_(buffer_done) struct buffer rules = BUFFER_INIT(RULES_MAX);
    if (!run->are_services_stale || !run->plan->service_count) {
        run->are_services_stale = false;
        return;
    }
    run->are_services_stale = false;
    for (size_t i = 0; i < run->plan->pod_count; i++)
        ready[i] = run->pods[i].is_ready;
    play_service_rules(run->plan, ready, &rules);
    if (!play_service_apply(&run->scratch, run->node, run->settings->path, run->settings->environment,
                            buffer_slice(&rules), &error))
        play_fail(&run->pods[0], NULL, &error);
}

struct waiting {
    struct pollfd *list;
    size_t count;
};

static void waiting_add(struct waiting *waiting, int fd, short events)
{
    if (fd >= 0)
        waiting->list[waiting->count++] = (struct pollfd){.fd = fd, .events = events};
}

static void waiting_add_attempt(struct waiting *waiting, const struct play_attempt *attempt)
{
    short events;
    if (!attempt->is_active)
        return;
    int fd = play_attempt_fd(attempt, &events);
    waiting_add(waiting, fd, events);
}

static void waiting_fill(const struct play_run *run, struct waiting *waiting)
{
    waiting->count = 0;
    waiting_add(waiting, run->signals, POLLIN);
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        for (size_t j = 0; j < run->pods[i].plan->count; j++) {
            const struct play_container_run *container = &run->pods[i].containers[j];
            waiting_add(waiting, container->streams[0].fd, POLLIN);
            waiting_add(waiting, container->streams[1].fd, POLLIN);
            for (size_t k = 0; k < PLAY_PROBES; k++)
                waiting_add_attempt(waiting, &container->probes[k].attempt);
            waiting_add_attempt(waiting, &container->hook);
        }
    }
}

/* Five descriptors a container, and a hook. */
static struct waiting waiting_make(struct play_run *run)
{
    size_t count = 1;
    for (size_t i = 0; i < run->plan->pod_count; i++)
        count += run->plan->pods[i].count * (2 + PLAY_PROBES + 1);
    return (struct waiting){arena_new(run->plan->arena, struct pollfd, count), 0};
}

/* Gives the number of a signal that asks for the end; 0: none. */
static int signal_read(struct play_run *run)
{
    struct signalfd_siginfo info;
    int asked = 0;
    while (read(run->signals, &info, sizeof info) == (ssize_t)sizeof info)
        asked = info.ssi_signo == SIGCHLD ? asked : (int)info.ssi_signo;
    return asked;
}

/* Until something happens, or it is time for something. */
static void wait_on(struct play_run *run, struct waiting *waiting)
{
    waiting_fill(run, waiting);
    int64_t left = run->wake_ms - play_clock_ms();
    (void)poll(waiting->list, (nfds_t)waiting->count, (int)(left < 0 ? 0 : left > WAIT_MAX_MS ? WAIT_MAX_MS : left));
}

static void step_all(struct play_run *run)
{
    run->now_ms = play_clock_ms();
    run->wake_ms = run->now_ms + WAIT_MAX_MS;
    arena_reset(&run->scratch);
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        struct play_pod_run *pod = &run->pods[i];
        for (size_t j = 0; j < pod->plan->count; j++)
            play_container_listen(&pod->containers[j]);
        bool was_over = pod->is_over;
        play_pod_step(pod);
        if (pod->is_over != was_over)
            run->wake_ms = run->now_ms;
    }
    if (run->are_services_stale) {
        services_update(run);
        run->wake_ms = run->now_ms; /* pods may have waited for that */
    }
}

static bool is_done(const struct play_run *run)
{
    bool any = false, all = true;
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        any |= run->pods[i].plan->ends;
        all &= run->pods[i].is_over || (run->settings->until_done && !run->pods[i].plan->ends);
    }
    return all && (any || !run->settings->until_done);
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

static void pods_make(struct play_run *run)
{
    struct arena *arena = run->plan->arena;
    run->pods = arena_new(arena, struct play_pod_run, run->plan->pod_count);
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        struct play_pod_run *pod = &run->pods[i];
        *pod =
            (struct play_pod_run){.plan = &run->plan->pods[i], .run = run, .number = i, .sandbox = PLAY_SANDBOX_INIT};
        pod->containers = arena_new(arena, struct play_container_run, pod->plan->count);
        for (size_t j = 0; j < pod->plan->count; j++) {
            struct play_container_run *container = &pod->containers[j];
            *container = (struct play_container_run){.plan = &pod->plan->containers[j],
                                                     .pod = pod,
                                                     .number = j,
                                                     .process = PLAY_PROCESS_INIT,
                                                     .streams = {PLAY_LINES_INIT, PLAY_LINES_INIT},
                                                     .write_end = -1,
                                                     .ready_ms = -1,
                                                     .hook = PLAY_ATTEMPT_INIT};
            for (size_t k = 0; k < PLAY_PROBES; k++)
                container->probes[k].attempt = (struct play_attempt)PLAY_ATTEMPT_INIT;
        }
    }
}

static bool world_make(struct play_run *run, struct error *error)
{
    sigset_t all;
    sigemptyset(&all);
    sigaddset(&all, SIGCHLD);
    sigaddset(&all, SIGINT);
    sigaddset(&all, SIGTERM);
    sigaddset(&all, SIGHUP);
    if (geteuid() != 0)
        return error_set(error, ERROR_REFUSED, (struct position){0},
                         "it takes root to make namespaces and networks: run it with sudo");
    if (sigprocmask(SIG_BLOCK, &all, NULL) < 0 || (run->signals = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC)) < 0)
        return error_errno(error, "signals");
    return play_host_mounts_read(run->plan->arena, &run->mounts, error) && play_folder_mount(error) &&
           play_node_make(&run->node, error);
}

static void play_on(struct play_run *run, struct waiting *waiting)
{
    int64_t end = run->settings->limit_s ? run->start_ms + run->settings->limit_s * 1000 : INT64_MAX;
    run->are_services_stale = true;
    for (;;) {
        step_all(run);
        if (run->is_failed || is_done(run))
            return;
        if (run->now_ms >= end) {
            run->summary->is_late = true;
            return;
        }
        play_wake(run, end);
        wait_on(run, waiting);
        int asked = signal_read(run);
        if (asked) {
            play_say(run, PLAY_TONE_STATE, NULL, NULL, "%s: taking everything down", strsignal(asked));
            return;
        }
    }
}

/* A second signal does not wait for programs that take their time. */
static void take_down(struct play_run *run, struct waiting *waiting)
{
    bool is_over = false;
    run->now_ms = play_clock_ms();
    for (size_t i = run->plan->pod_count; i-- > 0;)
        play_pod_stop(&run->pods[i]);
    while (!is_over && !signal_read(run)) {
        step_all(run);
        is_over = true;
        for (size_t i = 0; i < run->plan->pod_count; i++)
            is_over &= run->pods[i].is_over;
        if (!is_over)
            wait_on(run, waiting);
    }
    for (size_t i = run->plan->pod_count; i-- > 0;)
        play_pod_done(&run->pods[i]);
}

static void summary_fill(struct play_run *run)
{
    struct play_summary *summary = run->summary;
    summary->proxies =
        arena_new(run->plan->arena, struct play_proxy_memory, run->plan->pod_count * PLAY_CONTAINERS_MAX);
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        const struct play_pod_run *pod = &run->pods[i];
        summary->failed += pod->has_failed;
        for (size_t j = 0; j < pod->plan->count; j++) {
            const struct play_container_run *container = &pod->containers[j];
            if (container->plan->is_proxy && container->started_ms)
                summary->proxies[summary->proxy_count++] = (struct play_proxy_memory){
                    pod->plan->name, container->resident_kb, container->private_kb, container->ready_ms};
        }
    }
}

bool play_run(const struct play_plan *plan, const struct play_settings *settings, struct play_summary *ret_summary,
              struct error *error)
{
    struct play_run run = {.plan = plan,
                           .settings = settings,
                           .summary = ret_summary,
                           .node = -1,
                           .signals = -1,
                           .start_ms = play_clock_ms()};
    *ret_summary = (struct play_summary){.through_us = -1, .past_us = -1};
    bool done = world_make(&run, error);
    if (done) {
        struct waiting waiting = waiting_make(&run);
        pods_make(&run);
        play_on(&run, &waiting);
        if (!run.is_failed)
            play_measure(&run);
        take_down(&run, &waiting);
        summary_fill(&run);
        if (run.is_failed) {
            *error = run.error;
            done = false;
        }
    }
    arena_done(&run.scratch);
    fd_close(&run.node);
    fd_close(&run.signals);
    return done;
}
