#include "tree/json.h"
#include "base/test_arena.h"
#include "tree/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct tree *tree_of(struct arena *arena, struct slice json)
{
    struct source source = {SLICE("json"), json, 0};
    struct error error = {0};
    const struct tree *tree = NULL;
    if (!json_read(arena, &source, &tree, &error))
        fail_msg("%s", error.text);
    return tree;
}

struct writing {
    struct slice json, yaml;
};
#define WRITING(json, yaml)                                                                                            \
    {                                                                                                                  \
        SLICE_CONSTANT(json), SLICE_CONSTANT(yaml)                                                                     \
    }

/* Each is written as expected, and reads back as what it was. */
static void check_writings(struct arena *arena, const struct writing *cases, size_t count, enum yaml_style style)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 20);
        const struct tree *tree = tree_of(arena, cases[i].json), *back;
        yaml_write(&out, tree, style);
        if (!slice_equal(buffer_slice(&out), cases[i].yaml))
            fail_msg("%.*s is written\n%.*s\nnot\n%.*s", SLICE_ARGS(cases[i].json), SLICE_ARGS(buffer_slice(&out)),
                     SLICE_ARGS(cases[i].yaml));
        struct source source = {SLICE("yaml"), buffer_slice(&out), 0};
        struct error error = {0};
        assert_true(yaml_read(arena, &source, NULL, &back, &error));
        assert_true(tree_equal(tree, back));
    }
}

static void collections_are_laid_out_as_kubernetes_does(void **state)
{
    static const struct writing cases[] = {
        WRITING("{\"a\":[1,{\"b\":2,\"c\":[3]},[4,[5]],{},[]],\"d\":{\"e\":{}},\"f\":[]}",
                "a:\n- 1\n- b: 2\n  c:\n  - 3\n- - 4\n  - - 5\n- {}\n- []\nd:\n  e: {}\nf: []\n"),
        WRITING("[]", "[]\n"),
        WRITING("{}", "{}\n"),
        WRITING("\"x\"", "x\n"),
        WRITING("null", "null\n"),
        WRITING("[[[\"x\"]]]", "- - - x\n"),
    };
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_SORT_KEYS | YAML_FOLD);
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_KEEP_ORDER);
}

static void keys_are_sorted_naturally(void **state)
{
    static const struct writing sorted[] = {
        WRITING("{\"a10\":1,\"a9\":2,\"B\":3,\"a-1\":4,\"a\":5,\"10\":6,\"9\":7,\"_\":8,\"a09\":9}",
                "_: 8\n\"9\": 7\n\"10\": 6\nB: 3\na: 5\na-1: 4\na9: 2\na09: 9\na10: 1\n"),
    };
    static const struct writing kept[] = {WRITING("{\"b\":1,\"a\":2}", "b: 1\na: 2\n")};
    check_writings(*state, sorted, ARRAY_LENGTH(sorted), YAML_SORT_KEYS);
    check_writings(*state, kept, ARRAY_LENGTH(kept), YAML_KEEP_ORDER);
}

static void many_keys_are_sorted_too(void **state)
{
    struct tree *map = tree_map(*state, 0);
    for (unsigned i = 0; i < 1000; i++)
        tree_put(*state, map, arena_format(*state, "k%u", i * 7919 % 1000), tree_int(*state, 1));
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 20), expected = BUFFER_INIT(1 << 20);
    yaml_write(&out, map, YAML_SORT_KEYS);
    for (unsigned i = 0; i < 1000; i++)
        buffer_format(&expected, "k%u: 1\n", i);
    assert_true(slice_equal(buffer_slice(&out), buffer_slice(&expected)));
}

static void texts_are_quoted_when_they_must(void **state)
{
    static const struct writing cases[] = {
        WRITING("[\"\",\"yes\",\"12\",\"~\",\"1:30\",\"2001-01-01\",\"0x1f\",\"1_0\"]",
                "- \"\"\n- \"yes\"\n- \"12\"\n- \"~\"\n- \"1:30\"\n- \"2001-01-01\"\n- \"0x1f\"\n- \"1_0\"\n"),
        WRITING("[\"a b\",\"a:b\",\"a#b\",\"-a\",\"a-\",\"?a\",\"<<\",\"10.0.0.1\",\"2001-13-01\",\"a'b\",\"x{y}\"]",
                "- a b\n- a:b\n- a#b\n- -a\n- a-\n- ?a\n- <<\n- 10.0.0.1\n- 2001-13-01\n- a'b\n- x{y}\n"),
        WRITING("[\" a\",\"a \",\"a: b\",\"a:\",\"a #b\",\"- a\",\"-\",\"{a\",\"*a\",\"'a'\",\"---\",\"@a\",\"%a\"]",
                "- ' a'\n- 'a '\n- 'a: b'\n- 'a:'\n- 'a #b'\n- '- a'\n- '-'\n- '{a'\n- '*a'\n- '''a'''\n- '---'\n"
                "- '@a'\n- '%a'\n"),
        WRITING("[\"a\\tb\",\"\\u0007\\u001b\\u007f\",\"\\u00e9\",\"\\ud83d\\ude00\",\"a\\rb\",\"\\u0085\"]",
                "- \"a\\tb\"\n- \"\\a\\e\\x7F\"\n- \xc3\xa9\n- \"\\U0001F600\"\n- \"a\\rb\"\n- \"\\N\"\n"),
    };
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_KEEP_ORDER);
}

