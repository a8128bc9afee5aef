#include "explain/print.h"

struct printing {
    struct buffer *out;
    bool color;
};

static const char *const colors[] = {[EXPLAIN_NOTHING] = "\033[2m",
                                     [EXPLAIN_NO] = "\033[31m",
                                     [EXPLAIN_YES] = "\033[32m",
                                     [EXPLAIN_UNKNOWN] = "\033[33m"};
#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RESET "\033[0m"

static void put(const struct printing *print, struct slice text)
{
    explain_print_text(print->out, text);
}

static void put_colored(const struct printing *print, const char *color, struct slice text)
{
    buffer_add_slice(print->out, print->color ? slice_from(color) : SLICE(""));
    put(print, text);
    buffer_add_slice(print->out, print->color ? SLICE(RESET) : SLICE(""));
}

static void position_print(const struct printing *print, const struct position *position)
{
    put(print, position->file);
    buffer_format(print->out, ":%u:%u", position->line, position->column);
}

/* A word in a column of its own. */
static void says_print(const struct printing *print, enum explain_says says)
{
    struct slice word = says == EXPLAIN_NOTHING ? SLICE("-") : slice_from(explain_says_name(says));
    buffer_add_repeated(print->out, ' ', word.length < 7 ? 7 - word.length : 0);
    put_colored(print, colors[says], word);
    buffer_add_literal(print->out, "  ");
}

static void fact_print(const struct printing *print, const struct explain_fact *fact, unsigned indent)
{
    struct buffer *out = print->out;
    bool is_requirement = strcmp(fact->factor, "label") == 0 && fact->wants.length > 0;
    buffer_add_repeated(out, ' ', indent);
    says_print(print, fact->says);
    size_t start = out->length;
    if (is_requirement)
        put(print, fact->wants);
    else
        put(print, slice_from(fact->factor));
    size_t width = out->length - start, column = is_requirement ? 40 : 20;
    buffer_add_repeated(out, ' ', width < column ? column - width : 1);
    if (!is_requirement && fact->wants.length) {
        put(print, fact->wants);
        buffer_add_byte(out, ' ');
    } else if (!fact->part_count && (is_requirement || !fact->meaning.length || fact->found.bytes)) {
        put_colored(print, fact->found.bytes ? BOLD : DIM, fact->found.bytes ? fact->found : SLICE("not set"));
        buffer_add_byte(out, ' ');
    }
    if (fact->meaning.length) {
        buffer_add_byte(out, '(');
        put(print, fact->meaning);
        buffer_add_literal(out, ") ");
    }
    if (fact->found.bytes && fact->where.position.line) {
        buffer_add_slice(out, print->color ? SLICE(DIM) : SLICE(""));
        position_print(print, &fact->where.position);
        buffer_add_slice(out, print->color ? SLICE(RESET " ") : SLICE(" "));
    } else if (is_requirement) {
        buffer_add_literal(out, "on ");
        put_colored(print, DIM, fact->where.holder);
        buffer_add_byte(out, ' ');
    }
    if (fact->decided)
        put_colored(print, BOLD, SLICE("<- decides"));
    while (out->length && out->bytes[out->length - 1] == ' ')
        out->length--;
    buffer_add_byte(out, '\n');
    for (size_t i = 0; i < fact->part_count; i++)
        fact_print(print, &fact->parts[i], indent + 4);
}

