/* tls_connection.h - what TLS does with connections: the hooks that the core calls (relay/connection.h). */
#pragma once
#include "relay/tls_session.h"

extern const struct relay_tls_hooks tls_connection_hooks;
