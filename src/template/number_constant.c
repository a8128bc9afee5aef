#include "template/number_constant.h"
#include "base/number.h"
#include "template/quote.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

/* Underscores may only stand between digits, or between a base prefix and a digit. */
static bool underscores_are_fine(struct slice text, bool has_prefix)
{
    char before = has_prefix ? '0' : '^'; /* '0' stands for any digit */
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '_') {
            if (before != '0')
                return false;
            before = '_';
        } else if (isxdigit((unsigned char)c)) {
            before = '0';
        } else {
            if (before == '_')
                return false;
            before = '!';
        }
    }
    return before != '_';
}

bool number_constant_parse_u64(struct slice text, uint64_t *ret)
{
    unsigned base = 10;
    bool prefixed = false;
    if (text.length > 1 && text.bytes[0] == '0') {
        char mark = (char)(text.bytes[1] | 0x20);
        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        prefixed = true;
        text = slice_from_offset(text, mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
    }
    if (!underscores_are_fine(text, prefixed))
        return false;
    char digits[80];
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] != '_') {
            if (length == sizeof digits) { /* leading zeros are the only honest reason for so many */
                if (digits[0] != '0')
                    return false;
                memmove(digits, digits + 1, --length);
            }
            digits[length++] = text.bytes[i];
        }
    return number_parse_base((struct slice){digits, length}, base, ret);
}

