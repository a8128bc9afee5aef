/* version.h - the versions of the CNI specification, and what differs between them. */
#pragma once
#include "base/buffer.h"
#include "base/slice.h"
#include <stdbool.h>

enum cni_version { CNI_0_1_0, CNI_0_2_0, CNI_0_3_0, CNI_0_3_1, CNI_0_4_0, CNI_1_0_0, CNI_1_1_0, CNI_VERSION_COUNT };

/* False for one that is not among them. */
bool cni_version_find(struct slice text, enum cni_version *ret);
struct slice cni_version_text(enum cni_version version);
/* Whether results of both have the same form. */
bool cni_version_is_akin(enum cni_version a, enum cni_version b);
/* "0.1.0, 0.2.0, ...", with each in quotes where `is_json`. */
void cni_versions_print(struct buffer *out, bool is_json);
