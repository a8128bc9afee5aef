/* lex.h - a template's text as tokens, one at a time. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include "base/slice.h"

enum token_kind {
    TOKEN_END, /* of the text */
    TOKEN_ERROR,
    TOKEN_TEXT,
    TOKEN_LEFT,  /* a delimiter */
    TOKEN_RIGHT,
    TOKEN_SPACE,
    TOKEN_BOOL,
    TOKEN_CHAR, /* any other printable character */
    TOKEN_RUNE, /* a character constant */
    TOKEN_NUMBER,
    TOKEN_COMPLEX,
    TOKEN_STRING,
    TOKEN_RAW_STRING,
    TOKEN_ASSIGN,
    TOKEN_DECLARE,
    TOKEN_PIPE,
    TOKEN_LEFT_PAREN,
    TOKEN_RIGHT_PAREN,
    TOKEN_FIELD,
    TOKEN_VARIABLE,
    TOKEN_IDENTIFIER,
    TOKEN_KEYWORD, /* the keywords come after all others */
    TOKEN_BLOCK = TOKEN_KEYWORD,
    TOKEN_BREAK,
    TOKEN_CONTINUE,
    TOKEN_DEFINE,
    TOKEN_DOT,
    TOKEN_ELSE,
    TOKEN_IF,
    TOKEN_NIL,
    TOKEN_RANGE,
    TOKEN_STOP, /* {{ end }} */
    TOKEN_TEMPLATE,
    TOKEN_WITH,
};

struct token {
    enum token_kind kind;
    size_t offset;
    struct slice text;
};

struct lexer {
    const struct source *source;
    struct slice left, right;
    size_t at;
    size_t action; /* where the action that is being read began */
    unsigned paren_depth;
    bool in_action;
    struct error *error;
};

/* The next token. After TOKEN_ERROR, *lexer->error is set and there is none. */
struct token lex_next(struct lexer *lexer);
