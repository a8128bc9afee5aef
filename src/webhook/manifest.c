#include "webhook/manifest.h"
#include "kube/config_maps.h"
#include "inject/pod.h"
#include "inject/webhooks.h"
#include "tree/yaml.h"
#include "webhook/base64.h"
#include "webhook/manifest_tree.h"
#include <stdarg.h>
#include <stdio.h>

static const struct position nowhere;

/* ---- trees ---- */

const struct tree *manifest_map(struct manifest *manifest, ...)
{
    struct tree *map = tree_map(manifest->arena, 8);
    va_list arguments;
    va_start(arguments, manifest);
    for (const char *key; (key = va_arg(arguments, const char *)) != NULL;) {
        const struct tree *value = va_arg(arguments, const struct tree *);
        if (value)
            tree_put(manifest->arena, map, slice_from(key), value);
    }
    va_end(arguments);
    return map;
}

const struct tree *manifest_list(struct manifest *manifest, ...)
{
    struct tree *list = tree_list(manifest->arena, 8);
    va_list arguments;
    va_start(arguments, manifest);
    for (const struct tree *item; (item = va_arg(arguments, const struct tree *)) != NULL;)
        tree_append(manifest->arena, list, item);
    va_end(arguments);
    return list;
}

const struct tree *manifest_texts(struct manifest *manifest, ...)
{
    struct tree *list = tree_list(manifest->arena, 8);
    va_list arguments;
    va_start(arguments, manifest);
    for (const char *item; (item = va_arg(arguments, const char *)) != NULL;)
        tree_append(manifest->arena, list, tree_string(manifest->arena, slice_from(item)));
    va_end(arguments);
    return list;
}

const struct tree *manifest_format(struct manifest *manifest, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments); /* of names that were checked: they fit */
    va_end(arguments);
    return tree_string(manifest->arena, arena_copy(manifest->arena, slice_from(text)));
}

static const struct tree *labels_of(struct manifest *m)
{
    return MAP(m, "app", TEXT(m, "pillion-webhook"), "app.kubernetes.io/name", TEXT(m, "pillion-webhook"),
               "app.kubernetes.io/part-of", TEXT(m, "pillion"), "istio.io/rev", SLICE_TREE(m, m->revision));
}

const struct tree *manifest_metadata(struct manifest *m, struct slice name, struct slice namespace)
{
    return MAP(m, "name", SLICE_TREE(m, name), "namespace", namespace.length ? SLICE_TREE(m, namespace) : NULL,
               "labels", labels_of(m));
}

const struct tree *manifest_selector(struct manifest *m)
{
    return MAP(m, "app", TEXT(m, "pillion-webhook"), "istio.io/rev", SLICE_TREE(m, m->revision));
}

void manifest_add(struct manifest *manifest, const struct tree *object)
{
    if (manifest->out->length)
        buffer_add_literal(manifest->out, "---\n");
    yaml_write(manifest->out, object, YAML_KEEP_ORDER);
}

/* ---- who may do what ---- */

static const struct tree *rule(struct manifest *m, const char *group, const char *resource, const struct tree *names,
                               const struct tree *verbs)
{
    return MAP(m, "apiGroups", TEXTS(m, group), "resources", TEXTS(m, resource), "resourceNames", names, "verbs",
               verbs);
}

/* The role and what binds it to the ServiceAccount; an empty namespace: for the cluster. */
static void role_add(struct manifest *m, struct slice name, struct slice namespace, const struct tree *rules)
{
    const char *kind = namespace.length ? "Role" : "ClusterRole";
    const struct tree *version = TEXT(m, "rbac.authorization.k8s.io/v1");
    const struct tree *account = MAP(m, "kind", TEXT(m, "ServiceAccount"), "name", SLICE_TREE(m, m->name), "namespace",
                                     SLICE_TREE(m, m->namespace));
    manifest_add(m, MAP(m, "apiVersion", version, "kind", manifest_format(m, "%s", kind), "metadata",
                        manifest_metadata(m, name, namespace), "rules", rules));
    manifest_add(m, MAP(m, "apiVersion", version, "kind", manifest_format(m, "%sBinding", kind), "metadata",
                        manifest_metadata(m, name, namespace), "roleRef",
                        MAP(m, "apiGroup", TEXT(m, "rbac.authorization.k8s.io"), "kind", manifest_format(m, "%s", kind),
                            "name", SLICE_TREE(m, name)),
                        "subjects", LIST(m, account)));
}

