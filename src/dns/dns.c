#include "dns/dns.h"
#include "base/fd.h"
#include "base/memory.h"
#include "dns/state.h"
#include "serve/moment.h"
#include "serve/thread.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { DESCRIPTORS_SHARE = 8, DESCRIPTORS_LEAST = 16, EVENTS_AT_ONCE = 64, DNS_PORT = 53 };

bool watch_add(struct dns *dns, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(dns->epoll, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

void watch_close(struct watch *watch)
{
    fd_close(&watch->fd); /* which takes it out of epoll */
}

static void gone_free(struct dns *dns)
{
    while (dns->gone_queries.next != &dns->gone_queries) {
        struct query *query = DNS_CONTAINER(dns->gone_queries.next, struct query, link);
        link_remove(&query->link);
        resolvers_release(query->resolvers);
        free(query->kept);
        free(query);
    }
    while (dns->gone_clients.next != &dns->gone_clients) {
        struct client *client = DNS_CONTAINER(dns->gone_clients.next, struct client, link);
        link_remove(&client->link);
        free(client);
    }
}

/* Memory is bounded, whatever clients and resolvers do. */
static void limits_enforce(struct dns *dns)
{
    while (dns->queries_held > DNS_HELD_MAX && query_evict(dns))
        ;
    while (dns->clients_held > DNS_HELD_MAX)
        client_evict_largest(dns);
}

static void earlier(int64_t *moment, int64_t other)
{
    if (other < *moment)
        *moment = other;
}

/* How long epoll may sleep, in milliseconds; -1: until something happens. */
static int sleep_ms(const struct dns *dns)
{
    int64_t moment = INT64_MAX;
    if (dns->queries.next != &dns->queries)
        earlier(&moment, DNS_CONTAINER(dns->queries.next, struct query, link)->deadline_ms);
    if (dns->clients.next != &dns->clients)
        earlier(&moment, DNS_CONTAINER(dns->clients.next, struct client, link)->since_ms + DNS_CLIENT_IDLE_MS);
    if (dns->accept_after_ms)
        earlier(&moment, dns->accept_after_ms);
    if (moment == INT64_MAX)
        return -1;
    int64_t now_ms = moment_steady_ms();
    return moment <= now_ms ? 0 : moment - now_ms < INT_MAX ? (int)(moment - now_ms) : INT_MAX;
}

/* False: it is to stop. */
static bool event_handle(struct dns *dns, const struct epoll_event *event)
{
    struct watch *watch = event->data.ptr;
    switch (watch->kind) {
    case WATCH_STOP:
        return false;
    case WATCH_UDP:
        listeners_datagrams(dns, watch);
        break;
    case WATCH_TCP:
        listeners_accept(dns, watch);
        break;
    case WATCH_CLIENT:
        client_event(dns, DNS_CONTAINER(watch, struct client, watch), event->events);
        break;
    case WATCH_ATTEMPT:
        attempt_event(dns, DNS_CONTAINER(watch, struct attempt, watch), event->events);
        break;
    }
    return true;
}

static void *dns_run(void *argument)
{
    struct dns *dns = argument;
    struct epoll_event events[EVENTS_AT_ONCE];
    for (bool is_running = true; is_running;) {
        int count = epoll_wait(dns->epoll, events, EVENTS_AT_ONCE, sleep_ms(dns));
        dns->now_ms = moment_steady_ms();
        for (int i = 0; i < count; i++)
            is_running = event_handle(dns, &events[i]) && is_running;
        query_expire(dns);
        client_expire(dns);
        limits_enforce(dns);
        if (dns->accept_after_ms && dns->accept_after_ms <= dns->now_ms)
            listeners_resume(dns);
        gone_free(dns);
    }
    return NULL;
}

static void dns_free(struct dns *dns)
{
    while (dns->clients.next != &dns->clients)
        client_close(dns, DNS_CONTAINER(dns->clients.next, struct client, link));
    while (dns->queries.next != &dns->queries)
        query_end(dns, DNS_CONTAINER(dns->queries.next, struct query, link));
    gone_free(dns);
    for (size_t i = 0; i < dns->listener_count; i++)
        watch_close(&dns->listeners[i]);
    resolvers_release(dns->resolvers);
    fd_close(&dns->stop.fd);
    fd_close(&dns->epoll);
    free(dns->scratch);
    free(dns);
}

/* Of few descriptors most are for the pod's connections. */
static size_t limit_of(size_t most)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur / DESCRIPTORS_SHARE >= most)
        return most;
    size_t share = (size_t)files.rlim_cur / DESCRIPTORS_SHARE;
    return share > DESCRIPTORS_LEAST ? share : DESCRIPTORS_LEAST;
}

bool dns_start(const struct dns_settings *settings, struct dns **ret_dns, struct error *error)
{
    struct dns *dns = memory_new(1, sizeof *dns);
    dns->settings = *settings;
    if (!dns->settings.timeout_ms)
        dns->settings.timeout_ms = DNS_TIMEOUT_MS;
    if (!dns->settings.resolver_port)
        dns->settings.resolver_port = DNS_PORT;
    dns->sockets_max = limit_of(DNS_SOCKETS_MAX);
    dns->clients_max = limit_of(DNS_CLIENTS_MAX);
    dns->now_ms = moment_steady_ms();
    dns->scratch = memory_new(1, DNS_MESSAGE_MAX);
    link_init(&dns->queries);
    link_init(&dns->clients);
    link_init(&dns->gone_queries);
    link_init(&dns->gone_clients);
    dns->epoll = epoll_create1(EPOLL_CLOEXEC);
    dns->stop = (struct watch){.kind = WATCH_STOP, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (dns->epoll < 0 || dns->stop.fd < 0 || !watch_add(dns, &dns->stop, EPOLLIN)) {
        error_errno(error, "cannot wait for DNS queries");
        dns_free(dns);
        return false;
    }
    if (!listeners_open(dns, error)) {
        dns_free(dns);
        return false;
    }
    resolvers_refresh(dns);
    if (!thread_start(&dns->thread, THREAD_SMALL, dns_run, dns, "DNS", error)) {
        dns_free(dns);
        return false;
    }
    *ret_dns = dns;
    return true;
}

void dns_total(struct dns *dns, struct dns_totals *ret_totals)
{
    *ret_totals = (struct dns_totals){
        .queries = atomic_load_explicit(&dns->totals.queries, memory_order_relaxed),
        .answers = atomic_load_explicit(&dns->totals.answers, memory_order_relaxed),
        .failures = atomic_load_explicit(&dns->totals.failures, memory_order_relaxed),
        .refused = atomic_load_explicit(&dns->totals.refused, memory_order_relaxed),
        .truncated = atomic_load_explicit(&dns->totals.truncated, memory_order_relaxed),
        .timeouts = atomic_load_explicit(&dns->totals.timeouts, memory_order_relaxed),
        .forged = atomic_load_explicit(&dns->totals.forged, memory_order_relaxed),
        .outstanding = atomic_load_explicit(&dns->totals.outstanding, memory_order_relaxed),
    };
}

void dns_stop(struct dns *dns)
{
    if (!dns)
        return;
    while (eventfd_write(dns->stop.fd, 1) && errno == EINTR)
        ;
    pthread_join(dns->thread, NULL);
    dns_free(dns);
}
