#include "webhook/manifest_tree.h"

enum { USER = 65532, REPLICAS_MORE = 3, REPLICAS_MOST = 5, CPU_PERCENT = 80, DRAIN_SECONDS = 10, END_SECONDS = 30 };

static const struct tree *arguments_of(struct manifest *m)
{
    const struct manifest_settings *settings = m->settings;
    struct tree *list = tree_list(m->arena, 16);
    struct slice configurations = m->configurations[0];
    for (size_t i = 1; i <= settings->tag_count; i++)
        configurations = arena_format(m->arena, "%.*s,%.*s", SLICE_ARGS(configurations),
                                      SLICE_ARGS(m->configurations[i]));
    const struct tree *const arguments[] = {
        TEXT(m, "webhook"),
        manifest_format(m, "--port=%d", MANIFEST_PORT),
        manifest_format(m, "--httpPort=%d", MANIFEST_MONITOR_PORT),
        TEXT(m, "--fromCluster"),
        TEXT(m, "--selfSigned"),
        manifest_format(m, "--namespace=%.*s", SLICE_ARGS(m->namespace)),
        manifest_format(m, "--istioNamespace=%.*s", SLICE_ARGS(m->istio_namespace)),
        manifest_format(m, "--service=%.*s", SLICE_ARGS(m->name)),
        SLICE_TREE(m, arena_format(m->arena, "--webhookConfigName=%.*s", SLICE_ARGS(configurations))),
        manifest_format(m, "--drainDuration=%ds", DRAIN_SECONDS),
        settings->revision.length ? manifest_format(m, "--revision=%.*s", SLICE_ARGS(settings->revision)) : NULL,
        settings->is_1_0 ? TEXT(m, "--compat=1.0") : NULL,
        settings->is_openshift ? TEXT(m, "--platform=openshift") : NULL,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(arguments); i++) {
        if (arguments[i])
            tree_append(m->arena, list, arguments[i]);
    }
    return list;
}

static const struct tree *probe_of(struct manifest *m, const char *path, int64_t period, int64_t failures)
{
    return MAP(m, "httpGet", MAP(m, "path", manifest_format(m, "%s", path), "port", TEXT(m, "http-monitoring")),
               "periodSeconds", NUMBER(m, period), "failureThreshold", NUMBER(m, failures), "timeoutSeconds",
               NUMBER(m, 5));
}

static const struct tree *port_of(struct manifest *m, const char *name, int64_t port)
{
    return MAP(m, "name", manifest_format(m, "%s", name), "containerPort", NUMBER(m, port), "protocol", TEXT(m, "TCP"));
}

/* No limit of CPU: an injector that is throttled holds up every pod of the cluster. */
static const struct tree *container_of(struct manifest *m)
{
    const struct tree *resources =
        MAP(m, "requests", MAP(m, "cpu", TEXT(m, "50m"), "memory", TEXT(m, "32Mi")), "limits",
            MAP(m, "memory", TEXT(m, "256Mi")));
    const struct tree *security =
        MAP(m, "allowPrivilegeEscalation", tree_bool(false), "capabilities", MAP(m, "drop", TEXTS(m, "ALL")),
            "privileged", tree_bool(false), "readOnlyRootFilesystem", tree_bool(true), "runAsNonRoot", tree_bool(true));
    return MAP(m, "name", TEXT(m, "webhook"), "image", SLICE_TREE(m, m->settings->image), "args", arguments_of(m),
               "ports",
               LIST(m, port_of(m, "https-webhook", MANIFEST_PORT),
                    port_of(m, "http-monitoring", MANIFEST_MONITOR_PORT)),
               "livenessProbe", probe_of(m, "/healthz", 10, 3), "readinessProbe", probe_of(m, "/ready", 2, 2),
               "resources", resources, "securityContext", security);
}

/* Better two replicas on one node than one replica. */
static const struct tree *spread_over(struct manifest *m, const char *key)
{
    return MAP(m, "maxSkew", NUMBER(m, 1), "topologyKey", manifest_format(m, "%s", key), "whenUnsatisfiable",
               TEXT(m, "ScheduleAnyway"), "labelSelector", MAP(m, "matchLabels", manifest_selector(m)));
}

/* Every pod of the mesh waits for this one, so that it deserves system-cluster-critical. But clusters may restrict that
 * class to namespaces with a ResourceQuota for it (the admission plugin ResourceQuota's limitedResources; GKE does, but
 * for kube-system): there, a Deployment that asked for it would get no pod at all, and with failurePolicy Fail neither
 * would anybody else. In kube-system it is always allowed; elsewhere it is for --priorityClass to ask for. */
