/* resident.h - gives memory back that only the start needed, or a crowd that has gone: a server runs for months after
 * its first second. */
#pragma once

/* Returns the heap's free pages, and unmaps the pages of programs and libraries that nothing has been written to (their
 * code and constants): those that are still in use come back from the page cache at the next access, the others, as most
 * of what initialises a TLS library, don't. Takes about a millisecond. Safe while other threads run. */
void resident_trim(void);