static const struct tree *configuration_names(struct manifest *m)
{
    struct tree *names = tree_list(m->arena, 4);
    for (size_t i = 0; i <= m->settings->tag_count; i++)
        tree_append(m->arena, names, SLICE_TREE(m, m->configurations[i]));
    return names;
}

/* Each rule names its objects. A list or watch of one object by its name is allowed by resourceNames, too; only a
 * create cannot be bound to a name, because the API server authorizes it before it has read one (Kubernetes, "Using
 * RBAC Authorization", "Referring to resources"). */
static void access_add(struct manifest *m)
{
    struct slice injector = config_map_revised(m->arena, "istio-sidecar-injector", m->settings->revision),
                 mesh = config_map_revised(m->arena, "istio", m->settings->revision);
    const struct tree *watch = TEXTS(m, "list", "watch"), *secret = LIST(m, SLICE_TREE(m, m->secret));
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "v1"), "kind", TEXT(m, "ServiceAccount"), "metadata",
                        manifest_metadata(m, m->name, m->namespace)));
    role_add(m, m->name, m->namespace,
             LIST(m, rule(m, "", "secrets", secret, TEXTS(m, "get", "list", "watch", "update")),
                  rule(m, "", "secrets", NULL, TEXTS(m, "create"))));
    role_add(m, arena_format(m->arena, "%.*s-config", SLICE_ARGS(m->name)), m->istio_namespace,
             LIST(m, rule(m, "", "configmaps", LIST(m, SLICE_TREE(m, injector), SLICE_TREE(m, mesh)), watch)));
    const struct tree *webhooks = rule(m, "admissionregistration.k8s.io", "mutatingwebhookconfigurations",
                                       configuration_names(m), TEXTS(m, "get", "list", "watch", "patch"));
    /* OpenShift's ranges of users stand in the annotations of a pod's namespace. */
    const struct tree *namespaces = rule(m, "", "namespaces", NULL, TEXTS(m, "list", "watch"));
    role_add(m, m->name, (struct slice){0},
             m->settings->is_openshift ? LIST(m, webhooks, namespaces) : LIST(m, webhooks));
}

/* ---- configuration and service ---- */

static void namespace_add(struct manifest *m, struct slice name)
{
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "v1"), "kind", TEXT(m, "Namespace"), "metadata",
                        MAP(m, "name", SLICE_TREE(m, name))));
}

static void namespaces_add(struct manifest *m)
{
    namespace_add(m, m->namespace);
    if (!slice_equal(m->namespace, m->istio_namespace))
        namespace_add(m, m->istio_namespace);
}

static void config_add(struct manifest *m)
{
    const struct manifest_settings *settings = m->settings;
    struct slice injector = config_map_revised(m->arena, "istio-sidecar-injector", settings->revision),
                 mesh = config_map_revised(m->arena, "istio", settings->revision);
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "v1"), "kind", TEXT(m, "ConfigMap"), "metadata",
                        manifest_metadata(m, injector, m->istio_namespace), "data",
                        MAP(m, "config", SLICE_TREE(m, settings->config), "values", SLICE_TREE(m, settings->values))));
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "v1"), "kind", TEXT(m, "ConfigMap"), "metadata",
                        manifest_metadata(m, mesh, m->istio_namespace), "data",
                        MAP(m, "mesh", SLICE_TREE(m, settings->mesh))));
}

static const struct tree *service_port(struct manifest *m, const char *name, int64_t port, int64_t target)
{
    return MAP(m, "name", manifest_format(m, "%s", name), "port", NUMBER(m, port), "targetPort", NUMBER(m, target),
               "protocol", TEXT(m, "TCP"));
}

static void service_add(struct manifest *m)
{
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "v1"), "kind", TEXT(m, "Service"), "metadata",
                        manifest_metadata(m, m->name, m->namespace), "spec",
                        MAP(m, "selector", manifest_selector(m), "ports",
                            LIST(m, service_port(m, "https-webhook", 443, MANIFEST_PORT),
                                 service_port(m, "http-monitoring", MANIFEST_MONITOR_PORT, MANIFEST_MONITOR_PORT)))));
}

