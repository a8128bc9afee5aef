#include "capture/settings.h"
#include "base/number.h"
#include "capture/value.h"
#include <stdio.h>
#include <string.h>

enum {
    FLAG_ENVOY_PORT,
    FLAG_INBOUND_CAPTURE_PORT,
    FLAG_INBOUND_TUNNEL_PORT,
    FLAG_PROXY_UID,
    FLAG_PROXY_GID,
    FLAG_MODE,
    FLAG_INBOUND_PORTS,
    FLAG_INBOUND_EXCLUDE,
    FLAG_EXCLUDE_INTERFACES,
    FLAG_NETWORKS,
    FLAG_EXCLUDE_NETWORKS,
    FLAG_OUTBOUND_PORTS,
    FLAG_OUTBOUND_EXCLUDE,
    FLAG_VIRTUAL_INTERFACES,
    FLAG_TPROXY_MARK,
    FLAG_ROUTE_TABLE,
    FLAG_DRY_RUN,
    FLAG_PROBE_PORT,
    FLAG_PROBE_TIMEOUT,
    FLAG_SKIP_RULE_APPLY,
    FLAG_RUN_VALIDATION,
    FLAG_REDIRECT_DNS,
    FLAG_DROP_INVALID,
    FLAG_DUAL_STACK,
    FLAG_CAPTURE_ALL_DNS,
    FLAG_NETWORK_NAMESPACE,
    FLAG_CNI_MODE,
    FLAG_RECONCILE,
    FLAG_CLEANUP_ONLY,
    FLAG_FORCE_APPLY,
    FLAG_NATIVE_NFTABLES,
    FLAG_FORCE_BINARY,
    FLAG_BOUND_TO_ENVIRONMENT, /* those below have no variable */
    FLAG_COMPAT = FLAG_BOUND_TO_ENVIRONMENT,
    FLAG_EXPLAIN,
    FLAG_OUTPUT,
    FLAG_HELP,
    FLAG_LOG_LEVEL,
    FLAG_LOG_TARGET,
    FLAG_LOG_CALLER,
    FLAG_LOG_STACKTRACE,
    FLAG_LOG_JSON,
    FLAG_VKLOG,
    FLAG_COUNT,
};

