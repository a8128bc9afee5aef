/* record.h - notes, while a template runs, what it reads of its root.
 *
 * A value that is part of the root and of which nothing is noted yet is "open": it has a place in the tree of what is
 * read, one node a member, field, key, or "each element". Only dots, variables and the arguments of functions with a
 * `note` are ever open; everything else that uses an open value closes it first, which notes that all of it is read. So
 * what nobody thought of is noted as read whole: too much, never too little. */
#pragma once
#include "template/execution.h"

struct read_place {
    struct slice name;      /* of a member, a field (Go's name) or a key */
    uint16_t child, next;   /* the first child and the next sibling, sorted; 0: none */
    bool is_each;           /* each element of a list */
    bool is_whole;          /* all of it is read; the children say nothing more */
    bool is_own;            /* what differs between pods of one workload: the root, its metadata, that's fields */
};

enum { RECORD_ROOT = 1, RECORD_PLACES_MAX = 4096 };

/* The order of the children of one place: any will do, so the quickest. */
static inline int record_compare(bool is_each, struct slice name, bool other_is_each, struct slice other_name)
{
    if (is_each != other_is_each)
        return is_each ? 1 : -1;
    if (name.length != other_name.length)
        return name.length < other_name.length ? -1 : 1;
    return name.length ? memcmp(name.bytes, other_name.bytes, name.length) : 0;
}

/* Opens the root. */
void record_begin(struct execution *execution, struct template_value *root);
/* The places below; 0 where there is nothing to note because all of it is noted already. */
uint16_t record_child(struct execution *execution, uint16_t place, struct slice name);
uint16_t record_each(struct execution *execution, uint16_t place);
/* A field of metadata. */
uint16_t record_own(struct execution *execution, uint16_t place, struct slice name);
/* The place of a chain of fields of an open value; 0 when it has been noted whole as far as fields lead. */
uint16_t record_fields(struct execution *execution, const struct template_value *value, const struct slice *fields,
                       size_t count);
void record_whole(struct execution *execution, uint16_t place);
static inline void record_close(struct execution *execution, struct template_value *value)
{
    if (LIKELY(!value->place))
        return;
    record_whole(execution, value->place);
    value->place = 0;
}

/* One step down, as far as it depends on nothing but whether there is such a member, field or key. */
enum record_step { STEP_NONE, STEP_ABSENT, STEP_FOUND };
enum record_step record_step(const struct template_value *value, struct slice name, struct template_value *ret,
                             bool *ret_constant);

/* For functions: argument number 0 is a map in which the others are looked up, one after the other. */
void record_look_up(struct call *call);
