/* A request to the webhook: the path on the first line, the content type on the second, the rest is the body. What is
 * answered with 200 is an AdmissionReview for the uid that asked; what is not, a line of text. The answer does not
 * depend on what is remembered of earlier requests, and memory is bounded by the body's size. */
#include "../profile.h"
#include "inject/rendering.h"
#include "tree/json.h"
#include "webhook/admission.h"
#include "webhook/store.h"
#include <stdlib.h>

/* Empty containers, 3 bytes each, take 220 to 300 times their text however many there are; what takes most is to ask
 * for the same template over and over (560). */
enum { BODY_MAX = 1 << 20, ANSWER_MAX = 1 << 26, MEMORY_BASE = 1 << 20, MEMORY_FACTOR = 600 };
static const int64_t moment = 1700000000; /* for `now` in templates */

static const struct generation *generation_get(void)
{
    static struct generation *generation;
    static struct arena arena;
    if (!generation) {
        const struct inject_settings settings = {.revision = SLICE("default"), .native_sidecars = true};
        const struct source texts[STORE_TEXTS] = {
            [STORE_CONFIG] = {.name = SLICE("config"), .text = slice_from(profile_config_text)},
            [STORE_VALUES] = {.name = SLICE("values"), .text = profile_values(&arena)},
            [STORE_MESH] = {.name = SLICE("mesh"), .text = slice_from(profile_mesh_text)},
        };
        static struct store *store;
        struct error error;
        store = store_new(&settings);
        if (!store_replace(store, texts, NULL, &error))
            abort();
        generation = store_take(store);
    }
    return generation;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct slice uid_of(struct arena *arena, const char *name, struct slice text, struct slice part)
{
    struct source source = {.name = slice_from(name), .text = text};
    const struct tree *review;
    check(json_read(arena, &source, &review, NULL));
    return tree_text(tree_get(tree_get(review, part), SLICE("uid")));
}

static void check_answer(struct arena *arena, const struct admission_request *request,
                         const struct admission_answer *answer, const struct buffer *out)
{
    check(out->length > 0);
    check((answer->status == 200) == answer->is_review);
    if (answer->status != 200) {
        check(answer->status == 400);
        return;
    }
    struct slice uid = uid_of(arena, "answer", buffer_slice(out), SLICE("response"));
    check(slice_equal(uid, uid_of(arena, "request", request->body, SLICE("request"))));
}

/* The same as the webhook says, without anything remembered. */
static void check_memory_does_not_show(struct arena *arena, const struct admission_request *request,
                                       const struct buffer *expected)
{
    const struct generation *generation = generation_get();
    struct inject_settings settings = generation->settings;
    settings.now_seconds = request->now_seconds;
    const struct review_options options = {.config = &generation->config, .settings = &settings, .path = request->path};
    const struct source source = {.name = SLICE("request body"), .text = request->body};
    struct buffer out = BUFFER_INIT(ANSWER_MAX);
    struct error error;
    check(review_answer(arena, &options, &source, &out, NULL, &error));
    check(slice_equal(buffer_slice(&out), buffer_slice(expected)));
    buffer_done(&out);
}

static void respond(const struct admission_request *request)
{
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(ANSWER_MAX);
    struct admission_answer answer = admission_respond(&arena, generation_get(), request, &out);
    check(arena.used + out.length <= MEMORY_BASE + MEMORY_FACTOR * request->body.length);
    check_answer(&arena, request, &answer, &out);
    if (answer.is_review)
        check_memory_does_not_show(&arena, request, &out);
    buffer_done(&out);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = {(const char *)data, size};
    struct slice lines[2];
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        size_t end = slice_find_byte(rest, '\n');
        lines[i] = slice_range(rest, 0, end);
        rest = slice_range(rest, end < rest.length ? end + 1 : end, rest.length);
    }
    struct buffer why = BUFFER_INIT(4096);
    unsigned status = admission_check(SLICE("POST"), lines[0], lines[1], rest.length, BODY_MAX, &why);
    check((status != 0) == (why.length > 0));
    if (status == 0) {
        const struct admission_request request = {.path = lines[0], .body = rest, .now_seconds = moment};
        respond(&request);
    }
    buffer_done(&why);
    return 0;
}
