/* trace.c - `pillion trace`: which way does a connection go? By the rules that flags make, or those of a namespace. */
#include "base/fd.h"
#include "base/number.h"
#include "capture/host.h"
#include "capture/json_text.h"
#include "capture/live.h"
#include "capture/trace.h"
#include "capture/value.h"
#include "command/command.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_BAD_FLAGS = 255 }; /* as init */
enum { OUTPUT_MAX = 64 << 20 };

extern char **environ;
static const struct position nowhere;

enum origin { FROM_APPLICATION, FROM_PROXY, FROM_OUTSIDE };

/* What the command line asks, beside the flags of init. */
struct question {
    struct arena *arena;
    enum origin origin;
    struct slice to, source, in, out, namespace, pod_addresses;
    uint32_t protocol;
    uint32_t uid, gid, pid;
    bool uid_given, gid_given, table;
};

enum {
    ASK_FROM,
    ASK_TO,
    ASK_UID,
    ASK_GID,
    ASK_PROTO,
    ASK_IN,
    ASK_OUT,
    ASK_SOURCE,
    ASK_NETNS,
    ASK_PID,
    ASK_POD_IP,
    ASK_TABLE,
    ASK_COUNT
};

static const struct flag question_flags[ASK_COUNT] = {
    [ASK_FROM] = {"from", 0, FLAG_TEXT, "WHO", "app (default), proxy or outside"},
    [ASK_TO] = {"to", 0, FLAG_TEXT, "ADDRESS:PORT", "where the connection is to go: 10.0.0.5:443, [fd00::5]:443"},
    [ASK_UID] = {"uid", 0, FLAG_TEXT, "UID", "the sender's user (app: 1000, proxy: the first of --proxy-uid)"},
    [ASK_GID] = {"gid", 0, FLAG_TEXT, "GID", "the sender's group (app: 1000, proxy: the first of --proxy-gid)"},
    [ASK_PROTO] = {"proto", 0, FLAG_TEXT, "PROTOCOL", "tcp (default) or udp"},
    [ASK_IN] = {"in", 0, FLAG_TEXT, "NAME", "from outside: the interface it comes in by (eth0)"},
    [ASK_OUT] = {"out", 0, FLAG_TEXT, "NAME",
                 "the interface it leaves by (eth0, or in a namespace what the routes say)"},
    [ASK_SOURCE] = {"source", 0, FLAG_TEXT, "ADDRESS", "the sender's address"},
    [ASK_NETNS] = {"netns", 0, FLAG_TEXT, "PATH", "by the rules of that network namespace, not by those of flags"},
    [ASK_PID] = {"pid", 0, FLAG_TEXT, "PID", "by the rules of that process's network namespace"},
    [ASK_POD_IP] = {"pod-ip", 0, FLAG_TEXT, "ADDRESSES", "the pod's own (192.0.2.10,2001:db8::10; in a namespace its)"},
    [ASK_TABLE] = {"table", 0, FLAG_SWITCH, NULL, "the twelve usual connections at once"},
};

static int fail(const struct error *error)
{
    char text[2048];
    error_print(error, text, sizeof text);
    fprintf(stderr, "pillion trace: %s\n", text);
    return error->code == ERROR_USAGE ? EXIT_BAD_FLAGS : EXIT_FAILED;
}

static int text_out(const struct buffer *out)
{
    struct error error = {0};
    if (out->overflowed)
        error_set(&error, ERROR_LIMIT, nowhere, "more than %d bytes to print", OUTPUT_MAX);
    else if (fd_write_all(STDOUT_FILENO, SLICE("standard output"), buffer_slice(out), &error))
        return EXIT_DONE;
    return fail(&error);
}

