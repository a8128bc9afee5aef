#include "cni/upgrade.h"
#include "tree/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define NODE "{metadata: {name: n1, labels: {os: linux, gen: '7'}}}"
#define SELECTOR(labels) "{spec: {template: {spec: {nodeSelector: " labels "}}}}"
#define TERMS(terms) \
    "{spec: {template: {spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: " \
    "{nodeSelectorTerms: [" terms "]}}}}}}}"
#define EXPRESSIONS(expressions) TERMS("{matchExpressions: [" expressions "]}")

static void nodes_are_wanted_by_selector_and_affinity(void **state)
{
    (void)state;
    const struct {
        const char *daemon_set;
        bool is_wanted;
    } cases[] = {
        {"{}", true},
        {SELECTOR("{os: linux}"), true},
        {SELECTOR("{os: windows}"), false},
        {SELECTOR("{os: linux, zone: a}"), false},
        {EXPRESSIONS("{key: os, operator: In, values: [windows, linux]}"), true},
        {EXPRESSIONS("{key: os, operator: In, values: [windows]}"), false},
        {EXPRESSIONS("{key: zone, operator: In, values: [a]}"), false},
        {EXPRESSIONS("{key: zone, operator: NotIn, values: [a]}"), true},
        {EXPRESSIONS("{key: os, operator: NotIn, values: [linux]}"), false},
        {EXPRESSIONS("{key: os, operator: Exists}"), true},
        {EXPRESSIONS("{key: zone, operator: Exists}"), false},
        {EXPRESSIONS("{key: zone, operator: DoesNotExist}"), true},
        {EXPRESSIONS("{key: os, operator: DoesNotExist}"), false},
        {EXPRESSIONS("{key: gen, operator: Gt, values: ['6']}"), true},
        {EXPRESSIONS("{key: gen, operator: Gt, values: ['7']}"), false},
        {EXPRESSIONS("{key: gen, operator: Lt, values: ['8']}"), true},
        {EXPRESSIONS("{key: os, operator: Lt, values: ['8']}"), false},
        {EXPRESSIONS("{key: os, operator: Like, values: [linux]}"), false},
        {EXPRESSIONS("{key: os, operator: Exists}, {key: zone, operator: Exists}"), false},
        {TERMS("{matchExpressions: [{key: zone, operator: Exists}]}, {matchExpressions: [{key: os, operator: Exists}]}"), true},
        {TERMS("{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}"), true},
        {TERMS("{matchFields: [{key: metadata.name, operator: In, values: [n2]}]}"), false},
        {TERMS("{}"), false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct source sources[] = {{.name = SLICE("set"), .text = slice_from(cases[i].daemon_set)},
                                   {.name = SLICE("node"), .text = SLICE(NODE)}};
        const struct tree *trees[2] = {NULL, NULL};
        for (size_t j = 0; j < 2; j++)
            assert_true(yaml_read(&arena, &sources[j], NULL, &trees[j], NULL));
        if (upgrade_wants_node(trees[0], trees[1]) != cases[i].is_wanted)
            fail_msg("%s", cases[i].daemon_set);
        arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nodes_are_wanted_by_selector_and_affinity)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
