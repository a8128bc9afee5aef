/* word_case.h - the cases of words in a text: camelCase, snake_case, Title Case. As the libraries that sprig uses. */
#pragma once
#include "base/buffer.h"
#include "base/slice.h"

void word_case_title(struct buffer *out, struct slice text);
void word_case_untitle(struct buffer *out, struct slice text);
void word_case_swap(struct buffer *out, struct slice text);
void word_case_camel(struct buffer *out, struct slice text); /* "http_server" is HttpServer */
void word_case_snake(struct buffer *out, struct slice text);
void word_case_kebab(struct buffer *out, struct slice text);
/* The first byte of each word, and the text without white space: what is no ASCII is taken for Latin-1, as goutils
 * does. */
void word_case_initials(struct buffer *out, struct slice text);
void word_case_no_space(struct buffer *out, struct slice text);