static const char *environment_get(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

/* ---- the question ------------------------------------------------------------------------------------------- */

static bool word_read(struct slice value, const char *const *words, size_t count, unsigned *ret, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(value, slice_from(words[i]))) {
            *ret = (unsigned)i;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE, nowhere, "\"%.*s\": expected %s, %s%s%s", SLICE_ARGS(value), words[0],
                     words[1], count > 2 ? " or " : "", count > 2 ? words[2] : "");
}

static bool number_read(struct slice value, const char *flag, uint32_t *ret, struct error *error)
{
    return number_parse_u32(value, ret) ||
           error_set(error, ERROR_USAGE, nowhere, "flag --%s \"%.*s\": expected a number", flag, SLICE_ARGS(value));
}

static bool question_take(void *context, size_t index, struct slice value, struct error *error)
{
    struct question *question = context;
    static const char *const origins[] = {"app", "proxy", "outside"}, *const protocols[] = {"tcp", "udp"};
    struct slice *const texts[ASK_COUNT] = {
        [ASK_TO] = &question->to,         [ASK_IN] = &question->in,           [ASK_OUT] = &question->out,
        [ASK_SOURCE] = &question->source, [ASK_NETNS] = &question->namespace, [ASK_POD_IP] = &question->pod_addresses,
    };
    unsigned word = 0;
    if (texts[index]) {
        *texts[index] = value;
        return true;
    }
    switch (index) {
    case ASK_FROM:
        if (!word_read(value, origins, 3, &word, error))
            return error_wrap(error, "flag --from");
        question->origin = (enum origin)word;
        return true;
    case ASK_PROTO:
        if (!word_read(value, protocols, 2, &word, error))
            return error_wrap(error, "flag --proto");
        question->protocol = word ? IPPROTO_UDP : IPPROTO_TCP;
        return true;
    case ASK_UID:
        question->uid_given = true;
        return number_read(value, "uid", &question->uid, error);
    case ASK_GID:
        question->gid_given = true;
        return number_read(value, "gid", &question->gid, error);
    case ASK_PID:
        return number_read(value, "pid", &question->pid, error);
    default:
        return number_parse_bool(value, &question->table) ||
               error_set(error, ERROR_USAGE, nowhere, "flag --table \"%.*s\": expected true or false",
                         SLICE_ARGS(value));
    }
}

/* "10.0.0.5:443", "[fd00::5]:443" */
static bool destination_read(struct slice text, struct trace_packet *packet, struct error *error)
{
    size_t colon = slice_find_last(text, SLICE(":"));
    struct slice host = slice_range(text, 0, colon == SLICE_NONE ? 0 : colon);
    if (slice_starts(host, SLICE("[")) && slice_ends(host, SLICE("]")))
        host = slice_range(host, 1, host.length - 1);
    else if (slice_find_byte(host, ':') != SLICE_NONE)
        host.length = 0;
    if (host.length && network_parse_host(host, &packet->destination, NULL) &&
        value_port(slice_from_offset(text, colon + 1), &packet->port, NULL))
        return true;
    return error_set(error, ERROR_USAGE, nowhere,
                     "flag --to \"%.*s\": expected an address and a port, like 10.0.0.5:443 or "
                     "[fd00::5]:443",
                     SLICE_ARGS(text));
}

/* ---- the world that the connection is made in --------------------------------------------------------------- */

struct world {
    struct arena *arena;
    const struct question *question;
    const struct capture_settings *settings;
    struct ruleset plan, live_v4, live_v6;
    bool live;
    struct network *addresses;
    size_t address_count;
};

static bool addresses_read(struct world *world, struct error *error)
{
    struct host_addresses found;
    struct network_list given;
    struct slice text = world->question->pod_addresses;
    if (world->live && !text.length) {
        if (!host_addresses_read(world->arena, &found, error))
            return false;
        world->addresses = found.list;
        world->address_count = found.count;
        return true;
    }
    struct slice_splitter splitter = {.rest = text.length ? text : SLICE("192.0.2.10,2001:db8::10")};
    given.list = arena_new(world->arena, struct network, splitter.rest.length + 1);
    given.count = 0;
    for (struct slice part; slice_split(&splitter, ',', &part); given.count++) {
        if (!network_parse_host(part, &given.list[given.count], error))
            return error_wrap(error, "flag --pod-ip");
    }
    world->addresses = given.list;
    world->address_count = given.count;
    return true;
}

