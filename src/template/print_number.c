#include "template/print_number.h"
#include "base/number.h"
#include "base/rune.h"
#include "template/letter.h"
#include "template/quote.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void add_padding(struct buffer *out, const struct print_flags *flags, int width)
{
    if (width > 0)
        buffer_add_repeated(out, flags->zero && !flags->minus ? '0' : ' ', (size_t)width);
}

void print_padded(struct buffer *out, const struct print_flags *flags, struct slice text)
{
    if (!flags->has_width) {
        buffer_add_slice(out, text);
        return;
    }
    size_t count = rune_count(text);
    int width = count < (size_t)flags->width ? flags->width - (int)count : 0;
    if (!flags->minus)
        add_padding(out, flags, width);
    buffer_add_slice(out, text);
    if (flags->minus)
        add_padding(out, flags, width);
}

static void print_padded_plain(struct buffer *out, const struct print_flags *flags, struct slice text)
{
    struct print_flags blank = *flags;
    blank.zero = false;
    print_padded(out, &blank, text);
}

struct slice print_truncated(const struct print_flags *flags, struct slice text)
{
    if (!flags->has_precision)
        return text;
    size_t at = 0, length;
    for (int left = flags->precision; left > 0 && at < text.length; left--, at += length)
        rune_decode(slice_from_offset(text, at), &length);
    return slice_range(text, 0, at);
}

void print_quoted(struct buffer *out, const struct print_flags *flags, struct slice text)
{
    text = print_truncated(flags, text);
    _cleanup_(buffer_done) struct buffer quoted = BUFFER_INIT(text.length * 10 + 2);
    if (flags->sharp && quote_can_backquote(text)) {
        buffer_add_byte(&quoted, '`');
        buffer_add_slice(&quoted, text);
        buffer_add_byte(&quoted, '`');
    } else if (!flags->has_width) {
        quote_write(out, text, flags->plus);
        return;
    } else {
        quote_write(&quoted, text, flags->plus);
    }
    print_padded(out, flags, buffer_slice(&quoted));
}

void print_hexadecimal(struct buffer *out, const struct print_flags *flags, struct slice text, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    const char prefix[] = {'0', upper ? 'X' : 'x'};
    size_t length = text.length;
    if (flags->has_precision && (size_t)flags->precision < length)
        length = (size_t)flags->precision;
    size_t width = length * 2;
    if (!length) {
        if (flags->has_width)
            add_padding(out, flags, flags->width);
        return;
    }
    if (flags->space)
        width = (flags->sharp ? width * 2 : width) + length - 1;
    else if (flags->sharp)
        width += 2;
    int padding = flags->has_width && (size_t)flags->width > width ? flags->width - (int)width : 0;
    if (!flags->minus)
        add_padding(out, flags, padding);
    for (size_t i = 0; i < length && !out->overflowed; i++) {
        if (i && flags->space)
            buffer_add_byte(out, ' ');
        if (flags->sharp && (!i || flags->space))
            buffer_add(out, prefix, 2);
        buffer_add_byte(out, digits[(unsigned char)text.bytes[i] >> 4]);
        buffer_add_byte(out, digits[text.bytes[i] & 15]);
    }
    if (flags->minus)
        add_padding(out, flags, padding);
}

/* ---- integers ---- */

/* Writes a number backwards from `end`, at least `digits` digits, and gives where it starts. */
static char *digits_backwards(char *end, uint64_t value, unsigned base, bool upper, int digits)
{
    const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    do {
        *--end = set[value % base];
        value /= base;
        digits--;
    } while (value);
    while (digits-- > 0)
        *--end = '0';
    return end;
}

enum { INTEGER_ROOM = 80 };

