#include "base/fd.h"
#include "play/run.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOOK_LIMIT_MS = 120000, STEADY_MS = 10000 };

static struct play_attempt_world world_of(const struct play_container_run *container)
{
    return (struct play_attempt_world){.pod = container->pod->plan,
                                       .container = container->plan,
                                       .running = container->process.handle,
                                       .node = container->pod->run->node,
                                       .output = container->write_end};
}

/* ---- output ------------------------------------------------------------------------------------------------- */

static void line_take(void *context, struct slice line)
{
    struct play_container_run *container = context;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(PLAY_LINE_MAX * 4);
    if (container->plan->is_proxy && slice_starts(line, SLICE("{"))) {
        play_proxy_line(container, line);
        return;
    }
    play_escape(&text, line);
    play_say(container->pod->run, PLAY_TONE_OUTPUT, container->pod, container, "%.*s", (int)text.length,
             text.length ? text.bytes : "");
}

void play_container_listen(struct play_container_run *container)
{
    for (size_t i = 0; i < ARRAY_LENGTH(container->streams); i++) {
        if (container->streams[i].fd >= 0)
            (void)play_lines_read(&container->streams[i], line_take, container);
    }
}

/* One pipe for each stream; what probes print comes out where the program's own output does. */
static bool streams_open(struct play_container_run *container, int ret_ends[2], struct error *error)
{
    for (size_t i = 0; i < 2; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
            return error_errno(error, "a pipe");
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        play_container_listen(container);
        play_lines_done(&container->streams[i]);
        container->streams[i] = (struct play_lines)PLAY_LINES_INIT;
        container->streams[i].fd = ends[0];
        ret_ends[i] = ends[1];
    }
    return true;
}

/* ---- start -------------------------------------------------------------------------------------------------- */

static void probes_reset(struct play_container_run *container)
{
    for (size_t i = 0; i < PLAY_PROBES; i++) {
        play_attempt_done(&container->probes[i].attempt);
        container->probes[i] = (struct play_probe_run){
            .attempt = PLAY_ATTEMPT_INIT,
            .next_ms = container->started_ms + container->plan->probes[i].delay_s * 1000,
        };
    }
    play_attempt_done(&container->hook);
    container->is_started = container->is_ready = container->was_shown_ready = false;
    container->hook_is_done = container->plan->post_start.kind == PLAY_ACTION_NONE;
}

void play_container_start(struct play_container_run *container)
{
    struct play_pod_run *pod = container->pod;
    struct error error;
    int ends[2] = {-1, -1};
    const struct play_root root = {.host = &pod->run->mounts,
                                   .container = container->plan,
                                   .pod = pod->number,
                                   .number = container->number,
                                   .hosts = pod->hosts,
                                   .host_name = pod->plan->name};
    bool done = streams_open(container, ends, &error);
    const struct play_launch launch = {.pod = pod->plan,
                                       .container = container->plan,
                                       .sandbox = &pod->sandbox,
                                       .root = &root,
                                       .argv = container->plan->argv,
                                       .output = ends[0],
                                       .errors = ends[1]};
    container->started_ms = play_clock_ms();
    done = done && play_launch(&launch, &container->process, &error);
    fd_close(&container->write_end);
    container->write_end = fd_take(&ends[0]);
    fd_close(&ends[1]);
    if (!done) {
        play_fail(pod, container, &error);
        return;
    }
    container->state = PLAY_RUNNING;
    container->is_stopping = container->was_asked = false;
    probes_reset(container);
    if (!container->plan->is_capture)
        play_say(pod->run, PLAY_TONE_STATE, pod, container, "started: %s%s%s", container->plan->argv[0],
                 container->plan->argv[1] ? " " : "", container->plan->argv[1] ? "..." : "");
    if (!container->hook_is_done) {
        const struct play_attempt_world world = world_of(container);
        play_attempt_start(&container->hook, &container->plan->post_start, &world, play_clock_ms(), HOOK_LIMIT_MS);
    }
}

/* ---- while it runs ------------------------------------------------------------------------------------------ */

static void hook_look(struct play_container_run *container)
{
    struct play_run *run = container->pod->run;
    if (!container->hook.is_active)
        return;
    enum play_outcome outcome = play_attempt_look(&container->hook, run->now_ms);
    if (outcome == PLAY_PENDING) {
        play_wake(run, container->hook.end_ms);
        return;
    }
    container->hook_is_done = true;
    if (container->is_stopping)
        return;
    if (outcome == PLAY_PASSED) {
        play_say(run, PLAY_TONE_STATE, container->pod, container, "postStart done after %lld ms",
                 (long long)(run->now_ms - container->started_ms));
        return;
    }
    /* Kubernetes kills the container and starts it anew. */
    play_say(run, PLAY_TONE_BAD, container->pod, container, "postStart failed: the container is started anew");
    play_process_signal(&container->process, SIGKILL);
}

