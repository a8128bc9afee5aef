/* Slices, buffers, runes, arenas and errors. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/rune.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void slices_split_as_go_does(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t parts;
        const char *last;
    } cases[] = {{"", 1, ""}, {"a", 1, "a"}, {"a,b", 2, "b"}, {"a,,b", 3, "b"}, {",", 2, ""}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct slice_splitter splitter = {.rest = slice_from(cases[i].text)};
        struct slice part = {0};
        size_t count = 0;
        while (slice_split(&splitter, ',', &part))
            count++;
        assert_int_equal(count, cases[i].parts);
        assert_true(slice_equal(part, slice_from(cases[i].last)));
    }
}

static void slices_are_searched_within_their_bounds(void **state)
{
    (void)state;
    struct slice text = slice_range(SLICE("abcabcX"), 0, 6);
    assert_int_equal(slice_find(text, SLICE("ca")), 2);
    assert_int_equal(slice_find(text, SLICE("cX")), SLICE_NONE);
    assert_int_equal(slice_find_last(text, SLICE("abc")), 3);
    assert_int_equal(slice_find_last(text, SLICE("")), 6);
    assert_int_equal(slice_find_byte(text, 'X'), SLICE_NONE);
    assert_true(slice_equal(slice_trim(SLICE(" \t a b\r\n")), SLICE("a b")));
    assert_true(slice_equal(slice_range(text, 4, 99), SLICE("bc")));
    assert_int_equal(slice_range(text, 99, 3).length, 0);
    assert_true(slice_compare(SLICE("a"), SLICE("ab")) < 0 && slice_compare(SLICE("b"), SLICE("ab")) > 0);
}

static void a_buffer_never_grows_beyond_its_limit(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT(10);
    buffer_add_literal(&buffer, "12345678");
    buffer_add_literal(&buffer, "abc");
    assert_true(buffer.overflowed);
    buffer_add_byte(&buffer, 'x');
    assert_int_equal(buffer.length, 8);
    buffer_clear(&buffer);
    buffer_add_repeated(&buffer, 'y', 10);
    assert_false(buffer.overflowed);
    assert_true(slice_equal(buffer_slice(&buffer), SLICE("yyyyyyyyyy")));
    buffer_done(&buffer);
}

static void runes_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        unsigned rune;
        size_t length;
    } cases[] = {
        {SLICE_CONSTANT("a"), 'a', 1},
        {SLICE_CONSTANT("\xc3\xa9"), 0xe9, 2},
        {SLICE_CONSTANT("\xe4\xb8\x96"), 0x4e16, 3},
        {SLICE_CONSTANT("\xf0\x9f\x98\x80"), 0x1f600, 4},
        {SLICE_CONSTANT("\xc0\x80"), RUNE_INVALID, 1},         /* overlong */
        {SLICE_CONSTANT("\xed\xa0\x80"), RUNE_INVALID, 1},     /* a surrogate */
        {SLICE_CONSTANT("\xf4\x90\x80\x80"), RUNE_INVALID, 1}, /* past the last one */
        {SLICE_CONSTANT("\xe4\xb8"), RUNE_INVALID, 1},         /* cut short */
        {SLICE_CONSTANT("\x80"), RUNE_INVALID, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t length;
        assert_int_equal(rune_decode(cases[i].text, &length), cases[i].rune);
        assert_int_equal(length, cases[i].length);
        struct buffer out = BUFFER_INIT(8);
        if (cases[i].rune != RUNE_INVALID) {
            buffer_add_rune(&out, cases[i].rune);
            assert_true(slice_equal(buffer_slice(&out), cases[i].text));
        }
        buffer_done(&out);
    }
    assert_int_equal(rune_valid_prefix(SLICE("ab\xc3\xa9\xff")), 4);
    assert_int_equal(rune_count(SLICE("a\xc3\xa9\xff")), 3);
}

static void an_arena_reserves_one_piece(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_int_equal(arena_held(&arena), 0);
    arena_reserve(&arena, 40000);
    size_t held = arena_held(&arena);
    assert_in_range(held, 40000, 40100);
    char *first = arena_take(&arena, 15001), *second = arena_take(&arena, 24900);
    assert_ptr_equal(second, first + 15008);
    assert_int_equal(arena_held(&arena), held);
    arena_reserve(&arena, 50); /* is there */
    assert_int_equal(arena_held(&arena), held);
    arena_reserve(&arena, 500);
    assert_true(arena_held(&arena) > held);
    arena_done(&arena);
}

static void an_arena_gives_memory_that_stays_put(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (int round = 0; round < 3; round++) {
        struct slice texts[200];
        for (int i = 0; i < 200; i++)
            texts[i] = arena_format(&arena, "%0*d", 1 + i * 31, i);
        for (int i = 0; i < 200; i++) {
            assert_int_equal(texts[i].length, (size_t)(1 + i * 31) > 3 ? (size_t)(1 + i * 31) : 1);
            assert_int_equal(texts[i].bytes[texts[i].length], '\0');
        }
        unsigned char *zeroed = arena_new(&arena, unsigned char, 1000);
        for (int i = 0; i < 1000; i++)
            assert_int_equal(zeroed[i], 0);
        memset(zeroed, 0xff, 1000);
        arena_reset(&arena);
        assert_int_equal(arena.used, 0);
    }
    arena_done(&arena);
}

static void an_error_knows_its_place_and_quotes_the_line(void **state)
{
    (void)state;
    struct source source = {.name = SLICE("f.yaml"), .text = SLICE("first\nsecond line\nthird"), .first_line = 10};
    struct error error;
    char text[400];
    assert_false(error_at(&error, ERROR_SYNTAX, &source, 13, "bad %s", "thing"));
    assert_false(error_wrap(&error, "outer %d", 1));
    error_print(&error, text, sizeof text);
    assert_string_equal(text, "f.yaml:11:8: outer 1: bad thing\n    | second line");
    error_at(&error, ERROR_SYNTAX, &source, 999, "at the end");
    assert_int_equal(error.where.line, 12);
    error_set(&error, ERROR_VALUE, (struct position){0}, "esc \x1b[31m and %0600d", 1);
    assert_null(strchr(error.text, '\x1b'));
    assert_string_equal(error.text + sizeof error.text - 4, "...");
    char small[16];
    error_print(&error, small, sizeof small);
    assert_int_equal(strlen(small), 15);
    assert_false(error_set(NULL, ERROR_VALUE, (struct position){0}, "nobody listens"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_split_as_go_does),
        cmocka_unit_test(slices_are_searched_within_their_bounds),
        cmocka_unit_test(a_buffer_never_grows_beyond_its_limit),
        cmocka_unit_test(runes_are_read_strictly),
        cmocka_unit_test(an_arena_gives_memory_that_stays_put),
        cmocka_unit_test(an_arena_reserves_one_piece),
        cmocka_unit_test(an_error_knows_its_place_and_quotes_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
