/* status_main.c - the status server as a program, for tests: status_test_program STATUS_PORT READY_PORT METRICS_PORT,
 * with the environment that the injector sets. A line on standard input changes what it says of the proxy: "ready",
 * "not-ready", "slow N" (a readiness that takes N ms), "metrics N" (bytes of own metrics), "quit"; "drain-asked" and
 * "quit-asked" are printed. */
#include "base/number.h"
#include "proxy/status_server.h"
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct program {
    atomic_bool is_ready;
    atomic_uint slow_ms, metrics_bytes;
};

static void line_write(void *context, struct slice line)
{
    (void)context;
    (void)!write(STDERR_FILENO, line.bytes, line.length);
}

static const char *not_ready(void *context)
{
    struct program *program = context;
    usleep(1000 * atomic_load(&program->slow_ms));
    return atomic_load(&program->is_ready) ? NULL : "the test says so";
}

static void metrics_print(void *context, struct buffer *out)
{
    struct program *program = context;
    size_t end = out->length + atomic_load(&program->metrics_bytes);
    buffer_add_literal(out, "# TYPE proxy_up gauge\nproxy_up 1\n");
    while (out->length < end && !out->overflowed)
        buffer_format(out, "proxy_filler{at=\"%zu\"} 1\n", out->length);
}

static void drain(void *context)
{
    (void)context;
    puts("drain-asked");
    fflush(stdout);
}

static void quit(void *context)
{
    (void)context;
    puts("quit-asked");
    fflush(stdout);
}

static struct slice variable(const char *name)
{
    return slice_from(getenv(name));
}

static bool settings_read(struct arena *arena, char **ports, struct status_settings *settings, struct error *error)
{
    uint16_t *const into[] = {&settings->status_port, &settings->ready_port, &settings->metrics_port};
    for (size_t i = 0; i < ARRAY_LENGTH(into); i++) {
        if (!number_parse_u16(slice_from(ports[i]), into[i]))
            return error_set(error, ERROR_USAGE, (struct position){0}, "\"%s\" is no port", ports[i]);
    }
    (void)!number_parse_u16(variable("ENVOY_PROMETHEUS_PORT"), &settings->envoy_port);
    settings->metrics_are_local = variable("METRICS_LOCALHOST_ACCESS_ONLY").length != 0;
    settings->target.status_port = settings->status_port;
    settings->target.offers_http2 = !variable("NO_HTTP2").length;
    return app_probes_parse(arena, variable("ISTIO_KUBE_APP_PROBERS"), &settings->probes, error) &&
           scrape_targets_parse(arena, variable("ISTIO_PROMETHEUS_ANNOTATIONS"),
                                getenv("ISTIO_PROMETHEUS_ANNOTATIONS") != NULL, settings->status_port,
                                &settings->scrape, error) &&
           app_probe_target_set(&settings->target, variable("INSTANCE_IP"),
                                variable("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION").length != 0, error);
}

static bool word_take(struct program *program, struct slice line)
{
    uint32_t number = 0;
    size_t blank = slice_find_byte(line, ' ');
    struct slice word = slice_range(line, 0, blank);
    if (blank != SLICE_NONE)
        (void)!number_parse_u32(slice_from_offset(line, blank + 1), &number);
    if (slice_equal(word, SLICE("ready")) || slice_equal(word, SLICE("not-ready")))
        atomic_store(&program->is_ready, word.bytes[0] == 'r');
    else if (slice_equal(word, SLICE("slow")))
        atomic_store(&program->slow_ms, number);
    else if (slice_equal(word, SLICE("metrics")))
        atomic_store(&program->metrics_bytes, number);
    puts("done");
    fflush(stdout);
    return !slice_equal(word, SLICE("quit"));
}

int main(int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct program program = {.is_ready = true};
    const struct log log = {.write = line_write};
    struct status_settings settings = {.log = &log,
                                       .context = &program,
                                       .not_ready = not_ready,
                                       .metrics = metrics_print,
                                       .drain = drain,
                                       .quit = quit};
    struct status_server *server;
    struct error error;
    char line[256], text[2048];
    if (argc != 4)
        return 2;
    signal(SIGPIPE, SIG_IGN);
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
#endif
    if (!settings_read(&arena, argv + 1, &settings, &error) || !status_server_start(&settings, &server, &error)) {
        error_print(&error, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    puts("listening");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (!word_take(&program, slice_trim(slice_from(line))))
            break;
    }
    status_server_stop(server);
    puts("stopped");
    return 0;
}
