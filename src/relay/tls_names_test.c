#include "relay/tls_names.h"
#include "base/attribute.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct relay_address address_of(uint32_t number)
{
    struct relay_address address = {.family = AF_INET, .port = 443};
    memcpy(address.bytes, &number, sizeof number);
    return address;
}

static void put(struct tls_names *names, uint32_t number, const char *name, int64_t now_ms, int64_t until_ms)
{
    struct relay_address address = address_of(number);
    tls_names_put(names, slice_from(name), AF_INET, address.bytes, now_ms, until_ms);
}

/* The name, or "" where there is none. */
static const char *found(struct tls_names *names, uint32_t number, int64_t now_ms, char out[TLS_NAME_MAX + 1])
{
    struct relay_address address = address_of(number);
    return tls_names_find(names, &address, now_ms, out) ? out : "";
}

static void a_name_is_known_until_its_time(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    (void)state;
    tls_names_init(&names);
    assert_string_equal(found(&names, 1, 0, out), ""); /* nothing was put in yet */
    put(&names, 1, "a.example", 10, 100);
    assert_string_equal(found(&names, 1, 10, out), "a.example");
    assert_string_equal(found(&names, 1, 99, out), "a.example");
    assert_string_equal(found(&names, 1, 100, out), "");
    assert_string_equal(found(&names, 2, 10, out), "");
    /* Found again when its time is over. */
    put(&names, 1, "b.example", 200, 300);
    assert_string_equal(found(&names, 1, 299, out), "b.example");
    assert_int_equal(names.count, 1);
    tls_names_done(&names);
}

/* Who was promised an hour has it, though a later answer, as of another resolver, says less. */
static void a_time_is_put_off_and_never_cut(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    (void)state;
    tls_names_init(&names);
    put(&names, 1, "a.example", 0, 1000);
    put(&names, 1, "a.example", 1, 500);
    assert_string_equal(found(&names, 1, 999, out), "a.example");
    put(&names, 1, "a.example", 2, 2000);
    assert_string_equal(found(&names, 1, 1999, out), "a.example");
    assert_string_equal(found(&names, 1, 2000, out), "");
    assert_int_equal(names.count, 1);
    tls_names_done(&names);
}

static void the_last_name_of_an_address_counts(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    (void)state;
    tls_names_init(&names);
    put(&names, 1, "a-longer-name.example", 0, 1000);
    put(&names, 2, "a-longer-name.example", 0, 1000); /* a name may have several addresses */
    put(&names, 1, "b.example", 1, 1000);
    assert_string_equal(found(&names, 1, 2, out), "b.example");
    assert_string_equal(found(&names, 2, 2, out), "a-longer-name.example");
    put(&names, 1, "B.example", 1, 1000);
    assert_string_equal(found(&names, 1, 2, out), "B.example"); /* as it was written: it goes into the greeting */
    assert_int_equal(names.count, 2);
    tls_names_done(&names);
}

static void families_are_told_apart(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    struct relay_address six = {.bytes = {10, 0, 0, 1}, .family = AF_INET6},
                         four = {.bytes = {10, 0, 0, 1}, .family = AF_INET},
                         near = {.bytes = {10, 0, 0, 1, [15] = 1}, .family = AF_INET6}, none = {0};
    (void)state;
    tls_names_init(&names);
    tls_names_put(&names, SLICE("six.example"), AF_INET6, six.bytes, 0, 100);
    assert_false(tls_names_find(&names, &four, 1, out));
    assert_false(tls_names_find(&names, &near, 1, out));
    assert_false(tls_names_find(&names, &none, 1, out));
    tls_names_put(&names, SLICE("four.example"), AF_INET, four.bytes, 0, 100);
    assert_true(tls_names_find(&names, &six, 1, out));
    assert_string_equal(out, "six.example");
    /* Nor where they share a list, as some of so many do. */
    struct relay_address other = {.bytes = {10, 0, 0, 2}, .family = AF_INET}, many = {.bytes = {10, 0, 0, 2}};
    for (unsigned i = 0; i < TLS_NAMES_MAX - 2; i++) {
        many.bytes[14] = (uint8_t)(i >> 8);
        many.bytes[15] = (uint8_t)i;
        tls_names_put(&names, SLICE("many.example"), AF_INET6, many.bytes, 0, 100);
    }
    assert_false(tls_names_find(&names, &other, 1, out));
    /* Of an IPv4 address the first four bytes are all that there is. */
    four.bytes[7] = 9;
    assert_true(tls_names_find(&names, &four, 1, out));
    assert_string_equal(out, "four.example");
    assert_int_equal(names.count, TLS_NAMES_MAX);
    tls_names_done(&names);
}

