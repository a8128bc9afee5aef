/* yaml.h - YAML 1.1 to trees as Kubernetes reads it (Go's sigs.k8s.io/yaml), and trees to YAML as it writes it. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "tree/tree.h"

/* One warning about a text that can be read but hardly means what it says (a key that stands twice). */
struct yaml_warning {
    struct position where;
    const char *text; /* "key \"a\" is already set at line 3", NUL-terminated, alive during the call */
};
typedef void (*yaml_warn)(void *context, const struct yaml_warning *warning);

struct yaml_options {
    yaml_warn warn; /* may be NULL */
    void *context;
};

/* Reads the one document of `source->text` (below 4 GiB). Strings may borrow the source's bytes, which must live as
 * long as the arena. No document, or an empty one, is null. A second document is an error, a last "---" is none.
 * Scalars are resolved as go-yaml v2 does for sigs.k8s.io/yaml: yes/no/on/off, 0755 and 0o755, 0x, 0b, 1_000, 1e3,
 * .5, ~; no dates, no base 60; infinities and NaN are errors. Keys that are not strings become the text that
 * sigs.k8s.io/yaml makes of them (n: is "false"). Integers beyond 64 bits with a sign are floats; their digits stand at
 * the node's offset. Duplicate keys: the last wins, at the first one's place, with a warning (YAML_WARNINGS_MAX at
 * most). Merge keys (<<) are followed in go-yaml's order: they win over keys above them, and keys below over them. An
 * alias is the node of its anchor, shared, offset included. Errors have the place: ERROR_SYNTAX, ERROR_VALUE;
 * ERROR_LIMIT for nesting beyond TREE_HEIGHT_MAX and for aliases that expand to more than YAML_ALIAS_NODES_MAX nodes.
 */
enum { YAML_ALIAS_NODES_MAX = 100000, YAML_WARNINGS_MAX = 100 };
MUST_CHECK bool yaml_read(struct arena *arena, const struct source *source, const struct yaml_options *options,
                          const struct tree **ret_tree, struct error *error);

enum yaml_style {
    YAML_KEEP_ORDER = 0,
    YAML_SORT_KEYS = 1, /* go-yaml's natural order: a9 before a10 */
    YAML_FOLD = 2,      /* fold long scalars after column 80 as go-yaml v2 does; otherwise a line is as long as it is */
};
/* Appends a tree as a block document, each line ended, in the layout and the quoting of sigs.k8s.io/yaml's Marshal:
 * two blanks a level, list dashes at the level of their key, literal blocks for texts of several lines, quotes where
 * the plain text would read back as something else. Null is "null". Whatever is written reads back as what it was,
 * which is why a key << has quotes here and not there. Overflow shows in the buffer. */
void yaml_write(struct buffer *out, const struct tree *tree, enum yaml_style style);