/* ---- the webhooks ---- */

/* The selector, but never the webhook's own namespace: its pods must start when no webhook runs, or none ever would. */
static const struct tree *selector_without_own(struct manifest *m, const struct tree *selector)
{
    struct tree *own = tree_copy_shallow(m->arena, selector);
    struct tree *expressions = own_list(m->arena, own, SLICE("matchExpressions"));
    tree_append(m->arena, expressions,
                MAP(m, "key", SLICE_TREE(m, LABEL_NAMESPACE_NAME), "operator", TEXT(m, "NotIn"), "values",
                    LIST(m, SLICE_TREE(m, m->namespace))));
    return own;
}

static const struct tree *webhook_of(struct manifest *m, const struct tree *standard)
{
    struct slice bundle = m->settings->ca_bundle;
    const struct tree *service = MAP(m, "name", SLICE_TREE(m, m->name), "namespace", SLICE_TREE(m, m->namespace),
                                     "path", TEXT(m, "/inject"), "port", NUMBER(m, 443));
    /* Without a caBundle of ours in it, applying the manifest again leaves alone the one that the webhook wrote. */
    const struct tree *client =
        MAP(m, "service", service, "caBundle", bundle.length ? SLICE_TREE(m, base64_write(m->arena, bundle)) : NULL);
    const struct tree *pods = MAP(m, "apiGroups", TEXTS(m, ""), "apiVersions", TEXTS(m, "v1"), "operations",
                                  TEXTS(m, "CREATE"), "resources", TEXTS(m, "pods"), "scope", TEXT(m, "Namespaced"));
    return MAP(m, "name", tree_get(standard, SLICE("name")), "clientConfig", client, "rules", LIST(m, pods),
               "namespaceSelector", selector_without_own(m, tree_get(standard, SLICE("namespaceSelector"))),
               "objectSelector", tree_get(standard, SLICE("objectSelector")), "failurePolicy", TEXT(m, "Fail"),
               "matchPolicy", TEXT(m, "Equivalent"), "reinvocationPolicy", TEXT(m, "Never"), "sideEffects",
               TEXT(m, "None"), "timeoutSeconds", NUMBER(m, 10), "admissionReviewVersions", TEXTS(m, "v1", "v1beta1"));
}

/* The revision's own configuration (an empty tag), or a tag's. */
static void webhooks_add(struct manifest *m, struct slice name, struct slice tag)
{
    const struct inject_webhooks which = {.revision = m->settings->revision, .tag = tag, .is_1_0 = m->settings->is_1_0};
    const struct tree *standard = inject_webhooks_standard(m->arena, &which);
    struct tree *webhooks = tree_list(m->arena, standard->list.count);
    for (size_t i = 0; i < standard->list.count; i++)
        tree_append(m->arena, webhooks, webhook_of(m, standard->list.items[i]));
    struct tree *metadata = tree_copy_shallow(m->arena, manifest_metadata(m, name, (struct slice){0}));
    struct tree *labels = own_map(m->arena, metadata, SLICE("labels"));
    if (tag.length)
        tree_put(m->arena, labels, LABEL_TAG, SLICE_TREE(m, tag));
    manifest_add(m, MAP(m, "apiVersion", TEXT(m, "admissionregistration.k8s.io/v1"), "kind",
                        TEXT(m, "MutatingWebhookConfiguration"), "metadata", metadata, "webhooks", webhooks));
}

/* ---- the whole ---- */

/* A name that has room behind a prefix of ours: Kubernetes, "Object Names and IDs", "RFC 1123 Label Names". */
static bool name_check(const char *what, struct slice name, size_t most, struct error *error)
{
    bool good = name.length > 0 && name.length <= most && name.bytes[0] != '-' && name.bytes[name.length - 1] != '-';
    for (size_t i = 0; good && i < name.length; i++)
        good = (name.bytes[i] >= 'a' && name.bytes[i] <= 'z') || (name.bytes[i] >= '0' && name.bytes[i] <= '9') ||
               name.bytes[i] == '-';
    return good || error_set(error, ERROR_USAGE, nowhere,
                             "%s: \"%.*s\" is no name: want small letters, digits and - between them, %zu at most",
                             what, SLICE_ARGS(name), most);
}

