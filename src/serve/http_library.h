/* http_library.h - libmicrohttpd, loaded when a server starts: its functions by their names. */
#pragma once
#include "base/error.h"
#include <microhttpd.h>
#include <stdarg.h>

struct http_library {
    __typeof__(MHD_start_daemon) *MHD_start_daemon;
    __typeof__(MHD_stop_daemon) *MHD_stop_daemon;
    __typeof__(MHD_quiesce_daemon) *MHD_quiesce_daemon;
    __typeof__(MHD_get_connection_info) *MHD_get_connection_info;
    __typeof__(MHD_get_connection_values) *MHD_get_connection_values;
    __typeof__(MHD_lookup_connection_value) *MHD_lookup_connection_value;
    __typeof__(MHD_create_response_from_buffer) *MHD_create_response_from_buffer;
    __typeof__(MHD_add_response_header) *MHD_add_response_header;
    __typeof__(MHD_queue_response) *MHD_queue_response;
    __typeof__(MHD_destroy_response) *MHD_destroy_response;
};

/* Errors: ERROR_MISSING, the library is not installed. */
MUST_CHECK bool http_library_load(struct http_library *ret_http, struct error *error);
/* For MHD_OPTION_EXTERNAL_LOGGER: the library reports every scanner that knocks. */
void http_log_nothing(void *context, const char *format, va_list arguments);
