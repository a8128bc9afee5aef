#include "dns/message.h"
#include "dns/addresses.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <cmocka.h>

#define HEADER(flags, questions, answers, authorities, additionals)                                                    \
    "\x12\x34" flags "\0" questions "\0" answers "\0" authorities "\0" additionals
#define A_QUESTION "\1a\0\0\1\0\1"
#define AN_OPT "\0\0\x29\4\xd0\0\0\0\0\0\0"

static void names_are_read(void **state)
{
    const struct {
        struct slice message; /* behind 12 bytes of header; the name is at `start` */
        size_t start;
        const char *text; /* NULL: refused */
        size_t end;
    } cases[] = {
        {SLICE("\0"), 12, "", 13},
        {SLICE("\3WwW\7Example\0"), 12, "www.example", 25},
        {SLICE("\1a\0\1b\xc0\x0c"), 15, "b.a", 19},
        {SLICE("\1a\0\1b\xc0\x0c\1c\xc0\x0f"), 19, "c.b.a", 23},
        {SLICE("\4a.b\\\3\1 \xff\0"), 12, "a\\046b\\092.\\001\\032\\255", 22},
        {SLICE(""), 12, NULL, 0},
        {SLICE("\3ww"), 12, NULL, 0},
        {SLICE("\1a"), 12, NULL, 0},
        {SLICE("\xc0"), 12, NULL, 0},
        {SLICE("\xc0\x0c"), 12, NULL, 0},      /* to itself */
        {SLICE("\xc0\x0e\1a\0"), 12, NULL, 0}, /* forwards */
        {SLICE("\1a\xc0\x0c"), 12, NULL, 0},   /* to where this piece began */
        {SLICE("\xc0\x00"), 12, NULL, 0},      /* into the header */
        {SLICE("\x40"
               "a\0"),
         12, NULL, 0},
        {SLICE("\x80"
               "a\0"),
         12, NULL, 0},
        {SLICE("\xc0\x0e\xc0\x0c"), 14, NULL, 0}, /* a circle */
        {SLICE("\3a\xc0\x0c\0"), 14, NULL, 0},    /* to labels that run on over the pointer */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char message[64] = {0}, text[DNS_NAME_TEXT];
        struct dns_name name;
        memcpy(message + DNS_HEADER, cases[i].message.bytes, cases[i].message.length);
        bool is_fine =
            dns_name_read((struct slice){message, DNS_HEADER + cases[i].message.length}, cases[i].start, &name);
        assert_int_equal(is_fine, cases[i].text != NULL);
        if (!is_fine)
            continue;
        assert_string_equal(dns_name_text(&name, text).bytes, cases[i].text);
        assert_int_equal(name.end, cases[i].end);
    }
}

static void names_have_255_octets_at_most(void **state)
{
    (void)state;
    for (unsigned last = 60; last < 64; last++) {
        char message[300] = {0}, text[DNS_NAME_TEXT];
        size_t at = DNS_HEADER;
        struct dns_name name;
        for (unsigned i = 0; i < 4; i++) {
            unsigned length = i < 3 ? 63 : last;
            message[at++] = (char)length;
            memset(message + at, 1, length); /* the longest text of an octet */
            at += length;
        }
        bool is_fine = dns_name_read((struct slice){message, at + 1}, DNS_HEADER, &name);
        assert_int_equal(is_fine, last < 62);
        if (is_fine)
            assert_int_equal(dns_name_text(&name, text).length, 3 * 63 * 4 + last * 4 + 3);
    }
}

