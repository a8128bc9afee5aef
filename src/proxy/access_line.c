#include "proxy/access_line.h"
#include "tree/json.h"
#include <time.h>

/* What peers may choose the length of. */
enum { NAME_SHOWN_MAX = 512 };

/* Envoy's words (its documentation, "Access logging", %RESPONSE_FLAGS%). For a handshake that failed it has no flag of TCP:
 * the reason says it. */
static const char *const flag_texts[RELAY_FLAGS] = {
    [RELAY_FINISHED] = "-",     [RELAY_CONNECT_FAILED] = "UF",   [RELAY_OVERFLOW] = "UO",  [RELAY_NO_ROUTE] = "UH",
    [RELAY_CLIENT_GONE] = "DC", [RELAY_DESTINATION_GONE] = "UC", [RELAY_TIMED_OUT] = "SI", [RELAY_TLS_REFUSED] = "-",
    [RELAY_STOPPED] = "-",
};

struct slice access_cluster(enum relay_direction direction, enum relay_route route)
{
    if (route == RELAY_BLACKHOLED)
        return SLICE("BlackHoleCluster");
    return direction == RELAY_INBOUND ? SLICE("InboundPassthroughCluster") : SLICE("PassthroughCluster");
}

/* Fields of the line, in the order of the text's. */
struct fields {
    char start[32];
    char upstream[RELAY_ADDRESS_TEXT], upstream_local[RELAY_ADDRESS_TEXT];
    char destination[RELAY_ADDRESS_TEXT], client[RELAY_ADDRESS_TEXT];
    const char *flag, *failure;
    struct slice cluster, server_name;
    unsigned long long received, sent;
    long long duration_ms;
};

static void start_print(int64_t start_us, char out[32])
{
    struct tm calendar;
    time_t seconds = (time_t)(start_us / 1000000);
    gmtime_r(&seconds, &calendar);
    size_t length = strftime(out, 24, "%Y-%m-%dT%H:%M:%S", &calendar);
    int milliseconds = (int)(start_us / 1000 % 1000);
    const char rest[] = {'.',
                         (char)('0' + milliseconds / 100),
                         (char)('0' + milliseconds / 10 % 10),
                         (char)('0' + milliseconds % 10),
                         'Z',
                         0};
    memcpy(out + length, rest, sizeof rest);
}

static void fields_fill(const struct relay_summary *summary, struct fields *fields)
{
    static const char none[] = "-";
    const struct {
        const struct relay_address *address;
        char *text;
    } addresses[] = {{&summary->upstream, fields->upstream},
                     {&summary->upstream_local, fields->upstream_local},
                     {&summary->destination, fields->destination},
                     {&summary->client, fields->client}};
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        if (relay_address_text(addresses[i].address, addresses[i].text) != addresses[i].text)
            memcpy(addresses[i].text, none, sizeof none);
    }
    start_print(summary->start_us, fields->start);
    fields->flag = flag_texts[summary->flag];
    fields->failure = summary->failure ? summary->failure : none;
    fields->cluster = access_cluster(summary->direction, summary->route);
    fields->server_name = slice_range(summary->server_name, 0, NAME_SHOWN_MAX);
    fields->received = summary->received;
    fields->sent = summary->sent;
    fields->duration_ms = (long long)(summary->duration_us / 1000);
}

/* Without blanks and anything that a terminal or a reader of lines could take for something else. */
static void word_add(struct buffer *out, struct slice text, bool is_quoted)
{
    if (!text.length)
        buffer_add_byte(out, '-');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < ' ' || byte >= 0x7f || byte == '"' || byte == '\\' || (byte == ' ' && !is_quoted))
            buffer_format(out, "\\x%02x", byte);
        else
            buffer_add_byte(out, (char)byte);
    }
}

static void text_add(struct buffer *out, const struct fields *fields)
{
    buffer_format(out, "[%s] \"- - -\" 0 %s - - \"", fields->start, fields->flag);
    word_add(out, slice_range(slice_from(fields->failure), 0, NAME_SHOWN_MAX), true);
    buffer_format(out, "\" %llu %llu %lld - \"-\" \"-\" \"-\" \"-\" \"%s\" %.*s %s %s %s ", fields->received,
                  fields->sent, fields->duration_ms, fields->upstream, SLICE_ARGS(fields->cluster),
                  fields->upstream_local, fields->destination, fields->client);
    word_add(out, fields->server_name, false);
    buffer_add_literal(out, " -\n");
}

static void json_text_add(struct buffer *out, const char *name, struct slice text)
{
    buffer_format(out, "\"%s\":", name);
    if (!text.length || slice_equal(text, SLICE("-")))
        buffer_add_literal(out, "null");
    else
        json_write_string(out, text, JSON_COMPACT);
    buffer_add_byte(out, ',');
}

static void json_add(struct buffer *out, const struct fields *fields)
{
    static const char *const absent[] = {"authority", "method", "path", "protocol", "request_id", "response_code_details",
                                         "route_name", "upstream_service_time", "user_agent", "x_forwarded_for",
                                         "connection_termination_details"};
    buffer_add_byte(out, '{');
    json_text_add(out, "start_time", slice_from(fields->start));
    json_text_add(out, "response_flags", slice_from(fields->flag));
    json_text_add(out, "upstream_transport_failure_reason",
                  slice_range(slice_from(fields->failure), 0, NAME_SHOWN_MAX));
    json_text_add(out, "upstream_host", slice_from(fields->upstream));
    json_text_add(out, "upstream_cluster", fields->cluster);
    json_text_add(out, "upstream_local_address", slice_from(fields->upstream_local));
    json_text_add(out, "downstream_local_address", slice_from(fields->destination));
    json_text_add(out, "downstream_remote_address", slice_from(fields->client));
    json_text_add(out, "requested_server_name", fields->server_name);
    for (size_t i = 0; i < ARRAY_LENGTH(absent); i++)
        json_text_add(out, absent[i], SLICE("-"));
    buffer_format(out, "\"response_code\":0,\"bytes_received\":%llu,\"bytes_sent\":%llu,\"duration\":%lld}\n",
                  fields->received, fields->sent, fields->duration_ms);
}

void access_line_add(struct buffer *out, enum proxy_log_encoding encoding, const struct relay_summary *summary)
{
    struct fields fields;
    fields_fill(summary, &fields);
    if (encoding == PROXY_LOG_JSON)
        json_add(out, &fields);
    else
        text_add(out, &fields);
}