static const struct flag flags[FLAG_COUNT] = {
    [FLAG_ENVOY_PORT] = {"envoy-port", 'p', FLAG_TEXT, "PORT", "the proxy's port for outbound traffic (15001)"},
    [FLAG_INBOUND_CAPTURE_PORT] = {"inbound-capture-port", 'z', FLAG_TEXT, "PORT",
                                   "the proxy's port for inbound traffic (15006)"},
    [FLAG_INBOUND_TUNNEL_PORT] = {"inbound-tunnel-port", 'e', FLAG_TEXT, "PORT",
                                  "the proxy's tunnel (HBONE) port, reached directly (15008)"},
    [FLAG_PROXY_UID] = {"proxy-uid", 'u', FLAG_TEXT, "UIDS",
                        "users whose traffic is not captured (the uid of $ENVOY_USER, else of istio-proxy, else 1337)"},
    [FLAG_PROXY_GID] = {"proxy-gid", 'g', FLAG_TEXT, "GIDS", "groups whose traffic is not captured (as --proxy-uid)"},
    [FLAG_MODE] = {"istio-inbound-interception-mode", 'm', FLAG_TEXT, "MODE",
                   "how inbound traffic is captured: REDIRECT (default) or TPROXY"},
    [FLAG_INBOUND_PORTS] = {"istio-inbound-ports", 'b', FLAG_TEXT, "PORTS",
                            "inbound ports to capture, * for all; empty (default): none"},
    [FLAG_INBOUND_EXCLUDE] = {"istio-local-exclude-ports", 'd', FLAG_TEXT, "PORTS",
                              "inbound ports left alone when all others are captured"},
    [FLAG_EXCLUDE_INTERFACES] = {"istio-exclude-interfaces", 'c', FLAG_TEXT, "NAMES",
                                 "interfaces whose traffic, in and out, is left alone"},
    [FLAG_NETWORKS] = {"istio-service-cidr", 'i', FLAG_TEXT, "CIDRS",
                       "destinations to capture, * for all; empty (default): none"},
    [FLAG_EXCLUDE_NETWORKS] = {"istio-service-exclude-cidr", 'x', FLAG_TEXT, "CIDRS", "destinations left alone"},
    [FLAG_OUTBOUND_PORTS] = {"istio-outbound-ports", 'q', FLAG_TEXT, "PORTS",
                             "outbound ports to capture wherever they go"},
    [FLAG_OUTBOUND_EXCLUDE] = {"istio-local-outbound-ports-exclude", 'o', FLAG_TEXT, "PORTS",
                               "outbound ports left alone (with --dry-run also text, json or dot: as --output)"},
    [FLAG_VIRTUAL_INTERFACES] = {"kube-virt-interfaces", 'k', FLAG_TEXT, "NAMES",
                                 "virtual machines' interfaces: what comes in there counts as outbound"},
    [FLAG_TPROXY_MARK] = {"istio-inbound-tproxy-mark", 't', FLAG_TEXT, "MARK", "packet mark for TPROXY (1337)"},
    [FLAG_ROUTE_TABLE] = {"istio-inbound-tproxy-route-table", 'r', FLAG_TEXT, "TABLE",
                          "routing table for marked packets (133)"},
    [FLAG_DRY_RUN] = {"dry-run", 'n', FLAG_SWITCH, NULL, "print what would be done, and do nothing"},
    [FLAG_PROBE_PORT] = {"iptables-probe-port", 0, FLAG_TEXT, "PORT", "port that the validation connects to (15002)"},
    [FLAG_PROBE_TIMEOUT] = {"probe-timeout", 0, FLAG_TEXT, "DURATION", "how long the validation may take (5s)"},
    [FLAG_SKIP_RULE_APPLY] = {"skip-rule-apply", 0, FLAG_SWITCH, NULL, "change no rules"},
    [FLAG_RUN_VALIDATION] = {"run-validation", 0, FLAG_SWITCH, NULL,
                             "check with a real connection that traffic is captured; exit 126 if not"},
    [FLAG_REDIRECT_DNS] = {"redirect-dns", 0, FLAG_SWITCH, NULL, "send DNS queries to the agent on port 15053"},
    [FLAG_DROP_INVALID] = {"drop-invalid", 0, FLAG_SWITCH, NULL, "drop inbound packets that belong to no connection"},
    [FLAG_DUAL_STACK] = {"dual-stack", 0, FLAG_SWITCH, NULL, "rules for IPv6 as well when there is an IPv6 address"},
    [FLAG_CAPTURE_ALL_DNS] = {"capture-all-dns", 0, FLAG_SWITCH, NULL,
                              "with --redirect-dns: queries to any server, not only those in /etc/resolv.conf"},
    [FLAG_NETWORK_NAMESPACE] = {"network-namespace", 0, FLAG_TEXT, "PATH", "namespace to work in (this one)"},
    [FLAG_CNI_MODE] = {"cni-mode", 0, FLAG_SWITCH, NULL, "called on the node: lock by namespace, not by node"},
    [FLAG_RECONCILE] = {"reconcile", 0, FLAG_SWITCH, NULL, "replace rules of an earlier run that differ"},
    [FLAG_CLEANUP_ONLY] = {"cleanup-only", 0, FLAG_SWITCH, NULL, "take out what these flags would add"},
    [FLAG_FORCE_APPLY] = {"force-apply", 0, FLAG_SWITCH, NULL, "write the rules anew even if they are in place"},
    [FLAG_NATIVE_NFTABLES] = {"native-nftables", 0, FLAG_SWITCH, NULL, "use nftables' own tables, not iptables"},
    [FLAG_FORCE_BINARY] = {"force-iptables-binary", 0, FLAG_TEXT, "KIND", "nft or legacy, instead of finding out"},
    [FLAG_COMPAT] = {"compat", 0, FLAG_TEXT, "VERSION", "1.0: flags and rules of Istio 1.0's istio-iptables.sh"},
    [FLAG_EXPLAIN] = {"explain", 0, FLAG_SWITCH, NULL, "print the rules with their reasons, and do nothing"},
    [FLAG_OUTPUT] = {"output", 0, FLAG_TEXT, "FORMAT", "of --dry-run and --explain: text (default), json or dot"},
    [FLAG_HELP] = {"help", 'h', FLAG_SWITCH, NULL, "print this"},
    [FLAG_LOG_LEVEL] = {"log_output_level", 0, FLAG_TEXT, "LEVEL", "accepted and ignored, as all log_ flags"},
    [FLAG_LOG_TARGET] = {"log_target", 0, FLAG_TEXT, "PATH", NULL},
    [FLAG_LOG_CALLER] = {"log_caller", 0, FLAG_TEXT, "SCOPES", NULL},
    [FLAG_LOG_STACKTRACE] = {"log_stacktrace_level", 0, FLAG_TEXT, "LEVEL", NULL},
    [FLAG_LOG_JSON] = {"log_as_json", 0, FLAG_SWITCH, NULL, NULL},
    [FLAG_VKLOG] = {"vklog", 0, FLAG_TEXT, "LEVEL", NULL},
};
const struct flag_table capture_flags = {flags, FLAG_COUNT};

