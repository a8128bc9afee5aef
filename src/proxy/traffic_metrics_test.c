#include "proxy/traffic_metrics.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct proxy_settings settings_example(void)
{
    const struct slice unknown = SLICE("unknown");
    return (struct proxy_settings){.workload = {.name = SLICE("web-v1"),
                                                .namespace = SLICE("shop"),
                                                .app = SLICE("we\"b\\\n"),
                                                .version = unknown,
                                                .canonical_name = SLICE("web"),
                                                .canonical_revision = SLICE("latest"),
                                                .cluster = SLICE("Kubernetes"),
                                                .pod = unknown}};
}

static void labels_stand_in_istios_order(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(100000);
    const struct proxy_settings settings = settings_example();
    struct relay_totals totals = {0};
    (void)state;
    totals.counts[RELAY_OUTBOUND][RELAY_PASSED][RELAY_PLAIN] = (struct relay_count){7, 5, 1000, 2000};
    totals.counts[RELAY_INBOUND][RELAY_PASSED][RELAY_MUTUAL_TLS] = (struct relay_count){3, 3, 10, 20};
    traffic_metrics_print(&out, &(struct traffic_facts){.settings = &settings, .version = "9", .relay = &totals});
    assert_int_not_equal(
        slice_find(
            buffer_slice(&out),
            SLICE("\nistio_tcp_sent_bytes_total{reporter=\"source\",source_workload=\"web-v1\","
                  "source_canonical_service=\"web\",source_canonical_revision=\"latest\","
                  "source_workload_namespace=\"shop\",source_principal=\"unknown\",source_app=\"we\\\"b\\\\\\n\","
                  "source_version=\"unknown\",source_cluster=\"Kubernetes\",destination_workload=\"unknown\","
                  "destination_workload_namespace=\"unknown\",destination_principal=\"unknown\","
                  "destination_app=\"unknown\",destination_version=\"unknown\",destination_service=\"unknown\","
                  "destination_canonical_service=\"unknown\",destination_canonical_revision=\"unknown\","
                  "destination_service_name=\"PassthroughCluster\",destination_service_namespace=\"unknown\","
                  "destination_cluster=\"unknown\",request_protocol=\"tcp\",response_flags=\"-\","
                  "connection_security_policy=\"unknown\"} 2000\n")),
        SLICE_NONE);
    assert_int_not_equal(slice_find(buffer_slice(&out), SLICE("\nistio_tcp_connections_opened_total{reporter="
                                                              "\"destination\",source_workload=\"unknown\",")),
                         SLICE_NONE);
    assert_int_not_equal(slice_find(buffer_slice(&out), SLICE("connection_security_policy=\"mutual_tls\"} 3\n")),
                         SLICE_NONE);
    assert_int_not_equal(
        slice_find(buffer_slice(&out), SLICE("\nistio_build{component=\"proxy\",tag=\"pillion-9\"} 1\n")), SLICE_NONE);
}

/* Every line is a comment or a sample, and no metric is declared twice. */
static void it_is_prometheus_text(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(200000);
    struct proxy_settings settings = settings_example();
    struct relay_totals totals = {0};
    struct dns_totals dns = {.queries = 1};
    (void)state;
    settings.access_log.file = SLICE("/dev/stdout");
    for (size_t i = 0; i < sizeof totals.counts / sizeof(struct relay_count); i++)
        (&totals.counts[0][0][0])[i] = (struct relay_count){1, 1, 1, 1};
    for (size_t i = 0; i < RELAY_FLAGS; i++)
        totals.flags[RELAY_OUTBOUND][i] = 1;
    traffic_metrics_print(
        &out, &(struct traffic_facts){.settings = &settings, .version = "9", .relay = &totals, .dns = &dns});
    assert_false(out.overflowed);
    struct slice_splitter splitter = {.rest = buffer_slice(&out)};
    for (struct slice line; slice_split(&splitter, '\n', &line);) {
        if (!line.length)
            continue;
        if (slice_starts(line, SLICE("# TYPE "))) {
            struct slice name = slice_range(line, 0, slice_find_last(line, SLICE(" ")));
            assert_int_equal(slice_find(buffer_slice(&out), name), slice_find_last(buffer_slice(&out), name));
        } else if (line.bytes[0] != '#') {
            size_t blank = slice_find_last(line, SLICE(" "));
            assert_true(blank != SLICE_NONE && blank + 1 < line.length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_stand_in_istios_order),
        cmocka_unit_test(it_is_prometheus_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
