/* dns_bench.c - what the DNS proxy adds to a query: dns_bench [SECONDS]. A resolver that answers at once (a process of
 * its own), asked directly and through the proxy, turn about: one query at a time, then so many that there is always
 * one. The client is the main thread, the proxy another of the same process. */
#include "base/attribute.h"
#include "base/number.h"
#include "dns/dns.h"
#include "serve/moment.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 5, WINDOW = 32, SAMPLES_MAX = 1 << 20, PROXY_PORT = 15553 };

static const char question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\1\7example\4test\0\0\1\0\1\0\0\x29\4\xd0\0\0\0\0\0\0";
static const char record[] = "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";

static int socket_make(uint16_t port, bool is_server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int failed = is_server ? bind(fd, (struct sockaddr *)&address, sizeof address)
                           : connect(fd, (struct sockaddr *)&address, sizeof address);
    if (fd < 0 || failed) {
        perror("socket");
        exit(1);
    }
    return fd;
}

/* Answers each query with one address, for ever. */
NORETURN static void resolver_run(int fd)
{
    char message[2048];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        ssize_t count = recvfrom(fd, message, sizeof message - sizeof record, 0, (struct sockaddr *)&peer, &length);
        if (count < (ssize_t)sizeof question - 1)
            continue;
        size_t end = sizeof question - 1 - 11; /* in front of OPT */
        message[2] = '\x81';
        message[7] = 1;
        memmove(message + end + sizeof record - 1, message + end, 11);
        memcpy(message + end, record, sizeof record - 1);
        sendto(fd, message, sizeof question - 1 + sizeof record - 1, 0, (struct sockaddr *)&peer, length);
    }
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void ask(int fd)
{
    if (send(fd, question, sizeof question - 1, 0) < 0)
        perror("send");
}

static bool answered(int fd)
{
    char message[2048];
    return recv(fd, message, sizeof message, 0) > 0;
}

struct figures {
    double p50_us, p99_us, rate, cpu_us; /* the processor time: of the process without the client */
};

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void one_at_a_time(int fd, int64_t for_ns, int64_t *samples, struct figures *figures)
{
    size_t count = 0;
    int64_t now = moment_steady_ns(), end = now + for_ns;
    while (now < end && count < SAMPLES_MAX) {
        ask(fd);
        if (!answered(fd))
            continue;
        int64_t then = moment_steady_ns();
        samples[count++] = then - now;
        now = then;
    }
    if (!count)
        return;
    qsort(samples, count, sizeof *samples, compare);
    figures->p50_us = (double)samples[count / 2] / 1e3;
    figures->p99_us = (double)samples[count * 99 / 100] / 1e3;
}

static void many_at_once(int fd, int64_t for_ns, struct figures *figures)
{
    size_t count = 0;
    int64_t start = moment_steady_ns();
    int64_t others = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (unsigned i = 0; i < WINDOW; i++)
        ask(fd);
    while (moment_steady_ns() - start < for_ns) {
        count += answered(fd);
        ask(fd);
    }
    int64_t took = moment_steady_ns() - start;
    others = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - clock_ns(CLOCK_THREAD_CPUTIME_ID) - others;
    for (unsigned i = 0; i < WINDOW; i++)
        (void)answered(fd);
    figures->rate = (double)count * 1e9 / (double)took;
    figures->cpu_us = count ? (double)others / 1e3 / (double)count : 0;
}

static double median(const struct figures *rounds, size_t offset)
{
    double values[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        memcpy(&values[i], (const char *)&rounds[i] + offset, sizeof values[i]);
        for (unsigned k = i; k && values[k - 1] > values[k]; k--) {
            double swapped = values[k];
            values[k] = values[k - 1];
            values[k - 1] = swapped;
        }
    }
    return values[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"directly", "through the proxy"};
    static int64_t samples[SAMPLES_MAX];
    struct figures figures[2][ROUNDS] = {0};
    struct sockaddr_in bound;
    socklen_t length = sizeof bound;
    struct dns *dns;
    struct error error;
    uint32_t seconds = 2;
    char address[32], conf[] = "/tmp/dns_bench_XXXXXX", text[1024];
    if (argc > 1 && !number_parse_u32(slice_from(argv[1]), &seconds))
        return 2;
    int server = socket_make(0, true);
    if (getsockname(server, (struct sockaddr *)&bound, &length))
        return 1;
    pid_t resolver = fork();
    if (resolver == 0)
        resolver_run(server);
    close(mkstemp(conf)); /* empty: 127.0.0.1 */
    snprintf(address, sizeof address, "localhost:%d", PROXY_PORT);
    struct dns_settings settings = {.address = address, .resolv_conf = conf, .resolver_port = ntohs(bound.sin_port)};
    if (!dns_start(&settings, &dns, &error)) {
        error_print(&error, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    int fds[] = {socket_make(ntohs(bound.sin_port), false), socket_make(PROXY_PORT, false)};
    struct timeval patience = {.tv_sec = 1};
    for (unsigned way = 0; way < 2; way++)
        setsockopt(fds[way], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int64_t for_ns = (int64_t)seconds * 1000000000 / 2;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned way = 0; way < 2; way++) {
            one_at_a_time(fds[way], for_ns, samples, &figures[way][round]);
            many_at_once(fds[way], for_ns, &figures[way][round]);
        }
    }
    for (unsigned way = 0; way < 2; way++)
        printf("%-18s p50 %6.1f us  p99 %6.1f us  %8.0f queries/s with %d at once, %5.1f us of the proxy's processor "
               "time\n",
               names[way], median(figures[way], offsetof(struct figures, p50_us)),
               median(figures[way], offsetof(struct figures, p99_us)),
               median(figures[way], offsetof(struct figures, rate)), WINDOW,
               way ? median(figures[way], offsetof(struct figures, cpu_us)) : 0.0);
    dns_stop(dns);
    unlink(conf);
    kill(resolver, SIGKILL);
    return 0;
}
