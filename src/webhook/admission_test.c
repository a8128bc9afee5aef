#include "webhook/admission.h"
#include "webhook/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const char configuration[] = "policy: enabled\n"
                                    "templates:\n"
                                    "  sidecar: |\n"
                                    "    spec:\n"
                                    "      containers:\n"
                                    "      - name: istio-proxy\n"
                                    "        image: {{ .Values.image }}\n";

static struct store *store_with(const char *config, const char *values)
{
    const struct inject_settings settings = {.revision = SLICE("default")};
    const struct source texts[STORE_TEXTS] = {
        [STORE_CONFIG] = {.name = SLICE("config"), .text = slice_from(config)},
        [STORE_VALUES] = {.name = SLICE("values"), .text = slice_from(values)},
    };
    struct store *store = store_new(&settings);
    struct error error;
    assert_true(store_replace(store, texts, NULL, &error));
    return store;
}

static void what_is_no_review_is_refused_before_its_body(void **state)
{
    const struct {
        const char *method, *path, *type;
        uint64_t declared;
        unsigned status;
    } cases[] = {
        {"POST", "/inject", "application/json", 100, 0},
        {"POST", "/inject/", "application/json", 100, 0},
        {"POST", "/inject/cluster/c1/net/n1", "application/json", 100, 0},
        {"POST", "/inject", "Application/JSON; charset=utf-8", 100, 0},
        {"POST", "/inject", "application/json", UINT64_MAX, 0},
        {"POST", "/inject", "application/json", 1000, 0},
        {"POST", "/inject", "application/json", 1001, 413},
        {"POST", "/inject", "application/json", 0, 400},
        {"POST", "/inject", "application/yaml", 100, 415},
        {"POST", "/inject", "", 100, 415},
        {"POST", "/inject", "application/jsonx", 100, 415},
        {"GET", "/inject", "application/json", 100, 405},
        {"post", "/inject", "application/json", 100, 405},
        {"POST", "/injected", "application/json", 100, 404},
        {"POST", "/", "application/json", 100, 404},
        {"GET", "/healthz", "", 0, 404},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1000);
        assert_int_equal(admission_check(slice_from(cases[i].method), slice_from(cases[i].path),
                                         slice_from(cases[i].type), cases[i].declared, 1000, &out),
                         cases[i].status);
        assert_int_equal(out.length > 0, cases[i].status != 0);
    }
}

static const char review_text[] =
    "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u-1\",\"namespace\":\"n\","
    "\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},"
    "\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"app\"}]}}}}";

static struct admission_answer respond(struct arena *arena, struct store *store, const char *body, struct buffer *out)
{
    struct generation *generation = store ? store_take(store) : NULL;
    const struct admission_request request = {.path = SLICE("/inject"), .body = slice_from(body)};
    struct admission_answer answer = admission_respond(arena, generation, &request, out);
    generation_release(&generation);
    return answer;
}

static void a_review_is_answered_with_its_uid(void **state)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(100000);
    struct store *store = store_with(configuration, "image: one");
    (void)state;
    struct admission_answer answer = respond(&arena, store, review_text, &out);
    assert_int_equal(answer.status, 200);
    assert_true(answer.is_review);
    assert_int_equal(answer.outcome.what, REVIEW_INJECTED);
    assert_true(slice_equal(answer.outcome.namespace, SLICE("n")));
    assert_true(slice_find(buffer_slice(&out), SLICE("\"uid\":\"u-1\"")) != SLICE_NONE);
    assert_true(slice_find(buffer_slice(&out), SLICE("\"patch\":")) != SLICE_NONE);
    store_free(store);
}

static void what_cannot_be_answered_has_a_status_and_a_reason(void **state)
{
    const struct {
        const char *body;
        unsigned status;
        const char *says;
    } cases[] = {
        {"", 400, "empty"},
        {"{", 400, "request body:1:2"},
        {"[]", 400, "want an AdmissionReview"},
        {"{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v2\"}", 400, "admission.k8s.io/v1beta1"},
    };
    struct store *store = store_with(configuration, "image: one");
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(100000);
        struct admission_answer answer = respond(&arena, store, cases[i].body, &out);
        assert_int_equal(answer.status, cases[i].status);
        assert_false(answer.is_review);
        assert_true(slice_find(buffer_slice(&out), slice_from(cases[i].says)) != SLICE_NONE);
    }
    store_free(store);
}

static void without_a_configuration_it_is_unavailable(void **state)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(100000);
    (void)state;
    assert_int_equal(respond(&arena, NULL, review_text, &out).status, 503);
}

static void a_new_configuration_leaves_those_who_hold_the_old_one_alone(void **state)
{
    struct store *store = store_with(configuration, "image: one");
    struct generation *held = store_take(store);
    struct source texts[STORE_TEXTS] = {[STORE_CONFIG] = held->texts[STORE_CONFIG],
                                        [STORE_VALUES] = {.name = SLICE("values"), .text = SLICE("image: two")}};
    struct error error;
    bool changed;
    (void)state;
    assert_true(store_replace(store, texts, &changed, &error));
    assert_true(changed);
    assert_true(tree_text_is(tree_get(held->config.values, SLICE("image")), SLICE("one")));
    struct generation *now = store_take(store);
    assert_true(tree_text_is(tree_get(now->config.values, SLICE("image")), SLICE("two")));
    assert_int_equal(now->number, held->number + 1);
    /* The same once more is no change. */
    assert_true(store_replace(store, texts, &changed, &error));
    assert_false(changed);
    generation_release(&now);
    generation_release(&held);
    store_free(store);
}

static void a_bad_configuration_is_refused_with_its_line_and_the_old_one_stays(void **state)
{
    const struct {
        const char *config, *values;
        const char *file;
        unsigned line;
        const char *says;
    } cases[] = {
        {"policy: enabled\ntemplates: [", "", "config", 2, ""},
        {"policy: enabled\n", "", "config", 1, "templates"},
        {"templates:\n  sidecar: |\n    {{ if }}\n", "", "", 0, "config, template \"sidecar\":1"},
        {"templates:\n  sidecar: x\n", "global: 1", "values", 1, "global"},
    };
    struct store *store = store_with(configuration, "image: one");
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct source texts[STORE_TEXTS] = {
            [STORE_CONFIG] = {.name = SLICE("config"), .text = slice_from(cases[i].config)},
            [STORE_VALUES] = {.name = SLICE("values"), .text = slice_from(cases[i].values)}};
        struct error error;
        assert_false(store_replace(store, texts, NULL, &error));
        assert_true(slice_equal(error.where.file, slice_from(cases[i].file)));
        assert_int_equal(error.where.line, cases[i].line);
        assert_non_null(strstr(error.text, cases[i].says));
        struct generation *generation = store_take(store);
        assert_int_equal(generation->number, 1);
        generation_release(&generation);
    }
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_review_is_refused_before_its_body),
        cmocka_unit_test(a_review_is_answered_with_its_uid),
        cmocka_unit_test(what_cannot_be_answered_has_a_status_and_a_reason),
        cmocka_unit_test(without_a_configuration_it_is_unavailable),
        cmocka_unit_test(a_new_configuration_leaves_those_who_hold_the_old_one_alone),
        cmocka_unit_test(a_bad_configuration_is_refused_with_its_line_and_the_old_one_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
