#include "template/print.h"
#include "base/number.h"
#include "base/rune.h"
#include "template/container.h"
#include "template/date.h"
#include "template/letter.h"
#include "template/print_number.h"
#include "template/quote.h"
#include "template/version.h"

/* Printing one operand; the flags are those of a verb. */
struct printer {
    struct execution *execution;
    struct buffer *out;
    struct print_flags flags;
    bool failed;
    bool erroring; /* inside a %!d(...): methods are not called */
};

static void print_operand(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth);

static void bad_verb(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    buffer_add_literal(printer->out, "%!");
    buffer_add_rune(printer->out, verb);
    buffer_add_byte(printer->out, '(');
    if (value_is_absent(value)) {
        buffer_add_literal(printer->out, "<nil>");
    } else {
        print_type(printer->out, value);
        buffer_add_byte(printer->out, '=');
        printer->erroring = true;
        print_operand(printer, value, 'v', depth);
        printer->erroring = false;
    }
    buffer_add_byte(printer->out, ')');
}

static void print_string(struct printer *printer, const struct template_value *value, struct slice text, unsigned verb,
                         unsigned depth)
{
    const struct print_flags *flags = &printer->flags;
    switch (verb) {
    case 'v':
        if (flags->sharp_v)
            print_quoted(printer->out, flags, text);
        else
            print_padded(printer->out, flags, print_truncated(flags, text));
        break;
    case 's':
        print_padded(printer->out, flags, print_truncated(flags, text));
        break;
    case 'x':
    case 'X':
        print_hexadecimal(printer->out, flags, text, verb == 'X');
        break;
    case 'q':
        print_quoted(printer->out, flags, text);
        break;
    default:
        bad_verb(printer, value, verb, depth);
    }
}

/* ---- containers and structs ---- */

static void print_nil_interface(struct printer *printer)
{
    if (printer->flags.sharp_v)
        buffer_add_literal(printer->out, "interface {}(nil)");
    else
        buffer_add_literal(printer->out, "<nil>");
}

static void print_element(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (value->kind == TEMPLATE_NIL || value->kind == TEMPLATE_NONE)
        print_nil_interface(printer);
    else
        print_operand(printer, value, verb, depth);
}

static void print_separator(struct printer *printer, size_t at)
{
    if (at && printer->flags.sharp_v)
        buffer_add_literal(printer->out, ", ");
    else if (at)
        buffer_add_byte(printer->out, ' ');
}

static bool begin_container(struct printer *printer, const struct template_value *value, struct slice open)
{
    if (!printer->flags.sharp_v) {
        buffer_add_slice(printer->out, open);
        return true;
    }
    print_type(printer->out, value);
    if (value->is_nil) {
        buffer_add_literal(printer->out, "(nil)");
        return false;
    }
    buffer_add_byte(printer->out, '{');
    return true;
}

static void print_list(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (!begin_container(printer, value, SLICE("[")))
        return;
    size_t count = value_count(printer->execution, value);
    for (size_t i = 0; i < count && !printer->failed; i++) {
        struct template_value item = list_get(printer->execution, value, i);
        print_separator(printer, i);
        print_element(printer, &item, verb, depth + 1);
    }
    buffer_add_byte(printer->out, printer->flags.sharp_v ? '}' : ']');
}

static void print_map(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (!begin_container(printer, value, SLICE("map[")))
        return;
    size_t count;
    struct template_map_entry *entries = map_entries(printer->execution, value, &count);
    for (size_t i = 0; i < count && !printer->failed; i++) {
        struct template_value key = template_from_string(entries[i].key);
        print_separator(printer, i);
        print_operand(printer, &key, verb, depth + 1);
        buffer_add_byte(printer->out, ':');
        print_element(printer, &entries[i].value, verb, depth + 1);
    }
    buffer_add_byte(printer->out, printer->flags.sharp_v ? '}' : ']');
}

static void print_field(struct printer *printer, size_t at, struct slice name, const struct template_value *value,
                        unsigned verb, unsigned depth)
{
    print_separator(printer, at);
    if (printer->flags.sharp_v || printer->flags.plus_v) {
        buffer_add_slice(printer->out, name);
        buffer_add_byte(printer->out, ':');
    }
    print_element(printer, value, verb, depth + 1);
}

