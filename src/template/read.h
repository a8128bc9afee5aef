/* read.h - what a run of a template read of its root, to tell whether another root would give the same output: a run is
 * a function of its template, its environment and what it reads, so with the same values at the same places it does the
 * same, reads the same, and prints the same. */
#pragma once
#include "template/template.h"

struct template_reads; /* the places, without values. Constant; on the heap */

/* The places of a run that has succeeded; NULL when the output depends on more than what was read. */
struct template_reads *template_reads_new(const struct template_recording *recording);
void template_reads_free(struct template_reads *reads);
/* The places of both: a key of more places than a run has read tells no less. NULL where that would be unwise: when the
 * one reads what differs between pods of one workload (the name, all labels) and the other does not, so that what is
 * remembered for the other would be of use no longer; and when there are very many. */
struct template_reads *template_reads_join(const struct template_reads *a, const struct template_reads *b);
/* Whether both together would be `a` itself. */
bool template_reads_cover(const struct template_reads *a, const struct template_reads *b);
/* The heap memory it takes. */
size_t template_reads_size(const struct template_reads *reads);

/* Appends the values at the places. The same bytes mean the same values: nothing is left out or abbreviated, but for
 * members that are constant, of which it is only noted that they are. False when a member is no data (a list or map that
 * a template made), or over the buffer's limit: then there is no key. Keys can be compared within one process. */
MUST_CHECK bool template_reads_key(const struct template_reads *reads, const struct template_member *members,
                                   size_t member_count, struct buffer *out);
