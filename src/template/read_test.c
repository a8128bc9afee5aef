#include "template/read.h"
#include "template/test_support.h"

/* A pod in small. */
static const struct type string_type = {.kind = TYPE_STRING, .name = "string"};
static const struct type string_map = {.kind = TYPE_MAP, .name = "map", .element = &string_type};
static const struct type int_type = {.kind = TYPE_INT32, .name = "int32"};
static const struct type duration_type = {.kind = TYPE_DURATION, .name = "duration"};
static const struct type quantity_type = {.kind = TYPE_QUANTITY, .name = "quantity"};
static const struct type quantity_map = {.kind = TYPE_MAP, .name = "map", .element = &quantity_type};
static const struct type_field metadata_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string_type, {0}, 0},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &string_map, {0}, 0},
    {SLICE_CONSTANT("annotations"), SLICE_CONSTANT("Annotations"), &string_map, {0}, 0},
};
static const struct type metadata_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.ObjectMeta", .fields = metadata_fields, .field_count = 3};
static const struct type_field port_fields[] = {
    {SLICE_CONSTANT("containerPort"), SLICE_CONSTANT("ContainerPort"), &int_type, {0}, 0}};
static const struct type port_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.ContainerPort", .fields = port_fields, .field_count = 1};
static const struct type ports_type = {.kind = TYPE_LIST, .name = "list", .element = &port_type};
static const struct type_field container_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string_type, {0}, 0},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &string_type, {0}, 0},
    {SLICE_CONSTANT("ports"), SLICE_CONSTANT("Ports"), &ports_type, {0}, 0},
    {SLICE_CONSTANT("limits"), SLICE_CONSTANT("Limits"), &quantity_map, {0}, 0},
};
static const struct type container_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.Container", .fields = container_fields, .field_count = 4};
static const struct type containers_type = {.kind = TYPE_LIST, .name = "list", .element = &container_type};
static const struct type_field config_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &string_type, {0}, 0},
    {SLICE_CONSTANT("drain"), SLICE_CONSTANT("Drain"), &duration_type, {0}, 0},
};
static const struct type config_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.ProxyConfig", .fields = config_fields, .field_count = 2, .is_message = true};

struct data {
    struct template_member members[6], owner[1];
};

static const struct tree *read_tree(struct arena *arena, const char *json)
{
    const struct source source = {SLICE("json"), slice_from(json), 0};
    const struct tree *tree = NULL;
    struct error error = {0};
    if (!json_read(arena, &source, &tree, &error))
        fail_msg("%s: %s", json, error.text);
    return tree;
}

/* {"meta": ..., "containers": ..., "config": ..., "any": ..., "owner": ..., "values": ...} */
static void data_set(struct data *data, struct arena *arena, const char *json)
{
    const struct tree *tree = read_tree(arena, json), *values = tree_at(tree, "values");
    data->owner[0] = (struct template_member){SLICE("Name"), template_from_string(tree_text(tree_at(tree, "owner"))), false};
    const struct template_member members[] = {
        {SLICE("ObjectMeta"), template_from_tree(tree_at(tree, "meta"), &metadata_type), false},
        {SLICE("Containers"), template_from_tree(tree_at(tree, "containers"), &containers_type), false},
        {SLICE("Config"), template_from_pointer(tree_at(tree, "config"), &config_type), false},
        {SLICE("Any"), template_from_tree(tree_at(tree, "any"), NULL), false},
        {SLICE("Owner"), template_from_members(data->owner, 1), false},
        {SLICE("Values"), template_from_tree(values, NULL), values != NULL},
    };
    memcpy(data->members, members, sizeof members);
}

static bool data_run(struct arena *arena, const char *template, const struct data *data,
                     struct template_recording *recording, struct error *error)
{
    struct buffer out = BUFFER_INIT(100000);
    const struct template_run run = {.members = data->members, .member_count = ARRAY_LENGTH(data->members),
                                     .recording = recording, .now_seconds = 1};
    bool done = test_render_with(arena, slice_from(template), NULL, &run, &out, error);
    buffer_done(&out);
    return done;
}

static struct template_reads *reads_of(struct arena *arena, const char *template, const char *json)
{
    struct template_recording recording = {0};
    struct data data;
    struct error error = {0};
    data_set(&data, arena, json);
    if (!data_run(arena, template, &data, &recording, &error))
        fail_msg("%s with %s: %s", template, json, error.text);
    return template_reads_new(&recording);
}

