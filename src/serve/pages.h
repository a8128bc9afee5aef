/* pages.h - a few pages over plain HTTP, for probes, Prometheus and people. */
#pragma once
#include "base/buffer.h"
#include "serve/http_library.h"
#include <stdint.h>

struct page {
    const char *path, *type; /* "/metrics", "text/plain"; constant */
    /* Prints the page and gives the HTTP status. Called by the server's thread. */
    unsigned (*print)(void *context, struct buffer *out);
};

struct pages_settings {
    const char *address; /* numeric; NULL: all */
    uint16_t port;       /* 0: any free one */
    const struct http_library *http;
    const struct page *pages; /* borrowed, as is what else is pointed at */
    size_t page_count;
    void *context;
};

struct pages;
/* The settings are copied. Errors: the address is in use. */
MUST_CHECK bool pages_start(const struct pages_settings *settings, struct pages **ret_pages, struct error *error);
uint16_t pages_port(const struct pages *pages);
/* What is to be done every second: slow and idle clients are sent away. */
void pages_tick(struct pages *pages);
void pages_stop(struct pages *pages); /* NULL is fine */
