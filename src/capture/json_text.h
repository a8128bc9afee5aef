/* json_text.h - a text as a JSON string (RFC 8259, section 7). */
#pragma once
#include "base/buffer.h"

/* In quotes, escaped. Bytes that are not UTF-8 become U+FFFD. */
void json_text_print(struct buffer *out, struct slice text);
