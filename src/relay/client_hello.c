#include "relay/client_hello.h"

enum {
    RECORD_HEADER = 5,
    RECORD_MAX = 16384, /* a plaintext record's (RFC 8446, 5.1) */
    TYPE_HANDSHAKE = 22,
    MESSAGE_HEADER = 4,
    MESSAGE_CLIENT_HELLO = 1,
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_PSK_MODES = 45,
    NAME_HOST = 0,
    RANDOM = 32,
    SESSION_MAX = 32,
};

/* A part of the message that is being read; `is_bad` once it was shorter than what was to be read of it. */
struct reader {
    const uint8_t *next, *end;
    bool is_bad;
};

static size_t reader_left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->next);
}

static unsigned read_number(struct reader *reader, unsigned size)
{
    unsigned number = 0;
    if (reader->is_bad || reader_left(reader) < size) {
        reader->is_bad = true;
        return 0;
    }
    for (unsigned i = 0; i < size; i++)
        number = number << 8 | *reader->next++;
    return number;
}

/* A vector with its length, of so many bytes, in front. */
static struct reader read_vector(struct reader *reader, unsigned length_size)
{
    unsigned length = read_number(reader, length_size);
    if (reader->is_bad || reader_left(reader) < length) {
        reader->is_bad = true;
        return (struct reader){.is_bad = true};
    }
    struct reader part = {.next = reader->next, .end = reader->next + length};
    reader->next += length;
    return part;
}

static struct slice reader_slice(const struct reader *reader)
{
    return (struct slice){(const char *)reader->next, reader_left(reader)};
}

static bool server_name_read(struct reader extension, struct client_hello *hello)
{
    struct reader list = read_vector(&extension, 2);
    if (list.is_bad || reader_left(&extension) || !reader_left(&list))
        return false;
    while (reader_left(&list)) {
        unsigned type = read_number(&list, 1);
        struct reader name = read_vector(&list, 2);
        if (list.is_bad || !reader_left(&name))
            return false;
        if (type == NAME_HOST && !hello->server_name.length)
            hello->server_name = reader_slice(&name);
    }
    return true;
}

static bool protocols_read(struct reader extension, struct client_hello *hello)
{
    struct reader list = read_vector(&extension, 2);
    if (list.is_bad || reader_left(&extension) || !reader_left(&list))
        return false;
    while (reader_left(&list)) {
        struct reader name = read_vector(&list, 1);
        if (list.is_bad || !reader_left(&name))
            return false;
        if (hello->protocol_count < CLIENT_HELLO_PROTOCOLS)
            hello->protocols[hello->protocol_count++] = reader_slice(&name);
    }
    return true;
}

/* The body of the message. */
static bool hello_read(struct reader body, struct client_hello *hello)
{
    unsigned version = read_number(&body, 2);
    if (version >> 8 != 3 || reader_left(&body) < RANDOM)
        return false;
    body.next += RANDOM;
    struct reader session = read_vector(&body, 1);
    struct reader suites = read_vector(&body, 2);
    struct reader compressions = read_vector(&body, 1);
    if (body.is_bad || reader_left(&session) > SESSION_MAX || !reader_left(&suites) || reader_left(&suites) % 2 ||
        !reader_left(&compressions))
        return false;
    if (!reader_left(&body))
        return true; /* before TLS 1.2 a greeting could do without extensions */
    struct reader extensions = read_vector(&body, 2);
    if (body.is_bad || reader_left(&body))
        return false;
    while (reader_left(&extensions)) {
        unsigned type = read_number(&extensions, 2);
        struct reader extension = read_vector(&extensions, 2);
        if (extensions.is_bad)
            return false;
        if (type == EXTENSION_SERVER_NAME && !server_name_read(extension, hello))
            return false;
        if (type == EXTENSION_PSK_MODES)
            hello->psk_modes = reader_slice(&extension);
        if (type == EXTENSION_ALPN && !protocols_read(extension, hello))
            return false;
    }
    return true;
}

