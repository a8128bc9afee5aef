/* iptables_parse.c - reading iptables' own words. Printing them, the other half of iptables_text.h, is in
 * iptables_text.c. */
#include "base/number.h"
#include "capture/iptables_text.h"
#include "capture/iptables_words.h"

struct reader {
    struct arena *arena;
    struct source source;
    size_t at, word_at; /* offsets: the next byte, and the word last read */
    struct match *matches;
    size_t match_count, match_capacity;
    struct rule *rule;
    bool negated;
    struct slice extension; /* of the last -m */
    size_t extension_match; /* index of the match that holds an unknown extension's text, or SLICE_NONE */
};

/* The next word: up to a space, or in double quotes with backslashes. *ret_quoted says which. */
static bool word_next(struct reader *reader, struct slice *ret, bool *ret_end, struct error *error)
{
    struct slice text = reader->source.text;
    while (reader->at < text.length && text.bytes[reader->at] == ' ')
        reader->at++;
    reader->word_at = reader->at;
    *ret_end = reader->at == text.length;
    if (*ret_end)
        return true;
    if (text.bytes[reader->at] != '"') {
        size_t start = reader->at;
        while (reader->at < text.length && text.bytes[reader->at] != ' ')
            reader->at++;
        *ret = slice_range(text, start, reader->at);
        return true;
    }
    char *copy = arena_take(reader->arena, text.length - reader->at);
    size_t length = 0;
    for (reader->at++; reader->at < text.length && text.bytes[reader->at] != '"'; reader->at++) {
        if (text.bytes[reader->at] == '\\' && reader->at + 1 < text.length)
            reader->at++;
        copy[length++] = text.bytes[reader->at];
    }
    if (reader->at == text.length)
        return error_at(error, ERROR_SYNTAX, &reader->source, reader->word_at, "a quote that does not end");
    reader->at++;
    *ret = (struct slice){copy, length};
    return true;
}

static bool value_next(struct reader *reader, struct slice option, struct slice *ret, struct error *error)
{
    bool end;
    size_t option_at = reader->word_at;
    if (!word_next(reader, ret, &end, error))
        return false;
    if (end)
        return error_at(error, ERROR_SYNTAX, &reader->source, option_at, "%.*s without its value", SLICE_ARGS(option));
    return true;
}

static struct match *match_add(struct reader *reader, enum match_kind kind)
{
    if (reader->match_count == reader->match_capacity) {
        reader->match_capacity = reader->match_capacity ? reader->match_capacity * 2 : 8;
        struct match *grown = arena_new(reader->arena, struct match, reader->match_capacity);
        if (reader->match_count)
            memcpy(grown, reader->matches, reader->match_count * sizeof *grown);
        reader->matches = grown;
    }
    struct match *match = &reader->matches[reader->match_count++];
    *match = (struct match){.kind = kind, .negated = reader->negated};
    reader->negated = false;
    return match;
}

/* Keeps the words from `start` to where reading is now as a match that is not understood. */
static void unknown_add(struct reader *reader, size_t start)
{
    struct slice text = slice_trim(slice_range(reader->source.text, start, reader->at));
    if (reader->extension_match != SLICE_NONE) {
        struct match *match = &reader->matches[reader->extension_match];
        match->text.length = (size_t)(text.bytes + text.length - match->text.bytes);
        reader->negated = false;
        return;
    }
    struct match *match = match_add(reader, MATCH_UNKNOWN);
    match->negated = false;
    match->text = text;
    reader->extension_match = reader->match_count - 1;
}

static bool range_read(struct slice text, char separator, struct match *match)
{
    size_t at = slice_find_byte(text, separator);
    if (at == SLICE_NONE) {
        bool whole = number_parse_u32(text, &match->range.low);
        match->range.high = match->range.low;
        return whole;
    }
    return number_parse_u32(slice_range(text, 0, at), &match->range.low) &&
           number_parse_u32(slice_from_offset(text, at + 1), &match->range.high);
}

