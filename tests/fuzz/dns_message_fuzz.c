/* The first two bytes choose a size from 512 on; the rest is a message. Cut to that size it fits, has TC, is a message
 * that can be read to its end, and begins as it did: the question, and of the records the first ones. Names, as text
 * and back, are the same. What we answer to a query is a message, and matches the query. */
#include "base/number.h"
#include "dns/addresses.h"
#include "dns/message.h"
#include <ctype.h>
#include <stdlib.h>

enum { TRUNCATED = 0x02 };

static void expect(bool condition)
{
    if (!condition)
        abort();
}

/* The text's octets, as its readers would have them. */
static void check_name(const struct dns_name *name)
{
    char text[DNS_NAME_TEXT];
    struct slice rest = dns_name_text(name, text);
    size_t at = 0;
    expect(rest.length < DNS_NAME_TEXT && rest.bytes[rest.length] == '\0');
    struct slice_splitter labels = {.rest = rest};
    for (struct slice label; rest.length && slice_split(&labels, '.', &label); at += name->octets[at] + 1U) {
        size_t count = 0;
        for (size_t i = 0; i < label.length; count++) {
            uint64_t octet = (uint8_t)label.bytes[i];
            size_t width = octet == '\\' ? 4 : 1;
            expect(octet > ' ' && octet < 0x7f);
            expect(width == 1 || number_parse_base(slice_range(label, i + 1, i + 4), 10, &octet));
            expect(count < name->octets[at] && octet == name->octets[at + 1 + count]);
            i += width;
        }
        expect(count == name->octets[at]);
    }
    expect(name->octets[at] == 0 && at + 1 == name->length);
}

static unsigned check_readable(struct slice message)
{
    struct dns_walk walk;
    struct dns_record record;
    unsigned count = 0;
    expect(dns_walk_start(&walk, message));
    for (; dns_walk_next(&walk, &record); count++)
        expect(record.start < record.data && record.data <= record.end && record.end <= message.length);
    expect(!walk.is_broken && walk.next == message.length);
    return count;
}

static void check_truncation(struct slice message, size_t limit)
{
    struct dns_walk walk;
    bool is_readable = dns_walk_start(&walk, message);
    size_t question_end = walk.next;
    char *copy = malloc(message.length ? message.length : 1);
    expect(copy != NULL);
    if (message.length)
        memcpy(copy, message.bytes, message.length);
    size_t length = dns_truncate(copy, message.length, limit);
    if (message.length <= limit) {
        expect(length == message.length && (!length || memcmp(copy, message.bytes, length) == 0));
    } else {
        expect(length <= limit && copy[2] & TRUNCATED);
        check_readable((struct slice){copy, length});
        if (is_readable && question_end + DNS_OPT_BYTES <= limit) {
            expect(dns_get_u16(copy + 4) == dns_get_u16(message.bytes + 4));
            expect(memcmp(copy + DNS_HEADER, message.bytes + DNS_HEADER, question_end - DNS_HEADER) == 0);
        }
    }
    free(copy);
}

static void check_reply(struct slice message)
{
    struct dns_query query;
    enum dns_rcode rcode = DNS_SERVFAIL;
    char out[DNS_REPLY_MAX];
    enum dns_verdict verdict = dns_query_read(message, &query, &rcode);
    if (verdict == DNS_DROP)
        return;
    size_t length = dns_reply_write(message, &query, rcode, out);
    expect(length <= DNS_REPLY_MAX);
    struct slice reply = {out, length};
    expect(check_readable(reply) == query.has_edns && dns_answer_rcode(reply) == rcode);
    if (verdict == DNS_FORWARD)
        expect(dns_answer_matches(reply, dns_get_u16(message.bytes), message, &query));
}

static void check_address(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds)
{
    (void)family;
    *(unsigned *)context += address[3];
    expect(seconds <= DNS_TTL_MAX && name.bytes[name.length] == '\0');
    for (size_t i = 0; i < name.length; i++)
        expect(!isupper((unsigned char)name.bytes[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned sum = 0;
    if (size < 2)
        return 0;
    /* A copy of its own, so that ASan sees each byte beyond. */
    struct slice message = {malloc(size - 1), size - 2};
    expect(message.bytes != NULL);
    memcpy((char *)(uintptr_t)message.bytes, data + 2, message.length);
    for (size_t start = 0; start < message.length && start < 64; start++) {
        struct dns_name name;
        if (dns_name_read(message, start, &name)) {
            expect(name.end <= message.length && name.length <= DNS_NAME_MAX);
            check_name(&name);
        }
    }
    check_truncation(message, DNS_UDP_MAX + (size_t)(data[0] << 8 | data[1]) % 4096);
    check_reply(message);
    dns_addresses(message, check_address, &sum);
    free((char *)(uintptr_t)message.bytes);
    return 0;
}
