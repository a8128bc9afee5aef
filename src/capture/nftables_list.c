/* nftables_list.c - reading what nft prints. The rest of nftables_text.h is in nftables_text.c. */
#include "base/number.h"
#include "capture/nftables_text.h"

struct reader {
    struct arena *arena;
    struct ruleset *set;
    bool as_plan;
    unsigned families;
    struct slice table, chain;
    bool skipped;   /* the table is none of ours, and only ours are wanted */
    unsigned depth; /* of braces that are neither a table's nor a chain's */
    unsigned position;
    /* the line */
    struct slice line, rest;
    struct rule rule;
    struct match *matches;
    size_t match_count, match_capacity;
    bool tproxy, unknown;
};

/* ---- words -------------------------------------------------------------------------------------------------- */

/* The next word: up to white space; a quoted one without its quotes. Empty at the end. */
static struct slice word_next(struct reader *reader)
{
    struct slice rest = slice_trim(reader->rest);
    size_t end = 0;
    if (rest.length && rest.bytes[0] == '"') {
        size_t quote = slice_find_byte(slice_from_offset(rest, 1), '"');
        end = quote == SLICE_NONE ? rest.length : quote + 2;
        reader->rest = slice_from_offset(rest, end);
        return slice_range(rest, 1, quote == SLICE_NONE ? end : end - 1);
    }
    while (end < rest.length && rest.bytes[end] != ' ' && rest.bytes[end] != '\t')
        end++;
    reader->rest = slice_from_offset(rest, end);
    return slice_range(rest, 0, end);
}

static bool word_take(struct reader *reader, const char *expected)
{
    struct slice before = reader->rest;
    if (slice_equal(word_next(reader), slice_from(expected)))
        return true;
    reader->rest = before;
    return false;
}

/* The iptables name of a chain of our native tables. */
static struct slice chain_plan_name(struct arena *arena, struct slice name)
{
    char *copy = arena_take(arena, name.length + 1);
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i];
        copy[i] = byte == '-' ? '_' : (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
    }
    return (struct slice){copy, name.length};
}

static struct slice chain_name(const struct reader *reader, struct slice name)
{
    return reader->as_plan ? chain_plan_name(reader->arena, name) : name;
}

/* ---- matches ------------------------------------------------------------------------------------------------ */

static struct match *match_add(struct reader *reader, enum match_kind kind, bool negated)
{
    if (reader->match_count == reader->match_capacity) {
        reader->match_capacity = reader->match_capacity ? reader->match_capacity * 2 : 8;
        struct match *grown = arena_new(reader->arena, struct match, reader->match_capacity);
        if (reader->match_count)
            memcpy(grown, reader->matches, reader->match_count * sizeof *grown);
        reader->matches = grown;
    }
    struct match *match = &reader->matches[reader->match_count++];
    *match = (struct match){.kind = kind, .negated = negated};
    return match;
}