static bool same_key(struct arena *arena, const struct template_reads *reads, const char *one, const char *other)
{
    struct buffer first = BUFFER_INIT(100000), second = BUFFER_INIT(100000);
    struct data data;
    data_set(&data, arena, one);
    assert_true(template_reads_key(reads, data.members, ARRAY_LENGTH(data.members), &first));
    data_set(&data, arena, other);
    assert_true(template_reads_key(reads, data.members, ARRAY_LENGTH(data.members), &second));
    bool same = slice_equal(buffer_slice(&first), buffer_slice(&second));
    buffer_done(&first);
    buffer_done(&second);
    return same;
}

static void a_key_has_what_was_looked_at_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *template, *one, *other;
        bool same;
    } cases[] = {
        /* fields */
        {"{{.ObjectMeta.Name}}", "{\"meta\":{\"name\":\"a\"}}", "{\"meta\":{\"name\":\"b\"}}", false},
        {"{{.ObjectMeta.Name}}", "{\"meta\":{\"name\":\"a\"}}", "{\"meta\":{\"name\":\"a\",\"labels\":{}}}", true},
        {"{{$.Owner.Name}}", "{\"owner\":\"a\"}", "{\"owner\":\"b\"}", false},
        {"{{.Owner.Name}}", "{\"owner\":\"a\"}", "{\"owner\":\"a\",\"any\":1}", true},
        {"x", "{\"owner\":\"a\"}", "{\"owner\":\"b\"}", true},
        /* keys: absent, empty and null are three things */
        {"{{index .ObjectMeta.Labels \"a\"}}", "{\"meta\":{\"labels\":{\"a\":\"1\",\"b\":\"1\"}}}",
         "{\"meta\":{\"name\":\"x\",\"labels\":{\"c\":\"2\",\"a\":\"1\"}}}", true},
        {"{{index .ObjectMeta.Labels \"a\"}}", "{\"meta\":{\"labels\":{\"a\":\"1\"}}}",
         "{\"meta\":{\"labels\":{\"a\":\"2\"}}}", false},
        {"{{isset .ObjectMeta.Labels \"a\"}}", "{\"meta\":{\"labels\":{\"a\":\"\"}}}", "{\"meta\":{\"labels\":{}}}", false},
        {"{{index .ObjectMeta.Labels \"a\"}}", "{\"meta\":{\"labels\":{}}}", "{\"meta\":{}}", false},
        {"{{hasKey .Any \"a\"}}", "{\"any\":{\"a\":null}}", "{\"any\":{}}", false},
        {"{{hasKey .Any \"a\"}}", "{\"any\":{\"a\":null}}", "{\"any\":{\"a\":null,\"b\":1}}", true},
        {"{{index .Any \"a\" \"b\"}}", "{\"any\":{\"a\":{\"b\":1,\"c\":2}}}", "{\"any\":{\"a\":{\"b\":1,\"c\":3}}}", true},
        {"{{index .Any \"a\" \"b\"}}", "{\"any\":{\"a\":{\"b\":1}}}", "{\"any\":{\"a\":{\"b\":\"1\"}}}", false},
        {"{{annotation .ObjectMeta \"a\" .Owner.Name}}", "{\"meta\":{\"name\":\"a\",\"annotations\":{\"b\":\"\"}}}",
         "{\"meta\":{\"name\":\"b\",\"annotations\":{}}}", true},
        {"{{annotation .ObjectMeta \"a\" .Owner.Name}}", "{\"owner\":\"x\"}", "{\"owner\":\"y\"}", false},
        {"{{\"a\" | index .ObjectMeta.Labels}}", "{\"meta\":{\"labels\":{\"a\":\"1\",\"b\":\"1\"}}}",
         "{\"meta\":{\"labels\":{\"a\":\"1\"}}}", true},
        {"{{index .ObjectMeta.Labels (index .ObjectMeta.Labels \"a\")}}",
         "{\"meta\":{\"labels\":{\"a\":\"b\",\"b\":\"1\"}}}", "{\"meta\":{\"labels\":{\"a\":\"b\",\"b\":\"2\"}}}", false},
        /* the whole of it */
        {"{{.ObjectMeta.Labels | toJson}}", "{\"meta\":{\"labels\":{\"a\":\"1\"}}}",
         "{\"meta\":{\"labels\":{\"a\":\"1\",\"b\":\"1\"}}}", false},
        {"{{len .ObjectMeta.Labels}}", "{\"meta\":{\"labels\":{\"a\":\"1\"}}}", "{\"meta\":{\"labels\":{\"b\":\"1\"}}}",
         false},
        {"{{print .}}", "{\"any\":1}", "{\"any\":2}", false},
        {"{{.}}", "{\"any\":1}", "{\"any\":2}", false},
        {"{{$d := dict \"r\" .}}{{$d.r.Owner.Name}}", "{\"any\":1}", "{\"any\":2}", false},
        {"{{.Any}}", "{\"any\":[1]}", "{\"any\":[1.5]}", false},
        {"{{.Any}}", "{\"any\":[1,2]}", "{\"any\":[[1],2]}", false},
        {"{{.Any}}", "{\"any\":{\"a\":\"bc\"}}", "{\"any\":{\"ab\":\"c\"}}", false},
        {"{{.Any}}", "{\"any\":\"true\"}", "{\"any\":true}", false},
        /* only as far as it was evaluated */
        {"{{and .Owner.Name .ObjectMeta.Name}}", "{\"owner\":\"\",\"meta\":{\"name\":\"a\"}}",
         "{\"owner\":\"\",\"meta\":{\"name\":\"b\"}}", true},
        {"{{or .Owner.Name .ObjectMeta.Name}}", "{\"owner\":\"\",\"meta\":{\"name\":\"a\"}}",
         "{\"owner\":\"\",\"meta\":{\"name\":\"b\"}}", false},
        {"{{if .Owner.Name}}{{.ObjectMeta.Name}}{{end}}", "{\"meta\":{\"name\":\"a\"}}", "{\"meta\":{\"name\":\"b\"}}", true},
        /* templates, variables, with */
        {"{{define \"t\"}}{{.Owner.Name}}{{end}}{{template \"t\" .}}", "{\"owner\":\"a\",\"any\":1}",
         "{\"owner\":\"a\",\"any\":2}", true},
        {"{{define \"t\"}}{{.Name}}{{$.Labels.a}}{{end}}{{template \"t\" .ObjectMeta}}", "{\"meta\":{\"name\":\"a\"}}",
         "{\"meta\":{\"name\":\"a\",\"annotations\":{}}}", true},
        {"{{define \"t\"}}{{.Name}}{{end}}{{template \"t\" .ObjectMeta}}", "{\"meta\":{\"name\":\"a\"}}",
         "{\"meta\":{\"name\":\"b\"}}", false},
        {"{{$p := .}}{{$m := $p.ObjectMeta}}{{$m.Name}}", "{\"meta\":{\"name\":\"a\"}}",
         "{\"meta\":{\"name\":\"a\",\"labels\":{}},\"any\":2}", true},
        {"{{$m := .ObjectMeta}}{{toJson $m}}", "{\"meta\":{\"name\":\"a\"}}", "{\"meta\":{\"name\":\"b\"}}", false},
        {"{{with .ObjectMeta}}{{.Name}}{{end}}", "{\"meta\":{\"name\":\"a\"}}", "{\"meta\":{\"name\":\"a\",\"labels\":{}}}",
         true},
        {"{{with .ObjectMeta.Labels}}{{.a}}{{end}}", "{\"meta\":{\"labels\":{\"b\":\"1\"}}}", "{\"meta\":{}}", false},
        {"{{if .Config}}{{end}}", "{\"config\":{\"path\":\"a\"}}", "{\"config\":{\"path\":\"b\"}}", true},
        {"{{if .Config}}{{end}}", "{\"config\":{}}", "{}", false},
        /* lists */
        {"{{range .Containers}}{{.Name}}{{end}}", "{\"containers\":[{\"name\":\"a\",\"image\":\"1\"}]}",
         "{\"containers\":[{\"name\":\"a\",\"image\":\"2\"}]}", true},
        {"{{range .Containers}}{{.Name}}{{end}}", "{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
         "{\"containers\":[{\"name\":\"a\"},{\"name\":\"c\"}]}", false},
        {"{{range .Containers}}x{{end}}", "{\"containers\":[{\"name\":\"a\"},{}]}", "{\"containers\":[{\"name\":\"b\"}]}",
         false},
        {"{{range .Containers}}x{{end}}", "{\"containers\":[{\"name\":\"a\"}]}", "{\"containers\":[{\"name\":\"b\"}]}",
         true},
        {"{{range $i, $c := .Containers}}{{range $c.Ports}}{{.ContainerPort}}{{end}}{{end}}",
         "{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":1}]}]}",
         "{\"containers\":[{\"name\":\"b\",\"ports\":[{\"containerPort\":1,\"x\":2}]}]}", true},
        {"{{range .Containers}}{{.}}{{end}}", "{\"containers\":[{\"name\":\"a\"}]}", "{\"containers\":[{\"image\":\"a\"}]}",
         false},
        {"{{range .Containers}}{{else}}{{.Owner.Name}}{{end}}", "{\"owner\":\"a\"}", "{\"owner\":\"b\"}", false},
        {"{{$l := \"\"}}{{range $c := .Containers}}{{$l = $c}}{{end}}{{$l}}", "{\"containers\":[{\"name\":\"a\"}]}",
         "{\"containers\":[{\"name\":\"b\"}]}", false},
        {"{{applicationPorts .Containers}}", "{\"containers\":[{\"name\":\"a\",\"image\":\"x\"}]}",
         "{\"containers\":[{\"name\":\"a\",\"image\":\"y\"}]}", true},
        {"{{applicationPorts .Containers}}", "{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":1}]}]}",
         "{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":2}]}]}", false},
        {"{{(index .Containers 0).Name}}", "{\"containers\":[{\"name\":\"a\"}]}",
         "{\"containers\":[{\"name\":\"a\",\"image\":\"y\"}]}", false},
        /* methods */
        {"{{.Config.GetDrain.GetSeconds}}", "{\"config\":{\"drain\":\"5s\"}}", "{\"config\":{\"drain\":\"6s\"}}", false},
        {"{{.Config.Drain.AsDuration}}", "{\"config\":{\"drain\":\"5s\",\"path\":\"a\"}}",
         "{\"config\":{\"drain\":\"5s\",\"path\":\"b\"}}", true},
        {"{{range .Containers}}{{.Limits.Cpu}}{{end}}", "{\"containers\":[{\"limits\":{\"cpu\":\"1\"}}]}",
         "{\"containers\":[{\"limits\":{\"cpu\":\"2\"}}]}", false},
        /* constant members */
        {"{{.Values.a}}", "{\"values\":{\"a\":1}}", "{\"values\":{\"a\":1},\"any\":1}", true},
        {"{{.Values}}", "{\"values\":{\"a\":1}}", "{}", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct template_reads *reads = reads_of(&arena, cases[i].template, cases[i].one);
        assert_non_null(reads);
        assert_true(same_key(&arena, reads, cases[i].one, cases[i].one));
        if (same_key(&arena, reads, cases[i].one, cases[i].other) != cases[i].same)
            fail_msg("%s: %s and %s %s", cases[i].template, cases[i].one, cases[i].other,
                     cases[i].same ? "are not the same" : "are the same");
        template_reads_free(reads);
        arena_done(&arena);
    }
}

