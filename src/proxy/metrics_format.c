#include "proxy/metrics_format.h"
#include "serve/http_text.h"

enum { ACCEPTED_MAX = 9 }; /* weights have one digit */

static const struct slice text_0_0_4 = SLICE_CONSTANT("text/plain;version=0.0.4"),
                          open_0_0_1 = SLICE_CONSTANT("application/openmetrics-text;version=0.0.1");

/* "text/plain; version=0.0.4": the part in front, and the value of a parameter, without quotes; "" where there is none.
 */
static struct slice media_type(struct slice value)
{
    return slice_trim(slice_range(value, 0, slice_find_byte(value, ';')));
}

static struct slice parameter_value(struct slice parameter)
{
    size_t equals = slice_find_byte(parameter, '=');
    struct slice value =
        equals == SLICE_NONE ? (struct slice){"", 0} : slice_trim(slice_from_offset(parameter, equals + 1));
    if (value.length >= 2 && value.bytes[0] == '"' && value.bytes[value.length - 1] == '"')
        value = slice_range(value, 1, value.length - 1);
    return value;
}

static struct slice parameter_name(struct slice parameter)
{
    return slice_trim(slice_range(parameter, 0, slice_find_byte(parameter, '=')));
}

enum metrics_format metrics_format_of(struct slice content_type)
{
    struct slice_splitter parts = {.rest = content_type};
    struct slice part, version = {"", 0};
    if (!http_name_equal(media_type(content_type), SLICE("application/openmetrics-text")))
        return METRICS_TEXT;
    while (slice_split(&parts, ';', &part)) {
        if (http_name_equal(parameter_name(part), SLICE("version")))
            version = parameter_value(part);
    }
    if (slice_equal(version, SLICE("1.0.0")))
        return METRICS_OPEN_1_0_0;
    return !version.length || slice_equal(version, SLICE("0.0.1")) ? METRICS_OPEN_0_0_1 : METRICS_TEXT;
}

const char *metrics_format_type(enum metrics_format format)
{
    static const char *const types[] = {
        [METRICS_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
        [METRICS_OPEN_0_0_1] = "application/openmetrics-text; version=0.0.1; charset=utf-8",
        [METRICS_OPEN_1_0_0] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
    };
    return types[format];
}

/* What is asked for instead of a value of Accept; empty: nothing. */
static struct slice accepted(struct slice value, bool with_open_metrics)
{
    struct slice type = media_type(value);
    if (slice_equal(type, SLICE("*/*")) || slice_equal(type, SLICE("*")))
        return text_0_0_4;
    if (http_name_equal(type, SLICE("application/*")))
        return with_open_metrics ? open_0_0_1 : (struct slice){"", 0};
    if (http_name_equal(type, SLICE("text/plain")) || http_name_equal(type, SLICE("text/*")) ||
        (with_open_metrics && http_name_equal(type, SLICE("application/openmetrics-text"))))
        return slice_trim(value);
    return (struct slice){"", 0};
}

static bool is_among(const struct slice *values, size_t count, struct slice value)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(values[i], value))
            return true;
    }
    return false;
}

/* Without the weight that it had. */
static void value_print(struct buffer *out, struct slice value, size_t weight)
{
    struct slice_splitter parts = {.rest = value};
    struct slice part;
    bool is_first = true;
    while (slice_split(&parts, ';', &part)) {
        part = slice_trim(part);
        if (!part.length || http_name_equal(parameter_name(part), SLICE("q")))
            continue;
        buffer_add_slice(out, is_first ? SLICE("") : SLICE(";"));
        buffer_add_slice(out, part);
        is_first = false;
    }
    buffer_format(out, ";q=0.%zu", weight);
}

void metrics_accept_print(struct buffer *out, struct slice accept, bool with_open_metrics)
{
    struct slice values[ACCEPTED_MAX], value;
    struct slice_splitter splitter = {.rest = accept};
    size_t count = 0;
    while (count < ACCEPTED_MAX && slice_split(&splitter, ',', &value)) {
        value = accepted(value, with_open_metrics);
        if (value.length && !is_among(values, count, value))
            values[count++] = value;
    }
    for (size_t i = 0; i < count; i++) {
        buffer_add_slice(out, i ? SLICE(",") : SLICE(""));
        value_print(out, values[i], count - i);
    }
    if (!count)
        buffer_add_slice(out, text_0_0_4);
}
