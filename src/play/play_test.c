/* The parts of a play that are functions of their input: variables, plans, names, rules of Services, lines. */
#include "play/play.h"
#include "base/test_arena.h"
#include "play/connection.h"
#include "play/expand.h"
#include "play/hosts.h"
#include "play/line.h"
#include "play/service.h"
#include "tree/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void variables_expand_as_the_kubelet_does_it(void **state)
{
    static const struct {
        struct slice in, out;
    } cases[] = {
        {SLICE_CONSTANT(""), SLICE_CONSTANT("")},
        {SLICE_CONSTANT("$(A)"), SLICE_CONSTANT("one")},
        {SLICE_CONSTANT("-$(A)-$(EMPTY)-"), SLICE_CONSTANT("-one--")},
        {SLICE_CONSTANT("$(NONE)"), SLICE_CONSTANT("$(NONE)")},
        {SLICE_CONSTANT("$$(A)"), SLICE_CONSTANT("$(A)")},
        {SLICE_CONSTANT("$$$(A)"), SLICE_CONSTANT("$one")},
        {SLICE_CONSTANT("$A $(A"), SLICE_CONSTANT("$A $(A")},
        {SLICE_CONSTANT("$"), SLICE_CONSTANT("$")},
        {SLICE_CONSTANT("$(LOOP)"), SLICE_CONSTANT("$(A)")},
    };
    struct play_variables variables = {0};
    play_variables_set(*state, &variables, SLICE("A"), SLICE("zero"));
    play_variables_set(*state, &variables, SLICE("EMPTY"), SLICE(""));
    play_variables_set(*state, &variables, SLICE("LOOP"), SLICE("$(A)"));
    play_variables_set(*state, &variables, SLICE("A"), SLICE("one"));
    assert_int_equal(variables.count, 3);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_true(slice_equal(play_expand(*state, cases[i].in, &variables), cases[i].out));
}

static bool plan_read(struct arena *arena, struct slice text, struct play_plan *ret, struct error *error)
{
    const struct source source = {.name = SLICE("m.yaml"), .text = text};
    const struct tree *documents;
    if (!yaml_read(arena, &source, NULL, &documents, error))
        return false;
    size_t count = tree_count(documents);
    struct play_object *objects = arena_new(arena, struct play_object, count + 1);
    for (size_t i = 0; i < count; i++)
        objects[i] = (struct play_object){documents->list.items[i], documents->list.items[i], source};
    return play_plan_make(arena, objects, count, SLICE(""), ret, error);
}

#define POD(name, more)                                                                                                \
    "- {apiVersion: v1, kind: Pod, metadata: {name: " name ", labels: {app: " name "}}, spec: {" more "}}\n"
#define MAP "- {apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: v}}\n"
#define SERVICE                                                                                                        \
    "- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, "        \
    "targetPort: http}]}}\n"
#define DEPLOYMENT                                                                                                     \
    "- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, template: {metadata: "       \
    "{labels: {app: web}}, spec: {containers: [{name: c, command: [x], ports: [{name: http, containerPort: 8080}]}]"   \
    "}}}}\n"

