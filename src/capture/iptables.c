#include "capture/iptables.h"
#include "base/child.h"
#include "base/number.h"
#include "capture/host.h"
#include "capture/iptables_text.h"

enum { RULES_TEXT_MAX = 16 << 20 };
static const struct position nowhere;

/* ---- which program ------------------------------------------------------------------------------------------ */

static const char *family_program(unsigned family)
{
    return family == CAPTURE_IPV6 ? "ip6tables" : "iptables";
}

static bool tool_find(struct arena *arena, const struct iptables_world *world, unsigned family, const char *suffix,
                      struct iptables_tool *ret)
{
    const char *program = family_program(family);
    struct slice restore = arena_format(arena, "%s%s-restore", program, suffix);
    struct slice save = arena_format(arena, "%s%s-save", program, suffix);
    *ret = (struct iptables_tool){.family = family,
                                  .legacy = slice_equal(slice_from(suffix), SLICE("-legacy")),
                                  .restore = host_program_find(arena, world->path, restore.bytes),
                                  .save = host_program_find(arena, world->path, save.bytes),
                                  .environment = world->environment};
    return ret->restore.length && ret->save.length;
}

bool iptables_find_kind(struct arena *arena, const struct iptables_world *world, unsigned family, bool legacy,
                        struct iptables_tool *ret)
{
    return tool_find(arena, world, family, legacy ? "-legacy" : "-nft", ret);
}

/* Plain iptables is one of the two under another name; which, only it can say. */
static bool plain_find(struct arena *arena, const struct iptables_world *world, unsigned family,
                       struct iptables_tool *ret)
{
    if (!tool_find(arena, world, family, "", ret))
        return false;
    char *argv[] = {(char *)ret->restore.bytes, (char *)"--version", NULL};
    const struct child child = {.argv = argv, .environment = ret->environment};
    struct child_result result = {0};
    if (!child_run(&child, &result, NULL))
        return false;
    ret->legacy = slice_find(buffer_slice(&result.output), SLICE("nf_tables")) == SLICE_NONE;
    child_result_done(&result);
    return true;
}