static void print_based(struct buffer *out, const struct print_flags *flags, uint64_t value, bool is_signed,
                        unsigned verb, unsigned base)
{
    bool negative = is_signed && (int64_t)value < 0;
    if (negative)
        value = 0 - value;
    if (flags->has_precision && !flags->precision && !value) {
        struct print_flags blank = *flags;
        blank.zero = false;
        add_padding(out, &blank, flags->has_width ? flags->width : 0);
        return;
    }
    int digits = 0;
    if (flags->has_precision)
        digits = flags->precision;
    else if (flags->zero && !flags->minus && flags->has_width)
        digits = flags->width - (negative || flags->plus || flags->space);
    _cleanup_(buffer_done) struct buffer room = BUFFER_INIT((size_t)digits + INTEGER_ROOM);
    char few[INTEGER_ROOM * 2];
    char *start = digits < INTEGER_ROOM ? few : buffer_reserve(&room, (size_t)digits + INTEGER_ROOM);
    char *end = start + (digits < INTEGER_ROOM ? sizeof few : (size_t)digits + INTEGER_ROOM);
    char *at = digits_backwards(end, value, base, verb == 'X', digits);
    if (flags->sharp && base == 2) {
        *--at = 'b';
        *--at = '0';
    } else if (flags->sharp && base == 8) {
        if (*at != '0')
            *--at = '0';
    } else if (flags->sharp && base == 16) {
        *--at = verb == 'X' ? 'X' : 'x';
        *--at = '0';
    }
    if (verb == 'O') {
        *--at = 'o';
        *--at = '0';
    }
    if (negative)
        *--at = '-';
    else if (flags->plus)
        *--at = '+';
    else if (flags->space)
        *--at = ' ';
    print_padded_plain(out, flags, (struct slice){at, (size_t)(end - at)});
}

static void print_code_point(struct buffer *out, const struct print_flags *flags, uint64_t value)
{
    int digits = flags->has_precision && flags->precision > 4 ? flags->precision : 4;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT((size_t)digits + INTEGER_ROOM * 2);
    char number[INTEGER_ROOM];
    buffer_add_literal(&text, "U+");
    char *at = digits_backwards(number + sizeof number, value, 16, true, 1);
    size_t length = (size_t)(number + sizeof number - at);
    if ((size_t)digits > length)
        buffer_add_repeated(&text, '0', (size_t)digits - length);
    buffer_add(&text, at, length);
    if (flags->sharp && value <= 0x10ffff && letter_is_printable((unsigned)value)) {
        buffer_add_literal(&text, " '");
        buffer_add_rune(&text, (unsigned)value);
        buffer_add_byte(&text, '\'');
    }
    print_padded_plain(out, flags, buffer_slice(&text));
}

static void print_character(struct buffer *out, const struct print_flags *flags, uint64_t value, bool quoted)
{
    unsigned rune = value > 0x10ffff ? RUNE_INVALID : (unsigned)value;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(32);
    if (quoted)
        quote_write_rune(&text, rune, flags->plus);
    else
        buffer_add_rune(&text, rune);
    print_padded(out, flags, buffer_slice(&text));
}

bool print_integer(struct buffer *out, const struct print_flags *flags, uint64_t value, bool is_signed, unsigned verb)
{
    switch (verb) {
    case 'v':
        if (flags->sharp_v && !is_signed) {
            struct print_flags sharp = *flags;
            sharp.sharp = true;
            print_based(out, &sharp, value, false, 'v', 16);
        } else {
            print_based(out, flags, value, is_signed, verb, 10);
        }
        return true;
    case 'd':
        print_based(out, flags, value, is_signed, verb, 10);
        return true;
    case 'b':
        print_based(out, flags, value, is_signed, verb, 2);
        return true;
    case 'o':
    case 'O':
        print_based(out, flags, value, is_signed, verb, 8);
        return true;
    case 'x':
    case 'X':
        print_based(out, flags, value, is_signed, verb, 16);
        return true;
    case 'c':
    case 'q':
        print_character(out, flags, value, verb == 'q');
        return true;
    case 'U':
        print_code_point(out, flags, value);
        return true;
    default:
        return false;
    }
}

