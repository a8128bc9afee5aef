#include "patch/json_patch.h"
#include "base/buffer.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const struct tree *parsed(struct arena *arena, const char *text)
{
    const struct tree *tree;
    struct error error;
    struct source source = {.text = slice_from(text)};
    if (!json_read(arena, &source, &tree, &error))
        fail_msg("%s: %s", text, error.text);
    return tree;
}

static void differ_by(const char *from, const char *to, const char *patch)
{
    struct arena arena = ARENA_INIT;
    const struct tree *a = parsed(&arena, from), *b = parsed(&arena, to), *result;
    const struct tree *made = json_patch_diff(&arena, a, b);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(100000);
    json_write(&text, made, JSON_COMPACT);
    if (!slice_equal(buffer_slice(&text), slice_from(patch)))
        fail_msg("%s to %s: got %.*s, want %s", from, to, SLICE_ARGS(buffer_slice(&text)), patch);
    struct error error;
    if (!json_patch_apply(&arena, a, made, &result, &error))
        fail_msg("%s with %s: %s", from, patch, error.text);
    assert_true(tree_equal(result, b));
    assert_int_equal(result->height, b->height);
    arena_done(&arena);
}

static void equal_trees_have_no_difference(void **state)
{
    (void)state;
    differ_by("{\"a\":[1,{\"b\":null}]}", "{\"a\":[1,{\"b\":null}]}", "[]");
    differ_by("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1.0}", "[]");
    struct arena arena = ARENA_INIT;
    const struct tree *tree = parsed(&arena, "{\"a\":1}");
    assert_int_equal(json_patch_diff(&arena, tree, tree)->list.count, 0);
    arena_done(&arena);
}

static void keys_come_go_and_change(void **state)
{
    (void)state;
    differ_by("{\"a\":1,\"b\":{\"c\":1}}", "{\"b\":{\"c\":2,\"d\":null},\"e\":[]}",
              "[{\"op\":\"remove\",\"path\":\"/a\"},{\"op\":\"replace\",\"path\":\"/b/c\",\"value\":2},"
              "{\"op\":\"add\",\"path\":\"/b/d\",\"value\":null},{\"op\":\"add\",\"path\":\"/e\",\"value\":[]}]");
    differ_by("{\"a\":{}}", "{\"a\":[]}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":[]}]");
    differ_by("{\"a\":1}", "{\"a\":null}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":null}]");
    differ_by("1", "{}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{}}]");
}

static void strokes_and_tildes_are_escaped(void **state)
{
    (void)state;
    differ_by("{\"a/b\":{\"m~n\":1},\"\":0}", "{\"a/b\":{\"m~n\":2},\"\":1}",
              "[{\"op\":\"replace\",\"path\":\"/a~1b/m~0n\",\"value\":2},"
              "{\"op\":\"replace\",\"path\":\"/\",\"value\":1}]");
    differ_by("{}", "{\"~1\":1}", "[{\"op\":\"add\",\"path\":\"/~01\",\"value\":1}]");
}

static void an_item_more_or_less_is_one_operation(void **state)
{
    (void)state;
    differ_by("[{\"name\":\"a\"}]", "[{\"name\":\"a\"},{\"name\":\"b\"}]",
              "[{\"op\":\"add\",\"path\":\"/1\",\"value\":{\"name\":\"b\"}}]");
    differ_by("[{\"name\":\"a\"}]", "[{\"name\":\"b\"},{\"name\":\"a\",\"x\":1}]",
              "[{\"op\":\"add\",\"path\":\"/0\",\"value\":{\"name\":\"b\"}},"
              "{\"op\":\"add\",\"path\":\"/1/x\",\"value\":1}]");
    differ_by("[1,2,3,4]", "[1,3,4]", "[{\"op\":\"remove\",\"path\":\"/1\"}]");
    differ_by("[1,2,3,4]", "[1,2,9,4]", "[{\"op\":\"replace\",\"path\":\"/2\",\"value\":9}]");
    differ_by("[]", "[[],[]]",
              "[{\"op\":\"add\",\"path\":\"/0\",\"value\":[]},{\"op\":\"add\",\"path\":\"/1\",\"value\":[]}]");
    differ_by("[1,1,1]", "[1]", "[{\"op\":\"remove\",\"path\":\"/1\"},{\"op\":\"remove\",\"path\":\"/1\"}]");
}

