#include "tree/json.h"
#include "base/test_arena.h"
#include "tree/yaml.h"
#include "tree/yaml_events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct reading {
    struct slice yaml, json;
};

/* libyaml alone comes to the same. */
static void check_other_reader(struct arena *arena, const struct source *source, const struct tree *tree)
{
    struct yaml_builder builder;
    yaml_builder_init(&builder, arena, source, NULL);
    bool done = yaml_events_read(&builder);
    assert_int_equal(done, tree != NULL);
    if (tree)
        assert_true(tree_equal(tree, builder.root ? builder.root : &tree_null_node));
}

/* The tree as compact JSON, or the error. */
static void read_as_json(struct arena *arena, struct slice yaml, struct buffer *out)
{
    struct source source = {SLICE("in.yaml"), yaml, 0};
    struct error error = {0};
    const struct tree *tree = NULL;
    if (yaml_read(arena, &source, NULL, &tree, &error))
        json_write(out, tree, JSON_COMPACT);
    check_other_reader(arena, &source, tree);
    if (!tree)
        buffer_format(out, "%u:%u: %s", error.where.line, error.where.column, error.text);
}

static void check_readings(void *arena, const struct reading *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 20);
        read_as_json(arena, cases[i].yaml, &out);
        if (!slice_equal(buffer_slice(&out), cases[i].json))
            fail_msg("%.*s\nreads as %.*s\nnot as   %.*s", SLICE_ARGS(cases[i].yaml), SLICE_ARGS(buffer_slice(&out)),
                     SLICE_ARGS(cases[i].json));
    }
}

#define READING(yaml, json)                                                                                            \
    {                                                                                                                  \
        SLICE_CONSTANT(yaml), SLICE_CONSTANT(json)                                                                     \
    }

