#include "base/fd.h"
#include "base/number.h"
#include "capture/live.h"
#include "play/place.h"
#include "play/run.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 16, SMAPS_MAX = 1 << 16, QUIT_LIMIT_MS = 1000 };

/* ---- rules -------------------------------------------------------------------------------------------------- */

/* What "nat", "legacy nat" and "inet istio-proxy-nat" are the tables of. */
static const char *backend_of(const struct ruleset *rules)
{
    const char *found = "iptables, nf_tables";
    for (size_t i = 0; i < rules->count; i++) {
        if (slice_starts(rules->rules[i].table, SLICE("legacy ")))
            return "iptables, legacy";
        if (slice_starts(rules->rules[i].table, SLICE("inet ")))
            found = "nftables";
    }
    return found;
}

void play_rules_look(struct play_pod_run *pod)
{
    struct play_run *run = pod->run;
    struct error error;
    _cleanup_(play_place_return) int home = -1;
    arena_reset(&pod->rules_arena);
    if (!play_place_enter(pod->sandbox.network, &home, &error) ||
        !live_rules_read(&pod->rules_arena, run->settings->path, run->settings->environment, CAPTURE_IPV4, &pod->rules,
                         &error)) {
        play_say(run, PLAY_TONE_BAD, pod, NULL, "its rules cannot be read: %s", error.text);
        return;
    }
    (void)!network_parse_host(pod->plan->address, &pod->address, NULL);
    play_say(run, pod->rules.count ? PLAY_TONE_GOOD : PLAY_TONE_BAD, pod, NULL, "%zu rules in place (%s)",
             pod->rules.count, backend_of(&pod->rules));
}

/* ---- connections -------------------------------------------------------------------------------------------- */

/* Who opens connections in the pod, as far as rules ask: its first program that is no proxy. */
static const struct play_container *app_of(const struct play_pod *pod)
{
    const struct play_container *found = &pod->containers[pod->init_count];
    for (size_t i = pod->count; i-- > pod->init_count;)
        found = pod->containers[i].is_proxy ? found : &pod->containers[i];
    return found;
}

static void connection_tell(struct play_container_run *container, struct arena *arena,
                            const struct play_connection *connection)
{
    struct play_pod_run *pod = container->pod;
    const struct play_container *app = app_of(pod->plan);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(TEXT_MAX);
    play_connection_print(&text, connection);
    play_say(pod->run, PLAY_TONE_CONNECTION, pod, container, "%.*s", SLICE_ARGS(buffer_slice(&text)));
    if (!pod->rules.count)
        return;
    const struct trace_host host = {&pod->rules, &pod->address, 1};
    buffer_clear(&text);
    play_connection_trace(arena, &text, connection, &host, app->uid, app->gid);
    play_say(pod->run, PLAY_TONE_RULES, pod, container, "%.*s", SLICE_ARGS(buffer_slice(&text)));
}

/* One of those that measured the latency: no program of a pod has made it. */
static bool is_measurement(const struct play_pod_run *pod, const struct play_connection *connection)
{
    const struct play_run *run = pod->run;
    if (!connection->is_inbound || !run->measured_to)
        return pod == run->measured_from && !connection->is_inbound;
    return pod == run->measured_to && network_equal(&connection->client, &run->measured_from->address);
}

void play_proxy_line(struct play_container_run *container, struct slice line)
{
    struct play_summary *summary = container->pod->run->summary;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(PLAY_LINE_MAX * 4);
    struct play_connection connection;
    if (!play_connection_read(&arena, line, &connection)) {
        play_escape(&text, line);
        play_say(container->pod->run, PLAY_TONE_OUTPUT, container->pod, container, "%.*s",
                 SLICE_ARGS(buffer_slice(&text)));
        return;
    }
    if (is_measurement(container->pod, &connection))
        return;
    bool is_refused = slice_equal(connection.flags, SLICE("UF")) || slice_equal(connection.flags, SLICE("UH"));
    summary->inbound += connection.is_inbound;
    summary->outbound += !connection.is_inbound;
    summary->refused += is_refused;
    summary->bytes += connection.is_inbound ? 0 : connection.received + connection.sent;
    if (container->pod->run->settings->traces)
        connection_tell(container, &arena, &connection);
}

/* ---- memory ------------------------------------------------------------------------------------------------- */

static uint64_t line_number(struct slice text, struct slice name)
{
    struct slice_splitter lines = {.rest = text};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        uint64_t number = 0;
        if (!slice_starts(line, name))
            continue;
        struct slice value = slice_trim(slice_from_offset(line, name.length));
        size_t blank = slice_find_byte(value, ' ');
        return number_parse_u64(slice_range(value, 0, blank), &number) ? number : 0;
    }
    return 0;
}

/* The program's own process, not the one of ours that attends it. */
static uint64_t program_of(const struct play_container_run *container)
{
    char path[64];
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(SMAPS_MAX);
    uint64_t number = (uint64_t)container->process.id;
    if (container->pod->plan->shares_processes)
        return number;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", container->process.id, container->process.id);
    if (!fd_read_file(path, &text, NULL))
        return 0;
    struct slice first = slice_range(buffer_slice(&text), 0, slice_find_byte(buffer_slice(&text), ' '));
    return number_parse_u64(slice_trim(first), &number) ? number : 0;
}

void play_proxy_memory_look(struct play_container_run *container)
{
    char path[64];
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(SMAPS_MAX);
    uint64_t program = container->process.id > 0 ? program_of(container) : 0;
    snprintf(path, sizeof path, "/proc/%llu/smaps_rollup", (unsigned long long)program);
    if (!program || !fd_read_file(path, &text, NULL))
        return;
    uint64_t resident = line_number(buffer_slice(&text), SLICE("Rss:"));
    container->resident_kb = resident ? resident : container->resident_kb;
    uint64_t own = line_number(buffer_slice(&text), SLICE("Private_Clean:")) +
                   line_number(buffer_slice(&text), SLICE("Private_Dirty:"));
    container->private_kb = own ? own : container->private_kb;
}

/* ---- the end ------------------------------------------------------------------------------------------------ */

void play_proxy_quit(struct play_pod_run *pod)
{
    static const char request[] = "POST /quitquitquit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                  "Connection: close\r\n\r\n";
    _cleanup_(play_place_return) int home = -1;
    _cleanup_(fd_close) int fd = -1;
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(15020)};
    const struct timeval limit = {.tv_sec = QUIT_LIMIT_MS / 1000};
    char answer[256];
    for (size_t i = 0; i < pod->plan->count; i++) {
        if (pod->containers[i].plan->is_proxy)
            play_proxy_memory_look(&pod->containers[i]);
    }
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!play_place_enter(pod->sandbox.network, &home, NULL))
        return;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) < 0 ||
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        return; /* it is asked by a signal, later */
    (void)!recv(fd, answer, sizeof answer, 0);
    play_say(pod->run, PLAY_TONE_STATE, pod, NULL, "its programs have ended, so the proxy was told to quit");
}