static void print_struct(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (printer->flags.sharp_v)
        print_type(printer->out, value);
    buffer_add_byte(printer->out, '{');
    if (value->kind == TEMPLATE_ROOT) {
        for (uint32_t i = 0; i < value->count && !printer->failed; i++)
            print_field(printer, i, value->members[i].name, &value->members[i].value, verb, depth);
    } else {
        for (size_t i = 0; i < value->type->field_count && !printer->failed; i++) {
            const struct type_field *field = &value->type->fields[i];
            struct template_value member = template_from_tree(tree_get(value->tree, field->json_name), field->type);
            if (field->flags & TYPE_FIELD_POINTER)
                member = template_from_pointer(tree_get(value->tree, field->json_name), field->type);
            print_field(printer, i, field->go_name, &member, verb, depth);
        }
    }
    buffer_add_byte(printer->out, '}');
}

/* A protobuf message in its text form, in one line: `discovery_address:"istiod:15012"  tracing:{...}`. */
static void print_message(struct printer *printer, const struct tree *tree, const struct type *type, unsigned depth)
{
    if (depth > VALUE_DEPTH_MAX)
        return;
    bool first = true;
    for (size_t i = 0; i < type->field_count; i++) {
        const struct type_field *field = &type->fields[i];
        const struct tree *child = tree_get(tree, field->json_name);
        if (tree_is_null(child))
            continue;
        if (!first)
            buffer_add_byte(printer->out, ' ');
        first = false;
        for (size_t at = 0; at < field->json_name.length; at++) {
            char c = field->json_name.bytes[at];
            if (c >= 'A' && c <= 'Z')
                buffer_add_byte(printer->out, '_');
            buffer_add_byte(printer->out, (char)(c >= 'A' && c <= 'Z' ? c + 0x20 : c));
        }
        buffer_add_byte(printer->out, ':');
        if (child->kind == TREE_MAP && field->type->kind == TYPE_STRUCT) {
            buffer_add_byte(printer->out, '{');
            print_message(printer, child, field->type, depth + 1);
            buffer_add_byte(printer->out, '}');
        } else if (child->kind == TREE_STRING && field->type->kind == TYPE_STRING) {
            quote_write(printer->out, child->string, false);
        } else {
            struct template_value value = template_from_tree(child, field->type);
            print_operand(printer, &value, 'v', depth + 1);
        }
    }
}

static struct slice enum_name(const struct template_value *value)
{
    for (size_t i = 0; i < value->type->value_count; i++)
        if (value->type->values[i].number == value->integer)
            return value->type->values[i].name;
    return (struct slice){NULL, 0};
}

static void write_tree_text(struct buffer *out, const struct tree *tree, const char *zero)
{
    char number[NUMBER_TEXT_MAX];
    if (tree_is(tree, TREE_STRING))
        buffer_add_slice(out, tree->string);
    else if (tree_is(tree, TREE_INT))
        buffer_add(out, number, number_format_i64(tree->integer, number));
    else if (tree_is(tree, TREE_FLOAT))
        buffer_add(out, number, number_format_double(tree->number, NUMBER_G, number));
    else
        buffer_add_slice(out, slice_from(zero));
}

bool print_stringer(struct execution *execution, struct buffer *out, const struct template_value *value)
{
    struct printer printer = {.execution = execution, .out = out};
    if (value->is_nil)
        return false;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_ENUM: {
        struct slice name = enum_name(value);
        char number[NUMBER_TEXT_MAX];
        buffer_add_slice(out, name.length ? name
                                          : (struct slice){number, number_format_i64(value->integer, number)});
        return true;
    }
    case TEMPLATE_STRUCT:
        if (!value->type->is_message)
            return false;
        print_message(&printer, value->tree, value->type, 0);
        return true;
    case TEMPLATE_ROOT: /* Kubernetes' types.NamespacedName */
        if (value->count != 2 || !slice_equal(value->members[0].name, SLICE("Namespace")) ||
            !slice_equal(value->members[1].name, SLICE("Name")) || value->members[0].value.kind != TEMPLATE_STRING ||
            value->members[1].value.kind != TEMPLATE_STRING)
            return false;
        buffer_add_slice(out, value->members[0].value.string);
        buffer_add_byte(out, '/');
        buffer_add_slice(out, value->members[1].value.string);
        return true;
    case TEMPLATE_WRAPPER: {
        struct template_value inner = template_from_tree(value->tree, value->type->element);
        buffer_add_literal(out, "value:");
        if (inner.kind == TEMPLATE_STRING)
            quote_write(out, inner.string, false);
        else
            print_operand(&printer, &inner, 'v', 0);
        return true;
    }
    case TEMPLATE_PROTO_DURATION: {
        int64_t nanoseconds = 0;
        if (!date_read_proto_duration(tree_text(value->tree), &nanoseconds))
            nanoseconds = 0;
        if (nanoseconds / 1000000000)
            buffer_format(out, "seconds:%lld", (long long)(nanoseconds / 1000000000));
        if (nanoseconds % 1000000000)
            buffer_format(out, "%snanos:%lld", nanoseconds / 1000000000 ? " " : "",
                          (long long)(nanoseconds % 1000000000));
        return true;
    }
    case TEMPLATE_DURATION:
        date_print_duration(out, value->integer);
        return true;
    case TEMPLATE_TIME:
        date_print_time(out, value->time);
        return true;
    case TEMPLATE_META_TIME:
        date_print_meta_time(out, tree_text(value->tree));
        return true;
    case TEMPLATE_VERSION:
        version_print(out, value->version);
        return true;
    case TEMPLATE_QUANTITY:
    case TEMPLATE_INT_OR_STRING:
        write_tree_text(out, value->tree, "0");
        return true;
    default:
        return false;
    }
}