/* Istio 1.0's script took letters only, and not all of today's: those it did not know stay unknown here. */
static const char letters_1_0[] = "pugmbdixh";

/* Where a value comes from: its text, and what to call it in a message. */
struct given {
    bool set;
    struct slice text;
    const char *variable; /* the environment variable; NULL: the command line, or the default */
};

struct reader {
    struct arena *arena;
    const struct capture_facts *facts;
    const struct capture_extra *extra;
    struct given given[FLAG_COUNT];
    struct capture_settings settings;
};

static const struct position nowhere;

/* Two further names that Istio reads (root.go, AdditionalEnv) and the three that have no flag (constants.go). */
static const struct {
    size_t index;
    const char *variable;
} more_variables[] = {
    {FLAG_REDIRECT_DNS, "ISTIO_META_DNS_CAPTURE"},
    {FLAG_DROP_INVALID, "INVALID_DROP"},
    {FLAG_DUAL_STACK, "ISTIO_DUAL_STACK"},
};
static const char variable_loopback[] = "ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR";
static const char variable_groups[] = "ISTIO_OUTBOUND_OWNER_GROUPS";
static const char variable_groups_exclude[] = "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE";

/* Istio 1.0's istio-iptables.sh, "Dump out our environment": what it reads. */
static const struct {
    size_t index;
    const char *variable;
} variables_1_0[] = {
    {FLAG_ENVOY_PORT, "ENVOY_PORT"},
    {FLAG_MODE, "ISTIO_INBOUND_INTERCEPTION_MODE"},
    {FLAG_TPROXY_MARK, "ISTIO_INBOUND_TPROXY_MARK"},
    {FLAG_ROUTE_TABLE, "ISTIO_INBOUND_TPROXY_ROUTE_TABLE"},
    {FLAG_INBOUND_PORTS, "ISTIO_INBOUND_PORTS"},
    {FLAG_INBOUND_EXCLUDE, "ISTIO_LOCAL_EXCLUDE_PORTS"},
    {FLAG_NETWORKS, "ISTIO_SERVICE_CIDR"},
    {FLAG_EXCLUDE_NETWORKS, "ISTIO_SERVICE_EXCLUDE_CIDR"},
};

