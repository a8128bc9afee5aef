#include "dns/addresses.h"
#include "dns/message.h"
#include <sys/socket.h>

struct alias {
    struct dns_name name;
    uint32_t ttl;
    unsigned count;
};

static bool is_of(struct slice answer, const struct dns_record *record, const struct dns_name *name)
{
    struct dns_name owner;
    return record->section == DNS_ANSWERS && record->class == DNS_CLASS_IN &&
           dns_name_read(answer, record->start, &owner) && dns_name_equal(&owner, name);
}

/* Follows the aliases that stand in the answer in their order, as they usually do; false when there was none. */
static bool aliases_follow(struct slice answer, struct dns_walk walk, struct alias *alias)
{
    struct dns_record record;
    unsigned before = alias->count;
    while (alias->count < DNS_ALIASES_MAX && dns_walk_next(&walk, &record)) {
        struct dns_name target;
        if (record.type != DNS_CNAME || !is_of(answer, &record, &alias->name) ||
            !dns_name_read(answer, record.data, &target) || target.end != record.end)
            continue;
        alias->name = target;
        alias->ttl = record.ttl < alias->ttl ? record.ttl : alias->ttl;
        alias->count++;
    }
    return alias->count > before;
}

static bool is_whole(struct dns_walk walk)
{
    struct dns_record record;
    while (dns_walk_next(&walk, &record))
        ;
    return !walk.is_broken;
}

void dns_addresses(struct slice answer, dns_answered *answered, void *context)
{
    char text[DNS_NAME_TEXT];
    struct dns_walk walk;
    struct dns_record record;
    struct alias alias = {.ttl = DNS_TTL_MAX};
    if (!dns_walk_start(&walk, answer) || dns_answer_rcode(answer) != DNS_NOERROR || !is_whole(walk) ||
        !dns_name_read(answer, DNS_HEADER, &alias.name))
        return;
    struct slice asked = dns_name_text(&alias.name, text);
    while (aliases_follow(answer, walk, &alias))
        ;
    for (unsigned count = 0; count < DNS_ADDRESSES_MAX && dns_walk_next(&walk, &record);) {
        bool is_ipv4 = record.type == DNS_A && record.end - record.data == 4;
        bool is_ipv6 = record.type == DNS_AAAA && record.end - record.data == 16;
        if (!(is_ipv4 || is_ipv6) || !is_of(answer, &record, &alias.name))
            continue;
        answered(context, asked, is_ipv4 ? AF_INET : AF_INET6, (const uint8_t *)answer.bytes + record.data,
                 record.ttl < alias.ttl ? record.ttl : alias.ttl);
        count++;
    }
}