static void webhook_print(const struct printing *print, const struct explain_webhook *webhook)
{
    struct buffer *out = print->out;
    buffer_add_literal(out, "\n  webhook ");
    put_colored(print, BOLD, webhook->name);
    buffer_add_literal(out, " of ");
    put(print, webhook->configuration);
    struct {
        const char *name;
        struct slice value;
    } parts[] = {{"revision", webhook->revision}, {"tag", webhook->tag}, {"at", webhook->target}};
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!parts[i].value.length)
            continue;
        buffer_format(out, ", %s ", parts[i].name);
        put(print, parts[i].value);
    }
    buffer_add_literal(out, ": ");
    put_colored(print, colors[webhook->calls],
                webhook->calls == EXPLAIN_NO    ? SLICE("not called")
                : webhook->calls == EXPLAIN_YES ? SLICE("called")
                                                : SLICE("called if its matchConditions hold"));
    /* Of others it is enough that they are there. */
    buffer_add_slice(out, webhook->is_injector ? SLICE("\n") : SLICE(" (not an injector)\n"));
    if (!webhook->is_injector)
        return;
    for (size_t i = 0; i < webhook->fact_count; i++) {
        /* That a webhook is for pods goes without saying, until it is called or it is not so. */
        if (webhook->calls != EXPLAIN_NO || webhook->facts[i].part_count || webhook->facts[i].says != EXPLAIN_YES)
            fact_print(print, &webhook->facts[i], 2);
    }
    if (webhook->calls != EXPLAIN_NO) {
        buffer_format(out, "    failurePolicy %.*s, timeout %lld s, matchPolicy %.*s, reinvocationPolicy %.*s\n",
                      SLICE_ARGS(webhook->failure_policy), (long long)webhook->timeout_seconds,
                      SLICE_ARGS(webhook->match_policy), SLICE_ARGS(webhook->reinvocation_policy));
    }
    if (!webhook->policy_count)
        return;
    buffer_add_literal(out, "    its injector: ");
    put_colored(print, colors[webhook->injects ? EXPLAIN_YES : EXPLAIN_NO],
                webhook->injects ? SLICE("injects") : SLICE("does not inject"));
    buffer_add_byte(out, '\n');
    for (size_t i = 0; i < webhook->policy_count; i++)
        fact_print(print, &webhook->policy[i], 4);
}

static void action_print(const struct printing *print, const struct explain_action *action)
{
    struct buffer *out = print->out;
    if (action->where.position.line) {
        position_print(print, &action->where.position);
        buffer_add_literal(out, ": ");
    }
    switch (action->kind) {
    case EXPLAIN_POD_LABEL:
    case EXPLAIN_POD_ANNOTATION:
    case EXPLAIN_NAMESPACE_LABEL:
        if (action->removes)
            buffer_add_literal(out, "remove ");
        if (action->kind == EXPLAIN_NAMESPACE_LABEL)
            buffer_add_literal(out, "on the namespace, ");
        put(print, action->path);
        buffer_add_literal(out, ": ");
        put_colored(print, BOLD, action->key);
        if (!action->removes) {
            buffer_add_literal(out, ": \"");
            put(print, action->value);
            buffer_add_byte(out, '"');
        }
        break;
    case EXPLAIN_HOST_NETWORK:
        put(print, action->path);
        put_colored(print, BOLD, SLICE(": hostNetwork: false"));
        break;
    case EXPLAIN_POLICY:
        buffer_add_literal(out, "in the injector's configuration: ");
        buffer_format(out, "policy: %.*s", SLICE_ARGS(action->value));
        break;
    case EXPLAIN_MOVE:
        buffer_add_literal(out, "metadata.namespace: another namespace");
        break;
    }
}

static void changes_print(const struct printing *print, const struct explain_finding *finding)
{
    for (size_t i = 0; i < finding->change_count; i++) {
        const struct explain_change *change = &finding->changes[i];
        buffer_format(print->out, "%s  %s: ", i ? "" : "\n",
                      i                       ? "or for its namespace"
                      : finding->would_inject ? "to get no sidecar"
                                              : "to get a sidecar");
        if (change->command.length) {
            put_colored(print, BOLD, change->command);
            buffer_add_byte(print->out, '\n');
            continue;
        }
        for (size_t k = 0; k < change->action_count; k++) {
            buffer_add_slice(print->out, k ? SLICE("\n      and: ") : SLICE(""));
            action_print(print, &change->actions[k]);
        }
        buffer_add_byte(print->out, '\n');
    }
}

/* But for what has been said as the reason. */
static void notes_print(const struct printing *print, const struct explain_finding *finding)
{
    bool is_first = true;
    for (size_t i = 0; i < finding->note_count; i++) {
        if (slice_equal(finding->notes[i].text, finding->reason))
            continue;
        buffer_add_slice(print->out, is_first ? SLICE("\n  note: ") : SLICE("  note: "));
        put(print, finding->notes[i].text);
        buffer_add_byte(print->out, '\n');
        is_first = false;
    }
}

