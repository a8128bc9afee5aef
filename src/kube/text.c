#include "kube/text.h"
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

static bool cut_date(struct slice *rest)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    if (!cut_number(rest, 4, &year) || !cut_byte(rest, '-') || !cut_number(rest, 2, &month) || !cut_byte(rest, '-') ||
        !cut_number(rest, 2, &day) || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool cut_clock(struct slice *rest)
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
    return true;
}

bool kube_text_is_time(struct slice text)
{
    unsigned hours, minutes;
    if (!cut_date(&text) || !cut_byte(&text, 'T') || !cut_clock(&text))
        return false;
    if (!cut_byte(&text, 'Z')) {
        if ((!cut_byte(&text, '+') && !cut_byte(&text, '-')) || !cut_number(&text, 2, &hours) ||
            !cut_byte(&text, ':') || !cut_number(&text, 2, &minutes) || hours > 24 || minutes > 60)
            return false;
    }
    return !text.length;
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

bool kube_text_is_duration(struct slice text)
{
    /* google.protobuf.Duration reaches 10,000 years; nanoseconds are the finest. */
    enum { FRACTION_DIGITS = 9 };
    const uint64_t seconds_max = 315576000000;
    uint64_t seconds;
    if (!text.length || text.bytes[text.length - 1] != 's')
        return false;
    text.length--;
    if (!cut_byte(&text, '-'))
        cut_byte(&text, '+');
    size_t point = slice_find_byte(text, '.');
    struct slice whole = slice_range(text, 0, point);
    struct slice fraction = point == SLICE_NONE ? (struct slice){"", 0} : slice_from_offset(text, point + 1);
    if (fraction.length > FRACTION_DIGITS || (!whole.length && !fraction.length))
        return false;
    for (size_t i = 0; i < fraction.length; i++) {
        if (!is_digit(fraction.bytes[i]))
            return false;
    }
    return !whole.length || (number_parse_base(whole, 10, &seconds) &&
                             seconds <= seconds_max);
}
