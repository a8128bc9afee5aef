#include "capture/flag.h"
#include "base/buffer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const struct flag flags[] = {
    {"port", 'p', FLAG_TEXT, "PORT", "a port"},
    {"dry-run", 'n', FLAG_SWITCH, NULL, "nothing is done"},
    {"only-long", 0, FLAG_TEXT, "TEXT", NULL},
    {"quiet", 'q', FLAG_SWITCH, NULL, NULL},
};
static const struct flag_table table = {flags, ARRAY_LENGTH(flags)};

/* Notes what was set as "name=value ". */
static bool note(void *context, size_t index, struct slice value, struct error *error)
{
    (void)error;
    buffer_format(context, "%s=%.*s ", flags[index].name, SLICE_ARGS(value));
    return true;
}

static bool parse(const char *const *words, struct buffer *out, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct slice *rest;
    size_t count;
    int argc = 0;
    while (words[argc])
        argc++;
    bool parsed = flags_parse(table, &arena, argc, (char *const *)words, note, out, &rest, &count, error);
    for (size_t i = 0; parsed && i < count; i++)
        buffer_format(out, "[%.*s] ", SLICE_ARGS(rest[i]));
    buffer_add_byte(out, '\0');
    arena_done(&arena);
    return parsed;
}

static void flags_are_read_as_pflag_reads_them(void **state)
{
    (void)state;
    const struct {
        const char *words[6], *want;
    } cases[] = {
        {{"-p", "80"}, "port=80 "},
        {{"-p80"}, "port=80 "},
        {{"-p=80"}, "port=80 "},
        {{"-p="}, "port== "},
        {{"-p=="}, "port== "},
        {{"--port", "80"}, "port=80 "},
        {{"--port=80"}, "port=80 "},
        {{"--port="}, "port= "},
        {{"-p", ""}, "port= "},
        {{"-p", "-1"}, "port=-1 "},
        {{"-p", "--"}, "port=-- "},
        {{"-n"}, "dry-run=true "},
        {{"-n=false"}, "dry-run=false "},
        {{"--dry-run", "false"}, "dry-run=true [false] "},
        {{"--dry-run=false"}, "dry-run=false "},
        {{"-nq"}, "dry-run=true quiet=true "},
        {{"-nqp", "80"}, "dry-run=true quiet=true port=80 "},
        {{"-np=80"}, "dry-run=true port=80 "},
        {{"-p1", "-p2"}, "port=1 port=2 "},
        {{"a", "-n", "b"}, "dry-run=true [a] [b] "},
        {{"--", "-n", "--port"}, "[-n] [--port] "},
        {{"-"}, "[-] "},
        {{NULL}, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct buffer out = BUFFER_INIT(1000);
        struct error error;
        assert_true(parse(cases[i].words, &out, &error));
        assert_string_equal(out.bytes, cases[i].want);
        buffer_done(&out);
    }
}

static void mistakes_name_the_flag(void **state)
{
    (void)state;
    const struct {
        const char *words[4], *named;
    } cases[] = {
        {{"--nonsense"}, "--nonsense"}, {{"-y"}, "-y"},           {{"-ny"}, "'y'"}, {{"-p"}, "-p"},
        {{"--port"}, "--port"},         {{"--=x"}, "--=x"},       {{"-n="}, "'='"}, {{"--only-long"}, "--only-long"},
        {{"--PORT=1"}, "--PORT"},       {{"--por", "1"}, "--por"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct buffer out = BUFFER_INIT(1000);
        struct error error = {0};
        assert_false(parse(cases[i].words, &out, &error));
        assert_int_equal(error.code, ERROR_USAGE);
        assert_non_null(strstr(error.text, cases[i].named));
        buffer_done(&out);
    }
}

static void help_shows_flags_that_have_some(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT(10000);
    flags_help(table, &out);
    buffer_add_byte(&out, '\0');
    assert_non_null(strstr(out.bytes, "-p, --port PORT"));
    assert_non_null(strstr(out.bytes, "nothing is done"));
    assert_null(strstr(out.bytes, "only-long"));
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_read_as_pflag_reads_them),
        cmocka_unit_test(mistakes_name_the_flag),
        cmocka_unit_test(help_shows_flags_that_have_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
