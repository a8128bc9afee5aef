#include "serve/http_head.h"
#include "base/number.h"
#include "serve/http_text.h"
#include <inttypes.h>
#include <time.h>

/* ---- where it ends ------------------------------------------------------------------------------------------- */

static size_t blank_skip(struct slice bytes)
{
    size_t at = 0;
    while (at < bytes.length && (bytes.bytes[at] == '\n' || bytes.bytes[at] == '\r'))
        at++;
    return at;
}

size_t http_head_length(struct slice bytes, size_t from)
{
    size_t start = blank_skip(bytes);
    if (from < start)
        from = start;
    /* "\n\n" or "\n\r\n": the first LF may have been there before. */
    from = from >= start + 2 ? from - 2 : start;
    for (size_t at = from; at < bytes.length; at++) {
        if (bytes.bytes[at] != '\n')
            continue;
        if (at + 1 < bytes.length && bytes.bytes[at + 1] == '\n')
            return at + 2;
        if (at + 2 < bytes.length && bytes.bytes[at + 1] == '\r' && bytes.bytes[at + 2] == '\n')
            return at + 3;
    }
    return 0;
}

/* ---- the first line ------------------------------------------------------------------------------------------ */

static unsigned refuse(const char **ret_wrong, unsigned status, const char *what)
{
    *ret_wrong = what;
    return status;
}

static int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
        return (byte | 0x20) - 'a' + 10;
    return -1;
}

static bool path_unescape(struct http_head *head, struct slice path)
{
    size_t length = 0;
    for (size_t i = 0; i < path.length; i++) {
        char byte = path.bytes[i];
        if (length == sizeof head->path_bytes)
            return false;
        if (byte == '%') {
            int high = i + 2 < path.length ? hex_value(path.bytes[i + 1]) : -1;
            int low = i + 2 < path.length ? hex_value(path.bytes[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            char escaped = (char)(high << 4 | low);
            if (escaped != '/') { /* which an escaped slash does not mean */
                byte = escaped;
                i += 2;
            }
        }
        head->path_bytes[length++] = byte;
    }
    head->path = (struct slice){head->path_bytes, length};
    return true;
}

/* Three forms (RFC 9112, 3.2): a path; "*"; a whole URL, which is for proxies, but servers must take it. */
static unsigned target_read(struct http_head *head, const char **ret_wrong)
{
    struct slice target = head->target;
    for (size_t i = 0; i < target.length; i++) {
        if ((unsigned char)target.bytes[i] <= ' ' || (unsigned char)target.bytes[i] == 0x7f)
            return refuse(ret_wrong, 400, "malformed request target");
    }
    if (http_name_equal(slice_range(target, 0, 7), SLICE("http://"))) {
        struct slice rest = slice_from_offset(target, 7);
        size_t end = 0;
        while (end < rest.length && rest.bytes[end] != '/' && rest.bytes[end] != '?')
            end++;
        head->host = slice_range(rest, 0, end);
        target = slice_from_offset(rest, end);
        if (!target.length || target.bytes[0] != '/') { /* "http://host?query" */
            head->query = slice_from_offset(target, 1);
            head->path = SLICE("/");
            return head->host.length ? 0 : refuse(ret_wrong, 400, "malformed request target");
        }
    } else if (!slice_equal(target, SLICE("*")) && !slice_starts(target, SLICE("/"))) {
        return refuse(ret_wrong, 400, "malformed request target");
    }
    size_t question = slice_find_byte(target, '?');
    head->query = question == SLICE_NONE ? (struct slice){"", 0} : slice_from_offset(target, question + 1);
    return path_unescape(head, slice_range(target, 0, question)) ? 0
                                                                 : refuse(ret_wrong, 400, "malformed request target");
}

static unsigned request_line(struct http_head *head, struct slice line, const char **ret_wrong)
{
    size_t first = slice_find_byte(line, ' '), last = slice_find_last(line, SLICE(" "));
    if (first == SLICE_NONE || first == last)
        return refuse(ret_wrong, 400, "malformed request line");
    struct slice version = slice_from_offset(line, last + 1);
    head->method = slice_range(line, 0, first);
    head->target = slice_range(line, first + 1, last);
    if (!http_is_token(head->method))
        return refuse(ret_wrong, 400, "malformed method");
    if (!slice_starts(version, SLICE("HTTP/")))
        return refuse(ret_wrong, 400, "malformed HTTP version");
    head->is_http_1_0 = slice_equal(version, SLICE("HTTP/1.0"));
    /* Later ones of the same are understood (RFC 9110, 2.5). */
    bool is_http_1 = version.length == 8 && slice_starts(version, SLICE("HTTP/1.")) && version.bytes[7] >= '0' &&
                     version.bytes[7] <= '9';
    if (!is_http_1)
        return refuse(ret_wrong, 505, "unsupported protocol version");
    return target_read(head, ret_wrong);
}

/* ---- fields -------------------------------------------------------------------------------------------------- */

struct framing {
    bool has_host, has_length, is_chunked, closes, keeps;
};

static unsigned host_take(struct http_head *head, struct framing *framing, struct slice value, const char **ret_wrong)
{
    if (framing->has_host)
        return refuse(ret_wrong, 400, "too many Host headers");
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] == ' ' || value.bytes[i] == '/' || value.bytes[i] == '\t' || value.bytes[i] == '@')
            return refuse(ret_wrong, 400, "malformed Host header");
    }
    framing->has_host = true;
    if (!head->host.length) /* that of a whole URL wins (RFC 9112, 3.2.2) */
        head->host = value;
    return 0;
}

