#include "patch/merge.h"
#include "base/buffer.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* A type as small as can be: named things merge by name, tags as a set, steps not at all. */
extern const struct type thing;
static const struct type string = {.kind = TYPE_STRING, .name = "a string"};
static const struct type strings = {.kind = TYPE_LIST, .name = "a list of strings", .element = &string};
static const struct type string_map = {.kind = TYPE_MAP, .name = "an object of strings", .element = &string};
static const struct type things = {.kind = TYPE_LIST, .name = "a list of things", .element = &thing};
static const struct type_field thing_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string},
    {SLICE_CONSTANT("things"), SLICE_CONSTANT("Things"), &things, SLICE_CONSTANT("name"), TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("tags"), SLICE_CONSTANT("Tags"), &strings, .flags = TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("steps"), SLICE_CONSTANT("Steps"), &strings},
    {SLICE_CONSTANT("inner"), SLICE_CONSTANT("Inner"), &thing},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &string_map},
};
const struct type thing = {.kind = TYPE_STRUCT, .name = "Thing", .fields = thing_fields, .field_count = 6};

static const struct tree *parsed(struct arena *arena, const char *text)
{
    const struct tree *tree;
    struct error error;
    struct source source = {.text = slice_from(text)};
    if (!json_read(arena, &source, &tree, &error))
        fail_msg("%s: %s", text, error.text);
    return tree;
}

struct example {
    const char *original, *patch, *result;
};

static void check(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena = ARENA_INIT;
        const struct tree *original = parsed(&arena, examples[i].original), *patch = parsed(&arena, examples[i].patch);
        const struct tree *original_copy = tree_copy_deep(&arena, original);
        const struct tree *patch_copy = tree_copy_deep(&arena, patch), *result;
        struct error error;
        if (!merge_strategic(&arena, original, patch, &thing, &result, &error))
            fail_msg("%s and %s: %s", examples[i].original, examples[i].patch, error.text);
        _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(100000);
        json_write(&text, result, JSON_COMPACT);
        if (!slice_equal(buffer_slice(&text), slice_from(examples[i].result)))
            fail_msg("%s and %s: got %.*s, want %s", examples[i].original, examples[i].patch,
                     SLICE_ARGS(buffer_slice(&text)), examples[i].result);
        assert_true(tree_equal(original, original_copy));
        assert_true(tree_equal(patch, patch_copy));
        arena_done(&arena);
    }
}
#define CHECK(...)                                                                                                     \
    do {                                                                                                               \
        const struct example examples[] = {__VA_ARGS__};                                                               \
        check(examples, ARRAY_LENGTH(examples));                                                                       \
    } while (0)

static void objects_merge_key_by_key(void **state)
{
    (void)state;
    CHECK({"{\"name\":\"a\",\"inner\":{\"name\":\"b\"}}", "{\"inner\":{\"steps\":[\"x\"]},\"labels\":{\"k\":\"v\"}}",
           "{\"name\":\"a\",\"inner\":{\"name\":\"b\",\"steps\":[\"x\"]},\"labels\":{\"k\":\"v\"}}"},
          {"{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}", "{\"labels\":{\"b\":\"3\",\"c\":\"4\"}}",
           "{\"labels\":{\"a\":\"1\",\"b\":\"3\",\"c\":\"4\"}}"},
          /* Another kind of value replaces. */
          {"{\"inner\":{\"name\":\"b\"}}", "{\"inner\":\"x\"}", "{\"inner\":\"x\"}"},
          {"{\"inner\":null}", "{\"inner\":{\"name\":\"b\"}}", "{\"inner\":{\"name\":\"b\"}}"});
}

static void null_takes_a_key_out(void **state)
{
    (void)state;
    CHECK({"{\"name\":\"a\",\"tags\":[]}", "{\"name\":null,\"steps\":null}", "{\"tags\":[]}"},
          {"{}", "{\"inner\":{\"name\":null,\"labels\":{\"a\":null}},\"steps\":[null]}",
           "{\"inner\":{\"labels\":{}},\"steps\":[null]}"});
}

static void what_the_type_does_not_have_merges_as_json(void **state)
{
    (void)state;
    CHECK({"{\"new\":{\"a\":{\"b\":1},\"l\":[1]}}", "{\"new\":{\"a\":{\"c\":2},\"l\":[2],\"x\":null}}",
           "{\"new\":{\"a\":{\"b\":1,\"c\":2},\"l\":[2]}}"});
}

