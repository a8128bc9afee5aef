#include "proxy/envoy_file.h"
#include "base/fd.h"
#include "proxy/envoy_bootstrap.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 4 * 1024 * 1024, ARGUMENTS_MAX = 40 };

static bool whole_write(const char *name, const char *temporary, struct slice bytes, struct error *error)
{
    _cleanup_(fd_close) int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_errno(error, "cannot write %s", temporary);
    if (!fd_write_all(fd, slice_from(temporary), bytes, error))
        return false;
    return rename(temporary, name) == 0 || error_errno(error, "cannot rename %s to %s", temporary, name);
}

bool envoy_file_write(struct arena *arena, const struct proxy_settings *settings, struct slice *ret_name,
                      struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_BYTES_MAX);
    struct slice folder = settings->config.config_path;
    if (settings->config.custom_config_file.length) {
        *ret_name = settings->config.custom_config_file;
        return true;
    }
    struct slice name = arena_format(arena, "%.*s/envoy-rev.json", SLICE_ARGS(folder)); /* Istio's name for it */
    struct slice temporary = arena_format(arena, "%.*s.%d", SLICE_ARGS(name), (int)getpid());
    if (mkdir(folder.bytes, 0755) < 0 && errno != EEXIST)
        return error_errno(error, "cannot make %s for Envoy's configuration (configPath)", folder.bytes);
    envoy_bootstrap_print(&text, settings);
    if (!whole_write(name.bytes, temporary.bytes, buffer_slice(&text), error)) {
        unlink(temporary.bytes);
        return false;
    }
    *ret_name = name;
    return true;
}

/* The text of a YAML file as JSON. */
static bool override_read(struct arena *arena, struct slice name, struct slice *ret, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_BYTES_MAX), json = BUFFER_INIT(FILE_BYTES_MAX);
    const struct tree *tree;
    if (!fd_read_file(name.bytes, &text, error))
        return error_wrap(error, "ISTIO_BOOTSTRAP_OVERRIDE");
    const struct source source = {.name = name, .text = buffer_slice(&text)};
    if (!yaml_read(arena, &source, &(struct yaml_options){0}, &tree, error))
        return error_wrap(error, "ISTIO_BOOTSTRAP_OVERRIDE");
    json_write(&json, tree, JSON_COMPACT);
    *ret = arena_copy(arena, buffer_slice(&json));
    return true;
}

/* "warning,misc:error": the level, and those of components (Istio, pkg/envoy/proxy.go, splitComponentLog). */
static void levels_split(struct arena *arena, const struct proxy_settings *settings, struct slice *ret_level,
                         struct slice *ret_components)
{
    struct slice_splitter splitter = {.rest = settings->envoy_level};
    struct slice components = {0};
    *ret_level = SLICE("");
    for (struct slice part; slice_split(&splitter, ',', &part);) {
        if (slice_find_byte(part, ':') == SLICE_NONE)
            *ret_level = arena_copy(arena, part);
        else
            components = components.length ? arena_join(arena, arena_join(arena, components, SLICE(",")), part) : part;
    }
    *ret_components = components.length ? components : settings->envoy_component_level;
}

struct words {
    struct arena *arena;
    char **items;
    size_t count;
};

static void word_add(struct words *words, const char *word)
{
    words->items[words->count++] = (char *)word;
}

/* Both, or nothing when the value is empty. */
static void pair_add(struct words *words, const char *flag, struct slice value)
{
    if (!value.length)
        return;
    word_add(words, flag);
    word_add(words, arena_copy(words->arena, value).bytes);
}

bool envoy_arguments(struct arena *arena, const struct proxy_settings *settings, struct slice config_file, char ***ret,
                     struct error *error)
{
    const struct proxy_config *config = &settings->config;
    struct words words = {.arena = arena, .items = arena_new(arena, char *, ARGUMENTS_MAX)};
    struct slice level, components, override = {0};
    if (settings->envoy_override.length && !override_read(arena, settings->envoy_override, &override, error))
        return false;
    levels_split(arena, settings, &level, &components);
    word_add(&words, config->binary_path.bytes);
    pair_add(&words, "-c", config_file);
    pair_add(&words, "--drain-time-s", arena_format(arena, "%lld", (long long)config->drain_ms / 1000));
    pair_add(&words, "--drain-strategy", SLICE("immediate"));
    pair_add(&words, "--local-address-ip-version", settings->prefers_ipv6 ? SLICE("v6") : SLICE("v4"));
    pair_add(&words, "--file-flush-interval-msec",
             arena_format(arena, "%lld", config->file_flush_ms < 0 ? 1000LL : (long long)config->file_flush_ms));
    if (config->file_flush_kilobytes > 0)
        pair_add(&words, "--file-flush-min-size-kb",
                 arena_format(arena, "%lld", (long long)config->file_flush_kilobytes));
    word_add(&words, "--disable-hot-restart");
    word_add(&words, "--allow-unknown-static-fields");
    pair_add(&words, "-l", level);
    pair_add(&words, "--component-log-level", components);
    word_add(&words, "--skip-deprecated-logs");
    pair_add(&words, "--config-yaml", override);
    pair_add(&words, "--concurrency", arena_format(arena, "%u", settings->relay.workers));
    *ret = words.items;
    return true;
}