static void ready_note(struct play_container_run *container)
{
    struct play_run *run = container->pod->run;
    if (container->was_shown_ready == container->is_ready)
        return;
    container->was_shown_ready = container->is_ready;
    int64_t taken = run->now_ms - container->started_ms;
    if (container->is_ready && container->ready_ms < 0)
        container->ready_ms = taken;
    bool is_probed =
        container->plan->probes[PLAY_STARTUP].action.kind || container->plan->probes[PLAY_READINESS].action.kind;
    if (!container->is_ready)
        play_say(run, PLAY_TONE_BAD, container->pod, container, "not ready any more");
    else if (container->plan->is_proxy)
        play_say(run, PLAY_TONE_GOOD, container->pod, container, "proxy ready after %lld ms", (long long)taken);
    else if (is_probed)
        play_say(run, PLAY_TONE_GOOD, container->pod, container, "ready after %lld ms", (long long)taken);
}

/* Whether two probes ask the same: what one has just been told the other need not ask. */
static bool is_same_question(const struct play_action *a, const struct play_action *b)
{
    return a->kind == b->kind && a->port == b->port && a->kind != PLAY_ACTION_EXEC &&
           slice_equal(a->request, b->request);
}

static void probe_passed(struct play_container_run *container, enum play_probe_kind kind)
{
    struct play_probe_run *probe = &container->probes[kind];
    probe->failures = 0;
    if (++probe->successes < container->plan->probes[kind].successes)
        return;
    probe->has_passed = true;
    const struct play_probe *plans = container->plan->probes;
    struct play_probe_run *readiness = &container->probes[PLAY_READINESS];
    bool is_both = kind == PLAY_STARTUP && plans[PLAY_READINESS].successes == 1 &&
                   is_same_question(&plans[PLAY_STARTUP].action, &plans[PLAY_READINESS].action);
    if (kind == PLAY_STARTUP)
        container->is_started = true;
    if (is_both) {
        readiness->has_passed = true;
        readiness->next_ms = container->pod->run->now_ms + plans[PLAY_READINESS].period_s * 1000;
    }
    if (kind == PLAY_READINESS || is_both)
        container->is_ready = true;
}

static void probe_failed(struct play_container_run *container, enum play_probe_kind kind)
{
    static const char *const names[PLAY_PROBES] = {"startupProbe", "readinessProbe", "livenessProbe"};
    struct play_run *run = container->pod->run;
    struct play_probe_run *probe = &container->probes[kind];
    const struct play_probe *plan = &container->plan->probes[kind];
    probe->successes = 0;
    /* Asked more often than its period before it first passed, it does not fail sooner for that. */
    if (probe->counted_ms && run->now_ms - probe->counted_ms < plan->period_s * 1000)
        return;
    probe->counted_ms = run->now_ms;
    if (++probe->failures < plan->failures)
        return;
    if (kind == PLAY_READINESS) {
        container->is_ready = false;
        return;
    }
    play_say(run, PLAY_TONE_BAD, container->pod, container, "%s failed %lld times: the container is started anew",
             names[kind], (long long)probe->failures);
    probe->failures = 0;
    play_process_signal(&container->process, SIGKILL);
}

/* Until it has passed for the first time it is asked more often than its period says: at first after 20 ms, then each
 * time half as long again. So figures tell of programs, and not of periods. */
static int64_t pause_of(struct play_probe_run *probe, const struct play_probe *plan, enum play_probe_kind kind)
{
    int64_t period = plan->period_s * 1000;
    if (probe->has_passed || kind == PLAY_LIVENESS || plan->action.kind == PLAY_ACTION_EXEC)
        return period;
    probe->pause_ms = probe->pause_ms ? probe->pause_ms * 3 / 2 : PLAY_QUICK_MS;
    return probe->pause_ms < period ? probe->pause_ms : period;
}

static void probe_step(struct play_container_run *container, enum play_probe_kind kind)
{
    struct play_run *run = container->pod->run;
    struct play_probe_run *probe = &container->probes[kind];
    const struct play_probe *plan = &container->plan->probes[kind];
    if (probe->attempt.is_active) {
        enum play_outcome outcome = play_attempt_look(&probe->attempt, run->now_ms);
        if (outcome == PLAY_PENDING) {
            play_wake(run, probe->attempt.end_ms);
            return;
        }
        if (outcome == PLAY_PASSED)
            probe_passed(container, kind);
        else
            probe_failed(container, kind);
        probe->next_ms = run->now_ms + pause_of(probe, plan, kind);
    } else if (run->now_ms >= probe->next_ms) {
        const struct play_attempt_world world = world_of(container);
        play_attempt_start(&probe->attempt, &plan->action, &world, run->now_ms, plan->timeout_s * 1000);
        play_wake(run, probe->attempt.end_ms);
        return;
    }
    play_wake(run, probe->next_ms);
}

static void probes_step(struct play_container_run *container)
{
    if (!container->plan->probes[PLAY_STARTUP].action.kind)
        container->is_started = true;
    else if (!container->is_started)
        probe_step(container, PLAY_STARTUP);
    if (!container->is_started)
        return;
    if (!container->plan->probes[PLAY_READINESS].action.kind)
        container->is_ready = true;
    else
        probe_step(container, PLAY_READINESS);
    if (container->plan->probes[PLAY_LIVENESS].action.kind)
        probe_step(container, PLAY_LIVENESS);
    ready_note(container);
}

