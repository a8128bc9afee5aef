/* input.h - the documents of files, folders and standard input, one after another. */
#pragma once
#include "base/error.h"

/* Called for each document's text. */
typedef bool (*input_document)(void *context, const struct source *source, struct error *error);

/* Hands out the documents of `path` ("-": standard input), in the order of the file. Of a folder: its files named
 * .yaml, .yml or .json in the order of their names, with its folders when `recursive`. Memory is bounded by the largest
 * document. */
MUST_CHECK bool input_documents(const char *path, bool recursive, input_document document, void *context,
                                struct error *error);
