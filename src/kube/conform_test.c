#include "kube/conform.h"
#include "kube/mesh_types.h"
#include "kube/types.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const struct tree *read_text(struct arena *arena, struct source *source, const char *text)
{
    const struct tree *tree;
    struct error error;
    *source = (struct source){.name = SLICE("pod.json"), .text = slice_from(text)};
    assert_true(json_read(arena, source, &tree, &error));
    return tree;
}

static void becomes(const struct type *type, enum kube_source from, const char *in, const char *out)
{
    struct arena arena = ARENA_INIT;
    struct source source;
    struct error error;
    const struct tree *tree = read_text(&arena, &source, in), *made;
    if (!kube_conform(&arena, &source, tree, type, from, &made, &error))
        fail_msg("%s: %s", in, error.text);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(100000);
    json_write(&text, made, JSON_COMPACT);
    if (!slice_equal(buffer_slice(&text), slice_from(out)))
        fail_msg("%s: got %.*s, want %s", in, SLICE_ARGS(buffer_slice(&text)), out);
    arena_done(&arena);
}

static void refused(const struct type *type, enum kube_source from, const char *in, const char *message)
{
    struct arena arena = ARENA_INIT;
    struct source source;
    struct error error = {0};
    const struct tree *tree = read_text(&arena, &source, in), *made;
    if (kube_conform(&arena, &source, tree, type, from, &made, &error))
        fail_msg("%s is taken", in);
    assert_string_equal(error.text, message);
    assert_int_equal(error.code, ERROR_VALUE);
    assert_int_equal(error.where.line, 1);
    arena_done(&arena);
}

static void scalars_in_yaml_become_text_where_text_is_wanted(void **state)
{
    (void)state;
    becomes(&kube_type_Pod, KUBE_FROM_YAML,
            "{\"metadata\":{\"name\":12,\"labels\":{\"a\":true,\"b\":493,\"c\":1e3,\"d\":1.10,\"e\":1e6,\"f\":false}}}",
            "{\"metadata\":{\"name\":\"12\",\"labels\":{\"a\":\"true\",\"b\":\"493\",\"c\":\"1000\",\"d\":\"1.1\","
            "\"e\":\"1e+06\",\"f\":\"false\"}}}");
    becomes(&kube_type_Pod, KUBE_FROM_YAML, "{\"spec\":{\"containers\":[{\"args\":[1,true,\"x\"],\"name\":-5}]}}",
            "{\"spec\":{\"containers\":[{\"args\":[\"1\",\"true\",\"x\"],\"name\":\"-5\"}]}}");
    becomes(&kube_type_Pod, KUBE_FROM_YAML, "{\"metadata\":{\"labels\":{\"a\":18446744073709551615}}}",
            "{\"metadata\":{\"labels\":{\"a\":\"18446744073709551615\"}}}");
    becomes(&kube_type_Deployment, KUBE_FROM_YAML,
            "{\"spec\":{\"selector\":{\"matchLabels\":{\"a\":1}},"
            "\"template\":{\"spec\":{\"nodeSelector\":{\"n\":1}}}}}",
            "{\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"1\"}},"
            "\"template\":{\"spec\":{\"nodeSelector\":{\"n\":\"1\"}}}}}");
    refused(&kube_type_Pod, KUBE_FROM_JSON, "{\"metadata\":{\"labels\":{\"a/b\":true}}}",
            "metadata.labels[\"a/b\"]: true is a boolean, want a string");
    /* Not in structs that Go embeds. */
    refused(&kube_type_Pod, KUBE_FROM_YAML, "{\"apiVersion\":1}", "apiVersion: 1 is an integer, want a string");
}

static void whole_floats_in_yaml_are_integers(void **state)
{
    (void)state;
    becomes(&kube_type_Deployment, KUBE_FROM_YAML, "{\"spec\":{\"replicas\":3.0}}", "{\"spec\":{\"replicas\":3}}");
    refused(&kube_type_Deployment, KUBE_FROM_JSON, "{\"spec\":{\"replicas\":3.0}}",
            "spec.replicas: 3 is a floating-point number, want a 32-bit integer");
    refused(&kube_type_Deployment, KUBE_FROM_YAML, "{\"spec\":{\"replicas\":1.5}}",
            "spec.replicas: 1.5 has a fraction, want a 32-bit integer");
    refused(&kube_type_Deployment, KUBE_FROM_YAML, "{\"spec\":{\"replicas\":1e30}}",
            "spec.replicas: 1e+30 is out of range, want a 32-bit integer");
}

