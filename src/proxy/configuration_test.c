#include "proxy/configuration.h"
#include "base/fd.h"
#include "tree/tree.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

/* The environment of a case: "NAME=value". */
static const char *const *variables;

static const char *variable(const char *name)
{
    size_t length = strlen(name);
    for (const char *const *at = variables; at && *at; at++) {
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return *at + length + 1;
    }
    return NULL;
}

static void collect(void *context, struct slice line)
{
    buffer_add_slice(context, line);
}

struct run {
    struct arena arena;
    struct buffer said;
    struct proxy_flags flags;
    struct proxy_settings settings;
    struct error error;
};

static void run_init(struct run *run)
{
    *run = (struct run){.said = BUFFER_INIT(100000), .flags = proxy_flags_standard};
    run->flags.annotations_file = run->flags.labels_file = run->flags.mesh_file = SLICE("/nonexistent/file");
    variables = NULL;
}

static void run_done(struct run *run)
{
    arena_done(&run->arena);
    buffer_done(&run->said);
}

static bool configure(struct run *run)
{
    const struct log log = {.write = collect, .context = &run->said};
    return proxy_configure(&run->arena, &run->flags, variable, &log, &run->settings, &run->error);
}

static struct slice file_make(struct run *run, const char *name, const char *text)
{
    struct slice path = arena_format(&run->arena, "%s/pillion-%d-%s", "/tmp", (int)getpid(), name);
    int fd = open(path.bytes, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && fd_write_all(fd, path, slice_from(text), &run->error));
    fd_close(&fd);
    return path;
}

static void without_anything_it_is_as_istio_has_it(void **state)
{
    _cleanup_(run_done) struct run run;
    (void)state;
    run_init(&run);
    assert_true(configure(&run));
    const struct proxy_settings *settings = &run.settings;
    assert_int_equal(settings->relay.outbound_port, 15001);
    assert_int_equal(settings->relay.inbound_port, 15006);
    assert_int_equal(settings->status_port, 15020);
    assert_int_equal(settings->health_port, 15021);
    assert_int_equal(settings->prometheus_port, 15090);
    assert_int_equal(settings->relay.workers, 1);
    assert_int_equal(settings->relay.connect_timeout_ms, 10000);
    assert_int_equal(settings->relay.idle_timeout_ms, 0);
    assert_int_equal(settings->lifecycle.minimum_drain_ms, 5000);
    assert_int_equal(settings->lifecycle.drain_max_ms, 0);
    assert_false(settings->relay.is_closed);
    assert_false(settings->dns.is_enabled);
    assert_true(slice_equal(settings->workload.canonical_revision, SLICE("latest")));
    assert_true(slice_equal(settings->workload.name, SLICE("unknown")));
    assert_int_equal(run.said.length, 0);
}

static void sources_lie_one_over_another(void **state)
{
    _cleanup_(run_done) struct run run;
    (void)state;
    run_init(&run);
    run.flags.mesh_file = file_make(&run, "mesh",
                                    "accessLogFile: /dev/stdout\naccessLogEncoding: JSON\n"
                                    "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n"
                                    "defaultConfig:\n  statusPort: 1\n  concurrency: 5\n  drainDuration: 10s\n"
                                    "  terminationDrainDuration: 7s\n  proxyMetadata: {A: mesh, B: mesh}\n");
    run.flags.annotations_file = file_make(
        &run, "annotations",
        "proxy.istio.io/config=\"drainDuration: 12s\\nproxyMetadata:\\n  ISTIO_META_DNS_CAPTURE: \\\"true\\\"\\n\"\n");
    run.flags.labels_file = file_make(&run, "labels", "app=\"web\"\nversion=\"v2\"\n");
    static const char *const environment[] = {"PROXY_CONFIG={\"statusPort\":15999,\"proxyMetadata\":{\"B\":\"env\"},"
                                              "\"concurrency\":3,\"drainDuration\":\"11s\"}",
                                              "ISTIO_META_WORKLOAD_NAME=web-v2", "POD_NAMESPACE=shop", NULL};
    variables = environment;
    assert_true(configure(&run));
    const struct proxy_settings *settings = &run.settings;
    assert_int_equal(settings->status_port, 15999);
    assert_int_equal(settings->relay.workers, 3);
    assert_int_equal(settings->config.drain_ms, 12000);
    assert_int_equal(settings->lifecycle.drain_max_ms, 7000);
    assert_true(settings->relay.is_closed);
    assert_true(slice_equal(settings->access_log.file, SLICE("/dev/stdout")));
    assert_string_equal(settings->access_log.file.bytes, "/dev/stdout");
    assert_int_equal(settings->access_log.encoding, PROXY_LOG_JSON);
    assert_true(tree_text_is(tree_get(settings->config.metadata, SLICE("A")), SLICE("mesh")));
    assert_true(tree_text_is(tree_get(settings->config.metadata, SLICE("B")), SLICE("env")));
    assert_true(settings->dns.is_enabled);
    assert_true(slice_equal(settings->workload.name, SLICE("web-v2")));
    assert_true(slice_equal(settings->workload.canonical_name, SLICE("web")));
    assert_true(slice_equal(settings->workload.canonical_revision, SLICE("v2")));
    unlink(run.flags.mesh_file.bytes);
    unlink(run.flags.annotations_file.bytes);
    unlink(run.flags.labels_file.bytes);
}

