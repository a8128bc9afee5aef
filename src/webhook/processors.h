/* processors.h - how many threads are worth having. */
#pragma once

/* The processors that this process may use: its affinity, and the limit of its control group where that is less (rounded
 * up). At least 1. */
unsigned processors_available(void);
