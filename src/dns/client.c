#include "base/fd.h"
#include "base/memory.h"
#include "dns/state.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { MESSAGES_AT_ONCE = 16 }; /* of one client, before others get their turn */

static size_t unsent(const struct client *client)
{
    return client->out.length - client->out_sent;
}

/* What it holds has changed. */
static void client_weigh(struct dns *dns, struct client *client)
{
    dns->clients_held -= client->held;
    client->held = client->in.capacity + client->out.capacity;
    dns->clients_held += client->held;
}

static void client_touch(struct dns *dns, struct client *client)
{
    client->since_ms = dns->now_ms;
    link_remove(&client->link);
    link_append(&dns->clients, &client->link);
}

void client_close(struct dns *dns, struct client *client)
{
    if (client->watch.fd < 0)
        return;
    watch_close(&client->watch);
    query_forget_client(dns, client);
    frame_clear(&client->in);
    buffer_done(&client->out);
    client_weigh(dns, client);
    link_remove(&client->link);
    link_append(&dns->gone_clients, &client->link);
    dns->client_count--;
}

bool client_evict(struct dns *dns)
{
    if (!dns->client_count)
        return false;
    struct client *silent = DNS_CONTAINER(dns->clients.next, struct client, link);
    for (struct link *link = dns->clients.next; link != &dns->clients; link = link->next) {
        struct client *client = DNS_CONTAINER(link, struct client, link);
        if (!client->queries && !unsent(client)) {
            silent = client;
            break;
        }
    }
    client_close(dns, silent);
    return true;
}

void client_evict_largest(struct dns *dns)
{
    struct client *largest = NULL;
    for (struct link *link = dns->clients.next; link != &dns->clients; link = link->next) {
        struct client *client = DNS_CONTAINER(link, struct client, link);
        if (!largest || client->held > largest->held)
            largest = client;
    }
    if (largest)
        client_close(dns, largest);
}

void client_expire(struct dns *dns)
{
    while (dns->clients.next != &dns->clients) {
        struct client *client = DNS_CONTAINER(dns->clients.next, struct client, link);
        if (client->since_ms + DNS_CLIENT_IDLE_MS > dns->now_ms)
            return;
        if (client->queries && !unsent(client))
            client_touch(dns, client); /* it is we who are slow */
        else
            client_close(dns, client);
    }
}

/* Lets epoll wait for what can be done; closes the connection when that is nothing. */
static void client_settle(struct dns *dns, struct client *client)
{
    uint32_t events = unsent(client) ? EPOLLOUT : 0;
    if (!client->has_ended && client->queries < DNS_CLIENT_QUERIES_MAX && unsent(client) < DNS_CLIENT_OUT_MAX)
        events |= EPOLLIN;
    if (client->has_ended && !client->queries && !events) {
        client_close(dns, client);
        return;
    }
    if (events == client->events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = &client->watch};
    if (epoll_ctl(dns->epoll, EPOLL_CTL_MOD, client->watch.fd, &event))
        client_close(dns, client);
    client->events = events;
}

void client_new(struct dns *dns, int fd, const union dns_address *peer)
{
    static const int on = 1;
    while (dns->client_count >= dns->clients_max)
        (void)client_evict(dns);
    struct client *client = memory_new(1, sizeof *client);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *client = (struct client){.watch = {.kind = WATCH_CLIENT, .fd = fd},
                              .since_ms = dns->now_ms,
                              .peer = *peer,
                              .events = EPOLLIN,
                              .out = BUFFER_INIT(DNS_CLIENT_OUT_MAX + DNS_CLIENT_QUERIES_MAX * (DNS_MESSAGE_MAX + 2))};
    link_append(&dns->clients, &client->link);
    dns->client_count++;
    if (!watch_add(dns, &client->watch, EPOLLIN))
        client_close(dns, client);
}

static void client_write(struct dns *dns, struct client *client)
{
    while (unsent(client)) {
        ssize_t count = send(client->watch.fd, client->out.bytes + client->out_sent, unsent(client), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return;
        if (count < 0) {
            client_close(dns, client);
            return;
        }
        client->out_sent += (size_t)count;
    }
    buffer_done(&client->out);
    client->out_sent = 0;
    client_weigh(dns, client);
    client_touch(dns, client);
}

/* What has been sent makes room once it is more than half. */
static void out_compact(struct client *client)
{
    if (client->out_sent < client->out.length / 2)
        return;
    memmove(client->out.bytes, client->out.bytes + client->out_sent, unsent(client));
    client->out.length -= client->out_sent;
    client->out_sent = 0;
}

void client_send(struct dns *dns, struct client *client, struct slice answer)
{
    char prefix[2];
    if (client->watch.fd < 0)
        return;
    bool was_empty = !unsent(client);
    if (client->out.length)
        out_compact(client);
    dns_put_u16(prefix, (uint16_t)answer.length);
    buffer_add(&client->out, prefix, sizeof prefix);
    buffer_add_slice(&client->out, answer);
    client_weigh(dns, client);
    if (client->out.overflowed) {
        client_close(dns, client);
        return;
    }
    if (was_empty)
        client_write(dns, client);
    if (client->watch.fd >= 0)
        client_settle(dns, client);
}

static void client_read(struct dns *dns, struct client *client)
{
    for (unsigned i = 0; i < MESSAGES_AT_ONCE; i++) {
        if (client->queries >= DNS_CLIENT_QUERIES_MAX || unsent(client) >= DNS_CLIENT_OUT_MAX)
            return;
        enum frame_result result = frame_read(&client->in, client->watch.fd);
        client_weigh(dns, client);
        if (result == FRAME_MORE)
            return;
        if (result == FRAME_END) {
            client->has_ended = true;
            return;
        }
        if (result == FRAME_BROKEN) {
            client_close(dns, client);
            return;
        }
        struct frame frame = client->in;
        client->in = (struct frame){0};
        client_weigh(dns, client);
        client_touch(dns, client);
        query_take(dns, client, NULL, &client->peer, frame_message(&frame));
        frame_clear(&frame);
        if (client->watch.fd < 0)
            return;
    }
}

void client_event(struct dns *dns, struct client *client, uint32_t events)
{
    if (client->watch.fd >= 0 && events & (EPOLLERR | EPOLLHUP))
        client_close(dns, client);
    if (client->watch.fd >= 0 && events & EPOLLOUT)
        client_write(dns, client);
    if (client->watch.fd >= 0 && events & EPOLLIN)
        client_read(dns, client);
    if (client->watch.fd >= 0)
        client_settle(dns, client);
}
