#include "relay/spiffe.h"
#include "base/attribute.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void a_workloads_id_is_taken_apart(void **state)
{
    struct spiffe id;
    (void)state;
    assert_true(spiffe_parse(SLICE("spiffe://cluster.local/ns/shop/sa/web"), &id));
    assert_true(slice_equal(id.trust_domain, SLICE("cluster.local")));
    assert_true(slice_equal(id.name_space, SLICE("shop")) && slice_equal(id.service_account, SLICE("web")));
    assert_true(spiffe_parse(SLICE("spiffe://td/any/Path_1"), &id));
    assert_true(slice_equal(id.path, SLICE("/any/Path_1")) && !id.name_space.length && !id.service_account.length);
    assert_true(spiffe_parse(SLICE("spiffe://td"), &id) && !id.path.length);
}

static void what_is_no_id_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "spiffe://",
        "spiffe:///ns/a",
        "SPIFFE://td/a",
        "https://td/a",
        "spiffe://td/",
        "spiffe://td/a/",
        "spiffe://td//a",
        "spiffe://td/../a",
        "spiffe://td/./a",
        "spiffe://TD/a",
        "spiffe://td:80/a",
        "spiffe://u@td/a",
        "spiffe://td/a?b",
        "spiffe://td/a#b",
        "spiffe://td/a%20",
        "spiffe://td/a b",
    };
    struct spiffe id;
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_false(spiffe_parse(slice_from(cases[i]), &id));
    char longest[SPIFFE_MAX + 2];
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "spiffe://td/", 12);
    assert_true(spiffe_parse((struct slice){longest, SPIFFE_MAX}, &id));
    assert_false(spiffe_parse((struct slice){longest, SPIFFE_MAX + 1}, &id));
    memset(longest + 9, 'a', sizeof longest - 9);
    assert_true(spiffe_parse((struct slice){longest, 9 + SPIFFE_TRUST_DOMAIN_MAX}, &id));
    assert_false(spiffe_parse((struct slice){longest, 9 + SPIFFE_TRUST_DOMAIN_MAX + 1}, &id));
    assert_false(spiffe_parse((struct slice){"spiffe://td/a\0b", 15}, &id));
}

static void expectations_are_exact_or_end_in_a_star(void **state)
{
    static const struct {
        const char *id, *expected;
        bool is_match;
    } cases[] = {
        {"spiffe://td/ns/a/sa/b", "spiffe://td/ns/a/sa/b", true},
        {"spiffe://td/ns/a/sa/bc", "spiffe://td/ns/a/sa/b", false},
        {"spiffe://td/ns/a/sa/b", "spiffe://td/ns/a/sa/B", false},
        {"spiffe://td/ns/a/sa/b", "spiffe://td/ns/a/*", true},
        {"spiffe://td/ns/ab/sa/b", "spiffe://td/ns/a/*", false},
        {"spiffe://td2/ns/a/sa/b", "spiffe://td/*", false},
        {"spiffe://td/ns/a/sa/b", "spiffe://td/*", true},
        {"spiffe://td/ns/a", "spiffe://td/ns/a/*", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct spiffe id;
        assert_true(spiffe_parse(slice_from(cases[i].id), &id));
        assert_int_equal(spiffe_matches(&id, slice_from(cases[i].expected)), cases[i].is_match);
        assert_true(spiffe_is_pattern(slice_from(cases[i].expected)));
    }
    assert_false(spiffe_is_pattern(SLICE("*")) || spiffe_is_pattern(SLICE("spiffe://*")) ||
                 spiffe_is_pattern(SLICE("spiffe://td/a*")) || spiffe_is_pattern(SLICE("spiffe://td/*/a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workloads_id_is_taken_apart),
        cmocka_unit_test(what_is_no_id_is_refused),
        cmocka_unit_test(expectations_are_exact_or_end_in_a_star),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
