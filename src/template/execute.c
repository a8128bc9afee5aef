#include "template/template.h"
#include "template/container.h"
#include "template/execution.h"
#include "template/print.h"
#include "template/record.h"
#include "template/regex.h"
#include <stdarg.h>
#include <stdio.h>

enum {
    DEFAULT_STEPS = 10 * 1000 * 1000,
    DEFAULT_CALL_DEPTH = 100 * 1000,
    DEFAULT_TEXT_BYTES = 10 * 1000 * 1000,
    DEFAULT_ITEMS = 1000 * 1000,
    DEFAULT_MEMORY_BYTES = 512 * 1024 * 1024,
};

/* What {{ end }}, or the end of a called template, goes back to. These stand in a list of their own and not on the C
 * stack, so that neither nesting nor recursion can drive an execution off it. */
struct frame {
    size_t variables; /* how many there were */
    struct template_value dot;
    union {
        struct {
            struct template_value subject;
            struct template_map_entry *entries; /* of maps */
            size_t at, count;
            const struct pipeline *pipeline;
            size_t body_variables; /* the loop's own included */
            uint16_t element_place;
        };
        struct {
            const struct definition *definition;
            uint32_t next;
            size_t variable_base;
        };
    };
};

/* ---- errors ---- */

static bool fail_at(struct execution *execution, enum error_code code, const char *prefix, struct slice name,
                    const char *format, va_list arguments)
{
    char message[400];
    vsnprintf(message, sizeof message, format, arguments);
    const struct source *source = &execution->parsed->source;
    struct slice text = slice_range(source->text, execution->span.start, execution->span.end);
    bool is_long = text.length > 60;
    text = slice_range(text, 0, 60);
    size_t line_end = slice_find_byte(text, '\n');
    if (line_end != SLICE_NONE) {
        text.length = line_end;
        is_long = true;
    }
    if (execution->current == execution->parsed->main)
        return error_at(execution->error, code, source, execution->span.start, "at <%.*s%s>: %s%.*s%s%s",
                        SLICE_ARGS(text), is_long ? "..." : "", prefix, SLICE_ARGS(name), name.length ? ": " : "",
                        message);
    return error_at(execution->error, code, source, execution->span.start, "in \"%.*s\" at <%.*s%s>: %s%.*s%s%s",
                    SLICE_ARGS(execution->current->name), SLICE_ARGS(text), is_long ? "..." : "", prefix,
                    SLICE_ARGS(name), name.length ? ": " : "", message);
}

bool execution_fail(struct execution *execution, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)!fail_at(execution, ERROR_VALUE, "", (struct slice){0}, format, arguments);
    va_end(arguments);
    return false;
}

bool execution_fail_limit(struct execution *execution, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)!fail_at(execution, ERROR_LIMIT, "", (struct slice){0}, format, arguments);
    va_end(arguments);
    return false;
}

