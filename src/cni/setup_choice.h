/* setup_choice.h - which of the files in a node's net.d is in force. */
#pragma once
#include "cni/setup.h"

struct setup_choice {
    struct slice path; /* in the arena, NUL-terminated */
    struct buffer text;
    struct node_file file;
    struct conflist conflist; /* of the text */
};
#define SETUP_CHOICE_INIT {.file = NODE_FILE_INIT, .text = BUFFER_INIT(CONFLIST_BYTES_MAX)}
void setup_choice_done(struct setup_choice *choice);

/* The first in byte order of the .conf and .conflist that a runtime can load (Istio, getConfigFilenames), or the one
 * that the settings name. A file that cannot be loaded is passed over once it has been so for a moment: it may be half
 * written. */
enum setup_state setup_choose(struct setup *setup, struct arena *arena, struct setup_choice *ret, struct error *error);

/* Takes our entries out of all configurations of the folder. Those that are no JSON are reported. */
MUST_CHECK bool setup_choice_clean(struct setup *setup, struct error *error);
/* Removes what killed runs have left in the folder. */
void setup_choice_sweep(const struct setup_settings *settings);
/* The file of its own where the entry is not chained. */
struct slice setup_own_path(struct arena *arena, const struct setup_settings *settings);
