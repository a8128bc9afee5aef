/* date_layout.h - points in time, printed and read by Go's layouts ("2006-01-02 15:04:05"). UTC only. */
#pragma once
#include "base/attribute.h"
#include "base/buffer.h"
#include "template/execution.h"

struct date_civil {
    int64_t year;
    int month, day, hour, minute, second, weekday, year_day; /* month and day from 1, weekday from Sunday = 0 */
};
struct date_civil date_civil_from(int64_t seconds);
int64_t date_seconds_from(int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, int64_t second);

extern const char *const date_month_names[12], *const date_day_names[7];

void date_layout_print(struct buffer *out, const struct template_time *time, struct slice layout);
MUST_CHECK bool date_layout_read(struct slice text, struct slice layout, struct template_time *ret);