/* What says how long the body is, how long the connection stays, and who is meant. */
static unsigned field_take(struct http_head *head, struct framing *framing, const struct http_field *field,
                           const char **ret_wrong)
{
    if (http_name_equal(field->name, SLICE("Host")))
        return host_take(head, framing, field->value, ret_wrong);
    if (http_name_equal(field->name, SLICE("Content-Length"))) {
        uint64_t length;
        if (!number_parse_u64(field->value, &length) || (framing->has_length && length != head->body.left))
            return refuse(ret_wrong, 400, "bad Content-Length");
        framing->has_length = true;
        head->body.left = length;
    } else if (http_name_equal(field->name, SLICE("Transfer-Encoding"))) {
        if (!http_name_equal(field->value, SLICE("chunked")))
            return refuse(ret_wrong, 501, "unsupported transfer encoding");
        if (framing->is_chunked || head->is_http_1_0)
            return refuse(ret_wrong, 400, "bad Transfer-Encoding");
        framing->is_chunked = true;
    } else if (http_name_equal(field->name, SLICE("Connection"))) {
        framing->closes = framing->closes || http_list_has(field->value, SLICE("close"));
        framing->keeps = framing->keeps || http_list_has(field->value, SLICE("keep-alive"));
    } else if (http_name_equal(field->name, SLICE("Expect"))) {
        head->wants_continue = http_name_equal(field->value, SLICE("100-continue"));
        if (!head->wants_continue)
            return refuse(ret_wrong, 417, "unsupported expectation");
    }
    return 0;
}

static unsigned field_line(struct http_head *head, struct framing *framing, struct slice line, const char **ret_wrong)
{
    size_t colon = slice_find_byte(line, ':');
    if (head->field_count == HTTP_HEAD_FIELDS_MAX)
        return refuse(ret_wrong, 431, "too many header fields");
    struct http_field *field = &head->fields[head->field_count];
    /* Neither a blank before the colon nor a line that goes on (RFC 9112, 5.1 and 5.2). */
    if (colon == SLICE_NONE || !http_is_token(slice_range(line, 0, colon)))
        return refuse(ret_wrong, 400, "malformed header field");
    *field = (struct http_field){slice_range(line, 0, colon), slice_trim(slice_from_offset(line, colon + 1))};
    if (!http_is_value(field->value))
        return refuse(ret_wrong, 400, "malformed header field");
    head->field_count++;
    return field_take(head, framing, field, ret_wrong);
}

