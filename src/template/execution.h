/* execution.h - the state of one execution, and what functions need of it. Nothing here is shared between threads. */
#pragma once
#include "template/function.h"
#include "template/program.h"

/* Every walker over nested values stops here, as trees do. */
enum { VALUE_DEPTH_MAX = TREE_HEIGHT_MAX };

/* A list or map that the template made. Lists may share their items: these stay as they are, except that sortAlpha
 * sorts a list of strings in place, as in Go. */
enum template_element { ELEMENT_ANY, ELEMENT_STRING, ELEMENT_INT, ELEMENT_LIST /* []interface{} */ };
struct template_list {
    struct template_value *items;
    size_t count;
    enum template_element element;
    bool is_appended; /* a list of anything made by append: items[count] may be read; TEMPLATE_NONE there is free */
};
struct template_map_entry {
    struct slice key;
    struct template_value value;
};
struct template_map {
    struct template_map_entry *entries; /* sorted by key */
    size_t count, capacity;
    enum template_element element; /* ELEMENT_ANY or ELEMENT_STRING */
};

struct template_time {
    int64_t seconds; /* since 1970 */
    int32_t nanoseconds;
    bool is_zero_value; /* Go's time.Time{}: year 1 */
};

struct template_version {
    uint64_t major, minor, patch;
    struct slice prerelease, metadata, original;
};

struct variable {
    uint32_t name;
    struct template_value value;
};

/* A map of the data that the template has changed: the data stays, the copy is used from then on. */
struct changed_map {
    const struct tree *original;
    struct template_map *copy;
};

struct frame;
struct regex_state;
struct execution {
    const struct template *parsed;
    const struct template_run *run;
    struct arena *arena;
    struct buffer *out;
    struct error *error;
    const struct definition *current;
    struct span span; /* what is being evaluated, for errors */
    uint64_t steps_left;
    struct template_limits limits;
    size_t memory_start;
    struct variable *variables;
    size_t variable_count, variable_capacity, variable_base;
    struct frame *frames;
    size_t frame_count, frame_capacity;
    uint32_t call_depth;
    struct changed_map *changed;
    size_t changed_count, changed_capacity;
    struct regex_state *regexes; /* NULL until the first one */
    struct buffer scratch; /* texts that are being put together; used like a stack */
    const struct type *metadata_type, *containers_type; /* found to be what their name says */
};

/* Errors: at what is being evaluated. All return false. */
bool execution_fail(struct execution *execution, const char *format, ...) PRINTF(2, 3);
bool execution_fail_limit(struct execution *execution, const char *format, ...) PRINTF(2, 3);
/* "error calling NAME: ..." */
bool call_fail(struct call *call, const char *format, ...) PRINTF(2, 3);

/* Uses up steps; false, with an error, when there are none left. */
static inline bool execution_step(struct execution *execution, uint64_t steps)
{
    if (UNLIKELY(execution->steps_left < steps))
        return execution_fail_limit(execution, "the template takes more than %llu steps",
                                    (unsigned long long)execution->limits.steps);
    execution->steps_left -= steps;
    return true;
}

/* The output depends on something that is not read of the root: it is not to be remembered. */
static inline void execution_note_more(struct execution *execution)
{
    if (execution->run->recording)
        execution->run->recording->is_incomplete = true;
}

/* False, with an error, when it has taken more memory than it may. */
bool execution_check_memory(struct execution *execution);

/* Text that is put together in the scratch buffer: begin, add to execution->scratch, end. */
size_t scratch_begin(struct execution *execution);
MUST_CHECK bool scratch_end(struct execution *execution, size_t begin, struct slice *ret_text);
/* The same, giving the text as a value. */
MUST_CHECK bool scratch_end_value(struct execution *execution, size_t begin, struct template_value *ret);

/* Whether a text (a list) of this size may be made. */
bool execution_allows_text(struct execution *execution, size_t length, size_t times);
bool execution_allows_items(struct execution *execution, size_t count);

/* Evaluates a pipeline; its declared variables are pushed. */
bool evaluate_pipeline(struct execution *execution, const struct template_value *dot, const struct pipeline *pipeline,
                       struct template_value *ret);
/* A field, a key of a map, or the result of a method without arguments. */
bool evaluate_field(struct execution *execution, const struct template_value *receiver, struct slice name,
                    struct template_value *ret);
/* A field of a Go struct of the data, as type_field_by_go found it. */
struct template_value field_value(const struct tree *tree, const struct type_field *field);
/* A method of a value with a Go type; NULL when there is none. The receiver is its first argument. */
const struct template_function *method_find(const struct template_value *receiver, struct slice name);
/* GetX of a protobuf message. */
bool evaluate_getter(struct execution *execution, const struct template_value *receiver, struct slice name,
                     bool *ret_found, struct template_value *ret);

/* Makes an argument fit a parameter's type, or fails as Go's reflect does. `is_absent` stands for Go's nil constant. */
bool argument_fit(struct execution *execution, enum parameter parameter, struct template_value *value);
const char *parameter_type_name(enum parameter parameter);
