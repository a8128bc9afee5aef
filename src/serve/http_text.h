/* http_text.h - what the words of HTTP/1.1 are made of (RFC 9110, 5.6). */
#pragma once
#include "base/slice.h"

/* Names of header fields and schemes are the same whatever their case, in ASCII only. */
bool http_name_equal(struct slice a, struct slice b);
/* A token: a method, a field's name. Not empty. */
bool http_is_token(struct slice text);
/* A field's value: no control characters but the tab. */
bool http_is_value(struct slice text);
/* Whether `word` is one of the values of a list: "keep-alive, Upgrade". */
bool http_list_has(struct slice list, struct slice word);
