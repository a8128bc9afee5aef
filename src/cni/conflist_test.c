#include "cni/conflist.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct conflist_entry_settings settings = {
    .log_level = SLICE_CONSTANT("info"),
    .agent_run_folder = SLICE_CONSTANT("/run/agent"),
    .exclude_namespaces = SLICE_CONSTANT(" a , ,b,"),
    .pod_namespace = SLICE_CONSTANT("mesh"),
};
#define ENTRY \
    "{\"name\":\"istio-cni\",\"type\":\"istio-cni\",\"plugin_log_level\":\"info\",\"cni_agent_run_dir\":\"/run/agent\"," \
    "\"ambient_enabled\":false,\"enablement_selectors\":[],\"exclude_namespaces\":[\"a\",\"b\"]," \
    "\"pod_namespace\":\"mesh\",\"native_nftables\":false,\"enable_ambient_detection_retry\":false,\"ipam\":{}," \
    "\"dns\":{}}"

static struct slice add(struct arena *arena, struct slice text, enum conflist_kind kind, bool *ret_changed)
{
    struct buffer out = BUFFER_INIT(1 << 20);
    struct source source = {.name = SLICE("file"), .text = text};
    struct conflist conflist;
    struct error error = {0};
    if (!conflist_read(arena, &source, kind, &conflist, &error))
        fail_msg("%s", error.text);
    conflist_add(arena, &conflist, conflist_entry(arena, &settings), &out, ret_changed);
    struct slice copy = arena_copy(arena, buffer_slice(&out));
    buffer_done(&out);
    return copy;
}

static struct slice take_out(struct arena *arena, struct slice text, bool *ret_changed)
{
    struct buffer out = BUFFER_INIT(1 << 20);
    struct source source = {.name = SLICE("file"), .text = text};
    assert_true(conflist_remove(arena, &source, &out, ret_changed, NULL));
    struct slice copy = arena_copy(arena, buffer_slice(&out));
    buffer_done(&out);
    return copy;
}

static void assert_text(struct slice found, struct slice wanted)
{
    if (!slice_equal(found, wanted))
        fail_msg("found\n%.*s\nwant\n%.*s", SLICE_ARGS(found), SLICE_ARGS(wanted));
}

static void only_the_entry_s_bytes_change(void **state)
{
    (void)state;
    const struct {
        struct slice in, out, removed;
    } cases[] = {
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\",\"big\":12345678901234567890,\"f\":1.50}],\"z\":1e3}"),
         SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\",\"big\":12345678901234567890,\"f\":1.50}," ENTRY
               "],\"z\":1e3}"),
         SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\",\"big\":12345678901234567890,\"f\":1.50}],\"z\":1e3}")},
        {SLICE("{\"plugins\" : [ {\"type\":\"istio-cni\", \"a\":[1,{}]} , {\"type\":\"x\"} ] ,\"name\":\"n\"}"),
         SLICE("{\"plugins\" : [ {\"type\":\"x\"}, " ENTRY " ] ,\"name\":\"n\"}"),
         SLICE("{\"plugins\" : [ {\"type\":\"x\"} ] ,\"name\":\"n\"}")},
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"},{\"type\":\"istio-cni\"},{\"type\":\"istio-cni\"},"
               "{\"type\":\"y\"},{\"type\":\"istio-cni\"}]}"),
         SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"},{\"type\":\"y\"}," ENTRY "]}"),
         SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"},{\"type\":\"y\"}]}")},
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"istio-cni\"},{\"type\":\"istio-cni\"}]}"),
         SLICE("{\"name\":\"n\",\"plugins\":[" ENTRY "]}"), SLICE("{\"name\":\"n\",\"plugins\":[]}")},
        /* The last of two keys counts; brackets and quotes in strings do not. */
        {SLICE("{\"name\":\"n\",\"plugins\":[1,\"]\"],\"plu\\u0067ins\":[{\"type\":\"x\",\"s\":\"}]\\\"[\\\\\"}]}"),
         SLICE("{\"name\":\"n\",\"plugins\":[1,\"]\"],\"plu\\u0067ins\":[{\"type\":\"x\",\"s\":\"}]\\\"[\\\\\"}," ENTRY
               "]}"),
         SLICE("{\"name\":\"n\",\"plugins\":[1,\"]\"],\"plu\\u0067ins\":[{\"type\":\"x\",\"s\":\"}]\\\"[\\\\\"}]}")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        bool changed;
        struct slice added = add(&arena, cases[i].in, CONFLIST_LIST, &changed);
        assert_true(changed);
        assert_text(added, cases[i].out);
        add(&arena, added, CONFLIST_LIST, &changed);
        assert_false(changed);
        assert_text(take_out(&arena, added, &changed), cases[i].removed);
        assert_true(changed);
        take_out(&arena, cases[i].removed, &changed);
        assert_false(changed);
        arena_done(&arena);
    }
}

static void the_entry_is_laid_out_as_its_neighbours(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    bool changed;
    struct slice text = SLICE("{\n  \"name\": \"n\",\n  \"plugins\": [\n    {\n      \"type\": \"x\"\n    }\n  ]\n}\n");
    struct slice added = add(&arena, text, CONFLIST_LIST, &changed);
    assert_true(slice_starts(added, SLICE("{\n  \"name\": \"n\",\n  \"plugins\": [\n    {\n      \"type\": \"x\"\n    },\n"
                                          "    {\n      \"name\": \"istio-cni\",\n")));
    assert_true(slice_ends(added, SLICE("\n      \"dns\": {}\n    }\n  ]\n}\n")));
    assert_text(take_out(&arena, added, &changed), text);
    arena_done(&arena);
}

