#include "inject/webhooks.h"
#include "inject/name.h"

/* One requirement of a selector. `values` is a list of words with blanks between; "@" alone is the revision's label. */
struct requirement {
    const char *key, *operator, *values;
};

enum { REQUIREMENTS_MAX = 3 };

enum webhook_when { ALWAYS, FOR_DEFAULT, FOR_EVERY_NAMESPACE };

struct standard_webhook {
    const char *name;
    enum webhook_when when;
    struct requirement namespace[REQUIREMENTS_MAX], object[REQUIREMENTS_MAX];
};

#define REVISION "istio.io/rev"
#define INJECTION "istio-injection"
#define INJECT "sidecar.istio.io/inject"
static const struct standard_webhook webhooks[] = {
    {"rev.namespace.sidecar-injector.istio.io", ALWAYS,
     {{REVISION, "In", "@"}, {INJECTION, "DoesNotExist", NULL}},
     {{INJECT, "NotIn", "false"}}},
    {"rev.object.sidecar-injector.istio.io", ALWAYS,
     {{REVISION, "DoesNotExist", NULL}, {INJECTION, "DoesNotExist", NULL}},
     {{INJECT, "NotIn", "false"}, {REVISION, "In", "@"}}},
    {"namespace.sidecar-injector.istio.io", FOR_DEFAULT,
     {{INJECTION, "In", "enabled"}},
     {{INJECT, "NotIn", "false"}}},
    {"object.sidecar-injector.istio.io", FOR_DEFAULT,
     {{INJECTION, "DoesNotExist", NULL}, {REVISION, "DoesNotExist", NULL}},
     {{INJECT, "In", "true"}, {REVISION, "DoesNotExist", NULL}}},
    {"auto.sidecar-injector.istio.io", FOR_EVERY_NAMESPACE,
     {{INJECTION, "DoesNotExist", NULL}, {REVISION, "DoesNotExist", NULL},
      {"kubernetes.io/metadata.name", "NotIn", "kube-system kube-public kube-node-lease local-path-storage"}},
     {{INJECT, "DoesNotExist", NULL}, {REVISION, "DoesNotExist", NULL}}},
};

static const struct tree *requirement_tree(struct arena *arena, const struct requirement *requirement,
                                           struct slice label)
{
    struct tree *tree = tree_map(arena, 3);
    tree_put(arena, tree, SLICE("key"), tree_string(arena, slice_from(requirement->key)));
    tree_put(arena, tree, SLICE("operator"), tree_string(arena, slice_from(requirement->operator)));
    if (!requirement->values)
        return tree;
    struct tree *values = tree_list(arena, 4);
    struct slice_splitter words = {.rest = slice_from(requirement->values)};
    struct slice word;
    while (slice_split(&words, ' ', &word))
        tree_append(arena, values, tree_string(arena, slice_equal(word, SLICE("@")) ? label : word));
    tree_put(arena, tree, SLICE("values"), values);
    return tree;
}

static const struct tree *selector_tree(struct arena *arena, const struct requirement *requirements,
                                        struct slice label)
{
    struct tree *expressions = tree_list(arena, REQUIREMENTS_MAX), *selector = tree_map(arena, 1);
    for (size_t i = 0; i < REQUIREMENTS_MAX && requirements[i].key; i++)
        tree_append(arena, expressions, requirement_tree(arena, &requirements[i], label));
    tree_put(arena, selector, SLICE("matchExpressions"), expressions);
    return selector;
}

static const struct tree *list_1_0(struct arena *arena)
{
    struct tree *list = tree_list(arena, 1), *webhook = tree_map(arena, 2), *selector = tree_map(arena, 1),
                *labels = tree_map(arena, 1);
    tree_put(arena, labels, LABEL_INJECTION, tree_string(arena, SLICE("enabled")));
    tree_put(arena, selector, SLICE("matchLabels"), labels);
    tree_put(arena, webhook, SLICE("name"), tree_string(arena, WEBHOOK_NAME));
    tree_put(arena, webhook, SLICE("namespaceSelector"), selector);
    tree_append(arena, list, webhook);
    return list;
}

struct slice inject_webhooks_label(const struct inject_webhooks *which)
{
    if (which->tag.length)
        return which->tag;
    return which->revision.length ? which->revision : SLICE("default");
}

const struct tree *inject_webhooks_standard(struct arena *arena, const struct inject_webhooks *which)
{
    if (which->is_1_0)
        return list_1_0(arena);
    struct slice label = inject_webhooks_label(which);
    bool is_default = slice_equal(label, SLICE("default"));
    struct tree *list = tree_list(arena, ARRAY_LENGTH(webhooks));
    for (size_t i = 0; i < ARRAY_LENGTH(webhooks); i++) {
        const struct standard_webhook *standard = &webhooks[i];
        if ((standard->when != ALWAYS && !is_default) ||
            (standard->when == FOR_EVERY_NAMESPACE && !which->every_namespace))
            continue;
        struct tree *webhook = tree_map(arena, 3);
        tree_put(arena, webhook, SLICE("name"), tree_string(arena, slice_from(standard->name)));
        tree_put(arena, webhook, SLICE("namespaceSelector"), selector_tree(arena, standard->namespace, label));
        tree_put(arena, webhook, SLICE("objectSelector"), selector_tree(arena, standard->object, label));
        tree_append(arena, list, webhook);
    }
    return list;
}

bool inject_webhooks_is_name(struct slice name)
{
    if (!slice_ends(name, WEBHOOK_NAME))
        return false;
    return name.length == WEBHOOK_NAME.length || name.bytes[name.length - WEBHOOK_NAME.length - 1] == '.';
}
