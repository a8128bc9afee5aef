/* Whatever a server sends: read whole, byte by byte, or in two pieces, it is the same answer or the same refusal, and
 * the body stays within its limit. */
#include "serve/http_answer.h"
#include <stdlib.h>

enum { BODY_MAX = 4096 };

struct outcome {
    bool is_taken, is_complete;
    struct http_response response;
};

static struct outcome read_by(struct slice text, size_t first, size_t step)
{
    struct outcome outcome = {.is_taken = true, .response.body = BUFFER_INIT(BODY_MAX)};
    struct http_answer *answer = calloc(1, sizeof *answer);
    answer->response = &outcome.response;
    const char *wrong = NULL;
    for (size_t at = 0; at < text.length && outcome.is_taken;) {
        size_t length = at == 0 && first ? first : step;
        outcome.is_taken = http_answer_feed(answer, slice_range(text, at, at + length), &wrong);
        at += length;
    }
    if (!outcome.is_taken && !wrong)
        abort();
    outcome.is_complete = outcome.is_taken && http_answer_end(answer);
    free(answer);
    if (outcome.response.body.length > BODY_MAX)
        abort();
    return outcome;
}

static void same(const struct outcome *a, struct outcome b)
{
    if (a->is_taken != b.is_taken || a->is_complete != b.is_complete)
        abort();
    /* What a refused answer had before is of no interest. */
    if (a->is_taken && (a->response.status != b.response.status || a->response.retry_after != b.response.retry_after ||
                        strcmp(a->response.content_type, b.response.content_type) != 0 ||
                        !slice_equal(buffer_slice(&a->response.body), buffer_slice(&b.response.body))))
        abort();
    buffer_done(&b.response.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct outcome whole = read_by(text, 0, size + 1);
    same(&whole, read_by(text, 0, 1));
    same(&whole, read_by(text, size / 2, size + 1));
    if (whole.is_complete && (whole.response.status < 200 || whole.response.status > 999))
        abort();
    buffer_done(&whole.response.body);
    return 0;
}