const char *capture_flag_environment(size_t index, char out[64])
{
    /* Istio binds -p without a variable: ENVOY_PORT is only printed (root.go, bindCmdlineFlags). */
    if (index == FLAG_ENVOY_PORT || index >= FLAG_BOUND_TO_ENVIRONMENT)
        return NULL;
    size_t i = 0;
    for (const char *name = flags[index].name; name[i] && i < 63; i++)
        out[i] = name[i] == '-' ? '_' : (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
    out[i] = '\0';
    return out;
}

static const char *variable_read(const struct reader *reader, const char *name)
{
    return reader->facts->environment ? reader->facts->environment(reader->facts->environment_context, name) : NULL;
}

static void variable_take(struct reader *reader, size_t index, const char *name)
{
    const char *value = variable_read(reader, name);
    bool needs_text = flags[index].kind == FLAG_SWITCH || index == FLAG_PROBE_PORT || index == FLAG_PROBE_TIMEOUT;
    /* Go cannot make a switch or number of "" and keeps what was there. */
    if (!value || (needs_text && !*value))
        return;
    struct slice kept = arena_copy(reader->arena, slice_from(name));
    reader->given[index] = (struct given){true, slice_from(value), kept.bytes};
}

static void environment_read(struct reader *reader)
{
    char name[64];
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (capture_flag_environment(i, name))
            variable_take(reader, i, name);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(more_variables); i++)
        variable_take(reader, more_variables[i].index, more_variables[i].variable);
}

static void environment_read_1_0(struct reader *reader)
{
    memset(reader->given, 0, sizeof reader->given);
    for (size_t i = 0; i < ARRAY_LENGTH(variables_1_0); i++)
        variable_take(reader, variables_1_0[i].index, variables_1_0[i].variable);
}

static bool format_parse(struct slice text, enum capture_output *ret)
{
    static const struct {
        struct slice name;
        enum capture_output output;
    } formats[] = {{SLICE_CONSTANT("text"), OUTPUT_TEXT},
                   {SLICE_CONSTANT("json"), OUTPUT_JSON},
                   {SLICE_CONSTANT("dot"), OUTPUT_DOT}};
    for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
        if (slice_equal(formats[i].name, text)) {
            *ret = formats[i].output;
            return true;
        }
    }
    return false;
}

static bool flag_take(void *context, size_t index, struct slice value, struct error *error)
{
    struct reader *reader = context;
    if (index >= FLAG_COUNT)
        return reader->extra->setter(reader->extra->context, index - FLAG_COUNT, value, error);
    /* -o is Istio's letter for ports; a format's name is no port, so that it can mean what it means everywhere. */
    enum capture_output output;
    if (index == FLAG_OUTBOUND_EXCLUDE && format_parse(value, &output))
        index = FLAG_OUTPUT;
    reader->given[index] = (struct given){true, value, NULL};
    return true;
}

/* ---- one value ---------------------------------------------------------------------------------------------- */

static struct slice text_of(const struct reader *reader, size_t index, const char *otherwise)
{
    return reader->given[index].set ? reader->given[index].text : slice_from(otherwise);
}

/* Puts the flag or variable, and the whole value, in front of what is wrong with it. */
static bool blame(const struct reader *reader, size_t index, struct error *error)
{
    const struct given *given = &reader->given[index];
    if (given->variable)
        return error_wrap(error, "environment variable %s=\"%.*s\"", given->variable, SLICE_ARGS(given->text));
    if (flags[index].letter)
        return error_wrap(error, "flag -%c (--%s) \"%.*s\"", flags[index].letter, flags[index].name,
                          SLICE_ARGS(given->text));
    return error_wrap(error, "flag --%s \"%.*s\"", flags[index].name, SLICE_ARGS(given->text));
}

static bool port_read(const struct reader *reader, size_t index, const char *otherwise, uint16_t *ret,
                      struct error *error)
{
    return value_port(text_of(reader, index, otherwise), ret, error) || blame(reader, index, error);
}

