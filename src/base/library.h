/* library.h - shared libraries that are loaded when a command first needs them: each one that a program is linked with
 * costs every command its start-up time (docs/architecture.md). */
#pragma once
#include "base/error.h"
#include <stddef.h>

/* One function of a library, and where in the caller's struct of pointers it goes. */
struct library_symbol {
    const char *name;
    size_t offset;
};
/* For a struct whose members are named as the functions are: LIBRARY_SYMBOL(struct http, MHD_start_daemon). */
#define LIBRARY_SYMBOL(type, function) {#function, offsetof(type, function)}

/* Loads `file` ("libcurl-gnutls.so.4"), to stay until the end of the process, and fills in the pointers of `functions`.
 * Safe to call from several threads and again. Errors: ERROR_MISSING with the Debian package `package` that has the
 * library, or the symbol that it lacks. */
MUST_CHECK bool library_load(const char *file, const char *package, const struct library_symbol *symbols, size_t count,
                             void *functions, struct error *error);

/* The same for a library that is soon not needed any more, and whose memory is. For _cleanup_: library_return, after
 * which the pointers point nowhere, unless somebody else has it loaded, too. */
MUST_CHECK bool library_borrow(const char *file, const char *package, const struct library_symbol *symbols,
                               size_t count, void *functions, void **ret_library, struct error *error);
void library_return(void **library);
