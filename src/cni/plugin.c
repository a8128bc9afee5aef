#include "cni/plugin.h"
#include "base/fd.h"
#include "capture/host.h"
#include "cni/netns.h"
#include "cni/plugin_log.h"
#include "cni/pod_rules.h"
#include "cni/pod_source.h"
#include "cni/request.h"
#include "cni/result.h"

enum { INPUT_MAX = 16 << 20, REPORT_MAX = 1 << 16 };
enum { ADD_PATIENCE_MS = 30000, CHECK_PATIENCE_MS = 10000 };

static const struct position nowhere;

struct call {
    struct arena *arena;
    const struct plugin_world *world;
    struct cni_request request;
    struct cni_failure failure;
    struct plugin_log log;
};

/* ---- the pod ------------------------------------------------------------------------------------------------- */

/* A new agent gets through when the kubeconfig, which it is to write, is not there yet or has expired. Names come from
 * the runtime, as trustworthy as the API server (Istio: isCNIPod). */
static bool is_own_agent(const struct cni_request *request)
{
    return slice_starts(request->arguments.pod, SLICE("istio-cni-node-")) &&
           slice_equal(request->arguments.namespace, request->agent_namespace);
}

static bool is_excluded(const struct cni_request *request)
{
    const struct tree *list = request->excluded_namespaces;
    for (size_t i = 0; list && i < list->list.count; i++) {
        if (tree_text_is(list->list.items[i], request->arguments.namespace))
            return true;
    }
    return false;
}

/* Whether names alone say that there is nothing to do. */
static bool is_skipped_by_name(struct call *call)
{
    const struct cni_arguments *pod = &call->request.arguments;
    if (is_own_agent(&call->request)) {
        plugin_log_add(&call->log, PLUGIN_INFO, "not captured: it is the node agent's own pod");
        return true;
    }
    if (!pod->pod.length || !pod->namespace.length) {
        plugin_log_add(&call->log, PLUGIN_DEBUG, "not captured: CNI_ARGS names no pod of Kubernetes");
        return true;
    }
    if (is_excluded(&call->request)) {
        plugin_log_add(&call->log, PLUGIN_INFO, "not captured: the namespace is among exclude_namespaces");
        return true;
    }
    return false;
}

static struct pod_question question_of(const struct call *call, unsigned patience_ms)
{
    return (struct pod_question){
        .kubeconfig = call->request.kubeconfig,
        .namespace = call->request.arguments.namespace,
        .name = call->request.arguments.pod,
        .environment = call->world->environment,
        .variables = call->world->variables,
        .patience_ms = patience_ms,
    };
}

/* *ret_pod: NULL when there is nothing to capture. */
static bool pod_find(struct call *call, unsigned patience_ms, const struct tree **ret_pod)
{
    bool was_asked;
    const struct tree *pod;
    const struct pod_question question = question_of(call, patience_ms);
    *ret_pod = NULL;
    if (is_skipped_by_name(call))
        return true;
    if (!pod_source_get(call->arena, &question, &call->log, &pod, &was_asked, &call->failure))
        return false;
    struct pod_decision decision = pod_rules_decide(call->arena, pod);
    if (decision.is_captured)
        *ret_pod = pod;
    else
        plugin_log_add(&call->log, PLUGIN_INFO, "not captured: %.*s", SLICE_ARGS(decision.reason));
    return true;
}

/* ---- its namespace ------------------------------------------------------------------------------------------- */

static const char *environment_get(void *context, const char *name)
{
    const struct plugin_world *world = context;
    return world->environment(name);
}

static struct pod_rules_world rules_world(const struct call *call)
{
    return (struct pod_rules_world){
        .environment = environment_get,
        .environment_context = (void *)call->world,
        .path = call->world->environment("PATH"),
        .variables = call->world->variables,
        .is_native_nftables = call->request.is_native_nftables,
    };
}

