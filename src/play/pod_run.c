#include "play/hosts.h"
#include "play/link.h"
#include "play/run.h"

enum { HOSTS_MAX = 1 << 20, QUIT_WAIT_MS = 3000, HOLD_MAX_MS = 60000 };

/* ---- start -------------------------------------------------------------------------------------------------- */

/* Pods of Jobs come when everybody else is ready, or has had a minute for it: that is more than Kubernetes promises,
 * and makes a play come out the same each time. */
static bool is_held(struct play_pod_run *pod)
{
    struct play_run *run = pod->run;
    if (!pod->plan->ends || pod->sandbox.process)
        return false;
    if (run->now_ms - run->start_ms > HOLD_MAX_MS)
        return false;
    for (size_t i = 0; i < run->plan->pod_count; i++) {
        if (!run->pods[i].plan->ends && !run->pods[i].is_ready) {
            play_wake(run, run->start_ms + HOLD_MAX_MS);
            return true;
        }
    }
    return run->are_services_stale;
}

static bool sandbox_make(struct play_pod_run *pod)
{
    struct play_run *run = pod->run;
    struct error error;
    _cleanup_(buffer_done) struct buffer hosts = BUFFER_INIT(HOSTS_MAX);
    play_hosts_text(run->plan, pod->plan, &hosts);
    pod->hosts = arena_copy(run->plan->arena, buffer_slice(&hosts));
    if (!play_sandbox_start(pod->plan->name, &pod->sandbox, &error) ||
        !play_pod_join(run->node, pod->sandbox.network, pod->number, pod->plan->address, &error) ||
        !play_files_make(&run->scratch, pod->plan, pod->number, &error)) {
        play_fail(pod, NULL, &error);
        return false;
    }
    play_say(run, PLAY_TONE_STATE, pod, NULL, "a network of its own: %.*s, namespaces of process %d",
             SLICE_ARGS(pod->plan->address), pod->sandbox.process);
    return true;
}

/* Whether the next one may come: init containers one after another, and each behind the postStart hook of the one
 * before (Kubernetes, pkg/kubelet/kuberuntime, SyncPod). */
static bool has_passed(const struct play_container_run *container)
{
    if (container->plan->kind == PLAY_INIT)
        return play_container_is_over(container) && !container->code;
    return container->hook_is_done && (container->plan->kind == PLAY_APP || container->is_started);
}

static void start_on(struct play_pod_run *pod)
{
    while (!pod->run->is_failed && pod->next < pod->plan->count) {
        struct play_container_run *before = pod->next ? &pod->containers[pod->next - 1] : NULL;
        if (before && !has_passed(before))
            return;
        if (before && before->plan->is_capture)
            play_rules_look(pod);
        play_container_start(&pod->containers[pod->next++]);
    }
}

/* ---- the end ------------------------------------------------------------------------------------------------ */

static bool are_over(const struct play_pod_run *pod, bool of_apps)
{
    for (size_t i = 0; i < pod->plan->count; i++) {
        const struct play_container_run *container = &pod->containers[i];
        bool is_app = container->plan->kind == PLAY_APP && !container->plan->is_proxy;
        bool is_over = container->state == PLAY_WAITING ? !of_apps || !is_app : play_container_is_over(container);
        if ((!of_apps || is_app) && !is_over)
            return false;
    }
    return true;
}

static void over_note(struct play_pod_run *pod)
{
    for (size_t i = 0; i < pod->plan->count; i++) {
        const struct play_container_run *container = &pod->containers[i];
        bool counts = container->plan->kind == PLAY_APP && !container->plan->is_proxy;
        pod->has_failed |= counts && container->code != 0 && !pod->is_stopping;
    }
    pod->is_over = true;
    if (pod->is_stopping)
        return;
    play_say(pod->run, pod->has_failed ? PLAY_TONE_BAD : PLAY_TONE_GOOD, pod, NULL,
             pod->has_failed ? "failed" : "completed");
}

