#include "capture/apply.h"
#include "base/fd.h"
#include "capture/host.h"
#include "capture/iptables.h"
#include "capture/nftables.h"
#include "capture/residue.h"
#include "capture/route.h"
#include "capture/survey.h"
#include <stdio.h>

enum { CHANGE_TEXT_MAX = 16 << 20, LOCK_WAIT_MS = 30000 };
enum { TABLES_ALL = (1 << CAPTURE_TABLE_COUNT) - 1 };
static const struct position nowhere;

/* What one iptables (of one family, nft or legacy) has now. */
struct place {
    struct iptables_tool tool;
    bool read; /* false: it has nothing of ours, and was not asked */
    struct ruleset live;
    bool *ours;
    bool planned; /* the plan's rules go here; the other kind is only cleaned */
    enum residue_state states[CAPTURE_TABLE_COUNT];
    bool changed; /* by this run */
};

struct work {
    const struct capture_run *run;
    struct survey survey;
    struct iptables_world world;
    struct place places[4];
    size_t place_count;
    bool rewrite; /* replace what differs */
    enum residue_reach reach;
    char difference[160];  /* the first between what is there and what should be */
    struct ruleset native; /* our nftables tables, as a plan */
    enum residue_state native_state;
    struct nftables *nftables;
    struct route_added routes;
};

static const struct slice *tables_of(size_t *ret_count)
{
    *ret_count = CAPTURE_TABLE_COUNT;
    return capture_tables;
}

/* ---- looking ------------------------------------------------------------------------------------------------ */

static bool place_read(struct work *work, struct place *place, struct error *error)
{
    struct arena *arena = work->run->arena;
    unsigned family = place->tool.family;
    if (!iptables_read(arena, &place->tool, &place->live, error))
        return false;
    place->read = true;
    place->ours = residue_mark(arena, &place->live, work->run->plan, family, work->reach);
    return true;
}

/* Whether that iptables may have anything of ours: cheap to know from the survey, and mostly it has not. */
static bool place_may_have_ours(const struct work *work, unsigned family, bool legacy)
{
    if (legacy)
        return work->survey.legacy_rules & family;
    if (survey_has_capture(&work->survey, family))
        return true;
    /* Istio 1.0's block of IPv6 has no chain of its own. */
    for (size_t i = 0; family == CAPTURE_IPV6 && work->rewrite && i < work->survey.chain_count; i++) {
        const struct survey_chain *chain = &work->survey.chains[i];
        if (slice_equal(chain->table, SLICE("filter")) && slice_equal(chain->name, SLICE("INPUT")) && chain->uses)
            return true;
    }
    return false;
}

static void place_compare(struct work *work, struct place *place)
{
    const struct capture_plan nothing = {.rules = {.arena = work->run->arena}};
    const struct capture_plan *plan = place->planned ? work->run->plan : &nothing;
    for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++) {
        char difference[160] = "";
        struct ruleset empty = {.arena = work->run->arena};
        const struct ruleset *live = place->read ? &place->live : &empty;
        place->states[i] = residue_compare(live, place->ours, plan, place->tool.family, capture_tables[i], difference);
        if (place->states[i] == RESIDUE_DIFFERENT && !work->difference[0])
            snprintf(work->difference, sizeof work->difference, "%s", difference);
    }
}

static bool place_add(struct work *work, const struct iptables_tool *tool, bool planned, struct error *error)
{
    struct place *place = &work->places[work->place_count++];
    *place = (struct place){.tool = *tool, .planned = planned};
    if (place_may_have_ours(work, tool->family, tool->legacy) && !place_read(work, place, error))
        return false;
    place_compare(work, place);
    return true;
}

/* One iptables for the plan's rules, and for each family whatever else may have rules of ours. */
static bool places_find(struct work *work, bool iptables_planned, struct error *error)
{
    const struct capture_run *run = work->run;
    for (unsigned family = CAPTURE_IPV4; family <= CAPTURE_IPV6; family <<= 1) {
        struct iptables_tool chosen = {0}, other;
        bool planned = iptables_planned && run->plan->families & family;
        if (planned) {
            struct error missing = {0};
            planned = iptables_find(run->arena, &work->world, family, &chosen, &missing);
            if (!planned && !(family == CAPTURE_IPV6 && run->plan->optional_ipv6)) {
                *error = missing;
                return false;
            }
            if (planned && !place_add(work, &chosen, true, error))
                return false;
        }
        for (int legacy = 0; legacy <= 1; legacy++) {
            if ((planned && chosen.legacy == legacy) || !place_may_have_ours(work, family, legacy) ||
                !iptables_find_kind(run->arena, &work->world, family, legacy, &other))
                continue;
            if (!place_add(work, &other, false, error))
                return false;
        }
    }
    return true;
}