/* The node's own network must never get a pod's rules. */
static bool own_namespace_refuse(struct call *call)
{
    _cleanup_(fd_close) int fd = -1;
    if (call->request.may_be_own_namespace || !netns_open(call->request.namespace.bytes, &fd, NULL) ||
        !netns_is_own(fd))
        return true;
    call->failure.code = CNI_CODE_NAMESPACE;
    return error_set(&call->failure.error, ERROR_VALUE, nowhere,
                     "CNI_NETNS %.*s is the plugin's own network namespace: expected a pod's (CNI_NETNS_OVERRIDE=1 "
                     "allows it)",
                     SLICE_ARGS(call->request.namespace));
}

static bool namespace_open(struct call *call, int *ret_fd)
{
    if (netns_open(call->request.namespace.bytes, ret_fd, &call->failure.error))
        return true;
    call->failure.code = CNI_CODE_NAMESPACE;
    return false;
}

static void report_log(struct call *call, const struct buffer *report)
{
    struct slice_splitter lines = {.rest = buffer_slice(report)};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        if (line.length)
            plugin_log_add(&call->log, PLUGIN_INFO, "%.*s", SLICE_ARGS(line));
    }
}

static bool rules_apply(struct call *call, const struct tree *pod)
{
    _cleanup_(fd_close) int fd = -1;
    _cleanup_(buffer_done) struct buffer report = BUFFER_INIT(REPORT_MAX);
    const struct pod_rules_world world = rules_world(call);
    if (!namespace_open(call, &fd))
        return false;
    if (call->world->is_alone && !call->request.is_native_nftables)
        host_lookups_confine();
    const struct pod_network network = {fd, call->request.namespace};
    bool is_done = pod_rules_apply(call->arena, pod, &network, &world, &report, &call->failure.error);
    report_log(call, &report);
    if (!is_done)
        call->failure.code = call->failure.error.code == ERROR_VALUE ? CNI_CODE_POD : CNI_CODE_RULES;
    return is_done;
}

static bool rules_check(struct call *call, const struct tree *pod)
{
    _cleanup_(fd_close) int fd = -1;
    const struct pod_rules_world world = rules_world(call);
    if (!namespace_open(call, &fd))
        return false;
    if (call->world->is_alone)
        host_lookups_confine();
    const struct pod_network network = {fd, call->request.namespace};
    if (pod_rules_verify(call->arena, pod, &network, &world, &call->failure.error))
        return true;
    call->failure.code = call->failure.error.code == ERROR_VALUE ? CNI_CODE_POD : CNI_CODE_CHECK;
    return false;
}

/* ---- commands ------------------------------------------------------------------------------------------------ */

/* The result is made first: what cannot be answered must not change anything. */
static bool result_make(struct call *call, struct buffer *output)
{
    call->failure.code = CNI_CODE_CONFIGURATION;
    return cni_result_make(&call->request.source, call->request.previous, call->request.version, output,
                           &call->failure.error);
}

static bool add(struct call *call, struct buffer *output)
{
    const struct tree *pod;
    return result_make(call, output) && cni_request_arguments(&call->request, &call->failure) &&
           own_namespace_refuse(call) && pod_find(call, ADD_PATIENCE_MS, &pod) && (!pod || rules_apply(call, pod));
}

static bool check(struct call *call, struct buffer *output)
{
    const struct tree *pod;
    _cleanup_(buffer_done) struct buffer unused = BUFFER_INIT(INPUT_MAX);
    (void)output;
    call->failure.code = CNI_CODE_CONFIGURATION;
    if (!call->request.previous)
        return error_set(&call->failure.error, ERROR_MISSING, nowhere,
                         "CHECK without prevResult: expected the result of ADD");
    return result_make(call, &unused) && cni_request_arguments(&call->request, &call->failure) &&
           pod_find(call, CHECK_PATIENCE_MS, &pod) && (!pod || rules_check(call, pod));
}

static bool status(struct call *call, struct buffer *output)
{
    (void)output;
    struct pod_question question = question_of(call, 0);
    /* Any name will do: that there is no such pod is said only to those who may ask. */
    question.name = SLICE("pillion-cni-status");
    question.namespace = call->request.agent_namespace.length ? call->request.agent_namespace : SLICE("default");
    return pod_source_probe(call->arena, &question, &call->failure);
}