/* Values with a method String (or, as pointers that Go would show as an address, what they point at). */
static bool print_method(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    bool wanted = verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
    if (printer->erroring || printer->flags.sharp_v || !wanted || value->kind < TEMPLATE_ENUM)
        return false;
    size_t begin = scratch_begin(printer->execution);
    struct slice text;
    if (!print_stringer(printer->execution, &printer->execution->scratch, value))
        return false;
    if (!scratch_end(printer->execution, begin, &text)) {
        printer->failed = true;
        return true;
    }
    print_string(printer, value, text, verb, depth);
    return true;
}

static void print_complex(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (verb < 0x80 && strchr("vbgGxXfFeE", (int)verb)) {
        bool plus = printer->flags.plus;
        buffer_add_byte(printer->out, '(');
        print_float(printer->out, &printer->flags, value->complex.real, (char)verb);
        printer->flags.plus = true;
        print_float(printer->out, &printer->flags, value->complex.imaginary, (char)verb);
        printer->flags.plus = plus;
        buffer_add_literal(printer->out, "i)");
    } else {
        bad_verb(printer, value, verb, depth);
    }
}

static void print_operand(struct printer *printer, const struct template_value *value, unsigned verb, unsigned depth)
{
    if (printer->failed)
        return;
    if (depth > VALUE_DEPTH_MAX) {
        printer->failed = true;
        (void)!execution_fail_limit(printer->execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
        return;
    }
    if (!execution_step(printer->execution, 1) || printer->out->overflowed) {
        printer->failed = !printer->out->overflowed;
        return;
    }
    if (value->pointer && value->is_nil) {
        if (value->kind == TEMPLATE_STRUCT && !value->type->is_message && (verb == 'v' || verb == 's')) {
            print_padded(printer->out, &printer->flags, SLICE("nil")); /* the String methods of Kubernetes' types */
            return;
        }
        if (verb == 'v' || verb == 's')
            print_padded(printer->out, &printer->flags, verb == 'v' ? SLICE("<nil>") : SLICE("%!s(<nil>)"));
        else
            bad_verb(printer, &(struct template_value){.kind = TEMPLATE_NIL}, verb, depth);
        return;
    }
    if (print_method(printer, value, verb, depth))
        return;
    bool done = true;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
        print_nil_interface(printer);
        break;
    case TEMPLATE_BOOL:
        done = verb == 't' || verb == 'v';
        if (done)
            print_padded(printer->out, &printer->flags, value->boolean ? SLICE("true") : SLICE("false"));
        break;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        done = print_integer(printer->out, &printer->flags, (uint64_t)value->integer, true, verb);
        break;
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_UINT64:
        done = print_integer(printer->out, &printer->flags, value->natural, false, verb);
        break;
    case TEMPLATE_FLOAT:
        done = verb < 0x80 && strchr("vbgGxXfFeE", (int)verb) && verb;
        if (done)
            print_float(printer->out, &printer->flags, value->number, (char)verb);
        break;
    case TEMPLATE_COMPLEX:
        print_complex(printer, value, verb, depth);
        break;
    case TEMPLATE_STRING:
        print_string(printer, value, value->string, verb, depth);
        break;
    case TEMPLATE_LIST:
    case TEMPLATE_TREE_LIST:
        print_list(printer, value, verb, depth);
        break;
    case TEMPLATE_MAP:
    case TEMPLATE_TREE_MAP:
        print_map(printer, value, verb, depth);
        break;
    case TEMPLATE_STRUCT:
    case TEMPLATE_ROOT:
        print_struct(printer, value, verb, depth);
        break;
    default:
        if (!print_stringer(printer->execution, printer->out, value))
            buffer_add_literal(printer->out, "{}");
    }
    if (!done)
        bad_verb(printer, value, verb, depth);
}

/* ---- entries ---- */

