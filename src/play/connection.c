#include "play/connection.h"
#include "capture/value.h"
#include "tree/json.h"

/* "10.1.2.3:80", "[fd00::5]:80" */
static bool address_read(struct slice text, struct network *ret_host, uint16_t *ret_port)
{
    size_t colon = slice_find_last(text, SLICE(":"));
    struct slice host = slice_range(text, 0, colon == SLICE_NONE ? 0 : colon);
    if (slice_starts(host, SLICE("[")) && slice_ends(host, SLICE("]")))
        host = slice_range(host, 1, host.length - 1);
    return host.length && network_parse_host(host, ret_host, NULL) &&
           value_port(slice_from_offset(text, colon + 1), ret_port, NULL);
}

static uint64_t number_of(const struct tree *line, const char *key)
{
    const struct tree *value = tree_get(line, slice_from(key));
    return tree_is(value, TREE_INT) && value->integer > 0 ? (uint64_t)value->integer : 0;
}

bool play_connection_read(struct arena *arena, struct slice line, struct play_connection *ret)
{
    const struct source source = {.name = SLICE("access log"), .text = line};
    const struct tree *tree;
    if (!slice_starts(line, SLICE("{")) || !json_read(arena, &source, &tree, NULL))
        return false;
    struct slice cluster = tree_text(tree_get(tree, SLICE("upstream_cluster")));
    struct play_connection connection = {
        .is_inbound = slice_starts(cluster, SLICE("Inbound")),
        .flags = tree_text(tree_get(tree, SLICE("response_flags"))),
        .failure = tree_text(tree_get(tree, SLICE("upstream_transport_failure_reason"))),
        .received = number_of(tree, "bytes_received"),
        .sent = number_of(tree, "bytes_sent"),
        .duration_ms = number_of(tree, "duration"),
    };
    if (!address_read(tree_text(tree_get(tree, SLICE("downstream_local_address"))), &connection.destination,
                      &connection.port) ||
        !address_read(tree_text(tree_get(tree, SLICE("downstream_remote_address"))), &connection.client,
                      &connection.client_port))
        return false;
    *ret = connection;
    return true;
}

void play_connection_print(struct buffer *out, const struct play_connection *connection)
{
    char client[NETWORK_TEXT_MAX], destination[NETWORK_TEXT_MAX];
    buffer_format(out, "%s %s:%u -> %s:%u, ", connection->is_inbound ? "inbound" : "outbound",
                  network_address_text(&connection->client, client), connection->client_port,
                  network_address_text(&connection->destination, destination), connection->port);
    if (slice_equal(connection->flags, SLICE("UF")))
        buffer_add_literal(out, "refused");
    else if (slice_equal(connection->flags, SLICE("UH")))
        buffer_add_literal(out, "not let through");
    else
        buffer_format(out, "%llu B there, %llu B back, %llu ms", (unsigned long long)connection->received,
                      (unsigned long long)connection->sent, (unsigned long long)connection->duration_ms);
    if (!slice_equal(connection->flags, SLICE("-")))
        buffer_format(out, " (%.*s)", SLICE_ARGS(connection->flags));
}

void play_connection_trace(struct arena *arena, struct buffer *out, const struct play_connection *connection,
                           const struct trace_host *host, uint32_t uid, uint32_t gid)
{
    struct trace_packet packet = {.incoming = connection->is_inbound,
                                  .source = connection->client,
                                  .destination = connection->destination,
                                  .source_port = connection->client_port,
                                  .port = connection->port,
                                  .protocol = IPPROTO_TCP,
                                  .uid = uid,
                                  .gid = gid,
                                  .interface = SLICE("eth0")};
    for (size_t i = 0; !packet.incoming && i < host->address_count; i++) {
        if (network_equal(&host->addresses[i], &packet.destination))
            packet.interface = SLICE("lo");
    }
    const struct trace_result result = trace_packet(arena, host, &packet);
    for (size_t i = 0; i < result.step_count; i++) {
        const struct trace_step *step = &result.steps[i];
        if (!step->rule)
            continue;
        buffer_format(out, "%.*s %.*s %zu > ", SLICE_ARGS(step->table), SLICE_ARGS(step->chain), step->number);
    }
    trace_end_print(out, &result, &packet);
}