static void a_single_plugin_becomes_a_list(void **state)
{
    (void)state;
    const struct {
        struct slice in, plugin;
    } cases[] = {
        {SLICE("{\"cniVersion\":\"0.4.0\",\"name\":\"d\",\"type\":\"bridge\"}"),
         SLICE("{\"name\":\"d\",\"type\":\"bridge\"}")},
        {SLICE(" {\"name\":\"d\",\n \"type\":\"bridge\" , \"cniVersion\" : \"0.4.0\" }\n"),
         SLICE("{\"name\":\"d\",\n     \"type\":\"bridge\"  }")},
        {SLICE("{\"cniVersion\":{\"cniVersion\":[1]},\"name\":\"d\",\"cni\\u0056ersion\":1,\"type\":\"bridge\"}"),
         SLICE("{\"name\":\"d\",\"type\":\"bridge\"}")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        bool changed;
        struct slice added = add(&arena, cases[i].in, i % 2 ? CONFLIST_EITHER : CONFLIST_SINGLE, &changed);
        assert_true(changed);
        struct slice head = SLICE("{\n  \"cniVersion\": \"0.3.1\",\n  \"name\": \"k8s-pod-network\",\n  \"plugins\": [\n    ");
        assert_true(slice_starts(added, head));
        assert_true(slice_starts(slice_from_offset(added, head.length), cases[i].plugin));
        add(&arena, added, CONFLIST_LIST, &changed);
        assert_false(changed);
        arena_done(&arena);
    }
}

static void what_a_runtime_refuses_is_refused(void **state)
{
    (void)state;
    const struct {
        struct slice text;
        enum conflist_kind kind;
        const char *word;
    } cases[] = {
        {SLICE(""), CONFLIST_LIST, "ends"},
        {SLICE("{"), CONFLIST_LIST, "ends"},
        {SLICE("[]"), CONFLIST_EITHER, "object"},
        {SLICE("{\"plugins\":[{\"type\":\"x\"}]}"), CONFLIST_LIST, "name"},
        {SLICE("{\"name\":\"n\"}"), CONFLIST_LIST, "list"},
        {SLICE("{\"name\":\"n\",\"plugins\":[]}"), CONFLIST_LIST, "empty"},
        {SLICE("{\"name\":\"n\",\"plugins\":[null]}"), CONFLIST_EITHER, "object"},
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":1}]}"), CONFLIST_LIST, "type"},
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"}]}"), CONFLIST_SINGLE, "type"},
        {SLICE("{\"name\":\"n\",\"type\":\"x\"}"), CONFLIST_LIST, "list"},
        {SLICE("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"}]} x"), CONFLIST_LIST, "end"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct source source = {.name = SLICE("file"), .text = cases[i].text};
        struct conflist conflist;
        struct error error = {0};
        if (conflist_read(&arena, &source, cases[i].kind, &conflist, &error))
            fail_msg("taken: %.*s", SLICE_ARGS(cases[i].text));
        if (!strstr(error.text, cases[i].word))
            fail_msg("\"%s\" lacks \"%s\"", error.text, cases[i].word);
        arena_done(&arena);
    }
}

static void taking_out_of_what_is_no_list_changes_nothing(void **state)
{
    (void)state;
    const struct slice cases[] = {SLICE("{}"), SLICE("[1]"), SLICE("{\"plugins\":[]}"), SLICE("{\"plugins\":[null,true]}"),
                                  SLICE("{\"type\":\"istio-cni\"}")};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        bool changed = true;
        assert_text(take_out(&arena, cases[i], &changed), SLICE(""));
        assert_false(changed);
        arena_done(&arena);
    }
    struct arena arena = ARENA_INIT;
    bool changed;
    assert_text(take_out(&arena, SLICE("{\"plugins\":[null, {\"type\":\"istio-cni\"} ,true]}"), &changed),
                SLICE("{\"plugins\":[null ,true]}"));
    arena_done(&arena);
}

static void no_excluded_namespace_is_null(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct conflist_entry_settings none = settings;
    struct buffer out = BUFFER_INIT(4096);
    none.exclude_namespaces = SLICE(" ,");
    assert_true(tree_is(tree_get(conflist_entry(&arena, &none), SLICE("exclude_namespaces")), TREE_NULL));
    conflist_standalone(&arena, &none, &out);
    assert_true(slice_starts(buffer_slice(&out), SLICE("{\n  \"cniVersion\": \"0.3.1\",\n  \"name\": \"istio-cni\",\n")));
    buffer_done(&out);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_entry_s_bytes_change),
        cmocka_unit_test(the_entry_is_laid_out_as_its_neighbours),
        cmocka_unit_test(a_single_plugin_becomes_a_list),
        cmocka_unit_test(what_a_runtime_refuses_is_refused),
        cmocka_unit_test(taking_out_of_what_is_no_list_changes_nothing),
        cmocka_unit_test(no_excluded_namespace_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
