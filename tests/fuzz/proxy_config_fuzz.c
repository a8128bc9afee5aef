/* Whatever PROXY_CONFIG or an annotation says: what is taken is within bounds, and putting the same text over it once
 * more changes nothing; what is refused has a reason, at a place in the text. */
#include "proxy/proxy_config.h"
#include "tree/tree.h"
#include <stdlib.h>

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void bounds_check(const struct proxy_config *config)
{
    check(config->concurrency >= -1 && config->concurrency <= 256);
    check(config->status_port >= 0 && config->status_port <= 65535);
    check(config->admin_port >= 1 && config->admin_port <= 65535);
    check(config->drain_ms >= 1000 && config->termination_drain_ms >= -1);
    check(config->interception >= PROXY_REDIRECT && config->interception <= PROXY_UNCAPTURED);
    const struct slice texts[] = {config->binary_path, config->config_path, config->custom_config_file,
                                  config->service_cluster};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        check(!texts[i].length || (!texts[i].bytes[texts[i].length] && strlen(texts[i].bytes) == texts[i].length));
    for (size_t i = 0; i < tree_count(config->metadata); i++)
        check(config->metadata->map.entries[i].value->kind == TREE_STRING);
}

static void same_check(const struct proxy_config *a, const struct proxy_config *b)
{
    check(a->concurrency == b->concurrency && a->status_port == b->status_port && a->drain_ms == b->drain_ms);
    check(a->interception == b->interception && a->hold_application == b->hold_application);
    check(slice_equal(a->binary_path, b->binary_path) && slice_equal(a->config_path, b->config_path));
    check(tree_count(a->metadata) == tree_count(b->metadata));
    check(!a->metadata || tree_equal(a->metadata, b->metadata));
}

static void unknown(void *context, const struct position *where, struct slice field)
{
    (void)field;
    check(where->line >= 1);
    ++*(unsigned *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    unsigned count = 0;
    const struct proxy_config_reader reader = {&arena, unknown, &count};
    const struct source source = {.name = SLICE("PROXY_CONFIG"), .text = {(const char *)data, size}};
    struct proxy_config config = proxy_config_standard;
    struct proxy_mesh mesh;
    struct error error;
    if (proxy_config_apply(&reader, &source, &config, &error)) {
        bounds_check(&config);
        struct proxy_config again = config;
        check(proxy_config_apply(&reader, &source, &again, &error));
        same_check(&config, &again);
    } else {
        check(error.code != ERROR_NONE && error.text[0]);
    }
    config = proxy_config_standard;
    if (proxy_config_apply_mesh(&reader, &source, &config, &mesh, &error))
        bounds_check(&config);
    return 0;
}
