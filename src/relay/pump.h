/* pump.h - the bytes of a plain connection, from one side to the other. */
#pragma once
#include "relay/connection.h"

enum pump_result {
    PUMP_DONE,        /* all that can be moved now has been, or its turn is over */
    PUMP_SOURCE_GONE, /* reset, by the side that is read from */
    PUMP_TARGET_GONE, /* the same, by the other */
    PUMP_NO_MEMORY,
};

/* Moves what is readable at `from`, at most one turn's worth (WORKER_BUDGET), as far as the other side takes it, and
 * then the end of it. */
enum pump_result pump_run(struct worker *worker, struct relay_connection *connection, enum side from);
/* Gives back what the flow holds, bytes and all. */
void pump_done(struct worker *worker, struct flow *flow);
