#include "serve/tls_library.h"
#include "base/library.h"

bool tls_library_load(struct tls_library *ret_tls, struct error *error)
{
    static const struct library_symbol symbols[] = {
#define TLS_SYMBOL(function) LIBRARY_SYMBOL(struct tls_library, function),
        TLS_FUNCTIONS(TLS_SYMBOL)
#undef TLS_SYMBOL
    };
    return library_load("libgnutls.so.30", "libgnutls30", symbols, ARRAY_LENGTH(symbols), ret_tls, error) ||
           error_wrap(error, "TLS");
}

bool tls_error(const struct tls_library *tls, struct error *error, int code, const char *context)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "%s: %s", context, tls->gnutls_strerror(code));
}
