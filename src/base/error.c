#include "base/error.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { QUOTE_LINE_MAX = 160 };

struct position source_position(const struct source *source, size_t offset)
{
    struct slice before = slice_range(source->text, 0, offset);
    unsigned line = source->first_line ? source->first_line : 1;
    size_t line_start = 0;
    for (size_t at = 0; at < before.length; at++) {
        const char *newline = memchr(before.bytes + at, '\n', before.length - at);
        if (!newline)
            break;
        at = (size_t)(newline - before.bytes);
        line_start = at + 1;
        line++;
    }
    return (struct position){source->name, line, (unsigned)(before.length - line_start + 1)};
}

/* Control bytes would let a hostile manifest write to the reader's terminal. */
static void text_make_printable(char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = *text == '\n' ? '\n' : ' ';
    }
}

static void text_print(struct error *error, const char *format, va_list arguments)
{
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    if (length >= (int)sizeof error->text)
        memcpy(error->text + sizeof error->text - 4, "...", 4);
    text_make_printable(error->text);
}

bool error_set(struct error *error, enum error_code code, struct position where, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    error->code = code;
    error->where = where;
    error->quote[0] = '\0';
    text_print(error, format, arguments);
    va_end(arguments);
    return false;
}

static void quote_line(struct error *error, const struct source *source, size_t offset)
{
    struct slice text = source->text;
    if (offset > text.length)
        offset = text.length;
    size_t start = offset, end = offset;
    while (start > 0 && text.bytes[start - 1] != '\n' && offset - start < QUOTE_LINE_MAX / 2)
        start--;
    while (end < text.length && text.bytes[end] != '\n' && end - start < QUOTE_LINE_MAX)
        end++;
    snprintf(error->quote, sizeof error->quote, "%.*s", (int)(end - start), text.bytes ? text.bytes + start : "");
    text_make_printable(error->quote);
}

bool error_at(struct error *error, enum error_code code, const struct source *source, size_t offset, const char *format,
              ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    error->code = code;
    error->where = source_position(source, offset);
    text_print(error, format, arguments);
    va_end(arguments);
    quote_line(error, source, offset);
    return false;
}

bool error_errno(struct error *error, const char *format, ...)
{
    const char *reason = strerror(errno);
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    error->code = ERROR_SYSTEM;
    error->where = (struct position){0};
    error->quote[0] = '\0';
    text_print(error, format, arguments);
    va_end(arguments);
    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof error->text - length, ": %s", reason);
    return false;
}

bool error_wrap(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    struct error outer = {0};
    va_list arguments;
    va_start(arguments, format);
    text_print(&outer, format, arguments);
    va_end(arguments);
    size_t length = strlen(outer.text);
    int inner = snprintf(outer.text + length, sizeof outer.text - length, ": %s", error->text);
    if (length + (size_t)inner >= sizeof outer.text)
        memcpy(outer.text + sizeof outer.text - 4, "...", 4);
    memcpy(error->text, outer.text, sizeof error->text);
    return false;
}

bool error_place(struct error *error, struct position where)
{
    if (error && error->where.line == 0)
        error->where = where;
    return false;
}

void error_print(const struct error *error, char *out, size_t capacity)
{
    int length = 0;
    if (error->where.file.length && error->where.line)
        length = snprintf(out, capacity, "%.*s:%u:%u: ", SLICE_ARGS(error->where.file), error->where.line,
                          error->where.column);
    else if (error->where.file.length)
        length = snprintf(out, capacity, "%.*s: ", SLICE_ARGS(error->where.file));
    else if (error->where.line)
        length = snprintf(out, capacity, "line %u, column %u: ", error->where.line, error->where.column);
    if (length < 0 || (size_t)length >= capacity)
        return;
    int written = snprintf(out + length, capacity - (size_t)length, "%s", error->text);
    struct slice_splitter splitter = {.rest = slice_from(error->quote)};
    for (struct slice line; error->quote[0] && written >= 0 && slice_split(&splitter, '\n', &line);) {
        length += written;
        if ((size_t)length >= capacity)
            return;
        written = snprintf(out + length, capacity - (size_t)length, "\n    | %.*s", SLICE_ARGS(line));
    }
}
