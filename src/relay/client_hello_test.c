#include "relay/client_hello.h"
#include "serve/tls_library.h"
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* A greeting as GnuTLS makes it, caught where it would be sent. */
struct caught {
    char bytes[4096];
    size_t length;
};

static ssize_t caught_push(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    struct caught *caught = context;
    assert_true(length <= sizeof caught->bytes - caught->length);
    memcpy(caught->bytes + caught->length, bytes, length);
    caught->length += length;
    return (ssize_t)length;
}

static ssize_t nothing_pull(gnutls_transport_ptr_t context, void *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    errno = EAGAIN;
    return -1;
}

static void hello_catch(const char *name, const char *const *protocols, unsigned count, struct caught *ret)
{
    struct tls_library tls;
    struct error error;
    gnutls_session_t session;
    gnutls_priority_t priority;
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t list[8];
    ret->length = 0;
    assert_true(tls_library_load(&tls, &error));
    assert_int_equal(tls.gnutls_certificate_allocate_credentials(&credentials), 0);
    assert_int_equal(tls.gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK), 0);
    assert_int_equal(tls.gnutls_priority_init(&priority, "NORMAL", NULL), 0);
    tls.gnutls_priority_set(session, priority);
    tls.gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    for (unsigned i = 0; i < count; i++)
        list[i] = (gnutls_datum_t){(unsigned char *)protocols[i], (unsigned)strlen(protocols[i])};
    if (count)
        tls.gnutls_alpn_set_protocols(session, list, count, 0);
    if (name)
        tls.gnutls_server_name_set(session, GNUTLS_NAME_DNS, name, strlen(name));
    tls.gnutls_transport_set_ptr(session, ret);
    tls.gnutls_transport_set_push_function(session, caught_push);
    tls.gnutls_transport_set_pull_function(session, nothing_pull);
    assert_true(tls.gnutls_handshake(session) < 0);
    tls.gnutls_deinit(session);
    tls.gnutls_priority_deinit(priority);
    tls.gnutls_certificate_free_credentials(credentials);
}

static void a_greeting_is_read(void **state)
{
    static const char *const protocols[] = {"istio-http/1.1", "istio", "http/1.1"};
    struct caught caught;
    struct client_hello hello;
    char scratch[sizeof caught.bytes];
    (void)state;
    hello_catch("reviews.shop.svc", protocols, 3, &caught);
    struct slice bytes = {caught.bytes, caught.length};
    assert_int_equal(client_hello_parse(bytes, scratch, &hello), CLIENT_HELLO_WHOLE);
    assert_true(slice_equal(hello.server_name, SLICE("reviews.shop.svc")));
    assert_int_equal(hello.protocol_count, 3);
    assert_true(client_hello_is_mesh(&hello) && client_hello_offers(&hello, SLICE("http/1.1")));
    assert_false(client_hello_offers(&hello, SLICE("h2")));
    for (size_t i = 0; i < bytes.length; i++)
        assert_int_equal(client_hello_parse(slice_range(bytes, 0, i), scratch, &hello), CLIENT_HELLO_MORE);
}

