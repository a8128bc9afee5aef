#include "proxy/health_message.h"

enum { PREFIX_BYTES = 5, SERVICE_MAX = 4000 };

static bool varint_read(struct slice *bytes, uint64_t *ret)
{
    *ret = 0;
    for (unsigned shift = 0; shift < 64 && bytes->length; shift += 7) {
        uint8_t byte = (uint8_t)bytes->bytes[0];
        *bytes = slice_from_offset(*bytes, 1);
        *ret |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

/* HealthCheckResponse: field 1 is the status; others are skipped. */
static bool status_read(struct slice message, uint64_t *ret_status)
{
    *ret_status = 0;
    while (message.length) {
        uint64_t tag, value;
        size_t skipped = 0;
        if (!varint_read(&message, &tag))
            return false;
        switch (tag & 7) {
        case 0:
            if (!varint_read(&message, &value))
                return false;
            if (tag >> 3 == 1)
                *ret_status = value;
            break;
        case 1:
            skipped = 8;
            break;
        case 2:
            if (!varint_read(&message, &value) || value > message.length)
                return false;
            skipped = (size_t)value;
            break;
        case 5:
            skipped = 4;
            break;
        default:
            return false;
        }
        if (skipped > message.length)
            return false;
        message = slice_from_offset(message, skipped);
    }
    return true;
}

/* A message of gRPC over HTTP/2: whether it is compressed, four bytes of length, the message. */
void health_message_print(struct buffer *out, struct slice service)
{
    _cleanup_(buffer_done) struct buffer message = BUFFER_INIT(SERVICE_MAX);
    if (service.length) {
        buffer_add_byte(&message, 1 << 3 | 2); /* field 1, bytes */
        size_t length = service.length;
        for (; length >= 0x80; length >>= 7)
            buffer_add_byte(&message, (char)(length | 0x80));
        buffer_add_byte(&message, (char)length);
        buffer_add_slice(&message, service);
    }
    const char prefix[PREFIX_BYTES] = {[3] = (char)(message.length >> 8), [4] = (char)message.length};
    buffer_add(out, prefix, sizeof prefix);
    buffer_add_slice(out, buffer_slice(&message));
    out->overflowed = out->overflowed || message.overflowed;
}

bool health_message_read(struct slice body, uint64_t *ret_status)
{
    uint64_t status, length = 0;
    if (body.length < PREFIX_BYTES || body.bytes[0])
        return false;
    for (size_t i = 1; i < PREFIX_BYTES; i++)
        length = length << 8 | (uint8_t)body.bytes[i];
    if (length != body.length - PREFIX_BYTES || !status_read(slice_from_offset(body, PREFIX_BYTES), &status))
        return false;
    *ret_status = status;
    return true;
}
