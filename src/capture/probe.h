/* probe.h - a real connection, to see that traffic is captured (Istio: tools/istio-iptables/pkg/validation): the
 * proxy's user connects to its inbound address 127.0.0.6 (::6), where nobody listens, and the connection must arrive
 * at the proxy's port, with what it was meant for in SO_ORIGINAL_DST. */
#pragma once
#include "base/error.h"
#include "capture/settings.h"

/* Listens on the proxy's ports of loopback and tries once a second until the settings' timeout. Meant for a namespace
 * where no proxy runs yet. ERROR_REFUSED: not captured. */
MUST_CHECK bool capture_probe(const struct capture_settings *settings, struct error *error);
