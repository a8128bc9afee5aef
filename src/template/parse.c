#include "template/template.h"
#include "template/letter.h"
#include "template/lex.h"
#include "template/number_constant.h"
#include "template/program.h"
#include "template/quote.h"

/* Parentheses are read and evaluated recursively: so deep may they nest. */
enum { PAREN_DEPTH_MAX = 1000 };

enum open_kind { OPEN_IF, OPEN_WITH, OPEN_RANGE, OPEN_BLOCK, OPEN_DEFINE };

/* An instruction list that grows. */
struct code {
    struct instruction *items;
    uint32_t count, capacity;
    struct slice name;
};

/* A control structure whose {{ end }} is yet to come. */
struct open {
    enum open_kind kind;
    bool in_else;
    uint32_t false_jump;  /* the instruction that jumps when the condition is false; NO_JUMP when patched */
    uint32_t end_jumps;   /* jumps to the end, chained through `target` */
    uint32_t breaks, continues, body;
    size_t variables;     /* how many were known before */
    struct span span;
    /* of blocks and definitions: what goes on after them */
    struct code *code;
    size_t variable_base;
    unsigned range_depth;
    struct slice name;
    const struct pipeline *pipeline;
    struct open *outer;
};

struct parser {
    struct arena *arena;
    struct error *error;
    const struct source *source;
    enum template_dialect dialect;
    struct lexer lexer;
    struct token pending[3]; /* given back, the newest last */
    unsigned pending_count;
    size_t last_end; /* where the last token that is no space ended */
    struct code *code;
    struct open *open;
    unsigned range_depth;
    unsigned paren_depth;
    uint32_t *variables; /* the names that are known at this point */
    size_t variable_count, variable_capacity, variable_base;
    struct slice *names;
    uint32_t name_count, name_capacity;
    struct definition *definitions, **definitions_end;
};

#define NO_JUMP UINT32_MAX

static bool fail(struct parser *parser, size_t offset, const char *message, struct slice detail)
{
    return error_at(parser->error, ERROR_SYNTAX, parser->source, offset, message, SLICE_ARGS(detail));
}

/* ---- tokens ---- */

static struct token next(struct parser *parser)
{
    struct token token = parser->pending_count ? parser->pending[--parser->pending_count] : lex_next(&parser->lexer);
    if (token.kind != TOKEN_SPACE)
        parser->last_end = token.offset + token.text.length;
    return token;
}

static void give_back(struct parser *parser, struct token token)
{
    parser->pending[parser->pending_count++] = token;
}

static struct token peek(struct parser *parser)
{
    struct token token = next(parser);
    give_back(parser, token);
    return token;
}

static struct token next_word(struct parser *parser)
{
    struct token token = next(parser);
    while (token.kind == TOKEN_SPACE)
        token = next(parser);
    return token;
}

static struct token peek_word(struct parser *parser)
{
    struct token token = next_word(parser);
    give_back(parser, token);
    return token;
}

static bool unexpected(struct parser *parser, struct token token, const char *where)
{
    if (token.kind == TOKEN_ERROR) /* the lexer has said what is wrong */
        return false;
    if (token.kind == TOKEN_END)
        return error_at(parser->error, ERROR_SYNTAX, parser->source, token.offset,
                        "unexpected end of the template in %s", where);
    if (token.kind >= TOKEN_KEYWORD)
        return error_at(parser->error, ERROR_SYNTAX, parser->source, token.offset, "unexpected <%.*s> in %s",
                        SLICE_ARGS(token.text), where);
    struct slice shown = slice_range(token.text, 0, 40);
    return error_at(parser->error, ERROR_SYNTAX, parser->source, token.offset, "unexpected \"%.*s%s\" in %s",
                    SLICE_ARGS(shown), shown.length < token.text.length ? "..." : "", where);
}

static bool expect(struct parser *parser, enum token_kind kind, const char *where)
{
    struct token token = next_word(parser);
    return token.kind == kind || unexpected(parser, token, where);
}

static struct span span_from(const struct parser *parser, size_t start)
{
    return (struct span){(uint32_t)start, (uint32_t)(parser->last_end > start ? parser->last_end : start)};
}

/* ---- variables ---- */