/* ---- floating point ---- */

/* Room for 1.8e308 written out, and the digits behind the point. */
static char *float_room(struct buffer *room, int precision, size_t *ret_size)
{
    *ret_size = 400 + (precision > 0 ? (size_t)precision : 0);
    return buffer_reserve(room, *ret_size);
}

/* The C library pads an exponent to two digits, as Go does; it writes them otherwise the same. */
static size_t with_precision(char *out, size_t size, double value, char verb, int precision)
{
    char format[] = {'%', '.', '*', verb, 0};
    int length = snprintf(out, size, format, precision, value);
    return length < 0 ? 0 : (size_t)length;
}

/* The fewest digits that read back the same, laid out as the verb says. */
static size_t shortest(char *out, size_t size, double value, char verb)
{
    if (verb == 'g' || verb == 'G') {
        size_t length = number_format_double(value, NUMBER_G, out);
        for (size_t i = 0; verb == 'G' && i < length; i++)
            if (out[i] == 'e')
                out[i] = 'E';
        return length;
    }
    return with_precision(out, size, value, verb, 6);
}

/* %x: Go always writes a normalised mantissa and two digits of exponent at least. */
static size_t hexadecimal_float(char *out, size_t size, double value, char verb, int precision)
{
    int exponent = 0;
    double mantissa = frexp(fabs(value), &exponent);
    if (mantissa != 0) {
        mantissa *= 2;
        exponent--;
    }
    char digits[64];
    int length = precision < 0 ? snprintf(digits, sizeof digits, "%a", mantissa)
                               : snprintf(digits, sizeof digits, "%.*a", precision > 40 ? 40 : precision, mantissa);
    digits[length] = 0;
    char *power = strchr(digits, 'p');
    int carried = power ? number_exponent(power + 1) : 0; /* rounding may have carried */
    if (power)
        *power = 0;
    if (power && digits[2] == '2') { /* 0x2p+00 is 0x1p+01 */
        digits[2] = '1';
        carried++;
    }
    exponent += carried;
    int total = snprintf(out, size, "%s%s", signbit(value) ? "-" : "", digits);
    for (int extra = precision - 40; extra > 0 && (size_t)total < size - 16; extra--)
        out[total++] = '0';
    total += snprintf(out + total, size - (size_t)total, "p%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
    for (int i = 0; verb == 'X' && i < total; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 0x20);
    return (size_t)total;
}

/* %b: the mantissa as an integer and an exponent of 2. */
static size_t binary_float(char *out, size_t size, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7ff);
    if (exponent)
        mantissa |= (uint64_t)1 << 52;
    else
        exponent = 1;
    int length =
        snprintf(out, size, "%s%llup%+d", signbit(value) ? "-" : "", (unsigned long long)mantissa, exponent - 1075);
    return length < 0 ? 0 : (size_t)length;
}

/* %g with a precision keeps an exponent where C does; Go's %e threshold for the shortest form is 21 digits only when
 * the precision is larger than the digits there are, which C does not know. */
static size_t general_float(char *out, size_t size, double value, char verb, int precision)
{
    if (precision == 0)
        precision = 1;
    char scientific[512];
    /* digits, rounded to the precision, without trailing zeros */
    int length = snprintf(scientific, sizeof scientific, "%.*e", precision > 400 ? 400 : precision - 1, value);
    const char *e = memchr(scientific, 'e', (size_t)length);
    int exponent = e ? number_exponent(e + 1) : 0;
    int digits = 0, significant = 0;
    for (const char *at = scientific; at < e; at++)
        if (*at >= '0' && *at <= '9') {
            digits++;
            if (*at != '0')
                significant = digits;
        }
    int threshold = precision;
    if (threshold > significant && significant >= exponent + 1)
        threshold = significant;
    bool use_exponent = exponent < -4 || exponent >= threshold;
    if (significant < 1)
        significant = 1;
    if (use_exponent)
        return with_precision(out, size, value, (char)(verb == 'G' ? 'E' : 'e'), significant - 1);
    int decimals = significant - (exponent + 1);
    return with_precision(out, size, value, 'f', decimals > 0 ? decimals : 0);
}

