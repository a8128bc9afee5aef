#include "template/test_support.h"

/* A small world of Go types, as the tables of Kubernetes and of the mesh describe them. */
static const struct type string_type = {.kind = TYPE_STRING, .name = "string"};
static const struct type bool_type = {.kind = TYPE_BOOL, .name = "bool"};
static const struct type int32_type = {.kind = TYPE_INT32, .name = "int32"};
static const struct type int64_type = {.kind = TYPE_INT64, .name = "int64"};
static const struct type string_map = {.kind = TYPE_MAP, .name = "map", .element = &string_type};
static const struct type duration_type = {.kind = TYPE_DURATION, .name = "duration"};
static const struct type quantity_type = {.kind = TYPE_QUANTITY, .name = "quantity"};
static const struct type port_type = {.kind = TYPE_INT_OR_STRING, .name = "port"};
static const struct type bool_wrapper = {.kind = TYPE_WRAPPER, .name = "wrapper", .element = &bool_type};
static const struct type resources_type = {.kind = TYPE_MAP, .name = "map", .element = &quantity_type};

static const struct type_enum_value modes[] = {{SLICE_CONSTANT("REDIRECT"), 0}, {SLICE_CONSTANT("TPROXY"), 1}};
static const struct type mode_type = {.kind = TYPE_ENUM, .name = "x.v1.Config.Mode", .values = modes, .value_count = 2};

static const struct type_field metadata_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &string_map, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("annotations"), SLICE_CONSTANT("Annotations"), &string_map, {0}, TYPE_FIELD_OMIT_EMPTY},
};
static const struct type metadata_type = {
    .kind = TYPE_STRUCT, .name = "k.v1.ObjectMeta", .fields = metadata_fields, .field_count = 3};

static const struct type_field container_port_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("containerPort"), SLICE_CONSTANT("ContainerPort"), &int32_type, {0}, 0},
    {SLICE_CONSTANT("protocol"), SLICE_CONSTANT("Protocol"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
};
static const struct type container_port_type = {
    .kind = TYPE_STRUCT, .name = "k.v1.ContainerPort", .fields = container_port_fields, .field_count = 3};
static const struct type container_ports_type = {.kind = TYPE_LIST, .name = "list", .element = &container_port_type};

static const struct type_field container_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &string_type, {0}, 0},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ports"), SLICE_CONSTANT("Ports"), &container_ports_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("limits"), SLICE_CONSTANT("Limits"), &resources_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &port_type, {0}, 0},
    {SLICE_CONSTANT("root"), SLICE_CONSTANT("Root"), &bool_type, {0}, TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("user"), SLICE_CONSTANT("User"), &int64_type, {0}, TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("meta"), SLICE_CONSTANT("Meta"), &metadata_type, {0}, TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const struct type container_type = {
    .kind = TYPE_STRUCT, .name = "k.v1.Container", .fields = container_fields, .field_count = 8};
static const struct type containers_type = {.kind = TYPE_LIST, .name = "list", .element = &container_type};

static const struct type_field inner_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("big"), SLICE_CONSTANT("Big"), &int64_type, {0}, TYPE_FIELD_OMIT_EMPTY},
};
static const struct type inner_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.Inner", .fields = inner_fields, .field_count = 2, .is_message = true};

static const struct type_field config_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mode_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("configPath"), SLICE_CONSTANT("ConfigPath"), &string_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("drainDuration"), SLICE_CONSTANT("DrainDuration"), &duration_type, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hold"), SLICE_CONSTANT("Hold"), &bool_wrapper, {0}, TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("inner"), SLICE_CONSTANT("Inner"), &inner_type, {0}, TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("other"), SLICE_CONSTANT("Other"), &inner_type, {0}, TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("Metadata"), &string_map, {0}, TYPE_FIELD_OMIT_EMPTY},
};
static const struct type config_type = {
    .kind = TYPE_STRUCT, .name = "x.v1.ProxyConfig", .fields = config_fields, .field_count = 7, .is_message = true};

