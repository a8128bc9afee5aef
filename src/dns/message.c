#include "dns/message.h"
#include <stdio.h>

enum {
    FLAG_RESPONSE = 0x8000,
    FLAG_TRUNCATED = 0x0200,
    FLAG_RECURSION_DESIRED = 0x0100,
    FLAG_RECURSION_AVAILABLE = 0x0080,
    FLAG_CHECKING_DISABLED = 0x0010, /* RFC 4035, 3.2.2: copied into answers */
    OPCODE_MASK = 0x7800,
    RCODE_MASK = 0x000f,
    FLAGS_AT = 2,
    QUESTIONS_AT = 4,
    RECORDS_AT = 6,
    RECORD_FIXED = 10,   /* type, class, TTL, length */
    POINTER_MASK = 0xc0, /* the top bits of a length octet: 00 a label, 11 a pointer (RFC 1035, 4.1.4) */
    POINTER_TARGET = 0x3fff,
    ADVERTISED_SIZE = 4096, /* in the OPT of our own answers: of queries that we take by UDP we'd take more */
};

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

bool dns_name_read(struct slice message, size_t start, struct dns_name *ret_name)
{
    size_t at = start, length = 0;
    /* Where the octets that are being read began: a pointer leads before it, so pointers end. Where they must have ended:
     * what a pointer leads to is an earlier name, and so lies whole before the piece that the pointer is in. */
    size_t segment = start, limit = message.length;
    bool has_jumped = false;
    for (;;) {
        if (at >= limit)
            return false;
        uint8_t octet = (uint8_t)message.bytes[at];
        if ((octet & POINTER_MASK) == POINTER_MASK) {
            if (limit - at < 2)
                return false;
            size_t target = dns_get_u16(message.bytes + at) & POINTER_TARGET;
            if (target >= segment || target < DNS_HEADER)
                return false;
            if (!has_jumped)
                ret_name->end = at + 2;
            has_jumped = true;
            limit = segment;
            at = segment = target;
            continue;
        }
        size_t label = (size_t)octet + 1;
        if ((octet & POINTER_MASK) || label > limit - at || label > DNS_NAME_MAX - length)
            return false;
        for (size_t i = 0; i < label; i++)
            ret_name->octets[length + i] = i ? lower((uint8_t)message.bytes[at + i]) : octet;
        length += label;
        at += label;
        if (octet == 0)
            break;
        if (length == DNS_NAME_MAX)
            return false; /* no room for the root */
    }
    if (!has_jumped)
        ret_name->end = at;
    ret_name->length = length;
    return true;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
    return a->length == b->length && memcmp(a->octets, b->octets, a->length) == 0;
}

struct slice dns_name_text(const struct dns_name *name, char out[DNS_NAME_TEXT])
{
    size_t length = 0;
    for (size_t at = 0; name->octets[at]; at += name->octets[at] + 1U) {
        if (length)
            out[length++] = '.';
        for (size_t i = 1; i <= name->octets[at]; i++) {
            uint8_t octet = name->octets[at + i];
            if (octet > ' ' && octet < 0x7f && octet != '.' && octet != '\\')
                out[length++] = (char)octet;
            else
                length += (size_t)snprintf(out + length, 5, "\\%03u", octet);
        }
    }
    out[length] = '\0';
    return (struct slice){out, length};
}

static bool question_read(struct slice message, size_t start, struct dns_name *ret_name, size_t *ret_end)
{
    if (!dns_name_read(message, start, ret_name) || message.length - ret_name->end < 4)
        return false;
    *ret_end = ret_name->end + 4;
    return true;
}

bool dns_walk_start(struct dns_walk *walk, struct slice message)
{
    *walk = (struct dns_walk){.message = message, .next = DNS_HEADER};
    if (message.length < DNS_HEADER)
        return false;
    for (unsigned i = 0; i < DNS_SECTIONS; i++)
        walk->left[i] = dns_get_u16(message.bytes + RECORDS_AT + 2 * i);
    for (unsigned count = dns_get_u16(message.bytes + QUESTIONS_AT); count; count--) {
        struct dns_name name;
        if (!question_read(message, walk->next, &name, &walk->next))
            return false;
    }
    return true;
}

