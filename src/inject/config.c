#include "inject/config.h"
#include "tree/yaml.h"
#include <nettle/sha2.h>
#include <stdlib.h>

/* The text that a source is about: itself, or, of a ConfigMap, what stands under data.KEY. *ret_found is false when it
 * is a ConfigMap without that key. */
static bool source_open(struct arena *arena, const struct source *source, struct slice key, struct source *ret_source,
                        const struct tree **ret_tree, bool *ret_found, struct error *error)
{
    *ret_source = *source;
    *ret_found = true;
    if (!yaml_read(arena, source, NULL, ret_tree, error))
        return false;
    if (!tree_text_is(tree_get(*ret_tree, SLICE("kind")), SLICE("ConfigMap")))
        return true;
    const struct tree *text = tree_get(tree_get(*ret_tree, SLICE("data")), key);
    *ret_found = tree_is(text, TREE_STRING);
    if (!*ret_found)
        return true;
    struct position where = source_position(source, text->offset == TREE_NO_OFFSET ? 0 : text->offset);
    /* A literal block starts on the line after its indicator: lines of the file, then, not of the block. */
    *ret_source = (struct source){.name = source->name, .text = text->string, .first_line = where.line + 1};
    return yaml_read(arena, ret_source, NULL, ret_tree, error) || error_wrap(error, "data.%.*s", SLICE_ARGS(key));
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

static bool config_load(struct arena *arena, const struct source *source, struct inject_config *config,
                        struct error *error)
{
    struct source text;
    const struct tree *tree, *templates, *legacy;
    bool found;
    struct error yaml_error;
    if (!source_open(arena, source, SLICE("config"), &text, &tree, &found, &yaml_error)) {
        bool is_template = slice_find(source->text, SLICE("{{")) != SLICE_NONE &&
                           slice_find(source->text, SLICE("templates:")) == SLICE_NONE;
        if (is_template)
            return bare_load(arena, source, config, error);
        if (error)
            *error = yaml_error;
        return false;
    }
    if (!found)
        return error_at(error, ERROR_MISSING, source, 0,
                        "the ConfigMap has no data.config: want the one named istio-sidecar-injector");
    if (is_bare_template(tree) && slice_find(text.text, SLICE("{{")) != SLICE_NONE)
        return bare_load(arena, &text, config, error);
    if (!field_get(&text, tree, "templates", TREE_MAP, &templates, error) ||
        !field_get(&text, tree, "template", TREE_STRING, &legacy, error) ||
        !rules_load(arena, &text, tree, config, error))
        return false;
    if (tree_count(templates))
        return templates_load(arena, &text, templates, config, error);
    if (legacy)
        return legacy_load(arena, &text, legacy, config, error);
    return error_at(error, ERROR_MISSING, source, 0,
                    "the injection configuration has no templates: want `templates:` (or `template:` of Istio 1.0)");
}

static bool values_load(struct arena *arena, const struct inject_config_sources *sources, struct inject_config *config,
                        struct error *error)
{
    struct source text;
    bool found;
    config->values = &tree_empty_map_node;
    /* A whole ConfigMap given as the configuration has the values beside it. */
    const struct source *source = sources->values ? sources->values : sources->config;
    const struct tree *tree;
    if (!sources->values && slice_find(source->text, SLICE("ConfigMap")) == SLICE_NONE)
        return true;
    if (!source_open(arena, source, SLICE("values"), &text, &tree, &found, error))
        return !sources->values || error_wrap(error, "values");
    if (found && !sources->values && text.text.bytes == source->text.bytes)
        return true;
    if (!found && sources->values)
        return error_at(error, ERROR_MISSING, source, 0,
                        "the ConfigMap has no data.values: want the one named istio-sidecar-injector");
    if (!found || tree->kind == TREE_NULL)
        return true;
    if (tree->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, &text, 0, "values: found %s, want an object such as {\"global\": {}}",
                        tree_kind_name(tree));
    config->values = tree;
    return true;
}

static bool mesh_source_load(struct arena *arena, const struct source *source, struct inject_config *config,
                             struct error *error)
{
    config->generation = mesh_generation(config->is_1_0);
    config->proxy_defaults = tree_at(mesh_defaults(arena, config->generation), "defaultConfig");
    if (!source) {
        config->mesh = mesh_defaults(arena, config->generation);
        return true;
    }
    struct source text;
    const struct tree *tree;
    bool found;
    if (!source_open(arena, source, SLICE("mesh"), &text, &tree, &found, error))
        return false;
    if (!found)
        return error_at(error, ERROR_MISSING, source, 0, "the ConfigMap has no data.mesh: want the one named istio");
    return mesh_load(arena, config->generation, &text, &config->mesh, error);
}

bool inject_config_load(struct arena *arena, const struct inject_config_sources *sources,
                        struct inject_config *ret_config, struct error *error)
{
    struct inject_config config = {.lazy = sources->lazy ? arena : NULL};
    if (!config_load(arena, sources->config, &config, error))
        return error_wrap(error, "injection configuration");
    if (!values_load(arena, sources, &config, error))
        return false;
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