/* The pod's own address of that version; NULL when it has none. */
static const struct network *own_address(const struct world *world, unsigned version)
{
    for (size_t i = 0; i < world->address_count; i++) {
        if (world->addresses[i].version == version && host_address_is_public(&world->addresses[i]))
            return &world->addresses[i];
    }
    return NULL;
}

static bool is_own(const struct world *world, const struct network *address)
{
    for (size_t i = 0; i < world->address_count; i++) {
        if (network_equal(&world->addresses[i], address))
            return true;
    }
    return network_is_loopback(address);
}

static bool namespace_enter(struct world *world, struct error *error)
{
    const struct question *question = world->question;
    struct slice path = question->namespace;
    if (question->pid && path.length)
        return error_set(error, ERROR_USAGE, nowhere, "--netns and --pid name two namespaces: expected one of them");
    if (question->pid)
        path = arena_format(world->arena, "/proc/%u/ns/net", question->pid);
    world->live = path.length > 0;
    return !world->live || host_namespace_enter(path, error);
}

static bool world_read(struct world *world, struct error *error)
{
    if (!addresses_read(world, error))
        return false;
    if (!world->live) {
        world->plan = capture_plan_make(world->arena, world->settings).rules;
        return true;
    }
    const char *path = getenv("PATH");
    return live_rules_read(world->arena, path, environ, CAPTURE_IPV4, &world->live_v4, error) &&
           live_rules_read(world->arena, path, environ, CAPTURE_IPV6, &world->live_v6, error);
}

/* ---- one connection ----------------------------------------------------------------------------------------- */

static uint32_t proxy_id(const struct id_list *ids)
{
    return ids->count ? ids->list[0] : 1337;
}

/* Where it leaves and from which address, as far as nobody has said. */
static bool path_find(const struct world *world, struct trace_packet *packet, struct error *error)
{
    struct network source = {0};
    if (packet->incoming) {
        if (!packet->interface.length)
            packet->interface = SLICE("eth0");
        return true;
    }
    if (world->live && !is_own(world, &packet->destination)) {
        struct slice interface;
        if (!live_route_find(world->arena, &packet->destination, &interface, &source, error))
            return false;
        if (!packet->interface.length)
            packet->interface = interface;
    }
    if (!packet->interface.length)
        packet->interface = SLICE("eth0");
    const struct network *own = own_address(world, packet->destination.version);
    if (is_own(world, &packet->destination))
        source = packet->destination; /* the kernel takes the destination itself for what stays on the host */
    else if (!source.version && own)
        source = *own;
    if (!packet->source.version)
        packet->source = source;
    return true;
}

static bool packet_trace(const struct world *world, struct trace_packet *packet, struct trace_result *ret,
                         struct error *error)
{
    bool ipv6 = packet->destination.version == 6;
    const struct trace_host host = {
        .rules = !world->live ? &world->plan
                 : ipv6       ? &world->live_v6
                              : &world->live_v4,
        .addresses = world->addresses,
        .address_count = world->address_count,
    };
    if (!path_find(world, packet, error))
        return false;
    *ret = trace_packet(world->arena, &host, packet);
    return true;
}

static void sender_set(const struct world *world, enum origin origin, struct trace_packet *packet)
{
    const struct question *question = world->question;
    bool proxy = origin == FROM_PROXY;
    packet->incoming = origin == FROM_OUTSIDE;
    packet->uid = question->uid_given ? question->uid : proxy ? proxy_id(&world->settings->proxy_uids) : 1000;
    packet->gid = question->gid_given ? question->gid : proxy ? proxy_id(&world->settings->proxy_gids) : 1000;
    packet->interface = packet->incoming ? question->in : question->out;
}