static void only_what_the_mesh_asks_for_is_the_meshs(void **state)
{
    static const struct {
        const char *protocol;
        bool is_mesh;
    } cases[] = {{"istio", true},    {"istio-peer-exchange", true},
                 {"istio-h2", true}, {"istio-http/1.0", true},
                 {"istiod", false},  {"h2", false},
                 {"isti", false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct caught caught;
        struct client_hello hello;
        char scratch[sizeof caught.bytes];
        hello_catch(NULL, &cases[i].protocol, 1, &caught);
        assert_int_equal(client_hello_parse((struct slice){caught.bytes, caught.length}, scratch, &hello),
                         CLIENT_HELLO_WHOLE);
        assert_int_equal(client_hello_is_mesh(&hello), cases[i].is_mesh);
        assert_int_equal(hello.server_name.length, 0);
    }
}

/* The same message in records of `size` bytes each. */
static size_t fragment(const struct caught *caught, size_t size, char *out)
{
    size_t length = 0;
    for (size_t at = 5; at < caught->length; at += size) {
        size_t here = caught->length - at < size ? caught->length - at : size;
        const char header[5] = {22, 3, 1, (char)(here >> 8), (char)here};
        memcpy(out + length, header, sizeof header);
        memcpy(out + length + sizeof header, caught->bytes + at, here);
        length += sizeof header + here;
    }
    return length;
}

static void fragments_are_put_together(void **state)
{
    static const char *const protocols[] = {"istio"};
    static char whole[6 * 4096], scratch[6 * 4096];
    struct caught caught;
    (void)state;
    hello_catch("a.b", protocols, 1, &caught);
    for (size_t size = 1; size < 300; size += 7) {
        struct client_hello hello;
        struct slice bytes = {whole, fragment(&caught, size, whole)};
        assert_int_equal(client_hello_parse(slice_range(bytes, 0, bytes.length - 1), scratch, &hello),
                         CLIENT_HELLO_MORE);
        assert_int_equal(client_hello_parse(bytes, scratch, &hello), CLIENT_HELLO_WHOLE);
        assert_true(client_hello_is_mesh(&hello) && slice_equal(hello.server_name, SLICE("a.b")));
    }
}

static void other_protocols_are_seen_at_once(void **state)
{
    static const struct slice cases[] = {
        SLICE_CONSTANT("GET / HTTP/1.1\r\n"),
        SLICE_CONSTANT("SSH-2.0-x\r\n"),
        SLICE_CONSTANT("\0"),
        SLICE_CONSTANT("\x16\x02"),                                 /* no such version */
        SLICE_CONSTANT("\x16\x03\x01\x00\x00"),                     /* an empty fragment */
        SLICE_CONSTANT("\x16\x03\x01\x40\x01"),                     /* a record over 2^14 */
        SLICE_CONSTANT("\x16\x03\x01\x02\x00\x02"),                 /* a ServerHello */
        SLICE_CONSTANT("\x16\x03\x01\x02\x00\x01\x01\x00\x00"),     /* 64 KiB, our limit: goes on */
        SLICE_CONSTANT("\x16\x03\x01\x00\x06\x01\x00\x00\x01\x03"), /* more in the record than the message has */
        SLICE_CONSTANT("\x15\x03\x01\x00\x02\x01\x00"),             /* an alert */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct client_hello hello;
        char scratch[64];
        bool is_over_limit = i == 7;
        struct slice bytes = cases[i];
        enum client_hello_verdict want = is_over_limit ? CLIENT_HELLO_MORE : CLIENT_HELLO_OTHER;
        assert_int_equal(client_hello_parse(bytes, scratch, &hello), want);
    }
    struct client_hello hello;
    char scratch[64];
    assert_int_equal(client_hello_parse(SLICE("\x16\x03\x01\x02\x00\x01\x01\x00\x01"), scratch, &hello),
                     CLIENT_HELLO_OTHER);
    assert_int_equal(client_hello_parse((struct slice){NULL, 0}, scratch, &hello), CLIENT_HELLO_MORE);
    assert_true(client_hello_may_begin(SLICE("\x16")) && !client_hello_may_begin(SLICE("G")) &&
                !client_hello_may_begin((struct slice){NULL, 0}));
}

static void lengths_that_lie_are_refused(void **state)
{
    static const char *const protocols[] = {"istio"};
    struct caught caught;
    (void)state;
    hello_catch("a.b", protocols, 1, &caught);
    /* Each byte of the body, changed: never a crash, and when it is still a greeting its parts lie within. */
    for (size_t at = 5; at < caught.length; at++)
        for (unsigned flip = 1; flip < 256; flip *= 2) {
            struct caught changed = caught;
            struct client_hello hello;
            char scratch[sizeof caught.bytes];
            changed.bytes[at] = (char)(changed.bytes[at] ^ (char)flip);
            struct slice bytes = {changed.bytes, changed.length};
            if (client_hello_parse(bytes, scratch, &hello) != CLIENT_HELLO_WHOLE)
                continue;
            for (size_t i = 0; i < hello.protocol_count; i++)
                assert_true(hello.protocols[i].bytes >= bytes.bytes &&
                            hello.protocols[i].bytes + hello.protocols[i].length <= bytes.bytes + bytes.length);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_is_read),           cmocka_unit_test(only_what_the_mesh_asks_for_is_the_meshs),
        cmocka_unit_test(fragments_are_put_together),   cmocka_unit_test(other_protocols_are_seen_at_once),
        cmocka_unit_test(lengths_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
