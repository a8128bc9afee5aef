#include "command/option.h"
#include "base/arena.h"
#include "base/buffer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct flags {
    struct slice text;
    struct option_texts texts;
    bool on, off;
    int64_t number;
};

static const struct option options[] = {
    {"text", 't', OPTION_TEXT, offsetof(struct flags, text), "TEXT", "a text", "OPTION_TEST_TEXT"},
    {"more-texts", 'm', OPTION_TEXTS, offsetof(struct flags, texts), "TEXT", "texts", NULL},
    {"on", 'o', OPTION_SWITCH, offsetof(struct flags, on), NULL, "a switch", NULL},
    {"off", 0, OPTION_SWITCH, offsetof(struct flags, off), NULL, "another", NULL},
    {"number", 'n', OPTION_NUMBER, offsetof(struct flags, number), "N", "a number", NULL},
    {0},
};

static const char *environment(const char *name)
{
    return strcmp(name, "OPTION_TEST_TEXT") == 0 ? "from outside" : NULL;
}

static bool parse(struct arena *arena, const char *const *words, struct flags *flags, struct option_rest *rest,
                  struct error *error)
{
    char *argv[16] = {"test"};
    int argc = 1;
    for (; *words; words++)
        argv[argc++] = (char *)*words;
    *flags = (struct flags){0};
    return option_parse(arena, options, argc, argv, environment, flags, rest, error);
}

static void flags_are_written_in_many_ways(void **state)
{
    (void)state;
    static const struct {
        const char *words[6], *text;
        bool on;
        int64_t number;
        size_t texts, rest;
    } cases[] = {
        {{NULL}, "from outside", false, 0, 0, 0},
        {{"--text", "a"}, "a", false, 0, 0, 0},
        {{"--text=a=b"}, "a=b", false, 0, 0, 0},
        {{"--text="}, "", false, 0, 0, 0},
        {{"-t", "a"}, "a", false, 0, 0, 0},
        {{"-ta"}, "a", false, 0, 0, 0},
        {{"-t=a"}, "a", false, 0, 0, 0},
        {{"-on5"}, "from outside", true, 5, 0, 0},
        {{"--on", "--on=false"}, "from outside", false, 0, 0, 0},
        {{"-m", "a", "--more-texts=b"}, "from outside", false, 0, 2, 0},
        {{"x", "--on", "-", "--", "--text", "y"}, "from outside", true, 0, 0, 4},
        {{"--text", "--on"}, "--on", false, 0, 0, 0},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct flags flags;
        struct option_rest rest;
        struct error error;
        const char *words[7] = {0};
        memcpy(words, cases[i].words, sizeof cases[i].words);
        if (!parse(&arena, words, &flags, &rest, &error))
            fail_msg("case %zu: %s", i, error.text);
        assert_true(slice_equal(flags.text, slice_from(cases[i].text)));
        assert_int_equal(flags.on, cases[i].on);
        assert_int_equal(flags.number, cases[i].number);
        assert_int_equal(flags.texts.count, cases[i].texts);
        assert_int_equal(rest.count, cases[i].rest);
    }
    arena_done(&arena);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *words[3], *message;
    } cases[] = {
        {{"--txt", "a"}, "did you mean --text?"},
        {{"--nothing-like-it-at-all"}, "unknown flag --nothing-like-it-at-all"},
        {{"-x"}, "unknown flag -x"},
        {{"--text"}, "--text wants a value"},
        {{"--on=perhaps"}, "--on: \"perhaps\" is not true or false"},
        {{"--number", "1x"}, "--number: \"1x\" is not a whole number"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct flags flags;
        struct option_rest rest;
        struct error error;
        assert_false(parse(&arena, cases[i].words, &flags, &rest, &error));
        assert_int_equal(error.code, ERROR_USAGE);
        if (!strstr(error.text, cases[i].message))
            fail_msg("found \"%s\", wanted \"%s\"", error.text, cases[i].message);
    }
    arena_done(&arena);
}

static void help_shows_every_flag(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT(10000);
    option_help(&out, options);
    for (const struct option *option = options; option->name; option++)
        assert_true(slice_find(buffer_slice(&out), slice_from(option->name)) != SLICE_NONE);
    buffer_done(&out);
}

static void unknown_flags_can_be_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *words[6];
        size_t rest, ignored;
    } cases[] = {
        {{"--unknown", "value", "x", "-t", "a"}, 1, 1}, {{"--unknown=value", "x", "-t", "a", NULL}, 1, 1},
        {{"--unknown", "--text", "a", "x"}, 1, 1},      {{"-z", "value", "x", "-t", "a"}, 1, 1},
        {{"-zvalue", "x", "--text", "a"}, 1, 1},        {{"--text", "a", "x", "--unknown"}, 1, 1},
        {{"--text", "a", "--", "--unknown"}, 1, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        char *argv[8] = {"test"};
        int argc = 1;
        for (const char *const *word = cases[i].words; argc < 7 && *word; word++)
            argv[argc++] = (char *)*word;
        struct flags flags = {0};
        struct option_rest rest, ignored;
        struct error error;
        assert_true(option_parse_known(&arena, options, argc, argv, environment, &flags, &rest, &ignored, &error));
        assert_int_equal(rest.count, cases[i].rest);
        assert_int_equal(ignored.count, cases[i].ignored);
        assert_true(slice_equal(flags.text, SLICE("a")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_written_in_many_ways),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(unknown_flags_can_be_left_out),
        cmocka_unit_test(help_shows_every_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