static uint32_t intern(struct parser *parser, struct slice name)
{
    for (uint32_t i = 0; i < parser->name_count; i++)
        if (slice_equal(parser->names[i], name))
            return i;
    if (parser->name_count == parser->name_capacity) {
        parser->name_capacity = parser->name_capacity ? parser->name_capacity * 2 : 16;
        struct slice *grown = arena_new(parser->arena, struct slice, parser->name_capacity);
        if (parser->name_count)
            memcpy(grown, parser->names, parser->name_count * sizeof *grown);
        parser->names = grown;
    }
    parser->names[parser->name_count] = name;
    return parser->name_count++;
}

static void know_variable(struct parser *parser, uint32_t name)
{
    if (parser->variable_count == parser->variable_capacity) {
        parser->variable_capacity = parser->variable_capacity ? parser->variable_capacity * 2 : 32;
        uint32_t *grown = arena_new(parser->arena, uint32_t, parser->variable_capacity);
        if (parser->variable_count)
            memcpy(grown, parser->variables, parser->variable_count * sizeof *grown);
        parser->variables = grown;
    }
    parser->variables[parser->variable_count++] = name;
}

static bool knows_variable(const struct parser *parser, uint32_t name)
{
    for (size_t i = parser->variable_count; i-- > parser->variable_base;)
        if (parser->variables[i] == name)
            return true;
    return false;
}

/* ---- operands, commands, pipelines ---- */

static bool parse_pipeline(struct parser *parser, const char *context, enum token_kind end, struct pipeline **ret);

/* A term without the fields behind it. *ret_found is false, and the token given back, when none starts here. */
static bool parse_term(struct parser *parser, struct operand *operand, bool *ret_found)
{
    struct token token = next_word(parser);
    operand->span = (struct span){(uint32_t)token.offset, (uint32_t)(token.offset + token.text.length)};
    *ret_found = true;
    switch (token.kind) {
    case TOKEN_IDENTIFIER:
        operand->kind = OPERAND_FUNCTION;
        operand->function = function_find(parser->dialect, token.text);
        return operand->function || fail(parser, token.offset, "function \"%.*s\" not defined", token.text);
    case TOKEN_DOT:
        operand->kind = OPERAND_DOT;
        return true;
    case TOKEN_NIL:
        operand->kind = OPERAND_NIL;
        return true;
    case TOKEN_VARIABLE:
        operand->kind = OPERAND_VARIABLE;
        operand->variable = intern(parser, token.text);
        return knows_variable(parser, operand->variable) ||
               fail(parser, token.offset, "undefined variable \"%.*s\"", token.text);
    case TOKEN_FIELD:
        operand->kind = OPERAND_FIELD;
        operand->field_count = 1;
        struct slice *name = arena_new(parser->arena, struct slice, 1);
        *name = slice_from_offset(token.text, 1);
        operand->fields = name;
        return true;
    case TOKEN_BOOL:
        operand->kind = OPERAND_CONSTANT;
        operand->constant = template_from_bool(token.text.bytes[0] == 't');
        return true;
    case TOKEN_RUNE:
    case TOKEN_NUMBER:
    case TOKEN_COMPLEX:
        operand->kind = OPERAND_CONSTANT;
        return number_constant_read(parser->source, &token, operand, parser->error);
    case TOKEN_STRING:
    case TOKEN_RAW_STRING: {
        struct slice text;
        if (!quote_read(parser->arena, token.text, &text))
            return fail(parser, token.offset, "invalid syntax in the string %.*s", token.text);
        operand->kind = OPERAND_CONSTANT;
        operand->constant = template_from_string(text);
        return true;
    }
    case TOKEN_LEFT_PAREN: {
        if (parser->paren_depth == PAREN_DEPTH_MAX)
            return error_at(parser->error, ERROR_LIMIT, parser->source, token.offset,
                            "max expression depth exceeded: parentheses are nested deeper than %d", PAREN_DEPTH_MAX);
        parser->paren_depth++;
        struct pipeline *inner;
        if (!parse_pipeline(parser, "parenthesized pipeline", TOKEN_RIGHT_PAREN, &inner))
            return false;
        parser->paren_depth--;
        operand->span.end = (uint32_t)parser->last_end;
        operand->kind = OPERAND_PIPELINE;
        operand->pipeline = inner;
        return true;
    }
    default:
        give_back(parser, token);
        *ret_found = false;
        return true;
    }
}

