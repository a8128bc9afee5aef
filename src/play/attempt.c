#include "play/attempt.h"
#include "base/fd.h"
#include "base/number.h"
#include "capture/network.h"
#include "play/place.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool connection_start(struct play_attempt *attempt, const struct play_attempt_world *world)
{
    _cleanup_(play_place_return) int home = -1;
    struct network address;
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(attempt->action->port)};
    if (!network_parse_host(world->pod->address, &address, NULL) || !play_place_enter(world->node, &home, NULL))
        return false;
    memcpy(&peer.sin_addr, address.address, sizeof peer.sin_addr);
    attempt->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return attempt->fd >= 0 &&
           (connect(attempt->fd, (struct sockaddr *)&peer, sizeof peer) == 0 || errno == EINPROGRESS);
}

static bool program_start(struct play_attempt *attempt, const struct play_attempt_world *world)
{
    const struct play_launch launch = {.pod = world->pod,
                                       .container = world->container,
                                       .running = world->running,
                                       .argv = attempt->action->argv,
                                       .output = world->output,
                                       .errors = world->output};
    return play_launch(&launch, &attempt->process, NULL);
}

void play_attempt_start(struct play_attempt *attempt, const struct play_action *action,
                        const struct play_attempt_world *world, int64_t now_ms, int64_t limit_ms)
{
    *attempt = (struct play_attempt){
        .is_active = true, .action = action, .process = PLAY_PROCESS_INIT, .fd = -1, .end_ms = now_ms + limit_ms};
    bool is_started = true;
    if (action->kind == PLAY_ACTION_EXEC)
        is_started = program_start(attempt, world);
    else if (action->kind != PLAY_ACTION_SLEEP)
        is_started = connection_start(attempt, world);
    else
        attempt->end_ms = now_ms + action->seconds * 1000;
    if (!is_started)
        attempt->end_ms = now_ms;
}

static enum play_outcome program_look(struct play_attempt *attempt)
{
    int status;
    if (attempt->process.id <= 0)
        return PLAY_FAILED;
    pid_t gone = waitpid(attempt->process.id, &status, WNOHANG);
    if (gone == 0 || (gone < 0 && errno == EINTR))
        return PLAY_PENDING;
    play_process_forget(&attempt->process);
    return gone > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? PLAY_PASSED : PLAY_FAILED;
}

/* 200 to 399 is well (Kubernetes, pkg/probe/http). */
static enum play_outcome answer_judge(const struct play_attempt *attempt)
{
    struct slice head = {attempt->head, attempt->received};
    uint64_t code;
    size_t blank = slice_find_byte(head, ' ');
    if (!slice_starts(head, SLICE("HTTP/1.")) || blank == SLICE_NONE ||
        !number_parse_u64(slice_range(head, blank + 1, blank + 4), &code))
        return PLAY_FAILED;
    return code >= 200 && code < 400 ? PLAY_PASSED : PLAY_FAILED;
}

static enum play_outcome connection_look(struct play_attempt *attempt)
{
    struct pollfd one = {.fd = attempt->fd, .events = POLLOUT};
    int code = 0;
    socklen_t size = sizeof code;
    if (attempt->fd < 0)
        return PLAY_FAILED;
    struct slice request = attempt->action->request;
    if (attempt->sent == 0) {
        if (poll(&one, 1, 0) <= 0)
            return PLAY_PENDING;
        if (getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0 || code)
            return PLAY_FAILED;
        if (attempt->action->kind == PLAY_ACTION_TCP)
            return PLAY_PASSED;
    }
    while (attempt->sent < request.length) {
        ssize_t sent = send(attempt->fd, request.bytes + attempt->sent, request.length - attempt->sent, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            return PLAY_PENDING;
        if (sent < 0)
            return PLAY_FAILED;
        attempt->sent += (size_t)sent;
    }
    size_t wanted = sizeof "HTTP/1.1 200" - 1;
    while (attempt->received < wanted) {
        ssize_t got = recv(attempt->fd, attempt->head + attempt->received, wanted - attempt->received, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return PLAY_PENDING;
        if (got <= 0)
            return PLAY_FAILED;
        attempt->received += (size_t)got;
    }
    return answer_judge(attempt);
}

enum play_outcome play_attempt_look(struct play_attempt *attempt, int64_t now_ms)
{
    enum play_outcome outcome = PLAY_PENDING;
    if (attempt->action->kind == PLAY_ACTION_SLEEP)
        outcome = now_ms >= attempt->end_ms ? PLAY_PASSED : PLAY_PENDING;
    else if (attempt->action->kind == PLAY_ACTION_EXEC)
        outcome = program_look(attempt);
    else
        outcome = connection_look(attempt);
    if (outcome == PLAY_PENDING && now_ms >= attempt->end_ms)
        outcome = PLAY_FAILED;
    if (outcome != PLAY_PENDING)
        play_attempt_done(attempt);
    return outcome;
}

int play_attempt_fd(const struct play_attempt *attempt, short *ret_events)
{
    *ret_events =
        attempt->sent < attempt->action->request.length || !attempt->action->request.length ? POLLOUT : POLLIN;
    return attempt->is_active ? attempt->fd : -1;
}

void play_attempt_done(struct play_attempt *attempt)
{
    if (attempt->process.id > 0) {
        kill(attempt->process.id, SIGKILL);
        while (waitpid(attempt->process.id, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    play_process_forget(&attempt->process);
    fd_close(&attempt->fd);
    attempt->is_active = false;
}