static void lists_of_objects_merge_by_their_key(void **state)
{
    (void)state;
    CHECK({"{\"things\":[{\"name\":\"a\",\"steps\":[\"1\"]},{\"name\":\"b\"}]}",
           "{\"things\":[{\"name\":\"a\",\"tags\":[\"t\"]}]}",
           "{\"things\":[{\"name\":\"a\",\"steps\":[\"1\"],\"tags\":[\"t\"]},{\"name\":\"b\"}]}"},
          /* New items come first. */
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "{\"things\":[{\"name\":\"x\"},{\"name\":\"y\"}]}",
           "{\"things\":[{\"name\":\"x\"},{\"name\":\"y\"},{\"name\":\"a\"},{\"name\":\"b\"}]}"},
          /* The patch's order counts, and what stood before an item of the patch stays before it. */
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}",
           "{\"things\":[{\"name\":\"x\"},{\"name\":\"b\"},{\"name\":\"y\"}]}",
           "{\"things\":[{\"name\":\"x\"},{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"y\"},{\"name\":\"c\"}]}"},
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "{\"things\":[{\"name\":\"b\"},{\"name\":\"a\"}]}",
           "{\"things\":[{\"name\":\"b\"},{\"name\":\"a\"}]}"},
          /* Of doubles only the first is merged into, and they are put together. */
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"a\"}]}",
           "{\"things\":[{\"name\":\"a\",\"inner\":{}}]}",
           "{\"things\":[{\"name\":\"a\",\"inner\":{}},{\"name\":\"a\"},{\"name\":\"b\"}]}"},
          {"{}", "{\"things\":[{\"name\":\"a\"}]}", "{\"things\":[{\"name\":\"a\"}]}"},
          {"{\"things\":[]}", "{\"things\":[{\"name\":\"a\"},{\"name\":\"a\",\"tags\":[]}]}",
           "{\"things\":[{\"name\":\"a\",\"tags\":[]}]}"});
}

static void long_lists_merge_as_short_ones(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    enum { COUNT = 3000 };
    struct tree *original = tree_map(&arena, 1), *patch = tree_map(&arena, 1);
    struct tree *originals = tree_list(&arena, COUNT), *patches = tree_list(&arena, COUNT);
    for (int i = 0; i < COUNT; i++) { /* the patch has the odd ones, backwards */
        struct tree *item = tree_map(&arena, 1);
        tree_put(&arena, item, SLICE("name"), tree_string(&arena, arena_format(&arena, "n%d", i)));
        tree_append(&arena, originals, item);
        if (i % 2)
            tree_insert(&arena, patches, 0, item);
    }
    tree_put(&arena, original, SLICE("things"), originals);
    tree_put(&arena, patch, SLICE("things"), patches);
    const struct tree *result;
    struct error error;
    assert_true(merge_strategic(&arena, original, patch, &thing, &result, &error));
    const struct tree *merged = tree_at(result, "things");
    assert_int_equal(merged->list.count, COUNT);
    assert_ptr_equal(merged->list.items[0], originals->list.items[0]);
    assert_ptr_equal(merged->list.items[COUNT - 1], originals->list.items[1]);
    arena_done(&arena);
}

static void lists_of_scalars_merge_as_sets_or_are_replaced(void **state)
{
    (void)state;
    CHECK({"{\"tags\":[\"a\",\"b\"]}", "{\"tags\":[\"c\",\"a\"]}", "{\"tags\":[\"c\",\"a\",\"b\"]}"},
          {"{\"steps\":[\"a\",\"b\"]}", "{\"steps\":[\"c\"]}", "{\"steps\":[\"c\"]}"},
          {"{\"steps\":[\"a\",\"b\"]}", "{\"steps\":[]}", "{\"steps\":[]}"});
}

static void directives_delete_and_replace(void **state)
{
    (void)state;
    CHECK({"{\"inner\":{\"name\":\"a\",\"tags\":[]}}", "{\"inner\":{\"$patch\":\"replace\",\"name\":\"b\"}}",
           "{\"inner\":{\"name\":\"b\"}}"},
          {"{\"inner\":{\"name\":\"a\"}}", "{\"inner\":{\"$patch\":\"delete\"}}", "{\"inner\":{}}"},
          {"{}", "{\"inner\":{\"$patch\":\"delete\"}}", "{}"},
          {"{\"name\":\"a\"}", "{\"$patch\":\"replace\",\"tags\":[]}", "{\"tags\":[]}"},
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
           "{\"things\":[{\"name\":\"a\",\"$patch\":\"delete\"},{\"name\":\"c\"}]}",
           "{\"things\":[{\"name\":\"c\"},{\"name\":\"b\"}]}"},
          {"{\"things\":[{\"name\":\"a\"}]}", "{\"things\":[{\"$patch\":\"replace\"},{\"name\":\"c\"}]}",
           "{\"things\":[{\"name\":\"c\"}]}"},
          {"{\"tags\":[\"a\",\"b\",\"c\"]}", "{\"$deleteFromPrimitiveList/tags\":[\"b\",\"x\"]}",
           "{\"tags\":[\"a\",\"c\"]}"},
          {"{\"name\":\"a\",\"tags\":[],\"steps\":[]}", "{\"$retainKeys\":[\"steps\",\"name\"],\"name\":\"b\"}",
           "{\"name\":\"b\",\"steps\":[]}"});
}

