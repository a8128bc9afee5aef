#include "inject/config.h"
#include "tree/yaml.h"
#include <nettle/sha2.h>
#include <stdlib.h>

/* What a source is about: its own text, or one of a ConfigMap's. */
struct opened {
    const struct tree *whole; /* the file */
    bool is_config_map;
    struct source source;    /* the text that counts */
    const struct tree *tree; /* and what it says; NULL: the ConfigMap does not have it */
};

/* The text under data.KEY of a ConfigMap. */
static bool part_open(struct arena *arena, const struct source *file, const struct tree *whole, struct slice key,
                      struct opened *ret_opened, struct error *error)
{
    const struct tree *text = tree_get(tree_get(whole, SLICE("data")), key);
    *ret_opened = (struct opened){.whole = whole, .is_config_map = true, .source = *file};
    if (!tree_is(text, TREE_STRING))
        return true;
    /* A literal block starts on the line after its indicator: lines of the file, then, not of the block. */
    struct position where = source_position(file, text->offset == TREE_NO_OFFSET ? 0 : text->offset);
    ret_opened->source = (struct source){.name = file->name, .text = text->string, .first_line = where.line + 1};
    return yaml_read(arena, &ret_opened->source, NULL, &ret_opened->tree, error) ||
           error_wrap(error, "data.%.*s", SLICE_ARGS(key));
}

static bool source_open(struct arena *arena, const struct source *file, struct slice key, struct opened *ret_opened,
                        struct error *error)
{
    const struct tree *whole;
    if (!yaml_read(arena, file, NULL, &whole, error))
        return false;
    if (tree_text_is(tree_get(whole, SLICE("kind")), SLICE("ConfigMap")))
        return part_open(arena, file, whole, key, ret_opened, error);
    *ret_opened = (struct opened){.whole = whole, .source = *file, .tree = whole};
    return true;
}

static bool fail_key(const struct source *file, const char *key, const char *name, struct error *error)
{
    return error_at(error, ERROR_MISSING, file, 0, "the ConfigMap has no data.%s: want the one named %s", key, name);
}

static int template_compare(const void *a, const void *b)
{
    return slice_compare(((const struct inject_template *)a)->name, ((const struct inject_template *)b)->name);
}

static void template_name(struct arena *arena, const struct source *file, struct slice name, const struct tree *text,
                          struct inject_template *ret_template)
{
    ret_template->name = name;
    ret_template->source = (struct source){
        .name = arena_format(arena, "%.*s, template \"%.*s\"", SLICE_ARGS(file->name), SLICE_ARGS(name)),
        .text = tree_text(text)};
}

static bool template_ensure(struct arena *arena, bool is_1_0, struct inject_template *template, struct error *error)
{
    struct template_options options = {0};
    if (is_1_0)
        options = (struct template_options){SLICE("[["), SLICE("]]"), TEMPLATE_ISTIO_1_0};
    return template->parsed || template_parse(arena, &template->source, &options, &template->parsed, error);
}

static bool templates_load(struct arena *arena, const struct source *file, const struct tree *templates,
                           struct inject_config *config, struct error *error)
{
    struct inject_template *loaded = arena_new(arena, struct inject_template, templates->map.count);
    for (size_t i = 0; i < templates->map.count; i++) {
        const struct tree_entry *entry = &templates->map.entries[i];
        if (entry->value->kind != TREE_STRING && entry->value->kind != TREE_NULL)
            return error_at(error, ERROR_VALUE, file, entry->key_offset, "templates.%.*s: found %s, want a text",
                            SLICE_ARGS(entry->key), tree_kind_name(entry->value));
        template_name(arena, file, entry->key, entry->value, &loaded[i]);
        if (!config->lazy && !template_ensure(arena, false, &loaded[i], error))
            return false;
    }
    qsort(loaded, templates->map.count, sizeof *loaded, template_compare);
    config->templates = loaded;
    config->template_count = templates->map.count;
    return true;
}

static struct slice hash_text(struct arena *arena, struct slice text)
{
    static const char digits[] = "0123456789abcdef";
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&hash);
    sha256_update(&hash, text.length, (const uint8_t *)text.bytes);
    sha256_digest(&hash, sizeof digest, digest);
    char *hex = arena_take(arena, 2 * sizeof digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return (struct slice){hex, 2 * sizeof digest};
}

static bool legacy_load(struct arena *arena, const struct source *file, const struct tree *text,
                        struct inject_config *config, struct error *error)
{
    struct inject_template *loaded = arena_new(arena, struct inject_template, 1);
    config->is_1_0 = config->rules.is_1_0 = true;
    config->version = hash_text(arena, tree_text(text));
    config->templates = loaded;
    config->template_count = 1;
    template_name(arena, file, SLICE("inject"), text, loaded);
    return config->lazy || template_ensure(arena, true, loaded, error);
}

