#include "explain/table.h"
#include "inject/name.h"

/* What a row is made of: "" is a label that is not there. */
struct row {
    struct slice injection, revision;             /* on the namespace */
    struct slice pod_revision, label, annotation; /* on the pod */
};

enum { POLICIES = 2, REVISIONS_MAX = 8 };
static const struct slice policies[POLICIES] = {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("disabled")};

struct cell {
    bool injects;
    struct slice reason;
    const char *factor;
};

struct tabling {
    struct arena *arena;
    const struct explain_table *table;
    struct explain_configuration *configurations[POLICIES]; /* with that policy */
    struct slice revisions[REVISIONS_MAX + 1];              /* "" and those that webhooks are for */
    size_t revision_count;
    bool is_1_0;
};

typedef void (*row_take)(void *context, const struct row *row, const struct cell *cells);

static void labels_put(struct arena *arena, struct tree *map, struct slice key, struct slice value)
{
    if (value.length)
        tree_put(arena, map, key, tree_string(arena, value));
}

static const struct tree *object_of(struct arena *arena, const struct tree *labels, const struct tree *annotations)
{
    struct tree *object = tree_map(arena, 1), *metadata = tree_map(arena, 2);
    tree_put(arena, metadata, SLICE("labels"), labels);
    tree_put(arena, metadata, SLICE("annotations"), annotations);
    tree_put(arena, object, SLICE("metadata"), metadata);
    return object;
}

static struct cell cell_of(const struct tabling *tabling, const struct row *row, size_t policy)
{
    struct arena *arena = tabling->arena;
    struct tree *namespace = tree_map(arena, 2), *labels = tree_map(arena, 2), *annotations = tree_map(arena, 1);
    labels_put(arena, namespace, LABEL_INJECTION, row->injection);
    labels_put(arena, namespace, LABEL_REVISION, row->revision);
    labels_put(arena, labels, LABEL_REVISION, row->pod_revision);
    labels_put(arena, labels, LABEL_INJECT, row->label);
    labels_put(arena, annotations, ANNOTATION_INJECT, row->annotation);
    struct explain_subject subject = {
        .workload = kube_workload_find(SLICE("v1"), SLICE("Pod")),
        .document = object_of(arena, labels, annotations),
        .origin = {SLICE("the pod"), NULL},
    };
    struct explain_request request = {
        .configurations = tabling->configurations[policy],
        .configuration_count = tabling->table->configuration_count,
        .webhook_name = tabling->table->webhook_name,
        .namespace = SLICE("shop"),
        .namespace_object = object_of(arena, namespace, &tree_empty_map_node),
        .namespace_origin = {SLICE("the namespace"), NULL},
        .subject = &subject,
    };
    struct explain_finding finding;
    explain_pod(arena, &request, &finding);
    return (struct cell){finding.would_inject, finding.reason, finding.factor};
}

static void row_run(const struct tabling *tabling, const struct row *row, row_take take, void *context)
{
    struct cell cells[POLICIES];
    for (size_t i = 0; i < POLICIES; i++)
        cells[i] = cell_of(tabling, row, i);
    take(context, row, cells);
}

static void pods_run(const struct tabling *tabling, struct row row, row_take take, void *context)
{
    static const struct slice today[] = {SLICE_CONSTANT(""), SLICE_CONSTANT("true"), SLICE_CONSTANT("false")};
    for (size_t r = 0; r < (tabling->is_1_0 ? 1 : tabling->revision_count); r++) {
        row.pod_revision = tabling->revisions[r];
        for (size_t label = 0; label < (tabling->is_1_0 ? 1 : ARRAY_LENGTH(today)); label++) {
            row.label = today[label];
            /* An annotation beside a label does not count, and is not worth rows of its own. */
            for (size_t annotation = 0; annotation < (label ? 1 : ARRAY_LENGTH(today)); annotation++) {
                row.annotation = today[annotation];
                row_run(tabling, &row, take, context);
            }
        }
    }
}

static void rows_run(const struct tabling *tabling, row_take take, void *context)
{
    static const struct slice injection[] = {SLICE_CONSTANT(""), SLICE_CONSTANT("enabled"), SLICE_CONSTANT("disabled")};
    for (size_t i = 0; i < ARRAY_LENGTH(injection); i++) {
        for (size_t r = 0; r < (tabling->is_1_0 ? 1 : tabling->revision_count); r++)
            pods_run(tabling, (struct row){.injection = injection[i], .revision = tabling->revisions[r]}, take,
                     context);
    }
}