static bool number_read(struct slice text, uint32_t *ret)
{
    uint64_t value;
    bool hex = slice_starts(text, SLICE("0x"));
    if (!number_parse_base(slice_from_offset(text, hex ? 2 : 0), hex ? 16 : 10, &value) || value > UINT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool range_read(struct slice text, struct match *match)
{
    size_t dash = slice_find_byte(text, '-');
    if (dash != SLICE_NONE)
        return number_parse_u32(slice_range(text, 0, dash), &match->range.low) &&
               number_parse_u32(slice_from_offset(text, dash + 1), &match->range.high);
    match->range.high = number_parse_u32(text, &match->range.low) ? match->range.low : 0;
    return number_parse_u32(text, &match->range.low);
}

static bool protocol_read(struct slice text, uint32_t *ret)
{
    if (slice_equal(text, SLICE("tcp")) || slice_equal(text, SLICE("udp"))) {
        *ret = text.bytes[0] == 't' ? IPPROTO_TCP : IPPROTO_UDP;
        return true;
    }
    return number_parse_u32(text, ret);
}

static void protocol_imply(struct reader *reader, uint32_t number)
{
    for (size_t i = 0; i < reader->match_count; i++) {
        if (reader->matches[i].kind == MATCH_PROTOCOL && !reader->matches[i].negated)
            return;
    }
    match_add(reader, MATCH_PROTOCOL, false)->number = number;
}

/* "{ 53, 15008 }", behind the brace. */
static bool port_set_read(struct reader *reader, struct match *match)
{
    uint16_t *list = arena_new(reader->arena, uint16_t, reader->rest.length + 1);
    size_t count = 0;
    for (;;) {
        struct slice word = word_next(reader);
        if (slice_equal(word, SLICE("}")))
            break;
        if (slice_ends(word, SLICE(",")))
            word.length--;
        if (!number_parse_u16(word, &list[count++]))
            return false;
    }
    match->kind = MATCH_DESTINATION_PORTS;
    match->ports.list = list;
    match->ports.count = count;
    return true;
}

/* "dport != 80", "sport 53", "dport { 53, 15008 }" behind the protocol's name. */
static bool port_read(struct reader *reader, uint32_t protocol)
{
    struct slice field = word_next(reader);
    bool destination = slice_equal(field, SLICE("dport"));
    if (!destination && !slice_equal(field, SLICE("sport")))
        return false;
    protocol_imply(reader, protocol);
    bool negated = word_take(reader, "!=");
    struct match *match = match_add(reader, destination ? MATCH_DESTINATION_PORT : MATCH_SOURCE_PORT, negated);
    if (word_take(reader, "{"))
        return destination && port_set_read(reader, match);
    return range_read(word_next(reader), match);
}

static bool network_read(struct reader *reader)
{
    struct slice field = word_next(reader);
    bool source = slice_equal(field, SLICE("saddr"));
    if (!source && !slice_equal(field, SLICE("daddr")))
        return false;
    bool negated = word_take(reader, "!=");
    struct match *match = match_add(reader, source ? MATCH_SOURCE : MATCH_DESTINATION, negated);
    struct slice text = word_next(reader);
    return slice_find_byte(text, '/') == SLICE_NONE ? network_parse_host(text, &match->network, NULL)
                                                    : network_parse(text, &match->network, NULL);
}

static bool interface_read(struct reader *reader, enum match_kind kind)
{
    bool negated = word_take(reader, "!=");
    struct slice name = word_next(reader);
    if (slice_ends(name, SLICE("*")))
        name = arena_join(reader->arena, slice_range(name, 0, name.length - 1), SLICE("+"));
    match_add(reader, kind, negated)->interface = name;
    return name.length > 0;
}

static bool states_read(struct reader *reader)
{
    static const struct {
        struct slice name;
        uint32_t bit;
    } states[] = {
        {SLICE_CONSTANT("new"), STATE_NEW},
        {SLICE_CONSTANT("established"), STATE_ESTABLISHED},
        {SLICE_CONSTANT("related"), STATE_RELATED},
        {SLICE_CONSTANT("invalid"), STATE_INVALID},
        {SLICE_CONSTANT("untracked"), STATE_UNTRACKED},
    };
    bool negated = word_take(reader, "!=");
    struct match *match = match_add(reader, MATCH_STATE, negated);
    struct slice_splitter splitter = {.rest = word_next(reader)};
    for (struct slice part; slice_split(&splitter, ',', &part);) {
        uint32_t bit = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
            bit |= slice_equal(states[i].name, part) ? states[i].bit : 0;
        if (!bit)
            return false;
        match->number |= bit;
    }
    return true;
}

static bool mark_read(struct reader *reader, enum match_kind kind)
{
    bool negated = word_take(reader, "!=");
    struct match *match = match_add(reader, kind, negated);
    match->mark.mask = UINT32_MAX;
    return number_read(word_next(reader), &match->mark.value);
}

static bool id_read(struct reader *reader, enum match_kind kind)
{
    bool negated = word_take(reader, "!=");
    return range_read(word_next(reader), match_add(reader, kind, negated));
}

/* ---- statements --------------------------------------------------------------------------------------------- */

/* nft allows several statements in a rule; of ours only TPROXY's has some, and only one is understood of others'. */
static bool verdict_set(struct reader *reader, enum verdict_kind kind)
{
    struct verdict *verdict = &reader->rule.verdict;
    if (reader->tproxy && (kind == VERDICT_MARK || kind == VERDICT_ACCEPT))
        return true;
    if (verdict->kind != VERDICT_NONE)
        return false;
    verdict->kind = kind;
    return true;
}

static bool mark_set(struct reader *reader)
{
    struct verdict *verdict = &reader->rule.verdict;
    if (word_take(reader, "ct"))
        return verdict_set(reader, VERDICT_RESTORE_MARK) && word_take(reader, "mark");
    uint32_t mark;
    if (!verdict_set(reader, VERDICT_MARK) || !number_read(word_next(reader), &mark))
        return false;
    verdict->mark.value = mark;
    verdict->mark.mask = UINT32_MAX;
    return true;
}

static bool meta_read(struct reader *reader, struct slice key)
{
    if (slice_equal(key, SLICE("l4proto"))) {
        bool negated = word_take(reader, "!=");
        return protocol_read(word_next(reader), &match_add(reader, MATCH_PROTOCOL, negated)->number);
    }
    if (slice_equal(key, SLICE("nfproto"))) {
        struct slice name = word_next(reader);
        match_add(reader, MATCH_FAMILY, false)->number = slice_equal(name, SLICE("ipv6")) ? 6 : 4;
        return slice_equal(name, SLICE("ipv6")) || slice_equal(name, SLICE("ipv4"));
    }
    if (slice_equal(key, SLICE("mark")))
        return word_take(reader, "set") ? mark_set(reader) : mark_read(reader, MATCH_MARK);
    if (slice_equal(key, SLICE("skuid")) || slice_equal(key, SLICE("skgid")))
        return id_read(reader, key.bytes[2] == 'u' ? MATCH_UID : MATCH_GID);
    return false;
}

static bool ct_read(struct reader *reader)
{
    struct slice key = word_next(reader);
    struct verdict *verdict = &reader->rule.verdict;
    if (slice_equal(key, SLICE("state")))
        return states_read(reader);
    if (slice_equal(key, SLICE("mark"))) {
        if (!word_take(reader, "set"))
            return mark_read(reader, MATCH_CONNECTION_MARK);
        (void)word_take(reader, "meta");
        return verdict_set(reader, VERDICT_SAVE_MARK) && word_take(reader, "mark");
    }
    if (!slice_equal(key, SLICE("zone")) || !word_take(reader, "set"))
        return false;
    return verdict_set(reader, VERDICT_ZONE) && number_parse_u32(word_next(reader), &verdict->number);
}

/* ":15001" */
static bool target_port_read(struct reader *reader)
{
    struct slice port = word_next(reader);
    return slice_starts(port, SLICE(":")) && number_parse_u16(slice_from_offset(port, 1), &reader->rule.verdict.port);
}

static bool verdict_read(struct reader *reader, struct slice word, bool *ret_known)
{
    static const struct {
        struct slice name;
        enum verdict_kind kind;
    } verdicts[] = {
        {SLICE_CONSTANT("accept"), VERDICT_ACCEPT},     {SLICE_CONSTANT("drop"), VERDICT_DROP},
        {SLICE_CONSTANT("return"), VERDICT_RETURN},     {SLICE_CONSTANT("reject"), VERDICT_REJECT},
        {SLICE_CONSTANT("jump"), VERDICT_JUMP},         {SLICE_CONSTANT("goto"), VERDICT_GOTO},
        {SLICE_CONSTANT("redirect"), VERDICT_REDIRECT}, {SLICE_CONSTANT("tproxy"), VERDICT_TPROXY},
    };
    struct verdict *verdict = &reader->rule.verdict;
    *ret_known = false;
    for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
        if (!slice_equal(verdicts[i].name, word))
            continue;
        *ret_known = true;
        if (!verdict_set(reader, verdicts[i].kind))
            return false;
        if (verdict_enters(verdict)) {
            verdict->chain = chain_name(reader, word_next(reader));
            return verdict->chain.length > 0;
        }
        if (verdicts[i].kind == VERDICT_REDIRECT)
            return word_take(reader, "to") && target_port_read(reader);
        if (verdicts[i].kind == VERDICT_TPROXY) {
            reader->tproxy = true;
            (void)!(word_take(reader, "ip") || word_take(reader, "ip6"));
            return word_take(reader, "to") && target_port_read(reader);
        }
        if (verdicts[i].kind == VERDICT_REJECT)
            reader->rest.length = 0; /* "with icmp port-unreachable" */
        return true;
    }
    return true;
}

/* One match or statement that begins with the word; false when it is not understood. */
static bool expression_read(struct reader *reader, struct slice word)
{
    bool known;
    if (slice_equal(word, SLICE("iifname")) || slice_equal(word, SLICE("iif")))
        return interface_read(reader, MATCH_IN_INTERFACE);
    if (slice_equal(word, SLICE("oifname")) || slice_equal(word, SLICE("oif")))
        return interface_read(reader, MATCH_OUT_INTERFACE);
    if (slice_equal(word, SLICE("ip")) || slice_equal(word, SLICE("ip6")))
        return network_read(reader);
    if (slice_equal(word, SLICE("tcp")) || slice_equal(word, SLICE("udp")))
        return port_read(reader, word.bytes[0] == 't' ? IPPROTO_TCP : IPPROTO_UDP);
    if (slice_equal(word, SLICE("meta")))
        return meta_read(reader, word_next(reader));
    if (slice_equal(word, SLICE("mark")) || slice_equal(word, SLICE("skuid")) || slice_equal(word, SLICE("skgid")))
        return meta_read(reader, word);
    if (slice_equal(word, SLICE("ct")))
        return ct_read(reader);
    if (slice_equal(word, SLICE("comment"))) {
        match_add(reader, MATCH_COMMENT, false)->text = word_next(reader);
        return true;
    }
    if (slice_equal(word, SLICE("counter"))) {
        if (word_take(reader, "packets")) {
            word_next(reader);
            (void)word_take(reader, "bytes");
            word_next(reader);
        }
        return true;
    }
    return verdict_read(reader, word, &known) && known;
}

/* The family that a rule is for shows in its matches; in a plan it is said apart from them. */
static void families_settle(struct reader *reader)
{
    size_t kept = 0;
    for (size_t i = 0; i < reader->match_count; i++) {
        const struct match *match = &reader->matches[i];
        unsigned version = match->kind == MATCH_FAMILY                                       ? match->number
                           : match->kind == MATCH_SOURCE || match->kind == MATCH_DESTINATION ? match->network.version
                                                                                             : 0;
        if (version)
            reader->rule.families &= version == 6 ? CAPTURE_IPV6 : CAPTURE_IPV4;
        if (!(reader->as_plan && match->kind == MATCH_FAMILY))
            reader->matches[kept++] = *match;
    }
    reader->match_count = kept;
}

static void rule_line(struct reader *reader)
{
    reader->rule = (struct rule){.families = reader->families,
                                 .table = reader->table,
                                 .chain = reader->chain,
                                 .text = reader->line,
                                 .position = ++reader->position};
    reader->matches = NULL;
    reader->match_count = reader->match_capacity = 0;
    reader->tproxy = reader->unknown = false;
    for (struct slice word; (word = word_next(reader)).length;) {
        if (!expression_read(reader, word))
            reader->unknown = true;
    }
    if (reader->unknown)
        match_add(reader, MATCH_UNKNOWN, false)->text = reader->line;
    families_settle(reader);
    reader->rule.matches = reader->matches;
    reader->rule.match_count = reader->match_count;
    ruleset_add(reader->set, &reader->rule);
}

/* ---- tables and chains -------------------------------------------------------------------------------------- */

/* "table inet istio-proxy-nat {" */
static void table_line(struct reader *reader)
{
    struct slice family = word_next(reader), name = word_next(reader);
    reader->families = slice_equal(family, SLICE("inet"))  ? CAPTURE_BOTH
                       : slice_equal(family, SLICE("ip"))  ? CAPTURE_IPV4
                       : slice_equal(family, SLICE("ip6")) ? CAPTURE_IPV6
                                                           : 0;
    bool ours = slice_equal(family, SLICE("inet")) && slice_starts(name, SLICE("istio-proxy-"));
    reader->skipped = reader->families == 0 || (reader->as_plan && !ours);
    reader->table = reader->as_plan ? slice_from_offset(name, ours ? 12 : 0)
                                    : arena_format(reader->arena, "%.*s %.*s", SLICE_ARGS(family), SLICE_ARGS(name));
    reader->chain = (struct slice){0};
}

/* "dstnat", "filter + 10", "-150" (nft's chain_std_prio_lookup) */
static int priority_read(struct slice text)
{
    static const struct {
        struct slice name;
        int priority;
    } names[] = {
        {SLICE_CONSTANT("raw"), -300}, {SLICE_CONSTANT("mangle"), -150}, {SLICE_CONSTANT("dstnat"), -100},
        {SLICE_CONSTANT("filter"), 0}, {SLICE_CONSTANT("security"), 50}, {SLICE_CONSTANT("srcnat"), 100},
    };
    int64_t base = 0, offset = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (slice_starts(text, names[i].name)) {
            base = names[i].priority;
            text = slice_trim(slice_from_offset(text, names[i].name.length));
        }
    }
    bool minus = slice_starts(text, SLICE("-"));
    struct slice digits = slice_trim(slice_from_offset(text, minus || slice_starts(text, SLICE("+"))));
    (void)!number_parse_i64(digits, &offset);
    return (int)(base + (minus ? -offset : offset));
}

