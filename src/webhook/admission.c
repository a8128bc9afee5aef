#include "webhook/admission.h"
#include "webhook/namespaces.h"
#include "webhook/store.h"
#include <inttypes.h>
#include <strings.h>

static bool is_injection_path(struct slice path)
{
    return slice_equal(path, SLICE("/inject")) || slice_starts(path, SLICE("/inject/"));
}

/* The media type alone counts, whatever parameters it has (RFC 9110, 8.3.1). */
static bool is_json(struct slice content_type)
{
    static const struct slice json = SLICE_CONSTANT("application/json");
    struct slice type = slice_trim(slice_range(content_type, 0, slice_find_byte(content_type, ';')));
    return type.length == json.length && strncasecmp(type.bytes, json.bytes, json.length) == 0;
}

static unsigned refuse(struct buffer *out, unsigned status, const char *why)
{
    buffer_format(out, "%s\n", why);
    return status;
}

unsigned admission_check(struct slice method, struct slice path, struct slice content_type, uint64_t declared,
                         uint64_t body_max, struct buffer *out)
{
    if (!is_injection_path(path))
        return refuse(out, 404, "there is nothing here: admission reviews go to /inject");
    if (!slice_equal(method, SLICE("POST")))
        return refuse(out, 405, "want POST");
    if (declared == 0)
        return refuse(out, 400, "the body is empty: want an AdmissionReview");
    if (!is_json(content_type))
        return refuse(out, 415, "want Content-Type: application/json");
    if (declared != UINT64_MAX && declared > body_max) {
        buffer_format(out, "the body has %" PRIu64 " bytes, the limit is %" PRIu64 "\n", declared, body_max);
        return 413;
    }
    return 0;
}

static const struct tree *find_namespace(void *context, struct arena *arena, struct slice name)
{
    return namespaces_find(context, arena, name);
}

struct admission_answer admission_respond(struct arena *arena, const struct generation *generation,
                                          const struct admission_request *request, struct buffer *out)
{
    struct admission_answer answer = {.status = 200};
    if (!request->body.length) {
        answer.status = refuse(out, 400, "the body is empty: want an AdmissionReview");
        return answer;
    }
    if (!generation) {
        answer.status = refuse(out, 503, "there is no injection configuration yet");
        return answer;
    }
    struct inject_settings settings = generation->settings;
    settings.now_seconds = request->now_seconds;
    const struct review_options options = {.namespace_find = request->namespaces ? find_namespace : NULL,
                                           .namespace_context = request->namespaces,
                                           .config = &generation->config, .settings = &settings,
                                           .path = request->path, .renderings = generation->renderings};
    const struct source source = {.name = SLICE("request body"), .text = request->body};
    struct error error;
    size_t before = out->length;
    if (!review_answer(arena, &options, &source, out, &answer.outcome, &error)) {
        char message[1024];
        error_print(&error, message, sizeof message);
        out->length = before;
        answer.status = refuse(out, 400, message);
        return answer;
    }
    if (out->overflowed) {
        out->length = before;
        out->overflowed = false;
        answer.status = refuse(out, 500, "the answer is too large");
        return answer;
    }
    answer.is_review = true;
    return answer;
}
