/* The parts of the client that ask nobody: times, events, paths, plugins' answers, names, nodes. */
#include "kube/config_maps.h"
#include "kube/exec_plugin.h"
#include "kube/nodes.h"
#include "kube/request.h"
#include "kube/text.h"
#include "kube/watch_event.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void times_become_seconds(void **state)
{
    const struct {
        struct slice text;
        int64_t seconds;
    } cases[] = {
        {SLICE("1970-01-01T00:00:00Z"), 0},
        {SLICE("1969-12-31T23:59:59Z"), -1},
        {SLICE("2000-02-29T12:00:00.5Z"), 951825600},
        {SLICE("2026-11-25T09:30:00+02:00"), 1795591800},
        {SLICE("2026-11-25T09:30:00-00:30"), 1795600800},
        {SLICE("9999-12-31T23:59:59Z"), 253402300799},
        {SLICE("0000-01-01T00:00:00Z"), -62167219200},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t seconds = 1;
        assert_true(kube_text_parse_time(cases[i].text, &seconds));
        assert_int_equal(seconds, cases[i].seconds);
    }
    int64_t seconds;
    assert_false(kube_text_parse_time(SLICE("2026-02-29T00:00:00Z"), &seconds));
    assert_false(kube_text_parse_time(SLICE("2026-02-28T00:00:00"), &seconds));
}

static void paths_are_those_of_the_api(void **state)
{
    const struct {
        struct kube_resource resource;
        const char *query, *path;
    } cases[] = {
        {{"v1", "configmaps", SLICE("n"), SLICE("a")}, NULL, "/api/v1/namespaces/n/configmaps/a"},
        {{"v1", "nodes", {0}, {0}}, "", "/api/v1/nodes"},
        {{"apps/v1", "deployments", {0}, {0}}, "limit=1", "/apis/apps/v1/deployments?limit=1"},
        {{"v1", "pods", SLICE("n"), SLICE("a:b%")}, NULL, "/api/v1/namespaces/n/pods/a%3Ab%25"},
    };
    struct arena arena = ARENA_INIT;
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct slice path;
        assert_true(request_path(&arena, &cases[i].resource, cases[i].query, &path, NULL));
        assert_string_equal(path.bytes, cases[i].path);
    }
    arena_done(&arena);
}

struct told {
    unsigned lines, refuse_at;
    char last[64];
};

static bool on_line(void *context, struct slice line)
{
    struct told *told = context;
    told->lines++;
    assert_true(line.length < sizeof told->last);
    memcpy(told->last, line.bytes, line.length);
    told->last[line.length] = '\0';
    return told->lines != told->refuse_at;
}

static void lines_are_cut_wherever_pieces_end(void **state)
{
    const struct slice text = SLICE("one\n\ntwo\r\nthree\nfo");
    (void)state;
    for (size_t size = 1; size <= text.length; size++) {
        struct watch_lines lines = {.partial = BUFFER_INIT(10)};
        struct told told = {0};
        for (size_t at = 0; at < text.length; at += size)
            assert_int_equal(watch_lines_feed(&lines, slice_range(text, at, at + size), on_line, &told), WATCH_FED);
        assert_int_equal(told.lines, 3);
        assert_string_equal(told.last, "three");
        assert_int_equal(watch_lines_feed(&lines, SLICE("ur\n"), on_line, &told), WATCH_FED);
        assert_string_equal(told.last, "four");
        assert_int_equal(watch_lines_feed(&lines, SLICE("12345678901\n"), on_line, &told), WATCH_TOO_LONG);
        buffer_done(&lines.partial);
    }
    struct watch_lines lines = {.partial = BUFFER_INIT(10)};
    struct told told = {.refuse_at = 2};
    assert_int_equal(watch_lines_feed(&lines, SLICE("a\nb\nc\n"), on_line, &told), WATCH_REFUSED);
    assert_int_equal(told.lines, 2);
    buffer_done(&lines.partial);
    struct watch_lines pieces = {.partial = BUFFER_INIT(10)};
    assert_int_equal(watch_lines_feed(&pieces, SLICE("123456"), on_line, &told), WATCH_FED);
    assert_int_equal(watch_lines_feed(&pieces, SLICE("123456"), on_line, &told), WATCH_TOO_LONG);
    buffer_done(&pieces.partial);
}