static bool ports_read(const struct reader *reader, size_t index, bool allow_all, struct port_list *ret,
                       struct error *error)
{
    return value_ports(reader->arena, text_of(reader, index, ""), allow_all, ret, error) || blame(reader, index, error);
}

static bool networks_read(const struct reader *reader, size_t index, bool allow_all, struct network_list *ret,
                          struct error *error)
{
    return value_networks(reader->arena, text_of(reader, index, ""), allow_all, ret, error) ||
           blame(reader, index, error);
}

static bool switch_read(const struct reader *reader, size_t index, bool *ret, struct error *error)
{
    if (!reader->given[index].set || number_parse_bool(reader->given[index].text, ret))
        return true;
    error_set(error, ERROR_USAGE, nowhere, "expected true or false");
    return blame(reader, index, error);
}

/* ---- groups of values --------------------------------------------------------------------------------------- */

static bool switches_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    const struct {
        size_t index;
        bool *value;
    } switches[] = {
        {FLAG_DRY_RUN, &settings->dry_run},
        {FLAG_SKIP_RULE_APPLY, &settings->skip_rule_apply},
        {FLAG_RUN_VALIDATION, &settings->run_validation},
        {FLAG_REDIRECT_DNS, &settings->redirect_dns},
        {FLAG_DROP_INVALID, &settings->drop_invalid},
        {FLAG_CAPTURE_ALL_DNS, &settings->capture_all_dns},
        {FLAG_CNI_MODE, &settings->cni_mode},
        {FLAG_RECONCILE, &settings->reconcile},
        {FLAG_CLEANUP_ONLY, &settings->cleanup_only},
        {FLAG_FORCE_APPLY, &settings->force_apply},
        {FLAG_NATIVE_NFTABLES, &settings->native_nftables},
        {FLAG_EXPLAIN, &settings->explain},
        {FLAG_HELP, &settings->help},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(switches); i++) {
        if (!switch_read(reader, switches[i].index, switches[i].value, error))
            return false;
    }
    return true;
}

static bool probe_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    struct slice port = text_of(reader, FLAG_PROBE_PORT, "15002");
    if (!value_port(port, &settings->probe_port, error)) {
        error->code = ERROR_USAGE;
        return blame(reader, FLAG_PROBE_PORT, error);
    }
    if (duration_parse_ms(text_of(reader, FLAG_PROBE_TIMEOUT, "5s"), &settings->probe_timeout_ms))
        return true;
    error_set(error, ERROR_USAGE, nowhere, "expected a duration with its unit, like 5s or 1m30s");
    return blame(reader, FLAG_PROBE_TIMEOUT, error);
}

static bool output_read(struct reader *reader, struct error *error)
{
    reader->settings.output_given = reader->given[FLAG_OUTPUT].set;
    if (!reader->given[FLAG_OUTPUT].set || format_parse(reader->given[FLAG_OUTPUT].text, &reader->settings.output))
        return true;
    error_set(error, ERROR_USAGE, nowhere, "expected text, json or dot");
    return blame(reader, FLAG_OUTPUT, error);
}

static bool owners_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    const char *include = variable_read(reader, variable_groups),
               *exclude = variable_read(reader, variable_groups_exclude);
    enum { GROUPS_MAX = 64 }; /* Istio tools/common/config/validation.go, maxOwnerGroupsInclude */
    struct slice groups = slice_from(include ? include : "*"), excluded = slice_from(exclude);
    if (!value_ids(reader->arena, groups, true, reader->facts->group, "group", &settings->owner_groups, error))
        return error_wrap(error, "environment variable %s=\"%.*s\"", variable_groups, SLICE_ARGS(groups));
    if (settings->owner_groups.count > GROUPS_MAX)
        return error_set(error, ERROR_VALUE, nowhere, "environment variable %s has %zu groups: expected at most %d",
                         variable_groups, settings->owner_groups.count, GROUPS_MAX);
    /* Excluded groups mean nothing when the included ones are named, so they cannot be wrong then. */
    if (settings->owner_groups.all &&
        !value_ids(reader->arena, excluded, false, reader->facts->group, "group", &settings->excluded_groups, error))
        return error_wrap(error, "environment variable %s=\"%.*s\"", variable_groups_exclude, SLICE_ARGS(excluded));
    return true;
}

