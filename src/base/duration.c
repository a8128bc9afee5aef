#include "base/duration.h"
#include "base/number.h"

/* One part, as "1.5h": its digits and its unit. */
static bool duration_part(struct slice *rest, int64_t *nanoseconds)
{
    static const struct {
        struct slice unit;
        int64_t nanoseconds;
    } units[] = {
        /* longer names first: "ms" is no "m" */
        {SLICE_CONSTANT("ns"), 1}, {SLICE_CONSTANT("us"), 1000}, {SLICE_CONSTANT("\xc2\xb5s"), 1000},
        {SLICE_CONSTANT("ms"), 1000000}, {SLICE_CONSTANT("s"), 1000000000},
        {SLICE_CONSTANT("m"), 60000000000}, {SLICE_CONSTANT("h"), 3600000000000},
    };
    size_t length = 0, points = 0;
    while (length < rest->length && ((rest->bytes[length] >= '0' && rest->bytes[length] <= '9') ||
                                     (rest->bytes[length] == '.' && points++ == 0)))
        length++;
    double number;
    if (length > 30 || !number_parse_double(slice_range(*rest, 0, length), &number))
        return false;
    *rest = slice_from_offset(*rest, length);
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        if (!slice_starts(*rest, units[i].unit))
            continue;
        double part = number * (double)units[i].nanoseconds;
        if (part >= 9e18 || __builtin_add_overflow(*nanoseconds, (int64_t)(part + 0.5), nanoseconds))
            return false;
        *rest = slice_from_offset(*rest, units[i].unit.length);
        return true;
    }
    return false;
}

bool duration_parse(struct slice text, int64_t *ret_nanoseconds)
{
    bool negative = text.length && text.bytes[0] == '-';
    struct slice rest = slice_from_offset(text, text.length && (negative || text.bytes[0] == '+'));
    int64_t nanoseconds = 0;
    if (slice_equal(rest, SLICE("0"))) {
        *ret_nanoseconds = 0;
        return true;
    }
    if (!rest.length)
        return false;
    while (rest.length) {
        if (!duration_part(&rest, &nanoseconds))
            return false;
    }
    *ret_nanoseconds = negative ? -nanoseconds : nanoseconds;
    return true;
}
