#include "tree/tree.h"
#include "base/test_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void maps_keep_the_order_of_their_keys(void **state)
{
    struct tree *map = tree_map(*state, 0);
    assert_null(tree_put(*state, map, SLICE("b"), tree_int(*state, 1)));
    assert_null(tree_put(*state, map, SLICE("a"), tree_int(*state, 2)));
    const struct tree *old = tree_put(*state, map, SLICE("b"), tree_int(*state, 3));
    assert_int_equal(old->integer, 1);
    assert_int_equal(tree_count(map), 2);
    assert_true(slice_equal(map->map.entries[0].key, SLICE("b")));
    assert_int_equal(tree_get(map, SLICE("b"))->integer, 3);
    assert_null(tree_get(map, SLICE("c")));
    assert_null(tree_get(NULL, SLICE("c")));
}

static void large_maps_find_every_key(void **state)
{
    struct tree *map = tree_map(*state, 0);
    for (int i = 0; i < 500; i++)
        tree_put(*state, map, arena_format(*state, "key-%d", i), tree_int(*state, i));
    for (int i = 0; i < 500; i += 2)
        assert_true(tree_remove(map, arena_format(*state, "key-%d", i)));
    assert_false(tree_remove(map, SLICE("key-0")));
    assert_int_equal(tree_count(map), 250);
    struct tree *copy = tree_copy_shallow(*state, map);
    tree_put(*state, copy, SLICE("more"), &tree_null_node);
    for (int i = 1; i < 500; i += 2) {
        struct slice key = arena_format(*state, "key-%d", i);
        assert_int_equal(tree_get(map, key)->integer, i);
        assert_ptr_equal(tree_get(map, key), tree_get(copy, key));
        assert_null(tree_get(map, arena_format(*state, "key-%d", i - 1)));
    }
    assert_null(tree_get(map, SLICE("more")));
}

static void lists_take_and_give_items_anywhere(void **state)
{
    struct tree *list = tree_list(*state, 1);
    for (int i = 0; i < 5; i++)
        tree_append(*state, list, tree_int(*state, i));
    tree_insert(*state, list, 0, tree_int(*state, 10));
    tree_insert(*state, list, 6, tree_int(*state, 11));
    tree_remove_at(list, 1);
    tree_set_at(list, 1, tree_int(*state, 12));
    static const int64_t expected[] = {10, 12, 2, 3, 4, 11};
    assert_int_equal(tree_count(list), ARRAY_LENGTH(expected));
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++)
        assert_int_equal(list->list.items[i]->integer, expected[i]);
}

static void heights_add_up(void **state)
{
    const struct tree *node = tree_string(*state, SLICE("x"));
    for (int i = 0; i < TREE_HEIGHT_MAX; i++) {
        assert_false(tree_is_too_deep(node));
        struct tree *list = tree_list(*state, 1);
        tree_append(*state, list, node);
        node = list;
    }
    assert_int_equal(node->height, TREE_HEIGHT_MAX);
    assert_true(tree_is_too_deep(node));
}

static struct tree *pair(struct arena *arena, struct slice first, const struct tree *one, struct slice second,
                         const struct tree *two)
{
    struct tree *map = tree_map(arena, 2);
    tree_put(arena, map, first, one);
    tree_put(arena, map, second, two);
    return map;
}

static void equality_is_of_values(void **state)
{
    struct arena *arena = *state;
    const struct tree *one = tree_int(arena, 1), *real = tree_float(arena, 1.0), *text = tree_string(arena, SLICE("1"));
    assert_true(tree_equal(one, real));
    assert_false(tree_equal(one, text));
    assert_false(tree_equal(one, NULL));
    assert_true(
        tree_equal(pair(arena, SLICE("a"), one, SLICE("b"), text), pair(arena, SLICE("b"), text, SLICE("a"), real)));
    assert_false(
        tree_equal(pair(arena, SLICE("a"), one, SLICE("b"), text), pair(arena, SLICE("a"), one, SLICE("c"), text)));
    assert_false(tree_equal(&tree_empty_map_node, &tree_empty_list_node));
    assert_false(tree_equal(&tree_true_node, tree_bool(false)));
}

static void copies_share_or_do_not(void **state)
{
    struct arena *arena = *state;
    char bytes[] = "text";
    const struct tree *text = tree_string(arena, (struct slice){bytes, 4});
    struct tree *map = pair(arena, SLICE("a"), text, SLICE("b"), &tree_null_node);
    struct tree *shallow = tree_copy_shallow(arena, map), *deep = tree_copy_deep(arena, map);
    assert_ptr_equal(tree_get(shallow, SLICE("a")), text);
    assert_true(tree_equal(map, deep));
    bytes[0] = 'T';
    assert_true(tree_text_is(tree_get(deep, SLICE("a")), SLICE("text")));
    tree_put(arena, shallow, SLICE("b"), text);
    assert_true(tree_is_null(tree_get(map, SLICE("b"))));
}

static void paths_lead_down_through_maps(void **state)
{
    struct arena *arena = *state;
    struct tree *inner = pair(arena, SLICE("x"), tree_int(arena, 7), SLICE("y"), &tree_true_node);
    struct tree *outer = pair(arena, SLICE("spec"), inner, SLICE("name"), tree_string(arena, SLICE("n")));
    assert_int_equal(tree_at(outer, "spec", "x")->integer, 7);
    assert_null(tree_at(outer, "spec", "z", "x"));
    assert_null(tree_at(outer, "name", "x"));
    assert_string_equal(tree_kind_name(inner), "an object");
    assert_string_equal(tree_kind_name(NULL), "nothing");
}

static void weights_count_shared_nodes_each_time(void **state)
{
    const struct tree *node = &tree_null_node;
    for (int i = 0; i < 60; i++) {
        struct tree *list = tree_list(*state, 2);
        tree_append(*state, list, node);
        tree_append(*state, list, node);
        node = list;
    }
    assert_true(tree_weight(node, 1000) > 1000);
    assert_int_equal(tree_weight(node->list.items[0], 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_keep_the_order_of_their_keys),
        cmocka_unit_test(large_maps_find_every_key),
        cmocka_unit_test(lists_take_and_give_items_anywhere),
        cmocka_unit_test(heights_add_up),
        cmocka_unit_test(equality_is_of_values),
        cmocka_unit_test(copies_share_or_do_not),
        cmocka_unit_test(paths_lead_down_through_maps),
        cmocka_unit_test(weights_count_shared_nodes_each_time),
    };
    return cmocka_run_group_tests(tests, test_arena_start, test_arena_stop);
}
