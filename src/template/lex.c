#include "template/lex.h"
#include "base/rune.h"
#include "template/letter.h"

#define END_OF_TEXT 0x110000u

static bool is_space(unsigned rune)
{
    return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n';
}

static bool is_word(unsigned rune)
{
    return rune == '_' || letter_is_letter(rune) || letter_is_digit(rune);
}

static struct slice rest(const struct lexer *lexer)
{
    return slice_from_offset(lexer->source->text, lexer->at);
}

static unsigned peek_rune(const struct lexer *lexer, size_t *ret_length)
{
    struct slice text = rest(lexer);
    *ret_length = 0;
    return text.length ? rune_decode(text, ret_length) : END_OF_TEXT;
}

static unsigned next_rune(struct lexer *lexer)
{
    size_t length;
    unsigned rune = peek_rune(lexer, &length);
    lexer->at += length;
    return rune;
}

static struct token make(struct lexer *lexer, enum token_kind kind, size_t start)
{
    return (struct token){kind, start, slice_range(lexer->source->text, start, lexer->at)};
}

static struct token fail(struct lexer *lexer, size_t start, const char *message, struct slice detail)
{
    (void)!error_at(lexer->error, ERROR_SYNTAX, lexer->source, start, message, SLICE_ARGS(detail));
    return (struct token){TOKEN_ERROR, start, {NULL, 0}};
}

static struct token fail_action(struct lexer *lexer, size_t start, const char *what)
{
    if (slice_find_byte(slice_range(lexer->source->text, lexer->action, start), '\n') == SLICE_NONE)
        return fail(lexer, start, "%.*s", slice_from(what));
    struct position where = source_position(lexer->source, lexer->action);
    (void)!error_at(lexer->error, ERROR_SYNTAX, lexer->source, start, "%s, in the action that starts on line %u", what,
                    where.line);
    return (struct token){TOKEN_ERROR, start, {NULL, 0}};
}

/* A trim marker is a minus sign with white space between it and what is inside. */
static bool has_left_trim(struct slice text)
{
    return text.length >= 2 && text.bytes[0] == '-' && is_space((unsigned char)text.bytes[1]);
}

static bool at_right_delimiter(const struct lexer *lexer, bool *ret_trim)
{
    struct slice text = rest(lexer);
    *ret_trim = text.length >= 2 && is_space((unsigned char)text.bytes[0]) && text.bytes[1] == '-' &&
                slice_starts(slice_from_offset(text, 2), lexer->right);
    return *ret_trim || slice_starts(text, lexer->right);
}

static void skip_space(struct lexer *lexer)
{
    while (lexer->at < lexer->source->text.length && is_space((unsigned char)lexer->source->text.bytes[lexer->at]))
        lexer->at++;
}

static void skip_right_delimiter(struct lexer *lexer, bool trim)
{
    lexer->at += (trim ? 2u : 0u) + lexer->right.length;
    if (trim)
        skip_space(lexer);
}

/* Text up to the next action; comments are skipped. */
static struct token lex_text(struct lexer *lexer)
{
    for (;;) {
        size_t start = lexer->at;
        size_t found = slice_find(rest(lexer), lexer->left);
        if (found == SLICE_NONE) {
            lexer->at = lexer->source->text.length;
            return make(lexer, lexer->at > start ? TOKEN_TEXT : TOKEN_END, start);
        }
        size_t open = start + found;
        bool trim = has_left_trim(slice_from_offset(lexer->source->text, open + lexer->left.length));
        size_t end = open;
        while (trim && end > start && is_space((unsigned char)lexer->source->text.bytes[end - 1]))
            end--;
        if (end > start) { /* the delimiter comes the next time, when it has no text before it any more */
            lexer->at = open;
            return (struct token){TOKEN_TEXT, start, slice_range(lexer->source->text, start, end)};
        }
        lexer->at = open + lexer->left.length;
        if (!slice_starts(slice_from_offset(lexer->source->text, lexer->at + (trim ? 2u : 0u)), SLICE("/*"))) {
            lexer->in_action = true;
            lexer->paren_depth = 0;
            lexer->action = open;
            struct token left = make(lexer, TOKEN_LEFT, open);
            lexer->at += trim ? 2u : 0u; /* the marker and the white space behind it */
            return left;
        }
        lexer->at += (trim ? 2u : 0u) + 2u;
        size_t close = slice_find(rest(lexer), SLICE("*/"));
        if (close == SLICE_NONE)
            return fail(lexer, open, "unclosed comment", SLICE(""));
        lexer->at += close + 2;
        if (!at_right_delimiter(lexer, &trim))
            return fail(lexer, lexer->at, "comment ends before closing delimiter", SLICE(""));
        skip_right_delimiter(lexer, trim);
    }
}

