/* curl.h - the part of libcurl that is used, loaded when a client is first opened: a program linked with it takes
 * milliseconds longer to start, and injection by files needs none of it. */
#pragma once
#include "base/error.h"
#include <curl/curl.h>

/* curl_easy_setopt and curl_easy_getinfo take any argument: give each option the type its page asks for (long, not int;
 * curl_off_t), since nothing converts it here. */
struct curl_library {
    __typeof__(curl_global_init) *global_init;
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    void (*easy_reset)(CURL *easy);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_perform)(CURLM *multi, int *running);
    CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *extra, unsigned extra_count, int timeout_ms, int *count);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
    const char *(*multi_strerror)(CURLMcode code);
};

/* Errors: ERROR_MISSING, with the Debian package that has the library. */
MUST_CHECK bool curl_library_open(struct curl_library *ret_library, struct error *error);
