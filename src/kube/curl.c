#include "kube/curl.h"
#include "base/attribute.h"
#include "base/library.h"

#define SYMBOL(name) {"curl_" #name, offsetof(struct curl_library, name)}

static const struct library_symbol symbols[] = {
    SYMBOL(global_init),      SYMBOL(easy_init),           SYMBOL(easy_cleanup),  SYMBOL(easy_reset),
    SYMBOL(easy_setopt),      SYMBOL(easy_getinfo),        SYMBOL(easy_strerror), SYMBOL(slist_append),
    SYMBOL(slist_free_all),   SYMBOL(multi_init),          SYMBOL(multi_cleanup), SYMBOL(multi_add_handle),
    SYMBOL(multi_remove_handle), SYMBOL(multi_perform),    SYMBOL(multi_poll),    SYMBOL(multi_info_read),
    SYMBOL(multi_strerror),
};

bool curl_library_open(struct curl_library *ret_library, struct error *error)
{
    struct curl_library library;
    if (!library_load("libcurl-gnutls.so.4", "libcurl3-gnutls", symbols, ARRAY_LENGTH(symbols), &library, error))
        return false;
    /* Counted inside, and safe from several threads since 7.84; what it takes stays to the end of the process, as the
     * library does. */
    CURLcode failed = library.global_init(CURL_GLOBAL_DEFAULT);
    if (failed)
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "libcurl cannot start: %s",
                         library.easy_strerror(failed));
    *ret_library = library;
    return true;
}