bool dns_walk_next(struct dns_walk *walk, struct dns_record *ret_record)
{
    struct dns_name name;
    while (walk->section < DNS_SECTIONS && !walk->left[walk->section])
        walk->section++;
    if (walk->section == DNS_SECTIONS || walk->is_broken)
        return false;
    walk->is_broken = true;
    if (!dns_name_read(walk->message, walk->next, &name) || walk->message.length - name.end < RECORD_FIXED)
        return false;
    const char *fixed = walk->message.bytes + name.end;
    size_t data = name.end + RECORD_FIXED, length = dns_get_u16(fixed + 8);
    if (length > walk->message.length - data)
        return false;
    uint32_t ttl = (uint32_t)dns_get_u16(fixed + 4) << 16 | dns_get_u16(fixed + 6);
    *ret_record = (struct dns_record){.start = walk->next,
                                      .data = data,
                                      .end = data + length,
                                      .section = (enum dns_section)walk->section,
                                      .type = dns_get_u16(fixed),
                                      .class = dns_get_u16(fixed + 2),
                                      .ttl = ttl >> 31 ? 0 : ttl};
    walk->left[walk->section]--;
    walk->next = data + length;
    walk->is_broken = false;
    return true;
}

/* The records of a query: counts its OPT records, and takes the size from the one. */
static bool query_records_read(struct dns_walk *walk, struct dns_query *query)
{
    struct dns_record record;
    while (dns_walk_next(walk, &record)) {
        if (record.type != DNS_OPT)
            continue;
        if (query->has_edns || record.section != DNS_ADDITIONALS || record.data - record.start != DNS_OPT_BYTES)
            return false;
        query->has_edns = true;
        if (record.class > DNS_UDP_MAX)
            query->size_max = record.class; /* RFC 6891, 6.1.2: the class is the size */
    }
    return !walk->is_broken;
}

enum dns_verdict dns_query_read(struct slice message, struct dns_query *ret_query, enum dns_rcode *ret_rcode)
{
    struct dns_walk walk;
    *ret_query = (struct dns_query){.size_max = DNS_UDP_MAX};
    if (message.length < DNS_HEADER || dns_get_u16(message.bytes + FLAGS_AT) & FLAG_RESPONSE)
        return DNS_DROP;
    *ret_rcode = DNS_NOTIMP;
    if (dns_get_u16(message.bytes + FLAGS_AT) & OPCODE_MASK)
        return DNS_ANSWER_WITH;
    *ret_rcode = DNS_FORMERR;
    if (dns_get_u16(message.bytes + QUESTIONS_AT) != 1 || !dns_walk_start(&walk, message))
        return DNS_ANSWER_WITH;
    ret_query->question_end = walk.next;
    ret_query->type = dns_get_u16(message.bytes + walk.next - 4);
    ret_query->class = dns_get_u16(message.bytes + walk.next - 2);
    return query_records_read(&walk, ret_query) ? DNS_FORWARD : DNS_ANSWER_WITH;
}

enum dns_rcode dns_answer_rcode(struct slice answer)
{
    return (enum dns_rcode)(dns_get_u16(answer.bytes + FLAGS_AT) & RCODE_MASK);
}

bool dns_answer_matches(struct slice answer, uint16_t id, struct slice query, const struct dns_query *asked)
{
    struct dns_name question, name;
    size_t end;
    if (answer.length < DNS_HEADER || dns_get_u16(answer.bytes) != id)
        return false;
    uint16_t flags = dns_get_u16(answer.bytes + FLAGS_AT);
    if (!(flags & FLAG_RESPONSE) || flags & OPCODE_MASK)
        return false;
    uint16_t questions = dns_get_u16(answer.bytes + QUESTIONS_AT);
    if (questions == 0) {
        enum dns_rcode rcode = dns_answer_rcode(answer);
        return (rcode == DNS_FORMERR || rcode == DNS_SERVFAIL || rcode == DNS_NOTIMP || rcode == DNS_REFUSED) &&
               dns_get_u16(answer.bytes + RECORDS_AT) == 0;
    }
    return questions == 1 && question_read(answer, DNS_HEADER, &name, &end) &&
           dns_name_read(query, DNS_HEADER, &question) && dns_name_equal(&question, &name) &&
           dns_get_u16(answer.bytes + end - 4) == asked->type && dns_get_u16(answer.bytes + end - 2) == asked->class;
}

