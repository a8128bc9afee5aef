#include "webhook/renewal.h"

static const struct position nowhere;

/* Keeps the first. */
static void why_note(struct error *why, const struct error *error, const char *part)
{
    if (why->code != ERROR_NONE)
        return;
    *why = *error;
    error_wrap(why, "%s", part);
}

static bool ca_judge(const struct renewal *renewal, const struct authority_pair *ca, const char *part,
                     struct authority_times *ret_times, struct error *why)
{
    struct error error;
    bool good = ca->key.length ? authority_check_ca(renewal->tls, ca, ret_times, &error)
                               : error_set(&error, ERROR_MISSING, nowhere, "there is no key");
    if (!good)
        why_note(why, &error, part);
    return good;
}

static void old_judge(const struct renewal *renewal, struct secret_content *content, struct rotation_state *state,
                      struct error *why)
{
    size_t count = 0;
    for (size_t i = 0; i < content->old_count; i++) {
        struct authority_pair pair = {.certificate = content->old[i].certificate};
        struct authority_times times;
        struct error error;
        if (!authority_check_ca(renewal->tls, &pair, &times, &error)) {
            why_note(why, &error, "ca-old.crt");
            continue;
        }
        content->old[count] = content->old[i];
        if (content->old[count].until > times.not_after)
            content->old[count].until = times.not_after;
        state->old_until[count] = content->old[count].until;
        count++;
    }
    state->old_count = content->old_count = count;
}

static void serving_judge(const struct renewal *renewal, struct arena *arena, int64_t now,
                          const struct secret_content *content, struct rotation_state *state, struct error *why)
{
    struct error error;
    state->has_serving = authority_check_serving(renewal->tls, &content->serving, secret_bundle(arena, content),
                                                 renewal->names, &state->serving, &error);
    if (state->has_serving && now >= state->serving.not_after)
        state->has_serving = error_set(&error, ERROR_VALUE, nowhere, "the certificate has expired");
    if (!state->has_serving)
        why_note(why, &error, "tls.crt");
}

void renewal_judge(const struct renewal *renewal, struct arena *arena, int64_t now, struct secret_content *content,
                   struct rotation_state *ret_state, struct error *ret_why)
{
    struct rotation_state state = {0};
    struct error why = {0};
    state.has_ca = ca_judge(renewal, &content->ca, "ca.crt", &state.ca, &why);
    if (content->next.certificate.length)
        state.has_next = ca_judge(renewal, &content->next, "ca-next.crt", &state.next, &why);
    if (!state.has_next || now >= state.next.not_after) {
        state.has_next = false;
        content->next = (struct authority_pair){0};
        content->next_published = 0;
    }
    if (content->next_published > now) /* by a clock that is ahead of ours: count from now */
        content->next_published = now;
    if (state.has_ca && content->signed_until > state.ca.not_after)
        content->signed_until = state.ca.not_after;
    state.next_published = content->next_published;
    old_judge(renewal, content, &state, &why);
    if (state.has_ca)
        serving_judge(renewal, arena, now, content, &state, &why);
    *ret_state = state;
    *ret_why = why;
}

/* ---- the steps ---- */

static bool serving_renew(const struct renewal *renewal, struct arena *arena, int64_t now,
                          struct secret_content *content, struct error *error)
{
    struct authority_times times;
    if (!authority_make_serving(renewal->tls, arena, &renewal->settings->life, now, &content->ca, renewal->names,
                                &content->serving, error) ||
        !authority_check_serving(renewal->tls, &content->serving, content->ca.certificate, renewal->names, &times,
                                 error))
        return false;
    if (content->signed_until < times.not_after)
        content->signed_until = times.not_after;
    return true;
}

static bool start(const struct renewal *renewal, struct arena *arena, int64_t now, struct secret_content *content,
                  struct error *error)
{
    *content = (struct secret_content){0};
    return authority_make_ca(renewal->tls, arena, &renewal->settings->life, now, &content->ca, error) &&
           serving_renew(renewal, arena, now, content, error);
}

static bool stage(const struct renewal *renewal, struct arena *arena, int64_t now, struct secret_content *content,
                  struct error *error)
{
    content->next_published = 0;
    return authority_make_ca(renewal->tls, arena, &renewal->settings->life, now, &content->next, error);
}

static void old_remove(struct secret_content *content, size_t index)
{
    memmove(&content->old[index], &content->old[index + 1],
            (content->old_count - index - 1) * sizeof content->old[0]);
    content->old_count--;
}

static bool promote(const struct renewal *renewal, struct arena *arena, int64_t now, struct secret_content *content,
                    struct error *error)
{
    if (content->old_count == SECRET_OLD_MAX) { /* more CAs than anybody had a reason for: the one that ends first */
        size_t first = 0;
        for (size_t i = 1; i < content->old_count; i++)
            first = content->old[i].until < content->old[first].until ? i : first;
        old_remove(content, first);
    }
    content->old[content->old_count++] = (struct secret_old){content->ca.certificate, content->signed_until};
    content->ca = content->next;
    content->next = (struct authority_pair){0};
    content->next_published = content->signed_until = 0;
    return serving_renew(renewal, arena, now, content, error);
}

bool renewal_apply(const struct renewal *renewal, struct arena *arena, enum rotation_step step, int64_t now,
                   struct secret_content *content, struct error *error)
{
    switch (step) {
    case ROTATION_NOTHING:
        return true;
    case ROTATION_START:
        return start(renewal, arena, now, content, error);
    case ROTATION_RENEW:
        return serving_renew(renewal, arena, now, content, error);
    case ROTATION_STAGE:
        return stage(renewal, arena, now, content, error);
    case ROTATION_PUBLISHED:
        content->next_published = now;
        return true;
    case ROTATION_PROMOTE:
        return promote(renewal, arena, now, content, error);
    case ROTATION_DROP:
        for (size_t i = content->old_count; i-- > 0;) {
            if (rotation_old_is_over(renewal->settings, content->old[i].until, now))
                old_remove(content, i);
        }
        return true;
    }
    return error_set(error, ERROR_VALUE, nowhere, "no such step: %d", (int)step);
}
