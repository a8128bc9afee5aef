#include "template/test_support.h"

/* Printing and Go's own functions: what Go prints, as recorded from it by our own templates. */
static const char data[] = "{\"name\":\"web\",\"port\":8080,\"ratio\":0.25,\"on\":true,\"off\":false,\"none\":null,"
                           "\"tags\":[\"b\",\"a\",\"c\"],\"empty\":[],\"labels\":{\"tier\":\"front\",\"app\":\"shop\"},"
                           "\"nested\":{\"list\":[{\"id\":1},{\"id\":2}]},\"text\":\"one\\ntwo\",\"wide\":\"żółć\"}";

static void printing_does_as_go(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{.}}", NULL,
         "map[empty:[] labels:map[app:shop tier:front] name:web nested:map[list:[map[id:1] map[id:2]]] none:<nil> "
         "off:false on:true port:8080 ratio:0.25 tags:[b a c] text:one\ntwo wide:żółć]",
         NULL},
        {"{{print 1 2 \"a\" 3 4}}", NULL, "1 2a3 4", NULL},
        {"{{println \"a\" 1 nil}}", NULL, "a 1 <nil>\n", NULL},
        {"{{print nil .none}}", NULL, "<nil> <nil>", NULL},
        {"{{.port}} {{.ratio}} {{1e20}} {{1e21}} {{1000000.0}} {{123456789.0}} {{0.00001}}", NULL,
         "8080 0.25 1e+20 1e+21 1e+06 1.23456789e+08 1e-05", NULL},
        {"{{list 1 \"a\" nil 2.5 (dict \"k\" true)}}", NULL, "[1 a <nil> 2.5 map[k:true]]", NULL},
        {"{{printf \"%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%O|%b|%c|%U|%q\" 42 42 42 42 42 42 42 42 42 42 42 42 42 42 "
         "42}}",
         NULL, "42|   42|42   |00042|+42| 42|2a|2A|0x2a|52|0o52|101010|*|U+002A|'*'", NULL},
        {"{{printf \"%s|%10s|%-10s|%.2s|%q|%x|% X|%#q\" .name .name .name .name .name .name .name .name}}", NULL,
         "web|       web|web       |we|\"web\"|776562|77 65 62|`web`", NULL},
        {"{{printf \"%v|%+v|%#v|%T\" .labels .labels .labels .labels}}", NULL,
         "map[app:shop tier:front]|map[app:shop tier:front]|map[string]interface {}{\"app\":\"shop\", "
         "\"tier\":\"front\"}|map[string]interface {}",
         NULL},
        {"{{printf \"%f|%.1f|%8.3f|%-8.1f|%e|%g|%G|%+.2f|%08.2f\" 3.14159 3.14159 3.14159 3.14159 3.14159 3.14159 "
         "3.14159 3.14159 3.14159}}",
         NULL, "3.141590|3.1|   3.142|3.1     |3.141590e+00|3.14159|3.14159|+3.14|00003.14", NULL},
        {"{{printf \"%t %t\" true false}}", NULL, "true false", NULL},
        {"{{printf \"%d\" \"a\"}}", NULL, "%!d(string=a)", NULL},
        {"{{printf \"%s\" 1}}", NULL, "%!s(int=1)", NULL},
        {"{{printf \"%d %d\" 1}}", NULL, "1 %!d(MISSING)", NULL},
        {"{{printf \"%d\" 1 2}}", NULL, "1%!(EXTRA int=2)", NULL},
        {"{{printf \"%!\"}}", NULL, "%!!(MISSING)", NULL},
        {"{{printf \"%z\" 1}}", NULL, "%!z(int=1)", NULL},
        {"{{printf \"100%%\"}}", NULL, "100%", NULL},
        {"{{printf \"%\"}}", NULL, "%!(NOVERB)", NULL},
        {"{{printf \"%[2]d %[1]d\" 1 2}}", NULL, "2 1", NULL},
        {"{{printf \"%[5]d\" 1}}", NULL, "%!d(BADINDEX)", NULL},
        {"{{printf \"%*d|%-*d|%.*f\" 5 1 5 1 2 3.14159}}", NULL, "    1|1    |3.14", NULL},
        {"{{printf \"%*d\" \"a\" 1}}", NULL, "%!(BADWIDTH)1", NULL},
        {"{{printf \"%v\" (list (list 1) (dict \"a\" nil))}}", NULL, "[[1] map[a:<nil>]]", NULL},
        {"{{printf \"%#v\" (list 1 \"a\" nil 1.5)}}", NULL, "[]interface {}{1, \"a\", interface {}(nil), 1.5}", NULL},
        {"{{printf \"%x\" (list \"ab\" \"c\")}}", NULL, "[6162 63]", NULL},
        {"{{printf \"%q\" (list \"a\" \"b\")}}", NULL, "[\"a\" \"b\"]", NULL},
        {"{{printf \"%6.2f|%6v|%-6v|\" 1.5 true \"é\"}}", NULL, "  1.50|  true|é     |", NULL},
        {"{{printf \"%v\" 1i}}", NULL, "(0+1i)", NULL},
        {"{{printf \"%08b|%o|%#o\" 5 8 8}}", NULL, "00000101|10|010", NULL},
        {"{{printf \"%x|%X|%x\" -255 \"hi\" 1.5}}", NULL, "-ff|6869|0x1.8p+00", NULL},
        {"{{printf \"%U|%#U\" 0x1F600 0x1F600}}", NULL, "U+1F600|U+1F600 '😀'", NULL},
        {"{{printf \"%+q|%q\" .wide .wide}}", NULL, "\"\\u017c\\u00f3\\u0142\\u0107\"|\"żółć\"", NULL},
        {"{{printf \"%5t|%-7t|\" true false}}", NULL, " true|false  |", NULL},
        {"{{printf \"%3c|%-3c|\" 65 66}}", NULL, "  A|B  |", NULL},
        {"{{printf \"%.3v\" \"abcdef\"}}", NULL, "abc", NULL},
        {"{{printf \"%s\" .none}}", NULL, "%!s(<nil>)", NULL},
        {"{{printf \"%e\" 0.0}} {{printf \"%g\" 1e6}} {{printf \"%.3g\" 1234.5}} {{printf \"%#g\" 1.0}}", NULL,
         "0.000000e+00 1e+06 1.23e+03 1.00000", NULL},
        {"{{html \"<a href='x'>&\\\"</a>\"}}", NULL, "&lt;a href=&#39;x&#39;&gt;&amp;&#34;&lt;/a&gt;", NULL},
        {"{{js \"it's <b> \\\"x\\\" = \\\\\"}}", NULL, "it\\'s \\u003Cb\\u003E \\\"x\\\" \\u003D \\\\", NULL},
        {"{{urlquery \"a b&c=ż/\"}}", NULL, "a+b%26c%3D%C5%BC%2F", NULL},
        {"{{html 1 \"a\" nil}}", NULL, "1a&lt;no value&gt;", NULL},
        {"{{len .name}} {{len .wide}} {{len .tags}} {{len .labels}}", NULL, "3 8 3 2", NULL},
        {"{{len .port}}", NULL, NULL, "error calling len: len of type float64"},
        {"{{len .none}}", NULL, NULL, "error calling len: len of nil pointer"},
        {"{{index .tags 1}} {{index .labels \"app\"}} {{index .nested \"list\" 1 \"id\"}} {{index .labels \"x\"}}",
         NULL, "a shop 2 <no value>", NULL},
        {"{{index .tags 9}}", NULL, NULL, "error calling index: index out of range: 9"},
        {"{{index .tags -1}}", NULL, NULL, "error calling index: index out of range: -1"},
        {"{{index .tags \"a\"}}", NULL, NULL, "error calling index: cannot index slice/array with type string"},
        {"{{index .labels 1}}", NULL, NULL, "error calling index: value has type int; should be string"},
        {"{{index .none 1}}", NULL, NULL, "error calling index: index of untyped nil"},
        {"{{index .port 1}}", NULL, NULL, "error calling index: can't index item of type float64"},
        {"{{index .tags .none}}", NULL, NULL, "error calling index: cannot index slice/array with nil"},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printing_does_as_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