static bool loopback_read(struct reader *reader, struct error *error)
{
    const char *value = variable_read(reader, variable_loopback);
    struct slice text = slice_from(value ? value : "127.0.0.1/32");
    struct network *loopback = &reader->settings.loopback;
    if (!network_parse(text, loopback, error))
        return error_wrap(error, "environment variable %s", variable_loopback);
    if (loopback->version == 4 && network_is_loopback(loopback) && loopback->bits >= 8)
        return true;
    return error_set(error, ERROR_VALUE, nowhere,
                     "environment variable %s=\"%.*s\": expected a network within 127.0.0.0/8", variable_loopback,
                     SLICE_ARGS(text));
}

static bool mode_read(struct reader *reader, struct error *error)
{
    struct slice text = text_of(reader, FLAG_MODE, "");
    reader->settings.mode = slice_equal(text, SLICE("TPROXY")) ? CAPTURE_TPROXY : CAPTURE_REDIRECT;
    if (text.length == 0 || slice_equal(text, SLICE("REDIRECT")) || slice_equal(text, SLICE("TPROXY")))
        return true;
    error_set(error, ERROR_VALUE, nowhere, "expected REDIRECT or TPROXY");
    return blame(reader, FLAG_MODE, error);
}

static bool route_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    if (!value_number(text_of(reader, FLAG_TPROXY_MARK, "1337"), &settings->tproxy_mark, error))
        return blame(reader, FLAG_TPROXY_MARK, error);
    if (!value_number(text_of(reader, FLAG_ROUTE_TABLE, "133"), &settings->route_table, error))
        return blame(reader, FLAG_ROUTE_TABLE, error);
    if (settings->route_table < 253 || settings->route_table > 255)
        return true;
    error_set(error, ERROR_VALUE, nowhere, "tables 253 to 255 are the system's own: expected another, like 133");
    return blame(reader, FLAG_ROUTE_TABLE, error);
}

/* Istio tools/common/config/config.go, FillConfigFromEnvironment: without -u the uid of $ENVOY_USER. Istio 1.0 added
 * root for its CA agent, where nobody had said which user. */
static bool proxy_ids_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    const struct capture_facts *facts = reader->facts;
    struct slice uids = text_of(reader, FLAG_PROXY_UID, ""), gids = text_of(reader, FLAG_PROXY_GID, "");
    if (uids.length == 0) {
        const char *user = variable_read(reader, "ENVOY_USER");
        uint32_t uid;
        if (!database_find(facts->passwd, slice_from(user ? user : "istio-proxy"), &uid))
            uid = 1337;
        uids = arena_format(reader->arena, settings->compat == COMPAT_1_0 ? "%u,0" : "%u", uid);
    }
    if (!value_ids(reader->arena, uids, false, facts->passwd, "user", &settings->proxy_uids, error))
        return blame(reader, FLAG_PROXY_UID, error);
    if (gids.length == 0) {
        settings->proxy_gids = settings->proxy_uids;
        return true;
    }
    return value_ids(reader->arena, gids, false, facts->group, "group", &settings->proxy_gids, error) ||
           blame(reader, FLAG_PROXY_GID, error);
}

