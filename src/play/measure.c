#include "base/fd.h"
#include "capture/network.h"
#include "play/run.h"
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 100, LIMIT_MS = 5000 };

struct question {
    const struct play_pod_run *from, *to;
    const struct play_service *service;
    uint16_t port;
};

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* A connection, a request, the answer's first bytes; -1: something of it failed. */
static int64_t round_once(const struct sockaddr_in *peer)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: pillion-play\r\nConnection: close\r\n\r\n";
    const struct timeval limit = {.tv_sec = 1};
    char answer[512];
    int64_t start = clock_us();
    _cleanup_(fd_close) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (const struct sockaddr *)peer, sizeof *peer) < 0 ||
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0 || recv(fd, answer, sizeof answer, 0) <= 0)
        return -1;
    return clock_us() - start;
}

static NORETURN void measure_as(const struct question *question, uint32_t user, int answer)
{
    struct network address;
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(question->port)};
    int64_t times[ROUNDS];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!network_parse_host(question->service->address, &address, NULL) ||
        setns(question->from->sandbox.network, CLONE_NEWNET) < 0 || setgroups(0, NULL) < 0 ||
        setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0)
        _exit(1);
    memcpy(&peer.sin_addr, address.address, sizeof peer.sin_addr);
    for (size_t i = 0; i < ROUNDS; i++) {
        times[i] = round_once(&peer);
        if (times[i] < 0)
            _exit(1);
    }
    qsort(times, ROUNDS, sizeof *times, compare);
    (void)!write(answer, &times[ROUNDS / 2], sizeof *times);
    _exit(0);
}

/* The median in microseconds; -1: it could not be measured. In a process of its own, whose user the rules see. */
static int64_t measure(const struct question *question, uint32_t user)
{
    int ends[2];
    int64_t median = -1;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    pid_t process = fork();
    if (process == 0)
        measure_as(question, user, ends[1]);
    close(ends[1]);
    struct pollfd one = {.fd = ends[0], .events = POLLIN};
    if (process < 0 || poll(&one, 1, LIMIT_MS) <= 0 || read(ends[0], &median, sizeof median) != (ssize_t)sizeof median)
        median = -1;
    close(ends[0]);
    if (process > 0) {
        kill(process, SIGKILL);
        while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    return median;
}

static bool has_proxy(const struct play_pod_run *pod)
{
    for (size_t i = 0; i < pod->plan->count; i++) {
        if (pod->containers[i].plan->is_proxy && pod->containers[i].is_ready)
            return true;
    }
    return false;
}

/* A ready pod with a proxy that is behind the Service, and another one with one that asks it. */
static bool question_find(const struct play_run *run, struct question *ret)
{
    const struct play_plan *plan = run->plan;
    for (size_t i = 0; i < plan->service_count; i++) {
        const struct play_service *service = &plan->services[i];
        const struct play_pod_run *from = NULL, *to = NULL;
        for (size_t j = 0; j < plan->pod_count; j++) {
            const struct play_pod_run *pod = &run->pods[j];
            if (!pod->is_ready || !has_proxy(pod))
                continue;
            if (play_service_selects(service, pod->plan))
                to = pod;
            else
                from = pod;
        }
        if (from && to && service->address.length && service->port_count && !service->ports[0].is_udp) {
            *ret = (struct question){from, to, service, service->ports[0].port};
            return true;
        }
    }
    return false;
}

void play_measure(struct play_run *run)
{
    struct play_summary *summary = run->summary;
    struct question question;
    if (!question_find(run, &question))
        return;
    summary->from = question.from->plan->name;
    summary->to = question.service->name;
    summary->rounds = ROUNDS;
    run->measured_from = question.from;
    run->measured_to = question.to;
    summary->through_us = measure(&question, PLAY_USER_STANDARD);
    summary->past_us = measure(&question, PLAY_PROXY_USER);
}
