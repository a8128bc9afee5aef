/* netlink.h - asking the kernel over a netlink socket (RFC 3549; linux/netlink.h): one request, its answers, no
 * library. Messages are built in a fixed buffer; nothing here knows what they mean. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include "base/slice.h"
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

enum { NETLINK_MESSAGES_MAX = 16384 };

struct netlink {
    int fd;
    uint32_t sequence;
};
#define NETLINK_INIT                                                                                                   \
    {                                                                                                                  \
        .fd = -1                                                                                                       \
    }

/* `family` is NETLINK_ROUTE or NETLINK_NETFILTER. False with ERROR_SYSTEM. */
MUST_CHECK bool netlink_open(struct netlink *netlink, int family, struct error *error);
/* For _cleanup_. A socket that was never opened is fine. */
void netlink_close(struct netlink *netlink);

/* One or more messages in a row. */
struct netlink_request {
    _Alignas(8) char bytes[NETLINK_MESSAGES_MAX];
    size_t length, message; /* the message being built begins at `message` */
    bool overflowed;
};

/* Begins a message, with a header of its kind (struct rtmsg, struct nfgenmsg, ...) behind netlink's. */
void netlink_message(struct netlink_request *request, uint16_t type, uint16_t flags, const void *header, size_t size);
void netlink_attribute(struct netlink_request *request, uint16_t type, const void *value, size_t size);
void netlink_attribute_u32(struct netlink_request *request, uint16_t type, uint32_t value);
void netlink_attribute_text(struct netlink_request *request, uint16_t type, struct slice text); /* with its NUL */

/* Called for each message of the answer, without netlink's header; false ends the reading early. */
typedef bool netlink_reader(void *context, uint16_t type, const void *payload, size_t size);

/* Sends the request and reads until it is answered: by the last acknowledgement it asks for, or for a dump by its end.
 * A refusal gives false and sets *ret_errno, which is 0 for failures of another kind. EINTR: the dump is not of one
 * moment, since something changed meanwhile; what the reader was given is to be forgotten, and the question asked again
 * (NETLINK_ATTEMPTS times, say). */
enum { NETLINK_ATTEMPTS = 5 };
MUST_CHECK bool netlink_exchange(struct netlink *netlink, struct netlink_request *request, netlink_reader *reader,
                                 void *context, int *ret_errno, struct error *error);

struct netlink_value {
    const void *bytes; /* in the message; NULL: absent */
    size_t size;
};
/* Copies a message's header of its kind and lists the attributes behind it: fills values[type] for types up to `max`,
 * up to the first one that leaves the message. False: it is too short for its header. */
MUST_CHECK bool netlink_read(const void *payload, size_t size, void *header, size_t header_size,
                             struct netlink_value *values, size_t max);
uint32_t netlink_value_u32(struct netlink_value value);      /* 0 when absent */
struct slice netlink_value_text(struct netlink_value value); /* without its NUL */
