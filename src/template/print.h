/* print.h - values as Go's package fmt prints them. */
#pragma once
#include "template/execution.h"

/* As {{ value }} prints it: fmt.Fprint, but "<no value>" for nothing. */
bool print_value(struct execution *execution, struct buffer *out, const struct template_value *value);
/* fmt.Sprint of one interface{}: nil is "<nil>". */
bool print_any(struct execution *execution, struct buffer *out, const struct template_value *value);
/* fmt.Sprint of several: a blank between two that are no strings. */
bool print_all(struct execution *execution, struct buffer *out, const struct template_value *values, size_t count);
/* fmt.Sprintf. */
bool print_format(struct execution *execution, struct buffer *out, struct slice format,
                  const struct template_value *values, size_t count);

/* The name of a value's Go type: "map[string]interface {}". */
void print_type(struct buffer *out, const struct template_value *value);
/* The same with a NUL, cut to fit, for messages. */
struct type_text {
    char text[120];
};
struct type_text print_type_text(const struct template_value *value);
/* Go's reflect.Kind: "map", "slice", "float64". */
const char *print_kind(const struct template_value *value);

/* What .String gives for a value that has such a method. False when it has none. */
bool print_stringer(struct execution *execution, struct buffer *out, const struct template_value *value);