static bool hex_read(struct slice text, uint32_t *ret)
{
    uint64_t value;
    bool hex = slice_starts(text, SLICE("0x"));
    if (!number_parse_base(slice_from_offset(text, hex ? 2 : 0), hex ? 16 : 10, &value) || value > UINT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool mark_read(struct slice text, uint32_t *ret_value, uint32_t *ret_mask)
{
    size_t slash = slice_find_byte(text, '/');
    *ret_mask = UINT32_MAX;
    if (slash == SLICE_NONE)
        return hex_read(text, ret_value);
    return hex_read(slice_range(text, 0, slash), ret_value) && hex_read(slice_from_offset(text, slash + 1), ret_mask);
}

static bool states_read(struct slice text, uint32_t *ret)
{
    struct slice_splitter splitter = {.rest = text};
    *ret = 0;
    for (struct slice part; slice_split(&splitter, ',', &part);) {
        uint32_t bit = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(iptables_states); i++) {
            if (slice_equal(slice_from(iptables_states[i].name), part))
                bit = iptables_states[i].bit;
        }
        if (!bit)
            return false;
        *ret |= bit;
    }
    return true;
}

static bool ports_read(struct arena *arena, struct slice text, struct match *match)
{
    uint16_t *list = arena_new(arena, uint16_t, text.length / 2 + 1);
    struct slice_splitter splitter = {.rest = text};
    size_t count = 0;
    for (struct slice part; slice_split(&splitter, ',', &part);) {
        if (!number_parse_u16(part, &list[count++]))
            return false;
    }
    match->ports.list = list;
    match->ports.count = count;
    return true;
}

static bool protocol_read(struct slice text, uint32_t *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(iptables_protocols); i++) {
        if (slice_equal(slice_from(iptables_protocols[i].name), text)) {
            *ret = iptables_protocols[i].number;
            return true;
        }
    }
    return number_parse_u32(text, ret);
}

static bool network_read(struct slice text, struct network *ret)
{
    return slice_find_byte(text, '/') == SLICE_NONE ? network_parse_host(text, ret, NULL)
                                                    : network_parse(text, ret, NULL);
}

/* The options that are understood, the extension they belong to ("": none, any for ports) and their kind of match. */
static const struct option {
    struct slice extension, name;
    enum match_kind kind;
} options[] = {
    {SLICE_CONSTANT(""), SLICE_CONSTANT("-i"), MATCH_IN_INTERFACE},
    {SLICE_CONSTANT(""), SLICE_CONSTANT("-o"), MATCH_OUT_INTERFACE},
    {SLICE_CONSTANT(""), SLICE_CONSTANT("-s"), MATCH_SOURCE},
    {SLICE_CONSTANT(""), SLICE_CONSTANT("-d"), MATCH_DESTINATION},
    {SLICE_CONSTANT(""), SLICE_CONSTANT("-p"), MATCH_PROTOCOL},
    {SLICE_CONSTANT("tcp"), SLICE_CONSTANT("--sport"), MATCH_SOURCE_PORT},
    {SLICE_CONSTANT("tcp"), SLICE_CONSTANT("--dport"), MATCH_DESTINATION_PORT},
    {SLICE_CONSTANT("udp"), SLICE_CONSTANT("--sport"), MATCH_SOURCE_PORT},
    {SLICE_CONSTANT("udp"), SLICE_CONSTANT("--dport"), MATCH_DESTINATION_PORT},
    {SLICE_CONSTANT("multiport"), SLICE_CONSTANT("--dports"), MATCH_DESTINATION_PORTS},
    {SLICE_CONSTANT("conntrack"), SLICE_CONSTANT("--ctstate"), MATCH_STATE},
    {SLICE_CONSTANT("state"), SLICE_CONSTANT("--state"), MATCH_STATE},
    {SLICE_CONSTANT("mark"), SLICE_CONSTANT("--mark"), MATCH_MARK},
    {SLICE_CONSTANT("connmark"), SLICE_CONSTANT("--mark"), MATCH_CONNECTION_MARK},
    {SLICE_CONSTANT("owner"), SLICE_CONSTANT("--uid-owner"), MATCH_UID},
    {SLICE_CONSTANT("owner"), SLICE_CONSTANT("--gid-owner"), MATCH_GID},
    {SLICE_CONSTANT("comment"), SLICE_CONSTANT("--comment"), MATCH_COMMENT},
};

