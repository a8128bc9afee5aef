#include "serve/tls_library.h"
#include "base/library.h"

#define TLS_SYMBOL(function) LIBRARY_SYMBOL(struct tls_library, function),
static const char file[] = "libgnutls.so.30", package[] = "libgnutls30";
static const struct library_symbol symbols[] = {TLS_FUNCTIONS(TLS_SYMBOL)};

bool tls_library_load(struct tls_library *ret_tls, struct error *error)
{
    return library_load(file, package, symbols, ARRAY_LENGTH(symbols), ret_tls, error) || error_wrap(error, "TLS");
}

bool tls_library_borrow(struct tls_library *ret_tls, void **ret_library, struct error *error)
{
    return library_borrow(file, package, symbols, ARRAY_LENGTH(symbols), ret_tls, ret_library, error) ||
           error_wrap(error, "TLS");
}

bool tls_error(const struct tls_library *tls, struct error *error, int code, const char *context)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "%s: %s", context, tls->gnutls_strerror(code));
}