bool call_fail(struct call *call, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)!fail_at(call->execution, ERROR_VALUE, "error calling ", call->function->name, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- limits and texts ---- */

static bool check_memory(struct execution *execution)
{
    if (LIKELY(execution->arena->used - execution->memory_start <= execution->limits.memory_bytes))
        return true;
    return execution_fail_limit(execution, "the template takes more than %zu bytes of memory",
                                execution->limits.memory_bytes);
}

bool execution_allows_text(struct execution *execution, size_t length, size_t times)
{
    size_t total;
    if (!__builtin_mul_overflow(length, times, &total) && total <= execution->limits.text_bytes)
        return true;
    return execution_fail_limit(execution, "a text of more than %zu bytes", execution->limits.text_bytes);
}

bool execution_allows_items(struct execution *execution, size_t count)
{
    if (count <= execution->limits.items)
        return execution_step(execution, count);
    return execution_fail_limit(execution, "a list of more than %zu items", execution->limits.items);
}

size_t scratch_begin(struct execution *execution)
{
    return execution->scratch.length;
}

bool scratch_end(struct execution *execution, size_t begin, struct slice *ret_text)
{
    if (execution->scratch.overflowed || execution->scratch.length - begin > execution->limits.text_bytes)
        return execution_fail_limit(execution, "a text of more than %zu bytes", execution->limits.text_bytes);
    *ret_text = arena_copy(execution->arena, slice_from_offset(buffer_slice(&execution->scratch), begin));
    execution->scratch.length = begin;
    return true;
}

bool scratch_end_value(struct execution *execution, size_t begin, struct template_value *ret)
{
    struct slice text;
    if (!scratch_end(execution, begin, &text))
        return false;
    *ret = template_from_string(text);
    return true;
}

/* ---- variables ---- */

static void push_variable(struct execution *execution, uint32_t name, const struct template_value *value)
{
    if (execution->variable_count == execution->variable_capacity) {
        execution->variable_capacity *= 2;
        struct variable *grown = arena_take(execution->arena, execution->variable_capacity * sizeof *grown);
        memcpy(grown, execution->variables, execution->variable_count * sizeof *grown);
        execution->variables = grown;
    }
    execution->variables[execution->variable_count++] = (struct variable){name, *value};
}

static struct variable *find_variable(struct execution *execution, uint32_t name)
{
    for (size_t i = execution->variable_count; i-- > execution->variable_base;)
        if (execution->variables[i].name == name)
            return &execution->variables[i];
    struct slice text = execution->parsed->variable_names[name];
    (void)!execution_fail(execution, "undefined variable: %.*s", SLICE_ARGS(text));
    return NULL;
}

static bool set_variable(struct execution *execution, uint32_t name, const struct template_value *value)
{
    struct variable *variable = find_variable(execution, name);
    if (variable)
        variable->value = *value;
    return variable != NULL;
}

/* ---- pipelines ---- */

static bool evaluate_operand(struct execution *execution, const struct template_value *dot,
                             const struct operand *operand, const struct command *command,
                             const struct template_value *final, struct template_value *ret);
static bool evaluate_fields(struct execution *execution, const struct template_value *dot,
                            const struct operand *operand, const struct command *command,
                            const struct template_value *final, struct template_value *ret);

/* A constant where a parameter of a certain type wants it. */
static bool constant_argument(struct execution *execution, enum parameter parameter, const struct operand *operand,
                              struct template_value *ret)
{
    static const char *const wanted[] = {[TAKES_STRING] = "string", [TAKES_INT] = "integer",
                                         [TAKES_UINT32] = "unsigned integer", [TAKES_FLOAT] = "float",
                                         [TAKES_BOOL] = "bool"};
    struct slice text = slice_range(execution->parsed->source.text, operand->span.start, operand->span.end);
    switch (parameter) {
    case TAKES_ANY:
    case TAKES_VALUE:
        if (operand->constant.kind == TEMPLATE_NONE)
            return execution_fail(execution, "%.*s overflows int", SLICE_ARGS(text));
        *ret = operand->constant;
        return true;
    case TAKES_STRING:
        *ret = operand->constant;
        if (ret->kind == TEMPLATE_STRING)
            return true;
        break;
    case TAKES_BOOL:
        *ret = operand->constant;
        if (ret->kind == TEMPLATE_BOOL)
            return true;
        break;
    case TAKES_INT:
        *ret = template_from_int(operand->integer);
        if (operand->number & NUMBER_IS_INT)
            return true;
        break;
    case TAKES_UINT32:
        *ret = (struct template_value){.kind = TEMPLATE_UINT32, .natural = (uint32_t)operand->natural};
        if (operand->number & NUMBER_IS_UINT)
            return true;
        break;
    case TAKES_FLOAT:
        *ret = template_from_double(operand->real);
        if (operand->number & NUMBER_IS_FLOAT)
            return true;
        break;
    default:
        return execution_fail(execution, "can't handle %.*s for arg of type %s", SLICE_ARGS(text),
                              parameter_type_name(parameter));
    }
    return execution_fail(execution, "expected %s; found %.*s", wanted[parameter], SLICE_ARGS(text));
}

static bool evaluate_argument(struct execution *execution, const struct template_value *dot, enum parameter parameter,
                              const struct operand *operand, struct template_value *ret)
{
    execution->span = operand->span;
    switch ((enum operand_kind)operand->kind) {
    case OPERAND_CONSTANT:
        return constant_argument(execution, parameter, operand, ret);
    case OPERAND_NIL:
        *ret = TEMPLATE_NO_VALUE;
        if (parameter == TAKES_STRING || parameter == TAKES_INT || parameter == TAKES_UINT32 ||
            parameter == TAKES_FLOAT || parameter == TAKES_BOOL || parameter == TAKES_TIME ||
            parameter == TAKES_METADATA || parameter == TAKES_GO_DURATION)
            return execution_fail(execution, "cannot assign nil to %s", parameter_type_name(parameter));
        return argument_fit(execution, parameter, ret);
    case OPERAND_DOT:
        *ret = *dot;
        record_close(execution, ret);
        return argument_fit(execution, parameter, ret);
    default:
        if (!evaluate_operand(execution, dot, operand, NULL, NULL, ret))
            return false;
        execution->span = operand->span;
        return argument_fit(execution, parameter, ret);
    }
}

/* A part of the root is left open, for a user that notes what it reads of it. */
static bool evaluate_open(struct execution *execution, const struct template_value *dot, const struct operand *operand,
                          struct template_value *ret)
{
    struct template_value base = TEMPLATE_NO_VALUE;
    execution->span = operand->span;
    if (operand->kind == OPERAND_DOT || operand->kind == OPERAND_FIELD) {
        base = *dot;
    } else if (operand->kind == OPERAND_VARIABLE) {
        const struct variable *variable = find_variable(execution, operand->variable);
        if (!variable)
            return false;
        base = variable->value;
    }
    if (!base.place) {
        bool done = evaluate_operand(execution, dot, operand, NULL, NULL, ret);
        execution->span = operand->span;
        return done;
    }
    uint16_t place = record_fields(execution, &base, operand->fields, operand->field_count);
    base.place = 0;
    if (operand->field_count && !evaluate_fields(execution, dot, operand, NULL, NULL, &base))
        return false;
    *ret = base;
    ret->place = place;
    return true;
}

static bool wrong_count(struct execution *execution, const struct template_function *function, size_t wanted,
                        size_t got)
{
    return execution_fail(execution, "wrong number of args for %.*s: want %s%zu got %zu", SLICE_ARGS(function->name),
                          function->flags & FUNCTION_VARIADIC ? "at least " : "", wanted, got);
}

/* {{ and }} and {{ or }} stop at the argument that decides. */
static bool evaluate_logic(struct execution *execution, const struct template_value *dot,
                           const struct template_function *function, const struct operand *arguments, size_t count,
                           const struct template_value *final, struct template_value *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (!evaluate_argument(execution, dot, TAKES_VALUE, &arguments[i], ret))
            return false;
        if (value_is_true(ret) == ((function->flags & FUNCTION_OR) != 0))
            return true;
    }
    if (final)
        *ret = *final;
    return true;
}

