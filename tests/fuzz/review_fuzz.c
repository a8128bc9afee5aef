/* A review of any pod is answered with JSON, and the patch applies to the pod it is for. The first byte chooses the
 * settings, the rest is the pod (YAML, so that the fuzzer gets through more often). */
#include "../profile.h"
#include "inject/review.h"
#include "patch/json_patch.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <nettle/base64.h>
#include <stdlib.h>

static const struct inject_config *config_get(void)
{
    static struct arena arena;
    static struct inject_config config;
    static bool loaded;
    if (!loaded) {
        struct source sources[3] = {{.name = SLICE("config"), .text = slice_from(profile_config_text)},
                                    {.name = SLICE("values"), .text = profile_values(&arena)},
                                    {.name = SLICE("mesh"), .text = slice_from(profile_mesh_text)}};
        struct inject_config_sources all = {&sources[0], &sources[1], &sources[2], false};
        if (!inject_config_load(&arena, &all, &config, NULL))
            abort();
        loaded = true;
    }
    return &config;
}

static void check_patch(struct arena *arena, const struct tree *pod, const struct tree *response)
{
    struct slice text = tree_text(tree_get(response, SLICE("patch")));
    if (!text.length)
        return;
    uint8_t *bytes = arena_take(arena, BASE64_DECODE_LENGTH(text.length) + 1);
    size_t length = BASE64_DECODE_LENGTH(text.length);
    struct base64_decode_ctx decoder;
    base64_decode_init(&decoder);
    if (!base64_decode_update(&decoder, &length, bytes, text.length, text.bytes) || !base64_decode_final(&decoder))
        abort();
    struct source source = {.name = SLICE("patch"), .text = {(const char *)bytes, length}};
    const struct tree *operations, *patched;
    if (!json_read(arena, &source, &operations, NULL) || !json_patch_apply(arena, pod, operations, &patched, NULL))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct arena arena = ARENA_INIT;
    struct source source = {.name = SLICE("pod"), .text = {(const char *)data + 1, size - 1}};
    const struct tree *pod;
    struct error error;
    if (yaml_read(&arena, &source, NULL, &pod, &error)) {
        struct inject_settings settings = {.native_sidecars = data[0] & 1, .is_openshift = data[0] & 2};
        struct review_options options = {.config = config_get(), .settings = &settings,
                                         .path = data[0] & 4 ? SLICE("/inject/cluster/c/net/n") : SLICE("/inject")};
        struct buffer review = BUFFER_INIT(1 << 26), answer = BUFFER_INIT(1 << 26);
        buffer_add_literal(&review, "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":"
                                    "{\"uid\":\"u\",\"namespace\":\"n\",\"object\":");
        json_write(&review, pod, JSON_COMPACT);
        buffer_add_literal(&review, "}}");
        struct source text = {.name = SLICE("review"), .text = buffer_slice(&review)};
        const struct tree *answered;
        /* A pod that is nearly too deep is too deep in a review. */
        bool answered_it = review_answer(&arena, &options, &text, &answer, NULL, &error);
        if (!answered_it && error.code != ERROR_LIMIT)
            abort();
        struct source answer_text = {.name = SLICE("answer"), .text = buffer_slice(&answer)};
        if (answered_it && !answer.overflowed) {
            if (!json_read(&arena, &answer_text, &answered, NULL))
                abort();
            check_patch(&arena, pod, tree_get(answered, SLICE("response")));
        }
        buffer_done(&review);
        buffer_done(&answer);
    }
    arena_done(&arena);
    return 0;
}
