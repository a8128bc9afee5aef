#include "template/evaluate.h"
#include "template/container.h"
#include "template/record.h"

/* ---- variables ---- */

void variable_push(struct execution *execution, uint32_t name, const struct template_value *value)
{
    if (execution->variable_count == execution->variable_capacity) {
        execution->variable_capacity *= 2;
        struct variable *grown = arena_take(execution->arena, execution->variable_capacity * sizeof *grown);
        memcpy(grown, execution->variables, execution->variable_count * sizeof *grown);
        execution->variables = grown;
    }
    execution->variables[execution->variable_count++] = (struct variable){name, *value};
}

static struct variable *variable_find(struct execution *execution, uint32_t name)
{
    for (size_t i = execution->variable_count; i-- > execution->variable_base;)
        if (execution->variables[i].name == name)
            return &execution->variables[i];
    struct slice text = execution->parsed->variable_names[name];
    (void)!execution_fail(execution, "undefined variable: %.*s", SLICE_ARGS(text));
    return NULL;
}

bool variable_set(struct execution *execution, uint32_t name, const struct template_value *value)
{
    struct variable *variable = variable_find(execution, name);
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
        const struct variable *variable = variable_find(execution, operand->variable);
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
    if (!execution_step(execution, 1) || !call->function->run(call, &result) || !execution_check_memory(execution))
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
            bool is_data = operand->kind == OPERAND_DOT || operand->kind == OPERAND_FIELD ||
                           operand->kind == OPERAND_VARIABLE;
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
        const struct variable *variable = variable_find(execution, operand->variable);
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
            variable_push(execution, pipeline->variables[i], value);
        else if (!variable_set(execution, pipeline->variables[i], value))
            return false;
    }
    return true;
}

bool evaluate_pipeline_open(struct execution *execution, const struct template_value *dot,
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