static bool run_function(struct execution *execution, struct call *call, struct template_value *ret)
{
    struct template_value result = TEMPLATE_NO_VALUE;
    if (!execution_step(execution, 1) || !call->function->run(call, &result) || !check_memory(execution))
        return false;
    if (call->function->flags & FUNCTION_GIVES_ANY) {
        result.boxed = true;
        if (result.kind == TEMPLATE_NONE)
            result.kind = TEMPLATE_NIL;
    }
    *ret = result;
    return true;
}

enum { FEW_ARGUMENTS = 6 };

/* Calls a function with arguments as they stand in the source, the receiver of a method before them, and the value
 * that comes down the pipeline behind them. */
static bool evaluate_call(struct execution *execution, const struct template_value *dot,
                          const struct template_function *function, const struct template_value *receiver,
                          const struct command *command, const struct template_value *final, struct template_value *ret)
{
    const struct operand *operands = command ? command->operands + 1 : NULL;
    size_t written = command ? command->count - 1 : 0;
    size_t before = receiver != NULL, count = before + written + (final != NULL);
    struct span span = execution->span;
    size_t fixed = function->flags & FUNCTION_VARIADIC ? function->count - 1u : function->count;
    if (count < fixed || (count > fixed && !(function->flags & FUNCTION_VARIADIC)))
        return wrong_count(execution, function, fixed - before,
                           function->flags & FUNCTION_VARIADIC ? written : count - before);
    if (function->flags & (FUNCTION_AND | FUNCTION_OR))
        return evaluate_logic(execution, dot, function, operands, written, final, ret);
    struct template_value few[FEW_ARGUMENTS];
    struct template_value *arguments = count <= FEW_ARGUMENTS ? few : arena_take(execution->arena, count * sizeof *few);
    bool notes = UNLIKELY(execution->run->recording != NULL) && function->note;
    if (receiver)
        arguments[0] = *receiver;
    for (size_t i = before; i < count; i++) {
        enum parameter parameter = function->parameters[i < function->count ? i : function->count - 1u];
        if (i < before + written) {
            const struct operand *operand = &operands[i - before];
            bool is_data = operand->kind == OPERAND_FIELD || operand->kind == OPERAND_VARIABLE;
            if (notes && is_data
                    ? !evaluate_open(execution, dot, operand, &arguments[i]) ||
                          !argument_fit(execution, parameter, &arguments[i])
                    : !evaluate_argument(execution, dot, parameter, operand, &arguments[i]))
                return false;
        } else {
            execution->span = span;
            arguments[i] = *final;
            if (!argument_fit(execution, parameter, &arguments[i]))
                return false;
        }
    }
    execution->span = span;
    struct call call = {execution, function, arguments, count, {NULL, 0}};
    if (function->flags & FUNCTION_CALL && written)
        call.first = slice_range(execution->parsed->source.text, operands[0].span.start, operands[0].span.end);
    if (notes) {
        function->note(&call);
        for (size_t i = 0; i < count; i++)
            record_close(execution, &arguments[i]);
    }
    return run_function(execution, &call, ret);
}

