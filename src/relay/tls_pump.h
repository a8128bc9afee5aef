/* tls_pump.h - the bytes of a protected connection, in records on one side and plain on the other. */
#pragma once
#include "relay/tls_session.h"

/* Moves what can be moved both ways, first from the side where something happened. Ends the connection when both ways
 * are done, or one end is gone. */
void tls_pump(struct tls_secured *secured, enum side first);

/* A side was reset: once the other has got what has reached us of it, the connection ends. Again at each event and
 * deadline from then on (relay/connection.c, connection_part, is the same for plain ones). */
void tls_part(struct tls_secured *secured, enum side gone);
void tls_part_look(struct tls_secured *secured);
