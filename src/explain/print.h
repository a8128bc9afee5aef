/* print.h - findings as text for a person, as lines of a table, and as JSON. */
#pragma once
#include "base/buffer.h"
#include "explain/explain.h"

struct explain_style {
    bool color; /* ANSI sequences */
};

/* The whole finding, with an empty line at its end. Control characters of foreign texts are escaped. */
void explain_print(struct buffer *out, const struct explain_finding *finding, const struct explain_style *style);

/* A line a finding, with a heading; columns as wide as what stands in them. `marks_live`: with whether the pods are
 * what would be made of them now. */
void explain_print_table(struct arena *arena, struct buffer *out, const struct explain_finding *findings, size_t count,
                         bool marks_live, const struct explain_style *style);
struct explain_count {
    size_t injected, differ;
};
struct explain_count explain_count(const struct explain_finding *findings, size_t count);
/* "12 pods: 7 injected, 5 not; 2 are not what would be made of them now". */
void explain_print_summary(struct buffer *out, const struct explain_finding *findings, size_t count);

/* One document for all findings; docs/pillion-explain.1.md describes it, docs/explain.schema.json is its schema. */
const struct tree *explain_json(struct arena *arena, const struct explain_finding *findings, size_t count);
/* The part of it for one finding. */
const struct tree *explain_json_pod(struct arena *arena, const struct explain_finding *finding);
/* Whether a live pod is what would be made of it now. Others always are. */
bool explain_agrees(const struct explain_finding *finding);

/* ---- for the room's own ---- */

/* Foreign text: without control characters, and cut when it is very long. */
void explain_print_text(struct buffer *out, struct slice text);
/* Rows of cells, aligned. Cells of `colors` (may be NULL) are "yes", "no" words to be coloured. */
struct explain_grid {
    struct arena *arena;
    struct slice *cells;
    size_t columns, rows, capacity;
};
void explain_grid_add(struct explain_grid *grid, struct slice cell);
void explain_grid_print(const struct explain_grid *grid, struct buffer *out, const struct explain_style *style);
