#include "serve/url.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void urls_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_https;
        const char *host, *authority, *path; /* host NULL: refused */
        uint16_t port;
    } cases[] = {
        {"http://localhost:15021/healthz/ready", false, "localhost", "localhost:15021", "/healthz/ready", 15021},
        {"HTTPS://10.0.0.1", true, "10.0.0.1", "10.0.0.1", "/", 443},
        {"http://[fd00::1]:80/a#b", false, "fd00::1", "[fd00::1]:80", "/a", 80},
        {"http://h?q", false, "h", "h", "/?q", 80},
        {"http://:8080/x", false, "", ":8080", "/x", 8080},
        {"http://h:/x", false, "h", "h:", "/x", 80},
        {.text = "ftp://h/"},
        {.text = "http:/h"},
        {.text = "http://h:99999/"},
        {.text = "http://h:x/"},
        {.text = "http://user@h/"},
        {.text = "http://[::1/"},
        {.text = "http://h/a b"},
        {.text = "http://h/\r\nX: y"},
        {.text = ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct url url;
        bool is_read = url_parse(&arena, slice_from(cases[i].text), &url);
        if (is_read != (cases[i].host != NULL))
            fail_msg("\"%s\": %s", cases[i].text, is_read ? "read" : "refused");
        if (!is_read)
            continue;
        if (url.is_https != cases[i].is_https || url.port != cases[i].port ||
            !slice_equal(url.host, slice_from(cases[i].host)) ||
            !slice_equal(url.authority, slice_from(cases[i].authority)) ||
            !slice_equal(url.path, slice_from(cases[i].path)))
            fail_msg("\"%s\": host %.*s, port %u, path %.*s", cases[i].text, SLICE_ARGS(url.host), url.port,
                     SLICE_ARGS(url.path));
    }
}

/* Most are of RFC 3986, 5.4. */
static void references_are_resolved(void **state)
{
    (void)state;
    static const struct {
        const char *reference, *host, *path;
    } cases[] = {
        {"g", "a", "/b/c/g"},
        {"./g/", "a", "/b/c/g/"},
        {"/g", "a", "/g"},
        {"//g", "g", "/"},
        {"//g:81/x?y", "g", "/x?y"},
        {"?y", "a", "/b/c/d;p?y"},
        {"g?y=1/2", "a", "/b/c/g?y=1/2"},
        {"#s", "a", "/b/c/d;p?q"},
        {"", "a", "/b/c/d;p?q"},
        {".", "a", "/b/c/"},
        {"..", "a", "/b/"},
        {"../../g", "a", "/g"},
        {"../../../g", "a", "/g"},
        {"/./g/../h", "a", "/h"},
        {"g;x=1/../y", "a", "/b/c/y"},
        {"https://h/z", "h", "/z"},
        {"mailto:x", NULL, NULL},
        {"a b", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct url base, url;
        assert_true(url_parse(&arena, SLICE("http://a/b/c/d;p?q"), &base));
        bool is_read = url_resolve(&arena, &base, slice_from(cases[i].reference), &url);
        if (is_read != (cases[i].host != NULL) || (is_read && (!slice_equal(url.host, slice_from(cases[i].host)) ||
                                                               !slice_equal(url.path, slice_from(cases[i].path)))))
            fail_msg("\"%s\": host %.*s, path %.*s", cases[i].reference, SLICE_ARGS(url.host), SLICE_ARGS(url.path));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(urls_are_read), cmocka_unit_test(references_are_resolved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
