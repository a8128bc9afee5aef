#include "kube/selector.h"
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
    assert_true(json_read(arena, &source, &tree, &error));
    return tree;
}

static void requirements_must_all_be_met(void **state)
{
    (void)state;
    static const char labels[] = "{\"app\":\"web\",\"tier\":\"\"}";
    const struct {
        const char *selector;
        bool matches;
    } cases[] = {
        {"null", false},
        {"{}", true},
        {"{\"matchLabels\":{\"app\":\"web\"}}", true},
        {"{\"matchLabels\":{\"app\":\"db\"}}", false},
        {"{\"matchLabels\":{\"app\":\"web\",\"zone\":\"a\"}}", false},
        {"{\"matchLabels\":{\"tier\":\"\"}}", true},
        {"{\"matchLabels\":{\"zone\":\"\"}}", false},
        {"{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"db\",\"web\"]}]}", true},
        {"{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"NotIn\",\"values\":[\"web\"]}]}", false},
        {"{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"NotIn\",\"values\":[\"web\"]}]}", true},
        {"{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"In\",\"values\":[\"\"]}]}", false},
        {"{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"Exists\"}]}", true},
        {"{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"Exists\",\"values\":[]}]}", false},
        {"{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"DoesNotExist\"}]}", true},
        {"{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"DoesNotExist\"}]}", false},
        {"{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Exists\"},"
         "{\"key\":\"app\",\"operator\":\"DoesNotExist\"}]}",
         false},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        bool matches = !cases[i].matches;
        struct error error;
        if (!kube_selector_matches(parsed(&arena, cases[i].selector), parsed(&arena, labels), &matches, &error))
            fail_msg("%s: %s", cases[i].selector, error.text);
        if (matches != cases[i].matches)
            fail_msg("%s", cases[i].selector);
    }
    arena_done(&arena);
}

static void requirement_note(void *context, const struct kube_requirement *requirement)
{
    struct buffer *out = context;
    buffer_format(out, "%.*s %.*s %zu %.*s %d\n", SLICE_ARGS(requirement->key), SLICE_ARGS(requirement->operator),
                  tree_count(requirement->values),
                  SLICE_ARGS(requirement->label ? tree_text(requirement->label->value) : SLICE("-")),
                  requirement->is_met);
}

static void each_requirement_is_shown(void **state)
{
    (void)state;
    static const char seen[] = "app In 0 web 1\nzone In 1 - 0\ntier NotIn 2 back 1\napp DoesNotExist 0 web 0\n";
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(1024);
    bool matches = true;
    struct error error;
    assert_true(kube_selector_walk(parsed(&arena, "{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":["
                                                  "{\"key\":\"zone\",\"operator\":\"In\",\"values\":[\"a\"]},"
                                                  "{\"key\":\"tier\",\"operator\":\"NotIn\",\"values\":[\"a\",\"b\"]},"
                                                  "{\"key\":\"app\",\"operator\":\"DoesNotExist\"}]}"),
                                   parsed(&arena, "{\"app\":\"web\",\"tier\":\"back\"}"), requirement_note, &out,
                                   &matches, &error));
    assert_false(matches);
    assert_int_equal(out.length, sizeof seen - 1);
    assert_memory_equal(out.bytes, seen, out.length);
    buffer_done(&out);
    arena_done(&arena);
}

static void what_cannot_be_met_by_any_label_is_an_error(void **state)
{
    (void)state;
    const char *bad[] = {
        "[]",
        "{\"matchLabels\":[]}",
        "{\"matchExpressions\":{}}",
        "{\"matchExpressions\":[null]}",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Gt\",\"values\":[\"1\"]}]}",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"NotIn\",\"values\":[]}]}",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"x\"]}]}",
        "{\"matchExpressions\":[{\"key\":\"\",\"operator\":\"Exists\"}]}",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"x y\"]}]}",
        "{\"matchLabels\":{\"app\":\"-web\"}}",
        "{\"matchLabels\":{\"/app\":\"web\"}}",
        "{\"matchLabels\":{\"Example.com/app\":\"web\"}}",
        "{\"matchLabels\":{\"a/b/c\":\"web\"}}",
        /* Also behind a requirement that is not met. */
        "{\"matchLabels\":{\"app\":\"x\"},\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"in\"}]}",
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        bool matches;
        struct error error = {0};
        if (kube_selector_matches(parsed(&arena, bad[i]), NULL, &matches, &error))
            fail_msg("%s is taken", bad[i]);
        assert_int_equal(error.code, ERROR_VALUE);
    }
    arena_done(&arena);
}

static void keys_and_values_have_a_syntax(void **state)
{
    (void)state;
    const char *keys[] = {"a", "A.b_c-9", "example.com/Name", "a-b.c/x"};
    const char *no_keys[] = {"", "-a", "a-", "a b", "/a", "a/", "a..b/c", ".a/c", "a./c", "A/b",
                             "0123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++)
        assert_true(kube_label_key_is_valid(slice_from(keys[i])));
    for (size_t i = 0; i < ARRAY_LENGTH(no_keys); i++)
        assert_false(kube_label_key_is_valid(slice_from(no_keys[i])));
    assert_true(kube_label_value_is_valid(SLICE("")));
    assert_true(kube_label_value_is_valid(SLICE("v1.2_x")));
    assert_false(kube_label_value_is_valid(SLICE("a/b")));
}

static void a_selector_without_requirements_is_empty(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_true(kube_selector_is_empty(NULL));
    assert_true(kube_selector_is_empty(parsed(&arena, "{\"matchLabels\":{},\"matchExpressions\":[]}")));
    assert_false(kube_selector_is_empty(parsed(&arena, "{\"matchLabels\":{\"a\":\"b\"}}")));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requirements_must_all_be_met),
        cmocka_unit_test(each_requirement_is_shown),
        cmocka_unit_test(what_cannot_be_met_by_any_label_is_an_error),
        cmocka_unit_test(keys_and_values_have_a_syntax),
        cmocka_unit_test(a_selector_without_requirements_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