static bool parse_operand(struct parser *parser, struct operand *operand, bool *ret_found)
{
    *operand = (struct operand){0};
    if (!parse_term(parser, operand, ret_found))
        return false;
    if (*ret_found && peek(parser).kind == TOKEN_FIELD) {
        if (operand->kind == OPERAND_CONSTANT || operand->kind == OPERAND_NIL || operand->kind == OPERAND_DOT)
            return fail(parser, operand->span.start, "unexpected . after term \"%.*s\"",
                        slice_range(parser->source->text, operand->span.start, operand->span.end));
        if (operand->kind == OPERAND_FUNCTION)
            operand->kind = OPERAND_CHAIN;
        struct slice fields[16];
        uint32_t count = 0;
        for (uint32_t i = 0; i < operand->field_count; i++)
            fields[count++] = operand->fields[i];
        struct slice *all = NULL;
        uint32_t total = 0;
        do {
            bool more = peek(parser).kind == TOKEN_FIELD;
            if (count == ARRAY_LENGTH(fields) || !more) {
                struct slice *grown = arena_new(parser->arena, struct slice, total + count);
                if (total)
                    memcpy(grown, all, total * sizeof *grown);
                memcpy(grown + total, fields, count * sizeof *grown);
                all = grown;
                total += count;
                count = 0;
            }
            if (more) {
                fields[count++] = slice_from_offset(next(parser).text, 1);
                operand->span.end = (uint32_t)parser->last_end;
            }
        } while (count);
        operand->fields = all;
        operand->field_count = total;
    }
    return true;
}

/* A function or value and its arguments, up to a bar, a closing parenthesis or a delimiter. */
static bool parse_command(struct parser *parser, struct command *command, bool *ret_more)
{
    struct operand few[8], *operands = few;
    size_t capacity = ARRAY_LENGTH(few);
    *command = (struct command){.operands = NULL};
    size_t start = peek_word(parser).offset;
    size_t end = start;
    *ret_more = false;
    for (;;) {
        peek_word(parser);
        bool found;
        if (command->count == capacity) {
            struct operand *grown = arena_new(parser->arena, struct operand, capacity * 2);
            memcpy(grown, operands, capacity * sizeof *grown);
            operands = grown;
            capacity *= 2;
        }
        if (!parse_operand(parser, &operands[command->count], &found))
            return false;
        if (found) {
            command->count++;
            end = operands[command->count - 1].span.end;
        }
        struct token token = next(parser);
        if (token.kind == TOKEN_SPACE)
            continue;
        if (token.kind == TOKEN_RIGHT || token.kind == TOKEN_RIGHT_PAREN)
            give_back(parser, token);
        else if (token.kind == TOKEN_PIPE)
            *ret_more = true;
        else
            return unexpected(parser, token, "operand");
        break;
    }
    if (!command->count)
        return fail(parser, start, "empty command%.*s", SLICE(""));
    command->operands = arena_new(parser->arena, struct operand, command->count);
    memcpy(command->operands, operands, command->count * sizeof *operands);
    command->span = (struct span){(uint32_t)start, (uint32_t)end};
    return true;
}

/* `$x :=`, `$x =`, and for a range `$i, $x :=`. */
static bool parse_declarations(struct parser *parser, const char *context, bool is_range, struct pipeline *pipeline)
{
    for (;;) {
        struct token variable = next_word(parser);
        if (variable.kind != TOKEN_VARIABLE) {
            give_back(parser, variable);
            return true;
        }
        struct token behind = next(parser);
        struct token word = behind.kind == TOKEN_SPACE ? next_word(parser) : behind;
        bool declares = word.kind == TOKEN_ASSIGN || word.kind == TOKEN_DECLARE;
        bool comma = word.kind == TOKEN_CHAR && word.text.bytes[0] == ',';
        if (!declares && !comma) { /* it is an argument */
            give_back(parser, word);
            if (behind.kind == TOKEN_SPACE)
                give_back(parser, behind);
            give_back(parser, variable);
            return true;
        }
        if (pipeline->declared == 2)
            return error_at(parser->error, ERROR_SYNTAX, parser->source, variable.offset, "too many declarations in %s",
                            context);
        uint32_t name = intern(parser, variable.text);
        pipeline->variables[pipeline->declared++] = name;
        know_variable(parser, name);
        if (declares) {
            pipeline->assigns = word.kind == TOKEN_ASSIGN;
            return true;
        }
        if (!is_range || pipeline->declared == 2)
            return error_at(parser->error, ERROR_SYNTAX, parser->source, word.offset, "too many declarations in %s",
                            context);
        enum token_kind after = peek_word(parser).kind;
        if (after != TOKEN_VARIABLE && after != TOKEN_RIGHT && after != TOKEN_RIGHT_PAREN)
            return fail(parser, word.offset, "range can only initialize variables%.*s", SLICE(""));
    }
}