static void tabling_init(struct tabling *tabling, struct arena *arena, const struct explain_table *table)
{
    size_t count = table->configuration_count;
    *tabling = (struct tabling){.arena = arena, .table = table, .revision_count = 1, .is_1_0 = count > 0};
    tabling->revisions[0] = SLICE("");
    for (size_t policy = 0; policy < POLICIES; policy++) {
        tabling->configurations[policy] = arena_new(arena, struct explain_configuration, count);
        for (size_t i = 0; i < count; i++) {
            struct policy_rules *rules = arena_new(arena, struct policy_rules, 1);
            tabling->configurations[policy][i] = table->configurations[i];
            if (!table->configurations[i].rules)
                continue;
            *rules = *table->configurations[i].rules;
            rules->policy = policies[policy];
            tabling->configurations[policy][i].rules = rules;
        }
    }
    for (size_t i = 0; i < count; i++)
        tabling->is_1_0 = tabling->is_1_0 && table->configurations[i].rules && table->configurations[i].rules->is_1_0;
    const struct tree *revisions = explain_known_revisions(arena, table->configurations, count, table->webhook_name);
    for (size_t i = 0; i < tree_count(revisions) && tabling->revision_count <= REVISIONS_MAX; i++)
        tabling->revisions[tabling->revision_count++] = tree_text(revisions->list.items[i]);
}

static void grid_take(void *context, const struct row *row, const struct cell *cells)
{
    struct explain_grid *grid = context;
    const struct slice words[] = {row->injection, row->revision, row->pod_revision, row->label, row->annotation};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        explain_grid_add(grid, words[i]);
    for (size_t i = 0; i < POLICIES; i++)
        explain_grid_add(grid, cells[i].injects ? SLICE("injected") : SLICE("no"));
    bool is_same = cells[0].injects == cells[1].injects && strcmp(cells[0].factor, cells[1].factor) == 0;
    explain_grid_add(grid, is_same ? cells[0].reason : SLICE("the policy"));
}

void explain_table_print(struct arena *arena, struct buffer *out, const struct explain_table *table,
                         const struct explain_style *style)
{
    static const struct slice headings[] = {SLICE_CONSTANT("NS istio-injection"), SLICE_CONSTANT("NS istio.io/rev"),
                                            SLICE_CONSTANT("POD istio.io/rev"),   SLICE_CONSTANT("POD LABEL inject"),
                                            SLICE_CONSTANT("ANNOTATION inject"),  SLICE_CONSTANT("POLICY enabled"),
                                            SLICE_CONSTANT("POLICY disabled"),    SLICE_CONSTANT("DECIDED BY")};
    struct explain_grid grid = {.arena = arena, .columns = ARRAY_LENGTH(headings)};
    struct tabling tabling;
    tabling_init(&tabling, arena, table);
    for (size_t i = 0; i < ARRAY_LENGTH(headings); i++)
        explain_grid_add(&grid, headings[i]);
    rows_run(&tabling, grid_take, &grid);
    explain_grid_print(&grid, out, style);
    for (size_t i = 0; i < table->configuration_count; i++) {
        if (table->configurations[i].rules)
            buffer_format(out, "%.*s has policy %.*s\n", SLICE_ARGS(table->configurations[i].rules_origin.what),
                          SLICE_ARGS(table->configurations[i].rules->policy));
    }
}

struct json_rows {
    struct arena *arena;
    struct tree *list;
};

static void json_take(void *context, const struct row *row, const struct cell *cells)
{
    struct json_rows *rows = context;
    struct arena *arena = rows->arena;
    const struct {
        const char *key;
        struct slice value;
    } words[] = {{"namespaceInjection", row->injection},
                 {"namespaceRevision", row->revision},
                 {"podRevision", row->pod_revision},
                 {"podLabel", row->label},
                 {"podAnnotation", row->annotation}};
    struct tree *map = tree_map(arena, 8);
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        tree_put(arena, map, slice_from(words[i].key),
                 words[i].value.length ? tree_string(arena, words[i].value) : &tree_null_node);
    for (size_t i = 0; i < POLICIES; i++) {
        struct tree *cell = tree_map(arena, 3);
        tree_put(arena, cell, SLICE("injected"), tree_bool(cells[i].injects));
        tree_put(arena, cell, SLICE("factor"), tree_string(arena, slice_from(cells[i].factor)));
        tree_put(arena, cell, SLICE("reason"), tree_string(arena, cells[i].reason));
        tree_put(arena, map, policies[i], cell);
    }
    tree_append(arena, rows->list, map);
}

const struct tree *explain_table_json(struct arena *arena, const struct explain_table *table)
{
    struct json_rows rows = {arena, tree_list(arena, 64)};
    struct tree *map = tree_map(arena, 2);
    struct tabling tabling;
    tabling_init(&tabling, arena, table);
    rows_run(&tabling, json_take, &rows);
    tree_put(arena, map, SLICE("version"), tree_int(arena, 1));
    tree_put(arena, map, SLICE("rows"), rows.list);
    return map;
}