static void what_is_no_name_is_not_kept(void **state)
{
    char out[TLS_NAME_MAX + 1], longest[TLS_NAME_MAX + 2];
    struct tls_names names;
    struct relay_address address = address_of(1);
    (void)state;
    tls_names_init(&names);
    memset(longest, 'x', sizeof longest);
    tls_names_put(&names, (struct slice){longest, TLS_NAME_MAX + 1}, AF_INET, address.bytes, 0, 100);
    tls_names_put(&names, (struct slice){longest, 0}, AF_INET, address.bytes, 0, 100);
    tls_names_put(&names, SLICE("a.example"), AF_UNIX, address.bytes, 0, 100);
    assert_int_equal(names.count, 0);
    tls_names_put(&names, (struct slice){longest, TLS_NAME_MAX}, AF_INET, address.bytes, 0, 100);
    assert_true(tls_names_find(&names, &address, 1, out));
    assert_int_equal(strlen(out), TLS_NAME_MAX);
    tls_names_done(&names);
}

static void when_it_is_full_what_ends_first_makes_room(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    (void)state;
    tls_names_init(&names);
    for (uint32_t i = 0; i < TLS_NAMES_MAX; i++)
        put(&names, i, "a.example", 0, 10000 + i);
    put(&names, 7, "a.example", 1, 100000); /* not the first to end any more, and nobody has to go for it */
    assert_int_equal(names.count, TLS_NAMES_MAX);
    assert_string_equal(found(&names, 0, 2, out), "a.example");
    for (uint32_t i = 0; i < 10; i++) {
        put(&names, TLS_NAMES_MAX + i, "new.example", 2, 50000);
        assert_int_equal(names.count, TLS_NAMES_MAX);
        assert_string_equal(found(&names, TLS_NAMES_MAX + i, 3, out), "new.example");
    }
    for (uint32_t i = 0; i < 20; i++) /* ten have gone, the seventh not among them */
        assert_string_equal(found(&names, i, 3, out), i == 7 || i > 10 ? "a.example" : "");
    tls_names_done(&names);
}

static void when_it_is_full_what_is_over_goes_all_at_once(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    (void)state;
    tls_names_init(&names);
    for (uint32_t i = 0; i < TLS_NAMES_MAX; i++)
        put(&names, i, "a.example", 0, i < 1000 ? 50 : 1000);
    put(&names, TLS_NAMES_MAX, "new.example", 50, 1000);
    assert_int_equal(names.count, TLS_NAMES_MAX - 1000 + 1);
    for (uint32_t i = 0; i <= TLS_NAMES_MAX; i++)
        assert_string_equal(found(&names, i, 50, out), i < 1000 ? "" : i < TLS_NAMES_MAX ? "a.example" : "new.example");
    tls_names_done(&names);
}

static void a_name_is_below_itself_and_its_parents(void **state)
{
    const struct {
        struct slice name, suffix;
        bool is_below;
    } cases[] = {
        {SLICE("svc.example"), SLICE("svc.example"), true},
        {SLICE("a.svc.example"), SLICE("svc.example"), true},
        {SLICE("b.a.svc.example"), SLICE("svc.example"), true},
        {SLICE("A.SVC.Example"), SLICE("svc.example"), true},
        {SLICE("svc.example"), SLICE("a.svc.example"), false},
        {SLICE("xsvc.example"), SLICE("svc.example"), false}, /* whole labels only */
        {SLICE("a.svc.example.com"), SLICE("svc.example"), false},
        {SLICE("example"), SLICE("svc.example"), false},
        {SLICE(""), SLICE("svc.example"), false},
        {SLICE("svc.example"), SLICE(""), false}, /* nothing is not everything */
        {SLICE(""), SLICE(""), false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        if (tls_name_is_below(cases[i].name, cases[i].suffix) != cases[i].is_below)
            fail_msg("%.*s below %.*s?", SLICE_ARGS(cases[i].name), SLICE_ARGS(cases[i].suffix));
}

enum { ROUNDS = 2000, SHARED = 64 };

/* Names of one address, each of one letter only. */
static void *change(void *context)
{
    struct tls_names *names = context;
    char name[TLS_NAME_MAX + 1];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size_t length = 1 + i * 7 % TLS_NAME_MAX;
        memset(name, 'a' + (int)(i % 26), length);
        name[length] = '\0';
        put(names, i % SHARED, name, i, i + 1000);
    }
    return NULL;
}

/* Workers look while the DNS proxy's thread puts in; what is found is whole. */
static void threads_see_whole_names(void **state)
{
    char out[TLS_NAME_MAX + 1];
    struct tls_names names;
    pthread_t threads[2];
    (void)state;
    tls_names_init(&names);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, change, &names), 0);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        const char *name = found(&names, i % SHARED, 0, out);
        assert_int_equal(strspn(name, (const char[]){name[0], '\0'}), strlen(name));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(names.count, SHARED);
    tls_names_done(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_known_until_its_time),
        cmocka_unit_test(a_time_is_put_off_and_never_cut),
        cmocka_unit_test(the_last_name_of_an_address_counts),
        cmocka_unit_test(families_are_told_apart),
        cmocka_unit_test(what_is_no_name_is_not_kept),
        cmocka_unit_test(when_it_is_full_what_ends_first_makes_room),
        cmocka_unit_test(when_it_is_full_what_is_over_goes_all_at_once),
        cmocka_unit_test(a_name_is_below_itself_and_its_parents),
        cmocka_unit_test(threads_see_whole_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
