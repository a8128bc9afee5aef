/* A Secret with anything in it: what is read, written and read again is the same; what is judged good can be used; and
 * whatever is wrong, one decision after another leads to a state in which nothing is to be done. */
#include "tree/json.h"
#include "webhook/renewal.h"
#include <stdlib.h>

enum { STEPS_MAX = 40 };
static const struct secret_place place = {SLICE_CONSTANT("n"), SLICE_CONSTANT("s"), SLICE_CONSTANT("")};

static void check_same(const struct secret_content *a, const struct secret_content *b)
{
    const struct slice pairs[][2] = {{a->serving.certificate, b->serving.certificate},
                                     {a->serving.key, b->serving.key},
                                     {a->ca.certificate, b->ca.certificate},
                                     {a->ca.key, b->ca.key},
                                     {a->next.certificate, b->next.certificate},
                                     {a->next.key, b->next.key}};
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        if (!slice_equal(pairs[i][0], pairs[i][1]))
            abort();
    }
    if (a->old_count != b->old_count || a->signed_until != b->signed_until || a->next_published != b->next_published)
        abort();
    for (size_t i = 0; i < a->old_count; i++) {
        if (!slice_equal(a->old[i].certificate, b->old[i].certificate) || a->old[i].until != b->old[i].until)
            abort();
    }
}

/* The Secret as somebody keeps it: judge, decide, do, until there is nothing to do. */
static void check_settles(const struct tls_library *tls, struct arena *arena, struct secret_content content)
{
    static const struct authority_names names = {SLICE_CONSTANT("service"), SLICE_CONSTANT("namespace")};
    const struct renewal renewal = {tls, &rotation_standard, &names};
    const int64_t now = 1764000000;
    for (int i = 0; i < STEPS_MAX; i++) {
        struct rotation_state state;
        struct error why, error;
        renewal_judge(&renewal, arena, now, &content, &state, &why);
        if (!state.has_ca && why.code == ERROR_NONE)
            abort(); /* nobody would be told */
        state.in_bundle = true;
        enum rotation_step step = rotation_decide(&rotation_standard, &state, now).step;
        if (step == ROTATION_NOTHING)
            return;
        if (!renewal_apply(&renewal, arena, step, now, &content, &error))
            return; /* a CA that GnuTLS reads but cannot sign with */
    }
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tls_library tls;
    static bool is_loaded;
    struct arena arena = ARENA_INIT;
    struct source source = {.name = SLICE("input"), .text = {(const char *)data, size}};
    const struct tree *object;
    struct secret_content content, again;
    struct error error;
    if (!is_loaded && !(is_loaded = tls_library_load(&tls, &error)))
        abort();
    if (json_read(&arena, &source, &object, NULL) && secret_read(&arena, object, &content, &error)) {
        if (!secret_read(&arena, secret_write(&arena, &place, &content, object), &again, &error))
            abort();
        check_same(&content, &again);
        check_settles(&tls, &arena, content);
    }
    /* The bytes as PEM, too. */
    const struct authority_pair pair = {source.text, source.text};
    struct authority_times times;
    (void)!authority_check_serving(&tls, &pair, source.text, NULL, &times, &error);
    (void)!authority_check_ca(&tls, &pair, &times, &error);
    struct slice rest = source.text, block;
    while (authority_next_certificate(&rest, &block)) {
        if (block.bytes < source.text.bytes || block.bytes + block.length > source.text.bytes + size)
            abort();
    }
    arena_done(&arena);
    return 0;
}
