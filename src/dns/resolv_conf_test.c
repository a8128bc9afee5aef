#include "dns/resolv_conf.h"
#include "base/attribute.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static void resolvers_are_found(void **state)
{
    const struct {
        struct slice text;
        const char *found;
    } cases[] = {
        {SLICE("nameserver 10.96.0.10\nsearch a.svc b\noptions ndots:5 timeout:1\n"), "10.96.0.10/0 "},
        {SLICE("nameserver 10.0.0.1\nnameserver\t10.0.0.2  \nnameserver fd00::1"), "10.0.0.1/0 10.0.0.2/0 fd00::1/0 "},
        {SLICE("  nameserver   10.0.0.1\r\n"), "10.0.0.1/0 "},
        {SLICE("nameserver 10.1\n"), "10.0.0.1/0 "}, /* inet_aton(3) */
        {SLICE("nameserver fe80::1%1\nnameserver fe80::1%lo\nnameserver fe80::1%7\n"), "fe80::1/1 fe80::1/7 "},
        {SLICE("nameserver fe80::1%nowhere\nnameserver fe80::1%\nnameserver 10.0.0.1%1"), ""},
        {SLICE("nameserver 10.0.0.1\nnameserver 10.0.0.1\n"), "10.0.0.1/0 "},
        {SLICE("#nameserver 10.0.0.1\n; nameserver 10.0.0.2\nnameserver 10.0.0.3#x\nnameserver 10.0.0.4 ;y\n"),
         "10.0.0.3/0 10.0.0.4/0 "},
        {SLICE("nameservers 10.0.0.1\nnameserver\nnameserver \nnameserver10.0.0.1\nNameserver 10.0.0.1\n"), ""},
        {SLICE("nameserver example.com\nnameserver 256.1.1.1\nnameserver 1.2.3.4.5\nnameserver :::\n"), ""},
        {SLICE("nameserver 10.0.0.1\0002\n"), ""},
        {SLICE(""), ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        union dns_address found[RESOLVERS_MAX];
        char text[512] = "";
        size_t length = 0, count = resolv_conf_read(cases[i].text, 53, found);
        for (size_t k = 0; k < count; k++) {
            char address[INET6_ADDRSTRLEN];
            bool is_ipv4 = found[k].any.sa_family == AF_INET;
            assert_int_equal(is_ipv4 ? found[k].v4.sin_port : found[k].v6.sin6_port, htons(53));
            inet_ntop(found[k].any.sa_family, is_ipv4 ? (void *)&found[k].v4.sin_addr : (void *)&found[k].v6.sin6_addr,
                      address, sizeof address);
            length += (size_t)snprintf(text + length, sizeof text - length, "%s/%u ", address,
                                       is_ipv4 ? 0 : found[k].v6.sin6_scope_id);
        }
        assert_string_equal(text, cases[i].found);
    }
}

static void more_than_eight_are_left_out(void **state)
{
    char text[1024] = "";
    union dns_address found[RESOLVERS_MAX];
    size_t length = 0;
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "nameserver 10.0.0.%u\n", i);
    assert_int_equal(resolv_conf_read((struct slice){text, length}, 53, found), RESOLVERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolvers_are_found),
        cmocka_unit_test(more_than_eight_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
