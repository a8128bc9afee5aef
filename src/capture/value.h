/* value.h - the values that the settings are made of, from text: lists are separated by commas, empty parts are
 * skipped and nothing is trimmed, as Istio's tools/common/config/types.go, Split, does. */
#pragma once
#include "capture/settings.h"

/* Each gives false with an ERROR_VALUE that quotes the part and says what was expected. */
MUST_CHECK bool value_port(struct slice text, uint16_t *ret, struct error *error);
/* "*" alone is all ports where `allow_all`; parts are ports or ranges "8000:8010". */
MUST_CHECK bool value_ports(struct arena *arena, struct slice text, bool allow_all, struct port_list *ret,
                            struct error *error);
MUST_CHECK bool value_networks(struct arena *arena, struct slice text, bool allow_all, struct network_list *ret,
                               struct error *error);
/* Interface names, at most 15 bytes; a '+' at the end stands for anything (iptables' notation). */
MUST_CHECK bool value_interfaces(struct arena *arena, struct slice text, struct name_list *ret, struct error *error);
/* Numbers, or names that `database` (/etc/passwd or /etc/group) knows; "*" alone is all where `allow_all`. */
MUST_CHECK bool value_ids(struct arena *arena, struct slice text, bool allow_all, struct slice database,
                          const char *what, struct id_list *ret, struct error *error);
/* A packet mark or table number, decimal or 0x...; from 1 on. */
MUST_CHECK bool value_number(struct slice text, uint32_t *ret, struct error *error);

/* The number in the third field of the line of /etc/passwd or /etc/group that begins with the name. */
MUST_CHECK bool database_find(struct slice database, struct slice name, uint32_t *ret);
/* The addresses behind "nameserver" in a resolv.conf; what is no address is skipped, a zone ("%eth0") cut off. */
struct network_list resolv_conf_servers(struct arena *arena, struct slice text);
