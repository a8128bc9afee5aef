#include "template/date_layout.h"

const char *const date_month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const char *const date_day_names[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

enum { DAY_SECONDS = 86400 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970 of a day of the Gregorian calendar, and back: years start in March, so that the leap day is last. */
static int64_t days_from(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, 400), year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date_civil date_civil_from(int64_t seconds)
{
    int64_t days = floor_div(seconds, DAY_SECONDS), rest = seconds - days * DAY_SECONDS;
    int64_t shifted = days + 719468, era = floor_div(shifted, 146097), day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    struct date_civil civil;
    civil.day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    civil.month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    civil.year = year_of_era + era * 400 + (civil.month <= 2);
    civil.hour = (int)(rest / 3600);
    civil.minute = (int)(rest / 60 % 60);
    civil.second = (int)(rest % 60);
    civil.weekday = (int)(((days + 4) % 7 + 7) % 7);
    civil.year_day = (int)(days - days_from(civil.year, 1, 1)) + 1;
    return civil;
}

int64_t date_seconds_from(int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, int64_t second)
{
    int64_t carried = floor_div(month - 1, 12); /* months beyond a year's end go into the next */
    return ((days_from(year + carried, month - carried * 12, 1) + day - 1) * 24 + hour) * 3600 + minute * 60 + second;
}

/* ---- layouts ---- */

enum part {
    PART_NONE,
    PART_LONG_MONTH,
    PART_MONTH,
    PART_NUMBER_MONTH,
    PART_ZERO_MONTH,
    PART_LONG_DAY,
    PART_DAY_NAME,
    PART_DAY,
    PART_BLANK_DAY,
    PART_ZERO_DAY,
    PART_YEAR_DAY,
    PART_BLANK_YEAR_DAY,
    PART_HOUR,
    PART_HOUR_12,
    PART_ZERO_HOUR_12,
    PART_MINUTE,
    PART_ZERO_MINUTE,
    PART_SECOND,
    PART_ZERO_SECOND,
    PART_LONG_YEAR,
    PART_YEAR,
    PART_PM,
    PART_SMALL_PM,
    PART_ZONE,
    PART_OFFSET,          /* -0700 */
    PART_OFFSET_COLON,    /* -07:00 */
    PART_OFFSET_SHORT,    /* -07 */
    PART_OFFSET_SECONDS,  /* -070000 */
    PART_OFFSET_COLON_SECONDS,
    PART_Z_OFFSET,        /* Z0700: Z for UTC */
    PART_FRACTION,        /* .000: digits as they are */
    PART_FRACTION_SHORT,  /* .999: without trailing zeros */
};

static const struct {
    struct slice text;
    enum part part;
} parts[] = { /* longer ones before those they begin with */
    {SLICE_CONSTANT("January"), PART_LONG_MONTH},
    {SLICE_CONSTANT("Jan"), PART_MONTH},
    {SLICE_CONSTANT("Monday"), PART_LONG_DAY},
    {SLICE_CONSTANT("Mon"), PART_DAY_NAME},
    {SLICE_CONSTANT("MST"), PART_ZONE},
    {SLICE_CONSTANT("002"), PART_YEAR_DAY},
    {SLICE_CONSTANT("01"), PART_ZERO_MONTH},
    {SLICE_CONSTANT("02"), PART_ZERO_DAY},
    {SLICE_CONSTANT("03"), PART_ZERO_HOUR_12},
    {SLICE_CONSTANT("04"), PART_ZERO_MINUTE},
    {SLICE_CONSTANT("05"), PART_ZERO_SECOND},
    {SLICE_CONSTANT("06"), PART_YEAR},
    {SLICE_CONSTANT("15"), PART_HOUR},
    {SLICE_CONSTANT("1"), PART_NUMBER_MONTH},
    {SLICE_CONSTANT("2006"), PART_LONG_YEAR},
    {SLICE_CONSTANT("2"), PART_DAY},
    {SLICE_CONSTANT("__2"), PART_BLANK_YEAR_DAY},
    {SLICE_CONSTANT("_2"), PART_BLANK_DAY},
    {SLICE_CONSTANT("3"), PART_HOUR_12},
    {SLICE_CONSTANT("4"), PART_MINUTE},
    {SLICE_CONSTANT("5"), PART_SECOND},
    {SLICE_CONSTANT("PM"), PART_PM},
    {SLICE_CONSTANT("pm"), PART_SMALL_PM},
    {SLICE_CONSTANT("-070000"), PART_OFFSET_SECONDS},
    {SLICE_CONSTANT("-07:00:00"), PART_OFFSET_COLON_SECONDS},
    {SLICE_CONSTANT("-0700"), PART_OFFSET},
    {SLICE_CONSTANT("-07:00"), PART_OFFSET_COLON},
    {SLICE_CONSTANT("-07"), PART_OFFSET_SHORT},
    {SLICE_CONSTANT("Z070000"), PART_Z_OFFSET},
    {SLICE_CONSTANT("Z07:00:00"), PART_Z_OFFSET},
    {SLICE_CONSTANT("Z0700"), PART_Z_OFFSET},
    {SLICE_CONSTANT("Z07:00"), PART_Z_OFFSET},
    {SLICE_CONSTANT("Z07"), PART_Z_OFFSET},
};

/* The part of a layout that starts at its first byte, and its length. */
static enum part part_at(struct slice layout, size_t *ret_length)
{
    if (slice_starts(layout, SLICE("_2006"))) { /* a plain underscore before a year */
        *ret_length = 1;
        return PART_NONE;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
        if (slice_starts(layout, parts[i].text)) {
            bool word_goes_on =
                parts[i].part == PART_MONTH && layout.length > 3 && layout.bytes[3] >= 'a' && layout.bytes[3] <= 'z';
            if (word_goes_on)
                continue;
            *ret_length = parts[i].text.length;
            return parts[i].part;
        }
    if ((layout.bytes[0] == '.' || layout.bytes[0] == ',') && layout.length > 1 &&
        (layout.bytes[1] == '0' || layout.bytes[1] == '9')) {
        size_t length = 1;
        while (length < layout.length && layout.bytes[length] == layout.bytes[1])
            length++;
        if (length == layout.length || layout.bytes[length] < '0' || layout.bytes[length] > '9') {
            *ret_length = length;
            return layout.bytes[1] == '0' ? PART_FRACTION : PART_FRACTION_SHORT;
        }
    }
    *ret_length = 1;
    return PART_NONE;
}

static void print_fraction(struct buffer *out, struct slice text, int32_t nanoseconds, bool is_short)
{
    size_t digits = text.length - 1 > 9 ? 9 : text.length - 1;
    char all[10];
    for (size_t i = 9; i-- > 0;) {
        all[i] = (char)('0' + nanoseconds % 10);
        nanoseconds /= 10;
    }
    while (is_short && digits && all[digits - 1] == '0')
        digits--;
    if (is_short && !digits)
        return;
    buffer_add_byte(out, text.bytes[0]);
    buffer_add(out, all, digits);
}

static void print_part(struct buffer *out, enum part part, const struct date_civil *civil)
{
    int hour_12 = civil->hour % 12 ? civil->hour % 12 : 12;
    switch (part) {
    case PART_LONG_MONTH:
        buffer_add_slice(out, slice_from(date_month_names[civil->month - 1]));
        break;
    case PART_MONTH:
        buffer_add(out, date_month_names[civil->month - 1], 3);
        break;
    case PART_NUMBER_MONTH:
        buffer_format(out, "%d", civil->month);
        break;
    case PART_ZERO_MONTH:
        buffer_format(out, "%02d", civil->month);
        break;
    case PART_LONG_DAY:
        buffer_add_slice(out, slice_from(date_day_names[civil->weekday]));
        break;
    case PART_DAY_NAME:
        buffer_add(out, date_day_names[civil->weekday], 3);
        break;
    case PART_DAY:
        buffer_format(out, "%d", civil->day);
        break;
    case PART_BLANK_DAY:
        buffer_format(out, "%2d", civil->day);
        break;
    case PART_ZERO_DAY:
        buffer_format(out, "%02d", civil->day);
        break;
    case PART_YEAR_DAY:
        buffer_format(out, "%03d", civil->year_day);
        break;
    case PART_BLANK_YEAR_DAY:
        buffer_format(out, "%3d", civil->year_day);
        break;
    case PART_HOUR:
        buffer_format(out, "%02d", civil->hour);
        break;
    case PART_HOUR_12:
        buffer_format(out, "%d", hour_12);
        break;
    case PART_ZERO_HOUR_12:
        buffer_format(out, "%02d", hour_12);
        break;
    case PART_MINUTE:
        buffer_format(out, "%d", civil->minute);
        break;
    case PART_ZERO_MINUTE:
        buffer_format(out, "%02d", civil->minute);
        break;
    case PART_SECOND:
        buffer_format(out, "%d", civil->second);
        break;
    case PART_ZERO_SECOND:
        buffer_format(out, "%02d", civil->second);
        break;
    case PART_LONG_YEAR:
        buffer_format(out, civil->year < 0 ? "-%04lld" : "%04lld",
                      (long long)(civil->year < 0 ? -civil->year : civil->year));
        break;
    case PART_YEAR:
        buffer_format(out, "%02d", (int)(civil->year % 100));
        break;
    case PART_PM:
        buffer_add_slice(out, civil->hour >= 12 ? SLICE("PM") : SLICE("AM"));
        break;
    case PART_SMALL_PM:
        buffer_add_slice(out, civil->hour >= 12 ? SLICE("pm") : SLICE("am"));
        break;
    case PART_ZONE:
        buffer_add_literal(out, "UTC");
        break;
    case PART_OFFSET:
        buffer_add_literal(out, "+0000");
        break;
    case PART_OFFSET_COLON:
        buffer_add_literal(out, "+00:00");
        break;
    case PART_OFFSET_SHORT:
        buffer_add_literal(out, "+00");
        break;
    case PART_OFFSET_SECONDS:
        buffer_add_literal(out, "+000000");
        break;
    case PART_OFFSET_COLON_SECONDS:
        buffer_add_literal(out, "+00:00:00");
        break;
    case PART_Z_OFFSET:
        buffer_add_byte(out, 'Z');
        break;
    default:
        break;
    }
}

void date_layout_print(struct buffer *out, const struct template_time *time, struct slice layout)
{
    struct date_civil civil = date_civil_from(time->seconds);
    size_t length;
    for (size_t at = 0; at < layout.length && !out->overflowed; at += length) {
        struct slice rest = slice_from_offset(layout, at);
        enum part part = part_at(rest, &length);
        if (part == PART_NONE)
            buffer_add(out, rest.bytes, length);
        else if (part == PART_FRACTION || part == PART_FRACTION_SHORT)
            print_fraction(out, slice_range(rest, 0, length), time->nanoseconds, part == PART_FRACTION_SHORT);
        else
            print_part(out, part, &civil);
    }
}

/* ---- reading ---- */

struct reading {
    struct slice text;
    int64_t year;
    int month, day, year_day, hour, minute, second, offset;
    int32_t nanoseconds;
    bool pm, has_pm;
};

static bool read_digits(struct reading *reading, size_t least, size_t most, int *ret)
{
    size_t at = 0;
    int value = 0;
    while (at < most && at < reading->text.length && reading->text.bytes[at] >= '0' && reading->text.bytes[at] <= '9')
        value = value * 10 + reading->text.bytes[at++] - '0';
    if (at < least)
        return false;
    *ret = value;
    reading->text = slice_from_offset(reading->text, at);
    return true;
}

static bool read_name(struct reading *reading, const char *const *names, int count, bool is_long, int *ret)
{
    for (int i = 0; i < count; i++) {
        struct slice name = slice_range(slice_from(names[i]), 0, is_long ? SLICE_NONE : 3);
        if (reading->text.length >= name.length && strncasecmp(reading->text.bytes, name.bytes, name.length) == 0) {
            *ret = i;
            reading->text = slice_from_offset(reading->text, name.length);
            return true;
        }
    }
    return false;
}

static bool read_offset(struct reading *reading, enum part part, struct slice layout)
{
    if (part == PART_Z_OFFSET && slice_starts(reading->text, SLICE("Z"))) {
        reading->text = slice_from_offset(reading->text, 1);
        return true;
    }
    if (!reading->text.length || (reading->text.bytes[0] != '+' && reading->text.bytes[0] != '-'))
        return false;
    int sign = reading->text.bytes[0] == '-' ? -1 : 1, hours, minutes = 0;
    reading->text = slice_from_offset(reading->text, 1);
    if (!read_digits(reading, 2, 2, &hours))
        return false;
    bool colon = slice_find_byte(layout, ':') != SLICE_NONE;
    if (colon && !slice_starts(reading->text, SLICE(":")))
        return false;
    reading->text = slice_from_offset(reading->text, colon);
    if (layout.length > 3 && !read_digits(reading, 2, 2, &minutes))
        return false;
    reading->offset = sign * (hours * 3600 + minutes * 60);
    return hours <= 24 && minutes < 60;
}

static bool read_fraction(struct reading *reading, size_t exactly)
{
    if (!reading->text.length || (reading->text.bytes[0] != '.' && reading->text.bytes[0] != ','))
        return !exactly;
    size_t at = 1;
    int64_t value = 0;
    int scale = 0;
    for (; at < reading->text.length && reading->text.bytes[at] >= '0' && reading->text.bytes[at] <= '9'; at++)
        if (scale < 9) {
            value = value * 10 + reading->text.bytes[at] - '0';
            scale++;
        }
    if (at == 1 || (exactly && at - 1 != exactly))
        return false;
    for (; scale < 9; scale++)
        value *= 10;
    reading->nanoseconds = (int32_t)value;
    reading->text = slice_from_offset(reading->text, at);
    return true;
}

static bool read_blank_day(struct reading *reading)
{
    if (slice_starts(reading->text, SLICE(" ")))
        reading->text = slice_from_offset(reading->text, 1);
    return read_digits(reading, 1, 2, &reading->day);
}

static bool read_year(struct reading *reading, bool is_long)
{
    int year;
    if (!read_digits(reading, is_long ? 4 : 2, is_long ? 4 : 2, &year))
        return false;
    reading->year = is_long ? year : year >= 69 ? 1900 + year : 2000 + year;
    return true;
}

static bool read_part(struct reading *reading, enum part part, struct slice layout, struct slice after)
{
    int ignored, month;
    switch (part) {
    case PART_LONG_MONTH:
    case PART_MONTH:
        if (!read_name(reading, date_month_names, 12, part == PART_LONG_MONTH, &month))
            return false;
        reading->month = month + 1;
        return true;
    case PART_NUMBER_MONTH:
        return read_digits(reading, 1, 2, &reading->month) && reading->month >= 1 && reading->month <= 12;
    case PART_ZERO_MONTH:
        return read_digits(reading, 2, 2, &reading->month) && reading->month >= 1 && reading->month <= 12;
    case PART_LONG_DAY:
    case PART_DAY_NAME:
        return read_name(reading, date_day_names, 7, part == PART_LONG_DAY, &ignored);
    case PART_DAY:
        return read_digits(reading, 1, 2, &reading->day);
    case PART_BLANK_DAY:
        return read_blank_day(reading);
    case PART_ZERO_DAY:
        return read_digits(reading, 2, 2, &reading->day);
    case PART_YEAR_DAY:
    case PART_BLANK_YEAR_DAY:
        return read_digits(reading, 3, 3, &reading->year_day) && reading->year_day >= 1;
    case PART_HOUR:
        return read_digits(reading, 2, 2, &reading->hour) && reading->hour < 24;
    case PART_HOUR_12:
        return read_digits(reading, 1, 2, &reading->hour) && reading->hour <= 12;
    case PART_ZERO_HOUR_12:
        return read_digits(reading, 2, 2, &reading->hour) && reading->hour <= 12;
    case PART_MINUTE:
        return read_digits(reading, 1, 2, &reading->minute) && reading->minute < 60;
    case PART_ZERO_MINUTE:
        return read_digits(reading, 2, 2, &reading->minute) && reading->minute < 60;
    case PART_SECOND:
    case PART_ZERO_SECOND: {
        if (!read_digits(reading, part == PART_SECOND ? 1 : 2, 2, &reading->second) || reading->second >= 60)
            return false;
        /* A fraction may follow the seconds even where the layout has none. */
        size_t length;
        enum part next = after.length ? part_at(after, &length) : PART_NONE;
        bool fraction = reading->text.length > 1 && (reading->text.bytes[0] == '.' || reading->text.bytes[0] == ',') &&
                        reading->text.bytes[1] >= '0' && reading->text.bytes[1] <= '9';
        return !fraction || next == PART_FRACTION || next == PART_FRACTION_SHORT || read_fraction(reading, 0);
    }
    case PART_LONG_YEAR:
    case PART_YEAR:
        return read_year(reading, part == PART_LONG_YEAR);
    case PART_PM:
    case PART_SMALL_PM:
        reading->has_pm = true;
        reading->pm = reading->text.length >= 2 && (reading->text.bytes[0] | 0x20) == 'p';
        if (reading->text.length < 2 || strncasecmp(reading->text.bytes, reading->pm ? "pm" : "am", 2) != 0)
            return false;
        reading->text = slice_from_offset(reading->text, 2);
        return true;
    case PART_ZONE: {
        size_t at = 0;
        while (at < reading->text.length && reading->text.bytes[at] >= 'A' && reading->text.bytes[at] <= 'Z')
            at++;
        reading->text = slice_from_offset(reading->text, at);
        return at >= 3 && at <= 5;
    }
    case PART_FRACTION:
        return read_fraction(reading, layout.length - 1);
    case PART_FRACTION_SHORT:
        return read_fraction(reading, 0);
    default:
        return read_offset(reading, part, layout);
    }
}

static int month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

bool date_layout_read(struct slice text, struct slice layout, struct template_time *ret)
{
    struct reading reading = {.text = text, .month = 1, .day = 1, .year = 0};
    size_t length;
    for (size_t at = 0; at < layout.length; at += length) {
        struct slice rest = slice_from_offset(layout, at);
        enum part part = part_at(rest, &length);
        if (part != PART_NONE) {
            if (!read_part(&reading, part, slice_range(rest, 0, length), slice_from_offset(rest, length)))
                return false;
        } else {
            if (!reading.text.length || reading.text.bytes[0] != rest.bytes[0])
                return false;
            reading.text = slice_from_offset(reading.text, 1);
        }
    }
    if (reading.text.length || reading.day < 1 || reading.day > month_days(reading.year, reading.month))
        return false;
    if (reading.has_pm && reading.pm && reading.hour < 12)
        reading.hour += 12;
    else if (reading.has_pm && !reading.pm && reading.hour == 12)
        reading.hour = 0;
    if (reading.year_day) {
        reading.month = 1;
        reading.day = reading.year_day;
    }
    ret->seconds =
        date_seconds_from(reading.year, reading.month, reading.day, reading.hour, reading.minute, reading.second) -
        reading.offset;
    ret->nanoseconds = reading.nanoseconds;
    ret->is_zero_value = false;
    return true;
}
