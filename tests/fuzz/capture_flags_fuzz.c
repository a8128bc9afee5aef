/* Any command line and environment either gives one message or a plan; and what the plan tells iptables reads back as
 * the same rules. */
#include "capture/iptables.h"
#include "capture/iptables_text.h"
#include "capture/nftables_text.h"
#include "capture/show.h"
#include <stdlib.h>

enum { WORDS_MAX = 24 };

struct words {
    const char *items[WORDS_MAX + 1];
    int count;
};

/* The pieces between NULs, as C strings; those of upper case with '=' are the environment. */
static void words_split(struct arena *arena, struct slice text, struct words *arguments, struct words *environment)
{
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; slice_split(&splitter, '\0', &part);) {
        bool variable = part.length && part.bytes[0] >= 'A' && part.bytes[0] <= 'Z';
        struct words *words = variable && slice_find_byte(part, '=') != SLICE_NONE ? environment : arguments;
        if (words->count < WORDS_MAX)
            words->items[words->count++] = arena_copy(arena, part).bytes;
    }
}

static const char *environment_get(void *context, const char *name)
{
    const struct words *environment = context;
    size_t length = strlen(name);
    for (int i = 0; i < environment->count; i++) {
        if (strncmp(environment->items[i], name, length) == 0 && environment->items[i][length] == '=')
            return environment->items[i] + length + 1;
    }
    return NULL;
}

static void check_rule(struct arena *arena, const struct rule *rule)
{
    struct buffer text = BUFFER_INIT(1 << 20);
    struct rule again;
    iptables_rule_print(&text, rule);
    if (!iptables_rule_parse(arena, buffer_slice(&text), &again, NULL))
        abort();
    again.table = rule->table;
    again.chain = rule->chain;
    if (!rule_equal(rule, &again) || slice_find_byte(buffer_slice(&text), '\n') != SLICE_NONE)
        abort();
    buffer_done(&text);
}

static void check_plan(struct arena *arena, const struct capture_plan *plan)
{
    struct buffer text = BUFFER_INIT(64 << 20);
    for (size_t i = 0; i < plan->rules.count; i++) {
        if (!plan->rules.rules[i].why.length || !plan->rules.rules[i].families)
            abort();
        check_rule(arena, &plan->rules.rules[i]);
    }
    plan_show_commands(arena, &text, plan, false);
    plan_show_commands(arena, &text, plan, true);
    plan_show_json(&text, plan);
    plan_show_dot(&text, plan);
    plan_show_reasons(&text, plan);
    if (text.overflowed)
        abort();
    buffer_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct words arguments = {0}, environment = {0};
    struct capture_settings settings;
    struct error error = {0};
    words_split(&arena, (struct slice){(const char *)data, size}, &arguments, &environment);
    const struct capture_facts facts = {
        .environment = environment_get,
        .environment_context = &environment,
        .passwd = SLICE("root:x:0:0::/:\ndaemon:x:1:1::/:\n"),
        .group = SLICE("root:x:0:\ndaemon:x:1:\n"),
        .resolv_conf = {(const char *)data, size},
        .has_ipv4 = size % 3 != 0,
        .has_ipv6 = size % 2 != 0,
    };
    if (capture_settings_read(&arena, &facts, NULL, arguments.count, (char *const *)arguments.items, &settings,
                              &error)) {
        if (!settings.help) {
            const struct capture_plan plan = capture_plan_make(&arena, &settings);
            check_plan(&arena, &plan);
        }
    } else if (!error.text[0] || error.code == ERROR_NONE) {
        abort();
    }
    arena_done(&arena);
    return 0;
}
