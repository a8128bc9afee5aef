/* settings.h - what `pillion init` is told, from flags and environment, checked and typed: the plan's only input.
 * Flags, environment names and defaults are those of Istio's tools/istio-iptables/pkg/cmd/root.go and
 * tools/common/config/config.go; with compat 1.0 those of Istio 1.0's istio-iptables.sh. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "capture/flag.h"
#include "capture/network.h"
#include <stdint.h>

struct port_range {
    uint16_t low, high; /* both included */
};

struct port_list {
    bool given; /* there was text, if only a comma */
    bool all;   /* "*" */
    struct port_range *list;
    size_t count;
};

struct network_list {
    bool all;
    bool loopback; /* one of them begins with a loopback address */
    struct network *list;
    size_t count;
};

struct id_list {
    bool all; /* "*" */
    uint32_t *list;
    size_t count;
};

struct name_list {
    struct slice *list;
    size_t count;
};

enum capture_mode { CAPTURE_REDIRECT, CAPTURE_TPROXY };
enum capture_compat { COMPAT_NOW, COMPAT_1_0 };
enum capture_output { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_DOT };

struct capture_settings {
    enum capture_compat compat;
    enum capture_mode mode;
    uint16_t proxy_port, inbound_port, tunnel_port; /* where outbound and inbound traffic goes; HBONE's port */
    struct id_list proxy_uids, proxy_gids;
    struct port_list inbound_include, inbound_exclude, outbound_include, outbound_exclude;
    struct network_list outbound_networks, excluded_networks;
    struct id_list owner_groups, excluded_groups; /* the second counts only where the first is all */
    struct name_list excluded_interfaces, virtual_interfaces;
    struct network loopback; /* IPv4 destinations meant for the application's own container */
    uint32_t tproxy_mark, route_table;
    bool redirect_dns, capture_all_dns, drop_invalid;
    struct network_list dns_servers; /* read only when DNS to them is to be redirected */
    bool ipv6;                       /* rules for IPv6, too */
    bool ipv6_first;                 /* the pod's first address is one (then the probe uses IPv6) */
    bool loopback_redirected;        /* compat 1.0: traffic over lo goes to the proxy */
    bool ipv6_blocked;               /* compat 1.0: no inbound IPv6 */

    /* how it is applied, and what else is done */
    bool native_nftables, dry_run, explain, skip_rule_apply, run_validation, cleanup_only, reconcile, force_apply;
    bool cni_mode, help;
    struct slice force_binary;      /* "", "nft", "legacy" */
    struct slice network_namespace; /* a path; "": this one */
    uint16_t probe_port;
    uint64_t probe_timeout_ms;
    enum capture_output output;
    bool output_given;
    struct slice unused_words[4]; /* arguments that are no flags, for a warning */
    size_t unused_word_count;
    bool dns_without_servers; /* DNS redirection was asked for, but there is no server to redirect: none is done */
};

/* What the settings depend on besides the command line. Texts may be empty (length 0, also when there is no such
 * file). Nothing is kept longer than the arena and these. */
struct capture_facts {
    const char *(*environment)(void *context, const char *name); /* as getenv */
    void *environment_context;
    struct slice passwd, group; /* /etc/passwd, /etc/group: names become numbers without asking any server */
    struct slice resolv_conf;   /* /etc/resolv.conf */
    bool has_ipv4, has_ipv6;    /* an address that is neither loopback nor link-local */
};

/* The flags, for help and manual, and for `pillion trace`, which takes them too. */
extern const struct flag_table capture_flags;
/* The environment name of capture_flags' flag number `index`, NULL where it has none; `out` holds it. */
const char *capture_flag_environment(size_t index, char out[64]);

/* Reads the environment, then argv (without the program's name), and checks everything. Flags of `extra` are taken,
 * too, and handed to `setter` (a table of count 0: none). Errors: ERROR_USAGE for a command line that cannot be read,
 * ERROR_VALUE for a bad value; each names flag or variable, and value. */
struct capture_extra {
    struct flag_table table;
    flag_setter *setter;
    void *context;
};
MUST_CHECK bool capture_settings_read(struct arena *arena, const struct capture_facts *facts,
                                      const struct capture_extra *extra, int argc, char *const *argv,
                                      struct capture_settings *ret, struct error *error);

/* A duration as Go writes it ("1m30s", "1.5s", "300ms"), in milliseconds, rounded down. */
MUST_CHECK bool duration_parse_ms(struct slice text, uint64_t *ret);
