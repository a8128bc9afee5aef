#include "capture/value.h"
#include "base/number.h"
#include <net/if.h>

static const struct position nowhere;

/* The next part that is not empty. */
static bool part_next(struct slice_splitter *splitter, struct slice *ret)
{
    while (slice_split(splitter, ',', ret)) {
        if (ret->length)
            return true;
    }
    return false;
}

static size_t part_count(struct slice text)
{
    struct slice_splitter splitter = {.rest = text};
    struct slice part;
    size_t count = 0;
    while (part_next(&splitter, &part))
        count++;
    return count;
}

bool value_port(struct slice text, uint16_t *ret, struct error *error)
{
    uint16_t port;
    if (!number_parse_u16(text, &port) || port == 0)
        return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" is not a port: expected a number from 1 to 65535",
                         SLICE_ARGS(text));
    *ret = port;
    return true;
}

static bool range_parse(struct slice text, struct port_range *ret, struct error *error)
{
    size_t colon = slice_find_byte(text, ':');
    if (colon == SLICE_NONE) {
        if (!value_port(text, &ret->low, error))
            return false;
        ret->high = ret->low;
        return true;
    }
    if (!value_port(slice_range(text, 0, colon), &ret->low, error) ||
        !value_port(slice_from_offset(text, colon + 1), &ret->high, error))
        return false;
    if (ret->low > ret->high)
        return error_set(error, ERROR_VALUE, nowhere, "the range \"%.*s\" is backwards", SLICE_ARGS(text));
    return true;
}

static bool star_refuse(struct slice part, bool allow_all, struct error *error)
{
    if (!slice_equal(part, SLICE("*")))
        return true;
    return error_set(error, ERROR_VALUE, nowhere,
                     allow_all ? "\"*\" means all and must stand alone"
                               : "\"*\" is not possible here: expected a list");
}

bool value_ports(struct arena *arena, struct slice text, bool allow_all, struct port_list *ret, struct error *error)
{
    struct port_list ports = {.given = text.length > 0};
    if (allow_all && slice_equal(text, SLICE("*"))) {
        ports.all = true;
        *ret = ports;
        return true;
    }
    ports.list = arena_new(arena, struct port_range, part_count(text));
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; part_next(&splitter, &part); ports.count++) {
        if (!star_refuse(part, allow_all, error) || !range_parse(part, &ports.list[ports.count], error))
            return false;
    }
    *ret = ports;
    return true;
}

bool value_networks(struct arena *arena, struct slice text, bool allow_all, struct network_list *ret,
                    struct error *error)
{
    struct network_list networks = {0};
    if (allow_all && slice_equal(text, SLICE("*"))) {
        networks.all = true;
        *ret = networks;
        return true;
    }
    networks.list = arena_new(arena, struct network, part_count(text));
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; part_next(&splitter, &part); networks.count++) {
        if (!star_refuse(part, allow_all, error) || !network_parse(part, &networks.list[networks.count], error))
            return false;
        networks.loopback |= network_is_loopback(&networks.list[networks.count]);
    }
    *ret = networks;
    return true;
}

static bool interface_check(struct slice name, struct error *error)
{
    if (name.length >= IFNAMSIZ)
        return error_set(error, ERROR_VALUE, nowhere,
                         "\"%.*s\" is too long for an interface: expected at most %d bytes", SLICE_ARGS(name),
                         IFNAMSIZ - 1);
    for (size_t i = 0; i < name.length; i++) {
        unsigned char byte = (unsigned char)name.bytes[i];
        if (byte <= ' ' || byte >= 0x7f || strchr("/\"'\\!*", byte) || (byte == '+' && i + 1 < name.length))
            return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" is not the name of an interface", SLICE_ARGS(name));
    }
    return true;
}

bool value_interfaces(struct arena *arena, struct slice text, struct name_list *ret, struct error *error)
{
    struct name_list names = {.list = arena_new(arena, struct slice, part_count(text))};
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; part_next(&splitter, &part); names.count++) {
        if (!interface_check(part, error))
            return false;
        names.list[names.count] = part;
    }
    *ret = names;
    return true;
}

bool database_find(struct slice database, struct slice name, uint32_t *ret)
{
    struct slice_splitter lines = {.rest = database};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        struct slice_splitter fields = {.rest = line};
        struct slice first, second, third;
        if (slice_split(&fields, ':', &first) && slice_equal(first, name) && slice_split(&fields, ':', &second) &&
            slice_split(&fields, ':', &third) && number_parse_u32(third, ret))
            return true;
    }
    return false;
}