/* Only the first command of a pipeline may be a mere value. */
static bool check_pipeline(struct parser *parser, const struct pipeline *pipeline, const char *context, size_t end)
{
    if (!pipeline->count)
        return error_at(parser->error, ERROR_SYNTAX, parser->source, end, "missing value for %s", context);
    for (uint32_t i = 1; i < pipeline->count; i++) {
        const struct operand *first = &pipeline->commands[i].operands[0];
        if (first->kind == OPERAND_CONSTANT || first->kind == OPERAND_NIL || first->kind == OPERAND_DOT)
            return error_at(parser->error, ERROR_SYNTAX, parser->source, first->span.start,
                            "non executable command in pipeline stage %u", i + 1);
    }
    return true;
}

static bool parse_pipeline(struct parser *parser, const char *context, enum token_kind end, struct pipeline **ret)
{
    struct pipeline *pipeline = arena_new(parser->arena, struct pipeline, 1);
    struct command *commands = NULL;
    uint32_t capacity = 0;
    size_t start = peek_word(parser).offset;
    if (!parse_declarations(parser, context, strcmp(context, "range") == 0, pipeline))
        return false;
    for (;;) {
        struct token token = next_word(parser);
        if (token.kind == end) {
            pipeline->span.start = (uint32_t)start;
            pipeline->span.end = pipeline->count ? commands[pipeline->count - 1].span.end : (uint32_t)token.offset;
            pipeline->commands = commands;
            *ret = pipeline;
            return check_pipeline(parser, pipeline, context, token.offset);
        }
        switch (token.kind) {
        case TOKEN_BOOL:
        case TOKEN_RUNE:
        case TOKEN_COMPLEX:
        case TOKEN_DOT:
        case TOKEN_FIELD:
        case TOKEN_IDENTIFIER:
        case TOKEN_NUMBER:
        case TOKEN_NIL:
        case TOKEN_STRING:
        case TOKEN_RAW_STRING:
        case TOKEN_VARIABLE:
        case TOKEN_LEFT_PAREN:
            break;
        default:
            return unexpected(parser, token, context);
        }
        give_back(parser, token);
        if (pipeline->count == capacity) {
            capacity = capacity ? capacity * 2 : 2;
            struct command *grown = arena_new(parser->arena, struct command, capacity);
            if (pipeline->count)
                memcpy(grown, commands, pipeline->count * sizeof *grown);
            commands = grown;
        }
        bool more;
        if (!parse_command(parser, &commands[pipeline->count], &more))
            return false;
        pipeline->count++;
        (void)more; /* Go, too, takes a bar at the end for nothing */
    }
}

/* ---- instructions ---- */

static struct instruction *emit(struct parser *parser, enum instruction_kind kind, struct span span)
{
    struct code *code = parser->code;
    if (code->count == code->capacity) {
        code->capacity = code->capacity ? code->capacity * 2 : 32;
        struct instruction *grown = arena_new(parser->arena, struct instruction, code->capacity);
        if (code->count)
            memcpy(grown, code->items, code->count * sizeof *grown);
        code->items = grown;
    }
    struct instruction *instruction = &code->items[code->count++];
    *instruction = (struct instruction){.kind = (uint8_t)kind, .span = span};
    return instruction;
}

