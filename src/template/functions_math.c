#include "base/number.h"
#include "template/cast.h"
#include "template/container.h"
#include "template/decimal.h"
#include "template/function.h"
#include "template/print.h"
#include <math.h>

/* sprig's arithmetic. Integers wrap around as Go's do. */

static bool give_int64(struct template_value *ret, int64_t value)
{
    *ret = template_from_int64(value);
    return true;
}

static bool give_double(struct template_value *ret, double value)
{
    *ret = template_from_double(value);
    return true;
}

static int64_t integer(const struct call *call, size_t at)
{
    return cast_to_int(&call->arguments[at]);
}

static bool call_add(struct call *call, struct template_value *ret)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < call->count; i++)
        sum += (uint64_t)integer(call, i);
    return give_int64(ret, (int64_t)sum);
}

static bool call_add1(struct call *call, struct template_value *ret)
{
    return give_int64(ret, (int64_t)((uint64_t)integer(call, 0) + 1));
}

static bool call_sub(struct call *call, struct template_value *ret)
{
    return give_int64(ret, (int64_t)((uint64_t)integer(call, 0) - (uint64_t)integer(call, 1)));
}

static bool call_mul(struct call *call, struct template_value *ret)
{
    uint64_t product = (uint64_t)integer(call, 0);
    for (size_t i = 1; i < call->count; i++)
        product *= (uint64_t)integer(call, i);
    return give_int64(ret, (int64_t)product);
}

static bool call_div(struct call *call, struct template_value *ret)
{
    int64_t a = integer(call, 0), b = integer(call, 1);
    if (!b)
        return call_fail(call, "integer divide by zero");
    return give_int64(ret, b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b);
}

static bool call_mod(struct call *call, struct template_value *ret)
{
    int64_t a = integer(call, 0), b = integer(call, 1);
    if (!b)
        return call_fail(call, "integer divide by zero");
    return give_int64(ret, b == -1 ? 0 : a % b);
}

static bool call_max(struct call *call, struct template_value *ret)
{
    int64_t most = integer(call, 0);
    for (size_t i = 1; i < call->count; i++)
        most = integer(call, i) > most ? integer(call, i) : most;
    return give_int64(ret, most);
}

static bool call_min(struct call *call, struct template_value *ret)
{
    int64_t least = integer(call, 0);
    for (size_t i = 1; i < call->count; i++)
        least = integer(call, i) < least ? integer(call, i) : least;
    return give_int64(ret, least);
}

/* Go's math.Max: any infinity or NaN decides, and 0 is more than -0. */
static double larger(double a, double b)
{
    if (isinf(a) || isinf(b))
        return a > 0 && isinf(a) ? a : b > 0 && isinf(b) ? b : isnan(a) || isnan(b) ? NAN : isinf(a) ? b : a;
    if (isnan(a) || isnan(b))
        return NAN;
    if (a == 0 && b == 0)
        return signbit(a) ? b : a;
    return a > b ? a : b;
}

static bool call_maxf(struct call *call, struct template_value *ret)
{
    double most = cast_to_double(&call->arguments[0]);
    for (size_t i = 1; i < call->count; i++)
        most = larger(most, cast_to_double(&call->arguments[i]));
    return give_double(ret, most);
}

static bool call_minf(struct call *call, struct template_value *ret)
{
    double least = cast_to_double(&call->arguments[0]);
    for (size_t i = 1; i < call->count; i++)
        least = -larger(-least, -cast_to_double(&call->arguments[i]));
    return give_double(ret, least);
}

static bool call_ceil(struct call *call, struct template_value *ret)
{
    return give_double(ret, ceil(cast_to_double(&call->arguments[0])));
}

static bool call_floor(struct call *call, struct template_value *ret)
{
    return give_double(ret, floor(cast_to_double(&call->arguments[0])));
}