static bool id_parse(struct slice text, struct slice database, const char *what, uint32_t *ret, struct error *error)
{
    /* 4294967295 is (uid_t)-1, which the kernel takes for "none". */
    if (number_parse_u32(text, ret) && *ret != UINT32_MAX)
        return true;
    bool may_be_name = text.bytes[0] != '-' && (text.bytes[0] < '0' || text.bytes[0] > '9');
    if (may_be_name && database_find(database, text, ret))
        return true;
    return error_set(error, ERROR_VALUE, nowhere,
                     "\"%.*s\" is not a %s: expected a number from 0 to 4294967294, or a name known here",
                     SLICE_ARGS(text), what);
}

bool value_ids(struct arena *arena, struct slice text, bool allow_all, struct slice database, const char *what,
               struct id_list *ret, struct error *error)
{
    struct id_list ids = {0};
    if (allow_all && slice_equal(text, SLICE("*"))) {
        ids.all = true;
        *ret = ids;
        return true;
    }
    ids.list = arena_new(arena, uint32_t, part_count(text));
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; part_next(&splitter, &part); ids.count++) {
        if (!star_refuse(part, allow_all, error) || !id_parse(part, database, what, &ids.list[ids.count], error))
            return false;
    }
    *ret = ids;
    return true;
}

bool value_number(struct slice text, uint32_t *ret, struct error *error)
{
    uint64_t value;
    bool hexadecimal = slice_starts(text, SLICE("0x")) || slice_starts(text, SLICE("0X"));
    if (!number_parse_base(slice_from_offset(text, hexadecimal ? 2 : 0), hexadecimal ? 16 : 10, &value) || value == 0 ||
        value > UINT32_MAX)
        return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" is not a number from 1 to 4294967295",
                         SLICE_ARGS(text));
    *ret = (uint32_t)value;
    return true;
}

struct network_list resolv_conf_servers(struct arena *arena, struct slice text)
{
    struct network_list servers = {0};
    size_t line_count = 1;
    for (size_t i = 0; i < text.length; i++)
        line_count += text.bytes[i] == '\n';
    servers.list = arena_new(arena, struct network, line_count);
    struct slice_splitter lines = {.rest = text};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        line = slice_trim(line);
        if (!slice_starts(line, SLICE("nameserver")) || line.length <= 10 ||
            (line.bytes[10] != ' ' && line.bytes[10] != '\t'))
            continue;
        struct slice address = slice_trim(slice_from_offset(line, 10));
        for (size_t i = 0; i < address.length; i++) {
            if (strchr(" \t%#;", address.bytes[i]))
                address.length = i;
        }
        servers.count += network_parse_host(address, &servers.list[servers.count], NULL);
    }
    return servers;
}

/* The number before a unit, in nanoseconds; fractions are kept to that. */
static bool duration_part(struct slice *rest, double *ret_ms)
{
    static const struct {
        struct slice name;
        double ms;
    } units[] = {
        {SLICE_CONSTANT("ns"), 1e-6}, {SLICE_CONSTANT("us"), 1e-3}, {SLICE_CONSTANT("\xc2\xb5s"), 1e-3},
        {SLICE_CONSTANT("ms"), 1},    {SLICE_CONSTANT("s"), 1e3},   {SLICE_CONSTANT("m"), 6e4},
        {SLICE_CONSTANT("h"), 3.6e6},
    };
    size_t end = 0;
    while (end < rest->length && ((rest->bytes[end] >= '0' && rest->bytes[end] <= '9') || rest->bytes[end] == '.'))
        end++;
    double number;
    if (!number_parse_double(slice_range(*rest, 0, end), &number))
        return false;
    struct slice behind = slice_from_offset(*rest, end);
    size_t unit_end = 0;
    while (unit_end < behind.length && behind.bytes[unit_end] != '.' &&
           (behind.bytes[unit_end] < '0' || behind.bytes[unit_end] > '9'))
        unit_end++;
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        if (slice_equal(units[i].name, slice_range(behind, 0, unit_end))) {
            *ret_ms = number * units[i].ms;
            *rest = slice_from_offset(behind, unit_end);
            return true;
        }
    }
    return false;
}

bool duration_parse_ms(struct slice text, uint64_t *ret)
{
    if (slice_starts(text, SLICE("+")))
        text = slice_from_offset(text, 1);
    if (slice_equal(text, SLICE("0"))) {
        *ret = 0;
        return true;
    }
    double total = 0, part;
    if (text.length == 0)
        return false;
    while (text.length) {
        if (!duration_part(&text, &part))
            return false;
        total += part;
    }
    /* Go's durations end at 2^63 ns. */
    if (total > 9.2e12)
        return false;
    *ret = (uint64_t)total;
    return true;
}
