/* What injection does to a pod after its template: probes, metrics, environment, status, order. */
#include "inject/pod.h"
#include "inject/environment.h"
#include "inject/inject.h"
#include "inject/openshift.h"
#include "inject/probe.h"
#include "inject/prometheus.h"
#include "inject/status.h"
#include "inject/test_support.h"

static void probes_are_collected_with_their_ports_resolved(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *pod = tree_of(&arena,
        "spec: {initContainers: [{name: i, startupProbe: {grpc: {port: 9}}}], containers: [{name: a, "
        "ports: [{name: http, containerPort: 80}, {name: '81', containerPort: 90}], "
        "readinessProbe: {httpGet: {port: http, path: /x, scheme: HTTPS, host: ''}, timeoutSeconds: 3}, "
        "livenessProbe: {tcpSocket: {port: '81'}}, startupProbe: {httpGet: {port: nobody}}, "
        "lifecycle: {preStop: {httpGet: {port: 15020}}, postStart: {exec: {command: [a]}}}}, "
        "{name: istio-proxy, readinessProbe: {httpGet: {port: 1}}}]}");
    assert_tree(probe_collect(&arena, pod, 15020),
        "{/app-health/i/startupz: {grpc: {port: 9, service: null}}, "
        "/app-health/a/readyz: {httpGet: {path: /x, port: 80, scheme: HTTPS}, timeoutSeconds: 3}, "
        "/app-health/a/livez: {tcpSocket: {port: 90}}}");
    arena_done(&arena);
}

static void probes_are_turned_to_the_agent(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct tree *spec = own_tree_of(&arena,
        "containers: [{name: a, readinessProbe: {httpGet: {port: http, path: /x, scheme: HTTPS}, periodSeconds: 2}, "
        "livenessProbe: {grpc: {port: 9}}, startupProbe: {exec: {command: [x]}}, "
        "lifecycle: {preStop: {tcpSocket: {port: 1}}}}]");
    probe_rewrite(&arena, spec, tree_of(&arena, "{status.sidecar.istio.io/port: '99'}"), 15020);
    assert_tree(spec,
        "containers: [{name: a, readinessProbe: {httpGet: {port: 99, path: /app-health/a/readyz, scheme: HTTP}, "
        "periodSeconds: 2}, livenessProbe: {httpGet: {path: /app-health/a/livez, port: 99}}, "
        "startupProbe: {exec: {command: [x]}}, "
        "lifecycle: {preStop: {httpGet: {path: /app-lifecycle/a/prestopz, port: 99}}}}]");
    arena_done(&arena);
}

static void the_text_of_probers_is_gos(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_text(probe_text(&arena, tree_of(&arena, "{/b: {httpGet: {path: '/?a=1&b', port: 1}}, /a: {x: 1}}")),
                "{\"/a\":{\"x\":1},\"/b\":{\"httpGet\":{\"path\":\"/?a=1\\u0026b\",\"port\":1}}}");
    arena_done(&arena);
}

static void metrics_move_into_the_proxys_environment(void **state)
{
    (void)state;
    static const struct {
        const char *annotations, *merged, *variable; /* NULL: refused */
    } cases[] = {
        {"{}", "{prometheus.io/port: '15020', prometheus.io/path: /stats/prometheus, prometheus.io/scrape: 'true'}",
         ""},
        {"{prometheus.io/port: '80', prometheus-io/path: /m}",
         "{prometheus.io/port: '15020', prometheus.io/path: /stats/prometheus, prometheus.io/scrape: 'true'}",
         "{\"scrape\":\"\",\"path\":\"/m\",\"port\":\"80\"}"},
        {"{prometheus.io/scrape: 'false', prometheus.io/port: '0'}",
         "{prometheus.io/scrape: 'false', prometheus.io/port: '0'}", ""},
        {"{prometheus.io/port: '15020'}", "{prometheus.io/port: '15020'}", ""},
        {"{prometheus.istio.io/scrape-targets: '8080:/a, 9090'}",
         "{prometheus.io/port: '15020', prometheus.io/path: /stats/prometheus, prometheus.io/scrape: 'true'}",
         "{\"scrape\":\"\",\"path\":\"/a\",\"port\":\"8080\",\"targets\":[{\"port\":\"8080\",\"path\":\"/a\"},"
         "{\"port\":\"9090\",\"path\":\"/metrics\"}]}"},
        {"{prometheus.io/port: '015020'}", NULL, ""},
        {"{prometheus.io/port: '15001'}", NULL, ""},
        {"{prometheus.io/port: http}", NULL, ""},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct tree *annotations = own_tree_of(&arena, cases[i].annotations);
        struct tree *spec = own_tree_of(&arena, "containers: [{name: istio-proxy}]");
        struct error error;
        bool merged = prometheus_merge(&arena, annotations, spec, 15020, &error);
        assert_int_equal(merged, cases[i].merged != NULL);
        if (!merged)
            continue;
        assert_tree(annotations, cases[i].merged);
        assert_text(environment_value(spec, SLICE("ISTIO_PROMETHEUS_ANNOTATIONS")), cases[i].variable);
    }
    arena_done(&arena);
}

