/* dns_main.c - the DNS proxy as a program, for tests: dns_test_program ADDRESS RESOLV_CONF [RESOLVER_PORT [TIMEOUT_MS
 * [parallel]]]. Says "listening"; prints the addresses that pass, one a line, and for each line of input the totals;
 * ends with its input. */
#include "base/number.h"
#include "dns/dns.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static void print_address(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds)
{
    char text[INET6_ADDRSTRLEN];
    (void)context;
    inet_ntop(family, address, text, sizeof text);
    printf("answered %.*s %s %u\n", SLICE_ARGS(name), text, seconds);
    fflush(stdout);
}

static void print_totals(struct dns *dns)
{
    struct dns_totals totals;
    dns_total(dns, &totals);
    printf("totals queries=%" PRIu64 " answers=%" PRIu64 " failures=%" PRIu64 " refused=%" PRIu64 " truncated=%" PRIu64
           " timeouts=%" PRIu64 " forged=%" PRIu64 " outstanding=%" PRIu64 "\n",
           totals.queries, totals.answers, totals.failures, totals.refused, totals.truncated, totals.timeouts,
           totals.forged, totals.outstanding);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct dns *dns;
    struct error error;
    char text[2048], byte;
    uint32_t timeout_ms = 0;
    uint16_t port = 0;
    if (argc < 3 || (argc > 3 && !number_parse_u16(slice_from(argv[3]), &port)) ||
        (argc > 4 && !number_parse_u32(slice_from(argv[4]), &timeout_ms)))
        return 2;
    struct dns_settings settings = {.address = argv[1],
                                    .resolv_conf = argv[2],
                                    .resolver_port = port,
                                    .timeout_ms = timeout_ms,
                                    .is_parallel = argc > 5,
                                    .answered = print_address};
    if (!dns_start(&settings, &dns, &error)) {
        error_print(&error, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) == 1) {
        if (byte == '\n')
            print_totals(dns);
    }
    dns_stop(dns);
    return 0;
}
