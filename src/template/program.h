/* program.h - a parsed template: for every definition a list of instructions, and the pipelines they evaluate. */
#pragma once
#include "base/error.h"
#include "template/function.h"
#include "template/value.h"

struct pipeline;

/* The part of the source that an error is about. */
struct span {
    uint32_t start, end;
};

enum operand_kind {
    OPERAND_CONSTANT, /* a bool, string or number: `constant` */
    OPERAND_NIL,
    OPERAND_DOT,
    OPERAND_FIELD,    /* fields of the dot */
    OPERAND_VARIABLE, /* a variable, and fields of it */
    OPERAND_FUNCTION,
    OPERAND_PIPELINE, /* in parentheses, and fields of its value */
    OPERAND_CHAIN,    /* a function without arguments, and fields of its value */
};

/* What a number constant can stand for, depending on what is wanted. */
enum { NUMBER_IS_INT = 1, NUMBER_IS_UINT = 2, NUMBER_IS_FLOAT = 4, NUMBER_IS_COMPLEX = 8 };

struct operand {
    uint8_t kind;         /* enum operand_kind */
    uint8_t number;       /* NUMBER_IS_... of a number constant */
    uint32_t field_count;
    struct span span;
    const struct slice *fields;
    union {
        struct {
            struct template_value constant; /* as it is where nothing special is wanted; TEMPLATE_NONE: overflows int */
            int64_t integer;
            uint64_t natural;
            double real;
        };
        uint32_t variable;
        const struct template_function *function;
        const struct pipeline *pipeline;
    };
};

struct command {
    struct operand *operands;
    uint32_t count;
    struct span span;
};

struct pipeline {
    struct command *commands;
    uint32_t count;
    uint8_t declared; /* how many variables: 0, 1, or 2 for a range */
    bool assigns;     /* = and not := */
    uint32_t variables[2];
    struct span span;
};

enum instruction_kind {
    DO_TEXT,
    DO_ACTION,    /* evaluate, print unless a variable was declared */
    DO_IF,        /* open a scope; evaluate; when false go to `target` */
    DO_ELSE_IF,   /* the same in the scope that is open */
    DO_WITH,
    DO_ELSE_WITH,
    DO_RANGE,     /* open a scope; evaluate; when there is nothing to iterate over go to `target` */
    DO_NEXT,      /* the next element: go to `target`, or on */
    DO_BREAK,     /* leave scopes up to the range's, go to `target` (its DO_CLOSE) */
    DO_CONTINUE,  /* leave scopes up to the range's, go to `target` (its DO_NEXT) */
    DO_JUMP,
    DO_CLOSE,     /* the scope */
    DO_TEMPLATE,
    DO_RETURN,
};

struct instruction {
    uint8_t kind; /* enum instruction_kind */
    uint32_t target;
    uint32_t closes; /* scopes that a jump leaves */
    struct span span;
    const struct pipeline *pipeline;
    struct slice text; /* or the name of a template */
    const struct definition *callee; /* NULL: not defined */
};

struct definition {
    struct slice name;
    struct instruction *code;
    uint32_t count;
    struct definition *next;
};

struct template {
    struct source source;
    const struct definition *main;
    struct definition *definitions;
    struct slice *variable_names;
    uint32_t variable_count;
};

/* `$` */
enum { VARIABLE_ROOT = 0 };