void explain_print(struct buffer *out, const struct explain_finding *finding, const struct explain_style *style)
{
    const struct printing print = {out, style->color};
    const struct explain_subject *subject = finding->subject;
    put_colored(&print, BOLD, subject->origin.what);
    buffer_add_literal(out, " in namespace ");
    put(&print, finding->namespace);
    if (subject->origin.source) {
        struct position position = source_position(subject->origin.source, subject->document->offset);
        buffer_add_literal(out, " (");
        put(&print, position.file);
        buffer_format(out, ":%u)", position.line);
    }
    buffer_add_literal(out, ": ");
    put_colored(&print, colors[finding->injected ? EXPLAIN_YES : EXPLAIN_NO],
                finding->injected ? SLICE("injected") : SLICE("not injected"));
    if (!explain_agrees(finding))
        put_colored(&print, colors[EXPLAIN_UNKNOWN],
                    finding->would_inject ? SLICE(", but would be now") : SLICE(", but would not be now"));
    buffer_add_slice(out, explain_agrees(finding) ? SLICE("\n  because ") : SLICE("\n  now: "));
    put(&print, finding->reason);
    if (finding->where.position.line) {
        buffer_add_literal(out, " (");
        position_print(&print, &finding->where.position);
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, '\n');
    for (size_t i = 0; i < finding->webhook_count; i++) {
        if (finding->webhooks[i].is_injector || finding->webhooks[i].calls != EXPLAIN_NO)
            webhook_print(&print, &finding->webhooks[i]);
    }
    notes_print(&print, finding);
    changes_print(&print, finding);
    buffer_add_byte(out, '\n');
}

bool explain_agrees(const struct explain_finding *finding)
{
    bool is_live_pod = finding->subject->is_live && !finding->subject->workload->template_path[0];
    return !is_live_pod || finding->has_sidecar == finding->would_inject;
}

void explain_print_table(struct arena *arena, struct buffer *out, const struct explain_finding *findings, size_t count,
                         bool marks_live, const struct explain_style *style)
{
    static const struct slice headings[] = {
        SLICE_CONSTANT("NAMESPACE"), SLICE_CONSTANT("NAME"),       SLICE_CONSTANT("INJECTED"), SLICE_CONSTANT("NOW"),
        SLICE_CONSTANT("REVISION"),  SLICE_CONSTANT("DECIDED-BY"), SLICE_CONSTANT("BECAUSE")};
    struct explain_grid grid = {.arena = arena, .columns = ARRAY_LENGTH(headings)};
    for (size_t i = 0; i < ARRAY_LENGTH(headings); i++)
        explain_grid_add(&grid, headings[i]);
    for (size_t i = 0; i < count; i++) {
        const struct explain_finding *finding = &findings[i];
        explain_grid_add(&grid, finding->namespace);
        explain_grid_add(&grid, marks_live ? finding->subject->name : finding->subject->origin.what);
        explain_grid_add(&grid, finding->injected ? SLICE("yes") : SLICE("no"));
        explain_grid_add(&grid, !explain_agrees(finding) ? SLICE("DIFFERS")
                                : finding->would_inject  ? SLICE("yes")
                                                         : SLICE("no"));
        explain_grid_add(&grid, finding->revision);
        explain_grid_add(&grid, slice_from(finding->factor));
        explain_grid_add(&grid, finding->reason);
    }
    explain_grid_print(&grid, out, style);
}

struct explain_count explain_count(const struct explain_finding *findings, size_t count)
{
    struct explain_count sum = {0};
    for (size_t i = 0; i < count; i++) {
        sum.injected += findings[i].injected;
        sum.differ += !explain_agrees(&findings[i]);
    }
    return sum;
}

void explain_print_summary(struct buffer *out, const struct explain_finding *findings, size_t count)
{
    struct explain_count sum = explain_count(findings, count);
    buffer_format(out, "%zu in all: %zu injected, %zu not", count, sum.injected, count - sum.injected);
    if (sum.differ)
        buffer_format(out, "; %zu would be decided otherwise now (DIFFERS)", sum.differ);
    buffer_add_byte(out, '\n');
}