/* "type nat hook prerouting priority dstnat; policy accept;" */
static void base_line(struct reader *reader)
{
    static const struct {
        struct slice name;
        enum hook hook;
    } hooks[] = {
        {SLICE_CONSTANT("prerouting"), HOOK_PREROUTING},   {SLICE_CONSTANT("input"), HOOK_INPUT},
        {SLICE_CONSTANT("forward"), HOOK_FORWARD},         {SLICE_CONSTANT("output"), HOOK_OUTPUT},
        {SLICE_CONSTANT("postrouting"), HOOK_POSTROUTING},
    };
    struct chain chain = {.families = reader->families, .table = reader->table, .name = reader->chain};
    word_next(reader);
    chain.nat = slice_equal(word_next(reader), SLICE("nat"));
    (void)word_take(reader, "hook");
    struct slice hook = word_next(reader);
    for (size_t i = 0; i < ARRAY_LENGTH(hooks); i++)
        chain.hook = slice_equal(hooks[i].name, hook) ? hooks[i].hook : chain.hook;
    size_t priority = slice_find(reader->line, SLICE("priority "));
    if (priority != SLICE_NONE) {
        struct slice text = slice_from_offset(reader->line, priority + 9);
        size_t end = slice_find_byte(text, ';');
        chain.priority = priority_read(slice_range(text, 0, end == SLICE_NONE ? text.length : end));
    }
    chain.drops = slice_find(reader->line, SLICE("policy drop")) != SLICE_NONE;
    struct chain *added = ruleset_add_chain(reader->set, &chain);
    *added = chain;
}