static void a_wrong_type_is_named_with_its_path(void **state)
{
    (void)state;
    const struct {
        const char *in, *message;
    } cases[] = {
        {"{\"spec\":\"str\"}", "spec: \"str\" is a string, want an object (PodSpec)"},
        {"{\"metadata\":{\"name\":[1]}}", "metadata.name: a list, want a string"},
        {"{\"spec\":{\"containers\":{\"name\":\"a\"}}}", "spec.containers: an object, want a list of Container"},
        {"{\"spec\":{\"containers\":[{},{\"ports\":[{\"containerPort\":\"http\"}]}]}}",
         "spec.containers[1].ports[0].containerPort: \"http\" is a string, want a 32-bit integer"},
        {"{\"spec\":{\"containers\":[{\"ports\":[{\"containerPort\":3000000000}]}]}}",
         "spec.containers[0].ports[0].containerPort: 3000000000 is out of range, want a 32-bit integer"},
        {"{\"spec\":{\"hostNetwork\":\"maybe\"}}", "spec.hostNetwork: \"maybe\" is a string, want a boolean"},
        {"{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"abc\"}}}]}}",
         "spec.containers[0].resources.limits.cpu: \"abc\" is no quantity, want a quantity"},
        {"{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":true}}}]}}",
         "spec.containers[0].resources.limits.cpu: true is a boolean, want a quantity"},
        {"{\"metadata\":{\"creationTimestamp\":\"yesterday\"}}",
         "metadata.creationTimestamp: \"yesterday\" is something else, want a time (RFC 3339)"},
        {"{\"spec\":{\"containers\":[{\"readinessProbe\":{\"httpGet\":{\"port\":true}}}]}}",
         "spec.containers[0].readinessProbe.httpGet.port: true is a boolean, want an integer or a string"},
        {"[]", "the document: a list, want an object (Pod)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refused(&kube_type_Pod, KUBE_FROM_YAML, cases[i].in, cases[i].message);
        refused(&kube_type_Pod, KUBE_FROM_JSON, cases[i].in, cases[i].message);
    }
    refused(&kube_type_MutatingWebhookConfiguration, KUBE_FROM_JSON,
            "{\"webhooks\":[{\"clientConfig\":{\"caBundle\":\"a\"}}]}",
            "webhooks[0].clientConfig.caBundle: \"a\" is something else, want base64 text");
}

static void what_fits_is_shared_and_what_is_unknown_stays(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct source source;
    const struct tree *tree =
        read_text(&arena, &source,
                  "{\"spec\":{\"future\":{\"a\":[1,true,null]},\"containers\":[{\"name\":\"a\",\"ports\":"
                  "[{\"containerPort\":80}],\"resources\":{\"limits\":{\"cpu\":0.5,\"memory\":\"1Gi\"}},"
                  "\"livenessProbe\":{\"httpGet\":{\"port\":\"http\"}}}],\"volumes\":[{\"name\":\"v\","
                  "\"emptyDir\":null}]},\"metadata\":{\"creationTimestamp\":\"2024-02-29T01:02:03.5+01:00\"}}");
    const struct tree *made;
    struct error error;
    assert_true(kube_conform(&arena, &source, tree, &kube_type_Pod, KUBE_FROM_JSON, &made, &error));
    assert_ptr_equal(made, tree);

    tree = read_text(&arena, &source, "{\"metadata\":{\"name\":1},\"spec\":{\"hostNetwork\":true},\"x\":{}}");
    assert_true(kube_conform(&arena, &source, tree, &kube_type_Pod, KUBE_FROM_YAML, &made, &error));
    assert_ptr_not_equal(made, tree);
    assert_ptr_equal(tree_at(made, "spec"), tree_at(tree, "spec"));
    assert_ptr_equal(tree_at(made, "x"), tree_at(tree, "x"));
    assert_int_equal(tree_at(tree, "metadata", "name")->kind, TREE_INT);
    arena_done(&arena);
}

