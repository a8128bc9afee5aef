#include "template/regex.h"
#include "base/library.h"
#include "base/memory.h"
#include "template/regex_syntax.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum {
    MATCH_MAX = 200 * 1000, /* PCRE2's measure of backtracking; RE2, which does none, is never slow */
    HEAP_MAX_KIB = 16 * 1024,
    MATCH_STEPS = 100,
};

/* The part of PCRE2 that is used. */
struct library {
    __typeof__(pcre2_compile_8) *compile;
    __typeof__(pcre2_code_free_8) *code_free;
    __typeof__(pcre2_compile_context_create_8) *compile_context_create;
    __typeof__(pcre2_compile_context_free_8) *compile_context_free;
    __typeof__(pcre2_set_newline_8) *set_newline;
    __typeof__(pcre2_match_context_create_8) *match_context_create;
    __typeof__(pcre2_match_context_free_8) *match_context_free;
    __typeof__(pcre2_set_match_limit_8) *set_match_limit;
    __typeof__(pcre2_set_heap_limit_8) *set_heap_limit;
    __typeof__(pcre2_match_data_create_8) *match_data_create;
    __typeof__(pcre2_match_data_free_8) *match_data_free;
    __typeof__(pcre2_match_8) *match;
    __typeof__(pcre2_get_ovector_pointer_8) *get_ovector_pointer;
    __typeof__(pcre2_get_error_message_8) *get_error_message;
};

struct regex {
    struct slice pattern;
    pcre2_code_8 *code; /* NULL: not compiled, because of `why` */
    const char *why;
    struct regex_names names;
    struct regex *next;
};

struct regex_state {
    struct library library;
    pcre2_match_context_8 *match_context;
    pcre2_match_data_8 *match_data;
    struct regex *compiled;
};

static bool load(struct library *library)
{
    static const struct library_symbol symbols[] = {
        {"pcre2_compile_8", offsetof(struct library, compile)},
        {"pcre2_code_free_8", offsetof(struct library, code_free)},
        {"pcre2_compile_context_create_8", offsetof(struct library, compile_context_create)},
        {"pcre2_compile_context_free_8", offsetof(struct library, compile_context_free)},
        {"pcre2_set_newline_8", offsetof(struct library, set_newline)},
        {"pcre2_match_context_create_8", offsetof(struct library, match_context_create)},
        {"pcre2_match_context_free_8", offsetof(struct library, match_context_free)},
        {"pcre2_set_match_limit_8", offsetof(struct library, set_match_limit)},
        {"pcre2_set_heap_limit_8", offsetof(struct library, set_heap_limit)},
        {"pcre2_match_data_create_8", offsetof(struct library, match_data_create)},
        {"pcre2_match_data_free_8", offsetof(struct library, match_data_free)},
        {"pcre2_match_8", offsetof(struct library, match)},
        {"pcre2_get_ovector_pointer_8", offsetof(struct library, get_ovector_pointer)},
        {"pcre2_get_error_message_8", offsetof(struct library, get_error_message)},
    };
    return library_load("libpcre2-8.so.0", "libpcre2-8-0", symbols, ARRAY_LENGTH(symbols), library, NULL);
}

static struct regex_state *state_of(struct execution *execution)
{
    if (execution->regexes)
        return execution->regexes;
    struct regex_state *state = arena_new(execution->arena, struct regex_state, 1);
    if (!load(&state->library))
        return NULL;
    state->match_context = state->library.match_context_create(NULL);
    state->match_data = state->library.match_data_create(REGEX_GROUPS_MAX + 1, NULL);
    if (!state->match_context || !state->match_data)
        abort(); /* as memory.c does when memory has run out */
    state->library.set_match_limit(state->match_context, MATCH_MAX);
    state->library.set_heap_limit(state->match_context, HEAP_MAX_KIB);
    execution->regexes = state;
    return state;
}

static void compile(struct execution *execution, struct regex_state *state, struct regex *regex)
{
    _cleanup_(buffer_done) struct buffer translated = BUFFER_INIT(1000 * 1000);
    struct slice part;
    const char *why;
    if (!regex_translate(regex->pattern, &translated, &regex->names, &why, &part)) {
        regex->why = arena_format(execution->arena, "error parsing regexp: %s: `%.*s`", why, SLICE_ARGS(part)).bytes;
        return;
    }
    if (translated.overflowed) {
        regex->why = "error parsing regexp: expression too large";
        return;
    }
    pcre2_compile_context_8 *context = state->library.compile_context_create(NULL);
    if (!context)
        abort();
    state->library.set_newline(context, PCRE2_NEWLINE_LF);
    int code;
    PCRE2_SIZE offset;
    uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C;
    regex->code = state->library.compile((PCRE2_SPTR8)(translated.bytes ? translated.bytes : ""), translated.length,
                                         options, &code, &offset, context);
    state->library.compile_context_free(context);
    if (!regex->code) {
        char message[200];
        state->library.get_error_message(code, (PCRE2_UCHAR8 *)message, sizeof message);
        regex->why =
            arena_format(execution->arena, "error parsing regexp: %s: `%.*s`", message, SLICE_ARGS(regex->pattern))
                .bytes;
    }
}

const struct regex *regex_get(struct execution *execution, struct slice pattern, const char **ret_why,
                              bool *ret_missing)
{
    struct regex_state *state = state_of(execution);
    *ret_missing = !state;
    *ret_why = "regular expressions need the library libpcre2-8.so.0, which is not installed";
    if (!state)
        return NULL;
    struct regex *regex = state->compiled;
    while (regex && !slice_equal(regex->pattern, pattern))
        regex = regex->next;
    if (!regex) {
        regex = arena_new(execution->arena, struct regex, 1);
        regex->pattern = arena_copy(execution->arena, pattern);
        compile(execution, state, regex);
        regex->next = state->compiled;
        state->compiled = regex;
    }
    *ret_why = regex->why;
    return regex->code ? regex : NULL;
}

bool regex_match(struct execution *execution, const struct regex *regex, struct slice text, size_t start,
                 bool *ret_matched, const size_t **ret_offsets)
{
    struct regex_state *state = execution->regexes;
    if (!execution_step(execution, MATCH_STEPS + (text.length - start) / 64))
        return false;
    int count = state->library.match(regex->code, (PCRE2_SPTR8)(text.bytes ? text.bytes : ""), text.length, start, 0,
                                     state->match_data, state->match_context);
    *ret_matched = count > 0;
    *ret_offsets = state->library.get_ovector_pointer(state->match_data);
    if (count > 0 || count == PCRE2_ERROR_NOMATCH)
        return true;
    return execution_fail_limit(execution, "the regular expression %.*s takes too many steps on this text",
                                SLICE_ARGS(regex->pattern));
}

size_t regex_group_count(const struct regex *regex)
{
    return regex->names.count;
}

size_t regex_group_named(const struct regex *regex, struct slice name)
{
    for (size_t i = 1; i <= regex->names.count; i++)
        if (slice_equal(regex->names.names[i], name))
            return i;
    return 0;
}

void regex_done(struct execution *execution)
{
    struct regex_state *state = execution->regexes;
    if (!state)
        return;
    for (struct regex *regex = state->compiled; regex; regex = regex->next)
        if (regex->code)
            state->library.code_free(regex->code);
    state->library.match_data_free(state->match_data);
    state->library.match_context_free(state->match_context);
}
