/* spiffe.h - identities of workloads: spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT in a mesh, any path
 * elsewhere (SPIFFE-ID standard, section 2). */
#pragma once
#include "base/slice.h"

enum { SPIFFE_MAX = 2048, SPIFFE_TRUST_DOMAIN_MAX = 255 }; /* bytes; the standard's, sections 2.1 and 2.3 */

struct spiffe {
    struct slice text; /* all of it */
    struct slice trust_domain;
    struct slice path;                        /* with its first slash */
    struct slice name_space, service_account; /* empty where the path is no mesh's */
};

/* Takes an id apart; what is given points into `text`. False for what is none: another scheme, a port or user, query,
 * empty or dotted segments, letters that the standard does not allow. */
bool spiffe_parse(struct slice text, struct spiffe *ret);
/* Whether an id is what is expected: the very same text, or, where `expected` ends in a segment "*", any that begins
 * with what is before it. */
bool spiffe_matches(const struct spiffe *id, struct slice expected);
/* Whether `text` can be expected: an id, or one that ends in "/" and a star. */
bool spiffe_is_pattern(struct slice text);
