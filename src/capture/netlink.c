#include "capture/netlink.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's NLA_ macros are signed. */
static size_t attribute_aligned(size_t size)
{
    return (size + NLA_ALIGNTO - 1) & ~(size_t)(NLA_ALIGNTO - 1);
}

bool netlink_open(struct netlink *netlink, int family, struct error *error)
{
    netlink->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    netlink->sequence = 1;
    if (netlink->fd < 0)
        return error_errno(error, "netlink socket %d", family);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    if (bind(netlink->fd, (struct sockaddr *)&address, sizeof address) < 0) {
        error_errno(error, "netlink socket %d", family);
        netlink_close(netlink);
        return false;
    }
    return true;
}

void netlink_close(struct netlink *netlink)
{
    if (netlink->fd >= 0)
        close(netlink->fd);
    netlink->fd = -1;
}

static char *request_room(struct netlink_request *request, size_t size)
{
    size_t aligned = NLMSG_ALIGN(size);
    if (request->overflowed || aligned > sizeof request->bytes - request->length) {
        request->overflowed = true;
        return NULL;
    }
    char *room = request->bytes + request->length;
    memset(room, 0, aligned);
    request->length += aligned;
    return room;
}

static void message_length_update(struct netlink_request *request)
{
    struct nlmsghdr *header = (struct nlmsghdr *)(void *)(request->bytes + request->message);
    header->nlmsg_len = (uint32_t)(request->length - request->message);
}

void netlink_message(struct netlink_request *request, uint16_t type, uint16_t flags, const void *header, size_t size)
{
    request->message = request->length;
    char *room = request_room(request, NLMSG_HDRLEN + size);
    if (!room)
        return;
    struct nlmsghdr message = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags};
    memcpy(room, &message, sizeof message);
    memcpy(room + NLMSG_HDRLEN, header, size);
    message_length_update(request);
}

void netlink_attribute(struct netlink_request *request, uint16_t type, const void *value, size_t size)
{
    char *room = request_room(request, sizeof(struct nlattr) + size);
    if (!room)
        return;
    struct nlattr attribute = {.nla_len = (uint16_t)(sizeof(struct nlattr) + size), .nla_type = type};
    memcpy(room, &attribute, sizeof attribute);
    if (size)
        memcpy(room + sizeof(struct nlattr), value, size);
    message_length_update(request);
}

void netlink_attribute_u32(struct netlink_request *request, uint16_t type, uint32_t value)
{
    netlink_attribute(request, type, &value, sizeof value);
}

void netlink_attribute_text(struct netlink_request *request, uint16_t type, struct slice text)
{
    char terminated[256] = {0};
    size_t length = text.length < sizeof terminated - 1 ? text.length : sizeof terminated - 1;
    if (length)
        memcpy(terminated, text.bytes, length);
    netlink_attribute(request, type, terminated, length + 1);
}

/* Numbers the messages, each by its own, and gives the last that will be answered: that ends the exchange. 0: none. */
static uint32_t request_number(struct netlink *netlink, struct netlink_request *request)
{
    uint32_t last = 0;
    for (size_t at = 0; at < request->length;) {
        struct nlmsghdr *header = (struct nlmsghdr *)(void *)(request->bytes + at);
        header->nlmsg_seq = ++netlink->sequence;
        if (header->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP))
            last = header->nlmsg_seq;
        at += NLMSG_ALIGN(header->nlmsg_len);
    }
    return last;
}

enum progress { MORE, FINISHED, FAILED };

static enum progress answer_read(char *bytes, size_t length, uint32_t first, uint32_t last, netlink_reader *reader,
                                 void *context, unsigned *ret_torn, int *ret_errno)
{
    for (size_t at = 0; at + NLMSG_HDRLEN <= length;) {
        struct nlmsghdr header;
        memcpy(&header, bytes + at, sizeof header);
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > length - at)
            break;
        const char *payload = bytes + at + NLMSG_HDRLEN;
        size_t size = header.nlmsg_len - NLMSG_HDRLEN;
        at += NLMSG_ALIGN(header.nlmsg_len);
        if (header.nlmsg_seq < first || header.nlmsg_seq > last)
            continue; /* left over from an exchange that ended early */
        *ret_torn |= header.nlmsg_flags & NLM_F_DUMP_INTR;
        if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
            int code = 0;
            if (size >= sizeof code)
                memcpy(&code, payload, sizeof code);
            if (code < 0) {
                *ret_errno = -code;
                return FAILED;
            }
            if (header.nlmsg_seq == last && *ret_torn)
                *ret_errno = EINTR;
            if (header.nlmsg_seq == last)
                return *ret_torn ? FAILED : FINISHED;
        } else if (reader && !reader(context, header.nlmsg_type, payload, size)) {
            return FINISHED;
        }
    }
    return MORE;
}

bool netlink_exchange(struct netlink *netlink, struct netlink_request *request, netlink_reader *reader, void *context,
                      int *ret_errno, struct error *error)
{
    *ret_errno = 0;
    if (request->overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "netlink request over %d bytes",
                         NETLINK_MESSAGES_MAX);
    uint32_t first = netlink->sequence + 1, last = request_number(netlink, request);
    if (send(netlink->fd, request->bytes, request->length, 0) < 0)
        return error_errno(error, "netlink request");
    if (last == 0)
        return true;
    unsigned torn = 0;
    _Alignas(8) char answer[32768];
    for (;;) {
        ssize_t length = recv(netlink->fd, answer, sizeof answer, 0);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return error_errno(error, "netlink answer");
        switch (answer_read(answer, (size_t)length, first, last, reader, context, &torn, ret_errno)) {
        case FINISHED:
            return true;
        case FAILED:
            return error_set(error, ERROR_SYSTEM, (struct position){0}, "the kernel refused: %s", strerror(*ret_errno));
        case MORE:
            break;
        }
    }
}

bool netlink_read(const void *payload, size_t size, void *header, size_t header_size, struct netlink_value *values,
                  size_t max)
{
    const char *bytes = payload;
    memset(values, 0, (max + 1) * sizeof *values);
    if (size < header_size)
        return false;
    memcpy(header, payload, header_size);
    for (size_t at = NLMSG_ALIGN(header_size); at + sizeof(struct nlattr) <= size;) {
        struct nlattr attribute;
        memcpy(&attribute, bytes + at, sizeof attribute);
        if (attribute.nla_len < sizeof attribute || attribute.nla_len > size - at)
            break;
        size_t type = attribute.nla_type & ~(unsigned)(NLA_F_NESTED | NLA_F_NET_BYTEORDER);
        if (type <= max)
            values[type] = (struct netlink_value){bytes + at + sizeof attribute, attribute.nla_len - sizeof attribute};
        at += attribute_aligned(attribute.nla_len);
    }
    return true;
}

uint32_t netlink_value_u32(struct netlink_value value)
{
    uint32_t number = 0;
    if (value.bytes && value.size >= sizeof number)
        memcpy(&number, value.bytes, sizeof number);
    return number;
}

struct slice netlink_value_text(struct netlink_value value)
{
    size_t length = value.bytes ? strnlen(value.bytes, value.size) : 0;
    return (struct slice){value.bytes, length};
}