/* The rules go with the pod's namespace, and nothing of a pod is kept anywhere else. */
static bool nothing(struct call *call, struct buffer *output)
{
    (void)call;
    (void)output;
    return true;
}

static const struct {
    bool (*run)(struct call *call, struct buffer *output);
    bool needs_settings;
} commands[] = {
    [CNI_ADD] = {add, true},      [CNI_CHECK] = {check, true}, [CNI_STATUS] = {status, true},
    [CNI_DEL] = {nothing, false}, [CNI_GC] = {nothing, false},
};

/* ---- a call -------------------------------------------------------------------------------------------------- */

static void log_setup(struct call *call)
{
    struct cni_request *request = &call->request;
    call->log.level = plugin_level_find(request->log_level);
    struct cni_arguments arguments;
    if (cni_arguments_parse(request->argument_text, &arguments, NULL) && arguments.pod.length)
        call->log.pod =
            arena_format(call->arena, "%.*s/%.*s", SLICE_ARGS(arguments.namespace), SLICE_ARGS(arguments.pod));
}

static bool command_run(struct call *call, struct buffer *output)
{
    struct cni_request *request = &call->request;
    _cleanup_(buffer_done) struct buffer input = BUFFER_INIT(INPUT_MAX);
    call->failure.code = CNI_CODE_INPUT;
    if (!call->world->input_read(call->world->context, &input, &call->failure.error))
        return false;
    /* In the arena: the configuration is read long after this. */
    struct slice text = arena_copy(call->arena, buffer_slice(&input));
    if (!cni_request_configuration(call->arena, text, request, &call->failure))
        return false;
    if (commands[request->command].needs_settings) {
        if (!cni_request_settings(call->arena, request, &call->failure))
            return false;
        log_setup(call);
    }
    return commands[request->command].run(call, output);
}

static void versions_print(struct buffer *output)
{
    struct slice newest = cni_version_text(CNI_VERSION_COUNT - 1);
    buffer_format(output, "{\"cniVersion\":\"%.*s\",\"supportedVersions\":[", SLICE_ARGS(newest));
    cni_versions_print(output, true);
    buffer_add_literal(output, "]}\n");
}

static void about_print(struct buffer *output)
{
    buffer_add_literal(output, "pillion cni is a CNI plugin: container runtimes call it with CNI_COMMAND set. It knows "
                               "the versions ");
    cni_versions_print(output, false);
    buffer_add_literal(output, " of the specification.\n`pillion cni --help` says more.\n");
}

static void fail(struct call *call, struct buffer *output)
{
    enum cni_version known;
    struct slice version = call->request.version_text;
    char text[2048];
    error_print(&call->failure.error, text, sizeof text);
    plugin_log_add(&call->log, PLUGIN_ERROR, "%s", text);
    buffer_clear(output);
    cni_failure_print(&call->failure, cni_version_find(version, &known) ? version : (struct slice){0}, output);
}

enum plugin_outcome plugin_run(struct arena *arena, const struct plugin_world *world, struct buffer *output)
{
    bool is_call = true;
    struct call call = {.arena = arena, .world = world, .log = PLUGIN_LOG_INIT};
    call.log.write = world->log_write;
    call.log.context = world->context;
    bool is_done = cni_request_environment(world->environment, &call.request, &is_call, &call.failure);
    if (is_done && !is_call) {
        about_print(output);
        return PLUGIN_NOT_CALLED;
    }
    if (is_done && call.request.command == CNI_VERSION) {
        versions_print(output);
        return PLUGIN_DONE;
    }
    if (is_done) {
        call.log.command = slice_from(cni_command_name(call.request.command));
        is_done = command_run(&call, output);
    }
    if (!is_done)
        fail(&call, output);
    if (world->is_alone)
        plugin_log_deliver(&call.log, call.request.run_folder);
    plugin_log_done(&call.log);
    return is_done ? PLUGIN_DONE : PLUGIN_FAILED;
}
