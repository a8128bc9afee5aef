#include "template/test_support.h"
#include <pthread.h>

/* The language itself: what Go prints, as recorded from it by our own templates. */
static const char data[] = "{\"name\":\"web\",\"port\":8080,\"ratio\":0.25,\"on\":true,\"off\":false,\"none\":null,"
                           "\"tags\":[\"b\",\"a\",\"c\"],\"empty\":[],\"labels\":{\"tier\":\"front\",\"app\":\"shop\"},"
                           "\"nested\":{\"list\":[{\"id\":1},{\"id\":2}]},\"text\":\"one\\ntwo\",\"wide\":\"żółć\"}";

static void control_structures_do_as_go(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{if .on}}A{{else if .off}}B{{else}}C{{end}}", NULL, "A", NULL},
        {"{{if .off}}A{{else if .off}}B{{else}}C{{end}}", NULL, "C", NULL},
        {"{{with .labels}}{{.app}}{{else}}none{{end}} {{.name}}", NULL, "shop web", NULL},
        {"{{with .empty}}x{{else with .name}}{{.}}{{else}}y{{end}}", NULL, "web", NULL},
        {"{{range $i, $t := .tags}}{{$i}}{{$t}} {{end}}", NULL, "0b 1a 2c ", NULL},
        {"{{range $k, $v := .labels}}{{$k}}={{$v}};{{end}}", NULL, "app=shop;tier=front;", NULL},
        {"{{range .empty}}x{{else}}{{.name}}{{end}}", NULL, "web", NULL},
        {"{{range 3}}{{.}}{{end}}", NULL, "012", NULL},
        {"{{range $n := int .port | max 8078 | int64}}{{if gt $n 2}}{{break}}{{end}}{{$n}}{{end}}", NULL, "012", NULL},
        {"{{range .tags}}{{if eq . \"a\"}}{{continue}}{{end}}{{.}}{{end}}", NULL, "bc", NULL},
        {"{{range .nested.list}}{{range $.tags}}{{if eq . \"a\"}}{{break}}{{end}}{{.}}{{end}}{{.id}}{{end}}", NULL,
         "b1b2", NULL},
        {"{{range .tags}}{{range $.empty}}{{else}}{{break}}{{end}}{{.}}{{end}}!", NULL, "bac!", NULL},
        {"{{range .none}}{{else}}nil{{end}}", NULL, "nil", NULL},
        {"{{range .port}}{{end}}", NULL, NULL, "range can't iterate over 8080"},
        {"{{range .name}}{{end}}", NULL, NULL, "range can't iterate over web"},
        {"{{range $i, $v := 3}}{{end}}", NULL, NULL, "can't use an integer to iterate over more than one variable"},
        {"{{break}}", NULL, NULL, "{{break}} outside {{range}}"},
        {"{{range .tags}}{{end}}{{continue}}", NULL, NULL, "{{continue}} outside {{range}}"},
        {"{{$a := 1}}{{if true}}{{$a := 2}}{{end}}{{$a}}", NULL, "1", NULL},
        {"{{$a := 1}}{{range .tags}}{{$a = .}}{{end}}{{$a}}", NULL, "c", NULL},
        {"{{$a = 1}}", NULL, NULL, "undefined variable: $a"},
        {"{{if $a := .none}}{{else}}[{{$a}}]{{end}}", NULL, "[<no value>]", NULL},
        {"{{if .off}}{{$b := 1}}{{end}}{{$b}}", NULL, NULL, "undefined variable \"$b\""},
        {"{{$x := 1}}{{range $x, $y := .tags}}{{end}}{{$x}}", NULL, "1", NULL},
        {"{{$i := 0}}{{$v := 0}}{{range $i, $v = .tags}}{{end}}{{$i}}{{$v}}", NULL, "2c", NULL},
        {"{{with $x := 5}}{{$x}}{{end}}{{$x}}", NULL, NULL, "undefined variable \"$x\""},
        {"{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .name}}{{template \"t\"}}", NULL, "<web><<no value>>", NULL},
        {"{{template \"missing\"}}", NULL, NULL, "template \"missing\" not defined"},
        {"{{block \"b\" .labels}}{{.tier}}{{end}}", NULL, "front", NULL},
        {"{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}", NULL, NULL, "multiple definition of template \"a\""},
        {"{{define \"a\"}} {{end}}{{define \"a\"}}2{{end}}{{template \"a\"}}", NULL, "2", NULL},
        {"{{define \"f\"}}{{if lt . 5}}{{.}}{{template \"f\" (add . 1)}}{{end}}{{end}}{{template \"f\" 1}}", NULL,
         "1234", NULL},
        {"{{define \"x\"}}{{$y}}{{end}}{{$y := 1}}{{template \"x\"}}", NULL, NULL, "undefined variable \"$y\""},
        {"{{if .on}}", NULL, NULL, "unexpected end of the template: this has no {{end}}"},
        {"{{end}}", NULL, NULL, "unexpected {{end}}"},
        {"{{else}}", NULL, NULL, "unexpected {{else}}"},
        {"{{if .on}}{{else}}{{else}}{{end}}", NULL, NULL, "expected end; found {{else}}"},
        {"{{if}}{{end}}", NULL, NULL, "missing value for if"},
        {"{{with .labels}}{{else if .on}}{{end}}", NULL, NULL, "unexpected <if> in input"},
        {"{{if true}}{{define \"z\"}}{{end}}{{end}}", NULL, NULL, "unexpected <define> in command"},
        {"{{template \"inject\" 1 2}}", NULL, NULL, "can't give argument to non-function 1"},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void fields_and_methods_do_as_go(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{.labels.app}}", NULL, "shop", NULL},
        {"{{.labels.nope}}", NULL, "<no value>", NULL},
        {"{{.labels.nope.deeper}}", NULL, "<no value>", NULL},
        {"{{.none.x}}", NULL, NULL, "nil pointer evaluating interface {}.x"},
        {"{{(.none).x}}", NULL, "<no value>", NULL},
        {"{{.name.x}}", NULL, NULL, "can't evaluate field x in type interface {}"},
        {"{{.port.x}}", NULL, NULL, "can't evaluate field x in type interface {}"},
        {"{{$.nested.list}}", NULL, "[map[id:1] map[id:2]]", NULL},
        {"{{(index .nested.list 1).id}}", NULL, "2", NULL},
        {"{{.labels \"x\"}}", NULL, NULL, "labels is not a method but has arguments"},
        {"{{.name | .labels}}", NULL, NULL, "labels is not a method but has arguments"},
        {"{{1 | .name}}", NULL, NULL, "name is not a method but has arguments"},
        {"{{$v := .nested}}{{$v.list}}", NULL, "[map[id:1] map[id:2]]", NULL},
        {"{{nil}}", NULL, NULL, "nil is not a command"},
        {"{{nil | print}}", NULL, NULL, "nil is not a command"},
        {"{{. 1}}", NULL, NULL, "can't give argument to non-function ."},
        {"{{(1).x}}", NULL, NULL, "can't evaluate field x in type int"},
        {"{{\"a\".x}}", NULL, NULL, "unexpected . after term \"\"a\"\""},
        {"{{.tags.x}}", NULL, NULL, "can't evaluate field x in type interface {}"},
        {"{{call .name}}", NULL, NULL, "error calling call: non-function .name of type string"},
        {"{{call}}", NULL, NULL, "wrong number of args for call: want at least 1 got 0"},
        {"{{.none}}|{{print .none}}|{{printf \"%v\" .none}}", NULL, "<no value>|<nil>|<nil>", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void comparison_does_as_go(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{eq 1 1}} {{eq 1 2 1}} {{eq \"a\" \"b\"}} {{eq 1.5 1.5}}", NULL, "true true false true", NULL},
        {"{{eq 1 1.0}}", NULL, NULL, "error calling eq: incompatible types for comparison: int and float64"},
        {"{{eq .port 8080}}", NULL, NULL, "error calling eq: incompatible types for comparison: float64 and int"},
        {"{{eq .port 8080.0}}", NULL, "true", NULL},
        {"{{eq .none nil}} {{eq nil nil}} {{eq .none \"a\"}}", NULL, "true true false", NULL},
        {"{{eq .tags .tags}}", NULL, NULL, "error calling eq: non-comparable type []interface {}"},
        {"{{eq .labels nil}}", NULL, "false", NULL},
        {"{{ne \"a\" \"b\"}} {{ne 1 1}}", NULL, "true false", NULL},
        {"{{lt 1 2}} {{le 2 2}} {{gt 3 2}} {{ge 1 2}} {{lt \"a\" \"b\"}}", NULL, "true true true false true", NULL},
        {"{{lt 1 \"a\"}}", NULL, NULL, "error calling lt: incompatible types for comparison: int and string"},
        {"{{lt .tags .tags}}", NULL, NULL, "error calling lt: invalid type for comparison"},
        {"{{lt true false}}", NULL, NULL, "error calling lt: invalid type for comparison"},
        {"{{eq 1}}", NULL, NULL, "error calling eq: missing argument for comparison"},
        {"{{eq}}", NULL, NULL, "wrong number of args for eq: want at least 1 got 0"},
        {"{{and 1 0 2}} {{or 0 \"\" \"x\"}} {{not 0}}", NULL, "0 x true", NULL},
        {"{{and}}", NULL, NULL, "wrong number of args for and: want at least 1 got 0"},
        {"{{or .on (fail \"not reached\")}}", NULL, "true", NULL},
        {"{{and .on (fail \"reached\")}}", NULL, NULL, "error calling fail: reached"},
        {"{{eq (index \"abc\" 1) 98}}", NULL, "true", NULL},
        {"{{lt (semver \"1.2.3\").Major 2}}", NULL, "true", NULL},
        {"{{eq (dict) (dict)}}", NULL, NULL, "error calling eq: non-comparable type map[string]interface {}"},
        {"{{deepEqual (list 1 \"a\") (list 1 \"a\")}} {{deepEqual (list 1) (list 1.0)}} {{deepEqual .labels (dict "
         "\"app\" \"shop\" \"tier\" \"front\")}}",
         NULL, "true false true", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static bool render_limited(const char *template, struct template_limits limits, size_t output_max, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(output_max);
    const struct template_run run = {.limits = limits};
    bool done = test_render_with(&arena, slice_from(template), NULL, &run, &out, error);
    buffer_done(&out);
    arena_done(&arena);
    return done;
}

static void limits_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *template;
        struct template_limits limits;
        size_t output_max;
    } cases[] = {
        {"{{range until 1000}}{{range until 1000}}x{{end}}{{end}}", {.steps = 10000}, 1 << 20},
        {"{{range 9000000000}}{{end}}", {.steps = 10000}, 1 << 20},
        {"{{range until 1000}}0123456789{{end}}", {0}, 100},
        {"{{repeat 100 \"0123456789\"}}", {.text_bytes = 100}, 1 << 20},
        {"{{repeat 100 \"0123456789\" | upper}}", {0}, 100},
        {"{{printf \"%900d\" 1}}", {.text_bytes = 100}, 1 << 20},
        {"{{until 1000}}", {.items = 100}, 1 << 20},
        {"{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}", {0}, 1 << 20},
        {"{{$l := list}}{{range 1100}}{{$l = list $l}}{{end}}{{$l}}", {0}, 1 << 20},
        {"{{$l := list}}{{range 1100}}{{$l = list $l}}{{end}}{{toYaml $l}}", {0}, 1 << 20},
        {"{{$l := list 1}}{{range 60}}{{$l = list $l $l}}{{end}}{{toJson $l}}", {.steps = 100000}, 1 << 20},
        {"{{$l := list 1}}{{range 60}}{{$l = list $l $l}}{{end}}{{deepEqual $l $l}}", {.steps = 100000}, 1 << 20},
        {"{{$d := dict}}{{$_ := set $d \"d\" $d}}{{$d}}", {0}, 1 << 20},
        {"{{$d := dict}}{{$_ := set $d \"d\" $d}}{{$d | toJson}}", {0}, 1 << 20},
        {"{{regexMatch \"(a+)+$\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}}", {0}, 1 << 20},
        {"{{$x := \"0123456789\"}}{{range 10000}}{{$x = repeat 10000 \"0123456789\"}}{{end}}",
         {.memory_bytes = 10 << 20},
         1 << 20},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error error = {0};
        if (render_limited(cases[i].template, cases[i].limits, cases[i].output_max, &error) ||
            error.code != ERROR_LIMIT)
            fail_msg("%s: %s", cases[i].template, error.text);
    }
}

static void deep_nesting_takes_no_stack(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT(1 << 24);
    struct error error = {0};
    enum { DEPTH = 100000 };
    for (int i = 0; i < DEPTH; i++)
        buffer_add_literal(&text, "{{if true}}");
    for (int i = 0; i < DEPTH; i++)
        buffer_add_literal(&text, "{{end}}");
    buffer_add_byte(&text, '\0');
    assert_true(render_limited(text.bytes, (struct template_limits){0}, 1 << 20, &error));
    buffer_clear(&text);
    buffer_add_literal(&text, "{{");
    buffer_add_repeated(&text, '(', DEPTH);
    buffer_add_byte(&text, '\0');
    assert_false(render_limited(text.bytes, (struct template_limits){0}, 1 << 20, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    buffer_done(&text);
    assert_true(render_limited(
        "{{define \"r\"}}{{if lt . 90000}}{{template \"r\" (int (add . 1))}}{{end}}{{end}}{{template \"r\" 0}}",
        (struct template_limits){0}, 1 << 20, &error));
}

static void other_delimiters_mean_istio_1_0_s_functions_where_asked(void **state)
{
    (void)state;
    const struct template_options options = {SLICE("[["), SLICE("]]"), TEMPLATE_ISTIO_1_0};
    static const struct {
        const char *template, *output;
    } cases[] = {
        {"{{ .a }} [[ printf \"%d\" 5 ]]", "{{ .a }} 5"},
        {"[[- /* c */ -]] x [[- valueOrDefault \"\" \"y\" ]]", "xy"},
        {"[[ slice \"abc\" 1 2 ]]", "b"},
        {"[[ quote 1 ]]", NULL},
        {"[[ toYaml 1 ]]", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(1000);
        struct error error = {0};
        const struct template_run run = {0};
        bool done = test_render_with(&arena, slice_from(cases[i].template), &options, &run, &out, &error);
        assert_int_equal(done, cases[i].output != NULL);
        if (done)
            assert_true(slice_equal(buffer_slice(&out), slice_from(cases[i].output)));
        buffer_done(&out);
        arena_done(&arena);
    }
}

static void errors_have_their_place(void **state)
{
    (void)state;
    struct error error = {0};
    assert_false(
        render_limited("a\nb {{ if true }}\n  {{ upper 1 }}{{ end }}", (struct template_limits){0}, 1000, &error));
    assert_int_equal(error.where.line, 3);
    assert_int_equal(error.where.column, 12);
    assert_true(slice_equal(error.where.file, SLICE("test.yaml")));
    assert_string_equal(error.quote, "  {{ upper 1 }}{{ end }}");
    assert_false(render_limited("a\n\n {{ nope }}", (struct template_limits){0}, 1000, &error));
    assert_int_equal(error.where.line, 3);
    assert_int_equal(error.where.column, 5);
}

struct shared {
    const struct template *parsed;
    const struct tree *data;
    size_t failures;
};

static void *execute_often(void *context)
{
    struct shared *shared = context;
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(10000);
    const struct template_run run = {.data = template_from_tree(shared->data, NULL)};
    for (int i = 0; i < 300; i++) {
        buffer_clear(&out);
        arena_reset(&arena);
        struct error error = {0};
        if (!template_execute(shared->parsed, &run, &arena, &out, &error) ||
            !slice_equal(buffer_slice(&out), SLICE("1map[a:new b:2]x1 ax2 {\"a\":\"new\",\"b\":2}")))
            __atomic_add_fetch(&shared->failures, 1, __ATOMIC_RELAXED);
    }
    buffer_done(&out);
    arena_done(&arena);
    return NULL;
}

static void threads_share_a_template_and_its_data(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct error error = {0};
    const struct source data_source = {SLICE("data"), SLICE("{\"m\":{\"a\":1,\"b\":2},\"l\":[1,2]}"), 0};
    const struct source source = {
        SLICE("shared"),
        SLICE("{{.m.a}}{{$_ := set .m \"a\" \"new\"}}{{.m}}{{range .l}}x{{.}} {{if regexMatch \"1\" "
              "(print .)}}a{{end}}{{end}}{{toJson .m}}"),
        0};
    struct shared shared = {0};
    assert_true(json_read(&arena, &data_source, &shared.data, &error));
    assert_true(template_parse(&arena, &source, NULL, &shared.parsed, &error));
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, execute_often, &shared), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(shared.failures, 0);
    assert_int_equal(tree_at(shared.data, "m", "a")->integer, 1); /* the data stays as it was */
    arena_done(&arena);
}

static bool environment(void *context, struct slice name, struct slice *ret_value)
{
    *ret_value = slice_from(context);
    return slice_equal(name, SLICE("SET"));
}

static void the_environment_and_the_clock_come_in(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(1000);
    struct error error = {0};
    char value[] = "yes";
    const struct template_run run = {.environment = environment, .environment_context = value, .now_seconds = 86400};
    assert_true(test_render_with(&arena,
                                 SLICE("{{env \"SET\" \"d\"}} {{env \"UNSET\" \"d\"}} {{expandenv \"$SET-${UNSET}\"}} "
                                       "{{now | date \"2006-01-02\"}} "
                                       "{{now.Year}} {{len (randAlphaNum 7)}} {{len uuidv4}} {{ago now}}"),
                                 NULL, &run, &out, &error));
    assert_true(slice_equal(buffer_slice(&out), SLICE("yes d yes- 1970-01-02 1970 7 36 0s")));
    buffer_done(&out);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_structures_do_as_go),
        cmocka_unit_test(fields_and_methods_do_as_go),
        cmocka_unit_test(comparison_does_as_go),
        cmocka_unit_test(limits_are_errors),
        cmocka_unit_test(deep_nesting_takes_no_stack),
        cmocka_unit_test(other_delimiters_mean_istio_1_0_s_functions_where_asked),
        cmocka_unit_test(errors_have_their_place),
        cmocka_unit_test(threads_share_a_template_and_its_data),
        cmocka_unit_test(the_environment_and_the_clock_come_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
