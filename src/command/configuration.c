#include "command/configuration.h"
#include "base/fd.h"
#include "base/number.h"
#include "command/profile.h"
#include "kube/nodes.h"
#include <stdlib.h>
#include <time.h>

enum { CONFIGURATION_MAX = 64 * 1024 * 1024 };

static bool environment_get(void *context, struct slice name, struct slice *ret_value)
{
    char text[256];
    (void)context;
    if (name.length >= sizeof text)
        return false;
    memcpy(text, name.bytes, name.length);
    text[name.length] = '\0';
    const char *value = getenv(text);
    if (value)
        *ret_value = slice_from(value);
    return value != NULL;
}

/* A file's bytes, in the arena. */
static bool source_read(struct arena *arena, struct slice path, struct source *ret_source, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFIGURATION_MAX);
    if (!fd_read_file(path.bytes, &text, error))
        return false;
    *ret_source = (struct source){.name = path, .text = arena_copy(arena, buffer_slice(&text))};
    return true;
}

/* "auto" asks a cluster's nodes; without one there is no answer, and then it says no. */
static bool native_parse(struct slice text, bool *ret_native, struct error *error)
{
    *ret_native = false;
    if (!text.length || slice_equal(text, SLICE("auto")) || number_parse_bool(text, ret_native))
        return true;
    return error_set(error, ERROR_USAGE, (struct position){0}, "--native-sidecars: \"%.*s\" is not true, false or auto",
                     SLICE_ARGS(text));
}

bool configuration_settings(const struct configuration_flags *flags, struct inject_settings *ret_settings,
                            struct error *error)
{
    struct inject_settings settings = {
        .revision = flags->revision,
        .is_openshift = slice_equal(flags->platform, SLICE("openshift")),
        .compliance_policy = flags->compliance,
        .environment = environment_get,
        .now_seconds = (int64_t)time(NULL),
    };
    if (flags->cni && (flags->config.length || flags->values.length))
        return error_set(error, ERROR_USAGE, (struct position){0},
                         "--cni is for the embedded profile; the values of files say it by pilot.cni.enabled");
    if (!native_parse(flags->native_sidecars, &settings.native_sidecars, error))
        return false;
    *ret_settings = settings;
    return true;
}

/* What files are given for takes the place of what is there. */
static bool files_read(struct arena *arena, const struct configuration_flags *flags, struct config_map_texts *texts,
                       struct error *error)
{
    return (!flags->config.length || source_read(arena, flags->config, &texts->config, error)) &&
           (!flags->values.length || source_read(arena, flags->values, &texts->values, error)) &&
           (!flags->mesh.length || source_read(arena, flags->mesh, &texts->mesh, error));
}

static bool texts_load(struct arena *arena, const struct config_map_texts *texts, bool lazy,
                       struct inject_config *ret_config, struct error *error)
{
    struct inject_config_sources sources = {
        .config = &texts->config,
        .values = texts->values.name.length ? &texts->values : NULL,
        .mesh = texts->mesh.name.length ? &texts->mesh : NULL,
        .lazy = lazy,
    };
    return inject_config_load(arena, &sources, ret_config, error);
}

bool configuration_load(struct arena *arena, const struct configuration_flags *flags, bool lazy,
                        struct inject_config *ret_config, struct inject_settings *ret_settings, struct error *error)
{
    struct config_map_texts texts;
    profile_sources(arena, flags->image, flags->cni, &texts.config, &texts.values, &texts.mesh);
    /* The profile's values and mesh are for its own templates. */
    if (flags->config.length)
        texts = (struct config_map_texts){0};
    return configuration_settings(flags, ret_settings, error) && files_read(arena, flags, &texts, error) &&
           texts_load(arena, &texts, lazy, ret_config, error);
}

static bool cluster_ask(struct arena *arena, const struct configuration_flags *flags,
                        const struct cluster_flags *cluster, unsigned wanted, bool wants_nodes,
                        struct config_map_texts *texts, bool *native_sidecars, struct error *error)
{
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    struct config_map_names names = config_map_names(arena, cluster->istio_namespace, flags->revision,
                                                     cluster->inject_map, cluster->mesh_map);
    return cluster_open(cluster, &client, error) &&
           config_maps_get(client, arena, &names, wanted, texts, error) &&
           (!wants_nodes || nodes_ask_native(client, native_sidecars, error) ||
            error_wrap(error, "--native-sidecars=auto"));
}

bool configuration_load_cluster(struct arena *arena, const struct configuration_flags *flags,
                                const struct cluster_flags *cluster, bool lazy, struct inject_config *ret_config,
                                struct inject_settings *ret_settings, struct error *error)
{
    struct config_map_texts texts = {0};
    unsigned wanted = (flags->config.length ? 0 : CONFIG_MAP_CONFIG) | (flags->values.length ? 0 : CONFIG_MAP_VALUES) |
                      (flags->mesh.length ? 0 : CONFIG_MAP_MESH);
    bool wants_nodes = slice_equal(flags->native_sidecars, SLICE("auto"));
    if (!configuration_settings(flags, ret_settings, error))
        return false;
    if ((wanted || wants_nodes) &&
        !cluster_ask(arena, flags, cluster, wanted, wants_nodes, &texts, &ret_settings->native_sidecars, error))
        return false;
    return files_read(arena, flags, &texts, error) && texts_load(arena, &texts, lazy, ret_config, error);
}