static const struct tree *priority_class(struct manifest *m)
{
    if (m->settings->priority_class.length)
        return SLICE_TREE(m, m->settings->priority_class);
    return slice_equal(m->namespace, SLICE("kube-system")) ? TEXT(m, "system-cluster-critical") : NULL;
}

/* OpenShift gives each namespace users of its own (restricted-v2) and refuses a pod that names another. */
static const struct tree *pod_security(struct manifest *m)
{
    const struct tree *user = m->settings->is_openshift ? NULL : NUMBER(m, USER);
    return MAP(m, "runAsNonRoot", tree_bool(true), "runAsUser", user, "runAsGroup", user, "seccompProfile",
               MAP(m, "type", TEXT(m, "RuntimeDefault")));
}

static const struct tree *pod_template(struct manifest *m)
{
    const struct tree *labels =
        MAP(m, "app", TEXT(m, "pillion-webhook"), "app.kubernetes.io/name", TEXT(m, "pillion-webhook"),
            "app.kubernetes.io/part-of", TEXT(m, "pillion"), "istio.io/rev", SLICE_TREE(m, m->revision),
            "sidecar.istio.io/inject", TEXT(m, "false"));
    const struct tree *annotations =
        MAP(m, "prometheus.io/scrape", TEXT(m, "true"), "prometheus.io/port",
            manifest_format(m, "%d", MANIFEST_MONITOR_PORT), "prometheus.io/path", TEXT(m, "/metrics"));
    const struct tree *spec =
        MAP(m, "serviceAccountName", SLICE_TREE(m, m->name), "priorityClassName", priority_class(m), "nodeSelector",
            MAP(m, "kubernetes.io/os", TEXT(m, "linux")), "terminationGracePeriodSeconds", NUMBER(m, END_SECONDS),
            "securityContext", pod_security(m), "topologySpreadConstraints",
            LIST(m, spread_over(m, "kubernetes.io/hostname"), spread_over(m, "topology.kubernetes.io/zone")),
            "containers", LIST(m, container_of(m)));
    return MAP(m, "metadata", MAP(m, "labels", labels, "annotations", annotations), "spec", spec);
}

/* No count of replicas: it is the autoscaler's, and applying the manifest again must not take them away (Kubernetes,
 * "Horizontal Pod Autoscaling", "Migrating Deployments and StatefulSets to horizontal autoscaling"). */
static void deployment_add(struct manifest *m)
{
    const struct tree *strategy =
        MAP(m, "type", TEXT(m, "RollingUpdate"), "rollingUpdate",
            MAP(m, "maxUnavailable", NUMBER(m, 0), "maxSurge", NUMBER(m, 1)));
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "apps/v1"), "kind", TEXT(m, "Deployment"), "metadata",
                        manifest_metadata(m, m->name, m->namespace), "spec",
                        MAP(m, "selector", MAP(m, "matchLabels", manifest_selector(m)), "strategy", strategy,
                            "template", pod_template(m))));
}

void manifest_add_workload(struct manifest *m)
{
    int64_t least = m->settings->replicas, most = least + REPLICAS_MORE;
    deployment_add(m);
    /* One at a time, so that a node can always be drained, be there one replica only. */
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "policy/v1"), "kind", TEXT(m, "PodDisruptionBudget"), "metadata",
                        manifest_metadata(m, m->name, m->namespace), "spec",
                        MAP(m, "maxUnavailable", NUMBER(m, 1), "selector",
                            MAP(m, "matchLabels", manifest_selector(m)))));
    const struct tree *target = MAP(m, "apiVersion", TEXT(m, "apps/v1"), "kind", TEXT(m, "Deployment"), "name",
                                    SLICE_TREE(m, m->name));
    const struct tree *cpu =
        MAP(m, "type", TEXT(m, "Resource"), "resource",
            MAP(m, "name", TEXT(m, "cpu"), "target",
                MAP(m, "type", TEXT(m, "Utilization"), "averageUtilization", NUMBER(m, CPU_PERCENT))));
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "autoscaling/v2"), "kind", TEXT(m, "HorizontalPodAutoscaler"),
                        "metadata", manifest_metadata(m, m->name, m->namespace), "spec",
                        MAP(m, "scaleTargetRef", target, "minReplicas", NUMBER(m, least), "maxReplicas",
                            NUMBER(m, most < REPLICAS_MOST ? REPLICAS_MOST : most), "metrics", LIST(m, cpu))));
}
