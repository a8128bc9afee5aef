#include "inject/annotation.h"
#include "base/number.h"
#include "inject/mesh.h"
#include "kube/quantity.h"
#include <arpa/inet.h>

/* A check says what it expected, or NULL when the value is right. */
typedef const char *(*value_check)(struct slice value);

static const char *check_interception(struct slice value)
{
    if (slice_equal(value, SLICE("REDIRECT")) || slice_equal(value, SLICE("TPROXY")) ||
        slice_equal(value, SLICE("NONE")))
        return NULL;
    return "want REDIRECT, TPROXY or NONE";
}

static const char *check_interception_1_0(struct slice value)
{
    if (slice_equal(value, SLICE("REDIRECT")) || slice_equal(value, SLICE("TPROXY")))
        return NULL;
    return "want REDIRECT or TPROXY";
}

static const char *check_port(struct slice value)
{
    uint16_t port;
    return number_parse_u16(slice_trim(value), &port) ? NULL : "want a port, 0 to 65535";
}

static const char *check_port_list(struct slice value)
{
    struct slice_splitter splitter = {.rest = slice_trim(value)};
    if (!splitter.rest.length)
        return NULL;
    for (struct slice port; slice_split(&splitter, ',', &port);) {
        if (check_port(port))
            return "want ports, 0 to 65535, with commas between them";
    }
    return NULL;
}

static const char *check_port_list_or_all(struct slice value)
{
    return slice_equal(value, SLICE("*")) ? NULL : check_port_list(value) ? "want * or ports, 0 to 65535, with commas "
                                                                            "between them"
                                                                          : NULL;
}

/* An address and the number of its leading bits, without zeros in front (Go, net/netip.ParsePrefix). */
static bool is_cidr(struct slice text)
{
    size_t slash = slice_find_last(text, SLICE("/"));
    char address[INET6_ADDRSTRLEN];
    uint16_t bits;
    if (slash == SLICE_NONE || slash >= sizeof address || text.length - slash > 4)
        return false;
    struct slice digits = slice_from_offset(text, slash + 1);
    memcpy(address, text.bytes, slash);
    address[slash] = '\0';
    unsigned char binary[16];
    bool is_v4 = inet_pton(AF_INET, address, binary) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, binary) != 1)
        return false;
    return number_parse_u16(digits, &bits) && bits <= (is_v4 ? 32 : 128) &&
           (digits.length == 1 || digits.bytes[0] != '0') && strlen(address) == slash;
}

static const char *check_cidr_list(struct slice value)
{
    struct slice_splitter splitter = {.rest = value};
    if (!value.length)
        return NULL;
    for (struct slice cidr; slice_split(&splitter, ',', &cidr);) {
        if (!is_cidr(cidr))
            return "want addresses as 10.0.0.0/8 or fd00::/8, with commas between them and no blanks";
    }
    return NULL;
}

static const char *check_cidr_list_or_all(struct slice value)
{
    if (slice_equal(value, SLICE("*")) || !check_cidr_list(value))
        return NULL;
    return "want * or addresses as 10.0.0.0/8 or fd00::/8, with commas between them and no blanks";
}

static const char *check_u32(struct slice value)
{
    uint32_t number;
    return number_parse_u32(value, &number) ? NULL : "want a whole number, 0 to 4294967295";
}

static const char *check_bool(struct slice value)
{
    bool truth;
    return number_parse_bool(value, &truth) ? NULL : "want true or false";
}

static const char *check_quantity(struct slice value)
{
    struct kube_quantity quantity;
    return kube_quantity_parse(value, &quantity, NULL) ? NULL : "want a quantity as 100m, 0.5, 2, 128Mi or 1Gi";
}

static const char *check_interfaces(struct slice value)
{
    struct slice_splitter splitter = {.rest = value};
    if (!value.length)
        return NULL;
    for (struct slice name; slice_split(&splitter, ',', &name);) {
        name = slice_trim(name);
        bool fits = name.length >= 1 && name.length <= 15; /* IFNAMSIZ less its NUL */
        for (size_t i = 0; fits && i < name.length; i++) {
            char byte = name.bytes[i];
            fits = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                   (i > 0 && (byte == '_' || byte == '.' || byte == '-'));
        }
        fits = fits && (name.bytes[0] < '0' || name.bytes[0] > '9');
        if (!fits)
            return "want names of interfaces, a letter and up to 14 letters, digits or _ . - each, with commas between "
                   "them";
    }
    return NULL;
}

enum { TODAY = 1, IN_1_0 = 2 };
static const struct {
    struct slice name;
    value_check check;
    unsigned when;
} rules[] = {
    {SLICE_CONSTANT("istio.io/reroute-virtual-interfaces"), check_interfaces, TODAY},
    {SLICE_CONSTANT("prometheus.istio.io/merge-metrics"), check_bool, TODAY},
    {SLICE_CONSTANT("readiness.status.sidecar.istio.io/failureThreshold"), check_u32, TODAY},
    {SLICE_CONSTANT("readiness.status.sidecar.istio.io/initialDelaySeconds"), check_u32, TODAY},
    {SLICE_CONSTANT("readiness.status.sidecar.istio.io/periodSeconds"), check_u32, TODAY},
    {SLICE_CONSTANT("sidecar.istio.io/interceptionMode"), check_interception, TODAY},
    {SLICE_CONSTANT("sidecar.istio.io/interceptionMode"), check_interception_1_0, IN_1_0},
    {SLICE_CONSTANT("sidecar.istio.io/proxyCPU"), check_quantity, TODAY},
    {SLICE_CONSTANT("sidecar.istio.io/proxyCPULimit"), check_quantity, TODAY},
    {SLICE_CONSTANT("sidecar.istio.io/proxyMemory"), check_quantity, TODAY},
    {SLICE_CONSTANT("sidecar.istio.io/proxyMemoryLimit"), check_quantity, TODAY},
    {SLICE_CONSTANT("status.sidecar.istio.io/port"), check_port, TODAY | IN_1_0},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeInboundPorts"), check_port_list, TODAY | IN_1_0},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeInterfaces"), check_interfaces, TODAY},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeOutboundIPRanges"), check_cidr_list, TODAY | IN_1_0},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeOutboundPorts"), check_port_list, TODAY},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/includeInboundPorts"), check_port_list_or_all, TODAY | IN_1_0},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/includeOutboundIPRanges"), check_cidr_list_or_all, TODAY | IN_1_0},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/kubevirtInterfaces"), check_interfaces, TODAY},
};

bool annotation_check_all(struct arena *arena, const struct tree *annotations, bool is_1_0, struct error *error)
{
    unsigned when = is_1_0 ? IN_1_0 : TODAY;
    for (size_t i = 0; tree_is(annotations, TREE_MAP) && i < annotations->map.count; i++) {
        const struct tree_entry *entry = &annotations->map.entries[i];
        for (size_t rule = 0; rule < ARRAY_LENGTH(rules); rule++) {
            if (!(rules[rule].when & when) || !slice_equal(rules[rule].name, entry->key))
                continue;
            struct slice value = tree_text(entry->value);
            const char *expected = rules[rule].check(value);
            if (expected)
                return error_set(error, ERROR_VALUE, (struct position){0},
                                 "annotation %.*s: invalid value \"%.*s\", %s", SLICE_ARGS(entry->key),
                                 SLICE_ARGS(value), expected);
        }
    }
    return is_1_0 || mesh_check_proxy_annotation(arena, annotations, error);
}