static void opt_write(char *out, uint16_t size)
{
    memset(out, 0, DNS_OPT_BYTES);
    dns_put_u16(out + 1, DNS_OPT);
    dns_put_u16(out + 3, size);
}

size_t dns_reply_write(struct slice query, const struct dns_query *asked, enum dns_rcode rcode, char *out)
{
    uint16_t flags = dns_get_u16(query.bytes + FLAGS_AT);
    size_t length = DNS_HEADER;
    memset(out, 0, DNS_HEADER);
    memcpy(out, query.bytes, 2);
    flags &= OPCODE_MASK | FLAG_RECURSION_DESIRED | FLAG_CHECKING_DISABLED;
    dns_put_u16(out + FLAGS_AT, (uint16_t)(flags | FLAG_RESPONSE | FLAG_RECURSION_AVAILABLE | rcode));
    if (asked->question_end) {
        memcpy(out + DNS_HEADER, query.bytes + DNS_HEADER, asked->question_end - DNS_HEADER);
        length = asked->question_end;
        dns_put_u16(out + QUESTIONS_AT, 1);
    }
    if (asked->has_edns) {
        opt_write(out + length, ADVERTISED_SIZE);
        length += DNS_OPT_BYTES;
        dns_put_u16(out + RECORDS_AT + 2 * DNS_ADDITIONALS, 1);
    }
    return length;
}

/* The message's OPT record, as far as it can be read; false when there is none. */
static bool opt_find(struct dns_walk walk, struct dns_record *ret_record)
{
    while (dns_walk_next(&walk, ret_record)) {
        if (ret_record->type == DNS_OPT && ret_record->section == DNS_ADDITIONALS &&
            ret_record->data - ret_record->start == DNS_OPT_BYTES)
            return true;
    }
    return false;
}

size_t dns_truncate(char *message, size_t length, size_t limit)
{
    struct dns_walk walk;
    struct dns_record record, opt;
    uint16_t counts[DNS_SECTIONS] = {0};
    if (length <= limit || length < DNS_HEADER)
        return length;
    dns_put_u16(message + FLAGS_AT, dns_get_u16(message + FLAGS_AT) | FLAG_TRUNCATED);
    bool is_readable = dns_walk_start(&walk, (struct slice){message, length}) && walk.next + DNS_OPT_BYTES <= limit;
    size_t end = is_readable ? walk.next : DNS_HEADER;
    if (!is_readable)
        dns_put_u16(message + QUESTIONS_AT, 0);
    /* What stays is a beginning of the message, so compressed names in it keep what they point to; OPT has none. */
    bool has_opt = is_readable && opt_find(walk, &opt), is_opt_kept = false;
    size_t opt_length = has_opt ? opt.end - opt.start : 0;
    if (opt_length > limit - end)
        opt_length = DNS_OPT_BYTES;
    while (is_readable && dns_walk_next(&walk, &record)) {
        bool is_opt = has_opt && record.start == opt.start;
        if (record.end + (has_opt && !is_opt && !is_opt_kept ? opt_length : 0) > limit)
            break;
        is_opt_kept = is_opt_kept || is_opt;
        counts[record.section]++;
        end = record.end;
    }
    if (has_opt && !is_opt_kept) {
        memmove(message + end, message + opt.start, opt_length);
        if (opt_length == DNS_OPT_BYTES)
            dns_put_u16(message + end + DNS_OPT_BYTES - 2, 0);
        end += opt_length;
        counts[DNS_ADDITIONALS]++;
    }
    for (unsigned i = 0; i < DNS_SECTIONS; i++)
        dns_put_u16(message + RECORDS_AT + 2 * i, counts[i]);
    return end;
}
