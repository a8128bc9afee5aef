#include "proxy/access_line.h"
#include "tree/json.h"
#include <time.h>

/* What peers may choose the length of. */
enum { NAME_SHOWN_MAX = 255 };

/* Envoy's words (its documentation, "Access logging", %RESPONSE_FLAGS%). For a handshake that failed it has no flag of
 * TCP: the reason says it. */
static const struct {
    const char *flag, *name;
} flags[RELAY_FLAGS] = {
    [RELAY_FINISHED] = {"-", "finished"},        [RELAY_CONNECT_FAILED] = {"UF", "connect_failed"},
    [RELAY_OVERFLOW] = {"UO", "overflow"},       [RELAY_NO_ROUTE] = {"UH", "no_route"},
    [RELAY_CLIENT_GONE] = {"DC", "client_gone"}, [RELAY_DESTINATION_GONE] = {"UC", "destination_gone"},
    [RELAY_TIMED_OUT] = {"SI", "timed_out"},     [RELAY_TLS_REFUSED] = {"-", "tls_refused"},
    [RELAY_STOPPED] = {"-", "stopped"},
};

const char *access_flag(enum relay_flag flag)
{
    return flags[flag].flag;
}

const char *access_flag_name(enum relay_flag flag)
{
    return flags[flag].name;
}

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
    const char *flag;
    struct slice failure, cluster, server_name;
    unsigned long long received, sent, duration_ms;
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
    fields->flag = access_flag(summary->flag);
    fields->failure = slice_range(slice_from(summary->failure), 0, NAME_SHOWN_MAX);
    fields->cluster = access_cluster(summary->direction, summary->route);
    fields->server_name = slice_range(summary->server_name, 0, NAME_SHOWN_MAX);
    fields->received = summary->received;
    fields->sent = summary->sent;
    fields->duration_ms = (unsigned long long)(summary->duration_us / 1000);
}

/* A word: blanks are underscores, as Envoy has it for reasons, and whatever a terminal or a reader of lines could take
 * for something else is escaped. */
static void word_add(struct buffer *out, struct slice text)
{
    if (!text.length)
        buffer_add_byte(out, '-');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < ' ' || byte >= 0x7f || byte == '"' || byte == '\\')
            buffer_format(out, "\\x%02x", byte);
        else
            buffer_add_byte(out, byte == ' ' ? '_' : (char)byte);
    }
}

static void text_add(struct buffer *out, const struct fields *fields)
{
    buffer_format(out, "[%s] \"- - -\" 0 %s - - \"", fields->start, fields->flag);
    word_add(out, fields->failure);
    buffer_format(out, "\" %llu %llu %lld - \"-\" \"-\" \"-\" \"-\" \"%s\" %.*s %s %s %s ", fields->received,
                  fields->sent, fields->duration_ms, fields->upstream, SLICE_ARGS(fields->cluster),
                  fields->upstream_local, fields->destination, fields->client);
    word_add(out, fields->server_name);
    buffer_add_literal(out, " -\n");
}

enum json_kind { JSON_ABSENT, JSON_STRING, JSON_NUMBER };

/* By their names, as Envoy writes an object. */
static void json_add(struct buffer *out, const struct fields *fields)
{
    const struct {
        const char *name;
        enum json_kind kind;
        struct slice text;
        unsigned long long number;
    } members[] = {
        {"authority", JSON_ABSENT},
        {"bytes_received", JSON_NUMBER, .number = fields->received},
        {"bytes_sent", JSON_NUMBER, .number = fields->sent},
        {"connection_termination_details", JSON_ABSENT},
        {"downstream_local_address", JSON_STRING, slice_from(fields->destination)},
        {"downstream_remote_address", JSON_STRING, slice_from(fields->client)},
        {"duration", JSON_NUMBER, .number = fields->duration_ms},
        {"method", JSON_ABSENT},
        {"path", JSON_ABSENT},
        {"protocol", JSON_ABSENT},
        {"request_id", JSON_ABSENT},
        {"requested_server_name", JSON_STRING, fields->server_name},
        {"response_code", JSON_NUMBER, .number = 0},
        {"response_code_details", JSON_ABSENT},
        {"response_flags", JSON_STRING, slice_from(fields->flag)},
        {"route_name", JSON_ABSENT},
        {"start_time", JSON_STRING, slice_from(fields->start)},
        {"upstream_cluster", JSON_STRING, fields->cluster},
        {"upstream_host", JSON_STRING, slice_from(fields->upstream)},
        {"upstream_local_address", JSON_STRING, slice_from(fields->upstream_local)},
        {"upstream_service_time", JSON_ABSENT},
        {"upstream_transport_failure_reason", JSON_STRING, fields->failure},
        {"user_agent", JSON_ABSENT},
        {"x_forwarded_for", JSON_ABSENT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        buffer_format(out, "%c\"%s\":", i ? ',' : '{', members[i].name);
        bool is_flag = members[i].text.bytes == fields->flag; /* "-" is one */
        bool is_nothing = !members[i].text.length || (!is_flag && slice_equal(members[i].text, SLICE("-")));
        if (members[i].kind == JSON_NUMBER)
            buffer_format(out, "%llu", members[i].number);
        else if (members[i].kind == JSON_ABSENT || is_nothing)
            buffer_add_literal(out, "null");
        else
            json_write_string(out, members[i].text, JSON_COMPACT);
    }
    buffer_add_literal(out, "}\n");
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
