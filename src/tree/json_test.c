#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static bool read_text(struct arena *arena, struct slice text, const struct tree **ret, struct error *error)
{
    struct source source = {.name = SLICE("test.json"), .text = text};
    return json_read(arena, &source, ret, error);
}

static void what_is_read_is_written_again(void **state)
{
    (void)state;
    static const struct {
        struct slice in, out;
        enum json_style style;
    } cases[] = {
        {SLICE_CONSTANT("null"), SLICE_CONSTANT("null"), 0},
        {SLICE_CONSTANT(" [ 1 , -2.5, 1e3 ,true,false] "), SLICE_CONSTANT("[1,-2.5,1000,true,false]"), 0},
        {SLICE_CONSTANT("{\"b\":1,\"a\":{}}"), SLICE_CONSTANT("{\"b\":1,\"a\":{}}"), 0},
        {SLICE_CONSTANT("{\"b\":1,\"a\":[]}"), SLICE_CONSTANT("{\"a\":[],\"b\":1}"), JSON_SORT_KEYS},
        {SLICE_CONSTANT("{\"a\":1,\"b\":2,\"a\":3}"), SLICE_CONSTANT("{\"a\":3,\"b\":2}"), 0},
        {SLICE_CONSTANT("\"\\u00e9\\ud83d\\ude00\\n\\/\""), SLICE_CONSTANT("\"\u00e9\U0001F600\\n/\""), 0},
        {SLICE_CONSTANT("\"\\ud83dx\""), SLICE_CONSTANT("\"\ufffdx\""), 0},
        {SLICE_CONSTANT("\"<&>\""), SLICE_CONSTANT("\"\\u003c\\u0026\\u003e\""), JSON_GO_HTML},
        {SLICE_CONSTANT("\"\\u2028\""), SLICE_CONSTANT("\"\\u2028\""), JSON_GO_HTML},
        {SLICE_CONSTANT("9223372036854775807"), SLICE_CONSTANT("9223372036854775807"), 0},
        {SLICE_CONSTANT("18446744073709551616"), SLICE_CONSTANT("18446744073709551616"), 0},
        {SLICE_CONSTANT("[1e21,1e-7,0.1]"), SLICE_CONSTANT("[1e+21,1e-7,0.1]"), 0},
        {SLICE_CONSTANT("[{}]"), SLICE_CONSTANT("[\n  {}\n]"), JSON_INDENT},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct tree *tree;
        struct error error;
        assert_true(read_text(&arena, cases[i].in, &tree, &error));
        struct buffer out = BUFFER_INIT(1000);
        json_write(&out, tree, cases[i].style);
        assert_int_equal(out.length, cases[i].out.length);
        assert_memory_equal(out.bytes, cases[i].out.bytes, out.length);
        buffer_done(&out);
    }
    arena_done(&arena);
}

/* Strings are looked at in words: what must be escaped is found wherever it stands in one. */
static void each_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    static const struct {
        char byte;
        const char *plain, *html;
    } cases[] = {
        {'a', "a", "a"},        {' ', " ", " "},        {'\x7f', "\x7f", "\x7f"}, {'"', "\\\"", "\\\""}, {'\\', "\\\\", "\\\\"},
        {'\n', "\\n", "\\n"},  {'\x1f', "\\u001f", "\\u001f"}, {'\0', "\\u0000", "\\u0000"},
        {'<', "<", "\\u003c"},  {'>', ">", "\\u003e"},  {'&', "&", "\\u0026"},
        {'\x80', "\\ufffd", "\\ufffd"}, {'!', "!", "!"}, {'#', "#", "#"}, {'[', "[", "["}, {']', "]", "]"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t length = 1; length < 27; length++) {
            for (size_t at = 0; at < length; at++) {
                char text[32], wanted[64];
                memset(text, 'x', length);
                text[at] = cases[i].byte;
                for (int html = 0; html <= 1; html++) {
                    struct buffer out = BUFFER_INIT(1000);
                    json_write_string(&out, (struct slice){text, length}, html ? JSON_GO_HTML : JSON_COMPACT);
                    int wanted_length = snprintf(wanted, sizeof wanted, "\"%.*s%s%.*s\"", (int)at, text,
                                                 html ? cases[i].html : cases[i].plain, (int)(length - at - 1),
                                                 text + at + 1);
                    assert_int_equal(out.length, wanted_length);
                    assert_memory_equal(out.bytes, wanted, out.length);
                    buffer_done(&out);
                }
            }
        }
    }
}

static void broken_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        unsigned line, column;
    } cases[] = {
        {SLICE_CONSTANT(""), 1, 1},          {SLICE_CONSTANT("{\n  \"a\": tru\n}"), 2, 8},
        {SLICE_CONSTANT("[1,]"), 1, 4},      {SLICE_CONSTANT("{\"a\" 1}"), 1, 6},
        {SLICE_CONSTANT("01"), 1, 2},        {SLICE_CONSTANT("1."), 1, 3},
        {SLICE_CONSTANT("\"a\nb\""), 1, 3},  {SLICE_CONSTANT("\"\\x\""), 1, 3},
        {SLICE_CONSTANT("\"\xff\""), 1, 2},  {SLICE_CONSTANT("1 2"), 1, 3},
        {SLICE_CONSTANT("\"abc"), 1, 5},     {SLICE_CONSTANT("{\"a\":1,\n,}"), 2, 1},
        {SLICE_CONSTANT("1e999"), 1, 1},     {SLICE_CONSTANT("-"), 1, 2},
        {SLICE_CONSTANT("\"\\u12\""), 1, 4},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct tree *tree = NULL;
        struct error error;
        assert_false(read_text(&arena, cases[i].in, &tree, &error));
        assert_null(tree);
        assert_int_equal(error.where.line, cases[i].line);
        assert_int_equal(error.where.column, cases[i].column);
    }
    arena_done(&arena);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    static char text[20000];
    memset(text, '[', sizeof text);
    struct arena arena = ARENA_INIT;
    const struct tree *tree;
    struct error error;
    assert_false(read_text(&arena, (struct slice){text, sizeof text}, &tree, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    memset(text + TREE_HEIGHT_MAX, ']', TREE_HEIGHT_MAX);
    assert_true(read_text(&arena, (struct slice){text, 2 * TREE_HEIGHT_MAX}, &tree, &error));
    assert_int_equal(tree->height, TREE_HEIGHT_MAX - 1);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(each_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(nesting_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
