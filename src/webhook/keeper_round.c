#include "webhook/keeper_round.h"
#include "base/fd.h"
#include "webhook/bundle.h"

static const struct position nowhere;
enum { STEPS_MAX = 32 };

/* A round under way. */
struct run {
    struct keeper_round *round;
    struct arena *arena;
    struct renewal renewal;
    struct authority_names names;
    int64_t now;
    struct keeper_outcome outcome;
    /* The Secret as it is at the moment. */
    const struct tree *object; /* NULL: there is none */
    struct secret_content content;
    struct rotation_state state;
};

static void tell(const struct run *run, const char *text)
{
    const struct keeper_callbacks *callbacks = run->round->callbacks;
    if (text && callbacks->on_event)
        callbacks->on_event(callbacks->context, text);
}

static void tell_failed(struct run *run, const struct error *error)
{
    const struct keeper_callbacks *callbacks = run->round->callbacks;
    run->outcome.failed = true;
    if (callbacks->on_failed)
        callbacks->on_failed(callbacks->context, error);
}

/* ---- the bundle ---- */

/* Writes it where it is not; true when there is a configuration with webhooks of ours, and all of them are right. */
static bool bundles_keep(struct run *run, struct slice bundle)
{
    const struct keeper_settings *settings = run->round->settings;
    const struct keeper_callbacks *callbacks = run->round->callbacks;
    const struct bundle_target target = {settings->webhook_name,
                                         settings->any_service ? (struct slice){0} : settings->service,
                                         settings->namespace};
    size_t found = 0;
    bool all = true;
    run->outcome.has_bundle = true;
    for (size_t i = 0; i < settings->configuration_count; i++) {
        struct bundle_change change;
        struct error error;
        bool is_there;
        if (!bundle_keep(run->round->client, run->arena, settings->configurations[i], &target, bundle, &change,
                         &is_there, &error)) {
            tell_failed(run, &error);
            all = false;
            continue;
        }
        found += is_there && change.ours;
        run->outcome.written += change.wrong;
        if (change.wrong && callbacks->on_bundle)
            callbacks->on_bundle(callbacks->context, settings->configurations[i], change.wrong);
    }
    return all && found;
}

/* ---- the Secret ---- */

static struct kube_resource secret_resource(const struct run *run, bool named)
{
    const struct keeper_settings *settings = run->round->settings;
    return (struct kube_resource){"v1", "secrets", settings->namespace, named ? settings->secret : (struct slice){0}};
}

/* Reads the Secret; `object` is NULL where there is none. */
static bool secret_fetch(struct run *run, struct error *error)
{
    const struct kube_resource resource = secret_resource(run, true);
    struct kube_answer answer = {0};
    run->object = NULL;
    run->content = (struct secret_content){0};
    run->state = (struct rotation_state){0};
    if (!kube_get(run->round->client, run->arena, &resource, &answer, error))
        return answer.status == 404;
    run->object = answer.object;
    return answer.object || error_set(error, ERROR_VALUE, nowhere, "the server's answer is no Secret");
}

/* Writes the content: creates the Secret, or replaces the one that was read. *ret_lost: somebody else was quicker. */
static bool secret_store(struct run *run, bool *ret_lost, struct error *error)
{
    const struct keeper_settings *settings = run->round->settings;
    const struct secret_place place = {settings->namespace, settings->secret, settings->revision};
    const struct kube_resource resource = secret_resource(run, run->object != NULL);
    const struct tree *object = secret_write(run->arena, &place, &run->content, run->object);
    struct kube_answer answer = {0};
    bool done = run->object ? kube_update(run->round->client, run->arena, &resource, object, &answer, error)
                            : kube_create(run->round->client, run->arena, &resource, object, NULL, &answer, error);
    /* 409: created, or changed, by another replica; 404 of an update: deleted. */
    *ret_lost = !done && (answer.status == 409 || (run->object && answer.status == 404));
    return done || *ret_lost;
}

/* The Secret's content becomes what is known, and its serving certificate the one to use. What is in the Secret was put
 * there when it could be used: nothing is waited for. */
static void content_adopt(struct run *run)
{
    struct keeper_round *round = run->round;
    const struct keeper_callbacks *callbacks = round->callbacks;
    if (!run->state.has_ca || !run->state.has_serving || run->now >= run->state.ca.not_after)
        return;
    bool is_new = !round->is_known ||
                  !slice_equal(round->known.serving.certificate, run->content.serving.certificate) ||
                  !slice_equal(round->known.serving.key, run->content.serving.key);
    arena_reset(&round->memory);
    round->known = secret_copy(&round->memory, &run->content);
    round->is_known = true;
    round->serving = run->state.serving;
    if (is_new && callbacks->on_certificate)
        callbacks->on_certificate(callbacks->context, &round->known.serving, &round->serving);
}

/* A Secret that is gone or spoilt comes back from memory, so that nobody's trust is lost. Deleting it is how a new CA is
 * asked for: one is staged, to take over in good order. */
