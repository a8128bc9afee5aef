/* relay_floor OUTBOUND INBOUND [WORKERS]: what carrying bytes costs a program of user space that does nothing else.
 * Takes redirected connections on two ports (IPv4), connects to where they were going (from 127.0.0.6 for the inbound
 * port, which the rules let through), and splices both ways until both have ended. One process a worker; no limits,
 * log, metrics or time-outs. What the proxy is measured against: not the least possible, but the plain way. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter_ipv4.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIPE_BYTES = 256 * 1024, PIPES_KEPT = 128, EVENTS = 256, ACCEPTS = 64, BACKLOG = 4096 };

/* Bytes in one direction: from a socket into the pipe, and out of it to the other socket. */
struct flow {
    int source, sink, read_end, write_end;
    size_t inside;
    bool at_end, has_ended;
};

struct link {
    struct flow flows[2]; /* the client's bytes, and the server's */
    bool is_connected, is_over;
    struct link *next_over;
};

struct worker {
    int epoll, listeners[2];
    int pipes[PIPES_KEPT][2], pipe_count;
    struct link *over; /* not freed before the batch of events that may name them is done */
};

static bool pipe_get(struct worker *worker, struct flow *flow)
{
    int ends[2];
    if (flow->read_end >= 0)
        return true;
    if (worker->pipe_count > 0)
        memcpy(ends, worker->pipes[--worker->pipe_count], sizeof ends);
    else if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
        return false;
    else
        (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES);
    flow->read_end = ends[0];
    flow->write_end = ends[1];
    return true;
}

/* Idle connections hold no pipe. */
static void pipe_put(struct worker *worker, struct flow *flow)
{
    if (flow->read_end < 0)
        return;
    if (flow->inside == 0 && worker->pipe_count < PIPES_KEPT) {
        worker->pipes[worker->pipe_count][0] = flow->read_end;
        worker->pipes[worker->pipe_count++][1] = flow->write_end;
    } else {
        close(flow->read_end);
        close(flow->write_end);
    }
    flow->read_end = flow->write_end = -1;
}

/* Moves what there is; false: the connection is broken. */
static bool flow_move(struct worker *worker, struct flow *flow)
{
    while (!flow->has_ended) {
        ssize_t moved;
        if (flow->inside > 0) {
            moved = splice(flow->read_end, NULL, flow->sink, NULL, flow->inside, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
            if (moved < 0)
                return errno == EAGAIN; /* the pipe is kept with what is in it */
            flow->inside -= (size_t)moved;
        } else if (flow->at_end) {
            shutdown(flow->sink, SHUT_WR);
            flow->has_ended = true;
        } else {
            if (!pipe_get(worker, flow))
                return false;
            moved = splice(flow->source, NULL, flow->write_end, NULL, PIPE_BYTES, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
            if (moved < 0 && errno == EAGAIN)
                break;
            if (moved < 0)
                return false;
            flow->at_end = moved == 0;
            flow->inside = (size_t)moved;
        }
    }
    pipe_put(worker, flow);
    return true;
}

static void link_end(struct worker *worker, struct link *link, bool with_reset)
{
    for (int i = 0; i < 2; i++) {
        if (with_reset) {
            struct linger at_once = {.l_onoff = 1, .l_linger = 0};
            setsockopt(link->flows[i].source, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        close(link->flows[i].source);
        pipe_put(worker, &link->flows[i]);
    }
    link->is_over = true;
    link->next_over = worker->over;
    worker->over = link;
}

static void link_event(struct worker *worker, struct link *link, uint32_t events)
{
    if (link->is_over)
        return;
    if (!link->is_connected) {
        int error = 0;
        socklen_t size = sizeof error;
        struct sockaddr_in peer;
        socklen_t peer_size = sizeof peer;
        link->is_connected = getpeername(link->flows[1].source, (struct sockaddr *)&peer, &peer_size) == 0;
        if (!link->is_connected) {
            getsockopt(link->flows[1].source, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error != 0 || (events & EPOLLERR))
                link_end(worker, link, true);
            return;
        }
    }
    if (!flow_move(worker, &link->flows[0]) || !flow_move(worker, &link->flows[1]))
        link_end(worker, link, true);
    else if (link->flows[0].has_ended && link->flows[1].has_ended)
        link_end(worker, link, false);
}

/* The socket of a connection to `destination`, under way; -1: there is none. */
static int upstream_open(const struct sockaddr_in *destination, bool is_inbound)
{
    const struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000006)};
    const int yes = 1;
    int upstream = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (upstream < 0)
        return -1;
    setsockopt(upstream, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (is_inbound)
        setsockopt(upstream, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if ((is_inbound && bind(upstream, (const struct sockaddr *)&own, sizeof own) < 0) ||
        (connect(upstream, (const struct sockaddr *)destination, sizeof *destination) < 0 && errno != EINPROGRESS)) {
        close(upstream);
        return -1;
    }
    return upstream;
}

static void link_begin(struct worker *worker, int client, bool is_inbound)
{
    const int yes = 1;
    struct sockaddr_in destination = {0}, own = {0};
    socklen_t size = sizeof destination, own_size = sizeof own;
    struct link *link = NULL;
    int upstream = -1;
    if (getsockopt(client, IPPROTO_IP, SO_ORIGINAL_DST, &destination, &size) == 0 &&
        getsockname(client, (struct sockaddr *)&own, &own_size) == 0 && destination.sin_port != own.sin_port)
        upstream = upstream_open(&destination, is_inbound);
    if (upstream < 0 || !(link = calloc(1, sizeof *link))) {
        close(client);
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    link->flows[0] = (struct flow){.source = client, .sink = upstream, .read_end = -1, .write_end = -1};
    link->flows[1] = (struct flow){.source = upstream, .sink = client, .read_end = -1, .write_end = -1};
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = link};
        if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, link->flows[i].source, &event) < 0) {
            link_end(worker, link, true);
            return;
        }
    }
}

static bool listener_open(struct worker *worker, int which, const char *port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    const int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &worker->listeners[which]};
    worker->listeners[which] = listener;
    return listener >= 0 && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
           setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) == 0 &&
           bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(listener, BACKLOG) == 0 &&
           epoll_ctl(worker->epoll, EPOLL_CTL_ADD, listener, &event) == 0;
}

__attribute__((noreturn)) static void worker_run(struct worker *worker)
{
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(worker->epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            const int *listener = events[i].data.ptr;
            if (listener != &worker->listeners[0] && listener != &worker->listeners[1]) {
                link_event(worker, events[i].data.ptr, events[i].events);
                continue;
            }
            for (int accepts = 0, client; accepts < ACCEPTS; accepts++) {
                if ((client = accept4(*listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0)
                    break;
                link_begin(worker, client, listener == &worker->listeners[1]);
            }
        }
        while (worker->over) {
            struct link *link = worker->over;
            worker->over = link->next_over;
            free(link);
        }
    }
}

int main(int argc, char **argv)
{
    static struct worker worker; /* after fork, each process has its own */
    if (argc < 3) {
        fputs("usage: relay_floor OUTBOUND INBOUND [WORKERS]\n", stderr);
        return 2;
    }
    unsigned long workers = argc > 3 ? strtoul(argv[3], NULL, 10) : 2;
    signal(SIGPIPE, SIG_IGN);
    for (unsigned long i = 1; i < workers; i++) {
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            break;
        }
    }
    worker.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (worker.epoll < 0 || !listener_open(&worker, 0, argv[1]) || !listener_open(&worker, 1, argv[2])) {
        perror("relay_floor");
        return 1;
    }
    worker_run(&worker);
}