static const char metadata_json[] = "{\"name\":\"web\",\"annotations\":{\"a/b\":\"v\",\"e\":\"\"}}";
static const char containers_json[] =
    "[{\"name\":\"app\",\"image\":\"r/"
    "app:1\",\"root\":false,\"port\":\"http\",\"limits\":{\"cpu\":\"2\"},\"unknown\":1,"
    "\"ports\":[{\"containerPort\":80,\"name\":\"<h>\"},{\"containerPort\":53,\"protocol\":\"UDP\"}]},"
    "{\"name\":\"istio-proxy\",\"user\":0,\"port\":8080,\"ports\":[{\"containerPort\":9}]}]";
static const char config_json[] =
    "{\"mode\":\"TPROXY\",\"configPath\":\"/"
    "etc\",\"drainDuration\":\"45s\",\"hold\":true,\"inner\":{\"address\":\"z:1\",\"big\":5},"
    "\"metadata\":{\"B\":\"2\",\"A\":\"1\"}}";

static const struct tree *read_tree(struct arena *arena, const char *json)
{
    const struct source source = {SLICE("json"), slice_from(json), 0};
    const struct tree *tree = NULL;
    struct error error;
    assert_true(json_read(arena, &source, &tree, &error));
    return tree;
}

static void check(const struct test_case *cases, size_t count)
{
    struct arena data = ARENA_INIT;
    const struct template_member deployment[] = {{SLICE("Namespace"), template_from_string(SLICE("ns"))},
                                                 {SLICE("Name"), template_from_string(SLICE("web"))}};
    const struct template_member members[] = {
        {SLICE("DeploymentMeta"), template_from_members(deployment, 2)},
        {SLICE("ObjectMeta"), template_from_tree(read_tree(&data, metadata_json), &metadata_type)},
        {SLICE("Containers"), template_from_tree(read_tree(&data, containers_json), &containers_type)},
        {SLICE("None"), template_from_tree(NULL, &containers_type)},
        {SLICE("Config"), template_from_pointer(read_tree(&data, config_json), &config_type)},
        {SLICE("NoConfig"), template_from_pointer(NULL, &config_type)},
        {SLICE("Values"), template_from_tree(read_tree(&data, "{\"n\":5}"), NULL)},
        {SLICE("UID"), template_from_int64(1337)},
    };
    const struct template_run run = {.members = members,
                                     .member_count = ARRAY_LENGTH(members),
                                     .default_proxy_config =
                                         read_tree(&data, "{\"configPath\":\"/etc\",\"drainDuration\":\"5s\"}")};
    for (size_t i = 0; i < count; i++) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(100000);
        struct error error = {0};
        bool done = test_render_with(&arena, slice_from(cases[i].template), NULL, &run, &out, &error);
        buffer_add_byte(&out, '\0');
        if (cases[i].output ? !done || strcmp(out.bytes, cases[i].output) != 0
                            : done || !strstr(error.text, cases[i].message))
            fail_msg("%s\n  gives  %s\n  wanted %s", cases[i].template, done ? out.bytes : error.text,
                     cases[i].output ? cases[i].output : cases[i].message);
        buffer_done(&out);
        arena_done(&arena);
    }
    arena_done(&data);
}

