/* type.h - what Go's types say about a tree. Istio's templates see pods and mesh configurations as Go structs: fields
 * have Go names (.Spec.ServiceAccountName), and one that is absent has its type's zero value. The same tables say which
 * JSON type a field must have and how lists merge. They are generated (tools/) and constant. */
#pragma once
#include "base/slice.h"
#include <stdint.h>

enum type_kind {
    TYPE_ANY,     /* interface{}: whatever the tree holds, numbers as float64 (Go's encoding/json) */
    TYPE_BOOL,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_UINT32,
    TYPE_UINT64,
    TYPE_FLOAT64,
    TYPE_STRING,
    TYPE_BYTES,         /* base64 in JSON */
    TYPE_QUANTITY,      /* Kubernetes' resource.Quantity: a string or a number in JSON */
    TYPE_INT_OR_STRING, /* Kubernetes' intstr.IntOrString */
    TYPE_TIME,          /* RFC 3339 text */
    TYPE_DURATION,      /* google.protobuf.Duration: "1.5s" */
    TYPE_ENUM,          /* a protobuf enum: its name (or number) in JSON; `values` says which there are */
    TYPE_WRAPPER,       /* google.protobuf.BoolValue and the like: `element` or nothing; .GetValue and .Value */
    TYPE_LIST,          /* of `element` */
    TYPE_MAP,           /* from strings to `element` */
    TYPE_STRUCT,        /* `fields` */
};

enum {
    TYPE_FIELD_POINTER = 1,        /* in Go a pointer: nil when absent, not the zero value */
    TYPE_FIELD_OMIT_EMPTY = 2,     /* Go's JSON leaves it out when it is empty */
    TYPE_FIELD_MERGE = 4,          /* patchStrategy "merge": lists merge by `merge_key` or, without one, as sets */
    TYPE_FIELD_RETAIN_KEYS = 8,    /* patchStrategy "retainKeys" */
    TYPE_FIELD_ONE_OF = 16,        /* protobuf: one of a group */
    TYPE_FIELD_INLINE = 32,        /* stands in Go in a struct of its own that is embedded here */
};

struct type;
struct type_field {
    struct slice json_name, go_name;
    const struct type *type;
    struct slice merge_key; /* of the list's items; empty when they merge as primitive values or not at all */
    uint32_t flags;
};

struct type_enum_value {
    struct slice name;
    int32_t number;
};

struct type {
    enum type_kind kind;
    const char *name;           /* "io.k8s.api.core.v1.Container"; for lists and maps a word for messages */
    const struct type *element; /* of lists, maps, wrappers */
    const struct type_field *fields; /* in the order of Go's struct (protobuf: of the field numbers) */
    size_t field_count;
    const struct type_enum_value *values;
    size_t value_count;
    bool is_message; /* protobuf: has nil-safe GetX methods, JSON as protojson writes it */
    /* Of generated types with more than a few fields: hash tables (open addressing, type_name_hash) of 1 + the place
     * of the field in `fields`, 0 where free. Without them a field is looked for one by one. */
    const uint8_t *json_index, *go_index;
    uint16_t index_mask; /* the tables' size, a power of two, less 1 */
};

/* The hash of the two indexes. The generator (tools/generate/tables.py) has the same. */
uint32_t type_name_hash(struct slice name);

/* The field of a struct type by its JSON or Go name; NULL when there is none or the type is no struct. */
const struct type_field *type_field_by_json(const struct type *type, struct slice name);
const struct type_field *type_field_by_go(const struct type *type, struct slice name);