enum { REVISION_MAX = 40, NAMESPACE_MAX = 63, REPLICAS_MAX = 1000 };

static bool tags_check(const struct manifest *m, struct error *error)
{
    const struct manifest_settings *settings = m->settings;
    if (settings->tag_count > MANIFEST_TAGS_MAX)
        return error_set(error, ERROR_USAGE, nowhere, "--tag: %zu of them, want %d at most", settings->tag_count,
                         MANIFEST_TAGS_MAX);
    if (settings->tag_count && settings->is_1_0)
        return error_set(error, ERROR_USAGE, nowhere, "--tag: Istio 1.0 has neither revisions nor tags");
    for (size_t i = 0; i < settings->tag_count; i++) {
        if (!name_check("--tag", settings->tags[i], REVISION_MAX, error))
            return false;
        if (slice_equal(settings->tags[i], m->revision)) /* its webhooks would inject twice */
            return error_set(error, ERROR_USAGE, nowhere, "--tag: \"%.*s\" is the revision itself",
                             SLICE_ARGS(settings->tags[i]));
    }
    return true;
}

static bool settings_check(const struct manifest *m, struct error *error)
{
    const struct manifest_settings *settings = m->settings;
    if (settings->revision.length && !name_check("--revision", settings->revision, REVISION_MAX, error))
        return false;
    if (settings->revision.length && settings->is_1_0)
        return error_set(error, ERROR_USAGE, nowhere, "--revision: Istio 1.0 has none");
    if (!name_check("--istioNamespace", m->istio_namespace, NAMESPACE_MAX, error) ||
        !name_check("--namespace", m->namespace, NAMESPACE_MAX, error) || !tags_check(m, error))
        return false;
    if (settings->priority_class.length && !name_check("--priorityClass", settings->priority_class, 253, error))
        return false;
    if (settings->replicas < 1 || settings->replicas > REPLICAS_MAX)
        return error_set(error, ERROR_USAGE, nowhere, "--replicas: %lld is not from 1 to %d",
                         (long long)settings->replicas, REPLICAS_MAX);
    return settings->image.length || error_set(error, ERROR_USAGE, nowhere, "--image: an image has a name");
}

/* First what others refer to, then what runs, and what sends pods to it last: a failurePolicy of Fail refuses the pods
 * of labelled namespaces from that moment on until a replica is ready, which the rest of the apply then need not wait
 * for. The webhook's own namespace is never asked about, so that its pods can start at any time. */
bool manifest_write(struct arena *arena, const struct manifest_settings *settings, struct buffer *out,
                    struct error *error)
{
    struct slice istio_namespace = settings->istio_namespace.length ? settings->istio_namespace : SLICE("istio-system");
    struct manifest m = {
        .arena = arena,
        .settings = settings,
        .istio_namespace = istio_namespace,
        .namespace = settings->namespace.length ? settings->namespace : istio_namespace,
        .name = config_map_revised(arena, "pillion-webhook", settings->revision),
        .revision = settings->revision.length ? settings->revision : SLICE("default"),
        .secret = config_map_revised(arena, "pillion-webhook-tls", settings->revision),
        .out = out,
    };
    if (!settings_check(&m, error))
        return false;
    m.configurations[0] = config_map_revised(arena, "pillion-sidecar-injector", settings->revision);
    for (size_t i = 0; i < settings->tag_count; i++)
        m.configurations[1 + i] = arena_format(arena, "pillion-revision-tag-%.*s", SLICE_ARGS(settings->tags[i]));
    if (settings->with_namespace)
        namespaces_add(&m);
    access_add(&m);
    if (settings->config.length)
        config_add(&m);
    service_add(&m);
    manifest_add_workload(&m);
    webhooks_add(&m, m.configurations[0], (struct slice){0});
    for (size_t i = 0; i < settings->tag_count; i++)
        webhooks_add(&m, m.configurations[1 + i], settings->tags[i]);
    return !out->overflowed || error_set(error, ERROR_LIMIT, nowhere, "the manifest is over %zu bytes", out->limit);
}