static void null_in_lists_and_maps_is_a_zero_value(void **state)
{
    (void)state;
    becomes(&kube_type_Pod, KUBE_FROM_JSON,
            "{\"metadata\":{\"labels\":{\"a\":null},\"annotations\":null},\"spec\":{\"containers\":[null,"
            "{\"args\":[null]}]}}",
            "{\"metadata\":{\"labels\":{\"a\":\"\"},\"annotations\":null},\"spec\":{\"containers\":[{},"
            "{\"args\":[\"\"]}]}}");
}

static void times_are_those_of_rfc_3339(void **state)
{
    (void)state;
    const char *good[] = {"2024-01-02T03:04:05Z", "2000-02-29T23:59:59.123456789-23:00", "2024-01-02T3:04:05Z"};
    const char *bad[] = {"",
                         "2024-01-02",
                         "2024-01-02 03:04:05Z",
                         "2023-02-29T00:00:00Z",
                         "2024-13-02T03:04:05Z",
                         "2024-01-02T24:04:05Z",
                         "2024-01-02T03:04:60Z",
                         "2024-01-02T03:04:05",
                         "2024-01-02T03:04:05.Z",
                         "2024-01-02T03:04:05Zx",
                         "2024-01-02T03:04:05+0100"};
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct slice text = arena_format(&arena, "{\"metadata\":{\"creationTimestamp\":\"%s\"}}", good[i]);
        becomes(&kube_type_Pod, KUBE_FROM_JSON, text.bytes, text.bytes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct slice text = arena_format(&arena, "{\"metadata\":{\"creationTimestamp\":\"%s\"}}", bad[i]);
        struct slice message = arena_format(
            &arena, "metadata.creationTimestamp: \"%s\" is something else, want a time (RFC 3339)", bad[i]);
        refused(&kube_type_Pod, KUBE_FROM_JSON, text.bytes, message.bytes);
    }
    arena_done(&arena);
}

static void messages_are_read_as_protojson(void **state)
{
    (void)state;
    becomes(&mesh_type_MeshConfig, KUBE_FROM_YAML,
            "{\"default_config\":{\"proxy_metadata\":{\"A\":\"b\"},\"concurrency\":2,\"drainDuration\":\"1.5s\","
            "\"interceptionMode\":\"TPROXY\",\"proxyAdminPort\":\"15000\"},\"other_key\":1}",
            "{\"defaultConfig\":{\"proxyMetadata\":{\"A\":\"b\"},\"concurrency\":2,\"drainDuration\":\"1.5s\","
            "\"interceptionMode\":\"TPROXY\",\"proxyAdminPort\":15000},\"other_key\":1}");
    becomes(&mesh_type_ProxyConfig, KUBE_FROM_YAML,
            "{\"drainDuration\":\"1m0.5s\",\"terminationDrainDuration\":\"2s\"}",
            "{\"drainDuration\":\"60.5s\",\"terminationDrainDuration\":\"2s\"}");
    refused(&mesh_type_ProxyConfig, KUBE_FROM_YAML, "{\"proxyMetadata\":{\"A\":true}}",
            "proxyMetadata.A: true is a boolean, want a string");
    refused(&mesh_type_ProxyConfig, KUBE_FROM_YAML, "{\"interceptionMode\":\"X\"}",
            "interceptionMode: \"X\" is unknown, want one of its names (InboundInterceptionMode)");
    refused(&mesh_type_ProxyConfig, KUBE_FROM_YAML, "{\"drainDuration\":\"5\"}",
            "drainDuration: \"5\" is something else, want a duration");
    refused(&mesh_type_ProxyConfig, KUBE_FROM_YAML, "{\"concurrency\":\"two\"}",
            "concurrency: \"two\" is a string, want a 32-bit integer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_in_yaml_become_text_where_text_is_wanted),
        cmocka_unit_test(whole_floats_in_yaml_are_integers),
        cmocka_unit_test(a_wrong_type_is_named_with_its_path),
        cmocka_unit_test(what_fits_is_shared_and_what_is_unknown_stays),
        cmocka_unit_test(null_in_lists_and_maps_is_a_zero_value),
        cmocka_unit_test(times_are_those_of_rfc_3339),
        cmocka_unit_test(messages_are_read_as_protojson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