static void an_element_order_puts_lists_in_order(void **state)
{
    (void)state;
    CHECK({"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}",
           "{\"$setElementOrder/things\":[{\"name\":\"c\"},{\"name\":\"a\"}]}",
           "{\"things\":[{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"a\"}]}"},
          {"{\"things\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
           "{\"$setElementOrder/things\":[{\"name\":\"a\"},{\"name\":\"x\"},{\"name\":\"b\"}],"
           "\"things\":[{\"name\":\"x\"}]}",
           "{\"things\":[{\"name\":\"a\"},{\"name\":\"x\"},{\"name\":\"b\"}]}"},
          {"{\"tags\":[\"a\",\"b\"]}", "{\"$setElementOrder/tags\":[\"b\",\"a\"]}", "{\"tags\":[\"b\",\"a\"]}"},
          {"{}", "{\"$setElementOrder/tags\":[\"b\",\"a\"]}", "{}"});
}

static void directives_never_reach_the_result(void **state)
{
    (void)state;
    CHECK({"{}", "{\"inner\":{\"$retainKeys\":[\"name\"],\"name\":\"a\",\"$setElementOrder/tags\":[]}}",
           "{\"inner\":{\"name\":\"a\"}}"},
          {"{\"things\":[]}", "{\"things\":[{\"name\":\"a\",\"inner\":{\"$patch\":\"replace\",\"name\":\"b\"}}]}",
           "{\"things\":[{\"name\":\"a\",\"inner\":{\"name\":\"b\"}}]}"});
}

static void bad_patches_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *original, *patch, *message;
    } cases[] = {
        {"{}", "{\"$patch\":\"merge\"}", "\"$patch\": \"merge\" is neither \"replace\" nor \"delete\""},
        {"{\"things\":[{\"name\":\"a\"}]}", "{\"things\":[{}]}",
         "things: item 0 of the patch has no \"name\", by which these lists merge"},
        {"{\"things\":[{}]}", "{\"things\":[]}",
         "things: item 0 of the list has no \"name\", by which these lists merge"},
        {"{\"things\":[{\"name\":\"a\"}]}", "{\"things\":[\"a\"]}",
         "things: lists that merge cannot hold both an object and a string"},
        {"{\"tags\":[\"a\"]}", "{\"tags\":[null]}", "tags: lists that merge cannot hold null"},
        {"{\"inner\":{\"things\":[{\"name\":\"a\"}]}}", "{\"inner\":{\"things\":[{\"$patch\":\"delete\"}]}}",
         "inner: things: item 0 of the patch is to be deleted but has no \"name\""},
        {"{\"name\":\"a\"}", "{\"$retainKeys\":[\"tags\"],\"name\":\"b\"}", "\"name\" is set but not in $retainKeys"},
        {"{}", "{\"$setElementOrder\":[]}", "\"$setElementOrder\": want $setElementOrder/LIST"},
        {"{}", "{\"$setElementOrder/other\":[]}", "$setElementOrder/other: there is no list of this name in Thing"},
        {"{\"things\":[{\"name\":\"a\"}]}",
         "{\"$setElementOrder/things\":[{\"name\":\"b\"}],\"things\":[{\"name\":\"c\"}]}",
         "things: item 0 of the patch is not where $setElementOrder has it"},
        {"[]", "{}", "what is merged into is a list, want an object"},
        {"{}", "[]", "the patch is a list, want an object"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        const struct tree *result;
        struct error error = {0};
        assert_false(merge_strategic(&arena, parsed(&arena, cases[i].original), parsed(&arena, cases[i].patch), &thing,
                                     &result, &error));
        assert_string_equal(error.text, cases[i].message);
        arena_done(&arena);
    }
}

static void what_does_not_change_is_shared(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *original =
        parsed(&arena, "{\"name\":\"a\",\"inner\":{\"steps\":[]},\"things\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
    const struct tree *patch = parsed(&arena, "{\"inner\":{\"steps\":[]},\"things\":[{\"name\":\"b\"}],\"x\":null}");
    const struct tree *result;
    struct error error;
    assert_true(merge_strategic(&arena, original, patch, &thing, &result, &error));
    assert_ptr_equal(result, original);

    patch = parsed(&arena, "{\"things\":[{\"name\":\"b\",\"tags\":[\"t\"]}],\"inner\":{}}");
    assert_true(merge_strategic(&arena, original, patch, &thing, &result, &error));
    assert_ptr_equal(tree_at(result, "inner"), tree_at(original, "inner"));
    assert_ptr_equal(tree_at(result, "things")->list.items[0], tree_at(original, "things")->list.items[0]);
    assert_ptr_not_equal(tree_at(result, "things"), tree_at(original, "things"));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_merge_key_by_key),
        cmocka_unit_test(null_takes_a_key_out),
        cmocka_unit_test(what_the_type_does_not_have_merges_as_json),
        cmocka_unit_test(lists_of_objects_merge_by_their_key),
        cmocka_unit_test(long_lists_merge_as_short_ones),
        cmocka_unit_test(lists_of_scalars_merge_as_sets_or_are_replaced),
        cmocka_unit_test(directives_delete_and_replace),
        cmocka_unit_test(an_element_order_puts_lists_in_order),
        cmocka_unit_test(directives_never_reach_the_result),
        cmocka_unit_test(bad_patches_are_refused),
        cmocka_unit_test(what_does_not_change_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
