#include "explain/case.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "kube/selector.h"

/* What to change so that the answer is the other one: all single changes, then pairs, then threes, the least invasive
 * first, each tried by judging the case as it would be then. */
enum { CANDIDATES_MAX = 40, TRIES_OF_THREE_MAX = 24, SMALL = 3 };

unsigned action_cost(enum explain_action_kind kind, struct slice key)
{
    switch (kind) {
    case EXPLAIN_POD_LABEL:
        return slice_equal(key, LABEL_INJECT) ? 1 : 2;
    case EXPLAIN_POD_ANNOTATION:
        return 3;
    case EXPLAIN_HOST_NETWORK:
        return 15;
    case EXPLAIN_NAMESPACE_LABEL:
        return slice_equal(key, LABEL_INJECTION) ? 20 : 22;
    case EXPLAIN_POLICY:
        return 60;
    case EXPLAIN_MOVE:
        return 100;
    }
    return 0;
}

struct search {
    struct arena *arena, scratch;
    const struct explain_case *question;
    const struct explain_subject *subject;
    bool wants; /* what the answer is to be */
    struct explain_action candidates[CANDIDATES_MAX];
    size_t count;
};

/* ---- what could be changed ---- */

static void candidate_add(struct search *search, struct explain_action action)
{
    action.cost = action_cost(action.kind, action.key);
    for (size_t i = 0; i < search->count; i++) {
        const struct explain_action *other = &search->candidates[i];
        if (other->kind == action.kind && other->removes == action.removes && slice_equal(other->key, action.key) &&
            slice_equal(other->value, action.value))
            return;
    }
    if (search->count == CANDIDATES_MAX)
        return;
    /* Kept in order of cost. */
    size_t at = search->count++;
    for (; at > 0 && search->candidates[at - 1].cost > action.cost; at--)
        search->candidates[at] = search->candidates[at - 1];
    search->candidates[at] = action;
}

static void label_add(struct search *search, bool on_pod, struct slice key, bool removes, struct slice value)
{
    const struct explain_case *question = search->question;
    const struct tree *labels = on_pod ? tree_at(question->pod, "metadata", "labels") : question->namespace_labels;
    const struct tree_entry *entry = tree_entry(labels, key);
    /* Nobody can change what Kubernetes sets itself. */
    if (slice_equal(key, LABEL_NAMESPACE_NAME) || (removes && !entry) ||
        (on_pod && tree_get(question->fixed_labels, key)))
        return;
    candidate_add(search, (struct explain_action){.kind = on_pod ? EXPLAIN_POD_LABEL : EXPLAIN_NAMESPACE_LABEL,
                                                  .removes = removes,
                                                  .key = key,
                                                  .value = value});
}

/* The label set or taken away so that a requirement has the other outcome. */
static void requirement_turn(struct search *search, bool on_pod, struct slice key, struct slice operator,
                             const struct tree *values)
{
    struct slice first = tree_text(tree_is(values, TREE_LIST) && tree_count(values) ? values->list.items[0] : values);
    if (slice_equal(operator, SLICE("In")) || slice_equal(operator, SLICE("NotIn"))) {
        label_add(search, on_pod, key, false, first);
        label_add(search, on_pod, key, true, SLICE(""));
    } else if (slice_equal(operator, SLICE("Exists"))) {
        label_add(search, on_pod, key, false, SLICE("true"));
        label_add(search, on_pod, key, true, SLICE(""));
    } else {
        label_add(search, on_pod, key, true, SLICE(""));
    }
}

static void selector_turn(struct search *search, const struct tree *selector, bool on_pod)
{
    const struct tree *pairs = tree_get(selector, SLICE("matchLabels"));
    const struct tree *expressions = tree_get(selector, SLICE("matchExpressions"));
    for (size_t i = 0; tree_is(pairs, TREE_MAP) && i < pairs->map.count; i++)
        requirement_turn(search, on_pod, pairs->map.entries[i].key, SLICE("In"), pairs->map.entries[i].value);
    for (size_t i = 0; tree_is(expressions, TREE_LIST) && i < expressions->list.count; i++) {
        const struct tree *expression = expressions->list.items[i];
        requirement_turn(search, on_pod, tree_text(tree_get(expression, SLICE("key"))),
                         tree_text(tree_get(expression, SLICE("operator"))), tree_get(expression, SLICE("values")));
    }
}

static void selectors_turn(struct search *search, const struct tree *list)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++)
        selector_turn(search, list->list.items[i], true);
}