static const struct option *option_find(const struct reader *reader, struct slice name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (slice_equal(options[i].name, name) &&
            (options[i].extension.length == 0 || slice_equal(options[i].extension, reader->extension)))
            return &options[i];
    }
    return NULL;
}

/* False when the value is not one that is understood. */
static bool option_value(struct arena *arena, struct slice value, struct match *match)
{
    switch (match->kind) {
    case MATCH_IN_INTERFACE:
    case MATCH_OUT_INTERFACE:
    case MATCH_COMMENT:
        match->text = value;
        return true;
    case MATCH_SOURCE:
    case MATCH_DESTINATION:
        return network_read(value, &match->network);
    case MATCH_PROTOCOL:
        return protocol_read(value, &match->number);
    case MATCH_SOURCE_PORT:
    case MATCH_DESTINATION_PORT:
        return range_read(value, ':', match);
    case MATCH_DESTINATION_PORTS:
        return ports_read(arena, value, match);
    case MATCH_STATE:
        return states_read(value, &match->number);
    case MATCH_MARK:
    case MATCH_CONNECTION_MARK:
        return mark_read(value, &match->mark.value, &match->mark.mask);
    case MATCH_UID:
    case MATCH_GID:
        return range_read(value, '-', match);
    default:
        return false;
    }
}

/* The next word is another option, a "!" or nothing: the option before it takes no value. */
static bool at_option(struct reader *reader)
{
    struct slice rest = slice_trim(slice_from_offset(reader->source.text, reader->at));
    return rest.length == 0 || rest.bytes[0] == '!' || (rest.bytes[0] == '-' && rest.length > 1);
}

static bool option_read(struct reader *reader, struct slice name, size_t start, struct error *error)
{
    const struct option *option = option_find(reader, name);
    struct slice value = {0};
    if (!option) {
        while (!at_option(reader)) {
            if (!value_next(reader, name, &value, error))
                return false;
        }
        unknown_add(reader, start);
        return true;
    }
    if (!value_next(reader, name, &value, error))
        return false;
    struct match match = {.kind = option->kind};
    if (!option_value(reader->arena, value, &match)) {
        reader->extension_match = SLICE_NONE;
        unknown_add(reader, start);
        reader->extension_match = SLICE_NONE;
        return true;
    }
    match.negated = reader->negated;
    *match_add(reader, option->kind) = match;
    return true;
}

/* "-m NAME": extensions whose options are all understood leave nothing of their own. */
static bool extension_read(struct reader *reader, size_t start, struct error *error)
{
    if (!value_next(reader, SLICE("-m"), &reader->extension, error))
        return false;
    reader->extension_match = SLICE_NONE;
    if (slice_equal(reader->extension, SLICE("socket"))) {
        match_add(reader, MATCH_SOCKET);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (slice_equal(options[i].extension, reader->extension))
            return true;
    }
    unknown_add(reader, start);
    return true;
}

/* ---- verdicts ---- */

struct target_values {
    struct slice port, mark, zone, address;
    bool save, restore, masked, strange;
};

