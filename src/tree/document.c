#include "tree/document.h"
#include "base/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_AT_ONCE = 64 * 1024 };

void document_reader_init(struct document_reader *reader, document_read read, void *context, struct slice name,
                          size_t limit)
{
    *reader = (struct document_reader){.read = read, .context = context, .name = name, .limit = limit, .line = 1};
}

void document_reader_done(struct document_reader *reader)
{
    free(reader->bytes);
    reader->bytes = NULL;
    reader->length = reader->capacity = 0;
}

/* Makes room behind the bytes that are still needed, which move to the front. */
static bool make_room(struct document_reader *reader, struct error *error)
{
    if (reader->length - reader->next > reader->limit)
        return error_set(error, ERROR_LIMIT, (struct position){reader->name, reader->line, 1},
                         "a document of more than %zu bytes", reader->limit);
    if (reader->capacity - reader->length >= READ_AT_ONCE)
        return true;
    if (reader->next) {
        reader->length -= reader->next;
        memmove(reader->bytes, reader->bytes + reader->next, reader->length);
        reader->next = 0;
    }
    if (reader->capacity - reader->length >= READ_AT_ONCE)
        return true;
    reader->capacity = reader->capacity ? reader->capacity * 2 : 2 * READ_AT_ONCE;
    reader->bytes = memory_resize(reader->bytes, reader->capacity, 1);
    return true;
}

/* Reads more; what ends without a line end gets one. */
static bool read_more(struct document_reader *reader, struct error *error)
{
    if (!make_room(reader, error))
        return false;
    size_t length = 0;
    if (!reader->read(reader->context, reader->bytes + reader->length, reader->capacity - reader->length, &length,
                      error))
        return error_wrap(error, "%.*s", SLICE_ARGS(reader->name));
    reader->at_end = length == 0;
    reader->length += length;
    if (reader->at_end && reader->length > reader->next && reader->bytes[reader->length - 1] != '\n')
        reader->bytes[reader->length++] = '\n';
    return true;
}

/* "---", and then blanks or a comment. */
static bool check_separator(const struct document_reader *reader, struct slice line, unsigned number,
                            struct error *error)
{
    struct slice rest = slice_trim(slice_from_offset(line, 3));
    if (!rest.length || rest.bytes[0] == '#')
        return true;
    struct source source = {reader->name, line, number};
    return error_at(error, ERROR_SYNTAX, &source, (size_t)(rest.bytes - line.bytes),
                    "only a comment may follow --- on its line");
}

/* "\r\n" becomes "\n", in place; gives the new length. */
static size_t drop_returns(char *bytes, size_t length)
{
    char *first = memchr(bytes, '\r', length);
    if (!first)
        return length;
    size_t kept = (size_t)(first - bytes);
    for (size_t i = kept; i < length; i++) {
        if (bytes[i] != '\r' || i + 1 == length || bytes[i + 1] != '\n')
            bytes[kept++] = bytes[i];
    }
    return kept;
}

/* `end`: where the document ends; `next`: where the one behind it starts, at line `line`. */
static void give(struct document_reader *reader, size_t end, size_t next, unsigned line, struct source *ret_document)
{
    char *bytes = reader->bytes + reader->next;
    *ret_document = (struct source){reader->name, {bytes, drop_returns(bytes, end - reader->next)}, reader->line};
    reader->next = next;
    reader->line = line;
}

bool document_reader_next(struct document_reader *reader, struct source *ret_document, bool *ret_found,
                          struct error *error)
{
    size_t in_document = 0, searched = 0; /* from `next` on: where a line starts, and from where to look for its end */
    unsigned line = reader->line;
    for (;;) {
        size_t left = reader->length - reader->next - searched;
        const char *from = left ? reader->bytes + reader->next + searched : NULL;
        const char *newline = left ? memchr(from, '\n', left) : NULL;
        if (!newline && !reader->at_end) {
            searched += left;
            if (!read_more(reader, error))
                return false;
            continue;
        }
        size_t start = reader->next + in_document;
        if (!newline) {
            *ret_found = in_document > 0;
            if (in_document)
                give(reader, start, start, line, ret_document);
            return true;
        }
        size_t next_line = (size_t)(newline - reader->bytes) + 1;
        struct slice text = {reader->bytes + start, next_line - 1 - start};
        line++;
        if (slice_starts(text, SLICE("---"))) {
            if (!check_separator(reader, text, line - 1, error))
                return false;
            if (in_document) {
                give(reader, start, next_line, line, ret_document);
                *ret_found = true;
                return true;
            }
        }
        in_document = searched = next_line - reader->next;
    }
}

bool document_read_fd(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error)
{
    const int *descriptor = context;
    for (;;) {
        ssize_t length = read(*descriptor, into, capacity);
        if (length >= 0) {
            *ret_length = (size_t)length;
            return true;
        }
        if (errno != EINTR)
            return error_errno(error, "cannot be read");
    }
}

bool document_read_slice(void *context, char *into, size_t capacity, size_t *ret_length, struct error *error)
{
    (void)error;
    struct slice *rest = context;
    size_t length = rest->length < capacity ? rest->length : capacity;
    if (length)
        memcpy(into, rest->bytes, length);
    *rest = slice_from_offset(*rest, length);
    *ret_length = length;
    return true;
}