static bool print_plain(struct execution *execution, struct buffer *out, const struct template_value *value)
{
    char number[NUMBER_TEXT_MAX];
    switch (value->pointer ? TEMPLATE_ROOT : (enum template_kind)value->kind) {
    case TEMPLATE_STRING:
        buffer_add_slice(out, value->string);
        return true;
    case TEMPLATE_BOOL:
        buffer_add_slice(out, value->boolean ? SLICE("true") : SLICE("false"));
        return true;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
        buffer_add(out, number, number_format_i64(value->integer, number));
        return true;
    case TEMPLATE_FLOAT:
        buffer_add(out, number, number_format_double(value->number, NUMBER_G, number));
        return true;
    default:
        break;
    }
    struct printer printer = {.execution = execution, .out = out};
    print_operand(&printer, value, 'v', 0);
    return !printer.failed;
}

bool print_value(struct execution *execution, struct buffer *out, const struct template_value *value)
{
    if (value->kind == TEMPLATE_NONE) {
        buffer_add_literal(out, "<no value>");
        return true;
    }
    return print_plain(execution, out, value);
}

bool print_any(struct execution *execution, struct buffer *out, const struct template_value *value)
{
    if (value_is_absent(value)) {
        buffer_add_literal(out, "<nil>");
        return true;
    }
    return print_plain(execution, out, value);
}

bool print_all(struct execution *execution, struct buffer *out, const struct template_value *values, size_t count)
{
    bool after_string = true;
    for (size_t i = 0; i < count; i++) {
        bool is_string = values[i].kind == TEMPLATE_STRING && !values[i].pointer;
        if (i && !is_string && !after_string)
            buffer_add_byte(out, ' ');
        if (!print_any(execution, out, &values[i]))
            return false;
        after_string = is_string;
    }
    return true;
}

/* ---- fmt.Sprintf ---- */

struct format {
    struct printer printer;
    struct slice text;
    size_t at;
    const struct template_value *values;
    size_t count, next;
    bool good_index, reordered;
};

enum { WIDTH_MAX = 1000 * 1000 }; /* Go's limit */

static void print_argument(struct printer *printer, const struct template_value *value, unsigned verb)
{
    if (value_is_absent(value)) {
        if (verb == 'T' || verb == 'v')
            print_padded(printer->out, &printer->flags, SLICE("<nil>"));
        else
            bad_verb(printer, value, verb, 0);
        return;
    }
    if (verb == 'T') {
        struct type_text type = print_type_text(value);
        print_padded(printer->out, &printer->flags, print_truncated(&printer->flags, slice_from(type.text)));
        return;
    }
    if (verb == 'p') { /* there are no addresses here */
        bad_verb(printer, value, verb, 0);
        return;
    }
    print_operand(printer, value, verb, 0);
}

/* Digits at format->at, up to `end`; false when there are none, or too many. */
static bool read_number(struct format *format, size_t end, int *ret)
{
    int value = 0;
    size_t start = format->at;
    for (; format->at < end && format->text.bytes[format->at] >= '0' && format->text.bytes[format->at] <= '9';
         format->at++) {
        if (value > WIDTH_MAX)
            return false;
        value = value * 10 + format->text.bytes[format->at] - '0';
    }
    *ret = value;
    return format->at > start;
}

/* "[3]": the argument to go on with. False when there is none. */
static bool read_index(struct format *format)
{
    if (format->at >= format->text.length || format->text.bytes[format->at] != '[')
        return false;
    format->reordered = true;
    struct slice rest = slice_from_offset(format->text, format->at);
    size_t close = rest.length < 3 ? SLICE_NONE : slice_find_byte(rest, ']');
    if (close == SLICE_NONE) {
        format->good_index = false;
        format->at++;
        return false;
    }
    size_t end = format->at + close;
    int number;
    format->at++;
    bool good = read_number(format, end, &number) && format->at == end;
    format->at = end + 1;
    if (good && number >= 1 && (size_t)number <= format->count) {
        format->next = (size_t)number - 1;
        return true;
    }
    format->good_index = false;
    return good;
}

/* A width or precision from an argument. */
static bool take_number(struct format *format, int *ret)
{
    *ret = 0;
    if (format->next >= format->count)
        return false;
    const struct template_value *value = &format->values[format->next++];
    if (value->kind < TEMPLATE_INT || value->kind > TEMPLATE_UINT64 || value->pointer ||
        value->integer > WIDTH_MAX || value->integer < -WIDTH_MAX)
        return false;
    *ret = (int)value->integer;
    return true;
}