static void proxy_config_is_read_as_protobuf_does(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t status_port, drain_ms;
    } cases[] = {
        {"PROXY_CONFIG={}", 15020, 45000},
        {"PROXY_CONFIG=", 15020, 45000},
        {"PROXY_CONFIG=null", 15020, 45000},
        {"PROXY_CONFIG={\"statusPort\":\"15030\"}", 15030, 45000},
        {"PROXY_CONFIG={\"status_port\":15030,\"drain_duration\":\"1m0.5s\"}", 15030, 60500},
        {"PROXY_CONFIG=statusPort: 15030\ndrainDuration: 20s\n", 15030, 20000},
        {"PROXY_CONFIG={\"statusPort\":0}", 0, 45000},
        {"PROXY_CONFIG={\"statusPort\":null,\"tracing\":{\"zipkin\":{}},\"discoveryAddress\":\"x\"}", 15020, 45000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(run_done) struct run run;
        run_init(&run);
        const char *environment[] = {cases[i].text, NULL};
        variables = environment;
        assert_true(configure(&run));
        assert_int_equal(run.settings.status_port, cases[i].status_port);
        assert_int_equal(run.settings.config.drain_ms, cases[i].drain_ms);
        assert_int_equal(run.said.length, 0);
    }
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *text;
        unsigned column;
    } cases[] = {
        {"PROXY_CONFIG={\"statusPort\":true}", "statusPort", 15},
        {"PROXY_CONFIG={\"statusPort\":70000}", "out of range", 15},
        {"PROXY_CONFIG={\"concurrency\":-1}", "out of range", 16},
        {"PROXY_CONFIG={\"drainDuration\":20}", "duration", 18},
        {"PROXY_CONFIG={\"drainDuration\":\"20\"}", "\"20\"", 18},
        {"PROXY_CONFIG={\"drainDuration\":\"-1s\"}", "out of range", 18},
        {"PROXY_CONFIG={\"interceptionMode\":\"tproxy\"}", "REDIRECT", 21},
        {"PROXY_CONFIG={\"proxyMetadata\":{\"A\":1}}", "proxyMetadata: A", 23},
        {"PROXY_CONFIG={\"holdApplicationUntilProxyStarts\":\"true\"}", "true or false", 36},
        {"PROXY_CONFIG=[1]", "want a ProxyConfig", 1},
        {"PROXY_CONFIG={\"a\"", "", 0},
        {"ISTIO_META_IDLE_TIMEOUT=1hour", "ISTIO_META_IDLE_TIMEOUT", 0},
        {"ISTIO_META_DNS_CAPTURE=yes", "ISTIO_META_DNS_CAPTURE", 0},
        {"ENVOY_STATUS_PORT=0", "ENVOY_STATUS_PORT", 0},
        {"ISTIO_META_INTERCEPTION_MODE=redirect", "ISTIO_META_INTERCEPTION_MODE", 0},
        {"INSTANCE_IP=10.0.0", "INSTANCE_IP", 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(run_done) struct run run;
        run_init(&run);
        const char *environment[] = {cases[i].variable, NULL};
        variables = environment;
        assert_false(configure(&run));
        assert_non_null(strstr(run.error.text, cases[i].text));
        if (cases[i].column) {
            assert_true(slice_equal(run.error.where.file, SLICE("PROXY_CONFIG")));
            assert_int_equal(run.error.where.column, cases[i].column);
        }
    }
}

