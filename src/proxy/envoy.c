#include "proxy/envoy.h"
#include "base/arena.h"
#include "base/fd.h"
#include "base/number.h"
#include "proxy/envoy_bootstrap.h"
#include "proxy/envoy_file.h"
#include "serve/http_answer.h"
#include "serve/moment.h"
#include "serve/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ASK_MS = 1000,    /* for an answer of the admin API */
    TRAFFIC_MS = 500, /* so old what it said of its traffic may be */
    END_MS = 1000,    /* for it to end by itself */
    END_STEP_MS = 10,
    BODY_BYTES_MAX = 64 * 1024,
};

/* ---- the process ---- */

/* In the child, after fork. Nothing of ours is left to it but its standard files. `report` gets errno when there is no
 * such program. */
static void child_become(char *const *arguments, char *const *variables, pid_t parent, int report)
{
    sigset_t none;
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigemptyset(&none);
    sigemptyset(&standard.sa_mask);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* an Envoy without an agent would keep the ports */
    if (getppid() != parent)
        _exit(127);
    sigaction(SIGPIPE, &standard, NULL);
    sigaction(SIGXFSZ, &standard, NULL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(arguments[0], arguments, variables);
    int code = errno;
    if (write(report, &code, sizeof code) < 0)
        _exit(126);
    _exit(127);
}

static bool process_start(struct envoy *envoy, char *const *arguments, struct error *error)
{
    int ends[2], code = 0;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(error, "pipe");
    _cleanup_(fd_close) int reading = ends[0];
    _cleanup_(fd_close) int writing = ends[1];
    pid_t parent = getpid(), process = fork();
    if (process == 0)
        child_become(arguments, envoy->settings->variables, parent, writing);
    if (process < 0)
        return error_errno(error, "fork");
    fd_close(&writing);
    ssize_t got;
    do
        got = read(reading, &code, sizeof code);
    while (got < 0 && errno == EINTR);
    if (got == 0) {
        envoy->process = process;
        return true;
    }
    waitpid(process, NULL, 0);
    errno = code;
    return error_errno(error, "cannot run %s (--envoy FILE, or binaryPath, names another)", arguments[0]);
}

bool envoy_start(struct envoy *envoy, const struct proxy_settings *settings, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct slice file;
    char **arguments;
    *envoy = (struct envoy){.settings = settings};
    return (envoy_file_write(&arena, settings, &file, error) &&
            envoy_arguments(&arena, settings, file, &arguments, error) && process_start(envoy, arguments, error)) ||
           error_wrap(error, "Envoy");
}

void envoy_signal(const struct envoy *envoy, int signal)
{
    if (envoy->process)
        kill(envoy->process, signal);
}

bool envoy_ended(struct envoy *envoy, pid_t process, int wait_status, int *ret_status)
{
    if (!envoy->process || process != envoy->process)
        return false;
    kill(-envoy->process, SIGKILL); /* whoever it has started */
    envoy->process = 0;
    *ret_status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
    return true;
}

void envoy_stop(struct envoy *envoy)
{
    if (!envoy->process)
        return;
    kill(envoy->process, SIGTERM);
    for (int waited = 0; waited < END_MS && waitpid(envoy->process, NULL, WNOHANG) == 0; waited += END_STEP_MS)
        poll(NULL, 0, END_STEP_MS);
    kill(-envoy->process, SIGKILL);
    waitpid(envoy->process, NULL, 0);
    envoy->process = 0;
}

/* ---- its admin API ---- */

/* The text of an answer; false when there is none, or it is not 200. */
static bool ask(const struct envoy *envoy, const char *method, const char *path, struct buffer *body,
                struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(stream_close) struct stream stream = STREAM_INIT;
    const struct proxy_settings *settings = envoy->settings;
    struct slice host = settings->prefers_ipv6 ? SLICE("::1") : SLICE("127.0.0.1");
    struct stream_route route = {0};
    struct http_response response = {.body = BUFFER_INIT(BODY_BYTES_MAX)};
    struct http_answer answer = {.response = &response};
    stream.until_ms = moment_steady_ms() + ASK_MS;
    struct slice request = arena_format(&arena,
                                        "%s /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                        "Connection: close\r\n\r\n",
                                        method, path);
    bool is_good = stream_address(host, (uint16_t)settings->config.admin_port, &route.address, &route.address_size) &&
                   stream_connect(&stream, &route, error) && stream_ask(&stream, request, &answer, error);
    if (is_good && response.status != 200)
        is_good = error_set(error, ERROR_REFUSED, (struct position){0}, "/%s: status %u", path, response.status);
    if (is_good)
        buffer_add_slice(body, buffer_slice(&response.body));
    buffer_done(&response.body);
    return is_good || error_wrap(error, "Envoy's admin API, port %u", (unsigned)settings->config.admin_port);
}

/* Of lines "name: value". */
static bool statistic(struct slice lines, struct slice name, uint64_t *ret)
{
    struct slice_splitter splitter = {.rest = lines};
    for (struct slice line; slice_split(&splitter, '\n', &line);) {
        size_t colon = slice_find(line, SLICE(": "));
        if (colon != SLICE_NONE && slice_equal(slice_range(line, 0, colon), name))
            return number_parse_u64(slice_trim(slice_from_offset(line, colon + 2)), ret);
    }
    return false;
}

const char *envoy_not_ready(const struct envoy *envoy)
{
    _cleanup_(buffer_done) struct buffer body = BUFFER_INIT(BODY_BYTES_MAX);
    uint64_t state, workers;
    /* Istio, pilot/cmd/pilot-agent/status/util/stats.go. */
    if (!ask(envoy, "GET", "stats?filter=^(server.state|listener_manager.workers_started)$", &body, NULL))
        return "Envoy does not answer";
    if (!statistic(buffer_slice(&body), SLICE("server.state"), &state) ||
        !statistic(buffer_slice(&body), SLICE("listener_manager.workers_started"), &workers))
        return "Envoy does not say whether it is ready";
    if (state != 0)
        return "Envoy is not live";
    return workers == 1 ? NULL : "Envoy's workers have not started";
}

bool envoy_drain(const struct envoy *envoy, struct error *error)
{
    _cleanup_(buffer_done) struct buffer body = BUFFER_INIT(BODY_BYTES_MAX);
    /* skip_exit: the listeners stay when the time is up; it is us who say when the end comes. */
    return ask(envoy, "POST", "drain_listeners?inboundonly&graceful&skip_exit", &body, error);
}

bool envoy_traffic(struct envoy *envoy, int64_t now_ms, struct lifecycle_traffic *ret, struct error *error)
{
    _cleanup_(buffer_done) struct buffer body = BUFFER_INIT(BODY_BYTES_MAX);
    *ret = envoy->traffic;
    if (envoy->asked_ms && now_ms - envoy->asked_ms < TRAFFIC_MS)
        return true;
    envoy->asked_ms = now_ms;
    if (!ask(envoy, "GET", "stats?filter=" ENVOY_STATS_TRAFFIC, &body, error))
        return false;
    struct lifecycle_traffic traffic = {0};
    struct slice_splitter splitter = {.rest = buffer_slice(&body)};
    for (struct slice line; slice_split(&splitter, '\n', &line);) {
        uint64_t value;
        size_t colon = slice_find(line, SLICE(": "));
        if (colon == SLICE_NONE || !number_parse_u64(slice_trim(slice_from_offset(line, colon + 2)), &value))
            continue;
        if (slice_equal(slice_range(line, 0, colon), SLICE(ENVOY_STAT_INBOUND)))
            traffic.inbound_active = value;
        else
            traffic.outbound_moved += value;
    }
    *ret = envoy->traffic = traffic;
    return true;
}