/* RFC 9112, 6.3 and 9.3. */
static unsigned framing_apply(struct http_head *head, const struct framing *framing, const char **ret_wrong)
{
    if (framing->is_chunked && framing->has_length)
        return refuse(ret_wrong, 400, "both Content-Length and Transfer-Encoding");
    if (!framing->has_host && !head->is_http_1_0)
        return refuse(ret_wrong, 400, "missing required Host header");
    head->body.is_strict = true;
    if (framing->is_chunked)
        head->body.state = HTTP_BODY_CHUNK_SIZE;
    else
        head->body.state = head->body.left ? HTTP_BODY_OF_LENGTH : HTTP_BODY_COMPLETE;
    head->keeps_alive = !framing->closes && (!head->is_http_1_0 || framing->keeps);
    head->wants_continue = head->wants_continue && !head->is_http_1_0 && head->body.state != HTTP_BODY_COMPLETE;
    return 0;
}

unsigned http_head_read(struct slice bytes, struct http_head *ret, const char **ret_wrong)
{
    struct slice_splitter lines = {.rest = slice_from_offset(bytes, blank_skip(bytes))};
    struct framing framing = {0};
    struct slice line;
    unsigned status = 0;
    ret->host = ret->query = (struct slice){"", 0};
    ret->keeps_alive = ret->wants_continue = ret->is_http_1_0 = false;
    ret->body = (struct http_body){0};
    ret->field_count = 0;
    for (bool is_first = true; !status && slice_split(&lines, '\n', &line); is_first = false) {
        if (slice_ends(line, SLICE("\r")))
            line.length--;
        if (!line.length && !is_first)
            break;
        status = is_first ? request_line(ret, line, ret_wrong) : field_line(ret, &framing, line, ret_wrong);
    }
    return status ? status : framing_apply(ret, &framing, ret_wrong);
}

struct slice http_head_field(const struct http_head *head, struct slice name)
{
    for (size_t i = 0; i < head->field_count; i++) {
        if (http_name_equal(head->fields[i].name, name))
            return head->fields[i].value;
    }
    return (struct slice){"", 0};
}

/* ---- answers ------------------------------------------------------------------------------------------------- */

const char *http_reason(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } reasons[] = {
        {100, "Continue"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {417, "Expectation Failed"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "";
}

/* RFC 9110, 5.6.7; without strftime, whose names are the locale's. */
static void date_print(struct buffer *out)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = time(NULL);
    struct tm calendar;
    gmtime_r(&now, &calendar);
    buffer_format(out, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n", days + 3 * calendar.tm_wday, calendar.tm_mday,
                  months + 3 * calendar.tm_mon, calendar.tm_year + 1900, calendar.tm_hour, calendar.tm_min,
                  calendar.tm_sec);
}

void http_reply_print(struct buffer *out, const struct http_reply *reply)
{
    buffer_format(out, "HTTP/1.1 %u %s\r\n", reply->status, http_reason(reply->status));
    date_print(out);
    if (reply->content_type)
        buffer_format(out, "Content-Type: %s\r\n", reply->content_type);
    if (reply->fields)
        buffer_add_slice(out, slice_from(reply->fields));
    /* Neither may say how long it is (RFC 9110, 8.6). */
    bool has_no_body = reply->status / 100 == 1 || reply->status == 204;
    if (reply->length != HTTP_LENGTH_UNKNOWN && !has_no_body)
        buffer_format(out, "Content-Length: %" PRIu64 "\r\n", reply->length);
    else if (!reply->is_http_1_0 && !has_no_body)
        buffer_add_literal(out, "Transfer-Encoding: chunked\r\n");
    if (reply->closes)
        buffer_add_literal(out, "Connection: close\r\n");
    else if (reply->is_http_1_0)
        buffer_add_literal(out, "Connection: keep-alive\r\n");
    buffer_add_literal(out, "\r\n");
}