static void what_depends_on_more_has_no_key(void **state)
{
    (void)state;
    static const char *const templates[] = {
        "{{now.Unix}}", "{{ago .Any}}", "{{uuidv4}}", "{{randAlpha 3}}", "{{date \"2006\" \"x\"}}",
        "{{shuffle \"ab\"}}", "{{$_ := set .Any \"a\" 1}}", "{{eq .Config .Config}}",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(templates); i++) {
        struct arena arena = ARENA_INIT;
        struct template_reads *reads = reads_of(&arena, templates[i], "{\"any\":{},\"config\":{}}");
        if (reads)
            fail_msg("%s has a key", templates[i]);
        arena_done(&arena);
    }
}

/* Places are many only where a template looks up what the data says. */
static void too_many_places_have_no_key(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_null(reads_of(&arena, "{{range $i := until 9000}}{{index $.ObjectMeta.Labels (print $i)}}{{end}}",
                         "{\"meta\":{\"labels\":{}}}"));
    struct template_reads *reads = reads_of(
        &arena, "{{range $i := until 1100}}{{index $.ObjectMeta.Labels (print $i)}}{{end}}", "{\"meta\":{\"labels\":{}}}");
    assert_non_null(reads);
    assert_false(same_key(&arena, reads, "{\"meta\":{\"labels\":{}}}", "{\"meta\":{\"labels\":{\"777\":\"\"}}}"));
    assert_null(template_reads_join(reads, reads));
    template_reads_free(reads);
    arena_done(&arena);
}

