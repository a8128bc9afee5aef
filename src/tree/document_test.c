#include "tree/document.h"
#include "base/buffer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* Gives a few bytes at a time. */
struct dripping {
    struct slice rest;
    size_t at_once;
};

static bool drip(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error)
{
    struct dripping *dripping = context;
    return document_read_slice(&dripping->rest, into, dripping->at_once < capacity ? dripping->at_once : capacity,
                               ret_length, error);
}

/* Every document as "<line:text>", then the error, if any. */
static void split(struct slice text, size_t at_once, struct buffer *out)
{
    struct dripping dripping = {text, at_once};
    _cleanup_(document_reader_done) struct document_reader reader;
    document_reader_init(&reader, drip, &dripping, SLICE("in"), 1000);
    struct source document;
    struct error error = {0};
    bool found, done;
    while ((done = document_reader_next(&reader, &document, &found, &error)) && found)
        buffer_format(out, "<%u:%.*s>", document.first_line, (int)document.text.length, document.text.bytes);
    if (!done)
        buffer_format(out, "%u:%u: %s", error.where.line, error.where.column, error.text);
}

static void a_stream_is_cut_where_kubernetes_cuts_it(void **state)
{
    (void)state;
    static const struct {
        struct slice in, out;
    } cases[] = {
        {SLICE_CONSTANT(""), SLICE_CONSTANT("")},
        {SLICE_CONSTANT("a: 1"), SLICE_CONSTANT("<1:a: 1\n>")},
        {SLICE_CONSTANT("a\n---\nb\n"), SLICE_CONSTANT("<1:a\n><3:b\n>")},
        {SLICE_CONSTANT("---\na\n---\nb\n---\n"), SLICE_CONSTANT("<1:---\na\n><4:b\n>")},
        {SLICE_CONSTANT("---\n---\n\n--- # why\nb\n"), SLICE_CONSTANT("<1:---\n><3:\n><5:b\n>")},
        {SLICE_CONSTANT("a\r\nb\r\n---\r\nc\rd"), SLICE_CONSTANT("<1:a\nb\n><4:c\rd\n>")},
        {SLICE_CONSTANT("a: |\n  ---\n  x\n --- y\n"), SLICE_CONSTANT("<1:a: |\n  ---\n  x\n --- y\n>")},
        {SLICE_CONSTANT("{}\n---\n{\"a\":1}{}"), SLICE_CONSTANT("<1:{}\n><3:{\"a\":1}{}\n>")},
        {SLICE_CONSTANT("a\n...\n---"), SLICE_CONSTANT("<1:a\n...\n>")},
        {SLICE_CONSTANT("a\n--- x\n"), SLICE_CONSTANT("2:5: only a comment may follow --- on its line")},
        {SLICE_CONSTANT("a\n----\n"), SLICE_CONSTANT("2:4: only a comment may follow --- on its line")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t at_once = 1; at_once < 40; at_once++) {
            _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(10000);
            split(cases[i].in, at_once, &out);
            if (!slice_equal(buffer_slice(&out), cases[i].out))
                fail_msg("%.*s\nsplits into %.*s", SLICE_ARGS(cases[i].in), SLICE_ARGS(buffer_slice(&out)));
        }
    }
}

static void a_document_over_the_limit_is_refused(void **state)
{
    (void)state;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(10000), out = BUFFER_INIT(10000);
    buffer_add_literal(&text, "a\n---\n");
    buffer_add_repeated(&text, 'x', 2000);
    split(buffer_slice(&text), 100, &out);
    assert_true(slice_equal(buffer_slice(&out), SLICE("<1:a\n>3:1: a document of more than 1000 bytes")));
}

/* Endless documents of some 120 bytes. */
static bool repeat(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error)
{
    static const char document[] = "kind: Pod\nspec:\n  containers:\n  - name: a\n    image: b\n---\n";
    size_t *left = context, length = sizeof document - 1;
    (void)error;
    *ret_length = 0;
    while (*left && capacity - *ret_length >= length) {
        memcpy(into + *ret_length, document, length);
        *ret_length += length;
        --*left;
    }
    return true;
}

static void many_documents_need_the_memory_of_one(void **state)
{
    (void)state;
    size_t left = 20000, count = 0;
    _cleanup_(document_reader_done) struct document_reader reader;
    document_reader_init(&reader, repeat, &left, SLICE("in"), DOCUMENT_BYTES_MAX);
    struct source document;
    struct error error = {0};
    for (bool found = true; found; count += found)
        assert_true(document_reader_next(&reader, &document, &found, &error));
    assert_int_equal(count, 20000);
    assert_int_equal(document.first_line, 19999 * 6 + 1);
    assert_true(reader.capacity <= 256 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_cut_where_kubernetes_cuts_it),
        cmocka_unit_test(a_document_over_the_limit_is_refused),
        cmocka_unit_test(many_documents_need_the_memory_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
