#include "template/date.h"
#include "template/date_layout.h"

#define SECOND 1000000000ll

/* A number of units of 10^digits, without trailing zeros: 1.5 */
static void print_fraction(struct buffer *out, uint64_t value, unsigned digits)
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < digits; i++)
        unit *= 10;
    buffer_format(out, "%llu", (unsigned long long)(value / unit));
    uint64_t rest = value % unit;
    if (!rest)
        return;
    while (rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    buffer_format(out, ".%0*llu", (int)digits, (unsigned long long)rest);
}

void date_print_duration(struct buffer *out, int64_t nanoseconds)
{
    uint64_t value = (uint64_t)nanoseconds;
    if (nanoseconds < 0) {
        value = 0 - value;
        buffer_add_byte(out, '-');
    }
    if (value == 0) {
        buffer_add_literal(out, "0s");
    } else if (value < (uint64_t)SECOND) {
        if (value < 1000) {
            buffer_format(out, "%lluns", (unsigned long long)value);
        } else if (value < 1000000) {
            print_fraction(out, value, 3);
            buffer_add_literal(out, "\xc2\xb5s");
        } else {
            print_fraction(out, value, 6);
            buffer_add_literal(out, "ms");
        }
    } else {
        uint64_t minutes = value / (60 * (uint64_t)SECOND);
        if (minutes >= 60)
            buffer_format(out, "%lluh", (unsigned long long)(minutes / 60));
        if (minutes)
            buffer_format(out, "%llum", (unsigned long long)(minutes % 60));
        print_fraction(out, value % (60 * (uint64_t)SECOND), 9);
        buffer_add_byte(out, 's');
    }
}

static uint64_t duration_unit(struct slice unit)
{
    static const struct {
        struct slice name;
        uint64_t nanoseconds;
    } units[] = {
        {SLICE_CONSTANT("ns"), 1},
        {SLICE_CONSTANT("us"), 1000},
        {SLICE_CONSTANT("\xc2\xb5s"), 1000}, /* U+00B5 */
        {SLICE_CONSTANT("\xce\xbcs"), 1000}, /* U+03BC */
        {SLICE_CONSTANT("ms"), 1000000},
        {SLICE_CONSTANT("s"), 1000000000},
        {SLICE_CONSTANT("m"), 60000000000},
        {SLICE_CONSTANT("h"), 3600000000000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++)
        if (slice_equal(units[i].name, unit))
            return units[i].nanoseconds;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One number with its unit, at the start of `*text`. */
static bool read_duration_part(struct slice *text, uint64_t *total)
{
    uint64_t whole = 0, fraction = 0;
    double scale = 1;
    size_t at = 0, digits = 0;
    for (; at < text->length && is_digit(text->bytes[at]); at++, digits++) {
        if (whole > (uint64_t)1 << 59)
            return false;
        whole = whole * 10 + (uint64_t)(text->bytes[at] - '0');
    }
    if (at < text->length && text->bytes[at] == '.')
        for (at++; at < text->length && is_digit(text->bytes[at]); at++, digits++)
            if (fraction < (uint64_t)1 << 59) {
                fraction = fraction * 10 + (uint64_t)(text->bytes[at] - '0');
                scale *= 10;
            }
    size_t start = at;
    while (at < text->length && text->bytes[at] != '.' && !is_digit(text->bytes[at]))
        at++;
    uint64_t unit = duration_unit(slice_range(*text, start, at));
    if (!digits || !unit || __builtin_mul_overflow(whole, unit, &whole))
        return false;
    whole += (uint64_t)((double)fraction * ((double)unit / scale));
    *text = slice_from_offset(*text, at);
    return !__builtin_add_overflow(*total, whole, total) && *total <= (uint64_t)1 << 63;
}

bool date_read_duration(struct slice text, int64_t *ret_nanoseconds)
{
    bool negative = text.length && text.bytes[0] == '-';
    if (text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'))
        text = slice_from_offset(text, 1);
    uint64_t total = 0;
    if (slice_equal(text, SLICE("0"))) {
        *ret_nanoseconds = 0;
        return true;
    }
    if (!text.length)
        return false;
    while (text.length)
        if (!read_duration_part(&text, &total))
            return false;
    if (total > (uint64_t)INT64_MAX + negative)
        return false;
    *ret_nanoseconds = (int64_t)(negative ? 0 - total : total);
    return true;
}

bool date_read_proto_duration(struct slice text, int64_t *ret_nanoseconds)
{
    /* Seconds with up to nine digits behind the point; Go's durations hold all of these that Istio could use. */
    if (!slice_ends(text, SLICE("s")) || text.length < 2)
        return false;
    return date_read_duration(text, ret_nanoseconds);
}

struct slice date_proto_duration_text(struct arena *arena, int64_t nanoseconds)
{
    const char *sign = nanoseconds < 0 ? "-" : "";
    uint64_t value = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    unsigned long long seconds = value / (uint64_t)SECOND, rest = value % (uint64_t)SECOND;
    if (!rest)
        return arena_format(arena, "%s%llus", sign, seconds);
    if (rest % 1000000 == 0)
        return arena_format(arena, "%s%llu.%03llus", sign, seconds, rest / 1000000);
    if (rest % 1000 == 0)
        return arena_format(arena, "%s%llu.%06llus", sign, seconds, rest / 1000);
    return arena_format(arena, "%s%llu.%09llus", sign, seconds, rest);
}

void date_print_time(struct buffer *out, const struct template_time *time)
{
    date_layout_print(out, time, SLICE("2006-01-02 15:04:05.999999999 -0700 MST"));
}

void date_print_meta_time(struct buffer *out, struct slice rfc3339)
{
    struct template_time time;
    if (rfc3339.length && date_layout_read(rfc3339, SLICE("2006-01-02T15:04:05Z07:00"), &time))
        date_print_time(out, &time);
    else
        buffer_add_literal(out, "0001-01-01 00:00:00 +0000 UTC");
}
