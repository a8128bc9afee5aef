/* test_support.h - tests only: renders a template with JSON data and compares. */
#pragma once
#include "template/template.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

struct test_case {
    const char *template, *json, *output; /* output NULL: it must fail, with `message` in the error */
    const char *message;
};

static inline bool test_render_with(struct arena *arena, struct slice text, const struct template_options *options,
                                    const struct template_run *run, struct buffer *out, struct error *error)
{
    const struct source source = {SLICE("test.yaml"), text, 0};
    const struct template *parsed;
    return template_parse(arena, &source, options, &parsed, error) && template_execute(parsed, run, arena, out, error);
}

static inline void test_render_cases(const struct test_case *cases, size_t count, const char *default_json)
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(16 * 1000 * 1000);
        struct error error = {0};
        const char *json = cases[i].json ? cases[i].json : default_json;
        const struct source source = {SLICE("data.json"), slice_from(json), 0};
        const struct tree *data;
        assert_true(json_read(&arena, &source, &data, &error));
        const struct template_run run = {.data = template_from_tree(data, NULL), .now_seconds = 1700000000};
        bool done = test_render_with(&arena, slice_from(cases[i].template), NULL, &run, &out, &error);
        buffer_add_byte(&out, '\0');
        if (cases[i].output && (!done || strcmp(out.bytes, cases[i].output) != 0))
            fail_msg("%s\n  gives  %s\n  wanted %s", cases[i].template, done ? out.bytes : error.text, cases[i].output);
        if (!cases[i].output && (done || !strstr(error.text, cases[i].message) || !error.where.line))
            fail_msg("%s\n  gives  %s\n  wanted an error with \"%s\"", cases[i].template, done ? out.bytes : error.text,
                     cases[i].message);
        buffer_done(&out);
        arena_done(&arena);
    }
}
