#include "capture/verify.h"
#include "base/fd.h"
#include "capture/host.h"
#include "capture/iptables.h"
#include "capture/nftables.h"
#include "capture/residue.h"
#include "capture/route.h"
#include "capture/survey.h"

enum { LOCK_WAIT_MS = 30000 };
static const struct position nowhere;

struct check {
    const struct capture_run *run;
    struct survey survey;
    struct iptables_world world;
};

static bool place_may_have_ours(const struct check *check, unsigned family, bool is_legacy)
{
    return is_legacy ? check->survey.legacy_rules & family : survey_has_capture(&check->survey, family);
}

/* Whether one iptables has all of the family's rules. False with an error where it has others of ours. Foreign rules
 * alone are neither. */
static bool place_check(const struct check *check, unsigned family, bool is_legacy, bool is_planned, bool *ret_complete,
                        struct error *error)
{
    struct arena *arena = check->run->arena;
    const struct capture_plan nothing = {.rules = {.arena = arena}};
    const struct capture_plan *plan = is_planned ? check->run->plan : &nothing;
    struct iptables_tool tool;
    struct ruleset live;
    bool is_complete = true;
    if (!iptables_find_kind(arena, &check->world, family, is_legacy, &tool) &&
        !iptables_find(arena, &check->world, family, &tool, error))
        return error_wrap(error, "reading the rules");
    if (!iptables_read(arena, &tool, &live, error))
        return false;
    const bool *ours = residue_mark(arena, &live, check->run->plan, family, RESIDUE_RECOGNISED);
    for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++) {
        char difference[160] = "";
        enum residue_state state = residue_compare(&live, ours, plan, family, capture_tables[i], difference);
        if (state == RESIDUE_DIFFERENT)
            return error_set(error, ERROR_MISSING, nowhere, "the IPv%d rules are not those of this pod: %s",
                             family == CAPTURE_IPV6 ? 6 : 4, difference);
        is_complete &= state == RESIDUE_SAME;
    }
    *ret_complete = is_complete;
    return true;
}

static bool family_check(const struct check *check, unsigned family, struct error *error)
{
    bool is_planned = !check->run->settings->native_nftables && check->run->plan->families & family;
    bool has_all = false;
    for (int is_legacy = 0; is_legacy <= 1; is_legacy++) {
        bool is_complete = false;
        if (!place_may_have_ours(check, family, is_legacy))
            continue;
        if (!place_check(check, family, is_legacy, is_planned, &is_complete, error))
            return false;
        if (is_planned && is_complete && has_all)
            return error_set(error, ERROR_MISSING, nowhere,
                             "the IPv%d rules are there twice: in the legacy tables and in iptables-nft's",
                             family == CAPTURE_IPV6 ? 6 : 4);
        has_all |= is_complete;
    }
    if (has_all || !is_planned || check->run->plan->optional_ipv6)
        return true;
    return error_set(error, ERROR_MISSING, nowhere, "the IPv%d rules are missing, or some of their tables are",
                     family == CAPTURE_IPV6 ? 6 : 4);
}

static bool native_check(const struct check *check, struct error *error)
{
    _cleanup_(nftables_close) struct nftables *nftables = NULL;
    struct ruleset native;
    char difference[160] = "";
    bool is_planned = check->run->settings->native_nftables;
    if (!survey_has_native(&check->survey))
        return !is_planned || error_set(error, ERROR_MISSING, nowhere, "the nftables tables are missing");
    if (!is_planned)
        return error_set(error, ERROR_MISSING, nowhere,
                         "nftables has tables named inet istio-proxy-..., though the rules are to be iptables'");
    if (!nftables_open(&nftables, error) || !nftables_read(check->run->arena, nftables, &native, error))
        return false;
    if (residue_compare_native(&native, check->run->plan, difference) == RESIDUE_SAME)
        return true;
    return error_set(error, ERROR_MISSING, nowhere, "the nftables rules are not those of this pod: %s", difference);
}

bool capture_verify(const struct capture_run *run, struct error *error)
{
    _cleanup_(fd_close) int lock = -1;
    struct check check = {.run = run};
    if (!host_may_configure_network())
        return error_set(error, ERROR_REFUSED, nowhere,
                         "no permission to look at the rules: the capability NET_ADMIN is missing");
    if (!host_lock_take(LOCK_WAIT_MS, &lock, error) || !survey_take(run->arena, &check.survey, error))
        return false;
    check.world = (struct iptables_world){run->path, run->environment, &check.survey, run->settings->force_binary};
    for (unsigned family = CAPTURE_IPV4; family <= CAPTURE_IPV6; family <<= 1) {
        if (!family_check(&check, family, error))
            return false;
    }
    return native_check(&check, error) && route_verify(run->plan, error);
}
