/* tls_main.c - the data plane with TLS as a program, for tests: relay_tls_test_program NAME=VALUE..., see the table.
 * Prints "listening" when it does, a line for each connection that ended and for each load of the files, and answers a
 * line on standard input: "totals", "peers", "state", "seen NAME ADDRESS SECONDS"; the end of it ends the program. */
#include "base/number.h"
#include "relay/tls.h"
#include <arpa/inet.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THINGS_MAX = 16 };

struct setup {
    struct relay_settings relay;
    struct relay_tls_settings tls;
    struct relay_tls_port ports[THINGS_MAX];
    struct slice domains[THINGS_MAX];
    struct relay_tls_destination destinations[THINGS_MAX];
    struct slice identities[THINGS_MAX];
    const char *late; /* "1": TLS is loaded when a line says so */
};

static uint32_t number(const char *text)
{
    uint32_t value = 0;
    if (!number_parse_u32(slice_from(text), &value)) {
        fprintf(stderr, "%s is no number\n", text);
        abort();
    }
    return value;
}

static enum relay_tls_mode mode(struct slice text)
{
    return slice_equal(text, SLICE("STRICT"))       ? RELAY_TLS_STRICT
           : slice_equal(text, SLICE("PERMISSIVE")) ? RELAY_TLS_PERMISSIVE
                                                    : RELAY_TLS_DISABLE;
}

/* "NETWORK/PREFIX=ID" or ".NAME=ID". */
static void destination_add(struct setup *setup, char *text)
{
    size_t at = setup->tls.destination_count++;
    struct relay_tls_destination *one = &setup->destinations[at];
    char *equals = strchr(text, '='), *slash = strchr(text, '/');
    *equals = '\0';
    setup->identities[at] = slice_from(equals + 1);
    one->identities = &setup->identities[at];
    one->identity_count = 1;
    if (text[0] == '.') {
        one->name = slice_from(text + 1);
        return;
    }
    *slash = '\0';
    one->prefix = number(slash + 1);
    one->network.family = strchr(text, ':') ? AF_INET6 : AF_INET;
    inet_pton(one->network.family, text, one->network.bytes);
}

static void set(struct setup *setup, char *text)
{
    char *value = strchr(text, '=');
    if (!value)
        abort();
    *value++ = '\0';
    const struct {
        const char *name;
        const char **target;
    } texts[] = {
        {"chain", &setup->tls.chain}, {"key", &setup->tls.key}, {"roots", &setup->tls.roots}, {"late", &setup->late}};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        if (strcmp(text, texts[i].name) == 0)
            *texts[i].target = value;
    if (strcmp(text, "outbound") == 0)
        setup->relay.outbound_port = (uint16_t)number(value);
    else if (strcmp(text, "inbound") == 0)
        setup->relay.inbound_port = (uint16_t)number(value);
    else if (strcmp(text, "workers") == 0)
        setup->relay.workers = number(value);
    else if (strcmp(text, "detection") == 0)
        setup->tls.detection_ms = number(value);
    else if (strcmp(text, "mode") == 0)
        setup->tls.inbound = mode(slice_from(value));
    else if (strcmp(text, "domain") == 0)
        setup->domains[setup->tls.trust_domain_count++] = slice_from(value);
    else if (strcmp(text, "to") == 0)
        destination_add(setup, value);
    else if (strcmp(text, "port") == 0) {
        struct relay_tls_port *port = &setup->ports[setup->tls.port_count++];
        char *equals = strchr(value, '=');
        *equals = '\0';
        *port = (struct relay_tls_port){(uint16_t)number(value), mode(slice_from(equals + 1))};
    }
}

static void ended_print(void *context, const struct relay_summary *summary)
{
    static const char *const flags[] = {"-", "UF", "UO", "UH", "DC", "UC", "SI", "TLS", "STOP"};
    char a[RELAY_ADDRESS_TEXT];
    (void)context;
    printf("ended %s %s %s %llu %llu %s %.*s|%.*s|%s\n", summary->direction == RELAY_INBOUND ? "in" : "out",
           flags[summary->flag], summary->security == RELAY_MUTUAL_TLS ? "mtls" : "plain",
           (unsigned long long)summary->received, (unsigned long long)summary->sent,
           relay_address_text(&summary->destination, a), SLICE_ARGS(summary->peer), SLICE_ARGS(summary->server_name),
           summary->failure ? summary->failure : "");
    fflush(stdout);
}