static bool traffic_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    if (!port_read(reader, FLAG_ENVOY_PORT, "15001", &settings->proxy_port, error) ||
        !port_read(reader, FLAG_INBOUND_CAPTURE_PORT, "15006", &settings->inbound_port, error) ||
        !port_read(reader, FLAG_INBOUND_TUNNEL_PORT, "15008", &settings->tunnel_port, error) ||
        !ports_read(reader, FLAG_INBOUND_PORTS, true, &settings->inbound_include, error) ||
        !ports_read(reader, FLAG_INBOUND_EXCLUDE, false, &settings->inbound_exclude, error) ||
        !ports_read(reader, FLAG_OUTBOUND_PORTS, false, &settings->outbound_include, error) ||
        !ports_read(reader, FLAG_OUTBOUND_EXCLUDE, false, &settings->outbound_exclude, error) ||
        !networks_read(reader, FLAG_NETWORKS, true, &settings->outbound_networks, error) ||
        !networks_read(reader, FLAG_EXCLUDE_NETWORKS, false, &settings->excluded_networks, error))
        return false;
    if (!value_interfaces(reader->arena, text_of(reader, FLAG_EXCLUDE_INTERFACES, ""), &settings->excluded_interfaces,
                          error))
        return blame(reader, FLAG_EXCLUDE_INTERFACES, error);
    if (!value_interfaces(reader->arena, text_of(reader, FLAG_VIRTUAL_INTERFACES, ""), &settings->virtual_interfaces,
                          error))
        return blame(reader, FLAG_VIRTUAL_INTERFACES, error);
    return true;
}

static bool binary_read(struct reader *reader, struct error *error)
{
    struct slice kind = text_of(reader, FLAG_FORCE_BINARY, "");
    reader->settings.force_binary = kind;
    if (kind.length == 0 || slice_equal(kind, SLICE("nft")) || slice_equal(kind, SLICE("legacy")))
        return true;
    error_set(error, ERROR_VALUE, nowhere, "expected nft or legacy");
    return blame(reader, FLAG_FORCE_BINARY, error);
}

/* Istio tools/common/config/config.go, getLocalIP: IPv6 when the pod's first address is one, or any with dual stack.
 * The kernel lists IPv4 addresses first. */
static bool families_read(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    const struct capture_facts *facts = reader->facts;
    bool dual = false;
    if (!switch_read(reader, FLAG_DUAL_STACK, &dual, error))
        return false;
    settings->ipv6_first = facts->has_ipv6 && !facts->has_ipv4;
    settings->ipv6 = facts->has_ipv6 && (dual || !facts->has_ipv4);
    if (facts->has_ipv4 || facts->has_ipv6)
        return true;
    return error_set(error, ERROR_MISSING, nowhere,
                     "the network namespace has no address besides loopback and link-local ones: "
                     "expected the pod's address, to know whether it needs rules for IPv4 or IPv6");
}

static void dns_read(struct reader *reader)
{
    struct capture_settings *settings = &reader->settings;
    if (!settings->redirect_dns || settings->capture_all_dns)
        return;
    settings->dns_servers = resolv_conf_servers(reader->arena, reader->facts->resolv_conf);
    if (settings->dns_servers.count == 0) {
        settings->redirect_dns = false;
        settings->dns_without_servers = true;
    }
}

/* The order of checks is Istio's: flags, then what the environment alone says, then the lists. */
static bool settings_check(struct reader *reader, struct error *error)
{
    if (!switches_read(reader, error) || !probe_read(reader, error) || !output_read(reader, error))
        return false;
    if (reader->settings.help)
        return true;
    if (!owners_read(reader, error) || !binary_read(reader, error) || !loopback_read(reader, error))
        return false;
    if (!mode_read(reader, error) || !route_read(reader, error) || !traffic_read(reader, error) ||
        !proxy_ids_read(reader, error) || !families_read(reader, error))
        return false;
    dns_read(reader);
    reader->settings.network_namespace = text_of(reader, FLAG_NETWORK_NAMESPACE, "");
    return true;
}

