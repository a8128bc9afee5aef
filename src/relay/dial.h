/* dial.h - a socket on its way to a destination. */
#pragma once
#include "relay/connection.h"

/* A socket that connects to where the connection was going, not yet there. False: the reason is a constant text, and it
 * is ours when there is no descriptor or no memory left: then the destination has nothing to do with it. The last step
 * of the handshake, our acknowledgement, waits for the first bytes to go with it, which saves a packet each way through
 * all rules: whoever has none to send at once calls dial_acknowledge. */
bool dial(const struct relay_settings *settings, const struct relay_connection *connection, int *ret_fd,
          bool *ret_is_ours, const char **ret_failure);
/* Sends that acknowledgement. */
void dial_acknowledge(int fd);
/* Sends what waits in the socket for more to come. */
void dial_push(int fd);
/* Where it connects to: the destination, or for Istio 1.0's inbound connections the app's loopback address. */
struct relay_address dial_target(const struct relay_connection *connection);
/* A constant text of an errno. */
const char *dial_failure(int number);