static void usual_add(struct search *search, bool is_1_0)
{
    struct slice word = search->wants ? SLICE("true") : SLICE("false");
    const struct tree_entry *annotation = tree_entry(pod_annotations(search->question->pod), ANNOTATION_INJECT);
    if (!is_1_0) {
        label_add(search, true, LABEL_INJECT, false, word);
        label_add(search, true, LABEL_INJECT, true, SLICE(""));
    }
    candidate_add(search,
                  (struct explain_action){.kind = EXPLAIN_POD_ANNOTATION, .key = ANNOTATION_INJECT, .value = word});
    if (annotation)
        candidate_add(
            search, (struct explain_action){.kind = EXPLAIN_POD_ANNOTATION, .removes = true, .key = ANNOTATION_INJECT});
    if (search->wants)
        candidate_add(search, (struct explain_action){
                                  .kind = EXPLAIN_HOST_NETWORK, .key = SLICE("hostNetwork"), .value = SLICE("false")});
    else
        label_add(search, false, LABEL_INJECTION, false, SLICE("disabled"));
    label_add(search, false, LABEL_INJECTION, true, SLICE(""));
    candidate_add(search, (struct explain_action){.kind = EXPLAIN_POLICY,
                                                  .key = SLICE("policy"),
                                                  .value = search->wants ? SLICE("enabled") : SLICE("disabled")});
    if (search->wants)
        candidate_add(search, (struct explain_action){.kind = EXPLAIN_MOVE,
                                                      .key = SLICE("namespace"),
                                                      .value = SLICE("another-namespace")});
}

static void candidates_find(struct search *search)
{
    const struct explain_case *question = search->question;
    bool is_1_0 = true;
    for (size_t i = 0; i < question->configuration_count; i++)
        is_1_0 = is_1_0 && question->configurations[i].rules && question->configurations[i].rules->is_1_0;
    usual_add(search, is_1_0);
    for (size_t i = 0; i < question->configuration_count; i++) {
        const struct tree *webhooks = tree_get(question->configurations[i].tree, SLICE("webhooks"));
        for (size_t k = 0; tree_is(webhooks, TREE_LIST) && k < webhooks->list.count; k++) {
            if (!webhook_is_injector(webhooks->list.items[k], question->webhook_name))
                continue;
            selector_turn(search, webhook_selector(webhooks->list.items[k], true), true);
            selector_turn(search, webhook_selector(webhooks->list.items[k], false), false);
        }
        if (question->configurations[i].rules) {
            selectors_turn(search, question->configurations[i].rules->never);
            selectors_turn(search, question->configurations[i].rules->always);
        }
    }
}

/* ---- trying it ---- */

static struct explain_case with_policy(struct arena *arena, const struct explain_case *question, struct slice policy)
{
    struct explain_case changed = *question;
    struct explain_configuration *configurations =
        arena_new(arena, struct explain_configuration, question->configuration_count);
    struct policy_rules *rules = arena_new(arena, struct policy_rules, question->configuration_count);
    for (size_t i = 0; i < question->configuration_count; i++) {
        configurations[i] = question->configurations[i];
        if (!configurations[i].rules)
            continue;
        rules[i] = *configurations[i].rules;
        rules[i].policy = policy;
        configurations[i].rules = &rules[i];
    }
    changed.configurations = configurations;
    return changed;
}

struct explain_case case_with_action(struct arena *arena, const struct explain_case *question,
                                     const struct explain_action *action)
{
    struct explain_case changed = *question;
    struct tree *pod = tree_copy_shallow(arena, question->pod);
    switch (action->kind) {
    case EXPLAIN_POD_LABEL:
    case EXPLAIN_NAMESPACE_LABEL:
        return case_with_label(arena, question, action->kind == EXPLAIN_POD_LABEL, action->key, action->removes,
                               action->value);
    case EXPLAIN_POLICY:
        return with_policy(arena, question, action->value);
    case EXPLAIN_POD_ANNOTATION: {
        struct tree *annotations = own_map(arena, own_map(arena, pod, SLICE("metadata")), SLICE("annotations"));
        if (action->removes)
            tree_remove(annotations, action->key);
        else
            tree_put(arena, annotations, action->key, tree_string(arena, action->value));
        break;
    }
    case EXPLAIN_HOST_NETWORK:
        tree_put(arena, own_map(arena, pod, SLICE("spec")), action->key, tree_bool(false));
        break;
    case EXPLAIN_MOVE:
        changed = case_with_label(arena, question, false, LABEL_NAMESPACE_NAME, false, action->value);
        changed.namespace = action->value;
        tree_put(arena, own_map(arena, pod, SLICE("metadata")), SLICE("namespace"), tree_string(arena, action->value));
        break;
    }
    changed.pod = pod;
    return changed;
}

static bool is_answer(struct search *search, const size_t *chosen, size_t count)
{
    struct explain_case changed = *search->question;
    struct explain_verdict verdict;
    for (size_t i = 0; i < count; i++)
        changed = case_with_action(&search->scratch, &changed, &search->candidates[chosen[i]]);
    changed.only_verdict = true;
    case_judge(&search->scratch, &changed, &verdict);
    arena_reset(&search->scratch);
    return verdict.injects == search->wants;
}