static void noting_changes_no_error(void **state)
{
    (void)state;
    static const char *const templates[] = {
        "{{.Nope}}", "{{.ObjectMeta.Nope}}", "{{index .ObjectMeta.Labels 1}}", "{{index .Containers 5}}",
        "{{range .Owner}}{{end}}", "{{.Any.x.y}}", "{{isset .Any \"a\"}}", "{{annotation .Any \"a\" 1}}",
        "{{with .Owner.Name.X}}{{end}}", "{{$x := .Nope}}", "{{template \"t\" .Any.a.b.c}}", "{{fail .Owner.Name}}",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(templates); i++) {
        struct arena arena = ARENA_INIT;
        struct template_recording recording = {0};
        struct data data;
        struct error plain = {0}, noted = {0};
        data_set(&data, &arena, "{\"meta\":{\"labels\":{}},\"any\":{\"x\":null}}");
        assert_false(data_run(&arena, templates[i], &data, NULL, &plain));
        assert_false(data_run(&arena, templates[i], &data, &recording, &noted));
        assert_string_equal(plain.text, noted.text);
        assert_int_equal(plain.where.column, noted.where.column);
        arena_done(&arena);
    }
}

static void runs_join_unless_one_looks_at_what_is_a_pods_own(void **state)
{
    (void)state;
    static const struct {
        const char *template, *one, *other;
        bool joins;
    } cases[] = {
        {"{{if .Owner.Name}}{{index .ObjectMeta.Labels \"a\"}}{{else}}{{index .ObjectMeta.Annotations \"b\"}}{{end}}",
         "{\"owner\":\"x\"}", "{}", true},
        {"{{if .Owner.Name}}{{.ObjectMeta.Name}}{{end}}", "{\"owner\":\"x\"}", "{}", false},
        {"{{if .Owner.Name}}{{toJson .ObjectMeta.Labels}}{{end}}{{index .ObjectMeta.Labels \"a\"}}", "{\"owner\":\"x\"}",
         "{}", false},
        {"{{if .Owner.Name}}{{toJson .ObjectMeta}}{{end}}", "{\"owner\":\"x\"}", "{}", false},
        {"{{if .Owner.Name}}{{print .}}{{end}}", "{\"owner\":\"x\"}", "{}", false},
        {"{{if .Owner.Name}}{{annotation .ObjectMeta \"a\" 1}}{{end}}", "{\"owner\":\"x\"}", "{}", true},
        {"{{.ObjectMeta.Name}}{{if .Owner.Name}}{{.Config}}{{end}}", "{\"owner\":\"x\"}", "{}", true},
        {"{{if .Owner.Name}}{{toJson .Containers}}{{else}}{{range .Containers}}{{.Name}}{{end}}{{end}}",
         "{\"owner\":\"x\",\"containers\":[{}]}", "{\"containers\":[{}]}", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct template_reads *one = reads_of(&arena, cases[i].template, cases[i].one);
        struct template_reads *other = reads_of(&arena, cases[i].template, cases[i].other);
        struct template_reads *joined = template_reads_join(one, other), *again = template_reads_join(other, one);
        if ((joined != NULL) != cases[i].joins || (again != NULL) != cases[i].joins)
            fail_msg("%s %s", cases[i].template, cases[i].joins ? "does not join" : "joins");
        assert_true(template_reads_cover(one, one));
        assert_false(template_reads_cover(one, other) && template_reads_cover(other, one));
        if (joined) {
            assert_true(template_reads_cover(joined, one) && template_reads_cover(joined, other));
            assert_true(template_reads_cover(joined, again) && template_reads_cover(again, joined));
            assert_false(same_key(&arena, joined, cases[i].one, cases[i].other));
        }
        template_reads_free(one);
        template_reads_free(other);
        template_reads_free(joined);
        template_reads_free(again);
        arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_what_was_looked_at_and_no_more),
        cmocka_unit_test(what_depends_on_more_has_no_key),
        cmocka_unit_test(too_many_places_have_no_key),
        cmocka_unit_test(noting_changes_no_error),
        cmocka_unit_test(runs_join_unless_one_looks_at_what_is_a_pods_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