/* A key's value if it is of that kind; NULL when it is missing or null. */
static bool field_get(const struct source *source, const struct tree *map, const char *name, enum tree_kind kind,
                      const struct tree **ret_value, struct error *error)
{
    const struct tree *value = tree_get(map, slice_from(name));
    *ret_value = NULL;
    if (tree_is_null(value))
        return true;
    if (value->kind != kind)
        return error_at(error, ERROR_VALUE, source, value->offset == TREE_NO_OFFSET ? 0 : value->offset,
                        "%s: found %s, want %s", name, tree_kind_name(value),
                        kind == TREE_LIST ? "a list" : kind == TREE_MAP ? "an object" : "a string");
    *ret_value = value;
    return true;
}

static bool rules_load(struct arena *arena, const struct source *source, const struct tree *tree,
                       struct inject_config *config, struct error *error)
{
    const struct tree *policy, *defaults;
    if (!field_get(source, tree, "policy", TREE_STRING, &policy, error) ||
        !field_get(source, tree, "neverInjectSelector", TREE_LIST, &config->rules.never, error) ||
        !field_get(source, tree, "alwaysInjectSelector", TREE_LIST, &config->rules.always, error) ||
        !field_get(source, tree, "defaultTemplates", TREE_LIST, &defaults, error) ||
        !field_get(source, tree, "aliases", TREE_MAP, &config->aliases, error) ||
        !field_get(source, tree, "injectedAnnotations", TREE_MAP, &config->injected_annotations, error))
        return false;
    config->rules.policy = tree_text(policy);
    if (!tree_count(defaults)) {
        struct tree *sidecar = tree_list(arena, 1);
        tree_append(arena, sidecar, tree_string(arena, SLICE("sidecar")));
        defaults = sidecar;
    }
    config->default_templates = defaults;
    return true;
}

/* istioctl takes a file that is no configuration for the template itself. One that looks like a configuration but lacks
 * templates is a mistake, though. */
static bool is_bare_template(const struct tree *tree)
{
    static const char *const keys[] = {"templates",       "template", "policy",
                                       "defaultTemplates", "aliases",  "injectedAnnotations"};
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        if (tree_get(tree, slice_from(keys[i])))
            return false;
    }
    return true;
}

static bool bare_load(struct arena *arena, const struct source *source, struct inject_config *config,
                      struct error *error)
{
    struct tree *templates = tree_map(arena, 1);
    tree_put(arena, templates, SLICE("sidecar"), tree_string(arena, source->text));
    config->rules.policy = SLICE("enabled");
    return rules_load(arena, source, &tree_empty_map_node, config, error) &&
           templates_load(arena, source, templates, config, error);
}

static bool config_load(struct arena *arena, const struct source *file, struct inject_config *config,
                        struct opened *ret_opened, struct error *error)
{
    const struct tree *templates, *legacy;
    struct error yaml_error;
    if (!source_open(arena, file, SLICE("config"), ret_opened, &yaml_error)) {
        *ret_opened = (struct opened){.source = *file};
        bool is_template = slice_find(file->text, SLICE("{{")) != SLICE_NONE &&
                           slice_find(file->text, SLICE("templates:")) == SLICE_NONE;
        if (is_template)
            return bare_load(arena, file, config, error);
        if (error)
            *error = yaml_error;
        return false;
    }
    const struct source *source = &ret_opened->source;
    const struct tree *tree = ret_opened->tree;
    if (!tree)
        return fail_key(file, "config", "istio-sidecar-injector", error);
    if (is_bare_template(tree) && slice_find(source->text, SLICE("{{")) != SLICE_NONE)
        return bare_load(arena, source, config, error);
    if (!field_get(source, tree, "templates", TREE_MAP, &templates, error) ||
        !field_get(source, tree, "template", TREE_STRING, &legacy, error) ||
        !rules_load(arena, source, tree, config, error))
        return false;
    if (tree_count(templates))
        return templates_load(arena, source, templates, config, error);
    if (legacy)
        return legacy_load(arena, source, legacy, config, error);
    return error_at(error, ERROR_MISSING, file, 0,
                    "there are no templates: want `templates:` (or `template:` of Istio 1.0)");
}

/* Values that injection itself goes by. Templates find out about the others when they use them, but of these a wrong
 * one would count as none: "true" in quotes would leave probes as they are. */
