#include "relay/deadline.h"
#include <limits.h>
#include <stddef.h>

void deadlines_init(struct deadlines *deadlines)
{
    for (int kind = 0; kind < DEADLINE_KINDS; kind++) {
        struct deadline *head = &deadlines->heads[kind];
        head->next = head->previous = head;
        deadlines->durations_ms[kind] = 0;
    }
}

void deadline_clear(struct deadline *deadline)
{
    if (!deadline->next)
        return;
    deadline->next->previous = deadline->previous;
    deadline->previous->next = deadline->next;
    deadline->next = deadline->previous = NULL;
}

void deadline_set(struct deadlines *deadlines, struct deadline *deadline, enum deadline_kind kind, int64_t now_ms)
{
    if (!deadlines->durations_ms[kind])
        kind = DEADLINE_NEVER;
    deadline_clear(deadline);
    struct deadline *head = &deadlines->heads[kind];
    deadline->at_ms = now_ms + deadlines->durations_ms[kind];
    deadline->next = head;
    deadline->previous = head->previous;
    head->previous->next = deadline;
    head->previous = deadline;
}

static struct deadline *list_first(const struct deadlines *deadlines, int kind)
{
    struct deadline *first = deadlines->heads[kind].next;
    return first == &deadlines->heads[kind] ? NULL : first;
}

int deadlines_wait(const struct deadlines *deadlines, int64_t now_ms)
{
    int64_t wait = -1;
    for (int kind = DEADLINE_NEVER + 1; kind < DEADLINE_KINDS; kind++) {
        const struct deadline *first = list_first(deadlines, kind);
        if (!first)
            continue;
        int64_t left = first->at_ms > now_ms ? first->at_ms - now_ms : 0;
        if (wait < 0 || left < wait)
            wait = left;
    }
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

struct deadline *deadlines_due(struct deadlines *deadlines, int64_t now_ms, enum deadline_kind *ret_kind)
{
    for (int kind = DEADLINE_NEVER + 1; kind < DEADLINE_KINDS; kind++) {
        struct deadline *first = list_first(deadlines, kind);
        if (first && first->at_ms <= now_ms) {
            *ret_kind = (enum deadline_kind)kind;
            return first;
        }
    }
    return NULL;
}

struct deadline *deadlines_any(struct deadlines *deadlines)
{
    for (int kind = 0; kind < DEADLINE_KINDS; kind++)
        if (list_first(deadlines, kind))
            return list_first(deadlines, kind);
    return NULL;
}
