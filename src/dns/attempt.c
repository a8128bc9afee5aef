#include "base/fd.h"
#include "base/memory.h"
#include "dns/state.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { MESSAGES_AT_ONCE = 16 }; /* that one resolver sends, before others get their turn */

void attempt_close(struct dns *dns, struct attempt *attempt)
{
    if (attempt->watch.fd < 0)
        return;
    watch_close(&attempt->watch);
    dns->socket_count--;
    attempt->query->open--;
    dns->queries_held -= attempt->in.capacity;
    attempt->query->held -= attempt->in.capacity;
    frame_clear(&attempt->in);
}

static void attempt_failed(struct dns *dns, struct attempt *attempt)
{
    struct query *query = attempt->query;
    query->resolvers->list[attempt->resolver].failed_ms = dns->now_ms;
    attempt_close(dns, attempt);
    query_advance(dns, query);
}

/* The query with this attempt's ID, behind its length where the protocol is TCP; false when it can't be sent. */
static bool attempt_send(struct attempt *attempt)
{
    const struct query *query = attempt->query;
    char head[4];
    dns_put_u16(head, (uint16_t)query->length);
    dns_put_u16(head + 2, attempt->id);
    bool is_tcp = query->client != NULL;
    size_t skipped = is_tcp ? attempt->sent : 2;
    while (skipped < query->length + 2) {
        size_t in_head = skipped < sizeof head ? skipped : sizeof head;
        size_t in_rest = skipped - in_head;
        struct iovec parts[] = {{head + in_head, sizeof head - in_head},
                                {query->message + 2 + in_rest, query->length - 2 - in_rest}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = ARRAY_LENGTH(parts)};
        ssize_t count = sendmsg(attempt->watch.fd, &message, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (!is_tcp)
            return count >= 0;
        if (count < 0)
            return errno == EAGAIN;
        attempt->sent = skipped += (size_t)count;
    }
    return true;
}

static bool attempt_wait_for(struct dns *dns, struct attempt *attempt, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = &attempt->watch};
    return epoll_ctl(dns->epoll, EPOLL_CTL_MOD, attempt->watch.fd, &event) == 0;
}

bool attempt_start(struct dns *dns, struct query *query, struct attempt *attempt)
{
    const union dns_address *address = &query->resolvers->list[attempt->resolver].address;
    int type = query->client ? SOCK_STREAM : SOCK_DGRAM;
    _cleanup_(fd_close) int fd = socket(address->any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    /* The kernel chooses the port, at random; it lets through what comes from this address alone, and tells when there
     * is nobody. */
    if (connect(fd, &address->any, dns_address_length(address)) && errno != EINPROGRESS) {
        query->resolvers->list[attempt->resolver].failed_ms = dns->now_ms;
        return false;
    }
    attempt->id = random_u16(dns);
    attempt->watch.fd = fd;
    bool is_watched = watch_add(dns, &attempt->watch, query->client ? EPOLLOUT : EPOLLIN);
    if (!is_watched || (!query->client && !attempt_send(attempt))) {
        attempt->watch.fd = -1;
        if (is_watched)
            query->resolvers->list[attempt->resolver].failed_ms = dns->now_ms;
        return false;
    }
    fd_take(&fd);
    query->open++;
    dns->socket_count++;
    return true;
}

/* Whether another resolver may know more than one that says this. */
static bool is_poor(struct slice answer)
{
    enum dns_rcode rcode = dns_answer_rcode(answer);
    return rcode == DNS_SERVFAIL || rcode == DNS_REFUSED || rcode == DNS_NOTIMP;
}

static void answer_keep(struct dns *dns, struct query *query, struct slice answer)
{
    free(query->kept);
    dns->queries_held += answer.length - query->kept_length;
    query->held += answer.length - query->kept_length;
    query->kept = (char *)(uintptr_t)memory_copy(answer).bytes;
    query->kept_length = answer.length;
}

/* A message from the resolver; gives whether it was the answer. */
static bool attempt_answered(struct dns *dns, struct attempt *attempt, char *bytes, size_t length)
{
    struct query *query = attempt->query;
    struct slice answer = {bytes, length};
    if (!dns_answer_matches(answer, attempt->id, (struct slice){query->message, query->length}, &query->asked)) {
        dns_count(&dns->totals.forged);
        return false;
    }
    query->resolvers->list[attempt->resolver].failed_ms = 0;
    bool has_others = query->next < query->resolvers->count || query->open > 1;
    if (is_poor(answer) && has_others) {
        answer_keep(dns, query, answer);
        attempt_close(dns, attempt);
        query_advance(dns, query);
        return true;
    }
    dns_count(&dns->totals.answers);
    if (dns->settings.answered)
        dns_addresses(answer, dns->settings.answered, dns->settings.context);
    query_answer(dns, query, bytes, length);
    return true;
}

static void datagrams_read(struct dns *dns, struct attempt *attempt)
{
    for (unsigned i = 0; i < MESSAGES_AT_ONCE; i++) {
        ssize_t count = recv(attempt->watch.fd, dns->scratch, DNS_MESSAGE_MAX, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            if (errno != EAGAIN)
                attempt_failed(dns, attempt);
            return;
        }
        if (attempt_answered(dns, attempt, dns->scratch, (size_t)count))
            return;
    }
}

static void stream_read(struct dns *dns, struct attempt *attempt)
{
    struct query *query = attempt->query;
    for (unsigned i = 0; i < MESSAGES_AT_ONCE; i++) {
        size_t before = attempt->in.capacity;
        enum frame_result result = frame_read(&attempt->in, attempt->watch.fd);
        dns->queries_held += attempt->in.capacity - before;
        query->held += attempt->in.capacity - before;
        if (result == FRAME_MORE)
            return;
        if (result != FRAME_WHOLE) {
            attempt_failed(dns, attempt);
            return;
        }
        /* Out of the attempt, which may end with it. */
        struct frame frame = attempt->in;
        dns->queries_held -= frame.capacity;
        query->held -= frame.capacity;
        attempt->in = (struct frame){0};
        bool is_answered = attempt_answered(dns, attempt, frame.bytes, frame.length);
        frame_clear(&frame);
        if (is_answered)
            return;
    }
}

void attempt_event(struct dns *dns, struct attempt *attempt, uint32_t events)
{
    if (attempt->watch.fd < 0)
        return;
    if (!attempt->query->client) {
        datagrams_read(dns, attempt);
        return;
    }
    if (events & EPOLLOUT) {
        if (!attempt_send(attempt) ||
            (attempt->sent == attempt->query->length + 2 && !attempt_wait_for(dns, attempt, EPOLLIN))) {
            attempt_failed(dns, attempt);
            return;
        }
    }
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        stream_read(dns, attempt);
}