/* Reads "--option value" pairs up to the end of the rule. */
static bool target_options_read(struct reader *reader, struct target_values *values, struct error *error)
{
    struct slice name, value;
    bool end;
    while (word_next(reader, &name, &end, error)) {
        if (end)
            return true;
        if (slice_equal(name, SLICE("--save-mark")) || slice_equal(name, SLICE("--restore-mark"))) {
            *(name.bytes[2] == 's' ? &values->save : &values->restore) = true;
            continue;
        }
        if (at_option(reader)) {
            values->strange = true;
            continue;
        }
        if (!value_next(reader, name, &value, error))
            return false;
        if (slice_equal(name, SLICE("--to-ports")) || slice_equal(name, SLICE("--on-port")))
            values->port = value;
        else if (slice_equal(name, SLICE("--set-xmark")) || slice_equal(name, SLICE("--tproxy-mark")))
            values->mark = value;
        else if (slice_equal(name, SLICE("--nfmask")) || slice_equal(name, SLICE("--ctmask")))
            values->masked |= !slice_equal(value, SLICE("0xffffffff"));
        else if (slice_equal(name, SLICE("--on-ip")))
            values->address = value;
        else if (slice_equal(name, SLICE("--zone")))
            values->zone = value;
        else if (!slice_equal(name, SLICE("--reject-with")))
            values->strange = true;
    }
    return false;
}

static bool target_make(struct slice name, const struct target_values *values, struct verdict *ret)
{
    static const struct {
        struct slice name;
        enum verdict_kind kind;
    } plain[] = {
        {SLICE_CONSTANT("ACCEPT"), VERDICT_ACCEPT},
        {SLICE_CONSTANT("DROP"), VERDICT_DROP},
        {SLICE_CONSTANT("RETURN"), VERDICT_RETURN},
        {SLICE_CONSTANT("REJECT"), VERDICT_REJECT},
    };
    struct verdict verdict = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        if (slice_equal(plain[i].name, name)) {
            ret->kind = plain[i].kind;
            return !values->strange;
        }
    }
    bool marked = mark_read(values->mark, &verdict.mark.value, &verdict.mark.mask);
    bool any_address = values->address.length == 0 || slice_equal(values->address, SLICE("0.0.0.0")) ||
                       slice_equal(values->address, SLICE("::"));
    if (slice_equal(name, SLICE("REDIRECT")) && number_parse_u16(values->port, &verdict.port))
        verdict = (struct verdict){.kind = VERDICT_REDIRECT, .port = verdict.port};
    else if (slice_equal(name, SLICE("TPROXY")) && number_parse_u16(values->port, &verdict.port) && marked &&
             any_address)
        verdict.kind = VERDICT_TPROXY;
    else if (slice_equal(name, SLICE("MARK")) && marked)
        verdict.kind = VERDICT_MARK;
    else if (slice_equal(name, SLICE("CONNMARK")) && !values->masked && values->save != values->restore)
        verdict = (struct verdict){.kind = values->save ? VERDICT_SAVE_MARK : VERDICT_RESTORE_MARK};
    else if (slice_equal(name, SLICE("CT")) && number_parse_u32(values->zone, &verdict.number))
        verdict = (struct verdict){.kind = VERDICT_ZONE, .number = verdict.number};
    else
        return false;
    *ret = verdict;
    return !values->strange;
}

/* A bare name that is no target known here is taken for a chain: who follows the jump finds out whether there is
 * one. */
static bool target_read(struct reader *reader, bool go_to, size_t start, struct error *error)
{
    struct slice name;
    struct target_values values = {0};
    if (!value_next(reader, SLICE("-j"), &name, error))
        return false;
    bool bare = slice_trim(slice_from_offset(reader->source.text, reader->at)).length == 0;
    if (!target_options_read(reader, &values, error))
        return false;
    struct verdict *verdict = &reader->rule->verdict;
    *verdict = (struct verdict){0};
    if (!go_to && target_make(name, &values, verdict))
        return true;
    *verdict = (struct verdict){0};
    if (bare)
        *verdict = (struct verdict){.kind = go_to ? VERDICT_GOTO : VERDICT_JUMP, .chain = name};
    else
        *verdict = (struct verdict){.kind = VERDICT_UNKNOWN,
                                    .chain = slice_trim(slice_from_offset(reader->source.text, start))};
    return true;
}