/* Points every jump of a chain to the next instruction. */
static void patch_here(struct parser *parser, uint32_t *chain)
{
    while (*chain != NO_JUMP) {
        struct instruction *jump = &parser->code->items[*chain];
        *chain = jump->target;
        jump->target = parser->code->count;
    }
}

static void emit_chained(struct parser *parser, enum instruction_kind kind, struct span span, uint32_t *chain)
{
    uint32_t place = parser->code->count;
    emit(parser, kind, span)->target = *chain;
    *chain = place;
}

static struct open *push_open(struct parser *parser, enum open_kind kind, size_t offset)
{
    struct open *open = arena_new(parser->arena, struct open, 1);
    *open = (struct open){.kind = kind, .false_jump = NO_JUMP, .end_jumps = NO_JUMP, .breaks = NO_JUMP,
                          .continues = NO_JUMP, .variables = parser->variable_count, .outer = parser->open};
    open->span = span_from(parser, offset);
    parser->open = open;
    return open;
}

/* Starts to write another definition: `name`, or the whole template. */
static void begin_definition(struct parser *parser, struct open *open, struct slice name)
{
    open->code = parser->code;
    open->variable_base = parser->variable_base;
    open->range_depth = parser->range_depth;
    open->name = name;
    parser->code = arena_new(parser->arena, struct code, 1);
    parser->code->name = name;
    parser->variable_base = parser->variable_count;
    know_variable(parser, VARIABLE_ROOT);
    parser->range_depth = 0;
}

/* A definition of nothing but white space gives way to another of its name. */
static bool is_blank(const struct instruction *code, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (code[i].kind != DO_RETURN && (code[i].kind != DO_TEXT || letter_trim(code[i].text).length))
            return false;
    return true;
}

static bool add_definition(struct parser *parser, size_t offset)
{
    struct code *code = parser->code;
    emit(parser, DO_RETURN, span_from(parser, offset));
    struct definition *definition = parser->definitions;
    while (definition && !slice_equal(definition->name, code->name))
        definition = definition->next;
    if (!definition) {
        definition = arena_new(parser->arena, struct definition, 1);
        definition->name = code->name;
        *parser->definitions_end = definition;
        parser->definitions_end = &definition->next;
    } else if (!is_blank(definition->code, definition->count)) {
        return is_blank(code->items, code->count) ||
               fail(parser, offset, "multiple definition of template \"%.*s\"", code->name);
    }
    definition->code = code->items;
    definition->count = code->count;
    return true;
}

static bool parse_name(struct parser *parser, const char *context, struct slice *ret_name)
{
    struct token token = next_word(parser);
    if (token.kind != TOKEN_STRING && token.kind != TOKEN_RAW_STRING)
        return unexpected(parser, token, context);
    return quote_read(parser->arena, token.text, ret_name) ||
           fail(parser, token.offset, "invalid syntax in the string %.*s", token.text);
}

static bool parse_condition(struct parser *parser, enum open_kind kind, bool is_else, size_t offset)
{
    static const char *const contexts[] = {"if", "with", "range"};
    static const enum instruction_kind kinds[][2] = {
        {DO_IF, DO_ELSE_IF}, {DO_WITH, DO_ELSE_WITH}, {DO_RANGE, DO_RANGE}};
    struct open *open = is_else ? parser->open : push_open(parser, kind, offset);
    struct pipeline *pipeline;
    if (!parse_pipeline(parser, contexts[kind], TOKEN_RIGHT, &pipeline))
        return false;
    open->false_jump = parser->code->count;
    struct instruction *instruction = emit(parser, kinds[kind][is_else], pipeline->span);
    instruction->pipeline = pipeline;
    instruction->target = NO_JUMP;
    open->body = parser->code->count;
    if (kind == OPEN_RANGE)
        parser->range_depth++;
    return true;
}

/* The end of a range's body: the next element, or out of it past what {{ else }} holds. */
static void close_body(struct parser *parser, struct open *open)
{
    if (open->kind == OPEN_RANGE) {
        parser->range_depth--;
        patch_here(parser, &open->continues);
        emit(parser, DO_NEXT, open->span)->target = open->body;
    }
}

