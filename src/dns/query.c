#include "base/memory.h"
#include "dns/state.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

/* To whoever asked; what a datagram's reader does not take in time is lost, as datagrams are. */
static void reply(struct dns *dns, struct client *client, const struct watch *listener, const union dns_address *peer,
                  struct slice answer)
{
    if (client) {
        client_send(dns, client, answer);
        return;
    }
    while (sendto(listener->fd, answer.bytes, answer.length, MSG_NOSIGNAL, &peer->any, dns_address_length(peer)) < 0 &&
           errno == EINTR)
        ;
}

/* Out of the lists, so that nothing finds it any more. */
static void query_bury(struct dns *dns, struct query *query)
{
    for (size_t i = 0; i < query->resolvers->count; i++)
        attempt_close(dns, &query->attempts[i]);
    if (query->client)
        query->client->queries--;
    query->client = NULL;
    link_remove(&query->link);
    link_append(&dns->gone_queries, &query->link);
    dns->query_count--;
    dns->queries_held -= query->held;
    query->held = 0;
    atomic_store_explicit(&dns->totals.outstanding, dns->query_count, memory_order_relaxed);
}

void query_end(struct dns *dns, struct query *query)
{
    query_bury(dns, query);
}

void query_answer(struct dns *dns, struct query *query, char *answer, size_t length)
{
    struct client *client = query->client;
    dns_put_u16(answer, query->client_id);
    query_bury(dns, query);
    if (!client) {
        size_t fits = dns_truncate(answer, length, query->asked.size_max);
        if (fits < length)
            dns_count(&dns->totals.truncated);
        length = fits;
    }
    reply(dns, client, query->listener, &query->peer, (struct slice){answer, length});
}

static void query_reply(struct dns *dns, struct query *query, enum dns_rcode rcode)
{
    char answer[DNS_REPLY_MAX];
    size_t length = dns_reply_write((struct slice){query->message, query->length}, &query->asked, rcode, answer);
    query_answer(dns, query, answer, length);
}

void query_fail(struct dns *dns, struct query *query)
{
    if (query->kept) {
        dns_count(&dns->totals.answers);
        query_answer(dns, query, query->kept, query->kept_length);
        return;
    }
    dns_count(&dns->totals.failures);
    query_reply(dns, query, DNS_SERVFAIL);
}

bool query_evict(struct dns *dns)
{
    if (!dns->query_count)
        return false;
    dns_count(&dns->totals.refused);
    query_reply(dns, DNS_CONTAINER(dns->queries.next, struct query, link), DNS_SERVFAIL);
    return true;
}

void query_forget_client(struct dns *dns, struct client *client)
{
    struct link *next;
    for (struct link *link = dns->queries.next; client->queries && link != &dns->queries; link = next) {
        struct query *query = DNS_CONTAINER(link, struct query, link);
        next = link->next;
        if (query->client == client)
            query_bury(dns, query);
    }
}

void query_advance(struct dns *dns, struct query *query)
{
    bool has_started = false;
    while (query->next < query->resolvers->count && (query->open == 0 || dns->settings.is_parallel)) {
        struct attempt *attempt = &query->attempts[query->next++];
        if (attempt_start(dns, query, attempt))
            has_started = true;
    }
    if (!query->open) {
        query_fail(dns, query);
        return;
    }
    if (!has_started)
        return;
    query->deadline_ms = dns->now_ms + dns->settings.timeout_ms;
    link_remove(&query->link);
    link_append(&dns->queries, &query->link);
}

void query_expire(struct dns *dns)
{
    while (dns->queries.next != &dns->queries) {
        struct query *query = DNS_CONTAINER(dns->queries.next, struct query, link);
        if (query->deadline_ms > dns->now_ms)
            return;
        for (size_t i = 0; i < query->next; i++) {
            struct attempt *attempt = &query->attempts[i];
            if (attempt->watch.fd < 0)
                continue;
            dns_count(&dns->totals.timeouts);
            query->resolvers->list[attempt->resolver].failed_ms = dns->now_ms;
            attempt_close(dns, attempt);
        }
        query_advance(dns, query);
    }
}