static void line_read(struct reader *reader)
{
    if (slice_starts(reader->line, SLICE("table "))) {
        word_next(reader);
        table_line(reader);
        return;
    }
    if (slice_equal(reader->line, SLICE("}"))) {
        if (reader->depth)
            reader->depth--;
        else
            reader->chain = (struct slice){0};
        return;
    }
    if (slice_starts(reader->line, SLICE("chain ")) && !reader->depth) {
        word_next(reader);
        reader->chain = chain_name(reader, word_next(reader));
        reader->position = 0;
        const struct chain chain = {.families = reader->families, .table = reader->table, .name = reader->chain};
        if (!reader->skipped)
            ruleset_add_chain(reader->set, &chain);
        return;
    }
    if (!reader->chain.length && slice_ends(reader->line, SLICE("{"))) {
        reader->depth++; /* a set or map */
        return;
    }
    if (reader->skipped || reader->depth || !reader->chain.length || !reader->line.length)
        return;
    if (slice_starts(reader->line, SLICE("type ")) && slice_find(reader->line, SLICE(" hook ")) != SLICE_NONE)
        base_line(reader);
    else
        rule_line(reader);
}

void nftables_list_parse(struct slice text, bool as_plan, struct ruleset *set)
{
    struct reader reader = {.arena = set->arena, .set = set, .as_plan = as_plan};
    struct slice_splitter lines = {.rest = text};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        reader.line = slice_trim(line);
        reader.rest = reader.line;
        line_read(&reader);
    }
}
