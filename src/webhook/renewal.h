/* renewal.h - between the Secret's texts and the decisions about them: judges certificates, and makes those that a
 * decision asks for. No I/O. */
#pragma once
#include "webhook/rotation.h"

struct renewal {
    const struct tls_library *tls;
    const struct rotation_settings *settings;
    const struct authority_names *names;
};

/* What is good in a Secret, at that time. Parts that are no good are taken out of *content (but not the serving
 * certificate or the CA themselves, which are to be replaced); in_bundle stays false. *ret_why: the first thing that
 * was wrong, ERROR_NONE when nothing was. */
void renewal_judge(const struct renewal *renewal, struct arena *arena, int64_t now, struct secret_content *content,
                   struct rotation_state *ret_state, struct error *ret_why);
/* Makes what a step needs and changes *content so; texts live in the arena. */
MUST_CHECK bool renewal_apply(const struct renewal *renewal, struct arena *arena, enum rotation_step step, int64_t now,
                              struct secret_content *content, struct error *error);