static void queries_are_told_from_others(void **state)
{
    const struct {
        struct slice message;
        enum dns_verdict verdict;
        enum dns_rcode rcode;
        uint16_t size;
    } cases[] = {
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\0") A_QUESTION), DNS_FORWARD, 0, 512},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\1") A_QUESTION AN_OPT), DNS_FORWARD, 0, 1232},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\1") A_QUESTION "\0\0\x29\0\x0c\0\0\0\0\0\0"), DNS_FORWARD, 0, 512},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\0") A_QUESTION "behind"), DNS_FORWARD, 0, 512},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\2") A_QUESTION AN_OPT AN_OPT), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\1\0", "\1", "\1", "\0", "\0") A_QUESTION AN_OPT), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\1") A_QUESTION "\1a" AN_OPT), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\1\0", "\1", "\0", "\0", "\1") A_QUESTION), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\1\0", "\0", "\0", "\0", "\0")), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\1\0", "\2", "\0", "\0", "\0") A_QUESTION A_QUESTION), DNS_ANSWER_WITH, DNS_FORMERR, 0},
        {SLICE(HEADER("\x28\0", "\1", "\0", "\0", "\0") A_QUESTION), DNS_ANSWER_WITH, DNS_NOTIMP, 0},
        {SLICE(HEADER("\x81\x80", "\1", "\0", "\0", "\0") A_QUESTION), DNS_DROP, 0, 0},
        {SLICE("\x12\x34\1\0\0\1\0\0\0\0\0"), DNS_DROP, 0, 0},
        {SLICE(""), DNS_DROP, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct dns_query query;
        enum dns_rcode rcode = DNS_NOERROR;
        assert_int_equal(dns_query_read(cases[i].message, &query, &rcode), cases[i].verdict);
        if (cases[i].verdict == DNS_ANSWER_WITH)
            assert_int_equal(rcode, cases[i].rcode);
        if (cases[i].verdict == DNS_FORWARD)
            assert_int_equal(query.size_max, cases[i].size);
    }
}

static void our_own_answers_repeat_the_question(void **state)
{
    const struct slice query = SLICE(HEADER("\1\x10", "\1", "\0", "\0", "\1") A_QUESTION AN_OPT);
    const struct slice wanted =
        SLICE(HEADER("\x81\x92", "\1", "\0", "\0", "\1") A_QUESTION "\0\0\x29\x10\0\0\0\0\0\0\0");
    char out[DNS_REPLY_MAX];
    struct dns_query asked;
    enum dns_rcode rcode;
    (void)state;
    assert_int_equal(dns_query_read(query, &asked, &rcode), DNS_FORWARD);
    size_t length = dns_reply_write(query, &asked, DNS_SERVFAIL, out);
    assert_int_equal(length, wanted.length);
    assert_memory_equal(out, wanted.bytes, length);
    assert_true(dns_answer_matches((struct slice){out, length}, 0x1234, query, &asked));
    assert_false(dns_answer_matches((struct slice){out, length}, 0x1235, query, &asked));
}

/* A big answer: the question, an A record, `count` records of 11 + 100 bytes, OPT with options of `options` bytes. */
static size_t big_answer(char *out, unsigned count, unsigned options)
{
    size_t at = DNS_HEADER;
    memcpy(out, HEADER("\x81\x80", "\1", "\0", "\0", "\1"), DNS_HEADER);
    dns_put_u16(out + 6, (uint16_t)count);
    memcpy(out + at, A_QUESTION, 7);
    at += 7;
    for (unsigned i = 0; i < count; i++) {
        memcpy(out + at, "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\x64", 12);
        memset(out + at + 12, 'x', 100);
        at += 112;
    }
    memcpy(out + at, AN_OPT, DNS_OPT_BYTES);
    dns_put_u16(out + at + 9, (uint16_t)options);
    memset(out + at + DNS_OPT_BYTES, 'o', options);
    return at + DNS_OPT_BYTES + options;
}

