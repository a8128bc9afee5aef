#include "cni/pod_rules.h"
#include "base/number.h"
#include "capture/apply.h"
#include "capture/host.h"
#include "capture/verify.h"
#include "cni/netns.h"
#include "cni/pod.h"
#include "cni/settings.h"

enum { GROUP_FILE_MAX = 1 << 20 };

/* ---- whether ------------------------------------------------------------------------------------------------ */

/* The label is the newer way and hides the annotation, even when it is empty. What is no boolean says nothing. */
static bool injection_is_off(const struct pod_facts *pod)
{
    struct slice text = {0};
    bool wanted = true;
    const struct tree *label = tree_get(pod->labels, SLICE("sidecar.istio.io/inject"));
    if (tree_is(label, TREE_STRING))
        text = label->string;
    else
        (void)!pod_annotation(pod, SLICE("sidecar.istio.io/inject"), &text);
    return number_parse_bool(text, &wanted) && !wanted;
}

static struct pod_decision skipped(struct slice reason)
{
    return (struct pod_decision){.reason = reason};
}

struct pod_decision pod_rules_decide(struct arena *arena, const struct tree *pod)
{
    struct pod_facts facts = pod_facts_read(pod);
    struct slice status, type = facts.proxy_type;
    if (facts.has_init)
        return skipped(SLICE("it has the container istio-init, which sets up the rules"));
    if (pod_variable_is_true(&facts, SLICE("DISABLE_ENVOY"), NULL))
        return skipped(SLICE("its istio-proxy has DISABLE_ENVOY"));
    if (!facts.has_proxy)
        return skipped(arena_format(arena, "it has no container istio-proxy (it has %.*s)",
                                    SLICE_ARGS(pod_container_names(arena, pod))));
    if (type.length && !slice_equal(type, SLICE("sidecar")))
        return skipped(arena_format(arena, "its proxy is of the type %.*s", SLICE_ARGS(type)));
    if (injection_is_off(&facts))
        return skipped(SLICE("sidecar.istio.io/inject is false"));
    if (!pod_annotation(&facts, SLICE("sidecar.istio.io/status"), &status))
        return skipped(SLICE("it has not been injected: there is no annotation sidecar.istio.io/status"));
    return (struct pod_decision){.is_captured = true};
}

/* ---- within the namespace ----------------------------------------------------------------------------------- */

static bool plan_make(struct arena *arena, const struct tree *pod, const struct pod_rules_world *world,
                      struct buffer *report, struct capture_settings *ret_settings, struct capture_plan *ret_plan,
                      struct error *error)
{
    struct pod_facts facts = pod_facts_read(pod);
    struct capture_facts host = {.environment = world->environment, .environment_context = world->environment_context};
    /* Groups may have names, those of the node. */
    if (world->environment && (world->environment(world->environment_context, "ISTIO_OUTBOUND_OWNER_GROUPS") ||
                               world->environment(world->environment_context, "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE")))
        host.group = host_file_read(arena, "/etc/group", GROUP_FILE_MAX);
    if (!host_versions_read(arena, &host, error) ||
        !cni_settings_read(arena, &facts, &host, world->is_native_nftables, report, ret_settings, error))
        return false;
    *ret_plan = capture_plan_make(arena, ret_settings);
    return true;
}

static bool rules_run(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                      const struct pod_rules_world *world, bool is_check, struct buffer *report, struct error *error)
{
    struct capture_settings settings;
    struct capture_plan plan;
    if (!plan_make(arena, pod, world, report, &settings, &plan, error))
        return false;
    const struct capture_run run = {
        .arena = arena,
        .settings = &settings,
        .plan = &plan,
        .path = world->path,
        .environment = host_lock_variables(arena, world->variables, network->path),
        .report = report,
    };
    return is_check ? capture_verify(&run, error) : capture_apply(&run, error);
}

static bool rules_run_inside(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                             const struct pod_rules_world *world, bool is_check, struct buffer *report,
                             struct error *error)
{
    _cleanup_(netns_leave) int previous = -1;
    return netns_enter(network->fd, &previous, error) && rules_run(arena, pod, network, world, is_check, report, error);
}

bool pod_rules_apply(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                     const struct pod_rules_world *world, struct buffer *report, struct error *error)
{
    return rules_run_inside(arena, pod, network, world, false, report, error);
}

bool pod_rules_verify(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                      const struct pod_rules_world *world, struct error *error)
{
    enum { REPORT_MAX = 4096 };
    _cleanup_(buffer_done) struct buffer report = BUFFER_INIT(REPORT_MAX);
    return rules_run_inside(arena, pod, network, world, true, &report, error);
}