static bool at_terminator(const struct lexer *lexer)
{
    size_t length;
    unsigned rune = peek_rune(lexer, &length);
    switch (rune) {
    case END_OF_TEXT:
    case '.':
    case ',':
    case '|':
    case ':':
    case ')':
    case '(':
        return true;
    default:
        return is_space(rune) || slice_starts(rest(lexer), lexer->right);
    }
}

static struct token fail_character(struct lexer *lexer, size_t at, const char *message)
{
    lexer->at = at;
    size_t length;
    unsigned rune = peek_rune(lexer, &length);
    struct slice shown = slice_range(lexer->source->text, at, at + length);
    if (rune == END_OF_TEXT || rune < ' ')
        (void)!error_at(lexer->error, ERROR_SYNTAX, lexer->source, at, "%s: U+%04X", message,
                        rune == END_OF_TEXT ? 0 : rune);
    else
        (void)!error_at(lexer->error, ERROR_SYNTAX, lexer->source, at, "%s: U+%04X '%.*s'", message, rune,
                        SLICE_ARGS(shown));
    return (struct token){TOKEN_ERROR, at, {NULL, 0}};
}

/* The rest of a word whose first character (or dot, or dollar) is read already. */
static bool skip_word(struct lexer *lexer)
{
    size_t length;
    while (is_word(peek_rune(lexer, &length)))
        lexer->at += length;
    return at_terminator(lexer);
}

static struct token lex_identifier(struct lexer *lexer, size_t start)
{
    static const struct {
        struct slice word;
        enum token_kind kind;
    } keywords[] = {
        {SLICE_CONSTANT("block"), TOKEN_BLOCK},       {SLICE_CONSTANT("break"), TOKEN_BREAK},
        {SLICE_CONSTANT("continue"), TOKEN_CONTINUE}, {SLICE_CONSTANT("define"), TOKEN_DEFINE},
        {SLICE_CONSTANT("else"), TOKEN_ELSE},         {SLICE_CONSTANT("end"), TOKEN_STOP},
        {SLICE_CONSTANT("false"), TOKEN_BOOL},        {SLICE_CONSTANT("if"), TOKEN_IF},
        {SLICE_CONSTANT("nil"), TOKEN_NIL},           {SLICE_CONSTANT("range"), TOKEN_RANGE},
        {SLICE_CONSTANT("template"), TOKEN_TEMPLATE}, {SLICE_CONSTANT("true"), TOKEN_BOOL},
        {SLICE_CONSTANT("with"), TOKEN_WITH},
    };
    if (!skip_word(lexer))
        return fail_character(lexer, lexer->at, "bad character in a name");
    struct slice word = slice_range(lexer->source->text, start, lexer->at);
    for (size_t i = 0; i < ARRAY_LENGTH(keywords); i++)
        if (slice_equal(word, keywords[i].word))
            return make(lexer, keywords[i].kind, start);
    return make(lexer, TOKEN_IDENTIFIER, start);
}

static struct token lex_field_or_variable(struct lexer *lexer, size_t start, enum token_kind kind)
{
    if (at_terminator(lexer))
        return make(lexer, kind == TOKEN_FIELD ? TOKEN_DOT : kind, start);
    if (!skip_word(lexer))
        return fail_character(lexer, lexer->at, "bad character in a name");
    return make(lexer, kind, start);
}

static bool accept(struct lexer *lexer, const char *set)
{
    struct slice text = rest(lexer);
    if (!text.length || !text.bytes[0] || !strchr(set, text.bytes[0]))
        return false;
    lexer->at++;
    return true;
}

static void accept_run(struct lexer *lexer, const char *set)
{
    while (accept(lexer, set))
        ;
}

static bool scan_number(struct lexer *lexer)
{
    static const char decimal[] = "0123456789_", hexadecimal[] = "0123456789abcdefABCDEF_";
    const char *digits = decimal;
    accept(lexer, "+-");
    if (accept(lexer, "0"))
        digits = accept(lexer, "xX")   ? hexadecimal
                 : accept(lexer, "oO") ? "01234567_"
                 : accept(lexer, "bB") ? "01_"
                                       : digits;
    accept_run(lexer, digits);
    if (accept(lexer, "."))
        accept_run(lexer, digits);
    if ((digits == decimal && accept(lexer, "eE")) || (digits == hexadecimal && accept(lexer, "pP"))) {
        accept(lexer, "+-");
        accept_run(lexer, decimal);
    }
    accept(lexer, "i");
    size_t length;
    if (!is_word(peek_rune(lexer, &length)))
        return true;
    lexer->at += length;
    return false;
}