static enum rotation_step content_restore(struct run *run)
{
    struct error why;
    run->content = run->round->known;
    renewal_judge(&run->renewal, run->arena, run->now, &run->content, &run->state, &why);
    if (!run->state.has_ca || run->now >= run->state.ca.not_after)
        return ROTATION_START;
    if (!run->state.has_serving)
        return ROTATION_RENEW;
    return run->state.has_next || run->object ? ROTATION_NOTHING : ROTATION_STAGE;
}

/* What to do about what was read; false: nothing can be done. *ret_write: even without a step. */
static bool step_find(struct run *run, enum rotation_step *ret_step, bool *ret_write, struct error *error)
{
    struct error why = {0};
    bool is_read = run->object && secret_read(run->arena, run->object, &run->content, &why);
    *ret_write = false;
    if (is_read)
        renewal_judge(&run->renewal, run->arena, run->now, &run->content, &run->state, &why);
    bool is_good = is_read && run->state.has_ca && (run->now < run->state.ca.not_after || run->state.has_next);
    if (run->object && !secret_is_ours(run->object) && !(is_good && run->state.has_serving))
        return error_set(error, ERROR_REFUSED, nowhere,
                         "what is in it cannot be used (%s), and it has not the label %.*s=%.*s, so that it is not ours "
                         "to replace",
                         why.text, SLICE_ARGS(SECRET_LABEL), SLICE_ARGS(SECRET_LABEL_VALUE));
    if (run->object && why.code != ERROR_NONE && !is_good) {
        error_wrap(&why, "Secret %.*s/%.*s is replaced", SLICE_ARGS(run->round->settings->namespace),
                   SLICE_ARGS(run->round->settings->secret));
        tell_failed(run, &why);
    }
    if (is_good) {
        if (why.code != ERROR_NONE)
            tell(run, why.text);
        content_adopt(run);
        run->state.in_bundle = bundles_keep(run, secret_bundle(run->arena, &run->content));
        struct rotation_decision decision = rotation_decide(run->renewal.settings, &run->state, run->now);
        *ret_step = decision.step;
        run->outcome.look_at = decision.look_at;
        return true;
    }
    *ret_step = run->round->is_known ? content_restore(run) : ROTATION_START;
    *ret_write = true;
    return true;
}

/* One step; *ret_more: look again. */
static bool secret_step(struct run *run, bool *ret_more, struct error *error)
{
    enum rotation_step step = ROTATION_NOTHING;
    bool write = false, lost;
    *ret_more = false;
    if (!secret_fetch(run, error) || !step_find(run, &step, &write, error))
        return false;
    if (step == ROTATION_NOTHING && !write)
        return true;
    if (!renewal_apply(&run->renewal, run->arena, step, run->now, &run->content, error) ||
        !secret_store(run, &lost, error))
        return false;
    *ret_more = true;
    if (!lost)
        tell(run, step == ROTATION_NOTHING ? "put the Secret back" : rotation_step_text(step));
    return true;
}

static bool secret_keep(struct run *run, struct error *error)
{
    const struct keeper_settings *settings = run->round->settings;
    for (int i = 0; i < STEPS_MAX; i++) {
        bool more;
        if (!secret_step(run, &more, error))
            return error_wrap(error, "Secret %.*s/%.*s", SLICE_ARGS(settings->namespace), SLICE_ARGS(settings->secret));
        if (!more)
            return true;
    }
    return error_set(error, ERROR_LIMIT, nowhere, "Secret %.*s/%.*s: not settled after %d steps",
                     SLICE_ARGS(settings->namespace), SLICE_ARGS(settings->secret), STEPS_MAX);
}

/* ---- the file ---- */

static bool file_keep(struct run *run, struct error *error)
{
    const struct keeper_settings *settings = run->round->settings;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(AUTHORITY_TEXT_MAX);
    if (!fd_read_file(settings->ca_file.bytes, &text, error))
        return false;
    if (!authority_check_bundle(run->renewal.tls, buffer_slice(&text), error))
        return error_wrap(error, "%.*s", SLICE_ARGS(settings->ca_file));
    bundles_keep(run, buffer_slice(&text));
    return true;
}

void keeper_round_run(struct keeper_round *round, struct arena *arena, int64_t now, struct keeper_outcome *ret_outcome)
{
    const struct keeper_settings *settings = round->settings;
    struct run run = {.round = round, .arena = arena, .now = now, .outcome = {.look_at = INT64_MAX},
                      .names = {settings->service, settings->namespace, settings->more_names,
                                settings->more_name_count}};
    struct error error;
    run.renewal = (struct renewal){round->tls, settings->rotation ? settings->rotation : &rotation_standard,
                                   &run.names};
    if (!(settings->secret.length ? secret_keep(&run, &error) : file_keep(&run, &error)))
        tell_failed(&run, &error);
    *ret_outcome = run.outcome;
}

void keeper_round_done(struct keeper_round *round)
{
    arena_done(&round->memory);
}