static bool parse_else(struct parser *parser, size_t offset)
{
    struct open *open = parser->open;
    struct token token = peek_word(parser);
    if (token.kind != TOKEN_IF && token.kind != TOKEN_WITH && !expect(parser, TOKEN_RIGHT, "else"))
        return false;
    if (!open || open->kind == OPEN_BLOCK || open->kind == OPEN_DEFINE)
        return fail(parser, offset, "unexpected {{else}}%.*s", SLICE(""));
    if (open->in_else)
        return fail(parser, offset, "expected end; found {{else}}%.*s", SLICE(""));
    bool chained =
        (token.kind == TOKEN_IF && open->kind == OPEN_IF) || (token.kind == TOKEN_WITH && open->kind == OPEN_WITH);
    if (!chained && (token.kind == TOKEN_IF || token.kind == TOKEN_WITH))
        return unexpected(parser, token, "input");
    close_body(parser, open);
    emit_chained(parser, DO_JUMP, open->span, &open->end_jumps);
    patch_here(parser, &open->false_jump);
    if (!chained) {
        open->in_else = true;
        return true;
    }
    next_word(parser);
    return parse_condition(parser, open->kind, true, offset);
}

static bool parse_end(struct parser *parser, size_t offset)
{
    struct open *open = parser->open;
    if (!expect(parser, TOKEN_RIGHT, "end"))
        return false;
    if (!open)
        return fail(parser, offset, "unexpected {{end}}%.*s", SLICE(""));
    parser->open = open->outer;
    if (open->kind == OPEN_BLOCK || open->kind == OPEN_DEFINE) {
        if (!add_definition(parser, offset))
            return false;
        parser->code = open->code;
        parser->variable_base = open->variable_base;
        parser->range_depth = open->range_depth;
        parser->variable_count = open->variables;
        if (open->kind == OPEN_BLOCK) {
            struct instruction *instruction = emit(parser, DO_TEMPLATE, open->span);
            instruction->pipeline = open->pipeline;
            instruction->text = open->name;
        }
        return true;
    }
    if (!open->in_else)
        close_body(parser, open);
    patch_here(parser, &open->false_jump);
    patch_here(parser, &open->end_jumps);
    patch_here(parser, &open->breaks);
    emit(parser, DO_CLOSE, span_from(parser, offset));
    parser->variable_count = open->variables;
    return true;
}

static bool parse_jump(struct parser *parser, struct token token)
{
    bool is_break = token.kind == TOKEN_BREAK;
    if (!expect(parser, TOKEN_RIGHT, is_break ? "{{break}}" : "{{continue}}"))
        return false;
    if (!parser->range_depth)
        return fail(parser, token.offset, "{{%.*s}} outside {{range}}", token.text);
    /* In Go a break in a range's {{ else }} leaves that range and no other; a continue there means the loop around. */
    struct open *open = parser->open;
    uint32_t closes = 0;
    for (; open->kind != OPEN_RANGE || (open->in_else && !is_break); open = open->outer)
        closes++;
    emit_chained(parser, is_break ? DO_BREAK : DO_CONTINUE, span_from(parser, token.offset),
                 is_break ? &open->breaks : &open->continues);
    parser->code->items[parser->code->count - 1].closes = closes;
    return true;
}

static bool parse_template_call(struct parser *parser, size_t offset)
{
    static const char context[] = "template clause";
    struct slice name;
    if (!parse_name(parser, context, &name))
        return false;
    struct pipeline *pipeline = NULL;
    struct token token = next_word(parser);
    if (token.kind != TOKEN_RIGHT) {
        give_back(parser, token);
        if (!parse_pipeline(parser, context, TOKEN_RIGHT, &pipeline))
            return false;
    }
    struct instruction *instruction = emit(parser, DO_TEMPLATE, span_from(parser, offset));
    instruction->pipeline = pipeline;
    instruction->text = name;
    return true;
}

static bool parse_block(struct parser *parser, size_t offset)
{
    struct slice name;
    struct pipeline *pipeline;
    if (!parse_name(parser, "block clause", &name) || !parse_pipeline(parser, "block clause", TOKEN_RIGHT, &pipeline))
        return false;
    struct open *open = push_open(parser, OPEN_BLOCK, offset);
    open->pipeline = pipeline;
    begin_definition(parser, open, name);
    return true;
}

