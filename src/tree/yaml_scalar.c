#include "tree/yaml_scalar.h"
#include "base/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* go-yaml v2, resolve.go: resolveTable. */
const bool yaml_scalar_hints[256] = {
    ['+'] = true, ['-'] = true, ['.'] = true, ['~'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
    ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['y'] = true, ['Y'] = true,
    ['n'] = true, ['N'] = true, ['t'] = true, ['T'] = true, ['f'] = true, ['F'] = true, ['o'] = true, ['O'] = true,
};

static const struct {
    struct slice text;
    struct yaml_scalar scalar;
} words[] = {
    {SLICE_CONSTANT("y"), {YAML_BOOL, .boolean = true}},     {SLICE_CONSTANT("Y"), {YAML_BOOL, .boolean = true}},
    {SLICE_CONSTANT("yes"), {YAML_BOOL, .boolean = true}},   {SLICE_CONSTANT("Yes"), {YAML_BOOL, .boolean = true}},
    {SLICE_CONSTANT("YES"), {YAML_BOOL, .boolean = true}},   {SLICE_CONSTANT("true"), {YAML_BOOL, .boolean = true}},
    {SLICE_CONSTANT("True"), {YAML_BOOL, .boolean = true}},  {SLICE_CONSTANT("TRUE"), {YAML_BOOL, .boolean = true}},
    {SLICE_CONSTANT("on"), {YAML_BOOL, .boolean = true}},    {SLICE_CONSTANT("On"), {YAML_BOOL, .boolean = true}},
    {SLICE_CONSTANT("ON"), {YAML_BOOL, .boolean = true}},    {SLICE_CONSTANT("n"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT("N"), {YAML_BOOL, .boolean = false}},    {SLICE_CONSTANT("no"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT("No"), {YAML_BOOL, .boolean = false}},   {SLICE_CONSTANT("NO"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT("false"), {YAML_BOOL, .boolean = false}},{SLICE_CONSTANT("False"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT("FALSE"), {YAML_BOOL, .boolean = false}},{SLICE_CONSTANT("off"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT("Off"), {YAML_BOOL, .boolean = false}},  {SLICE_CONSTANT("OFF"), {YAML_BOOL, .boolean = false}},
    {SLICE_CONSTANT(""), {YAML_NULL}},                       {SLICE_CONSTANT("~"), {YAML_NULL}},
    {SLICE_CONSTANT("null"), {YAML_NULL}},                   {SLICE_CONSTANT("Null"), {YAML_NULL}},
    {SLICE_CONSTANT("NULL"), {YAML_NULL}},
    {SLICE_CONSTANT(".nan"), {YAML_FLOAT, .number = NAN}},   {SLICE_CONSTANT(".NaN"), {YAML_FLOAT, .number = NAN}},
    {SLICE_CONSTANT(".NAN"), {YAML_FLOAT, .number = NAN}},
    {SLICE_CONSTANT(".inf"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT(".Inf"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT(".INF"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT("+.inf"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT("+.Inf"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT("+.INF"), {YAML_FLOAT, .number = INFINITY}},
    {SLICE_CONSTANT("-.inf"), {YAML_FLOAT, .number = -INFINITY}},
    {SLICE_CONSTANT("-.Inf"), {YAML_FLOAT, .number = -INFINITY}},
    {SLICE_CONSTANT("-.INF"), {YAML_FLOAT, .number = -INFINITY}},
};
enum { WORD_LENGTH_MAX = 5 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* ---- numbers ---- */

/* Go's strconv.ParseInt and, where that overflows, ParseUint, both with base 0: 10, 0x1f, 0b1, 0o17, 017. */
static bool resolve_integer(struct slice text, struct yaml_scalar *ret)
{
    bool negative = text.length && text.bytes[0] == '-';
    bool has_sign = negative || (text.length && text.bytes[0] == '+');
    struct slice digits = slice_from_offset(text, has_sign);
    if (digits.length == 0)
        return false;
    unsigned base = 10;
    if (digits.bytes[0] == '0' && digits.length > 1) {
        char letter = (char)(digits.bytes[1] | 0x20);
        base = digits.length < 3 ? 8 : letter == 'x' ? 16 : letter == 'b' ? 2 : letter == 'o' ? 8 : 8;
        bool has_prefix = digits.length > 2 && (letter == 'x' || letter == 'b' || letter == 'o');
        digits = slice_from_offset(digits, has_prefix ? 2 : 1);
    }
    uint64_t magnitude;
    if (!number_parse_base(digits, base, &magnitude))
        return false;
    if (magnitude <= (uint64_t)INT64_MAX + negative)
        *ret = (struct yaml_scalar){YAML_INT, .integer = (int64_t)(negative ? 0 - magnitude : magnitude)};
    else if (!has_sign)
        *ret = (struct yaml_scalar){YAML_NATURAL, .natural = magnitude};
    else
        return false;
    return true;
}

/* go-yaml v2 reads what stands behind "0b" with its own sign: 0b-1 is -1. */
static bool resolve_signed_binary(struct slice text, struct yaml_scalar *ret)
{
    if (text.length < 4 || text.bytes[0] != '0' || text.bytes[1] != 'b' ||
        (text.bytes[2] != '-' && text.bytes[2] != '+'))
        return false;
    bool negative = text.bytes[2] == '-';
    uint64_t magnitude;
    if (!number_parse_base(slice_from_offset(text, 3), 2, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = (struct yaml_scalar){YAML_INT, .integer = (int64_t)(negative ? 0 - magnitude : magnitude)};
    return true;
}

/* A text that starts with a digit or a sign, its underscores taken out. */
static struct yaml_scalar resolve_number(struct slice text)
{
    struct yaml_scalar scalar = {YAML_TEXT};
    double number;
    if (resolve_integer(text, &scalar))
        return scalar;
    if (number_parse_double(text, &number))
        return (struct yaml_scalar){YAML_FLOAT, .number = number};
    resolve_signed_binary(text, &scalar);
    return scalar;
}

/* Behind a leading point an underscore must stand between digits (Go's strconv.ParseFloat); elsewhere anything goes. */
static bool underscores_are_between_digits(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '_' &&
            (i == 0 || i + 1 == text.length || !is_digit(text.bytes[i - 1]) ||
             (!is_digit(text.bytes[i + 1]))))
            return false;
    }
    return true;
}

static struct yaml_scalar resolve_without_underscores(struct slice text)
{
    char small[64], *copy = text.length <= sizeof small ? small : malloc(text.length);
    if (!copy)
        return (struct yaml_scalar){YAML_TEXT};
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '_')
            copy[length++] = text.bytes[i];
    }
    struct yaml_scalar scalar = resolve_number((struct slice){copy, length});
    if (copy != small)
        free(copy);
    return scalar;
}

/* Most texts that start with a digit are addresses, versions, quantities: told apart without trying to parse them. */
static bool may_be_number(struct slice text)
{
    static const char allowed[256] = {
        ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
        ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1,
        ['E'] = 1, ['F'] = 1, ['x'] = 1, ['X'] = 1, ['o'] = 1, ['O'] = 1, ['+'] = 1, ['-'] = 1, ['_'] = 1, ['.'] = 1,
    };
    size_t points = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        points += byte == '.';
        if (!allowed[byte] || points > 1)
            return false;
    }
    return true;
}

struct yaml_scalar yaml_scalar_resolve(struct slice text)
{
    if (text.length && !yaml_scalar_hints[(unsigned char)text.bytes[0]])
        return (struct yaml_scalar){YAML_TEXT};
    for (size_t i = 0; text.length <= WORD_LENGTH_MAX && i < ARRAY_LENGTH(words); i++) {
        if (slice_equal(text, words[i].text))
            return words[i].scalar;
    }
    char first = text.bytes[0];
    if (!is_digit(first) && first != '+' && first != '-' && first != '.')
        return (struct yaml_scalar){YAML_TEXT};
    if (!may_be_number(text))
        return (struct yaml_scalar){YAML_TEXT};
    bool has_underscores = memchr(text.bytes, '_', text.length) != NULL;
    if (first == '.' && has_underscores && !underscores_are_between_digits(text))
        return (struct yaml_scalar){YAML_TEXT};
    return has_underscores ? resolve_without_underscores(text) : resolve_number(text);
}

/* ---- dates and base 60, which we never read but others may ---- */

static bool take_number(struct slice *text, size_t digits_min, size_t digits_max, unsigned max)
{
    unsigned value = 0;
    size_t count = 0;
    for (; count < digits_max && count < text->length && is_digit(text->bytes[count]); count++)
        value = value * 10 + (unsigned)(text->bytes[count] - '0');
    *text = slice_from_offset(*text, count);
    return count >= digits_min && value <= max;
}

static bool take_byte(struct slice *text, char byte)
{
    if (text->length == 0 || text->bytes[0] != byte)
        return false;
    *text = slice_from_offset(*text, 1);
    return true;
}

/* A year of four digits, a month and a day that this month has. */
static bool take_date(struct slice *text)
{
    static const unsigned char month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct slice whole = *text;
    if (!take_number(text, 4, 4, 9999) || !take_byte(text, '-'))
        return false;
    struct slice month_text = *text;
    if (!take_number(text, 1, 2, 12))
        return false;
    uint32_t year = 0, month = 0, day = 0;
    struct slice day_text = slice_from_offset(*text, 1);
    if (!number_parse_u32(slice_range(whole, 0, 4), &year) ||
        !number_parse_u32(slice_range(month_text, 0, month_text.length - text->length), &month) || month == 0 ||
        !take_byte(text, '-') || !take_number(text, 1, 2, 31) ||
        !number_parse_u32(slice_range(day_text, 0, day_text.length - text->length), &day) || day == 0)
        return false;
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= month_days[month - 1] + (unsigned)(month == 2 && is_leap);
}

static bool take_time(struct slice *text)
{
    if (!take_number(text, 1, 2, 23) || !take_byte(text, ':') || !take_number(text, 1, 2, 59) ||
        !take_byte(text, ':') || !take_number(text, 1, 2, 59))
        return false;
    if (text->length >= 2 && (text->bytes[0] == '.' || text->bytes[0] == ',') && is_digit(text->bytes[1])) {
        *text = slice_from_offset(*text, 1);
        while (text->length && is_digit(text->bytes[0]))
            *text = slice_from_offset(*text, 1);
    }
    return true;
}

static bool take_zone(struct slice *text)
{
    if (take_byte(text, 'Z'))
        return true;
    return (take_byte(text, '+') || take_byte(text, '-')) && take_number(text, 2, 2, 24) && take_byte(text, ':') &&
           take_number(text, 2, 2, 60);
}

/* go-yaml v2, resolve.go: allowedTimestampFormats, as Go's time.Parse takes them. */
static bool is_date(struct slice text)
{
    if (text.length < 8 || text.bytes[4] != '-' || !take_date(&text))
        return false;
    if (text.length == 0)
        return true;
    if (take_byte(&text, ' ')) {
        while (take_byte(&text, ' '))
            ;
        return take_time(&text) && text.length == 0;
    }
    return (take_byte(&text, 'T') || take_byte(&text, 't')) && take_time(&text) && take_zone(&text) && text.length == 0;
}

/* [-+]? digit (digit|_)* (:[0-5]?digit)+ (\.(digit|_)*)? - go-yaml v2, encode.go: base60float. */
static bool is_base_60(struct slice text)
{
    if (!take_byte(&text, '-'))
        take_byte(&text, '+');
    if (text.length == 0 || !is_digit(text.bytes[0]))
        return false;
    while (text.length && (is_digit(text.bytes[0]) || text.bytes[0] == '_'))
        text = slice_from_offset(text, 1);
    if (text.length == 0 || text.bytes[0] != ':')
        return false;
    while (take_byte(&text, ':')) {
        if (!take_number(&text, 1, 2, 59))
            return false;
    }
    if (take_byte(&text, '.')) {
        while (text.length && (is_digit(text.bytes[0]) || text.bytes[0] == '_'))
            text = slice_from_offset(text, 1);
    }
    return text.length == 0;
}

bool yaml_scalar_wants_quotes(struct slice text)
{
    if (text.length && !yaml_scalar_hints[(unsigned char)text.bytes[0]])
        return false;
    return yaml_scalar_resolve(text).meaning != YAML_TEXT || is_date(text) || is_base_60(text);
}

/* ---- tags ---- */

static const struct {
    struct slice full;
    const char *name;
} tags[] = {
    [YAML_TAG_STR] = {SLICE_CONSTANT("tag:yaml.org,2002:str"), "!!str"},
    [YAML_TAG_BOOL] = {SLICE_CONSTANT("tag:yaml.org,2002:bool"), "!!bool"},
    [YAML_TAG_INT] = {SLICE_CONSTANT("tag:yaml.org,2002:int"), "!!int"},
    [YAML_TAG_FLOAT] = {SLICE_CONSTANT("tag:yaml.org,2002:float"), "!!float"},
    [YAML_TAG_NULL] = {SLICE_CONSTANT("tag:yaml.org,2002:null"), "!!null"},
    [YAML_TAG_TIMESTAMP] = {SLICE_CONSTANT("tag:yaml.org,2002:timestamp"), "!!timestamp"},
    [YAML_TAG_BINARY] = {SLICE_CONSTANT("tag:yaml.org,2002:binary"), "!!binary"},
    [YAML_TAG_MERGE] = {SLICE_CONSTANT("tag:yaml.org,2002:merge"), "!!merge"},
    [YAML_TAG_OTHER] = {SLICE_CONSTANT(""), "another tag"},
};

enum yaml_tag yaml_tag_find(struct slice tag)
{
    for (size_t i = 0; i < YAML_TAG_OTHER; i++) {
        if (slice_equal(tag, tags[i].full))
            return (enum yaml_tag)i;
    }
    return YAML_TAG_OTHER;
}

const char *yaml_tag_name(enum yaml_tag tag)
{
    return tags[tag].name;
}

bool yaml_scalar_resolve_tagged(struct slice text, enum yaml_tag tag, struct yaml_scalar *ret_scalar)
{
    struct yaml_scalar scalar = {YAML_TEXT};
    if (tag >= YAML_TAG_BOOL && tag <= YAML_TAG_NULL)
        scalar = yaml_scalar_resolve(text);
    if (tag == YAML_TAG_FLOAT && scalar.meaning == YAML_INT)
        scalar = (struct yaml_scalar){YAML_FLOAT, .number = (double)scalar.integer};
    *ret_scalar = scalar;
    switch (tag) {
    case YAML_TAG_BOOL:
        return scalar.meaning == YAML_BOOL;
    case YAML_TAG_INT:
        return scalar.meaning == YAML_INT || scalar.meaning == YAML_NATURAL;
    case YAML_TAG_FLOAT:
        return scalar.meaning == YAML_FLOAT;
    case YAML_TAG_NULL:
        return scalar.meaning == YAML_NULL;
    case YAML_TAG_TIMESTAMP:
        return is_date(text);
    default:
        return true;
    }
}

size_t yaml_scalar_format_key(double number, char *out)
{
    if (isnan(number))
        return memcpy(out, ".nan", 4), 4;
    float narrow = (float)number;
    if (isinf(narrow) && narrow < 0)
        return memcpy(out, "-.inf", 5), 5;
    if (isinf(narrow))
        return memcpy(out, ".inf", 4), 4;
    return number_format_double(number, NUMBER_G32, out);
}
