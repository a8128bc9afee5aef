/* rule.h - a packet filter rule as data: family, table, chain, what it matches, what it does, and why.
 * The plan is made of these, and so is what is read back from the kernel, whichever tool wrote or prints it. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/slice.h"
#include "capture/network.h"
#include <netinet/in.h>
#include <stdint.h>

/* The families that a rule or plan is for; a set. */
enum { CAPTURE_IPV4 = 1, CAPTURE_IPV6 = 2, CAPTURE_BOTH = CAPTURE_IPV4 | CAPTURE_IPV6 };

enum match_kind {
    MATCH_IN_INTERFACE,  /* interface; a '+' at the end stands for anything */
    MATCH_OUT_INTERFACE, /* interface */
    MATCH_SOURCE,        /* network */
    MATCH_DESTINATION,   /* network */
    MATCH_PROTOCOL,      /* number: IPPROTO_TCP, ... */
    MATCH_SOURCE_PORT,   /* range */
    MATCH_DESTINATION_PORT,
    MATCH_DESTINATION_PORTS, /* ports: any of them */
    MATCH_STATE,             /* number: STATE_ bits of connection tracking */
    MATCH_MARK,              /* mark */
    MATCH_CONNECTION_MARK,   /* mark */
    MATCH_UID,               /* range: who opened the socket */
    MATCH_GID,
    MATCH_SOCKET,  /* there is a socket for the packet */
    MATCH_FAMILY,  /* number: 4 or 6 (nftables' inet tables) */
    MATCH_COMMENT, /* text; matches everything */
    MATCH_UNKNOWN, /* text: another's, not understood */
};

enum { STATE_NEW = 1, STATE_ESTABLISHED = 2, STATE_RELATED = 4, STATE_INVALID = 8, STATE_UNTRACKED = 16 };

struct match {
    enum match_kind kind;
    bool negated;
    union {
        struct slice interface, text;
        struct network network;
        uint32_t number;
        struct {
            uint32_t low, high; /* both included */
        } range;
        struct {
            const uint16_t *list;
            size_t count;
        } ports;
        struct {
            uint32_t value, mask;
        } mark;
    };
};

enum verdict_kind {
    VERDICT_NONE, /* goes on with the next rule */
    VERDICT_ACCEPT,
    VERDICT_DROP,
    VERDICT_REJECT,
    VERDICT_RETURN,
    VERDICT_JUMP,         /* chain */
    VERDICT_GOTO,         /* chain: its end is the end of this one too */
    VERDICT_REDIRECT,     /* port of this host */
    VERDICT_TPROXY,       /* port, and mark with mask */
    VERDICT_MARK,         /* set the packet's mark (with mask) */
    VERDICT_SAVE_MARK,    /* packet's mark to the connection */
    VERDICT_RESTORE_MARK, /* connection's mark to the packet */
    VERDICT_ZONE,         /* number: connection tracking zone */
    VERDICT_UNKNOWN,      /* chain holds its text: another's, not understood */
};

struct verdict {
    enum verdict_kind kind;
    struct slice chain;
    uint16_t port;
    uint32_t number;
    struct {
        uint32_t value, mask;
    } mark;
};

struct rule {
    unsigned families;
    struct slice table,
        chain;  /* "nat", "ISTIO_OUTPUT"; of a live nftables rule "inet istio-proxy-nat", "istio-output" */
    bool first; /* in a chain that others use too: before their rules, not behind */
    const struct match *matches;
    size_t match_count;
    struct verdict verdict;
    struct slice why;  /* one phrase; empty when not known */
    struct slice text; /* as the tool printed it, from behind "-A CHAIN "; empty in a plan */
    unsigned position; /* of a rule read back: from 1 in its chain */
};

/* A chain that packets enter from the network stack. */
enum hook { HOOK_NONE, HOOK_PREROUTING, HOOK_INPUT, HOOK_FORWARD, HOOK_OUTPUT, HOOK_POSTROUTING };

struct chain {
    unsigned families;
    struct slice table, name;
    enum hook hook; /* HOOK_NONE: only reached by jumps */
    int priority;   /* of its hook: lower goes first */
    bool nat;       /* only a connection's first packet enters */
    bool drops;     /* its policy */
};

/* Rules in order, and their chains. Lives in the arena. */
struct ruleset {
    struct arena *arena;
    struct rule *rules;
    size_t count, capacity;
    struct chain *chains;
    size_t chain_count, chain_capacity;
};

/* Copies the rule and its matches (not the slices in them) behind the others. The pointer holds until the next call. */
struct rule *ruleset_add(struct ruleset *set, const struct rule *rule);
/* Adds the chain, or gives the one of that name that is there. The pointer holds until the next call. */
struct chain *ruleset_add_chain(struct ruleset *set, const struct chain *chain);
/* NULL when there is none for any of the families. */
const struct chain *ruleset_find_chain(const struct ruleset *set, unsigned families, struct slice table,
                                       struct slice name);

/* The tables of iptables by name, in the order that packets meet them. */
enum { CAPTURE_TABLE_COUNT = 4 };
extern const struct slice capture_tables[CAPTURE_TABLE_COUNT]; /* raw, mangle, nat, filter */
/* The chain of iptables that the network stack enters, with its hook and priority; HOOK_NONE for all other names. */
struct chain chain_builtin(unsigned families, struct slice table, struct slice name);

bool match_equal(const struct match *a, const struct match *b);
/* A match that holds for every packet: /0, a comment. */
bool match_is_empty(const struct match *match);
/* The same table, chain, matches in whatever order, and verdict; where they stand and why does not count. */
bool rule_equal(const struct rule *a, const struct rule *b);
/* The protocol that the rule asks for, 0 if none or by negation. */
uint32_t rule_protocol(const struct rule *rule);
/* Whether its verdict leads to another chain. */
bool verdict_enters(const struct verdict *verdict);