bool iptables_find(struct arena *arena, const struct iptables_world *world, unsigned family, struct iptables_tool *ret,
                   struct error *error)
{
    const char *program = family_program(family);
    if (world->force.length) {
        bool legacy = slice_equal(world->force, SLICE("legacy"));
        if (iptables_find_kind(arena, world, family, legacy, ret))
            return true;
        return error_set(error, ERROR_MISSING, nowhere,
                         "%s-%.*s-restore and -save are not in $PATH, as "
                         "--force-iptables-binary wants them",
                         program, SLICE_ARGS(world->force));
    }
    if (world->survey->legacy_rules & family && iptables_find_kind(arena, world, family, true, ret))
        return true;
    if (world->survey->nf_tables && iptables_find_kind(arena, world, family, false, ret))
        return true;
    if (iptables_find_kind(arena, world, family, true, ret) || plain_find(arena, world, family, ret))
        return true;
    return error_set(error, ERROR_MISSING, nowhere,
                     "no iptables to work with: looked in $PATH for %s-nft-restore%s, %s-legacy-restore and %s-restore",
                     program, world->survey->nf_tables ? "" : " (which this kernel cannot serve: no nf_tables)",
                     program, program);
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

bool iptables_read(struct arena *arena, const struct iptables_tool *tool, struct ruleset *ret, struct error *error)
{
    char *argv[] = {(char *)tool->save.bytes, NULL};
    const struct child child = {.argv = argv, .environment = tool->environment};
    struct child_result result = {0};
    if (!child_run(&child, &result, error))
        return false;
    struct slice text = arena_copy(arena, buffer_slice(&result.output));
    bool worked = result.status == 0;
    if (!worked)
        error_set(error, ERROR_SYSTEM, nowhere, "%s gave status %d: %.*s", argv[0], result.status,
                  SLICE_ARGS(slice_trim(buffer_slice(&result.errors))));
    child_result_done(&result);
    *ret = (struct ruleset){.arena = arena};
    return worked && (iptables_save_parse(text, tool->family, ret, error) || error_wrap(error, "%s", argv[0]));
}

/* ---- a change as text --------------------------------------------------------------------------------------- */

struct printer {
    struct arena *arena;
    const struct iptables_change *change;
    struct buffer *out;
    struct line_map *map;
    struct slice table;
    bool *gone; /* live rules that have been taken out by now */
};

static void line_end(struct printer *printer, size_t rule)
{
    struct line_map *map = printer->map;
    buffer_add_byte(printer->out, '\n');
    if (!map)
        return;
    if (map->count == map->capacity) {
        map->capacity = map->capacity ? map->capacity * 2 : 256;
        size_t *grown = arena_new(printer->arena, size_t, map->capacity);
        if (map->count)
            memcpy(grown, map->rules, map->count * sizeof *grown);
        map->rules = grown;
    }
    map->rules[map->count++] = rule;
}

static void line(struct printer *printer, const char *what, struct slice name)
{
    buffer_format(printer->out, "%s%.*s", what, SLICE_ARGS(name));
    line_end(printer, SIZE_MAX);
}

static bool live_here(const struct printer *printer, size_t index)
{
    return slice_equal(printer->change->live->rules[index].table, printer->table);
}

static const struct chain *live_chain(const struct printer *printer, struct slice name)
{
    const struct iptables_change *change = printer->change;
    return change->live ? ruleset_find_chain(change->live, change->family, printer->table, name) : NULL;
}

static const struct chain *target_chain(const struct printer *printer, struct slice name)
{
    const struct iptables_change *change = printer->change;
    return change->target ? ruleset_find_chain(change->target, change->family, printer->table, name) : NULL;
}

/* Our rules in chains that others use too go one by one; the rest goes with its chain. */
static void old_rules_print(struct printer *printer)
{
    const struct ruleset *live = printer->change->live;
    for (size_t i = live->count; i-- > 0;) {
        const struct rule *rule = &live->rules[i];
        if (!live_here(printer, i) || !printer->change->ours[i] || capture_chain_is_ours(rule->chain))
            continue;
        buffer_format(printer->out, "-D %.*s %.*s", SLICE_ARGS(rule->chain), SLICE_ARGS(rule->text));
        line_end(printer, SIZE_MAX);
        printer->gone[i] = true;
    }
}

static bool rule_is_planned(const struct printer *printer, const struct rule *rule)
{
    const struct ruleset *plan = printer->change->target;
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->rules[i].families & printer->change->family && rule_equal(&plan->rules[i], rule))
            return true;
    }
    return false;
}

static bool chain_is_wanted(const struct printer *printer, struct slice name)
{
    const struct ruleset *live = printer->change->live;
    for (size_t i = 0; i < live->count; i++) {
        if (live_here(printer, i) && !printer->gone[i] && verdict_enters(&live->rules[i].verdict) &&
            slice_equal(live->rules[i].verdict.chain, name))
            return true;
    }
    return false;
}

/* Whether the plan has a later rule in the same chain. */
static bool chain_comes_again(const struct printer *printer, const struct ruleset *plan, size_t index)
{
    for (size_t later = index + 1; later < plan->count; later++) {
        if (plan->rules[later].families & printer->change->family &&
            slice_equal(plan->rules[later].chain, plan->rules[index].chain) &&
            slice_equal(plan->rules[later].table, plan->rules[index].table))
            return true;
    }
    return false;
}

/* The rules that lead from chain to chain, if the plan has them, are out before the first chain is looked at. */
static void planned_jumps_forget(struct printer *printer)
{
    const struct ruleset *live = printer->change->live;
    for (size_t i = 0; i < live->count; i++) {
        if (live_here(printer, i) && verdict_enters(&live->rules[i].verdict))
            printer->gone[i] |= rule_is_planned(printer, &live->rules[i]);
    }
}

/* Istio's clean-up (tools/istio-iptables/pkg/builder/iptables_builder_impl.go, buildCleanupRules) goes through the
 * plan's chains backwards, empties each and deletes it unless something else still leads to it then. */
