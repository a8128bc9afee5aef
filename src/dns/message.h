/* message.h - DNS messages on the wire (RFC 1035, section 4), as much of them as a forwarder has to understand: whether
 * they are well formed, what they ask, where their records end. Never reads outside of a message, whatever is in it. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stdint.h>

enum {
    DNS_HEADER = 12,
    DNS_MESSAGE_MAX = 65535,
    DNS_UDP_MAX = 512,    /* of an answer by UDP, where the client names no size (RFC 1035, 2.3.4) */
    DNS_NAME_MAX = 255,   /* octets of a name, length octets and the root's included (RFC 1035, 2.3.4) */
    DNS_NAME_TEXT = 1016, /* its longest text: four characters for each octet, and a NUL */
    DNS_OPT_BYTES = 11,   /* of an OPT record without options */
    DNS_REPLY_MAX = DNS_HEADER + DNS_NAME_MAX + 4 + DNS_OPT_BYTES, /* of dns_reply_write */
};

enum dns_rcode { DNS_NOERROR, DNS_FORMERR, DNS_SERVFAIL, DNS_NXDOMAIN, DNS_NOTIMP, DNS_REFUSED };
enum dns_type { DNS_A = 1, DNS_CNAME = 5, DNS_AAAA = 28, DNS_OPT = 41, DNS_IXFR = 251, DNS_AXFR = 252 };
enum dns_section { DNS_ANSWERS, DNS_AUTHORITIES, DNS_ADDITIONALS, DNS_SECTIONS };
enum { DNS_CLASS_IN = 1 };

/* Numbers in network order. */
static inline uint16_t dns_get_u16(const char *bytes)
{
    return (uint16_t)((unsigned char)bytes[0] << 8 | (unsigned char)bytes[1]);
}
static inline void dns_put_u16(char *bytes, uint16_t value)
{
    bytes[0] = (char)(value >> 8);
    bytes[1] = (char)(value & 0xff);
}

/* A name at an offset: its octets without compression and in lower case, its length, and where in the message it ends.
 * False for a name that leaves the message, is longer than DNS_NAME_MAX, has labels of an unknown kind, or a pointer
 * to anything but a prior name (RFC 1035, 4.1.4): one that doesn't point backwards, or to labels that run on into what
 * the pointer stands in. So no name depends on octets behind its own end. */
struct dns_name {
    uint8_t octets[DNS_NAME_MAX];
    size_t length, end;
};
MUST_CHECK bool dns_name_read(struct slice message, size_t start, struct dns_name *ret_name);
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);
/* As text, without the dot behind it, NUL-terminated; the root is "". Octets that are no printable ASCII, dots and
 * backslashes within labels become \DDD, and so can't pass for a boundary between labels (RFC 1035, 5.1). */
struct slice dns_name_text(const struct dns_name *name, char out[DNS_NAME_TEXT]);

/* A record, by offsets into its message. */
struct dns_record {
    size_t start, data, end;
    enum dns_section section;
    uint16_t type, class;
    uint32_t ttl; /* seconds; 0 where the top bit is set (RFC 2181, 8) */
};

/* Goes through the records of a message, in their order. `next` is where the next one starts; first behind the
 * questions. `is_broken`: the message is not what its header says. */
struct dns_walk {
    struct slice message;
    size_t next;
    unsigned section, left[DNS_SECTIONS];
    bool is_broken;
};
/* False when it has no header or its questions are broken. */
MUST_CHECK bool dns_walk_start(struct dns_walk *walk, struct slice message);
/* False at the end, which is_broken tells from a broken one. */
bool dns_walk_next(struct dns_walk *walk, struct dns_record *ret_record);

/* What is asked. */
struct dns_query {
    size_t question_end; /* offset; 0: there is no question that could be read */
    uint16_t type, class;
    uint16_t size_max; /* of an answer by UDP that the client takes, at least DNS_UDP_MAX (RFC 6891, 6.2.3) */
    bool has_edns;
};

/* What is to be done with what a client sent. DNS_ANSWER_WITH: *ret_rcode is what the answer says. Dropped is what is
 * no query: answering answers makes loops. Errors: a header that promises other than one question (RFC 9619) and
 * records that are there (RFC 1035, 4.1.1), two OPT records (RFC 6891, 6.1.1): FORMERR; anything but a QUERY: NOTIMP.
 */
enum dns_verdict { DNS_FORWARD, DNS_ANSWER_WITH, DNS_DROP };
enum dns_verdict dns_query_read(struct slice message, struct dns_query *ret_query, enum dns_rcode *ret_rcode);

/* Whether this answers that query, which was sent with `id`: an answer, with the ID, opcode and question (RFC
 * 5452, 9.1). Letters' case is not compared: whoever varies it looks at it himself. Servers that understood nothing may
 * leave the question out. */
bool dns_answer_matches(struct slice answer, uint16_t id, struct slice query, const struct dns_query *asked);
enum dns_rcode dns_answer_rcode(struct slice answer);

/* Our own answer: the header, the question where there is one, and OPT where the query had it (RFC 6891, 6.1.1). Writes
 * at most DNS_REPLY_MAX bytes; gives how many. `query` has a header. */
size_t dns_reply_write(struct slice query, const struct dns_query *asked, enum dns_rcode rcode, char *out);

/* Makes a message that is larger than `limit` bytes (at least DNS_UDP_MAX) fit, in place: sets TC, keeps the question
 * and as many whole records as there is room for, in their order, and of the rest OPT, which is about the message,
 * without its options where they don't fit. Of a message that can't be read only header and question stay. Gives the
 * length. */
size_t dns_truncate(char *message, size_t length, size_t limit);