static void a_field_that_is_none_is_told(void **state)
{
    _cleanup_(run_done) struct run run;
    (void)state;
    run_init(&run);
    static const char *const environment[] = {"PROXY_CONFIG={\"concurency\":2}", NULL};
    variables = environment;
    assert_true(configure(&run));
    assert_int_not_equal(slice_find(buffer_slice(&run.said), SLICE("PROXY_CONFIG:1:2")), SLICE_NONE);
    assert_int_not_equal(slice_find(buffer_slice(&run.said), SLICE("concurency")), SLICE_NONE);
}

static void families_follow_the_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *addresses, *dual_stack;
        bool has_ipv4, has_ipv6, prefers_ipv6;
    } cases[] = {
        {"INSTANCE_IP=10.0.0.5", "ISTIO_DUAL_STACK=false", true, false, false},
        {"INSTANCE_IP=fd00::5", "ISTIO_DUAL_STACK=false", false, true, true},
        {"INSTANCE_IPS=10.0.0.5,fd00::5", "ISTIO_DUAL_STACK=true", true, true, false},
        {"INSTANCE_IPS=fd00::5, 10.0.0.5", "ISTIO_DUAL_STACK=true", true, true, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(run_done) struct run run;
        run_init(&run);
        const char *environment[] = {cases[i].addresses, cases[i].dual_stack, NULL};
        variables = environment;
        assert_true(configure(&run));
        assert_int_equal(run.settings.relay.has_ipv4, cases[i].has_ipv4);
        assert_int_equal(run.settings.relay.has_ipv6, cases[i].has_ipv6);
        assert_int_equal(run.settings.prefers_ipv6, cases[i].prefers_ipv6);
    }
}

static void modes_choose_ports(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *compat;
        uint16_t outbound, inbound;
        bool is_transparent, by_address;
    } cases[] = {
        {"ISTIO_META_INTERCEPTION_MODE=TPROXY", "", 15001, 15006, true, false},
        {"PROXY_CONFIG={\"interceptionMode\":\"TPROXY\"}", "", 15001, 15006, true, false},
        {"PROXY_CONFIG={\"interceptionMode\":2}", "", 0, 0, false, false},
        {"ISTIO_META_INTERCEPTION_MODE=NONE", "", 0, 0, false, false},
        {"ISTIO_META_INTERCEPTION_MODE=REDIRECT", "1.0", 15001, 0, false, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(run_done) struct run run;
        run_init(&run);
        const char *environment[] = {cases[i].variable, NULL};
        variables = environment;
        run.flags.compat = slice_from(cases[i].compat);
        assert_true(configure(&run));
        assert_int_equal(run.settings.relay.outbound_port, cases[i].outbound);
        assert_int_equal(run.settings.relay.inbound_port, cases[i].inbound);
        assert_int_equal(run.settings.relay.is_transparent, cases[i].is_transparent);
        assert_int_equal(run.settings.relay.inbound_by_address, cases[i].by_address);
    }
}

static void the_end_has_one_bound(void **state)
{
    (void)state;
    static const struct {
        const char *config, *exits_on_zero;
        int64_t most_ms;
    } cases[] = {
        {"PROXY_CONFIG={}", "EXIT_ON_ZERO_ACTIVE_CONNECTIONS=false", 0},
        {"PROXY_CONFIG={\"terminationDrainDuration\":\"20s\"}", "EXIT_ON_ZERO_ACTIVE_CONNECTIONS=false", 20000},
        {"PROXY_CONFIG={\"terminationDrainDuration\":\"20s\"}", "EXIT_ON_ZERO_ACTIVE_CONNECTIONS=true", 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(run_done) struct run run;
        run_init(&run);
        const char *environment[] = {cases[i].config, cases[i].exits_on_zero, "MINIMUM_DRAIN_DURATION=3s", NULL};
        variables = environment;
        assert_true(configure(&run));
        assert_int_equal(run.settings.lifecycle.drain_max_ms, cases[i].most_ms);
        assert_int_equal(run.settings.lifecycle.minimum_drain_ms, 3000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_anything_it_is_as_istio_has_it),
        cmocka_unit_test(sources_lie_one_over_another),
        cmocka_unit_test(proxy_config_is_read_as_protobuf_does),
        cmocka_unit_test(mistakes_have_a_place),
        cmocka_unit_test(a_field_that_is_none_is_told),
        cmocka_unit_test(families_follow_the_addresses),
        cmocka_unit_test(modes_choose_ports),
        cmocka_unit_test(the_end_has_one_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
