#include "kube/quantity.h"
#include "base/number.h"

typedef unsigned __int128 wide;
static const wide wide_max = ((wide)1 << 127) - 1;

static const struct suffix {
    struct slice text;
    int ten, two; /* powers */
} suffixes[] = {
    {SLICE_CONSTANT(""), 0, 0},    {SLICE_CONSTANT("m"), -3, 0},  {SLICE_CONSTANT("Mi"), 0, 20},
    {SLICE_CONSTANT("Gi"), 0, 30}, {SLICE_CONSTANT("Ki"), 0, 10}, {SLICE_CONSTANT("k"), 3, 0},
    {SLICE_CONSTANT("M"), 6, 0},   {SLICE_CONSTANT("G"), 9, 0},   {SLICE_CONSTANT("T"), 12, 0},
    {SLICE_CONSTANT("P"), 15, 0},  {SLICE_CONSTANT("E"), 18, 0},  {SLICE_CONSTANT("Ti"), 0, 40},
    {SLICE_CONSTANT("Pi"), 0, 50}, {SLICE_CONSTANT("Ei"), 0, 60}, {SLICE_CONSTANT("u"), -6, 0},
    {SLICE_CONSTANT("n"), -9, 0},
};

/* Exponents beyond this change nothing: the value is the largest or rounds up to one billionth. */
enum { EXPONENT_ENOUGH = 100 };
/* So many digits of a fraction, times 2^60, still fit where the whole is small. */
enum { FRACTION_DIGITS = 19 };
/* The API server caps what has a binary suffix, in billionths. */
#define BINARY_MAX ((((wide)1 << 63) - 1) * 1000000000)

static bool suffix_read(struct slice text, int *ret_ten, int *ret_two)
{
    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
        if (slice_equal(text, suffixes[i].text)) {
            *ret_ten = suffixes[i].ten;
            *ret_two = suffixes[i].two;
            return true;
        }
    }
    int64_t exponent;
    if (text.length < 2 || (text.bytes[0] != 'e' && text.bytes[0] != 'E') ||
        !number_parse_i64(slice_from_offset(text, 1), &exponent))
        return false;
    *ret_ten = exponent > EXPONENT_ENOUGH ? EXPONENT_ENOUGH : exponent < -EXPONENT_ENOUGH ? -EXPONENT_ENOUGH
                                                                                           : (int)exponent;
    *ret_two = 0;
    return true;
}

static wide times(wide a, wide b)
{
    wide product;
    return __builtin_mul_overflow(a, b, &product) || product > wide_max ? wide_max : product;
}

static size_t digits_end(struct slice text, size_t at)
{
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at;
}

/* digits * 10^ten * 2^two in billionths. `finer` says that there was more behind the digits. */
static wide billionths(wide digits, int ten, int two, bool finer)
{
    wide value = times(digits, (wide)1 << two);
    for (ten += 9; ten > 0 && value && value < wide_max; ten--)
        value = times(value, 10);
    for (; ten < 0 && value; ten++) {
        finer = finer || value % 10;
        value /= 10;
    }
    finer = finer || (ten < 0 && digits);
    return finer && value < wide_max ? value + 1 : value;
}

bool kube_quantity_parse(struct slice text, struct kube_quantity *ret, struct error *error)
{
    size_t at = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    size_t whole_end = digits_end(text, at);
    size_t fraction = whole_end + (whole_end < text.length && text.bytes[whole_end] == '.');
    size_t fraction_end = fraction > whole_end ? digits_end(text, fraction) : fraction;
    int ten, two;
    bool good = text.length && suffix_read(slice_from_offset(text, fraction_end), &ten, &two);
    bool has_digits = whole_end > at || fraction_end > fraction;
    /* Go takes a suffix alone for zero where its shorter way of reading will do. */
    if (!good || (!has_digits && (two > 40 || ten < -9)))
        return error_set(error, ERROR_VALUE, (struct position){0},
                         "\"%.*s\" is no quantity (a number with a suffix or none: 100m, 1.5, 64Mi)", SLICE_ARGS(text));
    wide digits = 0;
    int behind_point = 0;
    bool finer = false;
    for (size_t i = at; i < fraction_end; i++) {
        if (text.bytes[i] == '.')
            continue;
        /* Of more digits than fit it matters only that there is something finer; before the point they saturate. */
        wide digit = (wide)(text.bytes[i] - '0'), more = times(digits, 10);
        if (i >= fraction && (behind_point == FRACTION_DIGITS || more == wide_max)) {
            finer = finer || digit;
            continue;
        }
        digits = more > wide_max - digit ? wide_max : more + digit;
        behind_point += i >= fraction;
    }
    wide value = digits == wide_max ? wide_max : billionths(digits, ten - behind_point, two, finer);
    if (two && value > BINARY_MAX)
        value = BINARY_MAX;
    ret->nanos = text.bytes[0] == '-' ? -(__int128)value : (__int128)value;
    return true;
}

int kube_quantity_compare(struct kube_quantity a, struct kube_quantity b)
{
    return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}