/* The apps have ended by themselves: what only serves them goes, too. */
static void sidecars_stop(struct play_pod_run *pod)
{
    bool has_old_proxy = false;
    for (size_t i = pod->plan->count; i-- > 0;) {
        struct play_container_run *container = &pod->containers[i];
        if (container->state != PLAY_RUNNING)
            continue;
        if (container->plan->kind == PLAY_SIDECAR)
            play_container_stop(container);
        else
            has_old_proxy |= container->plan->is_proxy;
    }
    if (!has_old_proxy)
        return;
    if (!pod->was_asked_to_quit) {
        pod->was_asked_to_quit = true;
        pod->stop_ms = pod->run->now_ms;
        play_proxy_quit(pod);
    }
    if (pod->run->now_ms - pod->stop_ms < QUIT_WAIT_MS) {
        play_wake(pod->run, pod->stop_ms + QUIT_WAIT_MS);
        return;
    }
    for (size_t i = 0; i < pod->plan->count; i++)
        play_container_stop(&pod->containers[i]);
}

/* Apps first, then what they talked through, last started first (Kubernetes 1.29: sidecars end in reverse order). */
static void stop_on(struct play_pod_run *pod)
{
    struct play_run *run = pod->run;
    bool apps_are_over = are_over(pod, true);
    for (size_t i = pod->plan->count; i-- > 0;) {
        struct play_container_run *container = &pod->containers[i];
        bool is_app = container->plan->kind == PLAY_APP && !container->plan->is_proxy;
        if (is_app || apps_are_over || container->plan->kind == PLAY_INIT)
            play_container_stop(container);
        if (run->now_ms >= pod->kill_ms)
            play_process_signal(&container->process, SIGKILL);
    }
    play_wake(run, pod->kill_ms);
}

void play_pod_stop(struct play_pod_run *pod)
{
    if (pod->is_stopping || pod->is_over)
        return;
    int64_t grace = pod->plan->grace_s < pod->run->settings->grace_s ? pod->plan->grace_s : pod->run->settings->grace_s;
    pod->is_stopping = true;
    pod->kill_ms = pod->run->now_ms + grace * 1000;
}

/* ---- both --------------------------------------------------------------------------------------------------- */

static void ready_note(struct play_pod_run *pod)
{
    bool is_ready = !pod->is_stopping && !pod->is_over && pod->next == pod->plan->count;
    for (size_t i = 0; is_ready && i < pod->plan->count; i++)
        is_ready = pod->containers[i].plan->kind == PLAY_INIT || pod->containers[i].is_ready;
    if (is_ready == pod->is_ready)
        return;
    pod->is_ready = is_ready;
    pod->run->are_services_stale = true;
    if (is_ready)
        play_say(pod->run, PLAY_TONE_GOOD, pod, NULL, "pod ready");
}

void play_pod_step(struct play_pod_run *pod)
{
    if (pod->is_over)
        return;
    for (size_t i = 0; i < pod->plan->count; i++)
        play_container_step(&pod->containers[i]);
    const struct play_container_run *last = pod->next ? &pod->containers[pod->next - 1] : NULL;
    if (pod->is_stopping)
        stop_on(pod);
    else if (!is_held(pod) && (pod->sandbox.process || sandbox_make(pod)))
        start_on(pod);
    bool init_failed = last && last->plan->kind == PLAY_INIT && play_container_is_over(last) && last->code;
    if (init_failed && !pod->is_stopping) {
        pod->has_failed = true;
        play_say(pod->run, PLAY_TONE_BAD, pod, NULL, "an init container failed, so there is no more to start");
        play_pod_stop(pod);
    }
    if (pod->next == pod->plan->count && !pod->is_stopping && are_over(pod, true))
        sidecars_stop(pod);
    if ((pod->is_stopping || pod->next == pod->plan->count) && are_over(pod, false))
        over_note(pod);
    ready_note(pod);
}

void play_pod_done(struct play_pod_run *pod)
{
    for (size_t i = 0; i < pod->plan->count; i++)
        play_container_done(&pod->containers[i]);
    play_sandbox_done(&pod->sandbox);
    arena_done(&pod->rules_arena);
}