static void plain_scalars_mean_what_go_yaml_takes_them_for(void **state)
{
    static const struct reading cases[] = {
        READING("[y, Yes, ON, true, n, no, OFF, False]", "[true,true,true,true,false,false,false,false]"),
        READING("[yEs, oN, nul, tru, yesterday]", "[\"yEs\",\"oN\",\"nul\",\"tru\",\"yesterday\"]"),
        READING("[~, null, Null, NULL, ]", "[null,null,null,null]"),
        READING("[0, 12, +12, -12, 0x1F, 0b101, 0o17, 017, -017, 1_000]", "[0,12,12,-12,31,5,15,15,-15,1000]"),
        READING("[08, 0x, 0b2, 0o8, 1__0, _1, 0b-1]", "[8,\"0x\",\"0b2\",\"0o8\",10,\"_1\",-1]"),
        READING("[1e3, .5, 5., 1.5E+2, -.5e-1, 1e400]", "[1000,0.5,5,150,-0.05,\"1e400\"]"),
        READING("[.1_0, ._1, .1_, 1_0.5]", "[0.1,\"._1\",\".1_\",10.5]"),
        READING("[9223372036854775807, 9223372036854775808]", "[9223372036854775807,9223372036854775808]"),
        READING("[1:30, 2001-12-14, 10.0.0.1, 1.2.3, 100m, -, --]",
                "[\"1:30\",\"2001-12-14\",\"10.0.0.1\",\"1.2.3\",\"100m\",\"-\",\"--\"]"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void quoted_scalars_are_texts(void **state)
{
    static const struct reading cases[] = {
        READING("['yes', \"12\", '', \"\", 'it''s']", "[\"yes\",\"12\",\"\",\"\",\"it's\"]"),
        READING("\"a\\tb\\x41\\u00e9\\U0001f600\\\\\\\"\\/\"", "\"a\\tbA\xc3\xa9\xf0\x9f\x98\x80\\\\\\\"/\""),
        READING("a: 'one\n  two\n\n  three'", "{\"a\":\"one two\\nthree\"}"),
        READING("a: \"one \\\n  two\"", "{\"a\":\"one two\"}"),
        READING("a: one\n two\n\n three\nb: 1", "{\"a\":\"one two\\nthree\",\"b\":1}"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void block_scalars_keep_and_chop_line_ends(void **state)
{
    static const struct reading cases[] = {
        READING("a: |\n  x\n   y\n\n  z\n\n", "{\"a\":\"x\\n y\\n\\nz\\n\"}"),
        READING("a: |-\n  x\n\n", "{\"a\":\"x\"}"),
        READING("a: |+\n  x\n\n", "{\"a\":\"x\\n\\n\"}"),
        READING("a: |2\n   x\n", "{\"a\":\" x\\n\"}"),
        READING("a: >\n  x\n  y\n\n  z\n   w\n  v\n", "{\"a\":\"x y\\nz\\n w\\nv\\n\"}"),
        READING("a: | # why\n  x # text\nb: 1", "{\"a\":\"x # text\\n\",\"b\":1}"),
        READING("- |\n x\n- >-\n y\n", "[\"x\\n\",\"y\"]"),
        READING("a: |\nb: 1", "{\"a\":\"\",\"b\":1}"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void collections_nest_in_all_layouts(void **state)
{
    static const struct reading cases[] = {
        READING("a:\n- 1\n- 2\nb:\n  - 3\nc:\n  d:\n", "{\"a\":[1,2],\"b\":[3],\"c\":{\"d\":null}}"),
        READING("- a: 1\n  b: 2\n- - x\n  - w\n-\n  c: 3\n-", "[{\"a\":1,\"b\":2},[\"x\",\"w\"],{\"c\":3},null]"),
        READING("{a: [1, {b: c}], \"d\":e, f}", "{\"a\":[1,{\"b\":\"c\"}],\"d\":\"e\",\"f\":null}"),
        READING("{\n  \"a\": [\n    1\n  ]\n}\n", "{\"a\":[1]}"),
        READING("? a\n: b\n", "{\"a\":\"b\"}"),
        READING("\xef\xbb\xbf# c\r\na: 1 # d\r\nb: x#y\r\n", "{\"a\":1,\"b\":\"x#y\"}"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void tags_force_a_meaning(void **state)
{
    static const struct reading cases[] = {
        READING("[!!str 12, !!int '12', !!float 3, !!bool 'on', !!null '', !mine 12]",
                "[\"12\",12,3,true,null,\"12\"]"),
        READING("a: !!binary |\n  aGVs\n  bG8=\n", "{\"a\":\"hello\"}"),
        READING("a: !!int x", "1:4: \"x\" is no !!int"),
        READING("a: !!binary aGU", "1:4: what is tagged !!binary is no base64"),
        READING("a: !!map {b: 1}", "{\"a\":{\"b\":1}}"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void keys_become_text(void **state)
{
    static const struct reading cases[] = {
        READING("{n: 1, 0x10: 2, 1.50: 3, 1e6: 4, .inf: 5, '7': 6}",
                "{\"false\":1,\"16\":2,\"1.5\":3,\"1e+06\":4,\".inf\":5,\"7\":6}"),
        READING("~: 1", "1:1: a key cannot be null: put it in quotes"),
        READING("[a]: 1", "1:1: a key cannot be a list: put it in quotes"),
        READING("&k 5: x\n", "{\"5\":\"x\"}"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void aliases_and_merge_keys_are_followed(void **state)
{
    static const struct reading cases[] = {
        READING("a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x", "{\"a\":{\"k\":1},\"b\":{\"k\":1},\"c\":2,\"d\":2}"),
        READING("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n", "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":3,\"l\":2}}"),
        READING("{k: 3, <<: {k: 1}}", "{\"k\":1}"),
        READING("<<: [{a: 1}, {a: 2, b: 3}]\n", "{\"a\":1,\"b\":3}"),
        READING("'<<': 1", "{\"<<\":1}"),
        READING("<<: 1", "1:1: a merge key (<<) takes a map or a list of maps"),
        READING("a: *x", "1:4: no anchor &x stands above here"),
        READING("&a [*a]", "1:5: the value of &a contains itself"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void aliases_have_a_budget(void **state)
{
    static const char text[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                               "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                               "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    struct source source = {SLICE("in"), SLICE(text), 0};
    struct error error = {0};
    const struct tree *tree;
    assert_false(yaml_read(*state, &source, NULL, &tree, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

static void errors_have_clear_words_and_a_place(void **state)
{
    static const struct reading cases[] = {
        READING("a: b: c",
                "1:5: \": \" cannot stand here: the text before it needs quotes, or the indentation is wrong"),
        READING("a:\n\tb: 1", "2:1: a tab cannot be used to indent: use blanks"),
        READING("a: 1\nb: @c", "2:4: no text without quotes can start with \"@\""),
        READING("a: 'b\n", "2:1: quotes that are not closed (the quoted text from line 1 on)"),
        READING("a: [b\nc: 1\n", "2:2: expected \",\" or \"]\" (in the brackets from line 1 on)"),
        READING("a: x\xff\n", "1:5: not UTF-8 text"),
        READING("a: x\x01\n", "1:5: control characters are not allowed"),
        READING("\xc3\xa9: \xc3\xa9\n\xc3\xa9: [\xc3\xa9\n- b",
                "3:4: expected \",\" or \"]\" (in the brackets from line 2 on)"),
        READING("a: .inf", "1:4: infinities and .nan cannot be written as JSON: put it in quotes"),
        READING("a: 1\n---\nb: 2\n", "3:1: a second document, where one is expected"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void no_document_is_null(void **state)
{
    static const struct reading cases[] = {
        READING("", "null"),
        READING("# nothing\n", "null"),
        READING("---\n", "null"),
        READING("---\na\n---\n", "\"a\""),
        READING("\n--- x\n...\n", "\"x\""),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

static void depth_is_refused_quickly(void **state)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(1 << 20);
    struct error error = {0};
    const struct tree *tree;
    for (char bracket = '[';; bracket = '-') {
        buffer_clear(&text);
        for (int i = 0; i < 10000; i++) {
            buffer_add_byte(&text, bracket);
            if (bracket == '-')
                buffer_add_byte(&text, ' ');
        }
        struct source source = {SLICE("in"), buffer_slice(&text), 0};
        assert_false(yaml_read(*state, &source, NULL, &tree, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
        if (bracket == '-')
            break;
    }
    buffer_clear(&text);
    buffer_add_repeated(&text, '[', TREE_HEIGHT_MAX);
    buffer_add_byte(&text, 'x');
    buffer_add_repeated(&text, ']', TREE_HEIGHT_MAX);
    struct source source = {SLICE("in"), buffer_slice(&text), 0};
    assert_true(yaml_read(*state, &source, NULL, &tree, &error));
    assert_int_equal(tree->height, TREE_HEIGHT_MAX);
}

static void count_warning(void *context, const struct yaml_warning *warning)
{
    buffer_format(context, "%u:%u: %s\n", warning->where.line, warning->where.column, warning->text);
}

static void a_key_that_stands_twice_is_told(void **state)
{
    _cleanup_(buffer_done) struct buffer told = BUFFER_INIT(4096), json = BUFFER_INIT(4096);
    struct source source = {SLICE("in"), SLICE("a: 1\nb: {c: 1}\n<<: {b: 2, d: 3}\nd: 4\na: 5\n"), 7};
    struct yaml_options options = {count_warning, &told};
    struct error error = {0};
    const struct tree *tree;
    assert_true(yaml_read(*state, &source, &options, &tree, &error));
    json_write(&json, tree, JSON_COMPACT);
    assert_true(slice_equal(buffer_slice(&json), SLICE("{\"a\":5,\"b\":2,\"d\":4}")));
    assert_true(slice_equal(buffer_slice(&told), SLICE("11:1: key \"a\" is already set at line 7\n")));
}

static void nodes_know_where_they_stand(void **state)
{
    struct source source = {SLICE("in"), SLICE("\xc3\xa9: x\nkey:\n- 'q'\n- yes\n"), 0};
    struct error error = {0};
    const struct tree *tree;
    assert_true(yaml_read(*state, &source, NULL, &tree, &error));
    assert_int_equal(tree->map.entries[0].value->offset, 4);
    assert_true(tree->map.entries[0].value->plain);
    assert_int_equal(tree->map.entries[1].key_offset, 6);
    const struct tree *list = tree_at(tree, "key");
    assert_int_equal(list->offset, 11);
    assert_int_equal(list->list.items[0]->offset, 13);
    assert_false(list->list.items[0]->plain);
    assert_int_equal(list->list.items[1]->offset, 19);
    assert_false(list->list.items[1]->plain);
}

static void an_address_in_brackets_is_a_text(void **state)
{
    /* For go-yaml; libyaml refuses a ":" in front of a bracket. */
    struct source source = {SLICE("in"), SLICE("[fe80::, ::1]\n"), 0},
                  usual = {SLICE("in"), SLICE("[2001:db8::]\n"), 0};
    struct error error = {0};
    const struct tree *tree;
    assert_false(yaml_read(*state, &source, NULL, &tree, &error));
    assert_true(yaml_read(*state, &usual, NULL, &tree, &error));
    assert_true(tree_text_is(tree->list.items[0], SLICE("2001:db8::")));
}

static void many_layouts_are_read_alike(void **state)
{
    static const struct reading cases[] = {
        READING("---   # first\n# c\n\na:   b # c\n\n#d\n  # e\nc: d#e\n", "{\"a\":\"b\",\"c\":\"d#e\"}"),
        READING("a:\n# c\n  # d\n  - - b\n\n    - c: d\n      e: &x\n      - f\n  - *x\n",
                "{\"a\":[[\"b\",{\"c\":\"d\",\"e\":[\"f\"]}],[\"f\"]]}"),
        READING("k : v\n'l' : w\n\"m\\t\": x\nhttp://x: http://y:80/z\n",
                "{\"k\":\"v\",\"l\":\"w\",\"m\\t\":\"x\",\"http://x\":\"http://y:80/z\"}"),
        READING("- \"a  \n\n   b\\  \n  c\\\n\n  d\"\n- ' a\n\n\n  b '\n", "[\"a\\nb  c\\nd\",\" a\\n\\nb \"]"),
        READING("a: b\n   - c\n   d\n\n\n   e\nf:\n  g\n  h\n", "{\"a\":\"b - c d\\n\\ne\",\"f\":\"g h\"}"),
        READING("{ \"a\" : 1, b: [ ], c: {d: -1}, # e\n  'f':\n  g h}",
                "{\"a\":1,\"b\":[],\"c\":{\"d\":-1},\"f\":\"g h\"}"),
        READING("a: >-\n\n\n  b\n  c\n\n    d\n\n  e\n\n", "{\"a\":\"\\n\\nb c\\n\\n  d\\n\\ne\"}"),
        READING("- |\n a\n\n  \n b\n- |1+\n  c\n\n- d", "[\"a\\n\\n \\nb\\n\",\" c\\n\\n\",\"d\"]"),
        READING("a: |\n    b", "{\"a\":\"b\"}"),
        READING("a: |\n\n\n", "{\"a\":\"\"}"),
        READING("a: |+\n\n\n", "{\"a\":\"\\n\\n\"}"),
        READING("a\n b\nc", "\"a b c\""),
        READING("'a'", "\"a\""),
        READING("- a\n-\n- c: \n-", "[\"a\",null,{\"c\":null},null]"),
        READING("a: b\n  c: d",
                "2:4: \": \" cannot stand here: the text before it needs quotes, or the indentation is wrong"),
        READING("a:\n    b: c\n  d: e\n", "3:3: expected a key here: is this line's indentation that of the keys above?"
                                          " (in the map from line 1 on)"),
    };
    check_readings(*state, cases, ARRAY_LENGTH(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_mean_what_go_yaml_takes_them_for),
        cmocka_unit_test(quoted_scalars_are_texts),
        cmocka_unit_test(block_scalars_keep_and_chop_line_ends),
        cmocka_unit_test(collections_nest_in_all_layouts),
        cmocka_unit_test(tags_force_a_meaning),
        cmocka_unit_test(keys_become_text),
        cmocka_unit_test(aliases_and_merge_keys_are_followed),
        cmocka_unit_test(aliases_have_a_budget),
        cmocka_unit_test(errors_have_clear_words_and_a_place),
        cmocka_unit_test(no_document_is_null),
        cmocka_unit_test(depth_is_refused_quickly),
        cmocka_unit_test(a_key_that_stands_twice_is_told),
        cmocka_unit_test(nodes_know_where_they_stand),
        cmocka_unit_test(an_address_in_brackets_is_a_text),
        cmocka_unit_test(many_layouts_are_read_alike),
    };
    return cmocka_run_group_tests(tests, test_arena_start, test_arena_stop);
}