static bool trace_one(const struct world *world, struct buffer *out, struct error *error)
{
    const struct question *question = world->question;
    struct trace_packet packet = {.protocol = question->protocol};
    struct trace_result result;
    sender_set(world, question->origin, &packet);
    if (!destination_read(question->to, &packet, error))
        return false;
    if (question->source.length && !network_parse_host(question->source, &packet.source, error))
        return error_wrap(error, "flag --source");
    if (!packet_trace(world, &packet, &result, error))
        return false;
    if (world->settings->output == OUTPUT_JSON) {
        trace_print_json(out, &result, &packet);
        buffer_add_byte(out, '\n');
    } else {
        trace_print(out, &result, &packet);
    }
    return true;
}

/* ---- the usual twelve --------------------------------------------------------------------------------------- */

struct usual {
    const char *what;
    enum origin origin;
    struct slice to; /* "pod": the pod's own address; "dns": its server */
    uint16_t port;
    uint32_t protocol;
    struct slice source;
};

static struct network usual_address(const struct world *world, struct slice name, bool *ret_known)
{
    const struct network_list *servers = &world->settings->dns_servers;
    const struct network *own = own_address(world, 4);
    struct network address = {0};
    *ret_known = true;
    if (!own)
        own = own_address(world, 6);
    if (slice_equal(name, SLICE("pod")) && own)
        return *own;
    if (slice_equal(name, SLICE("dns")) && servers->count)
        return servers->list[0];
    *ret_known = network_parse_host(slice_equal(name, SLICE("dns")) ? SLICE("10.96.0.10") : name, &address, NULL);
    return address;
}

static bool usual_trace(const struct world *world, const struct usual *usual, struct trace_packet *packet,
                        struct trace_result *result, struct error *error)
{
    bool known;
    packet->protocol = usual->protocol;
    packet->port = usual->port;
    packet->destination = usual_address(world, usual->to, &known);
    sender_set(world, usual->origin, packet);
    if (!known)
        return error_set(error, ERROR_MISSING, nowhere, "the pod has no address: expected one, or --pod-ip");
    if (usual->source.length && !network_parse_host(usual->source, &packet->source, error))
        return false;
    return packet_trace(world, packet, result, error);
}

static void error_json(struct buffer *out, const char *address, const struct trace_packet *packet,
                       const struct error *error)
{
    buffer_format(out, "{\"to\": \"%s\", \"port\": %u, \"error\": ", address, packet->port);
    json_text_print(out, slice_from(error->text));
    buffer_add_byte(out, '}');
}