static void large_answers_are_cut_between_records(void **state)
{
    const struct {
        unsigned count, options;
        size_t limit, length;
        unsigned kept;
    } cases[] = {
        {3, 0, 512, 19 + 3 * 112 + 11, 3}, /* fits */
        {5, 0, 512, 19 + 4 * 112 + 11, 4},      {5, 20, 512, 19 + 4 * 112 + 31, 4},
        {5, 50, 512, 19 + 3 * 112 + 61, 3}, /* the options take a record's place */
        {1, 600, 512, 19 + 112 + 11, 1},    /* options that never fit are left out */
        {100, 4, 1232, 19 + 10 * 112 + 15, 10},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char message[16384];
        size_t length = big_answer(message, cases[i].count, cases[i].options);
        bool is_cut = length > cases[i].limit;
        length = dns_truncate(message, length, cases[i].limit);
        assert_int_equal(length, cases[i].length);
        assert_int_equal(dns_get_u16(message + 6), cases[i].kept);
        assert_int_equal(dns_get_u16(message + 10), 1);
        assert_int_equal(dns_get_u16(message + 2), is_cut ? 0x8380 : 0x8180);
    }
}

static void broken_answers_are_cut_behind_the_question(void **state)
{
    char message[2048];
    (void)state;
    size_t length = big_answer(message, 1, 900);
    dns_put_u16(message + DNS_HEADER + 7 + 10, 2000); /* a record that leaves the message */
    assert_int_equal(dns_truncate(message, length, 512), DNS_HEADER + 7);
    assert_int_equal(dns_get_u16(message + 4), 1);
    assert_int_equal(dns_get_u16(message + 6) | dns_get_u16(message + 8) | dns_get_u16(message + 10), 0);
    big_answer(message, 1, 900);
    message[DNS_HEADER] = '\x7f';
    assert_int_equal(dns_truncate(message, length, 512), DNS_HEADER);
    assert_int_equal(dns_get_u16(message + 4), 0);
}

static void collect(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds)
{
    char *out = context;
    size_t length = strlen(out);
    snprintf(out + length, 256 - length, "%.*s %d %u %u;", SLICE_ARGS(name), family == AF_INET ? 4 : 6,
             address[family == AF_INET ? 3 : 15], seconds);
}

static void addresses_are_of_the_name_that_was_asked(void **state)
{
    const struct {
        struct slice message;
        const char *found;
    } cases[] = {
        {SLICE(HEADER("\x81\x80", "\1", "\1", "\0", "\0") "\1A\0\0\1\0\1"
                                                          "\1a\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         "a 4 4 60;"},
        {SLICE(HEADER("\x81\x83", "\1", "\1", "\0", "\0") "\1A\0\0\1\0\1"
                                                          "\1a\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         ""},
        {SLICE(HEADER("\x81\x80", "\1", "\2", "\0", "\0") "\1A\0\0\1\0\1"
                                                          "\1a\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         ""},
        {SLICE(HEADER("\x81\x80", "\1", "\0", "\1", "\0") "\1A\0\0\1\0\1"
                                                          "\1a\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         ""},
        /* An alias: of the two TTLs the lesser. */
        {SLICE(HEADER("\x81\x80", "\1", "\2", "\0", "\0") "\1a\0\0\1\0\1"
                                                          "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\3\1b\0"
                                                          "\1B\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         "a 4 4 30;"},
        /* An alias of itself. */
        {SLICE(HEADER("\x81\x80", "\1", "\2", "\0", "\0") "\1a\0\0\1\0\1"
                                                          "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\2\xc0\x0c"
                                                          "\1a\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         "a 4 4 30;"},
        /* A target that goes on behind its record. */
        {SLICE(HEADER("\x81\x80", "\1", "\2", "\0", "\0") "\1a\0\0\1\0\1"
                                                          "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\1\1"
                                                          "\1b\0\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4"),
         ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char found[256] = "";
        dns_addresses(cases[i].message, collect, found);
        assert_string_equal(found, cases[i].found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(names_have_255_octets_at_most),
        cmocka_unit_test(queries_are_told_from_others),
        cmocka_unit_test(our_own_answers_repeat_the_question),
        cmocka_unit_test(large_answers_are_cut_between_records),
        cmocka_unit_test(broken_answers_are_cut_behind_the_question),
        cmocka_unit_test(addresses_are_of_the_name_that_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
