#include "base/attribute.h"
#include "relay/destination.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct relay_address address_make(int family, const char *text, uint16_t port)
{
    struct relay_address address = {.family = (uint8_t)family, .port = port};
    assert_int_equal(inet_pton(family, text, address.bytes), 1);
    return address;
}

static void addresses_go_to_the_kernels_form_and_back(void **state)
{
    const struct {
        int family;
        const char *text, *printed;
        uint32_t scope;
    } cases[] = {
        {AF_INET, "10.0.0.1", "10.0.0.1:80"},
        {AF_INET6, "fd00::1", "[fd00::1]:80"},
        {AF_INET6, "::", "[::]:80"},
        {AF_INET6, "fe80::1", "[fe80::1%2]:80", 2},
        {AF_INET6, "fe80::1", "[fe80::1]:80"},
        {AF_INET6, "fe80:2222:3333:4444:5555:6666:7777:8888", "[fe80:2222:3333:4444:5555:6666:7777:8888%4294967295]:80",
         UINT32_MAX},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char out[RELAY_ADDRESS_TEXT];
        struct sockaddr_storage storage;
        struct relay_address address = address_make(cases[i].family, cases[i].text, 80);
        address.scope = cases[i].scope;
        (void)relay_address_to(&address, &storage);
        struct relay_address back = relay_address_from(&storage);
        assert_true(relay_address_equal(&address, &back));
        assert_string_equal(relay_address_text(&back, out), cases[i].printed);
    }
}

static void link_local_addresses_are_known(void **state)
{
    const struct {
        int family;
        const char *text;
        bool is_link_local;
    } cases[] = {
        {AF_INET6, "fe80::1", true}, {AF_INET6, "febf::1", true},     {AF_INET6, "fec0::1", false},
        {AF_INET6, "fd80::", false}, {AF_INET, "254.128.0.1", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct relay_address address = address_make(cases[i].family, cases[i].text, 80);
        assert_int_equal(relay_address_is_link_local(&address), cases[i].is_link_local);
    }
}

/* The same number on two links is two hosts. */
static void the_scope_is_part_of_an_address(void **state)
{
    struct relay_address one = address_make(AF_INET6, "fe80::1", 80), other = one;
    (void)state;
    assert_true(relay_address_equal(&one, &other));
    other.scope = 2;
    assert_false(relay_address_equal(&one, &other));
}

static void a_mapped_address_is_ipv4(void **state)
{
    struct sockaddr_storage storage;
    struct relay_address mapped = address_make(AF_INET6, "::ffff:10.0.0.1", 80),
                         plain = address_make(AF_INET, "10.0.0.1", 80);
    (void)state;
    (void)relay_address_to(&mapped, &storage);
    mapped = relay_address_from(&storage);
    assert_true(relay_address_equal(&mapped, &plain));
    storage.ss_family = AF_UNIX;
    assert_int_equal(relay_address_from(&storage).family, 0);
}

static void own_addresses_are_told_from_others(void **state)
{
    struct own_addresses own = {0};
    struct relay_address loopback = address_make(AF_INET, "127.0.0.1", 1234);
    struct relay_address other = address_make(AF_INET, "192.0.2.1", 1234);
    (void)state;
    assert_false(own_addresses_have(&own, &other, 1));
    assert_int_equal(own.read_ms, 1);
    assert_true(own_addresses_have(&own, &loopback, 2));
    assert_false(own_addresses_have(&own, &other, 900));
    assert_int_equal(own.read_ms, 1); /* not again so soon */
    assert_false(own_addresses_have(&own, &other, 1001));
    assert_int_equal(own.read_ms, 1001);
    own_addresses_done(&own);
}

/* Without a rule, the destination is the socket's own address. */
static void an_unredirected_socket_tells_its_own_address(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct relay_address found;
    (void)state;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, length), 0);
    int server = accept(listener, NULL, NULL);
    struct relay_address wanted = address_make(AF_INET, "127.0.0.1", ntohs(address.sin_port));
    assert_true(destination_redirected(server, AF_INET, &found) && relay_address_equal(&found, &wanted));
    assert_true(destination_transparent(server, &found) && relay_address_equal(&found, &wanted));
    close(server);
    close(client);
    close(listener);
    assert_false(destination_redirected(-1, AF_INET, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_go_to_the_kernels_form_and_back),
        cmocka_unit_test(link_local_addresses_are_known),
        cmocka_unit_test(the_scope_is_part_of_an_address),
        cmocka_unit_test(a_mapped_address_is_ipv4),
        cmocka_unit_test(own_addresses_are_told_from_others),
        cmocka_unit_test(an_unredirected_socket_tells_its_own_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