static bool native_read(struct work *work, struct error *error)
{
    work->native = (struct ruleset){.arena = work->run->arena};
    if (!survey_has_native(&work->survey))
        return true;
    if (!work->nftables && !nftables_open(&work->nftables, error))
        return false;
    return nftables_read(work->run->arena, work->nftables, &work->native, error);
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

static bool change_write(const struct work *work, const struct place *place, const struct iptables_change *change,
                         struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CHANGE_TEXT_MAX);
    struct line_map map = {0};
    iptables_change_print(work->run->arena, change, &text, &map);
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, nowhere, "the rules are over %d bytes", CHANGE_TEXT_MAX);
    if (text.length == 0)
        return true;
    return iptables_write(work->run->arena, &place->tool, buffer_slice(&text), change, &map, error);
}

/* Our rules in a place as they are: what to go back to. */
static struct ruleset place_snapshot(const struct work *work, const struct place *place)
{
    struct ruleset snapshot = {.arena = work->run->arena};
    for (size_t i = 0; place->read && i < place->live.count; i++) {
        if (place->ours[i])
            ruleset_add(&snapshot, &place->live.rules[i]);
    }
    for (size_t i = 0; place->read && i < place->live.chain_count; i++) {
        if (capture_chain_is_ours(place->live.chains[i].name))
            ruleset_add_chain(&snapshot, &place->live.chains[i]);
    }
    return snapshot;
}

static void place_prune(struct work *work, const struct place *place)
{
    struct survey now;
    size_t count;
    const struct slice *tables = tables_of(&count);
    if (!place->tool.legacy && survey_take(work->run->arena, &now, NULL))
        survey_prune(&now, place->tool.family, tables, count);
}

/* Puts a place back as it was when this run found it. iptables-restore takes a table or leaves it, so that what is
 * there now is what was there, or what should be, or with two tables some of each: it is read again to know. */
static bool place_restore(struct work *work, struct place *place, struct error *error)
{
    struct ruleset before = place_snapshot(work, place), now;
    if (!iptables_read(work->run->arena, &place->tool, &now, error))
        return false;
    bool *ours = residue_mark(work->run->arena, &now, work->run->plan, place->tool.family, RESIDUE_RECOGNISED);
    const struct iptables_change back = {
        .family = place->tool.family, .live = &now, .ours = ours, .target = &before, .tables = TABLES_ALL};
    if (!change_write(work, place, &back, error))
        return false;
    if (!place->read)
        place_prune(work, place);
    return true;
}

/* Undoes what this run has done so far. The error stays what it was; a failure of this is said behind it. */
static void undo(struct work *work, struct error *error)
{
    route_undo(work->run->plan, &work->routes);
    for (size_t i = work->place_count; i-- > 0;) {
        struct error second = {0};
        if (!work->places[i].changed || place_restore(work, &work->places[i], &second))
            continue;
        size_t length = strlen(error->text);
        snprintf(error->text + length, sizeof error->text - length,
                 "; and what this run had added could not be taken out: %.200s", second.text);
    }
}

static bool place_write(struct work *work, struct place *place, struct error *error)
{
    struct iptables_change change = {
        .family = place->tool.family,
        .live = place->read ? &place->live : NULL,
        .ours = place->ours,
        .target = place->planned ? &work->run->plan->rules : NULL,
    };
    for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++) {
        if (place->states[i] != RESIDUE_SAME || work->run->settings->force_apply)
            change.tables |= 1u << i;
    }
    if (change.tables == 0)
        return true;
    place->changed = true;
    if (change_write(work, place, &change, error))
        return true;
    if (!(place->tool.family == CAPTURE_IPV6 && work->run->plan->optional_ipv6))
        return false;
    /* Istio 1.0's script went on without IPv6 ("|| true"). */
    buffer_format(work->run->report, "no rules for IPv6: %s\n", error->text);
    return true;
}

static size_t rules_of_family(const struct capture_plan *plan, unsigned family)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->rules.count; i++)
        count += (plan->rules.rules[i].families & family) != 0;
    return count;
}

static void report_place(const struct work *work, const struct place *place)
{
    if (!place->planned)
        return;
    buffer_format(work->run->report, "IPv%d: %zu rules %s, by %s\n", place->tool.family == CAPTURE_IPV6 ? 6 : 4,
                  rules_of_family(work->run->plan, place->tool.family), place->changed ? "set" : "in place already",
                  place->tool.restore.bytes);
}

/* ---- applying ----------------------------------------------------------------------------------------------- */

static bool differs(const struct work *work)
{
    for (size_t i = 0; i < work->place_count; i++) {
        for (size_t table = 0; table < CAPTURE_TABLE_COUNT; table++) {
            if (work->places[i].states[table] == RESIDUE_DIFFERENT)
                return true;
        }
    }
    return work->native_state == RESIDUE_DIFFERENT;
}

static bool refuse_difference(const struct work *work, struct error *error)
{
    return error_set(error, ERROR_REFUSED, nowhere,
                     "rules of an earlier run with other settings are here, and nothing was changed: %s. Take them out "
                     "with --cleanup-only and that run's flags, or replace them with --reconcile",
                     work->difference[0] ? work->difference : "they differ");
}

