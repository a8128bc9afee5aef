#include "template/test_support.h"

/* Tokens: what Go prints, as recorded from it by our own templates. */
static const char data[] = "{\"name\":\"web\",\"port\":8080,\"ratio\":0.25,\"on\":true,\"off\":false,\"none\":null,"
                           "\"tags\":[\"b\",\"a\",\"c\"],\"empty\":[],\"labels\":{\"tier\":\"front\",\"app\":\"shop\"},"
                           "\"nested\":{\"list\":[{\"id\":1},{\"id\":2}]},\"text\":\"one\\ntwo\",\"wide\":\"żółć\"}";

static void lexing_does_as_go(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"a {{- .name -}} b", NULL, "awebb", NULL},
        {"{{/* c */}}x{{- /* d */ -}} y", NULL, "xy", NULL},
        {"{{/* c}}", NULL, NULL, "unclosed comment"},
        {"{{/* c */ x}}", NULL, NULL, "comment ends before closing delimiter"},
        {"{{\"a\\tb\\u00e9\\x41\\101\"}}", NULL, "a\tbéAA", NULL},
        {"{{`raw\\n`}}", NULL, "raw\\n", NULL},
        {"{{\"open}}", NULL, NULL, "unterminated quoted string"},
        {"{{`open}}", NULL, NULL, "unterminated raw quoted string"},
        {"{{'a'}} {{'\\n'}} {{'ab'}}", NULL, NULL, "malformed character constant: 'ab'"},
        {"{{'ż'}}{{'\\x'}}", NULL, NULL, "malformed character constant: '\\x'"},
        {"{{0x1F}} {{0b11}} {{0o17}} {{1_000}} {{1e3}} {{.5}} {{-1.5}} {{+3}}", NULL, "31 3 15 1000 1000 0.5 -1.5 3",
         NULL},
        {"{{0x1p4}} {{0x1p-2}}", NULL, "16 0.25", NULL},
        {"{{1i}} {{1+2i}}", NULL, "(0+1i) (1+2i)", NULL},
        {"{{9223372036854775807}}", NULL, "9223372036854775807", NULL},
        {"{{9223372036854775808}}", NULL, NULL, "9223372036854775808 overflows int"},
        {"{{123456789012345678901}}", NULL, NULL, "integer overflow: 123456789012345678901"},
        {"{{1x}}", NULL, NULL, "bad number syntax: \"1x\""},
        {"{{1_}}", NULL, NULL, "illegal number syntax: 1_"},
        {"{{08}}", NULL, NULL, "integer overflow: 08"},
        {"{{.a..b}}", NULL, NULL, "unexpected <.> in operand"},
        {"{{.}}x{{..}}", NULL, NULL, "unexpected <.> in operand"},
        {"{{a.b}}", NULL, NULL, "function \"a\" not defined"},
        {"{{$}}", NULL,
         "map[empty:[] labels:map[app:shop tier:front] name:web nested:map[list:[map[id:1] map[id:2]]] none:<nil> "
         "off:false on:true port:8080 ratio:0.25 tags:[b a c] text:one\ntwo wide:żółć]",
         NULL},
        {"{{$x}}", NULL, NULL, "undefined variable \"$x\""},
        {"{{(1}}", NULL, NULL, "unclosed left paren"},
        {"{{1)}}", NULL, NULL, "unexpected right paren"},
        {"{{1 | }}", NULL, "1", NULL},
        {"{{| 1}}", NULL, NULL, "unexpected \"|\" in command"},
        {"{{1 || 2}}", NULL, NULL, "unexpected \"|\" in command"},
        {"{{$x := }}", NULL, NULL, "missing value for command"},
        {"{{$x, $y := 1}}", NULL, NULL, "too many declarations in command"},
        {"{{range $a, $b, $c := .tags}}{{end}}", NULL, NULL, "too many declarations in range"},
        {"{{.name", NULL, NULL, "unclosed action"},
        {"{{.name }", NULL, NULL, "unexpected \"}\" in operand"},
        {"{{ }}", NULL, NULL, "missing value for command"},
        {"{{#}}", NULL, NULL, "unexpected \"#\" in command"},
        {"{{.żółw}}", NULL, "<no value>", NULL},
        {"{{ .name | printf \"%s-%s\" \"a\" }}", NULL, "a-web", NULL},
        {"{{not_a_function}}", NULL, NULL, "function \"not_a_function\" not defined"},
        {"{{if false}}{{nope 1}}{{end}}", NULL, NULL, "function \"nope\" not defined"},
        {"{{-3}}", NULL, "-3", NULL},
        {"{{- 3}}", NULL, "3", NULL},
        {"{{3 -}} x", NULL, "3x", NULL},
        {"{{ 3-}}", NULL, NULL, "bad number syntax: \"3-\""},
        {"{{true}}{{false}}", NULL, "truefalse", NULL},
        {"{{nil.x}}", NULL, NULL, "unexpected . after term \"nil\""},
        {"{{print(1)}}", NULL, NULL, "unexpected \"(\" in operand"},
        {"{{print 1(2)}}", NULL, NULL, "unexpected \"(\" in operand"},
        {"{{print \"a\"\"b\"}}", NULL, NULL, "unexpected \"\"b\"\" in operand"},
        {"{{ \"a\" | len | print }}", NULL, "1", NULL},
        {"{{printf}}", NULL, NULL, "wrong number of args for printf: want at least 1 got 0"},
        {"{{end x}}", NULL, NULL, "unexpected \"x\" in end"},
        {"{{break 1}}", NULL, NULL, "unexpected \"1\" in {{break}}"},
        {"a\\{{\"}}\"}}b", NULL, "a\\}}b", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lexing_does_as_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