/* Whether what a client sent is one of our own queries: rules that don't exempt us lead them back. */
static bool is_own(struct dns *dns, const union dns_address *peer, struct slice message)
{
    uint16_t id = dns_get_u16(message.bytes);
    for (struct link *link = dns->queries.next; link != &dns->queries; link = link->next) {
        const struct query *query = DNS_CONTAINER(link, struct query, link);
        for (size_t i = 0; i < query->next; i++) {
            const struct attempt *attempt = &query->attempts[i];
            union dns_address own = {0};
            socklen_t length = sizeof own;
            if (attempt->watch.fd >= 0 && attempt->id == id && query->length == message.length &&
                !getsockname(attempt->watch.fd, &own.any, &length) && own.v4.sin_port == peer->v4.sin_port)
                return true;
        }
    }
    return false;
}

/* For one more. */
static void make_room(struct dns *dns)
{
    size_t sockets = dns->settings.is_parallel ? dns->resolvers->count : 1;
    while (dns->query_count >= DNS_QUERIES_MAX || dns->socket_count + sockets > dns->sockets_max) {
        if (!query_evict(dns))
            return;
    }
}

static struct query *query_new(struct dns *dns, struct client *client, struct slice message)
{
    struct resolvers *resolvers = dns->resolvers;
    uint8_t order[RESOLVERS_MAX];
    size_t size = sizeof(struct query) + resolvers->count * sizeof(struct attempt);
    struct query *query = memory_new(1, size + message.length);
    query->message = (char *)query + size;
    query->length = message.length;
    query->held = size + message.length;
    memcpy(query->message, message.bytes, message.length);
    query->client_id = dns_get_u16(message.bytes);
    query->resolvers = resolvers;
    resolvers->references++;
    resolvers_order(dns, resolvers, order);
    for (size_t i = 0; i < resolvers->count; i++)
        query->attempts[i] =
            (struct attempt){.watch = {.kind = WATCH_ATTEMPT, .fd = -1}, .query = query, .resolver = order[i]};
    query->client = client;
    if (client)
        client->queries++;
    link_append(&dns->queries, &query->link);
    dns->query_count++;
    dns->queries_held += query->held;
    atomic_store_explicit(&dns->totals.outstanding, dns->query_count, memory_order_relaxed);
    return query;
}

void query_take(struct dns *dns, struct client *client, const struct watch *listener, const union dns_address *peer,
                struct slice message)
{
    struct dns_query asked;
    enum dns_rcode rcode;
    enum dns_verdict verdict = dns_query_read(message, &asked, &rcode);
    if (verdict == DNS_DROP)
        return;
    dns_count(&dns->totals.queries);
    if (verdict == DNS_FORWARD && client && (asked.type == DNS_AXFR || asked.type == DNS_IXFR)) {
        verdict = DNS_ANSWER_WITH;
        rcode = DNS_REFUSED;
    } else if (verdict == DNS_FORWARD && is_own(dns, peer, message)) {
        verdict = DNS_ANSWER_WITH;
        rcode = DNS_SERVFAIL;
    }
    if (verdict == DNS_ANSWER_WITH) {
        char answer[DNS_REPLY_MAX];
        size_t length = dns_reply_write(message, &asked, rcode, answer);
        dns_count(&dns->totals.refused);
        reply(dns, client, listener, peer, (struct slice){answer, length});
        return;
    }
    resolvers_refresh(dns);
    make_room(dns);
    if (client && client->watch.fd < 0)
        return; /* it does not take its answers */
    struct query *query = query_new(dns, client, message);
    query->asked = asked;
    query->listener = listener;
    query->peer = *peer;
    query_advance(dns, query);
}
