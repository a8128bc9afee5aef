/* log.h - one line an event, for people (text) or for machines (JSON). Values come from strangers' pods: whatever could
 * end a line or drive a terminal is escaped. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include "base/slice.h"
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG = -1, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log {
    bool json;
    enum log_level least; /* what is below is not said */
    /* Takes a whole line, with its "\n". Called by any thread, so it must not tear lines. */
    void (*write)(void *context, struct slice line);
    void *context;
};

struct log_field {
    const char *name;
    enum { LOG_TEXT, LOG_NUMBER, LOG_NANOSECONDS } kind; /* nanoseconds are printed as seconds */
    struct slice text;
    int64_t number;
};
#define LOG_FIELD_TEXT(field_name, slice) {.name = (field_name), .kind = LOG_TEXT, .text = (slice)}
#define LOG_FIELD_NUMBER(field_name, value) {.name = (field_name), .kind = LOG_NUMBER, .number = (int64_t)(value)}
#define LOG_FIELD_NANOSECONDS(field_name, value) \
    {.name = (field_name), .kind = LOG_NANOSECONDS, .number = (int64_t)(value)}

/* "TIME LEVEL EVENT name=value ...", or an object of the same. Text fields that are empty are left out,
 * long ones are cut after a kilobyte. */
void log_event(const struct log *log, enum log_level level, const char *event, const struct log_field *fields,
               size_t count);
/* One event with a single field "message". */
void log_message(const struct log *log, enum log_level level, const char *event, const char *format, ...)
    PRINTF(4, 5);
/* The error with its place and the quoted line. */
void log_error(const struct log *log, enum log_level level, const char *event, const struct error *error);