/* The last field of a chain may be a method with arguments. */
static bool evaluate_last_field(struct execution *execution, const struct template_value *dot,
                                const struct template_value *receiver, struct slice name, const struct command *command,
                                const struct template_value *final, struct template_value *ret)
{
    bool has_arguments = (command && command->count > 1) || final;
    if (!has_arguments)
        return evaluate_field(execution, receiver, name, ret);
    struct template_value target = value_unbox(*receiver);
    const struct template_function *method = method_find(&target, name);
    if (method)
        return evaluate_call(execution, dot, method, &target, command, final, ret);
    bool found;
    struct template_value ignored;
    if (!evaluate_getter(execution, &target, name, &found, &ignored))
        return false;
    if (found)
        return execution_fail(execution, "wrong number of args for %.*s: want 0 got %u", SLICE_ARGS(name),
                              (command ? command->count - 1 : 0) + (final ? 1 : 0));
    if (target.kind == TEMPLATE_NONE && !receiver->boxed) { /* a field of nothing is nothing */
        *ret = TEMPLATE_NO_VALUE;
        return true;
    }
    if (value_is_map(&target))
        return execution_fail(execution, "%.*s is not a method but has arguments", SLICE_ARGS(name));
    if (!evaluate_field(execution, receiver, name, ret))
        return false;
    return execution_fail(execution, "%.*s has arguments but cannot be invoked as function", SLICE_ARGS(name));
}

static bool evaluate_fields(struct execution *execution, const struct template_value *dot,
                            const struct operand *operand, const struct command *command,
                            const struct template_value *final, struct template_value *ret)
{
    if (UNLIKELY(ret->place)) {
        record_whole(execution, record_fields(execution, ret, operand->fields, operand->field_count));
        ret->place = 0;
    }
    for (uint32_t i = 0; i + 1 < operand->field_count; i++)
        if (!evaluate_field(execution, ret, operand->fields[i], ret))
            return false;
    struct template_value receiver = *ret;
    return evaluate_last_field(execution, dot, &receiver, operand->fields[operand->field_count - 1], command, final,
                               ret);
}