static void fields_have_go_names_and_zero_values(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{.ObjectMeta.Name}} {{.DeploymentMeta.Name}} {{.DeploymentMeta}} {{.UID}}", NULL, "web web ns/web 1337",
         NULL},
        {"{{.ObjectMeta.Labels}} {{len .ObjectMeta.Labels}} {{if .ObjectMeta.Labels}}y{{end}}", NULL, "map[] 0 ", NULL},
        {"[{{index .ObjectMeta.Annotations \"x\"}}] {{.ObjectMeta.Annotations.x}}", NULL, "[] <no value>", NULL},
        {"{{range .Containers}}{{.Name}}:{{.Image}}:{{range .Ports}}{{.ContainerPort}}{{.Protocol}},{{end}} {{end}}",
         NULL, "app:r/app:1:80,53UDP, istio-proxy::9, ", NULL},
        {"{{range .None}}x{{else}}none{{end}} {{len .None}} {{.None}}", NULL, "none 0 []", NULL},
        {"{{with index .Containers 0}}{{.Root}} {{if .Root}}set{{end}} {{.User}} {{if .User}}set{{end}}{{end}}", NULL,
         "false set <nil> ", NULL},
        {"{{(index .Containers 0).Meta}} {{if (index .Containers 0).Meta}}y{{end}}", NULL, "nil ", NULL},
        {"{{(index .Containers 0).Meta.Name}}", NULL, NULL, "nil pointer evaluating *v1.ObjectMeta.Name"},
        {"{{.Nope}}", NULL, NULL, "can't evaluate field Nope in type inject.SidecarTemplateData"},
        {"{{.ObjectMeta.Nope}}", NULL, NULL, "can't evaluate field Nope in type v1.ObjectMeta"},
        {"{{.ObjectMeta.name}}", NULL, NULL, "can't evaluate field name"},
        {"{{(index .Containers 0).Limits.Cpu}} {{(index .Containers 0).Limits.Memory}}", NULL, "2 0", NULL},
        {"{{range .Containers}}{{.Port}} {{.Port.IntVal}} {{.Port.StrVal}} {{.Port.String}};{{end}}", NULL,
         "http 0 http http;8080 8080  8080;", NULL},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void numbers_keep_their_go_types(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{eq .UID 1337}} {{eq (index (index .Containers 0).Ports 0).ContainerPort 80}}", NULL, "true true", NULL},
        {"{{eq .UID 1337.0}}", NULL, NULL, "incompatible types for comparison: int64 and float64"},
        {"{{eq .Values.n 5}}", NULL, NULL, "incompatible types for comparison: float64 and int"},
        {"{{eq (index .Containers 1).User 0}}", NULL, NULL, "incompatible types for comparison: *int64 and int"},
        {"{{printf \"%T %T %T %T\" .UID (index (index .Containers 0).Ports 0).ContainerPort .ObjectMeta.Annotations "
         ".Containers}}",
         NULL, "int64 int32 map[string]string []v1.Container", NULL},
        {"{{typeOf .ObjectMeta}} {{typeOf .Config}} {{kindOf .Config}} {{typeOf .Config.Mode}}", NULL,
         "v1.ObjectMeta *v1.ProxyConfig ptr v1.Config_Mode", NULL},
        {"{{repeat .UID \"x\"}}", NULL, NULL, "expected int; got int64"},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void messages_are_safe_to_ask(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{.Config.Mode}} {{.Config.Mode.String}} {{printf \"%d\" .Config.Mode}} {{eq .Config.Mode 1}}", NULL,
         "TPROXY TPROXY 1 true", NULL},
        {"{{eq .Config.Mode \"TPROXY\"}}", NULL, NULL, "incompatible types for comparison"},
        {"{{.NoConfig.GetMode}} {{.NoConfig.GetInner.GetAddress}}| {{.Config.GetOther.GetAddress}}| "
         "{{.Config.GetInner.GetBig}}",
         NULL, "REDIRECT | | 5", NULL},
        {"{{.NoConfig.Mode}}", NULL, NULL, "nil pointer evaluating *v1.ProxyConfig.Mode"},
        {"{{.Config.Other.Address}}", NULL, NULL, "nil pointer evaluating *v1.Inner.Address"},
        {"{{.Config.Hold.GetValue}} {{.Config.Hold.Value}} {{.NoConfig.GetHold.GetValue}}", NULL, "true true false",
         NULL},
        {"{{formatDuration .Config.DrainDuration}} {{.Config.DrainDuration.Seconds}} "
         "{{.Config.DrainDuration.AsDuration}} "
         "{{formatDuration .NoConfig.GetDrainDuration}}",
         NULL, "45s 45 45s 0s", NULL},
        {"{{.Config.GetNope}}", NULL, NULL, "can't evaluate field GetNope"},
        {"{{.Config.GetMode 1}}", NULL, NULL, "wrong number of args for GetMode"},
        {"{{.NoConfig}} {{if .NoConfig}}y{{else}}n{{end}} {{eq .NoConfig nil}}", NULL, "<nil> n true", NULL},
        {"{{.Config}}", NULL,
         "mode:TPROXY config_path:\"/etc\" drain_duration:seconds:45 hold:value:true inner:{address:\"z:1\" big:5} "
         "metadata:map[A:1 B:2]",
         NULL},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void json_has_go_s_order(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{structToJSON (index .Containers 0).Ports}}", NULL,
         "[{\"name\":\"\\u003ch\\u003e\",\"containerPort\":80},{\"containerPort\":53,\"protocol\":\"UDP\"}]", NULL},
        {"{{structToJSON .ObjectMeta.Annotations}} {{toJSON .ObjectMeta.Labels}}", NULL,
         "{\"a/b\":\"v\",\"e\":\"\"} {}", NULL},
        {"{{protoToJSON .Config}}", NULL,
         "{\"mode\":\"TPROXY\",\"drainDuration\":\"45s\",\"hold\":true,\"inner\":{\"address\":\"z:1\",\"big\":\"5\"},"
         "\"metadata\":{\"A\":\"1\",\"B\":\"2\"}}",
         NULL},
        {"{{protoToJSON .NoConfig}} {{protoToJSON .Config.Inner}} {{protoToJSON nil}}", NULL,
         "{} {\"address\":\"z:1\",\"big\":\"5\"} {}", NULL},
        {"{{protoToJSON .ObjectMeta}}", NULL, NULL, "expected protoreflect.ProtoMessage; got v1.ObjectMeta"},
        {"{{toYaml (index .Containers 0).Ports}}", NULL,
         "- containerPort: 80\n  name: <h>\n- containerPort: 53\n  protocol: UDP\n", NULL},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void istio_functions_take_go_types(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{annotation .ObjectMeta \"a/b\" 1}} {{annotation .ObjectMeta \"e\" 1}} {{annotation .ObjectMeta \"x\" "
         ".Config.Mode}}",
         NULL, "v  TPROXY", NULL},
        {"{{includeInboundPorts .Containers}} {{applicationPorts .Containers}}", NULL, "80,9 80", NULL},
        {"{{includeInboundPorts .Values}}", NULL, NULL, "expected []v1.Container; got map[string]interface {}"},
        {"{{isset .ObjectMeta.Annotations \"e\"}} {{isset .ObjectMeta.Annotations \"x\"}} {{isset .ObjectMeta.Labels "
         "\"x\"}}",
         NULL, "true false false", NULL},
        {"{{hasKey .ObjectMeta.Annotations \"e\"}}", NULL, NULL,
         "expected map[string]interface {}; got map[string]string"},
        {"{{omit .ObjectMeta.Annotations \"e\"}} {{toJsonMap .ObjectMeta.Annotations (strdict \"e\" \"1\")}}", NULL,
         "map[a/b:v] {\"a/b\":\"v\",\"e\":\"1\"}", NULL},
        {"{{.UID | default \"x\" | quote}} {{append .Containers 1 | len}}", NULL, "\"1337\" 3", NULL},
    };
    check(cases, ARRAY_LENGTH(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_have_go_names_and_zero_values),
        cmocka_unit_test(numbers_keep_their_go_types),
        cmocka_unit_test(messages_are_safe_to_ask),
        cmocka_unit_test(json_has_go_s_order),
        cmocka_unit_test(istio_functions_take_go_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