static void chains_delete_stepwise(struct printer *printer)
{
    const struct ruleset *live = printer->change->live, *plan = printer->change->target;
    struct slice *deleted = arena_new(printer->arena, struct slice, plan->count + 1);
    size_t count = 0;
    planned_jumps_forget(printer);
    for (size_t i = plan->count; i-- > 0;) {
        const struct rule *rule = &plan->rules[i];
        if (!(rule->families & printer->change->family) || !slice_equal(rule->table, printer->table) ||
            !capture_chain_is_ours(rule->chain) || !live_chain(printer, rule->chain) ||
            chain_comes_again(printer, plan, i))
            continue;
        line(printer, "-F ", rule->chain);
        for (size_t k = 0; k < live->count; k++)
            printer->gone[k] |= live_here(printer, k) && slice_equal(live->rules[k].chain, rule->chain);
        if (!chain_is_wanted(printer, rule->chain))
            deleted[count++] = rule->chain;
    }
    for (size_t i = 0; i < count; i++)
        line(printer, "-X ", deleted[i]);
}

static void old_chains_empty(struct printer *printer)
{
    const struct ruleset *live = printer->change->live;
    for (size_t i = 0; i < live->chain_count; i++) {
        if (slice_equal(live->chains[i].table, printer->table) && capture_chain_is_ours(live->chains[i].name))
            line(printer, "-F ", live->chains[i].name);
    }
}

static void old_chains_delete(struct printer *printer)
{
    const struct ruleset *live = printer->change->live;
    for (size_t i = 0; i < live->chain_count; i++) {
        if (slice_equal(live->chains[i].table, printer->table) && capture_chain_is_ours(live->chains[i].name) &&
            !target_chain(printer, live->chains[i].name))
            line(printer, "-X ", live->chains[i].name);
    }
}

static void new_chains_print(struct printer *printer)
{
    const struct iptables_change *change = printer->change;
    for (size_t i = 0; i < change->target->chain_count; i++) {
        const struct chain *chain = &change->target->chains[i];
        if (chain->families & change->family && slice_equal(chain->table, printer->table) && chain->hook == HOOK_NONE &&
            !live_chain(printer, chain->name))
            line(printer, "-N ", chain->name);
    }
}

/* How many rules that go first the target has in front of this one in its chain. */
static unsigned first_position(const struct iptables_change *change, size_t index)
{
    const struct rule *rules = change->target->rules;
    unsigned position = 1;
    for (size_t i = 0; i < index; i++)
        position += rules[i].first && rules[i].families & change->family &&
                    slice_equal(rules[i].chain, rules[index].chain) && slice_equal(rules[i].table, rules[index].table);
    return position;
}

static void new_rules_print(struct printer *printer)
{
    const struct iptables_change *change = printer->change;
    for (size_t i = 0; i < change->target->count; i++) {
        const struct rule *rule = &change->target->rules[i];
        if (!(rule->families & change->family) || !slice_equal(rule->table, printer->table))
            continue;
        unsigned position = rule->first ? first_position(change, i) : rule->position;
        if (position && !capture_chain_is_ours(rule->chain))
            buffer_format(printer->out, "-I %.*s %u ", SLICE_ARGS(rule->chain), position);
        else
            buffer_format(printer->out, "-A %.*s ", SLICE_ARGS(rule->chain));
        if (rule->text.length)
            buffer_add_slice(printer->out, rule->text);
        else
            iptables_rule_print(printer->out, rule);
        line_end(printer, i);
    }
}

static bool table_gets_rules(const struct printer *printer)
{
    const struct iptables_change *change = printer->change;
    for (size_t i = 0; change->target && !change->stepwise && i < change->target->count; i++) {
        if (change->target->rules[i].families & change->family &&
            slice_equal(change->target->rules[i].table, printer->table))
            return true;
    }
    return false;
}

static bool table_loses_rules(const struct printer *printer)
{
    const struct iptables_change *change = printer->change;
    for (size_t i = 0; change->live && i < change->live->count; i++) {
        if (change->ours[i] && live_here(printer, i))
            return true;
    }
    for (size_t i = 0; change->live && i < change->live->chain_count; i++) {
        if (capture_chain_is_ours(change->live->chains[i].name) &&
            slice_equal(change->live->chains[i].table, printer->table))
            return true;
    }
    return false;
}