static bool rule_read(struct reader *reader, struct error *error)
{
    struct slice word;
    bool end;
    size_t start = 0;
    while (word_next(reader, &word, &end, error)) {
        if (!reader->negated)
            start = reader->word_at;
        if (end)
            return true;
        if (slice_equal(word, SLICE("!"))) {
            reader->negated = true;
            continue;
        }
        bool go_on;
        if (slice_equal(word, SLICE("-m")))
            go_on = extension_read(reader, start, error);
        else if (slice_equal(word, SLICE("-j")) || slice_equal(word, SLICE("-g")))
            go_on = target_read(reader, word.bytes[1] == 'g', start, error);
        else
            go_on = option_read(reader, word, start, error);
        if (!go_on)
            return false;
    }
    return false;
}

bool iptables_rule_parse(struct arena *arena, struct slice text, struct rule *ret, struct error *error)
{
    struct rule rule = {.text = text};
    struct reader reader = {
        .arena = arena, .source = {.name = SLICE("rule"), .text = text}, .rule = &rule, .extension_match = SLICE_NONE};
    if (!rule_read(&reader, error))
        return false;
    rule.matches = reader.matches;
    rule.match_count = reader.match_count;
    *ret = rule;
    return true;
}

/* ---- iptables-save ------------------------------------------------------------------------------------------ */

struct save_reader {
    struct ruleset *set;
    unsigned family;
    struct slice table;
    struct slice last_chain;
    unsigned position;
};

/* ":NAME POLICY [packets:bytes]" */
static void chain_line(struct save_reader *reader, struct slice line)
{
    size_t space = slice_find_byte(line, ' ');
    struct slice name = slice_range(line, 0, space == SLICE_NONE ? line.length : space);
    struct chain chain = chain_builtin(reader->family, reader->table, name);
    chain.drops = slice_starts(slice_from_offset(line, name.length), SLICE(" DROP"));
    ruleset_add_chain(reader->set, &chain);
}

/* "-A NAME rule", or "[packets:bytes] -A NAME rule" */
static bool rule_line(struct save_reader *reader, struct slice line, struct error *error)
{
    size_t space = slice_find_byte(line, ' ');
    struct slice chain = slice_range(line, 0, space == SLICE_NONE ? line.length : space);
    struct rule rule;
    if (!iptables_rule_parse(reader->set->arena, slice_trim(slice_from_offset(line, chain.length)), &rule, error))
        return false;
    if (!slice_equal(chain, reader->last_chain))
        reader->position = 0;
    reader->last_chain = chain;
    rule.families = reader->family;
    rule.table = reader->table;
    rule.chain = chain;
    rule.position = ++reader->position;
    ruleset_add(reader->set, &rule);
    return true;
}

bool iptables_save_parse(struct slice text, unsigned family, struct ruleset *set, struct error *error)
{
    struct save_reader reader = {.set = set, .family = family};
    struct slice_splitter lines = {.rest = text};
    unsigned number = 0;
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        number++;
        if (slice_starts(line, SLICE("["))) {
            size_t end = slice_find(line, SLICE("] "));
            line = end == SLICE_NONE ? line : slice_from_offset(line, end + 2);
        }
        if (slice_starts(line, SLICE("*")))
            reader = (struct save_reader){.set = set, .family = family, .table = slice_from_offset(line, 1)};
        else if (slice_starts(line, SLICE(":")))
            chain_line(&reader, slice_from_offset(line, 1));
        else if (slice_starts(line, SLICE("-A ")) && !rule_line(&reader, slice_from_offset(line, 3), error)) {
            error->where = (struct position){SLICE("iptables-save"), number, error->where.column};
            return false;
        }
    }
    return true;
}