static void an_item_that_moves_is_two_operations(void **state)
{
    (void)state;
    differ_by("[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\",\"v\":1}]",
              "[{\"name\":\"c\",\"v\":1},{\"name\":\"a\"},{\"name\":\"b\"}]",
              "[{\"op\":\"add\",\"path\":\"/0\",\"value\":{\"name\":\"c\",\"v\":1}},"
              "{\"op\":\"remove\",\"path\":\"/3\"}]");
    /* Ports go by their number, mounts by their path, whatever their names. */
    differ_by("[{\"containerPort\":1,\"name\":\"a\"},{\"containerPort\":2}]",
              "[{\"containerPort\":2},{\"containerPort\":1,\"name\":\"b\"}]",
              "[{\"op\":\"remove\",\"path\":\"/0\"},"
              "{\"op\":\"add\",\"path\":\"/1\",\"value\":{\"containerPort\":1,\"name\":\"b\"}}]");
    differ_by("[{\"mountPath\":\"/a\",\"name\":\"v\"}]", "[{\"mountPath\":\"/a\",\"name\":\"w\"}]",
              "[{\"op\":\"replace\",\"path\":\"/0/name\",\"value\":\"w\"}]");
}

static void long_lists_are_aligned(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    enum { COUNT = 100000 };
    struct tree *from = tree_list(&arena, COUNT), *to = tree_list(&arena, COUNT);
    for (int i = 0; i < COUNT; i++) {
        tree_append(&arena, from, tree_int(&arena, i));
        if (i % 100)
            tree_append(&arena, to, tree_int(&arena, i));
    }
    const struct tree *patch = json_patch_diff(&arena, from, to), *result;
    struct error error;
    assert_int_equal(patch->list.count, COUNT / 100);
    assert_true(json_patch_apply(&arena, from, patch, &result, &error));
    assert_true(tree_equal(result, to));
    /* Nothing but doubles, and everything backwards. */
    struct tree *doubles = tree_list(&arena, COUNT), *backwards = tree_list(&arena, COUNT);
    for (int i = 0; i < COUNT; i++) {
        tree_append(&arena, doubles, &tree_true_node);
        tree_append(&arena, backwards, from->list.items[COUNT - 1 - i]);
    }
    assert_true(json_patch_apply(&arena, from, json_patch_diff(&arena, from, backwards), &result, &error));
    assert_true(tree_equal(result, backwards));
    assert_true(json_patch_apply(&arena, from, json_patch_diff(&arena, from, doubles), &result, &error));
    assert_true(tree_equal(result, doubles));
    arena_done(&arena);
}

static void every_operation_is_carried_out(void **state)
{
    (void)state;
    const struct {
        const char *document, *patch, *result;
    } cases[] = {
        {"{\"a\":[1,2]}", "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":3}]", "{\"a\":[1,2,3]}"},
        {"{\"a\":[1,2]}", "[{\"op\":\"add\",\"path\":\"/a/2\",\"value\":3}]", "{\"a\":[1,2,3]}"},
        {"{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":3}]", "{\"a\":3}"},
        {"{\"a\":1}",
         "[{\"op\":\"add\",\"path\":\"\",\"value\":[]},{\"op\":\"add\",\"path\":\"/-\",\"value\":1}]", "[1]"},
        {"{\"a\":[1,{\"b\":2}]}", "[{\"op\":\"move\",\"from\":\"/a/1\",\"path\":\"/c\"}]",
         "{\"a\":[1],\"c\":{\"b\":2}}"},
        {"{\"a\":{\"b\":1}}",
         "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"},{\"op\":\"add\",\"path\":\"/c/d\",\"value\":2}]",
         "{\"a\":{\"b\":1},\"c\":{\"b\":1,\"d\":2}}"},
        {"{\"a~/\":[1.0]}", "[{\"op\":\"test\",\"path\":\"/a~0~1/0\",\"value\":1}]", "{\"a~/\":[1]}"},
        {"{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a\"}]", "{\"a\":1}"},
        {"{\"a\":{\"\":1}}", "[{\"op\":\"remove\",\"path\":\"/a/\"}]", "{\"a\":{}}"},
        {"{}", "[]", "{}"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        const struct tree *document = parsed(&arena, cases[i].document), *result;
        const struct tree *before = tree_copy_deep(&arena, document);
        struct error error;
        if (!json_patch_apply(&arena, document, parsed(&arena, cases[i].patch), &result, &error))
            fail_msg("%s: %s", cases[i].patch, error.text);
        assert_true(tree_equal(result, parsed(&arena, cases[i].result)));
        assert_true(tree_equal(document, before));
        arena_done(&arena);
    }
}

