#include "serve/log.h"
#include "base/buffer.h"
#include "tree/json.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { LINE_MAX_BYTES = 128 * 1024, VALUE_MAX = 1024, MESSAGE_MAX = 2048 };

static const char *const level_names[] = {"debug", "info", "warning", "error"};

/* RFC 3339, in UTC, to the millisecond. */
static void time_add(struct buffer *line)
{
    struct timespec now;
    struct tm calendar;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &calendar);
    buffer_format(line, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", calendar.tm_year + 1900, calendar.tm_mon + 1,
                  calendar.tm_mday, calendar.tm_hour, calendar.tm_min, calendar.tm_sec, now.tv_nsec / 1000000);
}

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte <= ' ' || byte == '"' || byte == '\\' || byte == '=' || byte >= 0x7f)
            return false;
    }
    return text.length > 0;
}

/* A name may be a megabyte long: nobody has checked it yet. */
static void text_add(struct buffer *line, struct slice text, bool json, size_t limit)
{
    struct slice shown = slice_range(text, 0, limit);
    if (!json && is_plain(shown))
        buffer_add_slice(line, shown);
    else
        json_write_string(line, shown, JSON_COMPACT);
}

static void value_add(struct buffer *line, const struct log_field *field, bool json)
{
    switch (field->kind) {
    case LOG_TEXT:
        text_add(line, field->text, json, VALUE_MAX);
        return;
    case LOG_NUMBER:
        buffer_format(line, "%" PRId64, field->number);
        return;
    case LOG_NANOSECONDS:
        buffer_format(line, "%.6f", (double)field->number / 1e9);
        return;
    }
}

void log_event(const struct log *log, enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    if (level < log->least)
        return;
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(LINE_MAX_BYTES);
    buffer_add_slice(&line, log->json ? SLICE("{\"time\":\"") : SLICE(""));
    time_add(&line);
    buffer_format(&line, log->json ? "\",\"level\":\"%s\",\"event\":\"%s\"" : " %s %s", level_names[level - LOG_DEBUG], event);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == LOG_TEXT && !fields[i].text.length)
            continue;
        buffer_format(&line, log->json ? ",\"%s\":" : " %s=", fields[i].name);
        value_add(&line, &fields[i], log->json);
    }
    buffer_add_slice(&line, log->json ? SLICE("}\n") : SLICE("\n"));
    if (!line.overflowed) /* it never does: fields are few and each is bounded */
        log->write(log->context, buffer_slice(&line));
}

void log_message(const struct log *log, enum log_level level, const char *event, const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const struct log_field field = LOG_FIELD_TEXT("message", slice_from(text));
    log_event(log, level, event, &field, 1);
}

void log_error(const struct log *log, enum log_level level, const char *event, const struct error *error)
{
    char text[MESSAGE_MAX];
    error_print(error, text, sizeof text);
    const struct log_field field = LOG_FIELD_TEXT("message", slice_from(text));
    log_event(log, level, event, &field, 1);
}
