#include "cni/pod_source.h"
#include "kube/client.h"
#include <time.h>

enum {
    /* The kubelet gives a sandbox two minutes (runtimeRequestTimeout), and tries again when they are over. */
    REQUEST_MS = 10000,
    PROBE_MS = 3000,
    REFUSED_MS = 5000, /* 401, 403, a certificate of another authority, ... */
    NOT_FOUND_MS = 10000,
    PAUSE_FIRST_MS = 100,
    PAUSE_MAX_MS = 1000,
};

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pause_ms(unsigned milliseconds)
{
    const struct timespec length = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    nanosleep(&length, NULL); /* cut short by a signal, it only means to ask sooner */
}

static bool client_open(const struct pod_question *question, unsigned timeout_ms, struct kube_client **ret_client,
                        struct cni_failure *failure)
{
    const struct kube_access access = {
        .kubeconfig = question->kubeconfig,
        .environment = question->environment,
        .variables = question->variables,
        .user_agent = SLICE("pillion-cni"),
        .is_light = true,
        .timeout_ms = timeout_ms,
        .retry_ms = 1, /* it is for us to know what may pass */
    };
    if (kube_client_open(&access, ret_client, &failure->error))
        return true;
    failure->code = CNI_CODE_KUBECONFIG;
    return false;
}

/* A "pod" that is another one, or none at all, must not decide that nothing is captured. */
static bool pod_check(const struct pod_question *question, const struct tree *pod, struct error *error)
{
    if (tree_text_is(tree_get(pod, SLICE("kind")), SLICE("Pod")) &&
        tree_text_is(tree_at(pod, "metadata", "name"), question->name) &&
        tree_text_is(tree_at(pod, "metadata", "namespace"), question->namespace) &&
        tree_is(tree_get(pod, SLICE("spec")), TREE_MAP))
        return true;
    return error_set(error, ERROR_VALUE, (struct position){0},
                     "the server's answer is not the pod %.*s/%.*s: is it an API server?",
                     SLICE_ARGS(question->namespace), SLICE_ARGS(question->name));
}

static bool attempt(struct arena *arena, struct kube_client *client, const struct pod_question *question,
                    const struct tree **ret_pod, unsigned *ret_status, struct error *error)
{
    const struct kube_resource resource = {"v1", "pods", question->namespace, question->name};
    struct kube_answer answer;
    bool is_there = kube_get(client, arena, &resource, &answer, error);
    *ret_status = answer.status;
    if (!is_there || !pod_check(question, answer.object, error))
        return false;
    *ret_pod = answer.object;
    return true;
}

/* How long it makes sense to ask again after that. */
static unsigned patience_of(unsigned status, const struct error *error, unsigned patience_ms)
{
    unsigned limit = patience_ms;
    if (status == 404)
        limit = NOT_FOUND_MS;
    else if (error->code == ERROR_REFUSED || error->code == ERROR_VALUE || error->code == ERROR_SYNTAX)
        limit = REFUSED_MS;
    return limit < patience_ms ? limit : patience_ms;
}

static unsigned request_time(uint64_t started, unsigned patience_ms)
{
    uint64_t passed = clock_ms() - started;
    if (patience_ms == 0 || passed + REQUEST_MS <= patience_ms)
        return REQUEST_MS;
    return passed + 1000 < patience_ms ? patience_ms - (unsigned)passed : 1000;
}

bool pod_source_get(struct arena *arena, const struct pod_question *question, struct plugin_log *log,
                    const struct tree **ret_pod, bool *ret_asked, struct cni_failure *failure)
{
    uint64_t started = clock_ms();
    unsigned pause = PAUSE_FIRST_MS;
    *ret_asked = false;
    for (unsigned number = 1;; number++) {
        /* Opened anew each time: the agent may have written a new token in between. */
        _cleanup_(kube_client_close) struct kube_client *client = NULL;
        unsigned status = 0;
        if (!client_open(question, request_time(started, question->patience_ms), &client, failure))
            return false;
        *ret_asked = true;
        if (attempt(arena, client, question, ret_pod, &status, &failure->error))
            return true;
        plugin_log_add(log, number == 1 ? PLUGIN_WARN : PLUGIN_DEBUG, "try %u: %s", number, failure->error.text);
        unsigned patience = patience_of(status, &failure->error, question->patience_ms);
        if (clock_ms() - started + pause >= patience) {
            failure->code = status ? CNI_CODE_SERVER : CNI_CODE_AGAIN;
            return error_wrap(&failure->error, "asked %u time%s in %u s for the pod", number, number == 1 ? "" : "s",
                              (unsigned)((clock_ms() - started) / 1000));
        }
        pause_ms(pause);
        pause = pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
    }
}

bool pod_source_probe(struct arena *arena, const struct pod_question *question, struct cni_failure *failure)
{
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    const struct kube_resource resource = {"v1", "pods", question->namespace, question->name};
    struct kube_answer answer;
    bool is_usable = client_open(question, PROBE_MS, &client, failure) &&
                     (kube_get(client, arena, &resource, &answer, &failure->error) ||
                      (answer.status == 404 && slice_equal(answer.reason, SLICE("NotFound"))));
    failure->code = is_usable ? CNI_CODE_NONE : CNI_CODE_UNAVAILABLE;
    return is_usable;
}
