/* number_constant.h - number and character constants of a template, which stand for several types at once. */
#pragma once
#include "template/lex.h"
#include "template/program.h"

/* Fills in operand->constant and what else the constant can stand for. */
MUST_CHECK bool number_constant_read(const struct source *source, const struct token *token, struct operand *operand,
                                     struct error *error);

/* Go's strconv.ParseInt and ParseUint with base 0: sign, 0x, 0o, 0b or 0 in front, underscores between digits. */
MUST_CHECK bool number_constant_parse_i64(struct slice text, int64_t *ret);
MUST_CHECK bool number_constant_parse_u64(struct slice text, uint64_t *ret);
/* Go's strconv.ParseFloat: hexadecimal, "inf", "nan" and underscores (with a base prefix) too. */
MUST_CHECK bool number_constant_parse_double(struct slice text, double *ret);
