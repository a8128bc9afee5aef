/* grid.c - columns: the part of print.h that tables are made of. */
#include "base/rune.h"
#include "explain/print.h"

enum { TEXT_MAX = 400, COLUMNS_MAX = 16 };

void explain_print_text(struct buffer *out, struct slice text)
{
    size_t length = 1;
    for (size_t i = 0; i < text.length; i += length) {
        if (i >= TEXT_MAX) {
            buffer_add_literal(out, "...");
            return;
        }
        unsigned rune = rune_decode(slice_from_offset(text, i), &length);
        if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
            buffer_format(out, "\\x%02x", rune);
        else
            buffer_add_rune(out, rune);
    }
}

void explain_grid_add(struct explain_grid *grid, struct slice cell)
{
    if (grid->rows == grid->capacity) {
        size_t capacity = grid->capacity ? 2 * grid->capacity : 64;
        struct slice *cells = arena_new(grid->arena, struct slice, capacity);
        if (grid->rows)
            memcpy(cells, grid->cells, grid->rows * sizeof *cells);
        grid->cells = cells;
        grid->capacity = capacity;
    }
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(65536);
    explain_print_text(&text, cell);
    grid->cells[grid->rows++] = text.length ? arena_copy(grid->arena, buffer_slice(&text)) : SLICE("-");
}

static const char *color_of(struct slice cell)
{
    if (slice_equal(cell, SLICE("yes")) || slice_equal(cell, SLICE("injected")))
        return "\033[32m";
    if (slice_equal(cell, SLICE("no")) || slice_equal(cell, SLICE("DIFFERS")))
        return "\033[31m";
    return NULL;
}

void explain_grid_print(const struct explain_grid *grid, struct buffer *out, const struct explain_style *style)
{
    size_t widths[COLUMNS_MAX] = {0};
    for (size_t i = 0; i < grid->rows; i++) {
        size_t width = rune_count(grid->cells[i]);
        if (width > widths[i % grid->columns])
            widths[i % grid->columns] = width;
    }
    for (size_t i = 0; i < grid->rows; i++) {
        struct slice cell = grid->cells[i];
        bool is_last = i % grid->columns == grid->columns - 1;
        const char *color = !style->color ? NULL : i < grid->columns ? "\033[1m" : color_of(cell);
        buffer_add_slice(out, slice_from(color));
        buffer_add_slice(out, cell);
        buffer_add_slice(out, color ? SLICE("\033[0m") : SLICE(""));
        if (is_last)
            buffer_add_byte(out, '\n');
        else
            buffer_add_repeated(out, ' ', widths[i % grid->columns] - rune_count(cell) + 2);
    }
}