static void reported_print(void *context, enum relay_tls_report report, const struct error *error)
{
    (void)context;
    printf("%s %s\n", report == RELAY_TLS_LOADED ? "loaded" : "failed", error ? error->text : "");
    fflush(stdout);
}

static void totals_print(struct relay *relay)
{
    struct relay_totals totals;
    relay_total(relay, &totals);
    printf("totals");
    for (int d = 0; d < RELAY_DIRECTIONS; d++)
        for (int s = 0; s < RELAY_SECURITIES; s++) {
            const struct relay_count *count = &totals.counts[d][RELAY_PASSED][s];
            printf(" %llu/%llu/%llu/%llu", (unsigned long long)count->opened, (unsigned long long)count->closed,
                   (unsigned long long)count->received, (unsigned long long)count->sent);
        }
    printf(" active %llu %llu heap %zu\n", (unsigned long long)totals.active[0], (unsigned long long)totals.active[1],
           mallinfo2().uordblks);
}

static void peers_print(struct relay_tls *tls)
{
    struct relay_peer peers[RELAY_PEERS_MAX + 1];
    printf("peers");
    for (int d = 0; d < RELAY_DIRECTIONS; d++) {
        size_t count = relay_peers(tls, (enum relay_direction)d, peers);
        for (size_t i = 0; i < count; i++)
            printf(" %s:%.*s:%llu:%llu:%llu:%llu", d ? "in" : "out", SLICE_ARGS(peers[i].identity),
                   (unsigned long long)peers[i].opened, (unsigned long long)peers[i].closed,
                   (unsigned long long)peers[i].received, (unsigned long long)peers[i].sent);
    }
    printf("\n");
}

/* "NAME ADDRESS SECONDS" */
static void seen(struct relay_tls *tls, char *text)
{
    uint8_t address[16];
    char *save = NULL, *name = strtok_r(text, " \n", &save), *ip = strtok_r(NULL, " \n", &save);
    int family = ip && strchr(ip, ':') ? AF_INET6 : AF_INET;
    if (ip && inet_pton(family, ip, address) == 1)
        relay_tls_name_seen(tls, slice_from(name), family, address, 1);
    printf("seen\n");
}

static void commands_run(struct relay *relay, struct relay_tls *tls)
{
    char line[512];
    struct relay_tls_state state;
    struct error error;
    while (fgets(line, sizeof line, stdin)) {
        flockfile(stdout); /* workers print, too */
        if (strncmp(line, "totals", 6) == 0) {
            totals_print(relay);
        } else if (strncmp(line, "peers", 5) == 0) {
            peers_print(tls);
        } else if (strncmp(line, "state", 5) == 0) {
            relay_tls_look(tls, &state);
            printf("state %d %s %llu %llu\n", state.is_ready, state.identity, (unsigned long long)state.loads,
                   (unsigned long long)state.failures);
        } else if (strncmp(line, "load", 4) == 0) {
            if (!relay_tls_start(tls, relay, &error))
                abort();
        } else if (strncmp(line, "seen ", 5) == 0) {
            seen(tls, line + 5);
        }
        fflush(stdout);
        funlockfile(stdout);
    }
}

int main(int argc, char **argv)
{
    static struct setup setup;
    struct error error = {0};
    struct relay *relay = NULL;
    setup.relay = (struct relay_settings){
        .has_ipv4 = true,
        .workers = 1,
        .connect_timeout_ms = 10000,
        .half_closed_timeout_ms = 50000,
        .keepalive_seconds = 60,
        .ended = ended_print,
    };
    setup.tls = (struct relay_tls_settings){
        .ports = setup.ports,
        .trust_domains = setup.domains,
        .destinations = setup.destinations,
        .detection_ms = RELAY_TLS_DETECTION_MS,
        .reported = reported_print,
    };
    for (int i = 1; i < argc; i++)
        set(&setup, argv[i]);
    struct relay_tls *tls = relay_tls_new(&setup.tls);
    setup.relay.tls = tls;
    bool is_up = relay_open(&setup.relay, &relay, &error) && relay_start(relay, &error) &&
                 (setup.late || relay_tls_start(tls, relay, &error));
    if (is_up) {
        printf("listening\n");
        fflush(stdout);
        commands_run(relay, tls);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    relay_tls_stop(tls);
    relay_stop(relay);
    relay_tls_free(tls);
    return !is_up;
}
