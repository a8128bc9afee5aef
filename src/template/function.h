/* function.h - how a function of a template is described and called. */
#pragma once
#include "base/attribute.h"
#include "template/template.h"
#include "template/value.h"

struct execution;
struct call;

/* Go's types of parameters. */
enum parameter {
    TAKES_NOTHING,
    TAKES_ANY,        /* interface{}: an argument is never boxed, absent values are TEMPLATE_NIL */
    TAKES_VALUE,      /* reflect.Value: the argument as it is */
    TAKES_STRING,
    TAKES_INT,
    TAKES_UINT32,
    TAKES_FLOAT,
    TAKES_BOOL,
    TAKES_MAP,        /* map[string]interface{} */
    TAKES_STRING_MAP, /* map[string]string */
    TAKES_LIST,       /* []interface{} */
    TAKES_TIME,       /* time.Time */
    TAKES_GO_DURATION,
    TAKES_DURATION,   /* *durationpb.Duration */
    TAKES_MESSAGE,    /* any protobuf message */
    TAKES_MESH,       /* *meshconfig.MeshConfig */
    TAKES_METADATA,   /* metav1.ObjectMeta */
    TAKES_CONTAINERS, /* []corev1.Container */
    TAKES_VERSION,    /* *semver.Version */
};

enum {
    FUNCTION_VARIADIC = 1,    /* the last parameter any number of times */
    FUNCTION_GIVES_ANY = 2,   /* its static result type is interface{} */
    FUNCTION_AND = 4,         /* evaluated one by one, until the result is known */
    FUNCTION_OR = 8,
    FUNCTION_CALL = 16,
};

enum { PARAMETERS_MAX = 5 };

typedef bool (*template_call)(struct call *call, struct template_value *ret);
/* Notes what the function reads of its arguments, as far as these have a `place`, and takes that away. */
typedef void (*template_note)(struct call *call);

struct template_function {
    struct slice name;
    template_call run;
    uint8_t flags;
    uint8_t count; /* of parameters, the variadic one included */
    uint8_t parameters[PARAMETERS_MAX];
    template_note note; /* NULL: it reads all of each argument */
};

struct call {
    struct execution *execution;
    const struct template_function *function;
    struct template_value *arguments;
    size_t count;
    struct slice first; /* the source text of the first argument, for {{ call }} */
};

/* NULL when there is none. */
const struct template_function *function_find(enum template_dialect dialect, struct slice name);

/* A sorted table of functions. */
struct function_table {
    const struct template_function *functions;
    size_t count;
};
extern const struct function_table functions_builtin, functions_crypto, functions_date, functions_default,
    functions_dict, functions_encoding, functions_istio, functions_list, functions_math, functions_path,
    functions_regex, functions_string, functions_version;

/* sprig's strval: a text as it is, anything else as fmt prints it. */
bool function_print_text(struct execution *execution, struct buffer *out, const struct template_value *value);