static void lines_are_literal_blocks_where_that_is_possible(void **state)
{
    static const struct writing cases[] = {
        WRITING("{\"a\":\"x\\n y\\n\\nz\"}", "a: |-\n  x\n   y\n\n  z\n"),
        WRITING("{\"a\":\"x\\n\",\"b\":\"x\\n\\n\"}", "a: |\n  x\nb: |+\n  x\n\n"),
        WRITING("{\"a\":\"  x\\n\",\"b\":\"\\nx\",\"c\":\"\\n\"}", "a: |2\n    x\nb: |2-\n\n  x\nc: |2+\n\n"),
        WRITING("{\"a\":\"x \\ny\",\"b\":\"x\\n \",\"c\":\"x\\n\\ty\"}",
                "a: \"x \\ny\"\nb: \"x\\n \"\nc: \"x\\n\\ty\"\n"),
        WRITING("[[\"x\\ny\"],{\"a\":[\"x\\ny\"]}]", "- - |-\n    x\n    y\n- a:\n  - |-\n    x\n    y\n"),
        WRITING("\"x\\ny\\n\"", "|\n  x\n  y\n"),
    };
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_KEEP_ORDER);
}

#define WORDS_35 "word word word word word word word "
#define WORDS_40 "word word word word word word word word "

static void long_texts_are_folded_on_request(void **state)
{
    static const struct writing folded[] = {
        WRITING("{\"a\":\"" WORDS_40 WORDS_35 "x  y z\"}", "a: " WORDS_40 WORDS_35 "x  y\n  z\n"),
        WRITING("{\"a\":\"- " WORDS_40 WORDS_35 "x it's\"}", "a: '- " WORDS_40 WORDS_35 "x\n  it''s'\n"),
        WRITING("{\"a\":\"\\t" WORDS_40 WORDS_35 "x  y\"}", "a: \"\\t" WORDS_40 WORDS_35 "x\n  \\ y\"\n"),
    };
    static const struct writing unfolded[] = {
        WRITING("{\"a\":\"" WORDS_40 WORDS_40 WORDS_40 "x\"}", "a: " WORDS_40 WORDS_40 WORDS_40 "x\n"),
    };
    check_writings(*state, folded, ARRAY_LENGTH(folded), YAML_FOLD);
    check_writings(*state, unfolded, ARRAY_LENGTH(unfolded), YAML_KEEP_ORDER);
}

static void long_keys_take_the_long_form(void **state)
{
    static const struct writing cases[] = {
        WRITING("{\"" WORDS_40 WORDS_40 WORDS_40 "1234567890\":[1]}",
                "? " WORDS_40 WORDS_40 WORDS_40 "1234567890\n: - 1\n"),
        WRITING("[{\"a\\nb\":{\"c\":1},\"d\":2}]", "- ? |-\n    a\n    b\n  : c: 1\n  d: 2\n"),
        WRITING("{\"<<\":1,\"yes\":2,\"\":3}", "\"<<\": 1\n\"yes\": 2\n\"\": 3\n"),
    };
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_KEEP_ORDER);
}

static void numbers_go_by_way_of_json(void **state)
{
    static const struct writing cases[] = {
        WRITING("[1000000.0,1e19,1e20,1e21,123456789.5,0.000001,-0.0,0.5,-7]",
                "- 1000000\n- 10000000000000000000\n- 1e+20\n- 1e+21\n- 1.234567895e+08\n- 1e-06\n- 0\n- 0.5\n- -7\n"),
        WRITING("[true,false,null]", "- true\n- false\n- null\n"),
    };
    check_writings(*state, cases, ARRAY_LENGTH(cases), YAML_KEEP_ORDER);
}

static void invalid_utf8_becomes_the_replacement_character(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(100);
    yaml_write(&out, tree_string(*state, SLICE("a\xff")), YAML_KEEP_ORDER);
    assert_true(slice_equal(buffer_slice(&out), SLICE("a\xef\xbf\xbd\n")));
}

static void a_full_buffer_says_so(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(300);
    const struct tree *tree = tree_of(
        *state, SLICE("[\"" WORDS_40 WORDS_40 WORDS_40 WORDS_40 "\",[\"" WORDS_40 WORDS_40 WORDS_40 WORDS_40 "x\"]]"));
    yaml_write(&out, tree, YAML_KEEP_ORDER);
    assert_true(out.overflowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collections_are_laid_out_as_kubernetes_does),
        cmocka_unit_test(keys_are_sorted_naturally),
        cmocka_unit_test(many_keys_are_sorted_too),
        cmocka_unit_test(texts_are_quoted_when_they_must),
        cmocka_unit_test(lines_are_literal_blocks_where_that_is_possible),
        cmocka_unit_test(long_texts_are_folded_on_request),
        cmocka_unit_test(long_keys_take_the_long_form),
        cmocka_unit_test(numbers_go_by_way_of_json),
        cmocka_unit_test(invalid_utf8_becomes_the_replacement_character),
        cmocka_unit_test(a_full_buffer_says_so),
    };
    return cmocka_run_group_tests(tests, test_arena_start, test_arena_stop);
}