static struct token lex_number(struct lexer *lexer, size_t start)
{
    lexer->at = start;
    bool good = scan_number(lexer);
    struct slice after = rest(lexer);
    bool is_complex = good && after.length && (after.bytes[0] == '+' || after.bytes[0] == '-');
    if (is_complex)
        good = scan_number(lexer) && lexer->source->text.bytes[lexer->at - 1] == 'i';
    if (!good)
        return fail(lexer, start, "bad number syntax: \"%.*s\"", slice_range(lexer->source->text, start, lexer->at));
    return make(lexer, is_complex ? TOKEN_COMPLEX : TOKEN_NUMBER, start);
}

/* Up to the closing quote, on this line; an escape is a backslash and any character. */
static struct token lex_quoted(struct lexer *lexer, size_t start, char quote)
{
    for (;;) {
        unsigned rune = next_rune(lexer);
        if (rune == '\\')
            rune = next_rune(lexer);
        else if (rune == (unsigned char)quote)
            return make(lexer, quote == '"' ? TOKEN_STRING : TOKEN_RUNE, start);
        if (rune == END_OF_TEXT || rune == '\n')
            return fail(lexer, start, quote == '"' ? "unterminated quoted string" : "unterminated character constant",
                        SLICE(""));
    }
}

static struct token lex_raw_string(struct lexer *lexer, size_t start)
{
    size_t close = slice_find_byte(rest(lexer), '`');
    if (close == SLICE_NONE)
        return fail(lexer, start, "unterminated raw quoted string", SLICE(""));
    lexer->at += close + 1;
    return make(lexer, TOKEN_RAW_STRING, start);
}

static struct token lex_space(struct lexer *lexer, size_t start)
{
    bool trim;
    while (is_space((unsigned char)lexer->source->text.bytes[lexer->at])) {
        /* The white space before a trim marker belongs to it. */
        if (lexer->at > start && at_right_delimiter(lexer, &trim) && trim)
            break;
        if (++lexer->at == lexer->source->text.length)
            break;
    }
    return make(lexer, TOKEN_SPACE, start);
}

static struct token lex_action(struct lexer *lexer)
{
    size_t start = lexer->at, length;
    bool trim;
    if (at_right_delimiter(lexer, &trim)) {
        if (lexer->paren_depth)
            return fail_action(lexer, start, "unclosed left paren");
        struct token right = {TOKEN_RIGHT, start + (trim ? 2u : 0u), lexer->right};
        skip_right_delimiter(lexer, trim);
        lexer->in_action = false;
        return right;
    }
    unsigned rune = peek_rune(lexer, &length);
    if (rune == END_OF_TEXT)
        return fail_action(lexer, start, "unclosed action");
    if (is_space(rune))
        return lex_space(lexer, start);
    lexer->at += length;
    switch (rune) {
    case '=':
        return make(lexer, TOKEN_ASSIGN, start);
    case ':':
        if (next_rune(lexer) != '=')
            return fail_action(lexer, start, "expected :=");
        return make(lexer, TOKEN_DECLARE, start);
    case '|':
        return make(lexer, TOKEN_PIPE, start);
    case '"':
    case '\'':
        return lex_quoted(lexer, start, (char)rune);
    case '`':
        return lex_raw_string(lexer, start);
    case '$':
        return lex_field_or_variable(lexer, start, TOKEN_VARIABLE);
    case '.': {
        unsigned digit = peek_rune(lexer, &length);
        if (digit == END_OF_TEXT || digit < '0' || digit > '9')
            return digit == END_OF_TEXT ? lex_number(lexer, start) : lex_field_or_variable(lexer, start, TOKEN_FIELD);
        return lex_number(lexer, start);
    }
    case '+':
    case '-':
        return lex_number(lexer, start);
    case '(':
        lexer->paren_depth++;
        return make(lexer, TOKEN_LEFT_PAREN, start);
    case ')':
        if (!lexer->paren_depth)
            return fail_action(lexer, start, "unexpected right paren");
        lexer->paren_depth--;
        return make(lexer, TOKEN_RIGHT_PAREN, start);
    default:
        if (rune >= '0' && rune <= '9')
            return lex_number(lexer, start);
        if (is_word(rune))
            return lex_identifier(lexer, start);
        if (rune < 0x80 && letter_is_printable(rune))
            return make(lexer, TOKEN_CHAR, start);
        return fail_character(lexer, start, "unrecognized character in action");
    }
}

struct token lex_next(struct lexer *lexer)
{
    return lexer->in_action ? lex_action(lexer) : lex_text(lexer);
}
