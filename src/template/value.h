/* value.h - what a template computes with: Go's values, as far as templates can tell them apart. A value is small and
 * copied freely; what it points at lives in the data's arena or in the execution's. */
#pragma once
#include "base/slice.h"
#include "tree/tree.h"
#include "tree/type.h"

enum template_kind {
    TEMPLATE_NONE,   /* nothing at all, not even nil: Go's invalid reflect.Value. Prints "<no value>" */
    TEMPLATE_NIL,    /* a nil interface */
    TEMPLATE_BOOL,
    TEMPLATE_INT,    /* Go's int, and so on */
    TEMPLATE_INT32,
    TEMPLATE_INT64,
    TEMPLATE_UINT8,
    TEMPLATE_UINT32,
    TEMPLATE_UINT64,
    TEMPLATE_FLOAT,
    TEMPLATE_COMPLEX,
    TEMPLATE_STRING,
    TEMPLATE_ENUM,          /* a protobuf enum: `integer`, with its names in `type` */
    TEMPLATE_LIST,          /* a list made by the template */
    TEMPLATE_MAP,           /* a map made by the template */
    TEMPLATE_TREE_LIST,     /* a list of the data */
    TEMPLATE_TREE_MAP,      /* a map of the data */
    TEMPLATE_STRUCT,        /* a Go struct of the data: `type` says which fields there are, `tree` may be NULL */
    TEMPLATE_ROOT,          /* a struct put together from members */
    TEMPLATE_WRAPPER,       /* google.protobuf.BoolValue and the like */
    TEMPLATE_PROTO_DURATION,
    TEMPLATE_DURATION,      /* Go's time.Duration: `integer` nanoseconds */
    TEMPLATE_TIME,          /* Go's time.Time */
    TEMPLATE_VERSION,       /* a semantic version */
    TEMPLATE_QUANTITY,
    TEMPLATE_INT_OR_STRING,
    TEMPLATE_META_TIME,     /* Kubernetes' metav1.Time: RFC 3339 text */
};

struct template_list;
struct template_map;
struct template_member;
struct template_time;
struct template_version;

struct template_value {
    uint8_t kind;    /* enum template_kind */
    bool boxed;      /* its static type is interface{}: it came out of a map or list of anything */
    bool pointer;    /* a Go pointer to what is said; nil when `is_nil` */
    bool is_nil;     /* a nil pointer, map or list that still has a type */
    uint16_t count;  /* of `members` */
    uint16_t place;  /* of data that is not yet noted as read: where, in what the run reads (read.h); 0: nowhere */
    const struct type *type; /* of data whose Go type is known; NULL for plain JSON data */
    union {
        bool boolean;
        int64_t integer;
        uint64_t natural;
        double number;
        struct {
            double real, imaginary;
        } complex;
        struct slice string;
        const struct tree *tree;
        struct template_list *list;
        struct template_map *map;
        const struct template_member *members;
        const struct template_time *time;
        const struct template_version *version;
    };
};

/* A field of a struct that is put together by hand: {"Values", template_from_tree(values, NULL)}. */
struct template_member {
    struct slice name;
    struct template_value value;
    bool is_constant; /* for read.h: wherever this is said of the member, its value is the same */
};

#define TEMPLATE_NO_VALUE ((struct template_value){.kind = TEMPLATE_NONE})

static inline struct template_value template_from_bool(bool value)
{
    return (struct template_value){.kind = TEMPLATE_BOOL, .boolean = value};
}
static inline struct template_value template_from_int(int64_t value)
{
    return (struct template_value){.kind = TEMPLATE_INT, .integer = value};
}
static inline struct template_value template_from_int64(int64_t value)
{
    return (struct template_value){.kind = TEMPLATE_INT64, .integer = value};
}
static inline struct template_value template_from_double(double value)
{
    return (struct template_value){.kind = TEMPLATE_FLOAT, .number = value};
}
static inline struct template_value template_from_string(struct slice text)
{
    return (struct template_value){.kind = TEMPLATE_STRING, .string = text};
}

/* A node of the data. Without a type (NULL, or TYPE_ANY): JSON as Go reads it into interface{}, numbers are float64,
 * maps map[string]any; a NULL node or null is no value. With a type: a Go value of that type; a NULL node is the
 * type's zero value. */
struct template_value template_from_tree(const struct tree *tree, const struct type *type);
/* The same as a Go pointer: NULL is a typed nil pointer. (.ProxyConfig, .MeshConfig) */
struct template_value template_from_pointer(const struct tree *tree, const struct type *type);
/* A struct from members, for a member of the root (.DeploymentMeta). The members must outlive the value. */
struct template_value template_from_members(const struct template_member *members, size_t count);
