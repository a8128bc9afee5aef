/* yaml_build.h - from the nodes of a YAML document, in the order they stand in, to a tree. Knows what scalars, tags,
 * anchors, aliases, merge keys and duplicate keys mean; both readers feed it, so that they cannot differ there. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"
#include "tree/yaml.h"

/* What stands in front of a node; `bytes` is NULL where there is none. */
struct yaml_properties {
    struct slice anchor, tag; /* the tag in full, "tag:yaml.org,2002:int" */
};

struct yaml_frame;
struct yaml_duplicate;
struct yaml_builder {
    struct arena *arena;
    const struct source *source;
    struct error *error;         /* NULL: a failure is only false */
    const struct tree *root;     /* of the document, when it is complete */
    struct yaml_frame *frame;    /* the innermost open container */
    struct tree *anchors;        /* name to node, the newest */
    struct yaml_duplicate *duplicates, *newest_duplicate;
    unsigned depth, duplicate_count;
    size_t alias_nodes;
};

void yaml_builder_init(struct yaml_builder *builder, struct arena *arena, const struct source *source,
                       struct error *error);

/* One node after another: a container's children between its start and its end, a key before its value. The texts
 * are borrowed: they must live as long as the arena. `is_plain`: no quotes, no block scalar. `properties` may be
 * NULL. False: an error, and the builder is of no more use. */
MUST_CHECK bool yaml_build_scalar(struct yaml_builder *builder, const struct yaml_properties *properties,
                                  struct slice text, bool is_plain, uint32_t offset);
MUST_CHECK bool yaml_build_start(struct yaml_builder *builder, const struct yaml_properties *properties,
                                 enum tree_kind kind, uint32_t offset);
MUST_CHECK bool yaml_build_end(struct yaml_builder *builder);
MUST_CHECK bool yaml_build_alias(struct yaml_builder *builder, struct slice name, uint32_t offset);

/* Tells about the keys that stood twice, in order; at most YAML_WARNINGS_MAX of them. */
void yaml_build_warn(const struct yaml_builder *builder, const struct yaml_options *options);
