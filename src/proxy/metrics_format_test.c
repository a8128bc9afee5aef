#include "proxy/metrics_format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void what_can_be_joined_is_asked_for(void **state)
{
    (void)state;
    static const char prometheus[] = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                                     "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
                                     "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
                                     "*/*;q=0.1";
    static const struct {
        const char *accept, *text, *open; /* what is asked of the proxy, and of the app */
    } cases[] = {
        {"", "text/plain;version=0.0.4", "text/plain;version=0.0.4"},
        {prometheus, "text/plain;version=0.0.4;q=0.2,text/plain;version=0.0.4;q=0.1",
         "application/openmetrics-text;version=1.0.0;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,"
         "text/plain;version=0.0.4;q=0.2,text/plain;version=0.0.4;q=0.1"},
        {"application/*", "text/plain;version=0.0.4", "application/openmetrics-text;version=0.0.1;q=0.1"},
        {"text/*", "text/*;q=0.1", "text/*;q=0.1"},
        {"text/html, Text/Plain ; q=0.3 ; charset=x", "Text/Plain;charset=x;q=0.1", "Text/Plain;charset=x;q=0.1"},
        {"application/json", "text/plain;version=0.0.4", "text/plain;version=0.0.4"},
        {"*/*,*/*", "text/plain;version=0.0.4;q=0.1", "text/plain;version=0.0.4;q=0.1"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (int with_open = 0; with_open < 2; with_open++) {
            _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(4096);
            metrics_accept_print(&out, slice_from(cases[i].accept), with_open);
            if (!slice_equal(buffer_slice(&out), slice_from(with_open ? cases[i].open : cases[i].text)))
                fail_msg("case %zu, %d: %.*s", i, with_open, SLICE_ARGS(buffer_slice(&out)));
        }
    }
}

static void formats_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum metrics_format format;
    } cases[] = {
        {"", METRICS_TEXT},
        {"text/plain; version=0.0.4", METRICS_TEXT},
        {"application/openmetrics-text", METRICS_OPEN_0_0_1},
        {"application/openmetrics-text; version=0.0.1; charset=utf-8", METRICS_OPEN_0_0_1},
        {"Application/OpenMetrics-Text;version=\"1.0.0\"", METRICS_OPEN_1_0_0},
        {"application/openmetrics-text; version=2.0.0", METRICS_TEXT},
        {"application/vnd.google.protobuf", METRICS_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_int_equal(metrics_format_of(slice_from(cases[i].type)), cases[i].format);
    for (int i = METRICS_TEXT; i <= METRICS_OPEN_1_0_0; i++)
        assert_int_equal(metrics_format_of(slice_from(metrics_format_type((enum metrics_format)i))), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_can_be_joined_is_asked_for),
                                       cmocka_unit_test(formats_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