static void table_print(struct printer *printer)
{
    const struct iptables_change *change = printer->change;
    line(printer, "*", printer->table);
    if (change->live) {
        old_rules_print(printer);
        if (change->stepwise)
            chains_delete_stepwise(printer);
        else
            old_chains_empty(printer);
    }
    if (change->target && !change->stepwise) {
        new_chains_print(printer);
        new_rules_print(printer);
    }
    if (change->live && !change->stepwise)
        old_chains_delete(printer);
    line(printer, "COMMIT", (struct slice){0});
}

void iptables_change_print(struct arena *arena, const struct iptables_change *change, struct buffer *out,
                           struct line_map *map)
{
    struct printer printer = {arena, change, out,
                              map,   {0},    arena_new(arena, bool, change->live ? change->live->count + 1 : 1)};
    /* Tables are taken one after another: first those that get rules, so that from one mode to the other there is no
     * moment when neither captures. */
    for (int gets = 1; gets >= 0; gets--) {
        for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++) {
            printer.table = capture_tables[i];
            if (change->tables & 1u << i && table_gets_rules(&printer) == gets && (gets || table_loses_rules(&printer)))
                table_print(&printer);
        }
    }
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

/* The line that the message complains about: "line 5 failed", "line 5: RULE_APPEND failed", "at line: 5". 0: none. */
static size_t message_line(struct slice message)
{
    for (size_t at; (at = slice_find(message, SLICE("line"))) != SLICE_NONE;) {
        message = slice_from_offset(message, at + 4);
        size_t start = 0, end;
        while (start < message.length && (message.bytes[start] == ':' || message.bytes[start] == ' '))
            start++;
        for (end = start; end < message.length && message.bytes[end] >= '0' && message.bytes[end] <= '9';)
            end++;
        uint64_t number;
        if (number_parse_u64(slice_range(message, start, end), &number))
            return number;
    }
    return 0;
}

static bool refusal(struct arena *arena, const struct iptables_tool *tool, struct slice text, struct slice message,
                    int status, const struct iptables_change *change, const struct line_map *map, struct error *error)
{
    size_t number = message_line(message);
    message = slice_trim(message);
    for (size_t i = 0; i < message.length; i++) {
        if (message.bytes[i] == '\n')
            ((char *)message.bytes)[i] = ' ';
    }
    struct slice_splitter lines = {.rest = text};
    struct slice refused = {0};
    for (size_t i = 0; i < number && slice_split(&lines, '\n', &refused); i++)
        ;
    size_t rule = map && number > 0 && number <= map->count ? map->rules[number - 1] : SIZE_MAX;
    struct slice why = rule == SIZE_MAX ? (struct slice){0} : change->target->rules[rule].why;
    (void)arena;
    if (number == 0 || refused.length == 0)
        return error_set(error, ERROR_REFUSED, nowhere, "%s gave status %d: %.*s", tool->restore.bytes, status,
                         SLICE_ARGS(message));
    return error_set(error, ERROR_REFUSED, nowhere, "the rule \"%.*s\"%s%.*s%s was refused by %s (status %d): %.*s",
                     (int)(refused.length > 160 ? 160 : refused.length), refused.bytes, why.length ? " (" : "",
                     SLICE_ARGS(why), why.length ? ")" : "", tool->restore.bytes, status, SLICE_ARGS(message));
}

bool iptables_write(struct arena *arena, const struct iptables_tool *tool, struct slice text,
                    const struct iptables_change *change, const struct line_map *map, struct error *error)
{
    /* nf_tables needs no lock; legacy's is waited for (Istio: executeXTables, --wait=30). */
    char *argv[] = {(char *)tool->restore.bytes, (char *)"--noflush", tool->legacy ? (char *)"--wait=30" : NULL, NULL};
    const struct child child = {.argv = argv, .environment = tool->environment, .input = text};
    struct child_result result = {0};
    if (!child_run(&child, &result, error))
        return false;
    bool worked = result.status == 0;
    if (!worked)
        refusal(arena, tool, text, buffer_slice(&result.errors), result.status, change, map, error);
    child_result_done(&result);
    return worked;
}
