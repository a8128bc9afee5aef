#include "command/cni_flags.h"
#include "base/number.h"
#include <stdlib.h>
#include <unistd.h>

static const char *environment_get(const char *name)
{
    return getenv(name);
}

void cni_flags_default(struct cni_flags *flags)
{
    flags->label_key = SLICE("cni.istio.io/uninitialized");
    flags->label_value = SLICE("true");
    flags->sidecar_annotation = SLICE("sidecar.istio.io/status");
    flags->init_container = SLICE("istio-validation");
    flags->exit_code = SLICE("126");
    flags->proc_folder = SLICE("/host/proc");
    const struct {
        const char *variable;
        struct slice *value;
    } may_be_empty[] = {
        {"REPAIR_SIDECAR_ANNOTATION", &flags->sidecar_annotation},
        {"REPAIR_INIT_CONTAINER_NAME", &flags->init_container},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(may_be_empty); i++) {
        const char *value = getenv(may_be_empty[i].variable);
        if (value && !*value)
            *may_be_empty[i].value = SLICE("");
    }
}

bool cni_flags_repair(const struct cni_flags *flags, const struct log *log, struct repair_settings *ret,
                      struct error *error)
{
    *ret = (struct repair_settings){
        .access = {.environment = environment_get},
        .repairs = flags->repair_pods,
        .deletes = flags->delete_pods,
        .labels = flags->label_pods,
        .node = flags->node_name,
        .sidecar_annotation = flags->sidecar_annotation,
        .init_container = flags->init_container,
        .message = flags->message,
        .label_key = flags->label_key,
        .label_value = flags->label_value,
        .label_selectors = flags->label_selectors,
        .field_selectors = flags->field_selectors,
        .proc_folder = flags->proc_folder,
        .native_nftables = flags->native_nftables,
        .path = getenv("PATH"),
        .variables = environ,
        .log = log,
    };
    if (number_parse_i64(flags->exit_code, &ret->exit_code))
        return true;
    return error_set(error, ERROR_USAGE, (struct position){0},
                     "--repair-init-container-exit-code: \"%.*s\" is not a whole number", SLICE_ARGS(flags->exit_code));
}

static bool level_check(struct slice level, struct error *error)
{
    static const char *const levels[] = {"debug", "info", "warn", "error", "fatal", "none"};
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++) {
        if (slice_equal(level, slice_from(levels[i])))
            return true;
    }
    return error_set(error, ERROR_USAGE, (struct position){0},
                     "--log_output_level: \"%.*s\" is none of debug, info, warn, error, fatal, none", SLICE_ARGS(level));
}

bool cni_flags_plugin_level(const struct cni_flags *flags, struct slice *ret, struct error *error)
{
    struct slice_splitter splitter = {.rest = flags->log_level};
    struct slice part, for_all = SLICE("info"), for_plugin = {"", 0};
    while (flags->log_level.length && slice_split(&splitter, ',', &part)) {
        size_t colon = slice_find_byte(part, ':');
        struct slice scope = colon == SLICE_NONE ? SLICE("default") : slice_range(part, 0, colon);
        struct slice level = colon == SLICE_NONE ? part : slice_from_offset(part, colon + 1);
        if (!level_check(level, error))
            return false;
        if (slice_equal(scope, SLICE("cni-plugin")))
            for_plugin = level;
        else if (slice_equal(scope, SLICE("all")))
            for_all = level;
    }
    *ret = for_plugin.length ? for_plugin : for_all;
    return true;
}
