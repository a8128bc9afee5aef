/* Whatever a client sends: the head's end is found at the same byte whatever the pieces; what is read lies within the
 * bytes and is what it must be; and requests that follow are found where the body says that it ends, whole or byte by
 * byte. */
#include "serve/http_head.h"
#include "serve/http_text.h"
#include <stdlib.h>

static void within(struct slice outer, struct slice inner)
{
    if (inner.length && (inner.bytes < outer.bytes || inner.bytes + inner.length > outer.bytes + outer.length))
        abort();
}

static void check(const struct http_head *head, struct slice text)
{
    within(text, head->method);
    within(text, head->target);
    if (!http_is_token(head->method) || head->path.length > HTTP_PATH_MAX || !head->path.length ||
        head->field_count > HTTP_HEAD_FIELDS_MAX || (!head->is_http_1_0 && !http_head_field(head, SLICE("Host")).bytes))
        abort();
    for (size_t i = 0; i < head->field_count; i++) {
        within(text, head->fields[i].name);
        within(text, head->fields[i].value);
        if (!http_is_token(head->fields[i].name) || !http_is_value(head->fields[i].value))
            abort();
    }
    for (size_t i = 0; i < head->target.length; i++) {
        if ((unsigned char)head->target.bytes[i] <= ' ')
            abort();
    }
}

/* Where the body ends; SLICE_NONE: nowhere, or it is none. */
static size_t body_end(struct http_body body, struct slice text, size_t step)
{
    size_t at = 0;
    while (body.state != HTTP_BODY_COMPLETE && at < text.length) {
        struct slice bytes = slice_range(text, at, at + step), piece;
        size_t before = bytes.length;
        const char *wrong = NULL;
        if (!http_body_take(&body, &bytes, &piece, &wrong)) {
            if (!wrong)
                abort();
            return SLICE_NONE;
        }
        if (bytes.length == before)
            abort();
        at += before - bytes.length;
    }
    return body.state == HTTP_BODY_COMPLETE ? at : SLICE_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_head head;
    struct slice text = {(const char *)data, size};
    while (text.length) {
        size_t length = http_head_length(text, 0), found = 0;
        for (size_t end = 1; end <= text.length && !found && text.length < 2048; end++)
            found = http_head_length(slice_range(text, 0, end), end - 1);
        if (text.length < 2048 && found != length)
            abort();
        const char *wrong = NULL;
        if (!length)
            return 0;
        struct slice bytes = slice_range(text, 0, length);
        unsigned status = http_head_read(bytes, &head, &wrong);
        if (status && (!wrong || status < 400 || status > 505))
            abort();
        if (status)
            return 0;
        check(&head, bytes);
        text = slice_from_offset(text, length);
        size_t end = body_end(head.body, text, text.length + 1);
        if (end != body_end(head.body, text, 1))
            abort();
        if (end == SLICE_NONE)
            return 0;
        text = slice_from_offset(text, end);
    }
    return 0;
}