static void a_plan_says_what_to_run_and_as_whom(void **state)
{
    struct play_plan plan;
    struct error error = {0};
    bool made = plan_read(
        *state,
        SLICE(MAP POD("a",
                      "restartPolicy: Never, terminationGracePeriodSeconds: 7, initContainers: [{name: i, args: "
                      "[istio-iptables, -p, '1']}, {name: s, restartPolicy: Always, command: [y]}], "
                      "containers: [{name: c, command: ['$(E)'], args: ['$(K)'], env: [{name: E, value: e}, {name: "
                      "K, valueFrom: {configMapKeyRef: {name: m, key: k}}}], securityContext: {runAsUser: 5, "
                      "capabilities: {drop: [ALL], add: [NET_ADMIN]}}, readinessProbe: {httpGet: {port: 90}}}]")),
        &plan, &error);
    assert_true(made);
    const struct play_pod *pod = &plan.pods[0];
    assert_int_equal(plan.pod_count, 1);
    assert_true(pod->ends && pod->grace_s == 7 && pod->count == 3 && pod->init_count == 2);
    assert_true(slice_equal(pod->address, SLICE("10.244.0.2")));
    assert_true(pod->containers[0].is_capture && pod->containers[0].kind == PLAY_INIT);
    assert_string_equal(pod->containers[0].argv[0], PLAY_PROGRAM);
    assert_int_equal(pod->containers[1].kind, PLAY_SIDECAR);
    const struct play_container *app = &pod->containers[2];
    assert_string_equal(app->argv[0], "e");
    assert_string_equal(app->argv[1], "v");
    assert_null(app->argv[2]);
    assert_string_equal(app->environment[1], "K=v");
    assert_true(app->uid == 5 && app->gid == 5 && app->capabilities == 1 << 12);
    assert_int_equal(pod->containers[1].uid, PLAY_USER_STANDARD);
    assert_int_equal(app->probes[PLAY_READINESS].action.port, 90);
    assert_true(
        slice_starts(app->probes[PLAY_READINESS].action.request, SLICE("GET / HTTP/1.1\r\nHost: 10.244.0.2:90")));
    assert_int_equal(app->probes[PLAY_STARTUP].action.kind, PLAY_ACTION_NONE);
}

