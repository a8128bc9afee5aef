#include "kube/types.h"
#include "base/attribute.h"
#include "kube/mesh_types.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* Follows Go field names down from a type, through pointers, lists and maps. */
static const struct type_field *go_path(const struct type *type, const char *path)
{
    struct slice_splitter splitter = {.rest = slice_from(path)};
    const struct type_field *field = NULL;
    struct slice name;
    while (slice_split(&splitter, '.', &name)) {
        while (type->kind == TYPE_LIST || type->kind == TYPE_MAP || type->kind == TYPE_WRAPPER)
            type = type->element;
        field = type_field_by_go(type, name);
        if (!field)
            return NULL;
        type = field->type;
    }
    return field;
}

static void check_every_field(const struct type *type, unsigned depth)
{
    while (type->kind == TYPE_LIST || type->kind == TYPE_MAP || type->kind == TYPE_WRAPPER)
        type = type->element;
    for (size_t i = 0; i < type->field_count && depth < 8; i++) {
        assert_ptr_equal(type_field_by_json(type, type->fields[i].json_name), &type->fields[i]);
        assert_ptr_equal(type_field_by_go(type, type->fields[i].go_name), &type->fields[i]);
        check_every_field(type->fields[i].type, depth + 1);
    }
}

static void every_field_is_found_by_both_names(void **state)
{
    (void)state;
    const struct type *const roots[] = {&kube_type_Pod, &kube_type_Deployment, &kube_type_StatefulSet,
                                        &kube_type_DaemonSet, &kube_type_CronJob, &kube_type_DeploymentConfig,
                                        &kube_type_MutatingWebhookConfiguration, &kube_type_Namespace,
                                        &mesh_type_MeshConfig, &mesh_1_0_type_MeshConfig};
    for (size_t i = 0; i < ARRAY_LENGTH(roots); i++)
        check_every_field(roots[i], 0);
    assert_null(type_field_by_json(&kube_type_Pod, SLICE("Spec")));
    assert_null(type_field_by_json(&kube_type_PodSpec, SLICE("")));
    assert_null(type_field_by_go(&kube_type_PodSpec, SLICE("containers")));
}

static void go_names_and_flags_are_those_of_the_go_types(void **state)
{
    (void)state;
    const struct {
        const struct type *root;
        const char *path, *json_name;
        enum type_kind kind;
        uint32_t flags;
    } cases[] = {
        {&kube_type_Pod, "Spec.ServiceAccountName", "serviceAccountName", TYPE_STRING, TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_Pod, "Spec.DNSPolicy", "dnsPolicy", TYPE_STRING, TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_Pod, "Spec.SecurityContext.RunAsUser", "runAsUser", TYPE_INT64,
         TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_Pod, "Spec.Containers.LivenessProbe.HTTPGet.Port", "port", TYPE_INT_OR_STRING, 0},
        {&kube_type_Pod, "Spec.Volumes.EmptyDir.SizeLimit", "sizeLimit", TYPE_QUANTITY,
         TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_Pod, "Spec.Containers", "containers", TYPE_LIST, TYPE_FIELD_MERGE},
        {&kube_type_Pod, "Spec.Volumes", "volumes", TYPE_LIST,
         TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE | TYPE_FIELD_RETAIN_KEYS},
        {&kube_type_Pod, "ObjectMeta.Labels", "labels", TYPE_MAP, TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_Pod, "ObjectMeta.CreationTimestamp", "creationTimestamp", TYPE_TIME, TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_ReplicationController, "Spec.Template", "template", TYPE_STRUCT,
         TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
        {&kube_type_DeploymentConfig, "Spec.Template.Spec.Containers.Name", "name", TYPE_STRING, 0},
        {&mesh_type_MeshConfig, "DefaultConfig.ProxyMetadata", "proxyMetadata", TYPE_MAP, TYPE_FIELD_OMIT_EMPTY},
        {&mesh_type_MeshConfig, "DefaultConfig.Concurrency", "concurrency", TYPE_WRAPPER,
         TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
        {&mesh_type_MeshConfig, "MeshMTLS", "meshMTLS", TYPE_STRUCT, TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
        {&mesh_type_MeshConfig, "ExtensionProviders.Zipkin.Enable_64BitTraceId", "enable64bitTraceId", TYPE_BOOL,
         TYPE_FIELD_OMIT_EMPTY},
        {&mesh_1_0_type_MeshConfig, "DefaultConfig.Concurrency", "concurrency", TYPE_INT32, TYPE_FIELD_OMIT_EMPTY},
        {&mesh_1_0_type_MeshConfig, "DefaultConfig.ParentShutdownDuration", "parentShutdownDuration", TYPE_DURATION,
         TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct type_field *field = go_path(cases[i].root, cases[i].path);
        assert_non_null(field);
        assert_true(slice_equal(field->json_name, slice_from(cases[i].json_name)));
        assert_int_equal(field->type->kind, cases[i].kind);
        assert_int_equal(field->flags, cases[i].flags);
    }
}

static void lists_have_their_merge_keys(void **state)
{
    (void)state;
    const struct {
        const char *path, *merge_key;
    } cases[] = {{"Spec.Containers", "name"},           {"Spec.Containers.Env", "name"},
                 {"Spec.Containers.Ports", "containerPort"}, {"Spec.Containers.VolumeMounts", "mountPath"},
                 {"Spec.HostAliases", "ip"},            {"Spec.ImagePullSecrets", "name"},
                 {"Spec.Tolerations", ""},              {"ObjectMeta.Finalizers", ""},
                 {"ObjectMeta.OwnerReferences", "uid"}, {"Spec.TopologySpreadConstraints", "topologyKey"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_true(slice_equal(go_path(&kube_type_Pod, cases[i].path)->merge_key, slice_from(cases[i].merge_key)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_found_by_both_names),
        cmocka_unit_test(go_names_and_flags_are_those_of_the_go_types),
        cmocka_unit_test(lists_have_their_merge_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