bool number_constant_parse_i64(struct slice text, int64_t *ret)
{
    bool negative = text.length && text.bytes[0] == '-';
    if (text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'))
        text = slice_from_offset(text, 1);
    uint64_t value;
    if (!number_constant_parse_u64(text, &value) || value > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = (int64_t)(negative ? 0 - value : value);
    return true;
}

static bool parse_special(struct slice text, double *ret)
{
    bool negative = text.length && text.bytes[0] == '-', sign = text.length && (negative || text.bytes[0] == '+');
    struct slice word = slice_from_offset(text, sign);
    if ((word.length == 3 && strncasecmp(word.bytes, "inf", 3) == 0) ||
        (word.length == 8 && strncasecmp(word.bytes, "infinity", 8) == 0))
        *ret = negative ? -INFINITY : INFINITY;
    else if (!sign && word.length == 3 && strncasecmp(word.bytes, "nan", 3) == 0)
        *ret = NAN;
    else
        return false;
    return true;
}

/* Hexadecimal digits with a point and an exponent of 2 that must be there: the C library reads the same. */
static bool parse_hexadecimal(struct slice text, double *ret)
{
    char copy[128];
    size_t length = 0;
    bool exponent = false;
    for (size_t i = 0; i < text.length && length < sizeof copy - 1; i++) {
        exponent |= (text.bytes[i] | 0x20) == 'p';
        if (text.bytes[i] != '_')
            copy[length++] = text.bytes[i];
    }
    copy[length] = 0;
    if (!exponent || length == sizeof copy - 1 || copy[length - 1] == 'p' || copy[length - 1] == 'P')
        return false;
    char *end;
    *ret = strtod(copy, &end); /* no locale is ever set in this program, and no decimal point is in play */
    return end == copy + length && isfinite(*ret);
}

bool number_constant_parse_double(struct slice text, double *ret)
{
    if (parse_special(text, ret))
        return true;
    size_t sign = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    if (text.length > sign + 2 && text.bytes[sign] == '0' && (text.bytes[sign + 1] | 0x20) == 'x')
        return underscores_are_fine(slice_from_offset(text, sign + 2), true) && parse_hexadecimal(text, ret);
    if (slice_find_byte(text, '_') == SLICE_NONE)
        return number_parse_double(text, ret);
    char digits[400];
    size_t length = 0;
    if (!underscores_are_fine(slice_from_offset(text, sign), false))
        return false;
    for (size_t i = 0; i < text.length && length < sizeof digits; i++)
        if (text.bytes[i] != '_')
            digits[length++] = text.bytes[i];
    return length < sizeof digits && number_parse_double((struct slice){digits, length}, ret);
}

/* A double that is a whole number becomes an integer constant too. */
static void add_integers(struct operand *operand, double value)
{
    if (value >= -0x1p63 && value < 0x1p63 && (double)(int64_t)value == value) {
        operand->number |= NUMBER_IS_INT;
        operand->integer = (int64_t)value;
    }
    if (value >= 0 && value < 0x1p64 && (double)(uint64_t)value == value) {
        operand->number |= NUMBER_IS_UINT;
        operand->natural = (uint64_t)value;
    }
}

static void make_complex(struct operand *operand, double real, double imaginary)
{
    operand->number = NUMBER_IS_COMPLEX;
    if (imaginary == 0) {
        operand->number |= NUMBER_IS_FLOAT;
        operand->real = real;
        add_integers(operand, real);
    }
    operand->constant = (struct template_value){.kind = TEMPLATE_COMPLEX, .complex = {real, imaginary}};
}

static bool read_complex(struct slice text, struct operand *operand)
{
    size_t split = text.length - 1;
    while (split > 0 && !((text.bytes[split] == '+' || text.bytes[split] == '-') &&
                          (text.bytes[split - 1] | 0x20) != 'e' && (text.bytes[split - 1] | 0x20) != 'p'))
        split--;
    double real, imaginary;
    if (!split || !number_constant_parse_double(slice_range(text, 0, split), &real) ||
        !number_constant_parse_double(slice_range(text, split, text.length - 1), &imaginary))
        return false;
    make_complex(operand, real, imaginary);
    return true;
}

static void choose_constant(struct operand *operand, struct slice text)
{
    bool looks_real = false;
    for (size_t i = 0; i < text.length; i++)
        looks_real |= text.bytes[i] && strchr(".eEpP", text.bytes[i]) != NULL;
    bool hexadecimal = text.length > 2 && text.bytes[0] == '0' && (text.bytes[1] | 0x20) == 'x' &&
                       slice_find_byte(text, 'p') == SLICE_NONE && slice_find_byte(text, 'P') == SLICE_NONE;
    if ((operand->number & NUMBER_IS_FLOAT) && looks_real && !hexadecimal)
        operand->constant = template_from_double(operand->real);
    else if (operand->number & NUMBER_IS_INT)
        operand->constant = template_from_int(operand->integer);
}

bool number_constant_read(const struct source *source, const struct token *token, struct operand *operand,
                          struct error *error)
{
    struct slice text = token->text;
    if (token->kind == TOKEN_RUNE) {
        unsigned rune;
        if (!quote_read_rune(text, &rune))
            return error_at(error, ERROR_SYNTAX, source, token->offset, "malformed character constant: %.*s",
                            SLICE_ARGS(text));
        operand->number = NUMBER_IS_INT | NUMBER_IS_UINT | NUMBER_IS_FLOAT;
        operand->integer = rune;
        operand->natural = rune;
        operand->real = rune;
        operand->constant = template_from_int(rune);
        return true;
    }
    if (token->kind == TOKEN_COMPLEX)
        return read_complex(text, operand) ||
               error_at(error, ERROR_SYNTAX, source, token->offset, "illegal number syntax: %.*s", SLICE_ARGS(text));
    double real;
    if (text.bytes[text.length - 1] == 'i' &&
        number_constant_parse_double(slice_range(text, 0, text.length - 1), &real)) {
        make_complex(operand, 0, real);
        return true;
    }
    if (number_constant_parse_u64(text, &operand->natural))
        operand->number |= NUMBER_IS_UINT;
    if (number_constant_parse_i64(text, &operand->integer))
        operand->number |= NUMBER_IS_INT;
    if ((operand->number & NUMBER_IS_INT) && operand->integer == 0) {
        operand->number |= NUMBER_IS_UINT; /* -0 */
        operand->natural = 0;
    }
    if (operand->number) {
        operand->real = operand->number & NUMBER_IS_INT ? (double)operand->integer : (double)operand->natural;
        operand->number |= NUMBER_IS_FLOAT;
    } else if (number_constant_parse_double(text, &real)) {
        bool whole = true;
        for (size_t i = 0; i < text.length; i++)
            whole &= strchr(".eEpP", text.bytes[i]) == NULL;
        if (whole)
            return error_at(error, ERROR_SYNTAX, source, token->offset, "integer overflow: %.*s", SLICE_ARGS(text));
        operand->number = NUMBER_IS_FLOAT;
        operand->real = real;
        add_integers(operand, real);
    } else {
        return error_at(error, ERROR_SYNTAX, source, token->offset, "illegal number syntax: %.*s", SLICE_ARGS(text));
    }
    choose_constant(operand, text);
    return true;
}