static bool parse_define(struct parser *parser, size_t offset)
{
    struct slice name;
    if (parser->open)
        return fail(parser, offset, "unexpected <define> in command%.*s", SLICE(""));
    if (!parse_name(parser, "define clause", &name) || !expect(parser, TOKEN_RIGHT, "define clause"))
        return false;
    begin_definition(parser, push_open(parser, OPEN_DEFINE, offset), name);
    return true;
}

static bool parse_action(struct parser *parser)
{
    struct token token = next_word(parser);
    switch (token.kind) {
    case TOKEN_DEFINE:
        return parse_define(parser, token.offset);
    case TOKEN_BLOCK:
        return parse_block(parser, token.offset);
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
        return parse_jump(parser, token);
    case TOKEN_ELSE:
        return parse_else(parser, token.offset);
    case TOKEN_STOP:
        return parse_end(parser, token.offset);
    case TOKEN_IF:
        return parse_condition(parser, OPEN_IF, false, token.offset);
    case TOKEN_WITH:
        return parse_condition(parser, OPEN_WITH, false, token.offset);
    case TOKEN_RANGE:
        return parse_condition(parser, OPEN_RANGE, false, token.offset);
    case TOKEN_TEMPLATE:
        return parse_template_call(parser, token.offset);
    default:
        give_back(parser, token);
        struct pipeline *pipeline;
        if (!parse_pipeline(parser, "command", TOKEN_RIGHT, &pipeline))
            return false;
        emit(parser, DO_ACTION, pipeline->span)->pipeline = pipeline;
        return true;
    }
}

static bool parse_all(struct parser *parser)
{
    for (;;) {
        struct token token = next_word(parser);
        switch (token.kind) {
        case TOKEN_TEXT:
            emit(parser, DO_TEXT, span_from(parser, token.offset))->text = token.text;
            break;
        case TOKEN_LEFT:
            if (!parse_action(parser))
                return false;
            break;
        case TOKEN_END:
            if (parser->open)
                return error_at(parser->error, ERROR_SYNTAX, parser->source, parser->open->span.start,
                                "unexpected end of the template: this has no {{end}}");
            return add_definition(parser, token.offset);
        default:
            return unexpected(parser, token, "input");
        }
    }
}

static void resolve_calls(struct template *parsed)
{
    for (struct definition *caller = parsed->definitions; caller; caller = caller->next)
        for (uint32_t i = 0; i < caller->count; i++) {
            struct instruction *instruction = &caller->code[i];
            if (instruction->kind != DO_TEMPLATE)
                continue;
            const struct definition *callee = parsed->definitions;
            while (callee && !slice_equal(callee->name, instruction->text))
                callee = callee->next;
            instruction->callee = callee;
        }
}

bool template_parse(struct arena *arena, const struct source *source, const struct template_options *options,
                    const struct template **ret_template, struct error *error)
{
    if (source->text.length >= UINT32_MAX)
        return error_set(error, ERROR_LIMIT, (struct position){.file = source->name},
                         "a template of 4 GiB is too large");
    struct template_options defaults = {.dialect = TEMPLATE_ISTIO};
    if (!options)
        options = &defaults;
    struct template *parsed = arena_new(arena, struct template, 1);
    parsed->source = *source;
    struct parser parser = {.arena = arena, .error = error, .source = &parsed->source, .dialect = options->dialect};
    parser.lexer = (struct lexer){.source = &parsed->source, .error = error};
    parser.lexer.left = options->left.length ? options->left : SLICE("{{");
    parser.lexer.right = options->right.length ? options->right : SLICE("}}");
    parser.definitions_end = &parser.definitions;
    parser.code = arena_new(arena, struct code, 1);
    parser.code->name =
        SLICE("inject"); /* the name that Istio gives its templates: {{ template "inject" }} is recursion */
    know_variable(&parser, intern(&parser, SLICE("$")));
    if (!parse_all(&parser))
        return false;
    parsed->definitions = parser.definitions;
    for (const struct definition *definition = parser.definitions; definition; definition = definition->next)
        if (slice_equal(definition->name, parser.code->name))
            parsed->main = definition;
    parsed->variable_names = parser.names;
    parsed->variable_count = parser.name_count;
    resolve_calls(parsed);
    *ret_template = parsed;
    return true;
}