static void events_are_read(void **state)
{
    struct arena arena = ARENA_INIT;
    struct watch_event event;
    struct error error;
    (void)state;
    assert_true(watch_event_read(&arena, SLICE("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}"),
                                 &event, &error));
    assert_int_equal(event.kind, WATCH_ADDED);
    assert_true(slice_equal(event.resource_version, SLICE("7")));
    assert_true(watch_event_read(&arena, SLICE("{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"old\"}}"), &event,
                                 &error));
    assert_int_equal(event.status, 410);
    assert_true(watch_event_read(&arena, SLICE("{\"type\":\"ERROR\",\"object\":{\"code\":\"x\"}}"), &event, &error));
    assert_int_equal(event.status, 500);
    const struct slice bad[] = {SLICE("{"), SLICE("[]"), SLICE("{\"type\":\"ADDED\"}"), SLICE("{\"type\":\"ADDED\",\"object\":{}}"),
                                SLICE("{\"type\":\"SEEN\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}"),
                                SLICE("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":7}}}")};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_false(watch_event_read(&arena, bad[i], &event, &error));
    arena_done(&arena);
}

static void answers_of_plugins_keep_their_secrets(void **state)
{
    const struct slice version = SLICE("client.authentication.k8s.io/v1");
    const struct slice bad[] = {
        SLICE("secret"), SLICE("{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"secret\"}}"),
        SLICE("{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":{\"secret\":1}}}"),
        SLICE("{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"secret\","
              "\"expirationTimestamp\":\"soon\"}}")};
    struct arena arena = ARENA_INIT;
    struct exec_answer answer;
    struct error error;
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(exec_answer_read(&arena, bad[i], version, &answer, &error));
        assert_null(strstr(error.text, "secret"));
        assert_string_equal(error.quote, "");
    }
    assert_true(exec_answer_read(&arena, SLICE("{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
                                               "\"status\":{\"token\":\"t\\n\",\"expirationTimestamp\":\"1970-01-01T00:01:00Z\"}}"),
                                 version, &answer, &error));
    assert_true(slice_equal(answer.token, SLICE("t")));
    assert_int_equal(answer.expires, 60);
    arena_done(&arena);
}

static void config_maps_have_a_revision_behind_their_names(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct slice none = {0};
    (void)state;
    struct config_map_names names = config_map_names(&arena, none, none, none, none);
    assert_true(slice_equal(names.namespace, SLICE("istio-system")));
    assert_true(slice_equal(names.inject, SLICE("istio-sidecar-injector")));
    assert_true(slice_equal(names.mesh, SLICE("istio")));
    names = config_map_names(&arena, SLICE("i"), SLICE("1-27"), none, SLICE("mine"));
    assert_true(slice_equal(names.namespace, SLICE("i")));
    assert_true(slice_equal(names.inject, SLICE("istio-sidecar-injector-1-27")));
    assert_true(slice_equal(names.mesh, SLICE("mine")));
    names = config_map_names(&arena, none, SLICE("default"), none, none);
    assert_true(slice_equal(names.mesh, SLICE("istio")));
    arena_done(&arena);
}

static void all_nodes_must_be_new_enough(void **state)
{
    const struct {
        const char *versions[3];
        bool is_native;
    } cases[] = {{{NULL}, true},
                 {{"v1.33.0"}, true},
                 {{"1.33.1-gke.100", "v1.40+"}, true},
                 {{"v1.33.0", "v1.32.9"}, false},
                 {{"v2.0.0"}, true},
                 {{"v0.99.0"}, false},
                 {{"v1"}, false},
                 {{"new"}, false},
                 {{"v1.x"}, false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct slice text = SLICE("");
        for (size_t j = 0; j < 3 && cases[i].versions[j]; j++)
            text = arena_format(&arena, "%.*s%s{\"status\":{\"nodeInfo\":{\"kubeletVersion\":\"%s\"}}}", SLICE_ARGS(text),
                                j ? "," : "", cases[i].versions[j]);
        struct source source = {.text = arena_format(&arena, "{\"items\":[%.*s]}", SLICE_ARGS(text))};
        const struct tree *list;
        assert_true(json_read(&arena, &source, &list, NULL));
        assert_int_equal(nodes_are_native(list), cases[i].is_native);
        arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_become_seconds),
        cmocka_unit_test(paths_are_those_of_the_api),
        cmocka_unit_test(lines_are_cut_wherever_pieces_end),
        cmocka_unit_test(events_are_read),
        cmocka_unit_test(answers_of_plugins_keep_their_secrets),
        cmocka_unit_test(config_maps_have_a_revision_behind_their_names),
        cmocka_unit_test(all_nodes_must_be_new_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