/* Whether the message can be, as far as it goes. Only what decides early: its type, version and length. */
static bool message_may_begin(const uint8_t *message, size_t length)
{
    return (length < 1 || message[0] == MESSAGE_CLIENT_HELLO) && (length < 2 || message[1] <= CLIENT_HELLO_MAX >> 16) &&
           (length < MESSAGE_HEADER + 1 || message[MESSAGE_HEADER] == 3);
}

/* A record's header, as far as it is there. */
static bool record_may_begin(const uint8_t *header, size_t left)
{
    if (header[0] != TYPE_HANDSHAKE || (left > 1 && header[1] != 3) || (left > 2 && header[2] > 4))
        return false;
    unsigned length = left < RECORD_HEADER ? 1 : (unsigned)header[3] << 8 | header[4];
    return length > 0 && length <= RECORD_MAX; /* no empty fragments of a handshake (RFC 8446, 5.1) */
}

bool client_hello_may_begin(struct slice bytes)
{
    return bytes.length && record_may_begin((const uint8_t *)bytes.bytes, bytes.length);
}

/* Of a message the first `length` bytes, and how many its records so far announce. */
static enum client_hello_verdict message_parse(const uint8_t *message, size_t length, size_t announced,
                                               struct client_hello *ret)
{
    struct client_hello hello = {0};
    if (!message_may_begin(message, length))
        return CLIENT_HELLO_OTHER;
    if (length < MESSAGE_HEADER)
        return CLIENT_HELLO_MORE;
    size_t body = (size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3];
    /* Nothing may follow a greeting in its record (RFC 8446, 5.1). */
    if (body > CLIENT_HELLO_MAX || announced - MESSAGE_HEADER > body)
        return CLIENT_HELLO_OTHER;
    if (length - MESSAGE_HEADER < body)
        return CLIENT_HELLO_MORE;
    struct reader reader = {.next = message + MESSAGE_HEADER, .end = message + MESSAGE_HEADER + body};
    if (!hello_read(reader, &hello))
        return CLIENT_HELLO_OTHER;
    *ret = hello;
    return CLIENT_HELLO_WHOLE;
}

enum client_hello_verdict client_hello_parse(struct slice bytes, char *scratch, struct client_hello *ret)
{
    const uint8_t *next = (const uint8_t *)bytes.bytes;
    size_t left = bytes.length, gathered = 0;
    const uint8_t *message = NULL;
    while (left) {
        if (!record_may_begin(next, left))
            return CLIENT_HELLO_OTHER;
        if (left < RECORD_HEADER)
            return CLIENT_HELLO_MORE;
        size_t length = (size_t)next[3] << 8 | next[4];
        bool is_part = left - RECORD_HEADER < length;
        size_t here = is_part ? left - RECORD_HEADER : length;
        if (!message) {
            message = next + RECORD_HEADER; /* where it is, as long as one record has it all */
        } else {
            if (message != (const uint8_t *)scratch)
                memcpy(scratch, message, gathered);
            memcpy(scratch + gathered, next + RECORD_HEADER, here);
            message = (const uint8_t *)scratch;
        }
        gathered += here;
        enum client_hello_verdict verdict = message_parse(message, gathered, gathered - here + length, ret);
        if (verdict != CLIENT_HELLO_MORE)
            return verdict;
        if (is_part)
            return CLIENT_HELLO_MORE;
        next += RECORD_HEADER + length;
        left -= RECORD_HEADER + length;
    }
    return CLIENT_HELLO_MORE;
}

bool client_hello_offers(const struct client_hello *hello, struct slice protocol)
{
    for (size_t i = 0; i < hello->protocol_count; i++)
        if (slice_equal(hello->protocols[i], protocol))
            return true;
    return false;
}

bool client_hello_is_mesh(const struct client_hello *hello)
{
    for (size_t i = 0; i < hello->protocol_count; i++)
        if (slice_equal(hello->protocols[i], SLICE("istio")) || slice_starts(hello->protocols[i], SLICE("istio-")))
            return true;
    return false;
}