static bool call_round(struct call *call, struct template_value *ret)
{
    double limit = call->count > 2 ? call->arguments[2].number : 0.5, whole;
    double power = pow(10, (double)call->arguments[1].integer), digit = power * cast_to_double(&call->arguments[0]);
    double part = isinf(digit) ? NAN : modf(digit, &whole);
    return give_double(ret, (part >= limit ? ceil(digit) : floor(digit)) / power);
}

/* ---- decimal arithmetic ---- */

typedef bool (*decimal_operation)(struct arena *arena, const struct decimal *a, const struct decimal *b,
                                  struct decimal *ret);

static bool subtract(struct arena *arena, const struct decimal *a, const struct decimal *b, struct decimal *ret)
{
    struct decimal negated = *b;
    negated.negative = !b->negative;
    return decimal_add(arena, a, &negated, ret);
}

static bool to_decimal(struct call *call, double value, struct decimal *ret)
{
    if (!isfinite(value))
        return call_fail(call, "Cannot create a Decimal from %s", isnan(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf");
    *ret = decimal_from_double(call->execution->arena, value);
    return true;
}

static bool fold(struct call *call, double start, size_t from, decimal_operation operation, struct template_value *ret)
{
    struct arena *arena = call->execution->arena;
    struct decimal total, next;
    if (!to_decimal(call, start, &total))
        return false;
    for (size_t i = from; i < call->count; i++) {
        if (!to_decimal(call, cast_to_double(&call->arguments[i]), &next))
            return false;
        if (operation == decimal_divide && !next.count)
            return call_fail(call, "decimal division by 0");
        if (!operation(arena, &total, &next, &total))
            return execution_fail_limit(call->execution, "a decimal number of more than %d digits", DECIMAL_DIGITS_MAX);
        if (!execution_step(call->execution, total.count / 8 + 1))
            return false;
    }
    return give_double(ret, decimal_to_double(arena, &total));
}

static bool call_addf(struct call *call, struct template_value *ret)
{
    return fold(call, 0, 0, decimal_add, ret);
}

static bool call_add1f(struct call *call, struct template_value *ret)
{
    struct template_value arguments[] = {call->arguments[0], template_from_int(1)};
    struct call with_one = *call;
    with_one.arguments = arguments;
    with_one.count = 2;
    return fold(&with_one, cast_to_double(&arguments[0]), 1, decimal_add, ret);
}

static bool call_subf(struct call *call, struct template_value *ret)
{
    return fold(call, cast_to_double(&call->arguments[0]), 1, subtract, ret);
}

static bool call_mulf(struct call *call, struct template_value *ret)
{
    return fold(call, cast_to_double(&call->arguments[0]), 1, decimal_multiply, ret);
}

static bool call_divf(struct call *call, struct template_value *ret)
{
    return fold(call, cast_to_double(&call->arguments[0]), 1, decimal_divide, ret);
}

/* ---- conversions ---- */

static bool call_atoi(struct call *call, struct template_value *ret)
{
    int64_t value;
    *ret = template_from_int(number_parse_i64(call->arguments[0].string, &value) ? value : 0);
    return true;
}

static bool call_int(struct call *call, struct template_value *ret)
{
    *ret = template_from_int(integer(call, 0));
    return true;
}

static bool call_int64(struct call *call, struct template_value *ret)
{
    return give_int64(ret, integer(call, 0));
}

static bool call_float64(struct call *call, struct template_value *ret)
{
    return give_double(ret, cast_to_double(&call->arguments[0]));
}

/* What stands there, read as an octal number. */
static bool call_to_decimal(struct call *call, struct template_value *ret)
{
    struct slice text;
    size_t begin = scratch_begin(call->execution);
    if (!print_any(call->execution, &call->execution->scratch, &call->arguments[0]) ||
        !scratch_end(call->execution, begin, &text))
        return false;
    bool negative = text.length && text.bytes[0] == '-';
    uint64_t value;
    if (text.length && (negative || text.bytes[0] == '+'))
        text = slice_from_offset(text, 1);
    if (!number_parse_base(text, 8, &value) || value > (uint64_t)INT64_MAX + negative)
        value = 0;
    return give_int64(ret, (int64_t)(negative ? 0 - value : value));
}

/* ---- sequences ---- */

/* How many steps there are from `start` before `stop`. */
static size_t sequence_count(int64_t start, int64_t stop, int64_t step)
{
    if (stop < start)
        return step >= 0 ? 0 : (size_t)(((uint64_t)start - (uint64_t)stop - 1) / (0 - (uint64_t)step) + 1);
    return step <= 0 || stop == start ? 0 : (size_t)(((uint64_t)stop - (uint64_t)start - 1) / (uint64_t)step + 1);
}

static bool sequence(struct call *call, int64_t start, int64_t stop, int64_t step, struct template_value *ret)
{
    size_t count = sequence_count(start, stop, step);
    if (!execution_allows_items(call->execution, count))
        return false;
    *ret = list_new(call->execution, ELEMENT_INT, count);
    for (size_t i = 0; i < count; i++)
        ret->list->items[i] = template_from_int((int64_t)((uint64_t)start + (uint64_t)i * (uint64_t)step));
    return true;
}

static bool call_until(struct call *call, struct template_value *ret)
{
    int64_t stop = call->arguments[0].integer;
    return sequence(call, 0, stop, stop < 0 ? -1 : 1, ret);
}

static bool call_until_step(struct call *call, struct template_value *ret)
{
    return sequence(call, call->arguments[0].integer, call->arguments[1].integer, call->arguments[2].integer, ret);
}

/* Like the shell's seq: from, step, to; both ends included. */
static bool call_seq(struct call *call, struct template_value *ret)
{
    *ret = template_from_string(SLICE(""));
    if (!call->count || call->count > 3)
        return true;
    int64_t start = call->count == 1 ? 1 : call->arguments[0].integer;
    int64_t end = call->arguments[call->count - 1].integer;
    int64_t direction = end < start ? -1 : 1, step = call->count == 3 ? call->arguments[1].integer : direction;
    if (call->count == 3 && end < start && step > 0)
        return true;
    struct template_value list;
    if (!sequence(call, start, (int64_t)((uint64_t)end + (uint64_t)direction), step, &list))
        return false;
    size_t begin = scratch_begin(call->execution);
    for (size_t i = 0; i < list.list->count; i++) {
        char number[NUMBER_TEXT_MAX];
        if (i)
            buffer_add_byte(&call->execution->scratch, ' ');
        buffer_add(&call->execution->scratch, number, number_format_i64(list.list->items[i].integer, number));
    }
    return scratch_end_value(call->execution, begin, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("add"), call_add, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("add1"), call_add1, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("add1f"), call_add1f, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("addf"), call_addf, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("atoi"), call_atoi, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("biggest"), call_max, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("ceil"), call_ceil, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("div"), call_div, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("divf"), call_divf, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("float64"), call_float64, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("floor"), call_floor, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("int"), call_int, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("int64"), call_int64, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("max"), call_max, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("maxf"), call_maxf, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("min"), call_min, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("minf"), call_minf, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mod"), call_mod, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mul"), call_mul, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mulf"), call_mulf, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("round"), call_round, FUNCTION_VARIADIC, 3, {TAKES_ANY, TAKES_INT, TAKES_FLOAT}},
    {SLICE_CONSTANT("seq"), call_seq, FUNCTION_VARIADIC, 1, {TAKES_INT}},
    {SLICE_CONSTANT("sub"), call_sub, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("subf"), call_subf, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("toDecimal"), call_to_decimal, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("until"), call_until, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("untilStep"), call_until_step, 0, 3, {TAKES_INT, TAKES_INT, TAKES_INT}},
};

const struct function_table functions_math = {functions, ARRAY_LENGTH(functions)};
