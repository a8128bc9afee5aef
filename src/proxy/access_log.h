/* access_log.h - where the lines of the access log go: workers leave them here and never wait; a thread of its own
 * writes them. Who does not read its end of a pipe loses lines, which are counted, and stops nobody. */
#pragma once
#include "base/error.h"
#include "proxy/settings.h"

struct access_log;
/* Opens the file ("/dev/stdout" and "/dev/stderr" are our own) and starts the thread. The settings are borrowed.
 * Errors: the file cannot be opened. */
MUST_CHECK bool access_log_start(const struct proxy_access_log *settings, struct access_log **ret, struct error *error);
/* Takes a connection's line; for `ended` of struct relay_settings. Any thread; never blocks for longer than a copy
 * takes. */
void access_log_connection(struct access_log *log, const struct relay_summary *summary);
/* Opens the file anew, for those that rotate it. */
void access_log_reopen(struct access_log *log);
/* Lines that were written, and that nobody took in time. */
void access_log_total(struct access_log *log, uint64_t *ret_written, uint64_t *ret_lost);
/* Writes what is there, for as long as its reader reads, ends the thread and frees it; NULL is fine. */
void access_log_stop(struct access_log *log);
