/* document.h - one YAML document after another from a stream of bytes, in memory for the largest of them only. Cuts at
 * lines that start with "---", as Kubernetes does (k8s.io/apimachinery, pkg/util/yaml, YAMLReader): nothing but blanks
 * and a comment may follow there; such a line in front of a document belongs to it, others to none. JSON is no
 * exception: a text without "---" is one document. */
#pragma once
#include "base/error.h"

/* Reads up to `capacity` bytes; 0 is the end. */
typedef bool (*document_read)(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error);

struct document_reader {
    document_read read;
    void *context;
    struct slice name;      /* for places in errors; borrowed */
    size_t limit;           /* a document of more bytes is an error */
    char *bytes;
    size_t length, capacity;
    size_t next;            /* where in `bytes` the next document starts */
    unsigned line;          /* and its line, from 1 */
    bool at_end;            /* the stream has no more */
};

enum { DOCUMENT_BYTES_MAX = 512 * 1024 * 1024 };

void document_reader_init(struct document_reader *reader, document_read read, void *context, struct slice name,
                          size_t limit);
void document_reader_done(struct document_reader *reader);

/* The next document, with the line it starts at, every line ended by "\n" (which "\r\n" becomes); *ret_found is false
 * when there is none. The text lives until the next call, and so must what borrows from it. Errors: ERROR_SYNTAX for
 * text behind "---", ERROR_LIMIT, and the stream's own. */
MUST_CHECK bool document_reader_next(struct document_reader *reader, struct source *ret_document, bool *ret_found,
                                     struct error *error);

/* Streams: a file descriptor (context: int *) and bytes in memory (context: struct slice *, which is used up). */
bool document_read_fd(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error);
bool document_read_slice(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error);
