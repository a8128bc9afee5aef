#include "template/cast.h"
#include "template/number_constant.h"
#include <math.h>

static int64_t double_to_int(double value)
{
    /* What the processors that Go runs on give for numbers that do not fit. */
    return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

/* Without the decimals of "3.7": only where all before and behind the point is digits. */
static struct slice without_decimals(struct slice text)
{
    size_t point = slice_find_byte(text, '.');
    if (point == SLICE_NONE)
        return text;
    for (size_t i = 0; i < text.length; i++) {
        bool sign = i == 0 && (text.bytes[i] == '-' || text.bytes[i] == '+');
        if (i != point && !sign && (text.bytes[i] < '0' || text.bytes[i] > '9'))
            return text;
    }
    text = slice_range(text, 0, point);
    bool has_digits = text.length && text.bytes[text.length - 1] >= '0' && text.bytes[text.length - 1] <= '9';
    return has_digits ? text : SLICE("0");
}

int64_t cast_to_int(const struct template_value *value)
{
    int64_t integer;
    if (value->is_nil)
        return 0;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_BOOL:
        return value->boolean;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_UINT64:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        return value->integer;
    case TEMPLATE_FLOAT:
        return double_to_int(value->number);
    case TEMPLATE_STRING:
        return number_constant_parse_i64(without_decimals(value->string), &integer) ? integer : 0;
    default:
        return 0;
    }
}

double cast_to_double(const struct template_value *value)
{
    double number;
    if (value->is_nil)
        return 0;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_FLOAT:
        return value->number;
    case TEMPLATE_UINT64:
        return (double)value->natural;
    case TEMPLATE_STRING:
        return number_constant_parse_double(value->string, &number) ? number : 0;
    default:
        return (double)cast_to_int(value);
    }
}
