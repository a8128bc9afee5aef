#include "kube/text.h"
#include "base/attribute.h"
#include "base/duration.h"
#include "base/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Cuts `count` digits off. */
static bool cut_number(struct slice *rest, size_t count, unsigned *ret)
{
    uint64_t value;
    if (rest->length < count || !number_parse_base(slice_range(*rest, 0, count), 10, &value))
        return false;
    *rest = slice_from_offset(*rest, count);
    *ret = (unsigned)value;
    return true;
}

static bool cut_byte(struct slice *rest, char byte)
{
    if (!rest->length || rest->bytes[0] != byte)
        return false;
    *rest = slice_from_offset(*rest, 1);
    return true;
}

/* Days since 1970 of a date, by the civil calendar (the era's days: 400 years are 146097). */
static int64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
    /* Years that begin in March end with the leap day. */
    int64_t shifted = (int64_t)year - (month <= 2), era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t year_of_era = shifted - era * 400, month_of_year = (month + 9) % 12;
    int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static bool cut_date(struct slice *rest, int64_t *ret_days)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    if (!cut_number(rest, 4, &year) || !cut_byte(rest, '-') || !cut_number(rest, 2, &month) || !cut_byte(rest, '-') ||
        !cut_number(rest, 2, &day) || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days[month - 1] + (month == 2 && leap ? 1u : 0u))
        return false;
    *ret_days = days_since_1970(year, month, day);
    return true;
}

static bool cut_clock(struct slice *rest, int64_t *ret_seconds)
{
    unsigned hour, minute, second;
    /* Go takes one digit for the hour, too. */
    size_t hour_digits = rest->length > 1 && rest->bytes[1] == ':' ? 1 : 2;
    if (!cut_number(rest, hour_digits, &hour) || !cut_byte(rest, ':') || !cut_number(rest, 2, &minute) ||
        !cut_byte(rest, ':') || !cut_number(rest, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    if (rest->length > 1 && (rest->bytes[0] == '.' || rest->bytes[0] == ',') && is_digit(rest->bytes[1])) {
        do
            *rest = slice_from_offset(*rest, 1);
        while (rest->length && is_digit(rest->bytes[0]));
    }
    *ret_seconds = (hour * 60 + minute) * 60 + second;
    return true;
}

bool kube_text_parse_time(struct slice text, int64_t *ret_seconds)
{
    unsigned hours = 0, minutes = 0;
    int64_t days, seconds;
    if (!cut_date(&text, &days) || !cut_byte(&text, 'T') || !cut_clock(&text, &seconds))
        return false;
    bool is_west = text.length && text.bytes[0] == '-';
    if (!cut_byte(&text, 'Z')) {
        if ((!cut_byte(&text, '+') && !cut_byte(&text, '-')) || !cut_number(&text, 2, &hours) ||
            !cut_byte(&text, ':') || !cut_number(&text, 2, &minutes) || hours > 24 || minutes > 60)
            return false;
    }
    if (text.length)
        return false;
    int64_t offset = (int64_t)(hours * 60 + minutes) * 60;
    *ret_seconds = days * 86400 + seconds + (is_west ? offset : -offset);
    return true;
}

bool kube_text_is_time(struct slice text)
{
    int64_t seconds;
    return kube_text_parse_time(text, &seconds);
}

bool kube_text_is_base64(struct slice text)
{
    size_t letters = 0, padding = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '\r' || c == '\n')
            continue;
        bool letter = is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' || c == '/';
        if ((!letter && c != '=') || (letter && padding))
            return false;
        letters += letter;
        padding += !letter;
    }
    return (letters + padding) % 4 == 0 && padding <= 2;
}

bool kube_text_parse_duration(struct slice text, int64_t *ret_nanoseconds)
{
    return duration_parse(text, ret_nanoseconds);
}
