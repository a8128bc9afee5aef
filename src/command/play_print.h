/* play_print.h - what `pillion play` shows: a line for each thing that happens, as it happens, and a summary. */
#pragma once
#include "play/play.h"

struct play_printer {
    bool has_colours;
    size_t name_width; /* of "pod/container" */
};
void play_printer_init(struct play_printer *printer, bool has_colours);
void play_print_decision(struct play_printer *printer, struct slice kind, struct slice name, bool is_injected,
                         struct slice reason);
/* Services with their addresses; learns how wide names are. */
void play_print_plan(struct play_printer *printer, const struct play_plan *plan);
/* A play_observer whose context is a printer. */
void play_print_event(void *context, const struct play_event *event);
void play_print_summary(struct play_printer *printer, const struct play_summary *summary);
