#include "cni/settings.h"
#include "base/number.h"
#include "capture/value.h"
#include <stddef.h>

static const struct position nowhere;

/* ---- the kinds of values ------------------------------------------------------------------------------------ */

/* What is read, and into which member of the settings. */
typedef bool value_reader(struct arena *arena, struct slice text, bool allow_all, void *ret, struct error *error);

/* Unlike the list of a flag, that of an annotation has no empty parts, may have blanks around its ports, and port 0
 * (Istio: parsePorts). */
static bool ports_read(struct arena *arena, struct slice text, bool allow_all, void *ret, struct error *error)
{
    struct port_list ports = {0};
    text = slice_trim(text);
    ports.given = text.length > 0;
    ports.all = allow_all && slice_equal(text, SLICE("*"));
    ports.list = arena_new(arena, struct port_range, text.length / 2 + 1);
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; ports.given && !ports.all && slice_split(&splitter, ',', &part); ports.count++) {
        struct port_range *range = &ports.list[ports.count];
        if (!number_parse_u16(slice_trim(part), &range->low))
            return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" is no port: expected %snumbers from 0 to 65535",
                             SLICE_ARGS(part), allow_all ? "* or " : "");
        range->high = range->low;
    }
    *(struct port_list *)ret = ports;
    return true;
}

static bool networks_read(struct arena *arena, struct slice text, bool allow_all, void *ret, struct error *error)
{
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; text.length && slice_split(&splitter, ',', &part);) {
        if (!part.length)
            return error_set(error, ERROR_VALUE, nowhere, "an empty part: expected networks, like 10.0.0.0/8");
    }
    return value_networks(arena, text, allow_all, ret, error);
}

/* Istio's pkg/util/net/ip.go, ValidateInterfaceNames. */
static bool interfaces_read(struct arena *arena, struct slice text, bool allow_all, void *ret, struct error *error)
{
    struct name_list names = {.list = arena_new(arena, struct slice, text.length + 1)};
    (void)allow_all;
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; text.length && slice_split(&splitter, ',', &part);) {
        struct name_list one;
        part = slice_trim(part);
        char first = part.length ? part.bytes[0] : ' ';
        bool begins_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
        if (!begins_well || slice_find_byte(part, '+') != SLICE_NONE)
            return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" is not the name of an interface", SLICE_ARGS(part));
        if (!value_interfaces(arena, part, &one, error))
            return false;
        names.list[names.count++] = part;
    }
    *(struct name_list *)ret = names;
    return true;
}

static bool mode_read(struct arena *arena, struct slice text, bool allow_all, void *ret, struct error *error)
{
    (void)arena;
    (void)allow_all;
    enum capture_mode mode = slice_equal(text, SLICE("TPROXY")) ? CAPTURE_TPROXY : CAPTURE_REDIRECT;
    if (mode == CAPTURE_REDIRECT && !slice_equal(text, SLICE("REDIRECT")))
        return error_set(error, ERROR_VALUE, nowhere, "expected REDIRECT or TPROXY");
    *(enum capture_mode *)ret = mode;
    return true;
}

/* ---- annotations -------------------------------------------------------------------------------------------- */

#define SETTING(member) offsetof(struct capture_settings, member)

/* istio.io/api/annotation; the defaults are those of NewRedirect. Where two are for the same member, the first that is
 * there counts, and the other is not looked at. */
static const struct annotation {
    struct slice key;
    struct slice otherwise;
    value_reader *read;
    bool allow_all;
    size_t member;
} annotations[] = {
    {SLICE_CONSTANT("sidecar.istio.io/interceptionMode"), SLICE_CONSTANT("REDIRECT"), mode_read, false, SETTING(mode)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/includeOutboundIPRanges"), SLICE_CONSTANT("*"), networks_read, true,
     SETTING(outbound_networks)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeOutboundIPRanges"), SLICE_CONSTANT(""), networks_read, false,
     SETTING(excluded_networks)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeInboundPorts"), SLICE_CONSTANT("15020"), ports_read, false,
     SETTING(inbound_exclude)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/includeInboundPorts"), SLICE_CONSTANT("*"), ports_read, true,
     SETTING(inbound_include)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeOutboundPorts"), SLICE_CONSTANT("15020"), ports_read, false,
     SETTING(outbound_exclude)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/includeOutboundPorts"), SLICE_CONSTANT(""), ports_read, false,
     SETTING(outbound_include)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/excludeInterfaces"), SLICE_CONSTANT(""), interfaces_read, false,
     SETTING(excluded_interfaces)},
    {SLICE_CONSTANT("istio.io/reroute-virtual-interfaces"), SLICE_CONSTANT(""), interfaces_read, false,
     SETTING(virtual_interfaces)},
    {SLICE_CONSTANT("traffic.sidecar.istio.io/kubevirtInterfaces"), SLICE_CONSTANT(""), interfaces_read, false,
     SETTING(virtual_interfaces)},
};

