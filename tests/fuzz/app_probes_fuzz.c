/* The variables with probes and scrape targets: refused with a place and a message, or every probe has a key that is a
 * path of ours, a port, and a target that is fit to be sent. */
#include "proxy/app_probes.h"
#include "proxy/scrape_targets.h"
#include <stdlib.h>

static void path_check(struct slice path)
{
    if (!path.length || path.bytes[0] != '/')
        abort();
    for (size_t i = 0; i < path.length; i++) {
        if ((unsigned char)path.bytes[i] <= ' ' || path.bytes[i] == 0x7f || path.bytes[i] == '#')
            abort();
    }
}

static void probes_check(struct slice text)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct app_probes probes;
    struct error error = {0};
    if (!app_probes_parse(&arena, text, &probes, &error)) {
        if (!error.text[0] || !error.where.line)
            abort();
        return;
    }
    for (size_t i = 0; i < probes.count; i++) {
        const struct app_probe *probe = &probes.items[i];
        if (app_probes_find(&probes, probe->key) != probe || !probe->port || !slice_starts(probe->key, SLICE("/app-")))
            abort();
        if (probe->kind == APP_PROBE_HTTP)
            path_check(probe->path);
    }
}

static void targets_check(struct slice text)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct scrape_targets targets;
    struct error error = {0};
    if (!scrape_targets_parse(&arena, text, true, 15020, &targets, &error)) {
        if (!error.text[0] || !error.where.line)
            abort();
        return;
    }
    for (size_t i = 0; i < targets.count; i++) {
        path_check(targets.items[i].path);
        if (!targets.items[i].port || targets.items[i].port == 15020)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    probes_check(text);
    targets_check(text);
    return 0;
}
