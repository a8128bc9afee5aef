#include "dns/resolv_conf.h"
#include "base/number.h"
#include <arpa/inet.h>
#include <net/if.h>

socklen_t dns_address_length(const union dns_address *address)
{
    return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}

bool dns_address_equal(const union dns_address *a, const union dns_address *b)
{
    if (a->any.sa_family != b->any.sa_family)
        return false;
    if (a->any.sa_family == AF_INET)
        return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr && a->v4.sin_port == b->v4.sin_port;
    return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr) == 0 &&
           a->v6.sin6_port == b->v6.sin6_port && a->v6.sin6_scope_id == b->v6.sin6_scope_id;
}

/* A NUL-terminated copy: what resolvers' addresses are read from is short. */
static bool text_copy(struct slice text, char *out, size_t capacity)
{
    if (!text.length || text.length >= capacity || memchr(text.bytes, '\0', text.length))
        return false;
    memcpy(out, text.bytes, text.length);
    out[text.length] = '\0';
    return true;
}

static bool zone_read(struct slice zone, uint32_t *ret_scope)
{
    char name[IF_NAMESIZE];
    if (number_parse_u32(zone, ret_scope))
        return true;
    if (!text_copy(zone, name, sizeof name))
        return false;
    *ret_scope = if_nametoindex(name);
    return *ret_scope != 0;
}

static bool address_read(struct slice text, uint16_t port, union dns_address *ret)
{
    char copy[64];
    memset(ret, 0, sizeof *ret);
    size_t percent = slice_find_byte(text, '%');
    if (!text_copy(slice_range(text, 0, percent == SLICE_NONE ? text.length : percent), copy, sizeof copy))
        return false;
    if (percent == SLICE_NONE && inet_aton(copy, &ret->v4.sin_addr)) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons(port);
        return true;
    }
    if (inet_pton(AF_INET6, copy, &ret->v6.sin6_addr) != 1)
        return false;
    ret->v6.sin6_family = AF_INET6;
    ret->v6.sin6_port = htons(port);
    return percent == SLICE_NONE || zone_read(slice_from_offset(text, percent + 1), &ret->v6.sin6_scope_id);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The word behind "nameserver". */
static bool line_read(struct slice line, struct slice *ret_address)
{
    const struct slice keyword = SLICE("nameserver");
    line = slice_trim(line);
    if (!slice_starts(line, keyword) || line.length == keyword.length || !is_blank(line.bytes[keyword.length]))
        return false;
    struct slice address = slice_trim(slice_from_offset(line, keyword.length));
    size_t end = 0;
    while (end < address.length && !is_blank(address.bytes[end]) && address.bytes[end] != '#' &&
           address.bytes[end] != ';')
        end++;
    *ret_address = slice_range(address, 0, end);
    return true;
}

size_t resolv_conf_read(struct slice text, uint16_t port, union dns_address ret_resolvers[RESOLVERS_MAX])
{
    size_t count = 0;
    struct slice_splitter lines = {.rest = text};
    for (struct slice line, word; count < RESOLVERS_MAX && slice_split(&lines, '\n', &line);) {
        union dns_address address;
        if (!line_read(line, &word) || !address_read(word, port, &address))
            continue;
        bool is_double = false;
        for (size_t i = 0; i < count; i++)
            is_double = is_double || dns_address_equal(&ret_resolvers[i], &address);
        if (!is_double)
            ret_resolvers[count++] = address;
    }
    return count;
}