static bool annotations_read(struct arena *arena, const struct pod_facts *pod, struct capture_settings *settings,
                             struct error *error)
{
    bool was_given = false;
    for (size_t i = 0; i < ARRAY_LENGTH(annotations); i++) {
        const struct annotation *annotation = &annotations[i];
        struct slice text = annotation->otherwise;
        if (was_given && annotation[-1].member == annotation->member)
            continue;
        was_given = pod_annotation(pod, annotation->key, &text);
        if (!annotation->read(arena, text, annotation->allow_all, (char *)settings + annotation->member, error))
            return error_wrap(error, "annotation %.*s=\"%.*s\"", SLICE_ARGS(annotation->key),
                              (int)(text.length > 160 ? 160 : text.length), text.bytes);
    }
    return true;
}

/* The agent's own ports are never captured, and no port stands there twice. */
static void inbound_exclude_complete(struct arena *arena, struct port_list *ports)
{
    static const uint16_t agent_ports[] = {15020, 15021, 15090};
    struct port_range *list = arena_new(arena, struct port_range, ports->count + ARRAY_LENGTH(agent_ports));
    _Alignas(8) uint8_t seen[UINT16_MAX / 8 + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < ports->count + ARRAY_LENGTH(agent_ports); i++) {
        uint16_t port = i < ports->count ? ports->list[i].low : agent_ports[i - ports->count];
        if (seen[port / 8] & 1u << port % 8)
            continue;
        seen[port / 8] |= (uint8_t)(1u << port % 8);
        list[count++] = (struct port_range){port, port};
    }
    *ports = (struct port_list){.given = true, .list = list, .count = count};
}

/* ---- the proxy ---------------------------------------------------------------------------------------------- */

static bool id_read(struct arena *arena, const struct tree *id, const char *field, struct id_list *ret,
                    struct error *error)
{
    enum { ISTIO_PROXY = 1337 };
    uint32_t *number = arena_new(arena, uint32_t, 1);
    *number = ISTIO_PROXY;
    if (tree_is(id, TREE_INT) && id->integer != 0) {
        if (id->integer < 0 || id->integer >= UINT32_MAX)
            return error_set(error, ERROR_VALUE, nowhere, "%s of container istio-proxy is %lld: expected 0 to %u",
                             field, (long long)id->integer, UINT32_MAX - 1);
        *number = (uint32_t)id->integer;
    }
    *ret = (struct id_list){.list = number, .count = 1};
    return true;
}

static bool switch_read(const struct pod_facts *pod, struct slice name, struct buffer *warnings)
{
    bool is_strange;
    bool value = pod_variable_is_true(pod, name, &is_strange);
    if (is_strange)
        buffer_format(warnings,
                      "variable %.*s of container istio-proxy is neither true nor false, and is taken for "
                      "false\n",
                      SLICE_ARGS(name));
    return value;
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

/* The variables of the node that count, and no others: it is not the pod's environment. */
static const char *node_variable(void *context, const char *name)
{
    static const char *const names[] = {"ISTIO_OUTBOUND_OWNER_GROUPS", "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE",
                                        "ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR"};
    const struct capture_facts *facts = context;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(names[i], name) == 0)
            return facts->environment ? facts->environment(facts->environment_context, name) : NULL;
    }
    return NULL;
}

bool cni_settings_read(struct arena *arena, const struct pod_facts *pod, const struct capture_facts *facts,
                       bool is_native_nftables, struct buffer *warnings, struct capture_settings *ret,
                       struct error *error)
{
    struct capture_facts node = *facts;
    node.environment = node_variable;
    node.environment_context = (void *)facts;
    char *dual_stack[] = {(char *)"--dual-stack"};
    int count = switch_read(pod, SLICE("ISTIO_DUAL_STACK"), warnings);
    struct capture_settings settings;
    if (!capture_settings_read(arena, &node, NULL, count, dual_stack, &settings, error))
        return false;
    if (!annotations_read(arena, pod, &settings, error) ||
        !id_read(arena, pod->user, "runAsUser", &settings.proxy_uids, error) ||
        !id_read(arena, pod->group, "runAsGroup", &settings.proxy_gids, error))
        return false;
    inbound_exclude_complete(arena, &settings.inbound_exclude);
    /* The pod's resolv.conf is not there yet: all of port 53. */
    settings.redirect_dns = settings.capture_all_dns = switch_read(pod, SLICE("ISTIO_META_DNS_CAPTURE"), warnings);
    settings.drop_invalid = switch_read(pod, SLICE("INVALID_DROP"), warnings);
    settings.native_nftables = is_native_nftables;
    settings.reconcile = settings.cni_mode = true;
    *ret = settings;
    return true;
}
