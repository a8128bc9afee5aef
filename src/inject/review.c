#include "inject/review.h"
#include "inject/pod.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "patch/json_patch.h"
#include "tree/json.h"
#include <nettle/base64.h>
#include <stdio.h>

enum { PATCH_MAX = 64 * 1024 * 1024, MESSAGE_MAX = 2048 };

struct review {
    struct arena *arena;
    const struct review_options *options;
    const struct source *source;
    const struct tree *tree, *request;
    struct review_outcome outcome;
    struct rendering_leases leases;
};

/* The group's two versions that there ever were. */
static bool is_known_version(struct slice version)
{
    return slice_equal(version, SLICE("admission.k8s.io/v1")) ||
           slice_equal(version, SLICE("admission.k8s.io/v1beta1"));
}

static bool review_open(struct review *review, struct error *error)
{
    const struct tree *tree = review->tree;
    const struct tree *version = tree_get(tree, SLICE("apiVersion")), *kind = tree_get(tree, SLICE("kind"));
    if (tree->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, review->source, 0, "found %s, want an AdmissionReview",
                        tree_kind_name(tree));
    if (!tree_text_is(kind, SLICE("AdmissionReview")))
        return error_at(error, ERROR_VALUE, review->source, 0, "kind is \"%.*s\", want AdmissionReview",
                        SLICE_ARGS(tree_text(kind)));
    if (!is_known_version(tree_text(version)))
        return error_at(error, ERROR_VALUE, review->source, 0,
                        "apiVersion is \"%.*s\", want admission.k8s.io/v1 or admission.k8s.io/v1beta1",
                        SLICE_ARGS(tree_text(version)));
    review->request = tree_get(tree, SLICE("request"));
    if (!tree_is(review->request, TREE_MAP))
        return error_at(error, ERROR_MISSING, review->source, 0, "the AdmissionReview has no request");
    const struct tree *uid = tree_get(review->request, SLICE("uid"));
    if (!tree_is_null(uid) && uid->kind != TREE_STRING)
        return error_at(error, ERROR_VALUE, review->source, uid->offset, "request.uid: found %s, want a string",
                        tree_kind_name(uid));
    review->outcome.uid = tree_text(uid);
    return true;
}

/* In base64, straight into the answer: most of it is this. */
static void patch_write(struct buffer *out, struct slice patch)
{
    size_t length = BASE64_ENCODE_RAW_LENGTH(patch.length);
    buffer_add_literal(out, ",\"patch\":\"");
    char *room = buffer_reserve(out, length);
    if (!room)
        return; /* over the limit, which shows in the buffer */
    base64_encode_raw(room, patch.length, (const uint8_t *)patch.bytes);
    out->length += length;
    buffer_add_literal(out, "\",\"patchType\":\"JSONPatch\"");
}

static void answer_write(const struct review *review, struct slice patch, struct buffer *out)
{
    const struct review_outcome *outcome = &review->outcome;
    buffer_add_literal(out, "{\"kind\":\"AdmissionReview\",\"apiVersion\":");
    json_write_string(out, tree_text(tree_get(review->tree, SLICE("apiVersion"))), JSON_COMPACT);
    buffer_add_literal(out, ",\"response\":{\"uid\":");
    json_write_string(out, outcome->uid, JSON_COMPACT);
    buffer_add_slice(out, outcome->what == REVIEW_REFUSED ? SLICE(",\"allowed\":false,\"status\":{\"message\":")
                                                          : SLICE(",\"allowed\":true"));
    if (outcome->what == REVIEW_REFUSED) {
        json_write_string(out, outcome->reason, JSON_COMPACT);
        buffer_add_literal(out, "}");
    }
    if (patch.length)
        patch_write(out, patch);
    buffer_add_literal(out, "}}");
}

/* The pod as injection sees it: with the namespace that the API server is going to give it, and without the fields that
 * tell who manages what, which can be huge and matter to nobody here. */
static const struct tree *pod_prepare(struct review *review, const struct tree *object)
{
    struct arena *arena = review->arena;
    struct tree *pod = tree_copy_shallow(arena, object);
    struct tree *metadata = own_map(arena, pod, SLICE("metadata"));
    tree_remove(metadata, SLICE("managedFields"));
    struct slice own = tree_text(tree_get(metadata, SLICE("namespace")));
    review->outcome.namespace = own.length ? own : tree_text(tree_get(review->request, SLICE("namespace")));
    if (!own.length && review->outcome.namespace.length)
        tree_put(arena, metadata, SLICE("namespace"), tree_string(arena, review->outcome.namespace));
    review->outcome.name = pod_display_name(arena, pod);
    return pod;
}

