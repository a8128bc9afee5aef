#include "template/template.h"
#include "template/container.h"
#include "template/evaluate.h"
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

bool execution_check_memory(struct execution *execution)
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
        if (!variable_set(execution, pipeline->variables[0], pipeline->declared > 1 ? &index : &element) ||
            (pipeline->declared > 1 && !variable_set(execution, pipeline->variables[1], &element)))
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
    variable_push(execution, VARIABLE_ROOT, &argument);
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
            if (!range_element(execution, frame, &dot) || !execution_check_memory(execution))
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
    variable_push(execution, VARIABLE_ROOT, &dot);
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
