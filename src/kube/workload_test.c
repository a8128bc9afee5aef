#include "kube/workload.h"
#include "kube/types.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void every_version_of_a_kind_is_known(void **state)
{
    (void)state;
    const struct {
        const char *version, *kind;
        const struct type *type;
    } cases[] = {
        {"v1", "Pod", &kube_type_Pod},
        {"apps/v1", "Deployment", &kube_type_Deployment},
        {"apps/v1beta1", "Deployment", &kube_type_Deployment},
        {"apps/v1beta2", "StatefulSet", &kube_type_StatefulSet},
        {"extensions/v1beta1", "DaemonSet", &kube_type_DaemonSet},
        {"extensions/v1beta1", "ReplicaSet", &kube_type_ReplicaSet},
        {"v1", "ReplicationController", &kube_type_ReplicationController},
        {"batch/v1", "Job", &kube_type_Job},
        {"batch/v1beta1", "CronJob", &kube_type_CronJob},
        {"batch/v2alpha1", "CronJob", &kube_type_CronJob},
        {"apps.openshift.io/v1", "DeploymentConfig", &kube_type_DeploymentConfig},
        {"v1", "DeploymentConfig", &kube_type_DeploymentConfig},
        {"v1", "List", &kube_type_List},
        {"example.com/v1", "List", &kube_type_List},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct kube_workload *workload =
            kube_workload_find(slice_from(cases[i].version), slice_from(cases[i].kind));
        assert_non_null(workload);
        assert_ptr_equal(workload->type, cases[i].type);
        assert_int_equal(workload->is_list, cases[i].type == &kube_type_List);
    }
}

static void other_kinds_are_not(void **state)
{
    (void)state;
    assert_null(kube_workload_find(SLICE("v1"), SLICE("pod")));
    assert_null(kube_workload_find(SLICE("v1"), SLICE("PodTemplate")));
    assert_null(kube_workload_find(SLICE("v1"), SLICE("PodList")));
    assert_null(kube_workload_find(SLICE("v1"), SLICE("")));
    assert_null(kube_workload_find(SLICE("batch.volcano.sh/v1alpha1"), SLICE("Job")));
    assert_null(kube_workload_of(NULL));
    assert_null(kube_workload_of(&tree_empty_list_node));
}

static const struct tree *parsed(struct arena *arena, const char *text)
{
    const struct tree *tree;
    struct error error;
    struct source source = {.text = slice_from(text)};
    assert_true(json_read(arena, &source, &tree, &error));
    return tree;
}

static void paths_lead_to_template_and_metadata(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct tree *document =
        parsed(&arena, "{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"spec\":{\"schedule\":\"s\",\"jobTemplate\":"
                       "{\"metadata\":{\"name\":\"j\"},\"spec\":{\"template\":{\"spec\":{}}}}}}");
    const struct kube_workload *workload = kube_workload_of(document);
    assert_ptr_equal(kube_path_get(document, workload->metadata_path), tree_at(document, "spec", "jobTemplate"));
    assert_ptr_equal(kube_path_get(document, workload->template_path),
                     tree_at(document, "spec", "jobTemplate", "spec", "template"));

    const struct tree *made = kube_path_put(&arena, document, workload->template_path, &tree_true_node);
    assert_ptr_equal(kube_path_get(made, workload->template_path), &tree_true_node);
    assert_ptr_equal(tree_at(made, "spec", "jobTemplate", "metadata"),
                     tree_at(document, "spec", "jobTemplate", "metadata"));
    assert_int_equal(kube_path_get(document, workload->template_path)->kind, TREE_MAP);

    made = kube_path_put(&arena, parsed(&arena, "{\"spec\":null}"), workload->metadata_path, &tree_true_node);
    assert_ptr_equal(tree_at(made, "spec", "jobTemplate"), &tree_true_node);
    const struct kube_workload *pod = kube_workload_find(SLICE("v1"), SLICE("Pod"));
    assert_ptr_equal(kube_path_get(document, pod->template_path), document);
    assert_ptr_equal(kube_path_put(&arena, document, pod->template_path, made), made);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_of_a_kind_is_known),
        cmocka_unit_test(other_kinds_are_not),
        cmocka_unit_test(paths_lead_to_template_and_metadata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