/* What Istio 1.0's script had fixed, and its two variables without a flag. */
static bool settings_check_1_0(struct reader *reader, struct error *error)
{
    struct capture_settings *settings = &reader->settings;
    if (!switches_read(reader, error) || !probe_read(reader, error) || !output_read(reader, error))
        return false;
    if (settings->help)
        return true;
    if (!binary_read(reader, error) || !mode_read(reader, error) || !route_read(reader, error) ||
        !traffic_read(reader, error) || !proxy_ids_read(reader, error))
        return false;
    settings->inbound_port = settings->proxy_port;
    settings->owner_groups.all = true;
    const char *direct = variable_read(reader, "DISABLE_REDIRECTION_ON_LOCAL_LOOPBACK");
    settings->loopback_redirected = !direct || !*direct;
    const char *ipv6 = variable_read(reader, "ENABLE_INBOUND_IPV6");
    settings->ipv6_blocked = (!ipv6 || !*ipv6);
    settings->network_namespace = text_of(reader, FLAG_NETWORK_NAMESPACE, "");
    return network_parse(SLICE("127.0.0.1/32"), &settings->loopback, error);
}

/* ---- the command line --------------------------------------------------------------------------------------- */

/* Our flags (with 1.0 fewer letters), and behind them those of the caller. */
static struct flag_table table_make(struct reader *reader, bool compat_1_0)
{
    size_t extra_count = reader->extra ? reader->extra->table.count : 0;
    struct flag *all = arena_new(reader->arena, struct flag, FLAG_COUNT + extra_count);
    memcpy(all, flags, sizeof flags);
    for (size_t i = 0; compat_1_0 && i < FLAG_COUNT; i++) {
        if (all[i].letter && !strchr(letters_1_0, all[i].letter))
            all[i].letter = 0;
    }
    if (extra_count)
        memcpy(all + FLAG_COUNT, reader->extra->table.flags, extra_count * sizeof *all);
    return (struct flag_table){all, FLAG_COUNT + extra_count};
}

/* Whether "--compat 1.0" or "--compat=1.0" is there: it decides how all the others are read. */
static bool compat_find(int argc, char *const *argv, enum capture_compat *ret, struct error *error)
{
    for (int i = 0; i < argc; i++) {
        struct slice argument = slice_from(argv[i]), value;
        if (slice_equal(argument, SLICE("--compat")) && i + 1 < argc)
            value = slice_from(argv[i + 1]);
        else if (slice_starts(argument, SLICE("--compat=")))
            value = slice_from_offset(argument, 9);
        else
            continue;
        if (!slice_equal(value, SLICE("1.0")))
            return error_set(error, ERROR_USAGE, nowhere, "flag --compat \"%.*s\": expected 1.0", SLICE_ARGS(value));
        *ret = COMPAT_1_0;
    }
    return true;
}

bool capture_settings_read(struct arena *arena, const struct capture_facts *facts, const struct capture_extra *extra,
                           int argc, char *const *argv, struct capture_settings *ret, struct error *error)
{
    struct reader *reader = arena_new(arena, struct reader, 1);
    reader->arena = arena;
    reader->facts = facts;
    reader->extra = extra;
    struct capture_settings *settings = &reader->settings;
    if (!compat_find(argc, argv, &settings->compat, error))
        return false;
    bool old = settings->compat == COMPAT_1_0;
    if (old)
        environment_read_1_0(reader);
    else
        environment_read(reader);
    struct slice *words;
    size_t word_count;
    if (!flags_parse(table_make(reader, old), arena, argc, argv, flag_take, reader, &words, &word_count, error))
        return false;
    if (!(old ? settings_check_1_0(reader, error) : settings_check(reader, error)))
        return false;
    for (size_t i = 0; i < word_count; i++) {
        if (old && i == 0 && slice_equal(words[i], SLICE("clean")))
            settings->cleanup_only = true;
        else if (settings->unused_word_count < ARRAY_LENGTH(settings->unused_words))
            settings->unused_words[settings->unused_word_count++] = words[i];
    }
    *ret = *settings;
    return true;
}