static void variables_of_the_path_come_last_and_sorted(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct tree *spec =
        own_tree_of(&arena, "initContainers: [{name: istio-proxy, env: [{name: B, value: x}, {name: C}]}]");
    environment_replace_all(&arena, spec, tree_of(&arena, "{Z: '1', B: '2', A: '3'}"));
    assert_tree(spec, "initContainers: [{name: istio-proxy, env: [{name: C}, {name: A, value: '3'}, "
                      "{name: B, value: '2'}, {name: Z, value: '1'}]}]");
    arena_done(&arena);
}

static void the_path_sets_variables(void **state)
{
    (void)state;
    static const struct {
        const char *path, *variables;
    } cases[] = {
        {"/inject", "{}"},
        {"/inject/", "{}"},
        {"", "{}"},
        {"/inject/cluster/c1/net/n2", "{ISTIO_META_CLUSTER_ID: c1, ISTIO_META_NETWORK: n2}"},
        {"/inject/cluster/a--slash--b/odd", "{ISTIO_META_CLUSTER_ID: a/b}"},
        {"/inject/my_key/v/", "{MY_KEY: v}"},
        {"/inject//v", "{}"},
        {"/inject/:ENV:cluster=c:ENV:=x:ENV:custom=a=b:ENV:none", "{ISTIO_META_CLUSTER_ID: c, CUSTOM: a=b}"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_tree(inject_path_environment(&arena, slice_from(cases[i].path)), cases[i].variables);
    arena_done(&arena);
}

static void a_status_tells_what_to_take_out(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *pod =
        tree_of(&arena, "metadata: {annotations: {sidecar.istio.io/status: "
                        "'{\"containers\":[\"istio-proxy\"],\"initContainers\":null}', "
                        "prometheus.io/port: '15020', prometheus.io/path: /stats/prometheus, a: b}}\n"
                        "spec: {containers: [{name: app}, {name: istio-proxy}], initContainers: [{name: istio-init}]}");
    assert_tree(status_strip(&arena, pod, 15020),
        "metadata: {annotations: {a: b}}\nspec: {containers: [{name: app}], initContainers: [{name: istio-init}]}");
    static const char *const unreadable[] = {"garbage", "[]", "{\"containers\":\"x\"}", "{\"volumes\":[1]}"};
    for (size_t i = 0; i < ARRAY_LENGTH(unreadable); i++) {
        struct slice text =
            arena_format(&arena, "metadata: {annotations: {sidecar.istio.io/status: '%s'}}", unreadable[i]);
        const struct tree *same = tree_of(&arena, text.bytes);
        assert_ptr_equal(status_strip(&arena, same, 15020), same);
    }
    arena_done(&arena);
}

static void a_status_is_written_as_go_does(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *spec = tree_of(&arena, "{initContainers: [{name: i}], volumes: [{name: v}, {name: w}]}");
    assert_text(status_text(&arena, spec, SLICE(""), SLICE("")),
                "{\"initContainers\":[\"i\"],\"containers\":null,\"volumes\":[\"v\",\"w\"],\"imagePullSecrets\":null,"
                "\"revision\":\"default\"}");
    assert_text(status_text(&arena, spec, SLICE(""), SLICE("abc")),
                "{\"version\":\"abc\",\"initContainers\":[\"i\"],\"containers\":null,\"volumes\":[\"v\",\"w\"],"
                "\"imagePullSecrets\":null}");
    arena_done(&arena);
}

static void containers_move_to_either_end(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct tree *list = own_tree_of(&arena, "[{name: a}, {name: p, n: 1}, {name: b}, {name: p, n: 2}]");
    container_move(list, SLICE("p"), CONTAINER_FIRST);
    assert_tree(list, "[{name: p, n: 2}, {name: a}, {name: b}]");
    container_move(list, SLICE("p"), CONTAINER_LAST);
    assert_tree(list, "[{name: a}, {name: b}, {name: p, n: 2}]");
    container_move(list, SLICE("nobody"), CONTAINER_FIRST);
    container_move(list, SLICE("p"), CONTAINER_REMOVE);
    assert_tree(list, "[{name: a}, {name: b}]");
    arena_done(&arena);
}

static void owners_are_guessed_from_references(void **state)
{
    (void)state;
    static const struct {
        const char *metadata, *kind, *name;
    } cases[] = {
        {"{name: p}", "Pod", "p"},
        {"{generateName: web-5d-, ownerReferences: [{controller: true, kind: ReplicaSet, name: web-5d}], "
         "labels: {pod-template-hash: 5d}}", "Deployment", "web"},
        {"{generateName: x-, ownerReferences: [{kind: ReplicaSet, name: x}]}", "Pod", ""},
        {"{generateName: j-, ownerReferences: [{controller: true, kind: Job, name: j-28123456}]}", "CronJob", "j"},
        {"{generateName: j-, ownerReferences: [{controller: true, kind: Job, name: j-1234567}]}", "Job", "j-1234567"},
        {"{generateName: d-1-, ownerReferences: [{controller: true, kind: ReplicationController, name: d-1}], "
         "labels: {deploymentconfig: d}}", "DeploymentConfig", "d"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct tree *pod = tree_map(&arena, 1);
        tree_put(&arena, pod, SLICE("metadata"), tree_of(&arena, cases[i].metadata));
        struct inject_owner owner = inject_owner_of_pod(pod);
        assert_text(owner.kind, cases[i].kind);
        assert_text(owner.name, cases[i].name);
    }
    arena_done(&arena);
}

static void openshift_names_users_for_a_namespace(void **state)
{
    (void)state;
    static const struct {
        const char *uids, *groups;
        int64_t uid, gid;
    } cases[] = {
        {"1000650000/10000", "1000650000/10000", 1000659999, 1000659999},
        {"100-200", "5/2,7-9", 200, 6},
        {"garbage", "garbage", 1337, 1337},
        {"10/5", "1/2,x", 14, 1337},
    };
    struct arena arena = ARENA_INIT;
    int64_t uid, gid;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct slice text = arena_format(&arena, "metadata: {annotations: {openshift.io/sa.scc.uid-range: '%s', "
                                                 "openshift.io/sa.scc.supplemental-groups: '%s'}}",
                                         cases[i].uids, cases[i].groups);
        openshift_proxy_ids(tree_of(&arena, text.bytes), &uid, &gid);
        assert_int_equal(uid, cases[i].uid);
        assert_int_equal(gid, cases[i].gid);
    }
    openshift_proxy_ids(NULL, &uid, &gid);
    assert_int_equal(uid, 1337);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_are_collected_with_their_ports_resolved),
        cmocka_unit_test(probes_are_turned_to_the_agent),
        cmocka_unit_test(the_text_of_probers_is_gos),
        cmocka_unit_test(metrics_move_into_the_proxys_environment),
        cmocka_unit_test(variables_of_the_path_come_last_and_sorted),
        cmocka_unit_test(the_path_sets_variables),
        cmocka_unit_test(a_status_tells_what_to_take_out),
        cmocka_unit_test(a_status_is_written_as_go_does),
        cmocka_unit_test(containers_move_to_either_end),
        cmocka_unit_test(owners_are_guessed_from_references),
        cmocka_unit_test(openshift_names_users_for_a_namespace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
