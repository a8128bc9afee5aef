#include "proxy/health_message.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void requests_are_as_protobuf_has_them(void **state)
{
    (void)state;
    char name[300];
    memset(name, 'n', sizeof name);
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(4096);
    health_message_print(&out, SLICE(""));
    assert_true(slice_equal(buffer_slice(&out), SLICE("\0\0\0\0\0")));
    buffer_clear(&out);
    health_message_print(&out, SLICE("abc"));
    assert_true(slice_equal(buffer_slice(&out), SLICE("\0\0\0\0\5\x0a\3abc")));
    buffer_clear(&out);
    health_message_print(&out, (struct slice){name, sizeof name});
    assert_true(slice_starts(buffer_slice(&out), SLICE("\0\0\0\x01\x2f\x0a\xac\x02n")));
    assert_int_equal(out.length, 5 + 3 + sizeof name);
}

static void answers_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        struct slice body;
        bool is_read;
        uint64_t status;
    } cases[] = {
        {SLICE_CONSTANT("\0\0\0\0\2\x08\1"), true, HEALTH_SERVING},
        {SLICE_CONSTANT("\0\0\0\0\2\x08\2"), true, HEALTH_NOT_SERVING},
        {SLICE_CONSTANT("\0\0\0\0\0"), true, HEALTH_UNKNOWN},
        {SLICE_CONSTANT("\0\0\0\0\6\x12\2xy\x08\1"), true, HEALTH_SERVING},
        {SLICE_CONSTANT("\0\0\0\0\7\x1d"
                        "1234\x08\1"),
         true, HEALTH_SERVING},
        {SLICE_CONSTANT("\0\0\0\0\x0b\x19"
                        "12345678\x08\1"),
         true, HEALTH_SERVING},
        {SLICE_CONSTANT("\1\0\0\0\2\x08\1"), false, 0},
        {SLICE_CONSTANT("\0\0\0\0\3\x08\1"), false, 0},
        {SLICE_CONSTANT("\0\0\0\0\1\x08"), false, 0},
        {SLICE_CONSTANT("\0\0\0\0\3\x12\5x"), false, 0},
        {SLICE_CONSTANT("\0\0\0\0\2\x0b\1"), false, 0},
        {SLICE_CONSTANT("\0\0\0"), false, 0},
        {SLICE_CONSTANT(""), false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint64_t status = 0;
        if (health_message_read(cases[i].body, &status) != cases[i].is_read || status != cases[i].status)
            fail_msg("case %zu: status %u", i, (unsigned)status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_are_as_protobuf_has_them),
                                       cmocka_unit_test(answers_are_read_strictly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
