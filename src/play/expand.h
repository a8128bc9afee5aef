/* expand.h - $(NAME) in commands, arguments and values, as the kubelet expands it (Kubernetes,
 * third_party/forked/golang/expansion): a variable that is not there stays as it is written, "$$" is a dollar sign, so
 * that "$$(NAME)" is the text "$(NAME)". */
#pragma once
#include "base/arena.h"

struct play_variable {
    struct slice name, value;
};

/* A container's variables, in order; of a name that stands twice the last counts. */
struct play_variables {
    struct play_variable *list;
    size_t count, capacity;
};

/* Puts a variable behind the others, or in the place of the one of its name. */
void play_variables_set(struct arena *arena, struct play_variables *variables, struct slice name, struct slice value);
/* NULL: there is none of that name. */
const struct play_variable *play_variables_find(const struct play_variables *variables, struct slice name);
/* The text with its variables; the bytes live in the arena. */
struct slice play_expand(struct arena *arena, struct slice text, const struct play_variables *variables);