/* Two changes of one thing are none. */
static bool is_sensible(const struct search *search, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            const struct explain_action *a = &search->candidates[chosen[i]], *b = &search->candidates[chosen[k]];
            if (a->kind == b->kind && slice_equal(a->key, b->key))
                return false;
        }
    }
    return true;
}

struct choice {
    size_t chosen[SMALL], count;
    unsigned cost;
};

static void choice_try(struct search *search, const size_t *chosen, size_t count, bool only_namespace,
                       struct choice *best)
{
    unsigned cost = 0;
    for (size_t i = 0; i < count; i++) {
        if (only_namespace && search->candidates[chosen[i]].kind != EXPLAIN_NAMESPACE_LABEL)
            return;
        cost += search->candidates[chosen[i]].cost;
    }
    if ((best->count && cost >= best->cost) || !is_sensible(search, chosen, count) || !is_answer(search, chosen, count))
        return;
    memcpy(best->chosen, chosen, count * sizeof *chosen);
    best->count = count;
    best->cost = cost;
}

static struct choice best_choice(struct search *search, bool only_namespace)
{
    struct choice best = {0};
    for (size_t i = 0; i < search->count; i++) {
        choice_try(search, (size_t[]){i}, 1, only_namespace, &best);
        for (size_t k = i + 1; k < search->count; k++)
            choice_try(search, (size_t[]){i, k}, 2, only_namespace, &best);
    }
    size_t some = search->count < TRIES_OF_THREE_MAX ? search->count : TRIES_OF_THREE_MAX;
    for (size_t i = 0; !best.count && i < some; i++) {
        for (size_t k = i + 1; k < some; k++) {
            for (size_t m = k + 1; m < some; m++)
                choice_try(search, (size_t[]){i, k, m}, 3, only_namespace, &best);
        }
    }
    return best;
}

/* ---- saying it ---- */

static struct slice pod_path(struct arena *arena, const struct explain_subject *subject, const char *field)
{
    struct slice path = SLICE("");
    for (size_t i = 0; i < KUBE_PATH_MAX && subject->workload->template_path[i]; i++)
        path = arena_format(arena, "%.*s%s.", SLICE_ARGS(path), subject->workload->template_path[i]);
    return arena_format(arena, "%.*s%s", SLICE_ARGS(path), field);
}

/* The line that is there, or the one of what it goes into. */
static struct explain_place action_place(struct search *search, const char *parent, const char *field, struct slice key)
{
    const struct explain_origin *origin = &search->question->pod_origin;
    const struct tree *template = kube_path_get(search->subject->document, search->subject->workload->template_path);
    const struct tree *holder = *parent ? tree_get(template, slice_from(parent)) : template;
    const struct tree_entry *above = *parent ? tree_entry(template, slice_from(parent)) : NULL;
    const struct tree_entry *map = tree_entry(holder, slice_from(field));
    const struct tree_entry *entry = tree_entry(*parent ? map ? map->value : NULL : holder, key);
    struct explain_place place = {.text = origin->what};
    const struct tree_entry *nearest = entry ? entry : map ? map : above;
    if (nearest)
        place.position = position_of(origin, nearest->key_offset);
    return place;
}

static void action_describe(struct search *search, struct explain_action *action)
{
    struct arena *arena = search->arena;
    const struct explain_case *question = search->question;
    switch (action->kind) {
    case EXPLAIN_POD_LABEL:
        action->path = pod_path(arena, search->subject, "metadata.labels");
        action->where = action_place(search, "metadata", "labels", action->key);
        break;
    case EXPLAIN_POD_ANNOTATION:
        action->path = pod_path(arena, search->subject, "metadata.annotations");
        action->where = action_place(search, "metadata", "annotations", action->key);
        break;
    case EXPLAIN_HOST_NETWORK:
        action->path = pod_path(arena, search->subject, "spec");
        action->where = action_place(search, "", "spec", action->key);
        action->where.position = place_of_entry(arena, &question->pod_origin, "", action->key,
                                                tree_entry(tree_get(question->pod, SLICE("spec")), action->key))
                                     .position;
        break;
    case EXPLAIN_NAMESPACE_LABEL:
        action->path = SLICE("metadata.labels");
        action->where = place_of_entry(arena, &question->namespace_origin, "label", action->key,
                                       tree_entry(question->namespace_labels, action->key));
        break;
    case EXPLAIN_POLICY:
        action->where.text = question->configuration_count ? question->configurations[0].rules_origin.what : SLICE("");
        break;
    case EXPLAIN_MOVE:
        action->path = SLICE("metadata");
        action->where.text = search->subject->origin.what;
        break;
    }
}

