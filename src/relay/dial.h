/* dial.h - a socket on its way to a destination. */
#pragma once
#include "relay/connection.h"

/* A socket that connects to where the connection was going, not yet there. False: the reason is a constant text. */
bool dial(const struct relay_settings *settings, const struct relay_connection *connection, int *ret_fd,
          const char **ret_failure);
/* Where it connects to: the destination, or for Istio 1.0's inbound connections the app's loopback address. */
struct relay_address dial_target(const struct relay_connection *connection);
/* A constant text of an errno. */
const char *dial_failure(int number);
