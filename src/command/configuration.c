#include "command/configuration.h"
#include "base/fd.h"
#include "base/number.h"
#include "command/profile.h"
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

/* "auto" asks a cluster in Istio; without one there is no answer, and then it says no. */
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
    if (!native_parse(flags->native_sidecars, &settings.native_sidecars, error))
        return false;
    *ret_settings = settings;
    return true;
}

bool configuration_load(struct arena *arena, const struct configuration_flags *flags, bool lazy,
                        struct inject_config *ret_config, struct inject_settings *ret_settings, struct error *error)
{
    struct source config, values, mesh;
    if (!configuration_settings(flags, ret_settings, error))
        return false;
    profile_sources(arena, flags->image, &config, &values, &mesh);
    struct inject_config_sources sources = {.config = &config, .values = &values, .mesh = &mesh, .lazy = lazy};
    if (flags->config.length) {
        if (!source_read(arena, flags->config, &config, error))
            return false;
        /* The profile's values and mesh are for its own templates. */
        sources.values = NULL;
        sources.mesh = NULL;
    }
    if (flags->values.length) {
        sources.values = &values;
        if (!source_read(arena, flags->values, &values, error))
            return false;
    }
    if (flags->mesh.length) {
        sources.mesh = &mesh;
        if (!source_read(arena, flags->mesh, &mesh, error))
            return false;
    }
    return inject_config_load(arena, &sources, ret_config, error);
}
