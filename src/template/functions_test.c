#include "template/function.h"
#include "template/test_support.h"

/* Sprig's and Istio's functions: what Go prints, as recorded from it by our own templates. */
static const char data[] = "{\"name\":\"web\",\"port\":8080,\"ratio\":0.25,\"on\":true,\"off\":false,\"none\":null,"
                           "\"tags\":[\"b\",\"a\",\"c\"],\"empty\":[],\"labels\":{\"tier\":\"front\",\"app\":\"shop\"},"
                           "\"nested\":{\"list\":[{\"id\":1},{\"id\":2}]},\"text\":\"one\\ntwo\",\"wide\":\"żółć\"}";

static void functions_of_texts_do_as_sprig(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{trim \"  a b \"}}|{{trimAll \"-\" \"--a-b--\"}}|{{trimPrefix \"a\" \"ab\"}}|{{trimSuffix \"b\" \"ab\"}}",
         NULL, "a b|a-b|b|a", NULL},
        {"{{upper \"aż\"}} {{lower \"AŻ\"}} {{title \"ab cd-ef\"}} {{untitle \"Ab Cd\"}} {{swapcase \"aB cD\"}}", NULL,
         "AŻ aż Ab Cd-Ef ab cd Ab Cd", NULL},
        {"{{repeat 3 \"xy\"}}|{{repeat 0 \"x\"}}", NULL, "xyxyxy|", NULL},
        {"{{repeat -1 \"x\"}}", NULL, NULL, "error calling repeat: strings: negative Repeat count"},
        {"{{substr 1 3 \"abcd\"}} {{substr -1 2 \"abcd\"}} {{substr 2 -1 \"abcd\"}}", NULL, "bc ab cd", NULL},
        {"{{substr 5 9 \"abc\"}}", NULL, NULL, "error calling substr: slice bounds out of range [5:3]"},
        {"{{trunc 3 \"abcde\"}} {{trunc -2 \"abcde\"}}", NULL, "abc de", NULL},
        {"{{abbrev 6 \"abcdefgh\"}} {{abbrevboth 5 9 \"abcdefghijklmnop\"}}", NULL, "abc... ...fgh...", NULL},
        {"{{initials \"\\u00e9a b\"}} {{kebabcase \"HTTP}}_x\"}} {{snakecase \"a\\u2167B\"}}", NULL,
         "\303\203b http}}_x a\342\205\247_b", NULL},
        {"{{nospace \" a b \"}}|{{initials \"Ada Lovelace\"}}", NULL, "ab|AL", NULL},
        {"{{hasPrefix \"a\" \"ab\"}} {{hasSuffix \"a\" \"ab\"}} {{contains \"b\" \"abc\"}}", NULL, "true false true",
         NULL},
        {"{{quote \"a\\\"b\" 1 nil true}} {{squote \"a\" 1 nil}}", NULL, "\"a\\\"b\" \"1\" \"true\" 'a' '1'", NULL},
        {"{{cat \"a\" nil 1 .tags}}", NULL, "a 1 [b a c]", NULL},
        {"{{nindent 2 \"a\\nb\"}}|{{indent 2 \"a\\nb\"}}", NULL, "\n  a\n  b|a\n  b", NULL},
        {"{{replace \"a\" \"bb\" \"banana\"}} {{replace \"\" \"-\" \"ab\"}}", NULL, "bbbnbbnbb -a-b-", NULL},
        {"{{plural \"one\" \"many\" 1}} {{plural \"one\" \"many\" 3}}", NULL, "one many", NULL},
        {"{{snakecase \"FirstName\"}} {{camelcase \"first_name\"}} {{kebabcase \"FirstName\"}} {{snakecase "
         "\"HTTP2Server\"}} {{kebabcase \"a1B2c3 d\"}} {{camelcase \"__x\"}}",
         NULL, "first_name FirstName first-name http2_server a1-b-2c3-d __X", NULL},
        {"{{wrap 6 \"the quick fox\"}}|{{wrapWith 4 \"/\" \"abcdefghij kl\"}}", NULL, "the\nquick\nfox|abcd/efgh/ij/kl",
         NULL},
        {"{{join \",\" .tags}} {{join \"-\" (list 1 nil 2.5)}} {{join \",\" \"x\"}}", NULL, "b,a,c 1-2.5 x", NULL},
        {"{{sortAlpha .tags}} {{sortAlpha (list 10 9 \"a\")}}", NULL, "[a b c] [10 9 a]", NULL},
        {"{{splitList \",\" \"a,,b\"}} {{split \",\" \"a,b\"}} {{splitn \",\" 2 \"a,b,c\"}}", NULL,
         "[a  b] map[_0:a _1:b] map[_0:a _1:b,c]", NULL},
        {"{{toStrings (list 1 \"a\" nil)}} {{toString 1.5}}", NULL, "[1 a] 1.5", NULL},
        {"{{b64enc \"hello\"}} {{b64dec \"aGVsbG8=\"}} {{b32enc \"hi\"}} {{b32dec \"NBUQ====\"}}", NULL,
         "aGVsbG8= hello NBUQ==== hi", NULL},
        {"{{b64dec \"%%%\"}} {{b64dec \"aGVsbG8\"}}", NULL,
         "illegal base64 data at input byte 0 illegal base64 data at input byte 4", NULL},
        {"{{sha1sum \"a\"}} {{adler32sum \"abc\"}}", NULL, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 38600999", NULL},
        {"{{sha256sum \"\"}}", NULL, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", NULL},
        {"{{regexMatch \"^w.b$\" .name}} {{regexFind \"[a-z]+\" \"12ab3\"}} {{regexFindAll \"\\\\d\" \"a1b2\" -1}} "
         "{{regexReplaceAll \"(a)(b)?\" \"ab a\" \"[$1${2}]\"}} {{regexSplit \",\" \"a,b,c\" 2}} "
         "{{regexReplaceAllLiteral \"a\" \"banana\" \"$1\"}} {{regexQuoteMeta \"a.b*c\"}}",
         NULL, "true ab [1 2] [ab] [a] [a b,c] b$1n$1n$1 a\\.b\\*c", NULL},
        {"{{mustRegexMatch \"(\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: missing closing ): `(`"},
        {"{{mustRegexMatch \"a(?=b)\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
        {"{{mustRegexMatch \"(a)\\\\1\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\1`"},
        {"{{mustRegexMatch \"a**\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: invalid nested repetition operator: `**`"},
        {"{{mustRegexMatch \"x{2000}\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{2000}`"},
        {"{{mustRegexMatch \"[b-a]\" \"a\"}}", NULL, NULL,
         "error calling mustRegexMatch: error parsing regexp: invalid character class range: `b-a`"},
        {"{{regexMatch \"(\" \"a\"}}", NULL, "false", NULL},
        {"{{regexReplaceAll \"x*\" \"abc\" \"-\"}} {{regexFindAll \"a*\" \"baac\" -1}}", NULL, "-a-b-c- [ aa ]", NULL},
        {"{{regexMatch \"(?i)ŻÓŁĆ\" .wide}} {{regexMatch \"\\\\pL+\" .wide}} {{regexMatch \"^\\\\w+$\" .wide}} "
         "{{regexMatch \"\\\\p{Greek}\" \"ω\"}}",
         NULL, "true true false true", NULL},
        {"{{regexReplaceAll \"(?P<a>x)(?<b>y)\" \"xy\" \"${b}${a}$$\"}}", NULL, "yx$", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void functions_of_lists_and_maps_do_as_sprig(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{list 1 2}} {{tuple \"a\"}} {{first .tags}} {{last .tags}} {{rest .tags}} {{initial .tags}} {{first "
         ".empty}}",
         NULL, "[1 2] [a] b c [a c] [b a] <no value>", NULL},
        {"{{append .tags \"z\"}} {{prepend .tags \"z\"}} {{concat .tags (list 1)}} {{reverse .tags}}", NULL,
         "[b a c z] [z b a c] [b a c 1] [c a b]", NULL},
        {"{{append \"x\" 1}}", NULL, NULL, "error calling append: Cannot push on type string"},
        {"{{first .none}}", NULL, NULL,
         "error calling first: invalid memory address or nil pointer dereference: the list is nil"},
        {"{{uniq (list 1 2 1 \"1\")}} {{without .tags \"a\"}} {{has \"a\" .tags}} {{has \"q\" .tags}} {{compact (list "
         "0 1 \"\" \"a\" nil)}}",
         NULL, "[1 2 1] [b c] true false [1 a]", NULL},
        {"{{slice .tags 1}} {{slice .tags 0 2}} {{slice .tags}}", NULL, "[a c] [b a] [b a c]", NULL},
        {"{{slice .tags 2 9}}", NULL, NULL, "error calling slice: slice index out of bounds: 2 to 9 of 3"},
        {"{{chunk 2 .tags}}", NULL, "[[b a] [c]]", NULL},
        {"{{until 4}} {{untilStep 1 10 3}} {{untilStep 3 0 -1}} {{until -2}}", NULL, "[0 1 2 3] [1 4 7] [3 2 1] [0 -1]",
         NULL},
        {"{{seq 3}}|{{seq 2 4}}|{{seq 0 2 6}}|{{seq 3 1}}", NULL, "1 2 3|2 3 4|0 2 4 6|3 2 1", NULL},
        {"{{dict \"a\" 1 \"b\"}} {{get .labels \"app\"}} [{{get .labels \"x\"}}] {{hasKey .labels \"app\"}} {{keys "
         ".labels | sortAlpha}} {{pick .labels \"app\"}} {{pluck \"id\" (index .nested.list 0) (index .nested.list "
         "1)}}",
         NULL, "map[a:1 b:] shop [] true [app tier] map[app:shop] [1 2]", NULL},
        {"{{$_ := set .labels \"new\" 1}}{{.labels}}{{$_ := unset .labels \"app\"}}{{.labels}}", NULL,
         "map[app:shop new:1 tier:front]map[new:1 tier:front]", NULL},
        {"{{$d := dict \"a\" (dict \"x\" 1)}}{{merge $d (dict \"a\" (dict \"x\" 2 \"y\" 3) \"b\" 4)}}{{mergeOverwrite "
         "$d (dict \"a\" (dict \"x\" 9))}}{{$d}}",
         NULL, "map[a:map[x:1 y:3] b:4]map[a:map[x:9 y:3] b:4]map[a:map[x:9 y:3] b:4]", NULL},
        {"{{dig \"a\" \"b\" \"none\" (dict \"a\" (dict \"b\" 5))}} {{dig \"a\" \"c\" \"none\" (dict \"a\" (dict \"b\" "
         "5))}}",
         NULL, "5 none", NULL},
        {"{{dig \"a\" \"b\" \"none\" (dict \"a\" 5)}}", NULL, NULL,
         "error calling dig: interface conversion: interface {} is int, not map[string]interface {}"},
        {"{{$a := list 1}}{{$b := append $a 2}}{{$c := append $a 3}}{{$a}}{{$b}}{{$c}}", NULL, "[1][1 2][1 3]", NULL},
        {"{{values (dict \"a\" 1)}} {{len (deepCopy .nested)}}", NULL, "[1] 1", NULL},
        {"{{default \"d\" \"\"}} {{default \"d\" .name}} {{empty .empty}} {{coalesce 0 \"\" \"x\"}} {{ternary 1 2 "
         "true}} {{all 1 0}} {{any 1 0}}",
         NULL, "d web true x 1 false true", NULL},
        {"{{toJson .}}", NULL,
         "{\"empty\":[],\"labels\":{\"app\":\"shop\",\"tier\":\"front\"},\"name\":\"web\",\"nested\":{\"list\":[{"
         "\"id\":1},{\"id\":2}]},\"none\":null,\"off\":false,\"on\":true,\"port\":8080,\"ratio\":0.25,\"tags\":[\"b\","
         "\"a\",\"c\"],\"text\":\"one\\ntwo\",\"wide\":\"żółć\"}",
         NULL},
        {"{{toPrettyJson .labels}}", NULL, "{\n  \"app\": \"shop\",\n  \"tier\": \"front\"\n}", NULL},
        {"{{toRawJson \"<&>\"}} {{toJson \"<&>\"}}", NULL, "\"<&>\" \"\\u003c\\u0026\\u003e\"", NULL},
        {"{{(fromJson \"{\\\"a\\\":[1,2]}\").a}}", NULL, "[1 2]", NULL},
        {"{{mustFromJson \"{\"}}", NULL, NULL,
         "error calling mustFromJson: invalid JSON: the text ends where a key in double quotes is expected"},
        {"{{typeOf 1}} {{typeOf .port}} {{typeOf .tags}} {{typeOf (until 1)}} {{typeOf (splitList \",\" \"a\")}} "
         "{{kindOf .labels}} {{kindIs \"slice\" .tags}} {{typeIs \"string\" .name}} {{typeIsLike \"semver.Version\" "
         "(semver \"1.0.0\")}}",
         NULL, "int float64 []interface {} []int []string map true true true", NULL},
        {"{{keys (strdict \"a\" \"b\")}}", NULL, NULL,
         "wrong type for value; expected map[string]interface {}; got map[string]string"},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

/* Whatever list is appended to, in whatever order: none of them sees what another got. */
static void appended_lists_are_independent(void **state)
{
    (void)state;
    enum { APPENDS = 6 };
    for (unsigned order = 0; order < 1 * 2 * 3 * 4 * 5 * 6; order++) {
        struct arena arena = ARENA_INIT;
        struct slice appends = SLICE("{{$l0 := list}}"), prints = SLICE("{{$l0}}"), expected = SLICE("[]");
        struct slice lists[APPENDS + 1] = {SLICE("")};
        unsigned choices = order;
        for (unsigned i = 1; i <= APPENDS; i++) { /* to one of the i lists there are */
            unsigned from = choices % i;
            choices /= i;
            appends = arena_join(&arena, appends, arena_format(&arena, "{{$l%u := append $l%u %u}}", i, from, i));
            prints = arena_join(&arena, prints, arena_format(&arena, "{{$l%u}}", i));
            lists[i] = arena_join(&arena, lists[from], arena_format(&arena, from ? " %u" : "%u", i));
            expected = arena_join(&arena, expected, arena_format(&arena, "[%s]", lists[i].bytes));
        }
        const struct test_case fork = {arena_join(&arena, appends, prints).bytes, NULL, expected.bytes, NULL};
        test_render_cases(&fork, 1, data);
        arena_done(&arena);
    }
    static const struct test_case cases[] = {
        {"{{$a := append (append (list 1) 2) 3}}{{$b := append (slice $a 0 1) 4}}{{$c := append (slice $a 1 2) 5}}"
         "{{$d := append (initial $a) 6}}{{$e := append $a 7}}{{$f := append (slice $a 0 3) 8}}{{$a}}{{$b}}{{$c}}{{$d}}"
         "{{$e}}{{$f}}",
         NULL, "[1 2 3][1 4][2 5][1 2 6][1 2 3 7][1 2 3 8]", NULL},
        {"{{$a := append (append list 2) 1}}{{$b := append $a 0}}{{sortAlpha $b}}{{reverse $b}}{{prepend $a 9}}"
         "{{$c := append (sortAlpha $a) 5}}{{$d := append (deepCopy $b) 6}}{{$a}}{{$b}}{{$c}}{{$d}}",
         NULL, "[0 1 2][0 1 2][9 2 1][2 1][2 1 0][1 2 5][2 1 0 6]", NULL},
        {"{{$a := append (append list nil) nil}}{{$b := append $a nil}}{{$c := append $a .missing}}{{$d := append $b "
         "1}}{{$a}}{{$b}}{{$c}}{{$d}}",
         NULL, "[<nil> <nil>][<nil> <nil> <nil>][<nil> <nil> <nil>][<nil> <nil> <nil> 1]", NULL},
        {"{{$a := list 1 2 3}}{{range $a}}{{$a = append $a .}}{{end}}{{$b := append $a $a}}{{$b}}{{range $a}}{{$b = "
         "append $b 0}}{{end}}{{$a}} {{len $b}} {{typeOf $b}} {{eq (len (uniq $b)) 5}} {{toJson $b}}",
         NULL,
         "[1 2 3 1 2 3 [1 2 3 1 2 3]][1 2 3 1 2 3] 13 []interface {} true "
         "[1,2,3,1,2,3,[1,2,3,1,2,3],0,0,0,0,0,0]",
         NULL},
        {"{{$a := append (splitList \",\" \"b,a\") \"c\"}}{{$b := append (until 2) 2}}{{append $a 1}}{{append $b 3}}",
         NULL, "[b a c 1][0 1 2 3]", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void appending_takes_linear_time_and_memory(void **state)
{
    (void)state;
    enum { STEPS_EACH = 16, BYTES_EACH = 256 };
    for (size_t items = 1000; items <= 100000; items *= 10) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(1000);
        struct error error = {0};
        struct slice text = arena_format(&arena,
                                         "{{$a := list}}{{range until %zu}}{{$a = append $a .}}{{end}}{{len $a}}"
                                         "{{range $i, $_ := $a}}{{if ne $i .}} not in order{{end}}{{end}}",
                                         items);
        const struct template_run run = {.data = TEMPLATE_NO_VALUE, .limits = {.steps = STEPS_EACH * items}};
        size_t before = arena.used;
        if (!test_render_with(&arena, text, NULL, &run, &out, &error))
            fail_msg("%zu items: %s", items, error.text);
        assert_true(arena.used - before < BYTES_EACH * items);
        assert_true(slice_equal(buffer_slice(&out), arena_format(&arena, "%zu", items)));
        buffer_done(&out);
        arena_done(&arena);
    }
}

/* Room or not, the same length is refused: append takes a list of as many items as there may be, and none longer. */
static void appending_ends_at_the_limit(void **state)
{
    (void)state;
    for (size_t most = 3; most <= 70; most++) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(1000);
        struct error error = {0};
        struct slice text = arena_format(&arena, "{{$a := list}}{{range until %zu}}{{$a = append $a .}}{{end}}", most);
        const struct template_run run = {.data = TEMPLATE_NO_VALUE, .limits = {.items = most}};
        text = arena_join(&arena, text, SLICE("{{$a = append $a 1}}"));
        assert_true(test_render_with(&arena, text, NULL, &run, &out, &error));
        text = arena_join(&arena, text, SLICE("{{append $a 1}}"));
        assert_false(test_render_with(&arena, text, NULL, &run, &out, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
        buffer_done(&out);
        arena_done(&arena);
    }
}

static void numbers_versions_paths_dates_do_as_sprig(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{add 1 2 3}} {{add \"4\" 1.9}} {{add1 1}} {{sub 5 7}} {{mul 2 3 4}} {{div 7 2}} {{mod 7 3}} {{max 1 5 2}} "
         "{{min 3 1 2}}",
         NULL, "6 5 2 -2 24 3 1 5 1", NULL},
        {"{{div 1 0}}", NULL, NULL, "error calling div: integer divide by zero"},
        {"{{mod 1 0}}", NULL, NULL, "error calling mod: integer divide by zero"},
        {"{{addf 0.1 0.2}} {{subf 1 0.9}} {{mulf 1.1 1.1}} {{divf 1 3}} {{divf 2 3}} {{add1f 0.5}} {{divf 1e10 7}} "
         "{{mulf 1e200 1e100}} {{addf 1e20 1e-5}}",
         NULL, "0.3 0.1 1.21 0.3333333333333333 0.6666666666666667 1.5 1.4285714285714285e+09 1e+300 1e+20", NULL},
        {"{{divf 1 0}}", NULL, NULL, "error calling divf: decimal division by 0"},
        {"{{ceil 1.2}} {{floor -1.2}} {{round 2.345 2}} {{round 2.5 0 0.6}} {{maxf 1.5 2}} {{minf 1 0.5}}", NULL,
         "2 -2 2.35 2 2 0.5", NULL},
        {"{{int \"010\"}} {{int \"0x1f\"}} {{int 3.9}} {{int \"3.9\"}} {{int true}} {{int \"x\"}} {{int64 \"12\"}} "
         "{{float64 \"1.5\"}} {{atoi \"12\"}} {{atoi \"x\"}} {{toDecimal \"777\"}}",
         NULL, "8 31 3 3 1 0 12 1.5 12 0 511", NULL},
        {"{{semver \"v1.2\"}} {{(semver \"1.2.3-rc.1+b\").Prerelease}} {{(semver \"1.2.3\").Compare (semver "
         "\"1.2.4\")}}",
         NULL, "1.2.0 rc.1 -1", NULL},
        {"{{semverCompare \">=1.2 <2\" \"1.5.0\"}} {{semverCompare \"^0.2.3\" \"0.3.0\"}} {{semverCompare \"~1.2\" "
         "\"1.2.9\"}} {{semverCompare \"1.x || >=3\" \"3.1.0\"}} {{semverCompare \">1.0\" \"1.1.0-rc\"}} "
         "{{semverCompare \"1.2 - 1.4\" \"1.3.0\"}} {{semverCompare \"!=1.2.x\" \"1.3.0\"}}",
         NULL, "true false true true false true true", NULL},
        {"{{semver \"x\"}}", NULL, NULL, "error calling semver: invalid semantic version \"x\""},
        {"{{semverCompare \"x y\" \"1.0.0\"}}", NULL, NULL,
         "error calling semverCompare: improper constraint: \"x y\""},
        {"{{base \"/a/b.c\"}} {{dir \"/a/b.c\"}} {{ext \"b.c\"}} {{clean \"/a/../b//.\"}} {{isAbs \"a\"}}", NULL,
         "b.c /a .c /b false", NULL},
        {"{{(urlParse \"https://u:p@h.x:80/p%20q?a=1#f\").host}} {{urlJoin (dict \"scheme\" \"http\" \"host\" \"h\" "
         "\"path\" \"/a b\" \"query\" \"q=1\")}}",
         NULL, "h.x:80 http://h/a%20b?q=1", NULL},
        {"{{urlParse \"http://[::1\"}}", NULL, NULL,
         "error calling urlParse: unable to parse url: parse \"http://[::1\": missing ']' in host"},
        {"{{duration \"3661\"}} {{durationRound \"49h\"}}", NULL, "1h1m1s 2d", NULL},
        {"{{toDate \"2006-01-02\" \"2024-02-29\" | unixEpoch}} {{(toDate \"2006-01-02 15:04\" \"2024-02-29 "
         "13:05\").Format \"Mon Jan _2 3:04PM 2006\"}} {{(toDate \"2006-01-02\" \"2024-02-29\").AddDate 1 0 0}} "
         "{{dateModify \"-1h\" (toDate \"2006-01-02\" \"2024-03-01\")}} {{htmlDate (toDate \"2006-01-02\" "
         "\"2024-03-01\")}}",
         NULL,
         "1709164800 Thu Feb 29 1:05PM 2024 2025-03-01 00:00:00 +0000 UTC 2024-02-29 23:00:00 +0000 UTC 2024-03-01",
         NULL},
        {"{{mustToDate \"2006-01-02\" \"2024-13-01\"}}", NULL, NULL,
         "error calling mustToDate: parsing time \"2024-13-01\" as \"2006-01-02\": it does not fit"},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void istio_functions_do_as_istio(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{{annotation .labels \"a\" \"b\"}}", NULL, NULL,
         "wrong type for value; expected v1.ObjectMeta; got map[string]interface {}"},
        {"{{appendMultusNetwork \"\" \"n\"}} {{appendMultusNetwork \"a\" \"n\"}} {{appendMultusNetwork \"a, n\" "
         "\"n\"}} {{appendMultusNetwork `[{\"name\":\"a\"}]` \"s/n\"}} {{appendMultusNetwork "
         "`[{\"name\":\"n\",\"namespace\":\"s\"}]` \"s/n\"}} {{appendMultusNetwork \"[x]\" \"n\"}}",
         NULL,
         "n a, n a, n [{\"name\":\"a\"}, {\"name\": \"n\", \"namespace\": \"s\"}] "
         "[{\"name\":\"n\",\"namespace\":\"s\"}] [x]",
         NULL},
        {"{{excludeInboundPort \"15020\" \"80, 90\"}} {{excludeInboundPort 80 \"80\"}} {{excludeInboundPort .port "
         "\"\"}} {{excludeInboundPort 0 \"1\"}}",
         NULL, "80,90,15020 80 8080 1", NULL},
        {"{{valueOrDefault .name \"d\"}} {{valueOrDefault \"\" \"d\"}} {{valueOrDefault .none \"d\"}} {{valueOrDefault "
         "0 \"d\"}}",
         NULL, "web d d 0", NULL},
        {"{{toJSON (strdict \"b\" \"<\" \"a\" \"1\")}} {{toJSON nil}} {{fromJSON \"[1,{}]\"}} {{fromJSON \"bad\"}} "
         "{{structToJSON .labels}}",
         NULL, "{\"a\":\"1\",\"b\":\"\\u003c\"} {} [1 map[]] {} {\"app\":\"shop\",\"tier\":\"front\"}", NULL},
        {"{{toJSON .labels}}", NULL, NULL,
         "wrong type for value; expected map[string]string; got map[string]interface {}"},
        {"{{toYaml .}}", NULL,
         "empty: []\nlabels:\n  app: shop\n  tier: front\nname: web\nnested:\n  list:\n  - id: 1\n  - id: 2\nnone: "
         "null\n\"off\": false\n\"on\": true\nport: 8080\nratio: 0.25\ntags:\n- b\n- a\n- c\ntext: |-\n  one\n  "
         "two\nwide: żółć\n",
         NULL},
        {"{{toYaml (list \"a\" \"1\" \"true\" \"x: y\")}}", NULL, "- a\n- \"1\"\n- \"true\"\n- 'x: y'\n", NULL},
        {"[{{toYaml (list \"a\\x7f\")}}][{{toYaml (dict (repeat 1023 \"k\") 1)}}][{{toYaml (list \"a\\u0085b\")}}]",
         NULL, "[][][- a b\n]", NULL},
        {"{{directory \"/a/b\"}} {{directory \"b\"}} {{toLower \"ABC\"}} {{env \"PILLION_NOT_THERE\" \"d\"}}", NULL,
         "/a/  abc d", NULL},
        {"{{omit (strdict \"a\" \"1\" \"b\" \"2\") \"a\"}} {{isset (strdict \"a\" \"\") \"a\"}} {{isset nil \"a\"}} "
         "{{mergeMaps (strdict \"a\" \"1\") (strdict \"a\" \"2\" \"b\" \"3\")}} {{toJsonMap (strdict \"a\" \"1\") "
         "(strdict \"b\" \"2\")}}",
         NULL, "map[b:2] true false map[a:2 b:3] {\"a\":\"1\",\"b\":\"2\"}", NULL},
        {"{{isset .labels \"a\"}}", NULL, NULL,
         "wrong type for value; expected map[string]string; got map[string]interface {}"},
        {"{{omitNil (dict \"a\" nil \"b\" (dict \"c\" nil) \"d\" (list nil 1))}} {{omitNil .labels}}", NULL,
         "map[d:[1]] map[app:shop tier:front]", NULL},
        {"{{(strdict \"a\" \"1\").x}}|{{index (strdict \"a\" \"1\") \"x\"}}|", NULL, "<no value>||", NULL},
        {"{{formatDuration nil}} {{protoToJSON nil}} {{includeInboundPorts nil}}", NULL, "0s {} ", NULL},
        {"{{strdict \"a\" 1}}", NULL, NULL, "expected string; found 1"},
        {"{{structToJSON nil}} {{toYaml nil}}", NULL, "{} null\n", NULL},
    };
    test_render_cases(cases, ARRAY_LENGTH(cases), data);
}

static void tables_are_sorted(void **state)
{
    (void)state;
    static const struct function_table *const tables[] = {
        &functions_builtin, &functions_crypto, &functions_date, &functions_default, &functions_dict,
        &functions_encoding, &functions_istio, &functions_list, &functions_math, &functions_path, &functions_regex,
        &functions_string, &functions_version,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
        for (size_t k = 1; k < tables[i]->count; k++)
            if (slice_compare(tables[i]->functions[k - 1].name, tables[i]->functions[k].name) >= 0)
                fail_msg("%s is not sorted in", tables[i]->functions[k].name.bytes);
}

/* A name that Go's templates know in Istio must be known, though its function may refuse to work. */
static void names_that_istio_has_are_known(void **state)
{
    (void)state;
    static const char *const names[] = {
        "genPrivateKey", "derivePassword", "buildCustomCert", "genCA", "genCAWithKey", "genSelfSignedCert",
        "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "encryptAES", "decryptAES", "bcrypt",
        "htpasswd", "getHostByName", "randBytes", "randInt", "shuffle", "date_in_zone", "must_date_modify", "osBase",
        "mustRegexSplit", "mustToRawJson", "kubevirtInterfaces", "otelResourceAttributes", "structToJSON", "urlquery",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        assert_non_null(function_find(TEMPLATE_ISTIO, slice_from(names[i])));
    assert_null(function_find(TEMPLATE_ISTIO, SLICE("lookup"))); /* Helm's */
    assert_null(function_find(TEMPLATE_ISTIO, SLICE("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_texts_do_as_sprig),
        cmocka_unit_test(functions_of_lists_and_maps_do_as_sprig),
        cmocka_unit_test(appended_lists_are_independent),
        cmocka_unit_test(appending_takes_linear_time_and_memory),
        cmocka_unit_test(appending_ends_at_the_limit),
        cmocka_unit_test(numbers_versions_paths_dates_do_as_sprig),
        cmocka_unit_test(istio_functions_do_as_istio),
        cmocka_unit_test(tables_are_sorted),
        cmocka_unit_test(names_that_istio_has_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
