/* slice.h - a borrowed run of bytes with its length. Never owns, may hold NULs, need not end in one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *bytes;
    size_t length;
};

/* A slice of a string literal, usable in static tables. */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
#define SLICE_CONSTANT(literal) {(literal), sizeof(literal) - 1}
/* For "%.*s". */
#define SLICE_ARGS(slice) ((int)((slice).length > 4096 ? 4096 : (slice).length)), ((slice).bytes ? (slice).bytes : "")

static inline bool slice_equal(struct slice a, struct slice b)
{
    /* Most texts that are not equal differ in their first byte already: no call for those. */
    return a.length == b.length &&
           (a.length == 0 || (a.bytes[0] == b.bytes[0] && memcmp(a.bytes, b.bytes, a.length) == 0));
}

/* The slice of a NUL-terminated string; NULL gives the empty slice. */
struct slice slice_from(const char *text);

/* Byte-wise order, shorter first where one begins the other: <0, 0, >0 (Go's string order). */
int slice_compare(struct slice a, struct slice b);
static inline bool slice_starts(struct slice text, struct slice prefix)
{
    return text.length >= prefix.length && (prefix.length == 0 || memcmp(text.bytes, prefix.bytes, prefix.length) == 0);
}
bool slice_ends(struct slice text, struct slice suffix);

/* The bytes from `start` up to `end`; both are clamped to the slice. */
static inline struct slice slice_range(struct slice text, size_t start, size_t end)
{
    if (end > text.length)
        end = text.length;
    if (start > end)
        start = end;
    return (struct slice){text.bytes ? text.bytes + start : NULL, end - start};
}
/* The bytes from `start` to the end. */
static inline struct slice slice_from_offset(struct slice text, size_t start)
{
    return slice_range(text, start, text.length);
}

/* Where `needle` first (last) stands in `text`; SLICE_NONE if it does not. An empty needle is found at 0 (at the end).
 */
#define SLICE_NONE ((size_t)-1)
size_t slice_find(struct slice text, struct slice needle);
size_t slice_find_last(struct slice text, struct slice needle);
size_t slice_find_byte(struct slice text, char byte);

/* Without the ASCII white space at both ends. */
struct slice slice_trim(struct slice text);

/* Cuts the part before the first `separator` off `*rest` and gives it in *ret_part. False when nothing is left.
 * "a,,b" gives "a", "", "b"; "" gives one empty part, as Go's strings.Split does. Start with {.rest = text}. */
struct slice_splitter {
    struct slice rest;
    bool finished;
};
bool slice_split(struct slice_splitter *splitter, char separator, struct slice *ret_part);