static bool takes_no_argument(struct execution *execution, const struct operand *operand, const struct command *command,
                              const struct template_value *final)
{
    if ((!command || command->count <= 1) && !final)
        return true;
    struct slice text = slice_range(execution->parsed->source.text, operand->span.start, operand->span.end);
    return execution_fail(execution, "can't give argument to non-function %.*s", SLICE_ARGS(text));
}

/* An operand; as the first one of a command (which may be NULL) it takes the others as arguments. */
static bool evaluate_operand(struct execution *execution, const struct template_value *dot,
                             const struct operand *operand, const struct command *command,
                             const struct template_value *final, struct template_value *ret)
{
    execution->span = operand->span;
    switch ((enum operand_kind)operand->kind) {
    case OPERAND_FIELD:
        *ret = *dot;
        return evaluate_fields(execution, dot, operand, command, final, ret);
    case OPERAND_VARIABLE: {
        const struct variable *variable = find_variable(execution, operand->variable);
        if (!variable)
            return false;
        *ret = variable->value;
        if (operand->field_count)
            return evaluate_fields(execution, dot, operand, command, final, ret);
        record_close(execution, ret);
        return takes_no_argument(execution, operand, command, final);
    }
    case OPERAND_FUNCTION:
        if (command)
            execution->span = command->span;
        return evaluate_call(execution, dot, operand->function, NULL, command, final, ret);
    case OPERAND_CHAIN:
        if (!evaluate_call(execution, dot, operand->function, NULL, NULL, NULL, ret))
            return false;
        return evaluate_fields(execution, dot, operand, command, final, ret);
    case OPERAND_PIPELINE:
        if (!operand->field_count && !takes_no_argument(execution, operand, command, final))
            return false;
        if (!evaluate_pipeline(execution, dot, operand->pipeline, ret))
            return false;
        execution->span = operand->span;
        return !operand->field_count || evaluate_fields(execution, dot, operand, command, final, ret);
    case OPERAND_NIL:
        return takes_no_argument(execution, operand, command, final) &&
               execution_fail(execution, "nil is not a command");
    case OPERAND_DOT:
        *ret = *dot;
        record_close(execution, ret);
        return takes_no_argument(execution, operand, command, final);
    case OPERAND_CONSTANT:
        *ret = operand->constant;
        return takes_no_argument(execution, operand, command, final) &&
               constant_argument(execution, TAKES_ANY, operand, ret);
    }
    return false;
}

static bool declare(struct execution *execution, const struct pipeline *pipeline, const struct template_value *value)
{
    for (uint8_t i = 0; i < pipeline->declared; i++) {
        if (!pipeline->assigns)
            push_variable(execution, pipeline->variables[i], value);
        else if (!set_variable(execution, pipeline->variables[i], value))
            return false;
    }
    return true;
}

/* What only names a part of the root is left open. */
static bool evaluate_pipeline_open(struct execution *execution, const struct template_value *dot,
                                   const struct pipeline *pipeline, struct template_value *ret)
{
    if (LIKELY(!execution->run->recording) || pipeline->count != 1 || pipeline->commands[0].count != 1)
        return evaluate_pipeline(execution, dot, pipeline, ret);
    struct template_value value = TEMPLATE_NO_VALUE;
    if (!evaluate_open(execution, dot, &pipeline->commands[0].operands[0], &value))
        return false;
    value = value_unbox(value);
    *ret = value;
    return declare(execution, pipeline, &value);
}