static void what_cannot_be_played_is_named(void **state)
{
    static const struct {
        const char *manifest, *message;
    } cases[] = {
        {MAP, "no workload"},
        {POD("a", "containers: []"), "Pod \"a\": there is no container"},
        {POD("a", "containers: [{name: c}]"), "container \"c\": there is no command"},
        {POD("a", "hostNetwork: true, containers: [{name: c, command: [x]}]"), "hostNetwork"},
        {POD("a",
             "containers: [{name: c, command: [x], env: [{name: E, valueFrom: {configMapKeyRef: {name: m, key: z}}}]}]")
             MAP,
         "variable E: the ConfigMap \"m\" has no key \"z\""},
        {POD("a", "containers: [{name: c, command: [x], env: [{name: E, valueFrom: {fieldRef: {fieldPath: a.b}}}]}]"),
         "no field \"a.b\""},
        {POD("a", "containers: [{name: c, command: [x], livenessProbe: {tcpSocket: {port: none}}}]"),
         "livenessProbe: the container has no port \"none\""},
        {POD("a", "volumes: [{name: v, secret: {secretName: s}}], containers: [{name: c, command: [x]}]"),
         "volume \"v\": only emptyDir"},
        {POD("a", "volumes: [{name: v, configMap: {name: m, items: [{key: k, path: ../x}]}}], containers: [{name: c, "
                  "command: [x]}]") MAP,
         "\"../x\" is no path within the volume"},
        {POD("a", "volumes: [{name: ../v, emptyDir: {}}], containers: [{name: c, command: [x]}]"),
         "is no name of a volume"},
        {POD("a",
             "containers: [{name: c, command: [x], readinessProbe: {httpGet: {port: 1, path: \"/a\\r\\nX: y\"}}}]"),
         "control character"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct play_plan plan;
        struct error error = {0};
        assert_false(plan_read(*state, slice_from(cases[i].manifest), &plan, &error));
        if (!strstr(error.text, cases[i].message))
            fail_msg("\"%s\" lacks \"%s\"", error.text, cases[i].message);
    }
}

static void names_and_rules_lead_to_the_pods_that_are_ready(void **state)
{
    struct play_plan plan;
    struct error error = {0};
    struct buffer text = BUFFER_INIT(100000);
    assert_true(plan_read(*state,
                          SLICE(DEPLOYMENT SERVICE POD("b", "containers: [{name: c, command: [x]}]")
                                    POD("web", "containers: [{name: c, command: [x]}]")),
                          &plan, &error));
    play_hosts_text(&plan, &plan.pods[2], &text);
    assert_true(slice_find(buffer_slice(&text), SLICE("10.96.0.10\tweb.default.svc.cluster.local web.default.svc "
                                                      "web.default web\n")) != SLICE_NONE);
    assert_true(slice_find(buffer_slice(&text), SLICE("\n10.244.0.2\tweb-0\n")) != SLICE_NONE);
    assert_true(slice_find(buffer_slice(&text), SLICE("\n10.244.0.4\tb\n")) != SLICE_NONE);
    assert_true(slice_find(buffer_slice(&text), SLICE("10.244.0.5\tweb")) == SLICE_NONE);
    static const struct {
        bool ready[4];
        const char *has, *lacks;
    } cases[] = {
        {{true, true, true},
         "--probability 0.5000000000 -j DNAT --to-destination 10.244.0.2:8080\n",
         "10.244.0.4:8080"},
        {{false, true, true}, "--dport 80 -j DNAT --to-destination 10.244.0.3:8080\n", "10.244.0.2:8080"},
        {{false, false, true}, "-A FORWARD -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j REJECT\n", "DNAT"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        buffer_clear(&text);
        play_service_rules(&plan, cases[i].ready, &text);
        assert_true(slice_find(buffer_slice(&text), slice_from(cases[i].has)) != SLICE_NONE);
        assert_true(slice_find(buffer_slice(&text), slice_from(cases[i].lacks)) == SLICE_NONE);
    }
    buffer_done(&text);
}

static void a_proxys_line_is_a_connection(void **state)
{
    static const char line[] = "{\"bytes_received\":79,\"bytes_sent\":120,\"duration\":3,\"downstream_local_address\":"
                               "\"10.96.0.10:80\",\"downstream_remote_address\":\"10.244.0.4:4000\",\"response_flags\":"
                               "\"UF\",\"upstream_cluster\":\"PassthroughCluster\"}";
    struct play_connection connection;
    struct buffer text = BUFFER_INIT(1000);
    assert_true(play_connection_read(*state, slice_from(line), &connection));
    assert_true(!connection.is_inbound && connection.port == 80 && connection.received == 79);
    play_connection_print(&text, &connection);
    assert_true(slice_equal(buffer_slice(&text), SLICE("outbound 10.244.0.4:4000 -> 10.96.0.10:80, refused (UF)")));
    buffer_done(&text);
    static const char *const others[] = {"",
                                         "x",
                                         "{",
                                         "{}",
                                         "{\"downstream_local_address\":\"10.96.0.10:80\"}",
                                         "{\"downstream_local_address\":1,\"downstream_remote_address\":\"a:1\"}"};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
        assert_false(play_connection_read(*state, slice_from(others[i]), &connection));
}

static void line_keep(void *context, struct slice line)
{
    struct buffer *out = context;
    buffer_add_byte(out, '[');
    play_escape(out, line);
    buffer_add_byte(out, ']');
}

static void lines_come_whole_and_escaped(void **state)
{
    (void)state;
    int ends[2];
    struct buffer out = BUFFER_INIT(100000);
    struct play_lines lines = PLAY_LINES_INIT;
    assert_int_equal(pipe(ends), 0);
    lines.fd = ends[0];
    static const char text[] = "one\n\n\x1b[2Jt\tw\xc3\xb6\xff\xc2\x9b\nlast";
    assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
    close(ends[1]);
    assert_false(play_lines_read(&lines, line_keep, &out));
    assert_true(slice_equal(buffer_slice(&out), SLICE("[one][][\\x1b[2Jt\tw\xc3\xb6\\xff\\xc2\\x9b][last]")));
    play_lines_done(&lines);
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_expand_as_the_kubelet_does_it),
        cmocka_unit_test(a_plan_says_what_to_run_and_as_whom),
        cmocka_unit_test(what_cannot_be_played_is_named),
        cmocka_unit_test(names_and_rules_lead_to_the_pods_that_are_ready),
        cmocka_unit_test(a_proxys_line_is_a_connection),
        cmocka_unit_test(lines_come_whole_and_escaped),
    };
    return cmocka_run_group_tests(tests, test_arena_start, test_arena_stop);
}