static void trace_table(const struct world *world, struct buffer *out)
{
    const struct capture_settings *settings = world->settings;
    const struct port_list *excluded = &settings->inbound_exclude;
    const uint16_t excluded_port = excluded->count ? excluded->list[0].low : 15090;
    const struct usual usuals[] = {
        {"application to a service", FROM_APPLICATION, SLICE("10.96.0.20"), 80, IPPROTO_TCP, {0}},
        {"application to the world", FROM_APPLICATION, SLICE("203.0.113.5"), 443, IPPROTO_TCP, {0}},
        {"application to itself, by pod IP", FROM_APPLICATION, SLICE("pod"), 8080, IPPROTO_TCP, {0}},
        {"application to itself, by 127.0.0.1", FROM_APPLICATION, SLICE("127.0.0.1"), 8080, IPPROTO_TCP, {0}},
        {"application to DNS, UDP", FROM_APPLICATION, SLICE("dns"), 53, IPPROTO_UDP, {0}},
        {"application to DNS, TCP", FROM_APPLICATION, SLICE("dns"), 53, IPPROTO_TCP, {0}},
        {"proxy to the world", FROM_PROXY, SLICE("203.0.113.5"), 443, IPPROTO_TCP, {0}},
        {"proxy to its own pod, by pod IP", FROM_PROXY, SLICE("pod"), 8080, IPPROTO_TCP, {0}},
        {"proxy to the application (127.0.0.6)", FROM_PROXY, SLICE("pod"), 8080, IPPROTO_TCP, SLICE("127.0.0.6")},
        {"outside to the application", FROM_OUTSIDE, SLICE("pod"), 8080, IPPROTO_TCP, {0}},
        {"outside to an excluded port", FROM_OUTSIDE, SLICE("pod"), excluded_port, IPPROTO_TCP, {0}},
        {"outside to the tunnel port", FROM_OUTSIDE, SLICE("pod"), settings->tunnel_port, IPPROTO_TCP, {0}},
    };
    bool json = settings->output == OUTPUT_JSON;
    for (size_t i = 0; i < ARRAY_LENGTH(usuals); i++) {
        struct trace_packet packet = {0};
        struct trace_result result;
        struct error problem;
        char address[NETWORK_TEXT_MAX];
        bool traced = usual_trace(world, &usuals[i], &packet, &result, &problem);
        network_address_text(&packet.destination, address);
        if (json) {
            buffer_add(out, i ? ",\n " : "[", i ? 3 : 1);
            if (traced)
                trace_print_json(out, &result, &packet);
            else
                error_json(out, address, &packet, &problem);
            continue;
        }
        struct slice to =
            arena_format(world->arena, packet.destination.version == 6 ? "[%s]:%u" : "%s:%u", address, packet.port);
        buffer_format(out, "%-38s %-22.*s ", usuals[i].what, SLICE_ARGS(to));
        if (traced)
            trace_end_print(out, &result, &packet);
        else
            buffer_format(out, "%s", problem.text);
        buffer_add_byte(out, '\n');
    }
    if (json)
        buffer_add_literal(out, "]\n");
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static int help(void)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(OUTPUT_MAX);
    buffer_add_literal(
        &out, "pillion trace - which way does a connection go?\n\n"
              "Usage: pillion trace --to ADDRESS:PORT [flags] [flags of pillion init | --netns PATH | --pid PID]\n"
              "       pillion trace --table [flags] ...\n\nFlags:\n");
    flags_help((struct flag_table){question_flags, ASK_COUNT}, &out);
    buffer_add_literal(&out, "  -o, --output FORMAT                               text (default) or json\n\n"
                             "and those of `pillion init`.\n");
    return text_out(&out);
}

static bool trace(struct arena *arena, int argc, char **argv, struct buffer *out, bool *ret_help, struct error *error)
{
    struct question question = {.arena = arena, .protocol = IPPROTO_TCP};
    struct capture_settings settings;
    const struct capture_extra extra = {{question_flags, ASK_COUNT}, question_take, &question};
    struct capture_facts facts = {.environment = environment_get, .has_ipv4 = true, .has_ipv6 = true};
    struct world world = {.arena = arena, .question = &question, .settings = &settings};
    host_files_read(arena, &facts);
    if (!capture_settings_read(arena, &facts, &extra, argc - 1, argv + 1, &settings, error))
        return false;
    *ret_help = settings.help;
    if (settings.help)
        return true;
    if (!question.table && !question.to.length)
        return error_set(error, ERROR_USAGE, nowhere, "expected --to ADDRESS:PORT, or --table");
    if (!namespace_enter(&world, error) || !world_read(&world, error))
        return false;
    if (!question.table)
        return trace_one(&world, out, error);
    trace_table(&world, out);
    return true;
}

int command_trace(const struct command *command, int argc, char **argv)
{
    (void)command;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(OUTPUT_MAX);
    struct error error = {0};
    bool wants_help = false;
    if (!trace(&arena, argc, argv, &out, &wants_help, &error))
        return fail(&error);
    if (wants_help)
        return help();
    return text_out(&out);
}
