/* version.h - semantic versions and constraints on them, as sprig's semver functions take them. */
#pragma once
#include "base/buffer.h"
#include "template/execution.h"

MUST_CHECK bool version_read(struct arena *arena, struct slice text, struct template_version *ret);
void version_print(struct buffer *out, const struct template_version *version);
/* <0, 0, >0 by precedence (semver.org, 11). */
int version_compare(const struct template_version *a, const struct template_version *b);
/* Whether a version satisfies ">=1.2, <2 || ^3". False when the constraint makes no sense. */
MUST_CHECK bool version_check(struct arena *arena, struct slice constraint, const struct template_version *version,
                              bool *ret_satisfied);

extern const struct function_table methods_version;
