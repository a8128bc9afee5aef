/* families.h - which versions of IP a pod has. */
#pragma once
#include "base/error.h"

struct families {
    bool has_ipv4, has_ipv6;
    bool prefers_ipv6; /* its first address is one, or it has no other */
};

/* From the pod's addresses as the downward API gives them ("10.0.0.1" or "10.0.0.1,fd00::1"; empty: nothing known) and
 * the interfaces' of this network namespace, without loopback and link-local ones. No address at all counts as IPv4.
 * What an interface alone has counts, too, unless `is_single`: then the version of the first address is the only one
 * (Istio, ISTIO_DUAL_STACK). Errors: an address that is none; the interfaces cannot be read. */
MUST_CHECK bool families_find(struct slice addresses, bool is_single, struct families *ret, struct error *error);