static void what_is_not_there_or_not_allowed_is_refused(void **state)
{
    (void)state;
    const char *patches[] = {
        "{}",
        "[1]",
        "[{\"op\":\"add\",\"path\":\"/x\"}]",
        "[{\"op\":\"add\",\"value\":1}]",
        "[{\"op\":\"increase\",\"path\":\"/a\",\"value\":1}]",
        "[{\"op\":\"remove\",\"path\":\"\"}]",
        "[{\"op\":\"remove\",\"path\":\"/x\"}]",
        "[{\"op\":\"remove\",\"path\":\"/l/2\"}]",
        "[{\"op\":\"remove\",\"path\":\"/l/-\"}]",
        "[{\"op\":\"remove\",\"path\":\"/l/00\"}]",
        "[{\"op\":\"remove\",\"path\":\"/l/+1\"}]",
        "[{\"op\":\"remove\",\"path\":\"/l/99999999999999999999\"}]",
        "[{\"op\":\"replace\",\"path\":\"/x\",\"value\":1}]",
        "[{\"op\":\"replace\",\"path\":\"/l/-\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/l/3\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/l/x\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/s/x\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/x/y\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"x\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/~2\",\"value\":1}]",
        "[{\"op\":\"add\",\"path\":\"/~\",\"value\":1}]",
        "[{\"op\":\"move\",\"path\":\"/x\"}]",
        "[{\"op\":\"move\",\"from\":\"/m\",\"path\":\"/m/x\"}]",
        "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/x\"}]",
        "[{\"op\":\"copy\",\"from\":\"/x\",\"path\":\"/y\"}]",
        "[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"u\"}]",
        "[{\"op\":\"test\",\"path\":\"/x\",\"value\":null}]",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(patches); i++) {
        struct arena arena = ARENA_INIT;
        const struct tree *document = parsed(&arena, "{\"l\":[1,2],\"s\":\"t\",\"m\":{}}"), *result;
        struct error error = {0};
        if (json_patch_apply(&arena, document, parsed(&arena, patches[i]), &result, &error))
            fail_msg("%s is taken", patches[i]);
        assert_int_not_equal(error.code, ERROR_NONE);
        arena_done(&arena);
    }
}

static void growth_has_limits(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *document = parsed(&arena, "{\"a\":{}}"), *result;
    struct tree *deeper = tree_list(&arena, 30), *wider = tree_list(&arena, 30);
    for (int i = 0; i < 30; i++) {
        struct slice key = arena_format(&arena, "/%d", i);
        struct tree *operation = tree_map(&arena, 3);
        tree_put(&arena, operation, SLICE("op"), tree_string(&arena, SLICE("copy")));
        tree_put(&arena, operation, SLICE("from"), tree_string(&arena, SLICE("")));
        tree_put(&arena, operation, SLICE("path"), tree_string(&arena, key));
        tree_append(&arena, wider, operation);
        struct tree *inner = tree_copy_shallow(&arena, operation);
        struct slice path = SLICE("/a");
        for (int depth = 0; depth < (1 << (i < 11 ? i : 11)) - 1; depth++)
            path = arena_join(&arena, path, SLICE("/a"));
        tree_put(&arena, inner, SLICE("path"), tree_string(&arena, arena_join(&arena, path, SLICE("/a"))));
        tree_append(&arena, deeper, inner);
    }
    struct error error = {0};
    assert_false(json_patch_apply(&arena, document, wider, &result, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    error.code = ERROR_NONE;
    assert_false(json_patch_apply(&arena, document, deeper, &result, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_trees_have_no_difference),
        cmocka_unit_test(keys_come_go_and_change),
        cmocka_unit_test(strokes_and_tildes_are_escaped),
        cmocka_unit_test(an_item_more_or_less_is_one_operation),
        cmocka_unit_test(an_item_that_moves_is_two_operations),
        cmocka_unit_test(long_lists_are_aligned),
        cmocka_unit_test(every_operation_is_carried_out),
        cmocka_unit_test(what_is_not_there_or_not_allowed_is_refused),
        cmocka_unit_test(growth_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