bool evaluate_pipeline(struct execution *execution, const struct template_value *dot, const struct pipeline *pipeline,
                       struct template_value *ret)
{
    struct template_value value = TEMPLATE_NO_VALUE, final;
    for (uint32_t i = 0; i < pipeline->count; i++) {
        const struct command *command = &pipeline->commands[i];
        if (i)
            final = value;
        if (!evaluate_operand(execution, dot, &command->operands[0], command, i ? &final : NULL, &value))
            return false;
        value.boxed = false; /* an interface{} gives way to what is in it */
        if (value.kind == TEMPLATE_NIL)
            value.kind = TEMPLATE_NONE;
    }
    *ret = value;
    return declare(execution, pipeline, &value);
}

/* ---- instructions ---- */

static struct frame *push_frame(struct execution *execution, const struct template_value *dot)
{
    if (execution->frame_count == execution->frame_capacity) {
        execution->frame_capacity *= 2;
        struct frame *grown = arena_take(execution->arena, execution->frame_capacity * sizeof *grown);
        memcpy(grown, execution->frames, execution->frame_count * sizeof *grown);
        execution->frames = grown;
    }
    struct frame *frame = &execution->frames[execution->frame_count++];
    frame->variables = execution->variable_count;
    frame->dot = *dot;
    return frame;
}

static bool range_subject(struct execution *execution, struct frame *frame, const struct template_value *value)
{
    frame->subject = *value;
    frame->at = 0;
    frame->entries = NULL;
    if (value->pointer && !value->is_nil)
        frame->subject.pointer = false;
    switch (frame->subject.pointer ? TEMPLATE_ROOT : (enum template_kind)value->kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
        frame->count = 0;
        return true;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_UINT64:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        if (frame->pipeline->declared > 1)
            return execution_fail(execution, "can't use an integer to iterate over more than one variable");
        frame->count = value->kind != TEMPLATE_UINT64 && value->integer < 0 ? 0 : (size_t)value->natural;
        return true;
    case TEMPLATE_LIST:
    case TEMPLATE_TREE_LIST:
        frame->count = value_count(execution, &frame->subject);
        return true;
    case TEMPLATE_MAP:
    case TEMPLATE_TREE_MAP:
        frame->entries = map_entries(execution, &frame->subject, &frame->count);
        return true;
    default: {
        struct slice text;
        size_t begin = scratch_begin(execution);
        print_value(execution, &execution->scratch, value);
        execution->scratch.length = execution->scratch.length - begin > 60 ? begin + 60 : execution->scratch.length;
        return scratch_end(execution, begin, &text) &&
               execution_fail(execution, "range can't iterate over %.*s", SLICE_ARGS(text));
    }
    }
}

/* Sets the dot and the loop's variables to element number frame->at. */
static bool range_element(struct execution *execution, struct frame *frame, struct template_value *dot)
{
    struct template_value element, index = TEMPLATE_NO_VALUE;
    size_t at = frame->at++;
    if (frame->entries) {
        element = frame->entries[at].value;
        index = template_from_string(frame->entries[at].key);
    } else if (value_is_list(&frame->subject)) {
        element = list_get(execution, &frame->subject, at);
        index = template_from_int((int64_t)at);
    } else {
        element = frame->subject;
        element.natural = at;
    }
    element.place = frame->element_place;
    execution->variable_count = frame->body_variables;
    const struct pipeline *pipeline = frame->pipeline;
    if (pipeline->declared && pipeline->assigns) {
        if (!set_variable(execution, pipeline->variables[0], pipeline->declared > 1 ? &index : &element) ||
            (pipeline->declared > 1 && !set_variable(execution, pipeline->variables[1], &element)))
            return false;
    } else if (pipeline->declared) {
        execution->variables[frame->body_variables - 1].value = element;
        if (pipeline->declared > 1)
            execution->variables[frame->body_variables - 2].value = index;
    }
    *dot = element;
    return true;
}

/* Of a list that has elements each one is left open. Declared variables get them before anybody sees the list there. */
static void range_open(struct execution *execution, struct frame *frame, struct template_value *value)
{
    bool is_list = value->kind == TEMPLATE_TREE_LIST && !value->pointer && !value->is_nil;
    if (is_list && tree_count(value->tree))
        frame->element_place = record_each(execution, value->place);
    else
        record_whole(execution, value->place);
    value->place = 0;
}

