/* yaml_scalar.h - what the text of a YAML 1.1 scalar means, the way go-yaml v2 (and so Kubernetes) has it. Shared by
 * the readers and by the writer, which must quote what would not read back as text. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stddef.h>
#include <stdint.h>

enum yaml_meaning {
    YAML_TEXT,
    YAML_NULL,
    YAML_BOOL,
    YAML_INT,
    YAML_NATURAL, /* beyond INT64_MAX, within 64 bits */
    YAML_FLOAT,   /* infinities and NaN too */
};

struct yaml_scalar {
    enum yaml_meaning meaning;
    union {
        bool boolean;
        int64_t integer;
        uint64_t natural;
        double number;
    };
};

/* Whether a text that starts with this byte may mean anything but itself; the empty text is null. */
extern const bool yaml_scalar_hints[256];

/* The meaning of an unquoted, untagged text. */
struct yaml_scalar yaml_scalar_resolve(struct slice text);

enum yaml_tag { YAML_TAG_STR, YAML_TAG_BOOL, YAML_TAG_INT, YAML_TAG_FLOAT, YAML_TAG_NULL, YAML_TAG_TIMESTAMP,
                YAML_TAG_BINARY, YAML_TAG_MERGE, YAML_TAG_OTHER };
/* Of a resolved tag such as "tag:yaml.org,2002:int". */
enum yaml_tag yaml_tag_find(struct slice tag);
/* "!!int" and so on, for messages. */
const char *yaml_tag_name(enum yaml_tag tag);
/* The meaning of a tagged text. False where the tag forbids it (!!int abc). !!binary and unknown tags are texts. */
MUST_CHECK bool yaml_scalar_resolve_tagged(struct slice text, enum yaml_tag tag, struct yaml_scalar *ret_scalar);

/* Whether a text must not stand without quotes although all its bytes could: it would be read as something else, by us
 * or by YAML readers that know dates and numbers to the base of 60. */
bool yaml_scalar_wants_quotes(struct slice text);

/* The text that sigs.k8s.io/yaml makes of a map key that is a floating-point number: with the precision of 32 bits.
 * Writes at most NUMBER_TEXT_MAX bytes; gives the length. */
size_t yaml_scalar_format_key(double number, char *out);