static bool values_check(const struct source *source, const struct tree *values, struct error *error)
{
    static const struct {
        const char *name, *path[3];
        enum tree_kind kind;
        const char *wanted;
    } fields[] = {
        {"global", {"global"}, TREE_MAP, "an object"},
        {"global.hub", {"global", "hub"}, TREE_STRING, "a string"},
        {"global.variant", {"global", "variant"}, TREE_STRING, "a string"},
        {"global.network", {"global", "network"}, TREE_STRING, "a string"},
        {"global.multiCluster", {"global", "multiCluster"}, TREE_MAP, "an object"},
        {"global.multiCluster.clusterName", {"global", "multiCluster", "clusterName"}, TREE_STRING, "a string"},
        {"global.proxy", {"global", "proxy"}, TREE_MAP, "an object"},
        {"global.proxy.image", {"global", "proxy", "image"}, TREE_STRING, "a string"},
        {"global.proxy.holdApplicationUntilProxyStarts", {"global", "proxy", "holdApplicationUntilProxyStarts"},
         TREE_BOOL, "true or false"},
        {"global.proxy_init", {"global", "proxy_init"}, TREE_MAP, "an object"},
        {"global.proxy_init.image", {"global", "proxy_init", "image"}, TREE_STRING, "a string"},
        {"sidecarInjectorWebhook", {"sidecarInjectorWebhook"}, TREE_MAP, "an object"},
        {"sidecarInjectorWebhook.rewriteAppHTTPProbe", {"sidecarInjectorWebhook", "rewriteAppHTTPProbe"}, TREE_BOOL,
         "true or false"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const struct tree *value = values;
        for (size_t step = 0; step < ARRAY_LENGTH(fields[i].path) && fields[i].path[step]; step++)
            value = tree_get(value, slice_from(fields[i].path[step]));
        if (!tree_is_null(value) && !tree_is(value, fields[i].kind))
            return error_at(error, ERROR_VALUE, source, value->offset, "%s: found %s, want %s", fields[i].name,
                            tree_kind_name(value), fields[i].wanted);
    }
    return true;
}

/* The values of their own file, or those that a ConfigMap has beside the configuration. */
static bool values_load(struct arena *arena, const struct inject_config_sources *sources,
                        const struct opened *config_opened, struct inject_config *config, struct error *error)
{
    const struct source *file = sources->values;
    struct opened values = {0};
    config->values = &tree_empty_map_node;
    if (file && !source_open(arena, file, SLICE("values"), &values, error))
        return false;
    if (file && !values.tree)
        return fail_key(file, "values", "istio-sidecar-injector", error);
    if (!file && config_opened->is_config_map &&
        !part_open(arena, sources->config, config_opened->whole, SLICE("values"), &values, error))
        return false;
    if (tree_is_null(values.tree))
        return true;
    if (values.tree->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, &values.source, 0, "found %s, want an object such as {\"global\": {}}",
                        tree_kind_name(values.tree));
    if (!values_check(&values.source, values.tree, error))
        return false;
    config->values = values.tree;
    return true;
}

static bool mesh_source_load(struct arena *arena, const struct source *file, struct inject_config *config,
                             struct error *error)
{
    config->generation = mesh_generation(config->is_1_0);
    config->proxy_defaults = tree_at(mesh_defaults(arena, config->generation), "defaultConfig");
    if (!file) {
        config->mesh = mesh_defaults(arena, config->generation);
        return true;
    }
    struct opened mesh;
    if (!source_open(arena, file, SLICE("mesh"), &mesh, error))
        return false;
    if (!mesh.tree)
        return fail_key(file, "mesh", "istio", error);
    return mesh_load(arena, config->generation, &mesh.source, &config->mesh, error);
}

bool inject_config_load(struct arena *arena, const struct inject_config_sources *sources,
                        struct inject_config *ret_config, struct error *error)
{
    struct inject_config config = {.lazy = sources->lazy ? arena : NULL};
    struct opened opened;
    if (!config_load(arena, sources->config, &config, &opened, error))
        return error_wrap(error, "injection configuration");
    if (!values_load(arena, sources, &opened, &config, error))
        return error_wrap(error, "values");
    if (!mesh_source_load(arena, sources->mesh, &config, error))
        return error_wrap(error, "mesh configuration");
    if (!config.aliases)
        config.aliases = &tree_empty_map_node;
    *ret_config = config;
    return true;
}

/* "a, b, c": the names there are. */
static size_t names_print(const struct inject_config *config, char *out, size_t capacity)
{
    size_t length = 0;
    for (size_t i = 0; i < config->template_count; i++) {
        struct slice name = config->templates[i].name;
        if (length + name.length + 2 > capacity)
            break;
        if (length) {
            memcpy(out + length, ", ", 2);
            length += 2;
        }
        memcpy(out + length, name.bytes, name.length);
        length += name.length;
    }
    return length;
}

bool inject_config_template(const struct inject_config *config, struct slice name,
                            const struct inject_template **ret_template, struct error *error)
{
    for (size_t i = 0; i < config->template_count; i++) {
        if (!slice_equal(config->templates[i].name, name))
            continue;
        *ret_template = &config->templates[i];
        return !config->lazy || template_ensure(config->lazy, config->is_1_0, &config->templates[i], error);
    }
    char names[300];
    int length = (int)names_print(config, names, sizeof names);
    return error_set(error, ERROR_MISSING, (struct position){0},
                     "there is no template \"%.*s\"; the configuration has %.*s", SLICE_ARGS(name), length, names);
}