/* What pod_prepare took or added does not become part of the patch. */
static const struct tree *pod_restore(struct arena *arena, const struct tree *injected, const struct tree *object)
{
    static const struct slice fields[] = {SLICE_CONSTANT("managedFields"), SLICE_CONSTANT("namespace")};
    const struct tree *before = tree_get(object, SLICE("metadata"));
    struct tree *pod = tree_copy_shallow(arena, injected);
    struct tree *metadata = own_map(arena, pod, SLICE("metadata"));
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const struct tree *value = tree_get(before, fields[i]);
        if (value)
            tree_put(arena, metadata, fields[i], value);
        else
            tree_remove(metadata, fields[i]);
    }
    return pod;
}

static bool pod_inject(struct review *review, const struct tree *pod, const struct tree **ret_injected,
                       struct error *error)
{
    const struct review_options *options = review->options;
    const struct tree *namespace_object = options->namespace_object;
    if (!namespace_object && options->namespace_find && options->settings->is_openshift)
        namespace_object =
            options->namespace_find(options->namespace_context, review->arena, review->outcome.namespace);
    struct inject_request request = {
        .config = review->options->config,
        .settings = review->options->settings,
        .pod = pod,
        .owner = inject_owner_of_pod(pod),
        .owner_metadata = tree_get(pod, SLICE("metadata")),
        .namespace_object = namespace_object,
        .path_environment = inject_path_environment(review->arena, review->options->path),
        .is_webhook = true,
        .renderings = review->options->renderings ? &review->leases : NULL,
    };
    return inject_pod(review->arena, &request, ret_injected, error);
}

static void refuse(struct review *review, const struct error *error)
{
    char message[MESSAGE_MAX];
    error_print(error, message, sizeof message);
    review->outcome.what = REVIEW_REFUSED;
    review->outcome.reason = arena_copy(review->arena, slice_from(message));
}

/* Appends the patch for the request's object, if there is one. The outcome says what was decided. */
static void review_decide(struct review *review, struct buffer *patch)
{
    struct arena *arena = review->arena;
    struct error error = {0};
    const struct tree *object = tree_get(review->request, SLICE("object")), *pod, *injected, *operations;
    if (!tree_is(object, TREE_MAP)) {
        error_set(&error, ERROR_MISSING, (struct position){0}, "request.object: found %s, want a Pod",
                  tree_kind_name(object));
        refuse(review, &error);
        return;
    }
    if (!kube_conform(arena, NULL, object, &kube_type_Pod, KUBE_FROM_JSON, &pod, &error)) {
        refuse(review, &error);
        return;
    }
    pod = pod_prepare(review, pod);
    struct policy_decision decision =
        policy_decide(&review->options->config->rules, pod, review->outcome.namespace);
    review->outcome.reason = policy_reason(arena, &decision);
    review->outcome.what = decision.inject ? REVIEW_INJECTED : REVIEW_SKIPPED;
    if (!decision.inject)
        return;
    if (!pod_inject(review, pod, &injected, &error)) {
        error_wrap(&error, "pod %.*s/%.*s", SLICE_ARGS(review->outcome.namespace), SLICE_ARGS(review->outcome.name));
        refuse(review, &error);
        return;
    }
    operations = json_patch_diff(arena, object, pod_restore(arena, injected, object));
    if (!tree_count(operations))
        return;
    json_write(patch, operations, JSON_COMPACT);
    if (patch->overflowed) {
        buffer_done(patch);
        error_set(&error, ERROR_LIMIT, (struct position){0}, "the patch is larger than %d bytes", PATCH_MAX);
        refuse(review, &error);
        return;
    }
    review->outcome.patch_bytes = patch->length;
}

bool review_answer(struct arena *arena, const struct review_options *options, const struct source *source,
                   struct buffer *out, struct review_outcome *ret_outcome, struct error *error)
{
    struct review review = {
        .arena = arena, .options = options, .source = source, .leases = {.cache = options->renderings}};
    if (!json_read(arena, source, &review.tree, error) || !review_open(&review, error))
        return false;
    _cleanup_(buffer_done) struct buffer patch = BUFFER_INIT(PATCH_MAX);
    review_decide(&review, &patch);
    answer_write(&review, buffer_slice(&patch), out);
    rendering_leases_release(&review.leases); /* the outcome's texts are the request's own or copies */
    if (ret_outcome)
        *ret_outcome = review.outcome;
    return true;
}