static size_t float_text(char *out, size_t size, double value, char verb, int precision)
{
    switch (verb) {
    case 'x':
    case 'X':
        return hexadecimal_float(out, size, value, verb, precision);
    case 'b':
        return binary_float(out, size, value);
    case 'g':
    case 'G':
        return precision < 0 ? shortest(out, size, value, verb) : general_float(out, size, value, verb, precision);
    default:
        return with_precision(out, size, value, verb, precision);
    }
}

/* The # flag: a decimal point in any case, and for %g trailing zeros up to the precision. */
static size_t keep_zeros(char *text, size_t length, char verb, int precision)
{
    int digits = 0;
    if (verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x' || verb == 'X')
        digits = precision < 0 ? 6 : precision;
    if (verb == 'X')
        digits = 0;
    bool point = false, seen = false;
    size_t tail = length;
    for (size_t i = 1; i < length; i++) {
        char c = text[i];
        if (c == '.') {
            point = true;
        } else if (c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && verb != 'x' && verb != 'X')) {
            tail = i;
            break;
        } else {
            seen |= c != '0';
            digits -= seen;
        }
    }
    char end[16];
    size_t end_length = length - tail;
    memcpy(end, text + tail, end_length < sizeof end ? end_length : sizeof end);
    length = tail;
    if (!point) {
        if (length == 2 && text[1] == '0')
            digits--;
        text[length++] = '.';
    }
    while (digits-- > 0)
        text[length++] = '0';
    memcpy(text + length, end, end_length);
    return length + end_length;
}

void print_float(struct buffer *out, const struct print_flags *flags, double value, char verb)
{
    char shape = verb == 'v' ? 'g' : verb == 'F' ? 'f' : verb;
    int precision = shape == 'f' || shape == 'e' || shape == 'E' ? 6 : -1;
    if (flags->has_precision)
        precision = flags->precision;
    if (isnan(value) || isinf(value)) {
        char special[] = {isinf(value) && value < 0 ? '-' : flags->space && !flags->plus ? ' ' : '+', 0};
        bool keep_sign = special[0] == '-' || flags->plus || flags->space;
        struct print_flags blank = *flags;
        blank.zero = false;
        char text[8];
        int length = snprintf(text, sizeof text, "%s%s", keep_sign || (isinf(value) && verb) ? special : "",
                              isnan(value) ? "NaN" : "Inf");
        if (isinf(value) && value > 0 && !flags->plus && !flags->space)
            text[0] = '+';
        print_padded(out, &blank, (struct slice){text, (size_t)length});
        return;
    }
    _cleanup_(buffer_done) struct buffer room = BUFFER_INIT(2200 * 1000);
    size_t size;
    char *text = float_room(&room, precision, &size);
    if (!text)
        return;
    text[0] = '+';
    size_t length = 1 + float_text(text + 1, size - 1, value, shape, precision);
    if (text[1] == '-') {
        text++;
        length--;
    }
    if (flags->space && text[0] == '+' && !flags->plus)
        text[0] = ' ';
    if (flags->sharp && verb != 'b')
        length = keep_zeros(text, length, verb, precision);
    if (!flags->plus && text[0] == '+') {
        print_padded(out, flags, (struct slice){text + 1, length - 1});
    } else if (flags->zero && !flags->minus && flags->has_width && (size_t)flags->width > length) {
        buffer_add_byte(out, text[0]);
        add_padding(out, flags, flags->width - (int)length);
        buffer_add(out, text + 1, length - 1);
    } else {
        print_padded(out, flags, (struct slice){text, length});
    }
}
