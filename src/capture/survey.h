/* survey.h - what of packet filtering is in this network namespace already, and what the kernel can do, asked of the
 * kernel itself: no child process, and no legacy table comes into being by being looked at. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "capture/rule.h"

struct survey_chain {
    int family; /* NFPROTO_IPV4, _IPV6, _INET */
    struct slice table, name;
    uint32_t uses; /* rules in it and jumps to it */
    bool base;     /* the network stack enters it */
    bool drops;    /* its policy */
};

struct survey {
    bool nf_tables;              /* the kernel has nf_tables, and lets us ask */
    struct survey_chain *chains; /* of nf_tables, which iptables-nft uses too */
    size_t chain_count;
    /* Legacy tables that exist, and which of them have rules or chains of their own; by CAPTURE_IPV4 and _IPV6. */
    unsigned legacy_tables, legacy_rules;
};

/* Chains live in the arena. False only when the sockets cannot be used at all. */
MUST_CHECK bool survey_take(struct arena *arena, struct survey *ret, struct error *error);
/* Whether iptables-nft has one of our chains in this family. */
bool survey_has_capture(const struct survey *survey, unsigned family);
/* Whether our native nftables tables are there. */
bool survey_has_native(const struct survey *survey);
bool survey_table_is_native(int family, struct slice table);

/* Deletes empty base chains and then empty tables of iptables-nft (family CAPTURE_IPV4 or _IPV6) among the `tables`
 * named: what iptables leaves behind when its last rule goes. The kernel refuses where there is still anything. */
void survey_prune(const struct survey *survey, unsigned family, const struct slice *tables, size_t count);
