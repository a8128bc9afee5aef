#include "explain/case.h"
#include "kube/conform.h"
#include "kube/types.h"
#include <stdlib.h>

static void configuration_append(struct arena *arena, struct explain_configurations *list,
                                 const struct explain_configuration *configuration)
{
    /* A power of two is full: double it. */
    if ((list->count & (list->count - 1)) == 0) {
        struct explain_configuration *items =
            arena_new(arena, struct explain_configuration, list->count ? 2 * list->count : 1);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
    }
    list->items[list->count++] = *configuration;
}

static bool is_configuration(const struct tree *document)
{
    return tree_text_is(tree_get(document, SLICE("kind")), SLICE("MutatingWebhookConfiguration")) &&
           slice_starts(tree_text(tree_get(document, SLICE("apiVersion"))), SLICE("admissionregistration.k8s.io/"));
}

/* "List" is kubectl's, "MutatingWebhookConfigurationList" the API server's, whose items have no kind. */
static bool is_list(const struct tree *document, bool *ret_is_typed)
{
    struct slice kind = tree_text(tree_get(document, SLICE("kind")));
    *ret_is_typed = slice_equal(kind, SLICE("MutatingWebhookConfigurationList"));
    return *ret_is_typed || slice_equal(kind, SLICE("List"));
}

static bool one_add(struct arena *arena, const struct source *source, const struct tree *document,
                    struct explain_configurations *list, struct error *error)
{
    const struct tree *tree;
    if (!kube_conform(arena, source, document, &kube_type_MutatingWebhookConfiguration, KUBE_FROM_YAML, &tree, error))
        return error_wrap(error, "MutatingWebhookConfiguration");
    struct slice name = tree_text(tree_at(tree, "metadata", "name"));
    struct explain_configuration configuration = {
        .tree = tree,
        .origin = {arena_format(arena, "MutatingWebhookConfiguration %.*s", SLICE_ARGS(name)), source},
    };
    configuration_append(arena, list, &configuration);
    return true;
}

/* Recursion is bounded by the document's height. */
bool explain_configurations_add(struct arena *arena, const struct source *source, const struct tree *document,
                                struct explain_configurations *list, bool *ret_found, struct error *error)
{
    bool is_typed;
    if (is_configuration(document)) {
        *ret_found = true;
        return one_add(arena, source, document, list, error);
    }
    if (!is_list(document, &is_typed))
        return true;
    const struct tree *items = tree_get(document, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
        const struct tree *item = items->list.items[i];
        *ret_found = *ret_found || is_typed;
        bool done = is_typed ? one_add(arena, source, item, list, error)
                             : explain_configurations_add(arena, source, item, list, ret_found, error);
        if (!done)
            return error_wrap(error, "items[%zu]", i);
    }
    *ret_found = *ret_found || is_typed;
    return true;
}

static const struct tree *texts(struct arena *arena, const char *text)
{
    struct tree *list = tree_list(arena, 1);
    tree_append(arena, list, tree_string(arena, slice_from(text)));
    return list;
}

/* Pods that are created. */
static const struct tree *standard_rules(struct arena *arena)
{
    struct tree *rules = tree_list(arena, 1), *rule = tree_map(arena, 4);
    tree_put(arena, rule, SLICE("operations"), texts(arena, "CREATE"));
    tree_put(arena, rule, SLICE("apiGroups"), texts(arena, ""));
    tree_put(arena, rule, SLICE("apiVersions"), texts(arena, "v1"));
    tree_put(arena, rule, SLICE("resources"), texts(arena, "pods"));
    tree_append(arena, rules, rule);
    return rules;
}

void explain_configurations_add_standard(struct arena *arena, const struct inject_webhooks *which,
                                         struct explain_configurations *list)
{
    const struct tree *webhooks = inject_webhooks_standard(arena, which);
    struct tree *tree = tree_map(arena, 2), *metadata = tree_map(arena, 2), *labels = tree_map(arena, 2),
                *complete = tree_list(arena, tree_count(webhooks));
    struct slice revision = inject_webhooks_label(which);
    bool is_default = which->is_1_0 || slice_equal(revision, SLICE("default"));
    struct slice name = is_default ? SLICE("istio-sidecar-injector")
                                   : arena_format(arena, "istio-sidecar-injector-%.*s", SLICE_ARGS(revision));
    if (!which->is_1_0)
        tree_put(arena, labels, LABEL_REVISION, tree_string(arena, revision));
    tree_put(arena, metadata, SLICE("name"), tree_string(arena, name));
    tree_put(arena, metadata, SLICE("labels"), labels);
    for (size_t i = 0; i < tree_count(webhooks); i++) {
        struct tree *webhook = tree_copy_shallow(arena, webhooks->list.items[i]);
        tree_put(arena, webhook, SLICE("rules"), standard_rules(arena));
        tree_append(arena, complete, webhook);
    }
    tree_put(arena, tree, SLICE("metadata"), metadata);
    tree_put(arena, tree, SLICE("webhooks"), complete);
    struct explain_configuration configuration = {
        .tree = tree, .origin = {SLICE("an installation's usual webhooks"), NULL}, .is_standard = true};
    configuration_append(arena, list, &configuration);
}

static int by_name(const void *a, const void *b)
{
    const struct explain_configuration *one = a, *other = b;
    return slice_compare(tree_text(tree_at(one->tree, "metadata", "name")),
                         tree_text(tree_at(other->tree, "metadata", "name")));
}

/* Kubernetes, staging/src/k8s.io/apiserver/pkg/admission/configuration/mutating_webhook_manager.go. */
void explain_configurations_sort(struct explain_configurations *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_name);
}

struct slice explain_configuration_revision(const struct explain_configuration *configuration)
{
    return tree_text(tree_get(tree_at(configuration->tree, "metadata", "labels"), LABEL_REVISION));
}

bool webhook_is_injector(const struct tree *webhook, struct slice webhook_name)
{
    struct slice name = tree_text(tree_get(webhook, SLICE("name")));
    struct slice path = tree_text(tree_at(webhook, "clientConfig", "service", "path"));
    bool is_path = slice_equal(path, SLICE("/inject")) || slice_starts(path, SLICE("/inject/"));
    return is_path || inject_webhooks_is_name(name) || (webhook_name.length && slice_equal(name, webhook_name));
}

bool explain_configuration_is_injector(const struct explain_configuration *configuration, struct slice webhook_name)
{
    const struct tree *webhooks = tree_get(configuration->tree, SLICE("webhooks"));
    for (size_t i = 0; i < tree_count(webhooks); i++) {
        if (webhook_is_injector(webhooks->list.items[i], webhook_name))
            return true;
    }
    return false;
}

struct slice explain_configuration_namespace(const struct explain_configuration *configuration)
{
    const struct tree *webhooks = tree_get(configuration->tree, SLICE("webhooks"));
    for (size_t i = 0; i < tree_count(webhooks); i++) {
        struct slice namespace = tree_text(tree_at(webhooks->list.items[i], "clientConfig", "service", "namespace"));
        if (namespace.length)
            return namespace;
    }
    return SLICE("");
}