static bool rules_write(struct work *work, bool native, struct error *error)
{
    /* The new rules first, so that there is no moment without any. */
    if (native && (work->native_state != RESIDUE_SAME || work->run->settings->force_apply)) {
        if (!work->nftables && !nftables_open(&work->nftables, error))
            return false;
        if (!nftables_apply(work->run->arena, work->nftables, work->run->plan, survey_has_native(&work->survey), error))
            return false;
    }
    for (size_t i = 0; i < work->place_count; i++) {
        if (!place_write(work, &work->places[i], error))
            return false;
    }
    if (!native && work->native.chain_count)
        return nftables_clean(work->nftables, error);
    return true;
}

/* What an earlier run had and this plan has no use for: TPROXY's route, ::6, and the chains and tables that stay,
 * empty, where the last rule of ours went. */
static bool leftovers_remove(struct work *work, struct error *error)
{
    const struct capture_plan *plan = work->run->plan;
    if (!work->rewrite)
        return true;
    if (!plan->tproxy_route && !route_remove(plan, error))
        return false;
    if (!plan->loopback_address && !route_address_remove(error))
        return false;
    for (size_t i = 0; i < work->place_count; i++) {
        if (work->places[i].changed && work->places[i].read)
            place_prune(work, &work->places[i]);
    }
    return true;
}

static bool apply(struct work *work, struct error *error)
{
    bool native = work->run->settings->native_nftables;
    if (!places_find(work, !native, error) || !native_read(work, error))
        return false;
    if (native)
        work->native_state = residue_compare_native(&work->native, work->run->plan, work->difference);
    else if (work->native.chain_count) {
        work->native_state = RESIDUE_DIFFERENT;
        snprintf(work->difference, sizeof work->difference, "nftables has tables named inet istio-proxy-...");
    }
    if (differs(work) && !work->rewrite && !work->run->settings->force_apply)
        return refuse_difference(work, error);
    if (!route_apply(work->run->plan, &work->routes, error))
        return false;
    if (!rules_write(work, native, error) || !leftovers_remove(work, error)) {
        undo(work, error);
        return false;
    }
    for (size_t i = 0; i < work->place_count; i++)
        report_place(work, &work->places[i]);
    if (native)
        buffer_format(work->run->report, "%zu rules %s, by libnftables\n", work->run->plan->rules.count,
                      work->native_state == RESIDUE_SAME ? "in place already" : "set");
    return true;
}

/* ---- cleaning up -------------------------------------------------------------------------------------------- */

static bool place_clean(struct work *work, struct place *place, struct error *error)
{
    /* Istio's clean-up undoes the plan of the flags it is given, step by step; ours with --reconcile, and Istio 1.0's,
     * takes out all that is recognised. */
    bool stepwise = work->reach == RESIDUE_OF_PLAN;
    const struct iptables_change change = {
        .family = place->tool.family,
        .live = &place->live,
        .ours = place->ours,
        .target = stepwise ? &work->run->plan->rules : NULL,
        .tables = TABLES_ALL,
        .stepwise = stepwise,
    };
    place->changed = true;
    if (!change_write(work, place, &change, error))
        return false;
    place_prune(work, place);
    return true;
}

static bool cleanup(struct work *work, struct error *error)
{
    if (!places_find(work, false, error) || !native_read(work, error))
        return false;
    for (size_t i = 0; i < work->place_count; i++) {
        if (work->places[i].read && !place_clean(work, &work->places[i], error)) {
            undo(work, error);
            return false;
        }
    }
    if (work->native.chain_count && !nftables_clean(work->nftables, error))
        return false;
    if (!route_remove(work->run->plan, error) || !route_address_remove(error))
        return false;
    bool found = work->place_count > 0 || work->native.chain_count > 0;
    buffer_format(work->run->report, "%s\n", found ? "rules taken out" : "there were no rules to take out");
    return true;
}

bool capture_apply(const struct capture_run *run, struct error *error)
{
    _cleanup_(fd_close) int lock = -1;
    const struct capture_settings *settings = run->settings;
    if (!host_may_configure_network())
        return error_set(error, ERROR_REFUSED, nowhere,
                         "no permission to change the network: the capability NET_ADMIN is missing. Give it to the "
                         "container (securityContext.capabilities.add: [NET_ADMIN, NET_RAW]), or use the CNI plugin");
    if (!host_lock_take(LOCK_WAIT_MS, &lock, error))
        return false;
    struct work *work = arena_new(run->arena, struct work, 1);
    work->run = run;
    work->rewrite = settings->reconcile || settings->compat == COMPAT_1_0;
    work->reach = settings->cleanup_only && !work->rewrite ? RESIDUE_OF_PLAN : RESIDUE_RECOGNISED;
    work->native_state = RESIDUE_SAME;
    if (!survey_take(run->arena, &work->survey, error))
        return false;
    work->world = (struct iptables_world){run->path, run->environment, &work->survey, settings->force_binary};
    bool done = settings->cleanup_only ? cleanup(work, error) : apply(work, error);
    nftables_close(&work->nftables);
    return done;
}
