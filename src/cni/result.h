/* result.h - what ADD prints: the result of the plugins before this one, as it came. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "cni/version.h"
#include "tree/tree.h"

/* Checks a previous result and gives what is to be printed for `version`. It is passed on byte for byte, unknown fields
 * and all, but for two things that the reference library does, too: it says the version that is asked for, and an empty
 * "dns" is there up to 0.4.0 and is not from 1.0.0 on. `previous` (NULL or null: there is none; then the result is
 * empty) is a node of `source`, which is valid JSON. Errors: what is no result of that version, with the place; no
 * result at all before 0.3.0, which has no empty one. */
MUST_CHECK bool cni_result_make(const struct source *source, const struct tree *previous, enum cni_version version,
                                struct buffer *out, struct error *error);

/* The text of the value that begins at that byte of valid JSON, up to its end. */
struct slice cni_json_span(struct slice text, size_t start);
