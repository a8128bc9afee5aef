#include "serve/log.h"
#include "base/buffer.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void collect(void *context, struct slice line)
{
    buffer_add_slice(context, line);
}

/* The values that strangers may choose. */
static const struct log_field fields[] = {
    LOG_FIELD_TEXT("pod", SLICE("plain")),
    LOG_FIELD_TEXT("reason", SLICE("two words \"quoted\"\nnext=line\033[2J")),
    LOG_FIELD_TEXT("none", SLICE("")),
    LOG_FIELD_NUMBER("bytes", -5),
    LOG_FIELD_NANOSECONDS("seconds", 1500000),
};

static void a_line_of_text_stays_one_line(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(10000);
    const struct log log = {.write = collect, .context = &out};
    (void)state;
    log_event(&log, LOG_WARNING, "review", fields, ARRAY_LENGTH(fields));
    struct slice line = buffer_slice(&out);
    assert_int_equal(slice_find_byte(line, '\n'), line.length - 1);
    assert_int_equal(slice_find_byte(line, '\033'), SLICE_NONE);
    assert_true(slice_ends(line, SLICE(" warning review pod=plain reason=\"two words \\\"quoted\\\"\\nnext=line\\u001b[2J\""
                                       " bytes=-5 seconds=0.001500\n")));
}

static void a_line_of_json_is_an_object(void **state)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(10000);
    const struct log log = {.json = true, .write = collect, .context = &out};
    const struct tree *tree;
    struct error error;
    (void)state;
    log_event(&log, LOG_INFO, "review", fields, ARRAY_LENGTH(fields));
    const struct source source = {.name = SLICE("line"), .text = buffer_slice(&out)};
    assert_true(json_read(&arena, &source, &tree, &error));
    assert_true(tree_text_is(tree_get(tree, SLICE("level")), SLICE("info")));
    assert_true(tree_text_is(tree_get(tree, SLICE("reason")), fields[1].text));
    assert_null(tree_get(tree, SLICE("none")));
    assert_int_equal(tree_get(tree, SLICE("bytes"))->integer, -5);
}

static void what_is_below_the_level_is_not_said(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(10000);
    struct log log = {.write = collect, .context = &out};
    (void)state;
    log_message(&log, LOG_DEBUG, "detail", "x");
    assert_int_equal(out.length, 0);
    log.least = LOG_DEBUG;
    log_message(&log, LOG_DEBUG, "detail", "x");
    assert_true(slice_ends(buffer_slice(&out), SLICE(" debug detail message=x\n")));
}

static void a_long_value_is_cut_and_the_line_still_comes(void **state)
{
    static char long_text[1024 * 1024];
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1000000);
    const struct log log = {.write = collect, .context = &out};
    (void)state;
    memset(long_text, '\033', sizeof long_text);
    const struct log_field many[] = {
        LOG_FIELD_TEXT("uid", ((struct slice){long_text, sizeof long_text})),
        LOG_FIELD_TEXT("pod", ((struct slice){long_text, sizeof long_text})),
        LOG_FIELD_TEXT("last", SLICE("here")),
    };
    log_event(&log, LOG_INFO, "event", many, ARRAY_LENGTH(many));
    assert_true(slice_ends(buffer_slice(&out), SLICE(" last=here\n")));
    assert_true(out.length < 20 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_text_stays_one_line),
        cmocka_unit_test(a_line_of_json_is_an_object),
        cmocka_unit_test(what_is_below_the_level_is_not_said),
        cmocka_unit_test(a_long_value_is_cut_and_the_line_still_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
