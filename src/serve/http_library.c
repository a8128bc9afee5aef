#include "serve/http_library.h"
#include "base/library.h"

bool http_library_load(struct http_library *ret_http, struct error *error)
{
    static const struct library_symbol symbols[] = {
        LIBRARY_SYMBOL(struct http_library, MHD_start_daemon),
        LIBRARY_SYMBOL(struct http_library, MHD_stop_daemon),
        LIBRARY_SYMBOL(struct http_library, MHD_quiesce_daemon),
        LIBRARY_SYMBOL(struct http_library, MHD_get_connection_info),
        LIBRARY_SYMBOL(struct http_library, MHD_get_connection_values),
        LIBRARY_SYMBOL(struct http_library, MHD_lookup_connection_value),
        LIBRARY_SYMBOL(struct http_library, MHD_create_response_from_buffer),
        LIBRARY_SYMBOL(struct http_library, MHD_add_response_header),
        LIBRARY_SYMBOL(struct http_library, MHD_queue_response),
        LIBRARY_SYMBOL(struct http_library, MHD_destroy_response),
    };
    return library_load("libmicrohttpd.so.12", "libmicrohttpd12", symbols, ARRAY_LENGTH(symbols), ret_http, error);
}

void http_log_nothing(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}