/* Commands are there to be copied into a shell: nothing stands in them that could be more than a word. */
static bool is_word(struct slice text)
{
    return text.length && kube_label_value_is_valid(text);
}

static bool is_safe(const struct search *search, const struct explain_change *change, enum explain_action_kind kind)
{
    for (size_t i = 0; i < change->action_count; i++) {
        const struct explain_action *action = &change->actions[i];
        if (action->kind != kind || !kube_label_key_is_valid(action->key) || !kube_label_value_is_valid(action->value))
            return false;
    }
    return is_word(search->question->namespace);
}

static struct slice label_command(const struct search *search, const struct explain_change *change)
{
    struct slice text = SLICE("");
    for (size_t i = 0; i < change->action_count; i++) {
        const struct explain_action *action = &change->actions[i];
        text = action->removes ? arena_format(search->arena, "%.*s %.*s-", SLICE_ARGS(text), SLICE_ARGS(action->key))
                               : arena_format(search->arena, "%.*s %.*s=%.*s", SLICE_ARGS(text),
                                              SLICE_ARGS(action->key), SLICE_ARGS(action->value));
    }
    return arena_format(search->arena, "kubectl label namespace %.*s%.*s --overwrite",
                        SLICE_ARGS(search->question->namespace), SLICE_ARGS(text));
}

/* {"spec":{"template":{"metadata":{"labels":{KEY:VALUE}}}}}, as a merge patch; null removes. */
static struct slice patch_command(const struct search *search, const struct explain_action *action)
{
    const struct explain_subject *subject = search->subject;
    struct slice text =
        action->removes ? SLICE("null") : arena_format(search->arena, "\"%.*s\"", SLICE_ARGS(action->value));
    text = arena_format(search->arena, "{\"%.*s\":%.*s}", SLICE_ARGS(action->key), SLICE_ARGS(text));
    for (struct slice rest = action->path; rest.length;) {
        size_t dot = slice_find_last(rest, SLICE("."));
        struct slice step = dot == SLICE_NONE ? rest : slice_from_offset(rest, dot + 1);
        text = arena_format(search->arena, "{\"%.*s\":%.*s}", SLICE_ARGS(step), SLICE_ARGS(text));
        rest = dot == SLICE_NONE ? SLICE("") : slice_range(rest, 0, dot);
    }
    return arena_format(search->arena, "kubectl -n %.*s patch %.*s %.*s --type merge -p '%.*s'",
                        SLICE_ARGS(search->question->namespace), SLICE_ARGS(subject->workload->kind),
                        SLICE_ARGS(subject->name), SLICE_ARGS(text));
}

/* kubectl's words, where one command does it: labels of a namespace, or of the template of a workload that is live. */
static struct slice command_text(const struct search *search, const struct explain_change *change)
{
    const struct explain_subject *subject = search->subject;
    enum explain_action_kind kind = change->actions[0].kind;
    bool is_of_pod = kind == EXPLAIN_POD_LABEL || kind == EXPLAIN_POD_ANNOTATION;
    if (!is_safe(search, change, kind))
        return SLICE("");
    if (kind == EXPLAIN_NAMESPACE_LABEL)
        return label_command(search, change);
    if (is_of_pod && change->action_count == 1 && subject->is_live && subject->workload->template_path[0] &&
        is_word(subject->name))
        return patch_command(search, &change->actions[0]);
    return SLICE("");
}

static bool is_same(const struct choice *a, const struct choice *b)
{
    return a->count == b->count && memcmp(a->chosen, b->chosen, a->count * sizeof *a->chosen) == 0;
}

static void change_add(struct search *search, struct explain_finding *finding, const struct explain_action *actions,
                       size_t count)
{
    struct explain_change *change = &finding->changes[finding->change_count++];
    for (size_t i = 0; i < count; i++) {
        change->actions[i] = actions[i];
        action_describe(search, &change->actions[i]);
    }
    change->action_count = count;
    change->command = command_text(search, change);
}

void change_find(struct arena *arena, const struct explain_case *question, struct explain_finding *finding)
{
    struct search search = {
        .arena = arena, .question = question, .subject = finding->subject, .wants = !finding->would_inject};
    candidates_find(&search);
    struct choice choices[EXPLAIN_CHANGES_MAX] = {best_choice(&search, false), best_choice(&search, true)};
    for (size_t i = 0; i < EXPLAIN_CHANGES_MAX; i++) {
        struct explain_action actions[EXPLAIN_ACTIONS_MAX];
        size_t count = 0;
        if (i && is_same(&choices[0], &choices[i]))
            continue;
        for (; count < choices[i].count; count++)
            actions[count] = search.candidates[choices[i].chosen[count]];
        if (!i && !count && search.wants)
            count = goal_find(arena, question, actions);
        if (count)
            change_add(&search, finding, actions, count);
    }
    arena_done(&search.scratch);
}
