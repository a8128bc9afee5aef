/* admission.h - one HTTP request to the injection path, as far as it is about injection: from path, content type and
 * body to status and answer. No sockets. */
#pragma once
#include "inject/review.h"

struct namespaces;

struct admission_request {
    struct slice path;         /* without the query */
    struct slice body;
    int64_t now_seconds;       /* since 1970, for templates' `now` */
    struct namespaces *namespaces; /* the cluster's; NULL: not known */
};

struct admission_answer {
    unsigned status;           /* of HTTP; 200 has an AdmissionReview as JSON, everything else a line of text */
    bool is_review;            /* `outcome` tells what became of it */
    struct review_outcome outcome;
};

struct generation;

/* What can be said before there is a body: 404 for other paths, 405 for other methods, 415, 413 for a declared length
 * over `body_max` (`declared`: UINT64_MAX when nothing is declared); 0 where nothing is wrong. The text goes to `out`. */
unsigned admission_check(struct slice method, struct slice path, struct slice content_type, uint64_t declared,
                         uint64_t body_max, struct buffer *out);
/* Answers a request that passed the check. `generation` NULL: 503. Memory of the answer's slices is the arena's. */
struct admission_answer admission_respond(struct arena *arena, const struct generation *generation,
                                          const struct admission_request *request, struct buffer *out);
