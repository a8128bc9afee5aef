#include "proxy/access_line.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct relay_address address(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
    return (struct relay_address){.bytes = {a, b, c, d}, .port = port, .family = AF_INET};
}

static struct relay_summary example(void)
{
    return (struct relay_summary){
        .direction = RELAY_OUTBOUND,
        .start_us = 1795467600123456, /* 2026-11-23T21:00:00.123456Z */
        .duration_us = 1042999,
        .received = 1200,
        .sent = 53211,
        .client = address(10, 0, 0, 5, 50310),
        .destination = address(10, 1, 2, 3, 3306),
        .upstream = address(10, 1, 2, 3, 3306),
        .upstream_local = address(10, 0, 0, 5, 50312),
    };
}

static void the_text_is_istios(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(ACCESS_LINE_MAX);
    const struct relay_summary summary = example();
    (void)state;
    access_line_add(&out, PROXY_LOG_TEXT, &summary);
    buffer_add_byte(&out, 0);
    assert_string_equal(out.bytes,
                        "[2026-11-23T21:00:00.123Z] \"- - -\" 0 - - - \"-\" 1200 53211 1042 - \"-\" \"-\" \"-\" \"-\" "
                        "\"10.1.2.3:3306\" PassthroughCluster 10.0.0.5:50312 10.1.2.3:3306 10.0.0.5:50310 - -\n");
}

static void what_went_wrong_is_in_it(void **state)
{
    static const struct {
        enum relay_flag flag;
        const char *text;
    } cases[] = {
        {RELAY_CONNECT_FAILED, " 0 UF - - \"Connection_refused\" "},
        {RELAY_OVERFLOW, " 0 UO - - "},
        {RELAY_NO_ROUTE, " 0 UH - - "},
        {RELAY_CLIENT_GONE, " 0 DC - - "},
        {RELAY_DESTINATION_GONE, " 0 UC - - "},
        {RELAY_TIMED_OUT, " 0 SI - - "},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(ACCESS_LINE_MAX);
        struct relay_summary summary = example();
        summary.flag = cases[i].flag;
        summary.failure = "Connection refused";
        access_line_add(&out, PROXY_LOG_TEXT, &summary);
        assert_int_not_equal(slice_find(buffer_slice(&out), slice_from(cases[i].text)), SLICE_NONE);
    }
}

static void without_an_upstream_there_is_a_dash(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(ACCESS_LINE_MAX);
    struct relay_summary summary = example();
    (void)state;
    summary.route = RELAY_BLACKHOLED;
    summary.upstream = summary.upstream_local = (struct relay_address){0};
    access_line_add(&out, PROXY_LOG_TEXT, &summary);
    assert_true(slice_ends(buffer_slice(&out), SLICE(" \"-\" BlackHoleCluster - 10.1.2.3:3306 10.0.0.5:50310 - -\n")));
}

static void a_name_that_a_peer_chose_ends_no_line(void **state)
{
    static char many[5000];
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(ACCESS_LINE_MAX);
    struct relay_summary summary = example();
    (void)state;
    summary.server_name = SLICE("a\n[2026] \"x\x1b\\");
    access_line_add(&out, PROXY_LOG_TEXT, &summary);
    assert_true(slice_ends(buffer_slice(&out), SLICE(" a\\x0a[2026]_\\x22x\\x1b\\x5c -\n")));
    memset(many, '\n', sizeof many);
    summary.server_name = (struct slice){many, sizeof many};
    summary.peer = summary.server_name;
    for (int encoding = PROXY_LOG_TEXT; encoding <= PROXY_LOG_JSON; encoding++) {
        buffer_clear(&out);
        access_line_add(&out, (enum proxy_log_encoding)encoding, &summary);
        assert_false(out.overflowed);
        assert_int_equal(slice_find_byte(buffer_slice(&out), '\n'), out.length - 1);
    }
}

static void the_object_has_istios_members(void **state)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(ACCESS_LINE_MAX);
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    const struct relay_summary summary = example();
    const struct tree *tree;
    struct error error;
    (void)state;
    access_line_add(&out, PROXY_LOG_JSON, &summary);
    const struct source source = {.name = SLICE("line"), .text = buffer_slice(&out)};
    assert_true(json_read(&arena, &source, &tree, &error));
    assert_int_equal(tree_count(tree), 24);
    assert_int_equal(tree_get(tree, SLICE("bytes_sent"))->integer, 53211);
    assert_int_equal(tree_get(tree, SLICE("duration"))->integer, 1042);
    assert_true(tree_text_is(tree_get(tree, SLICE("response_flags")), SLICE("-")));
    assert_true(tree_text_is(tree_get(tree, SLICE("upstream_host")), SLICE("10.1.2.3:3306")));
    assert_true(tree_text_is(tree_get(tree, SLICE("start_time")), SLICE("2026-11-23T21:00:00.123Z")));
    assert_true(tree_is(tree_get(tree, SLICE("method")), TREE_NULL));
    for (size_t i = 1; i < tree->map.count; i++)
        assert_true(slice_compare(tree->map.entries[i - 1].key, tree->map.entries[i].key) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_istios),
        cmocka_unit_test(what_went_wrong_is_in_it),
        cmocka_unit_test(without_an_upstream_there_is_a_dash),
        cmocka_unit_test(a_name_that_a_peer_chose_ends_no_line),
        cmocka_unit_test(the_object_has_istios_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