static bool begin_range(struct execution *execution, const struct instruction *instruction, struct template_value *dot,
                        uint32_t *next)
{
    struct template_value value;
    size_t place = execution->frame_count;
    push_frame(execution, dot);
    if (!evaluate_pipeline_open(execution, dot, instruction->pipeline, &value))
        return false;
    struct frame *frame = &execution->frames[place];
    frame->element_place = 0;
    if (UNLIKELY(value.place))
        range_open(execution, frame, &value);
    frame->pipeline = instruction->pipeline;
    frame->body_variables = execution->variable_count;
    execution->span = instruction->span;
    if (!range_subject(execution, frame, &value))
        return false;
    if (frame->count)
        return range_element(execution, frame, dot);
    *next = instruction->target;
    return true;
}

static bool begin_call(struct execution *execution, const struct instruction *instruction, struct template_value *dot,
                       uint32_t *next)
{
    execution->span = instruction->span;
    if (!instruction->callee)
        return execution_fail(execution, "template \"%.*s\" not defined", SLICE_ARGS(instruction->text));
    if (execution->call_depth == execution->limits.call_depth)
        return execution_fail_limit(execution, "exceeded maximum template depth (%u)", execution->limits.call_depth);
    struct template_value argument = TEMPLATE_NO_VALUE;
    if (instruction->pipeline && !evaluate_pipeline_open(execution, dot, instruction->pipeline, &argument))
        return false;
    struct frame *frame = push_frame(execution, dot);
    frame->definition = execution->current;
    frame->next = *next;
    frame->variable_base = execution->variable_base;
    execution->call_depth++;
    execution->current = instruction->callee;
    execution->variable_base = execution->variable_count;
    push_variable(execution, VARIABLE_ROOT, &argument);
    *dot = argument;
    *next = 0;
    return true;
}

static void close_scope(struct execution *execution, struct template_value *dot)
{
    const struct frame *frame = &execution->frames[--execution->frame_count];
    execution->variable_count = frame->variables;
    *dot = frame->dot;
}

static bool condition(struct execution *execution, const struct instruction *instruction, struct template_value *dot,
                      uint32_t *next)
{
    struct template_value value;
    if (!evaluate_pipeline_open(execution, dot, instruction->pipeline, &value))
        return false;
    /* Whether a struct is true shows without a look into it. */
    if (UNLIKELY(value.place) && value.kind != TEMPLATE_STRUCT && value.kind != TEMPLATE_ROOT)
        record_close(execution, &value);
    if (!value_is_true(&value))
        *next = instruction->target;
    else if (instruction->kind == DO_WITH || instruction->kind == DO_ELSE_WITH)
        *dot = value;
    return true;
}

static bool do_action(struct execution *execution, const struct instruction *instruction,
                      const struct template_value *dot)
{
    struct template_value value;
    const struct pipeline *pipeline = instruction->pipeline;
    if (!(pipeline->declared ? evaluate_pipeline_open : evaluate_pipeline)(execution, dot, pipeline, &value))
        return false;
    if (pipeline->declared)
        return true;
    if (LIKELY(value.kind == TEMPLATE_STRING && !value.pointer)) {
        buffer_add_slice(execution->out, value.string);
        return true;
    }
    execution->span = instruction->span;
    return print_value(execution, execution->out, &value);
}