/* ---- its end ------------------------------------------------------------------------------------------------ */

static bool is_started_anew(const struct play_container_run *container)
{
    const struct play_pod *pod = container->pod->plan;
    if (container->pod->is_stopping || container->is_stopping || container->pod->was_asked_to_quit)
        return false;
    if (container->plan->kind == PLAY_SIDECAR)
        return true;
    if (container->plan->kind == PLAY_INIT && container->code == 0)
        return false;
    if (container->code && pod->ends && pod->restart == PLAY_RESTART_ON_FAILURE)
        return (int64_t)container->restarts < pod->attempts;
    return pod->restart == PLAY_RESTART_ALWAYS || (pod->restart == PLAY_RESTART_ON_FAILURE && container->code);
}

static void restart_plan(struct play_container_run *container)
{
    struct play_run *run = container->pod->run;
    if (run->now_ms - container->started_ms > STEADY_MS)
        container->restarts = 0;
    int64_t wait = 1000ll << (container->restarts < 4 ? container->restarts : 4);
    wait = wait > PLAY_AGAIN_MAX_MS ? PLAY_AGAIN_MAX_MS : wait;
    container->restarts++;
    container->again_ms = run->now_ms + wait;
    play_say(run, PLAY_TONE_BAD, container->pod, container, "ended with %d%s; again in %lld s", container->code,
             container->restarts > 1 ? " once more" : "", (long long)wait / 1000);
    if (container->restarts == PLAY_RESTARTS_MAX && run->settings->until_done) {
        struct error error = {0};
        error_set(&error, ERROR_REFUSED, (struct position){0}, "it has ended %d times, the last time with %d",
                  PLAY_RESTARTS_MAX, container->code);
        play_fail(container->pod, container, &error);
    }
}

static void process_ended(struct play_container_run *container, int status)
{
    struct play_run *run = container->pod->run;
    container->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    play_process_forget(&container->process);
    fd_close(&container->write_end);
    play_container_listen(container);
    for (size_t i = 0; i < PLAY_PROBES; i++)
        play_attempt_done(&container->probes[i].attempt);
    play_attempt_done(&container->hook);
    container->state = PLAY_ENDED;
    container->is_ready = container->was_shown_ready = false;
    if (is_started_anew(container)) {
        restart_plan(container);
        return;
    }
    bool is_expected = container->is_stopping || container->pod->is_stopping || !container->code;
    if (!container->plan->is_capture || container->code)
        play_say(run, is_expected ? PLAY_TONE_STATE : PLAY_TONE_BAD, container->pod, container,
                 container->code ? "ended with %d" : "ended", container->code);
}

bool play_container_is_over(const struct play_container_run *container)
{
    return container->state == PLAY_ENDED && !container->again_ms;
}

void play_container_step(struct play_container_run *container)
{
    struct play_run *run = container->pod->run;
    int status;
    if (container->state == PLAY_ENDED && container->again_ms) {
        if (container->pod->is_stopping)
            container->again_ms = 0;
        else if (run->now_ms < container->again_ms)
            play_wake(run, container->again_ms);
        else {
            container->again_ms = 0;
            play_container_start(container);
        }
    }
    if (container->state != PLAY_RUNNING)
        return;
    pid_t gone = waitpid(container->process.id, &status, WNOHANG);
    if (gone == container->process.id) {
        process_ended(container, status);
        return;
    }
    hook_look(container);
    if (container->is_stopping) {
        play_container_stop(container);
        return;
    }
    if (container->plan->kind != PLAY_INIT)
        probes_step(container);
}

void play_container_stop(struct play_container_run *container)
{
    struct play_run *run = container->pod->run;
    if (container->state != PLAY_RUNNING || container->was_asked)
        return;
    if (!container->is_stopping) {
        container->is_stopping = true;
        play_attempt_done(&container->hook);
        if (container->plan->is_proxy)
            play_proxy_memory_look(container);
        container->hook_is_done = container->plan->pre_stop.kind == PLAY_ACTION_NONE;
        if (!container->hook_is_done) {
            const struct play_attempt_world world = world_of(container);
            play_attempt_start(&container->hook, &container->plan->pre_stop, &world, run->now_ms, HOOK_LIMIT_MS);
        }
    }
    if (!container->hook_is_done)
        return;
    container->was_asked = true;
    play_process_signal(&container->process, SIGTERM);
}

void play_container_done(struct play_container_run *container)
{
    for (size_t i = 0; i < PLAY_PROBES; i++)
        play_attempt_done(&container->probes[i].attempt);
    play_attempt_done(&container->hook);
    if (container->process.id > 0) {
        play_process_signal(&container->process, SIGKILL);
        while (waitpid(container->process.id, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    play_process_forget(&container->process);
    fd_close(&container->write_end);
    for (size_t i = 0; i < ARRAY_LENGTH(container->streams); i++)
        play_lines_done(&container->streams[i]);
}