static bool read_flags(struct format *format)
{
    struct print_flags *flags = &format->printer.flags;
    *flags = (struct print_flags){0};
    for (; format->at < format->text.length; format->at++)
        switch (format->text.bytes[format->at]) {
        case '#':
            flags->sharp = true;
            break;
        case '0':
            flags->zero = true;
            break;
        case '+':
            flags->plus = true;
            break;
        case '-':
            flags->minus = true;
            break;
        case ' ':
            flags->space = true;
            break;
        default:
            return true;
        }
    return true;
}

static bool read_width(struct format *format)
{
    struct print_flags *flags = &format->printer.flags;
    bool after_index = read_index(format);
    if (format->at < format->text.length && format->text.bytes[format->at] == '*') {
        format->at++;
        flags->has_width = take_number(format, &flags->width);
        if (!flags->has_width)
            buffer_add_literal(format->printer.out, "%!(BADWIDTH)");
        if (flags->width < 0) {
            flags->width = -flags->width;
            flags->minus = true;
            flags->zero = false;
        }
        return false;
    }
    flags->has_width = read_number(format, format->text.length, &flags->width);
    if (!flags->has_width)
        flags->width = 0;
    if (after_index && flags->has_width)
        format->good_index = false;
    return after_index;
}

static bool read_precision(struct format *format, bool after_index)
{
    struct print_flags *flags = &format->printer.flags;
    if (format->at + 1 >= format->text.length || format->text.bytes[format->at] != '.')
        return after_index;
    format->at++;
    if (after_index)
        format->good_index = false;
    after_index = read_index(format);
    if (format->at < format->text.length && format->text.bytes[format->at] == '*') {
        format->at++;
        flags->has_precision = take_number(format, &flags->precision);
        if (flags->precision < 0) {
            flags->precision = 0;
            flags->has_precision = false;
        }
        if (!flags->has_precision)
            buffer_add_literal(format->printer.out, "%!(BADPREC)");
        return false;
    }
    if (!read_number(format, format->text.length, &flags->precision))
        flags->precision = 0;
    flags->has_precision = true;
    return after_index;
}

/* One %...: false at the end of the text. */
static bool print_verb(struct format *format)
{
    struct buffer *out = format->printer.out;
    format->good_index = true;
    read_flags(format);
    if (!read_precision(format, read_width(format)))
        read_index(format);
    if (format->at >= format->text.length) {
        buffer_add_literal(out, "%!(NOVERB)");
        return false;
    }
    size_t length;
    unsigned verb = rune_decode(slice_from_offset(format->text, format->at), &length);
    format->at += length;
    if (verb == '%') {
        buffer_add_byte(out, '%');
    } else if (!format->good_index || format->next >= format->count) {
        buffer_add_literal(out, "%!");
        buffer_add_rune(out, verb);
        buffer_add_slice(out, format->good_index ? SLICE("(MISSING)") : SLICE("(BADINDEX)"));
    } else {
        struct print_flags *flags = &format->printer.flags;
        if (verb == 'v') {
            flags->sharp_v = flags->sharp;
            flags->sharp = false;
            flags->plus_v = flags->plus;
            flags->plus = false;
        }
        const struct template_value *value = &format->values[format->next++];
        if (verb == 'w')
            bad_verb(&format->printer, value, verb, 0);
        else
            print_argument(&format->printer, value, verb);
    }
    return true;
}

static void print_extra(struct format *format)
{
    struct buffer *out = format->printer.out;
    format->printer.flags = (struct print_flags){0};
    buffer_add_literal(out, "%!(EXTRA ");
    for (size_t i = format->next; i < format->count; i++) {
        if (i > format->next)
            buffer_add_literal(out, ", ");
        if (value_is_absent(&format->values[i])) {
            buffer_add_literal(out, "<nil>");
            continue;
        }
        print_type(out, &format->values[i]);
        buffer_add_byte(out, '=');
        print_argument(&format->printer, &format->values[i], 'v');
    }
    buffer_add_byte(out, ')');
}

bool print_format(struct execution *execution, struct buffer *out, struct slice text,
                  const struct template_value *values, size_t count)
{
    struct format format = {
        .printer = {.execution = execution, .out = out}, .text = text, .values = values, .count = count};
    while (format.at < text.length && !format.printer.failed && !out->overflowed) {
        struct slice rest = slice_from_offset(text, format.at);
        size_t percent = slice_find_byte(rest, '%');
        if (percent == SLICE_NONE) {
            buffer_add_slice(out, rest);
            break;
        }
        buffer_add(out, rest.bytes, percent);
        format.at += percent + 1;
        if (!print_verb(&format))
            break;
    }
    if (!format.reordered && format.next < count && !format.printer.failed)
        print_extra(&format);
    return !format.printer.failed;
}