static bool execute_all(struct execution *execution, struct template_value dot)
{
    uint32_t next = 0;
    for (;;) {
        const struct instruction *instruction = &execution->current->code[next++];
        if (UNLIKELY(!execution_step(execution, 1)))
            return false;
        if (UNLIKELY(execution->out->overflowed)) {
            execution->span = instruction->span;
            return execution_fail_limit(execution, "the template prints more than %zu bytes", execution->out->limit);
        }
        switch ((enum instruction_kind)instruction->kind) {
        case DO_TEXT:
            buffer_add_slice(execution->out, instruction->text);
            break;
        case DO_ACTION:
            if (!do_action(execution, instruction, &dot))
                return false;
            break;
        case DO_IF:
        case DO_WITH:
            push_frame(execution, &dot);
            if (!condition(execution, instruction, &dot, &next))
                return false;
            break;
        case DO_ELSE_IF:
        case DO_ELSE_WITH:
            if (!condition(execution, instruction, &dot, &next))
                return false;
            break;
        case DO_RANGE:
            if (!begin_range(execution, instruction, &dot, &next))
                return false;
            break;
        case DO_NEXT: {
            struct frame *frame = &execution->frames[execution->frame_count - 1];
            if (frame->at == frame->count)
                break;
            if (!range_element(execution, frame, &dot) || !check_memory(execution))
                return false;
            next = instruction->target;
            break;
        }
        case DO_BREAK:
        case DO_CONTINUE:
            for (uint32_t i = 0; i < instruction->closes; i++)
                close_scope(execution, &dot);
            next = instruction->target;
            break;
        case DO_JUMP:
            next = instruction->target;
            break;
        case DO_CLOSE:
            close_scope(execution, &dot);
            break;
        case DO_TEMPLATE:
            if (!begin_call(execution, instruction, &dot, &next))
                return false;
            break;
        case DO_RETURN: {
            if (!execution->frame_count)
                return true;
            const struct frame *frame = &execution->frames[execution->frame_count - 1];
            execution->current = frame->definition;
            execution->variable_base = frame->variable_base;
            next = frame->next;
            execution->call_depth--;
            close_scope(execution, &dot);
            break;
        }
        }
    }
}

static bool execute(struct execution *execution)
{
    const struct template_run *run = execution->run;
    struct template_value dot = run->member_count ? template_from_members(run->members, run->member_count) : run->data;
    if (dot.kind == TEMPLATE_NIL)
        dot.kind = TEMPLATE_NONE;
    dot.boxed = false;
    if (run->recording && run->member_count)
        record_begin(execution, &dot);
    else if (run->recording)
        run->recording->is_incomplete = true;
    push_variable(execution, VARIABLE_ROOT, &dot);
    if (!execute_all(execution, dot))
        return false;
    if (execution->changed_count) /* where a tree hangs in two places, both change: that shows in no value */
        execution_note_more(execution);
    if (!execution->out->overflowed)
        return true;
    return error_set(execution->error, ERROR_LIMIT, (struct position){.file = execution->parsed->source.name},
                     "the template prints more than %zu bytes", execution->out->limit);
}

bool template_execute(const struct template *parsed, const struct template_run *run, struct arena *arena,
                      struct buffer *out, struct error *error)
{
    enum { VARIABLES = 32, FRAMES = 16 };
    struct execution execution = {
        .parsed = parsed,
        .run = run,
        .arena = arena,
        .out = out,
        .error = error,
        .current = parsed->main,
        .limits = run->limits,
        .memory_start = arena->used,
        .variable_capacity = VARIABLES,
        .frame_capacity = FRAMES,
    };
    struct template_limits *limits = &execution.limits;
    limits->steps = limits->steps ? limits->steps : DEFAULT_STEPS;
    limits->call_depth = limits->call_depth ? limits->call_depth : DEFAULT_CALL_DEPTH;
    limits->text_bytes = limits->text_bytes ? limits->text_bytes : DEFAULT_TEXT_BYTES;
    limits->items = limits->items ? limits->items : DEFAULT_ITEMS;
    limits->memory_bytes = limits->memory_bytes ? limits->memory_bytes : DEFAULT_MEMORY_BYTES;
    execution.steps_left = limits->steps;
    execution.scratch.limit = limits->text_bytes * 4;
    execution.variables = arena_take(arena, VARIABLES * sizeof *execution.variables);
    execution.frames = arena_take(arena, FRAMES * sizeof *execution.frames);
    bool done = execute(&execution);
    buffer_done(&execution.scratch);
    regex_done(&execution);
    return done;
}
