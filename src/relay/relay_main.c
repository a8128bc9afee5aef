/* relay_main.c - the data plane as a program, for tests: relay_test_program [NAME=VALUE...], see the table. Prints
 * "listening" when it does, with log=1 a line for each connection that ended and for each lack, and answers a line on
 * standard input: "totals" with a line of numbers, "alive" with yes or no, "close" (inbound), "limit" N (soft, of
 * descriptors); the end of it ends the program. */
#include "base/number.h"
#include "relay/relay.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct numbers {
    uint32_t outbound, inbound, workers, ipv4, ipv6, by_address, transparent, closed, max, connect_ms, idle_ms, half_ms,
        keepalive, log, wait;
};

static bool number_set(struct numbers *numbers, struct slice text)
{
    const struct {
        struct slice name;
        uint32_t *number;
    } table[] = {
        {SLICE("outbound"), &numbers->outbound},
        {SLICE("inbound"), &numbers->inbound},
        {SLICE("workers"), &numbers->workers},
        {SLICE("ipv4"), &numbers->ipv4},
        {SLICE("ipv6"), &numbers->ipv6},
        {SLICE("by_address"), &numbers->by_address},
        {SLICE("transparent"), &numbers->transparent},
        {SLICE("closed"), &numbers->closed},
        {SLICE("max"), &numbers->max},
        {SLICE("connect_ms"), &numbers->connect_ms},
        {SLICE("idle_ms"), &numbers->idle_ms},
        {SLICE("half_ms"), &numbers->half_ms},
        {SLICE("keepalive"), &numbers->keepalive},
        {SLICE("log"), &numbers->log},
        {SLICE("wait"), &numbers->wait},
    };
    size_t equals = slice_find_byte(text, '=');
    for (size_t i = 0; i < ARRAY_LENGTH(table) && equals != SLICE_NONE; i++)
        if (slice_equal(slice_range(text, 0, equals), table[i].name))
            return number_parse_u32(slice_from_offset(text, equals + 1), table[i].number);
    return false;
}

static void ended_print(void *context, const struct relay_summary *summary)
{
    static const char *const flags[] = {"-", "UF", "UO", "UH", "DC", "UC", "SI", "TLS", "STOP"};
    char a[RELAY_ADDRESS_TEXT], b[RELAY_ADDRESS_TEXT], c[RELAY_ADDRESS_TEXT], d[RELAY_ADDRESS_TEXT];
    (void)context;
    printf("ended %s %s %llu %llu %s %s %s %s %s\n", summary->direction == RELAY_INBOUND ? "in" : "out",
           flags[summary->flag], (unsigned long long)summary->received, (unsigned long long)summary->sent,
           relay_address_text(&summary->client, a), relay_address_text(&summary->destination, b),
           relay_address_text(&summary->upstream, c), relay_address_text(&summary->upstream_local, d),
           summary->failure ? summary->failure : "");
    fflush(stdout);
}

static void overflowed_print(void *context, const char *lack)
{
    (void)context;
    printf("overflow %s\n", lack);
    fflush(stdout);
}

static void totals_print(struct relay *relay)
{
    struct relay_totals totals;
    relay_total(relay, &totals);
    flockfile(stdout); /* workers print, too */
    for (int d = 0; d < RELAY_DIRECTIONS; d++) {
        const struct relay_count *passed = &totals.counts[d][RELAY_PASSED][RELAY_PLAIN];
        const struct relay_count *blocked = &totals.counts[d][RELAY_BLACKHOLED][RELAY_PLAIN];
        printf("%llu %llu %llu %llu %llu %llu ", (unsigned long long)passed->opened, (unsigned long long)passed->closed,
               (unsigned long long)passed->received, (unsigned long long)passed->sent,
               (unsigned long long)blocked->closed, (unsigned long long)totals.active[d]);
        for (int f = 0; f < RELAY_FLAGS; f++)
            printf("%llu ", (unsigned long long)totals.flags[d][f]);
    }
    printf("\n");
    funlockfile(stdout);
}

static void limit_set(struct slice text)
{
    struct rlimit files;
    uint32_t number;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && number_parse_u32(text, &number)) {
        files.rlim_cur = number;
        printf("%s\n", setrlimit(RLIMIT_NOFILE, &files) ? "no" : "yes");
    }
}

static void commands_run(struct relay *relay)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "totals", 6) == 0)
            totals_print(relay);
        else if (strncmp(line, "alive", 5) == 0)
            printf("%s\n", relay_is_alive(relay, 1000) ? "yes" : "no");
        else if (strncmp(line, "close", 5) == 0)
            relay_close_inbound(relay);
        else if (strncmp(line, "limit ", 6) == 0)
            limit_set(slice_trim(slice_from(line + 6)));
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    struct numbers n = {.outbound = 15001,
                        .inbound = 15006,
                        .workers = 1,
                        .ipv4 = 1,
                        .connect_ms = 10000,
                        .half_ms = 50000,
                        .keepalive = 60};
    struct error error = {0};
    struct relay *relay = NULL;
    for (int i = 1; i < argc; i++)
        if (!number_set(&n, slice_from(argv[i]))) {
            fprintf(stderr, "%s?\n", argv[i]);
            return 2;
        }
    const struct relay_settings settings = {
        .outbound_port = (uint16_t)n.outbound,
        .inbound_port = (uint16_t)n.inbound,
        .inbound_by_address = n.by_address,
        .has_ipv4 = n.ipv4,
        .has_ipv6 = n.ipv6,
        .is_transparent = n.transparent,
        .is_closed = n.closed,
        .workers = n.workers,
        .connection_max = n.max,
        .connect_timeout_ms = n.connect_ms,
        .idle_timeout_ms = n.idle_ms,
        .half_closed_timeout_ms = n.half_ms,
        .keepalive_seconds = n.keepalive,
        .ended = n.log ? ended_print : NULL,
        .overflowed = n.log ? overflowed_print : NULL,
    };
    bool is_up = relay_open(&settings, &relay, &error) && relay_start(relay, &error);
    if (!is_up) {
        fprintf(stderr, "%s\n", error.text);
        relay_stop(relay);
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    while (n.wait)
        pause();
    commands_run(relay);
    relay_stop(relay);
    return 0;
}
