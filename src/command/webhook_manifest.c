#include "webhook/manifest.h"
#include "base/fd.h"
#include "command/command.h"
#include "command/output.h"
#include "command/profile.h"
#include "command/version.h"
#include "webhook/authority.h"

enum { REPLICAS = 2, MANIFEST_MAX = 8 << 20 };

struct manifest_flags {
    struct manifest_settings settings;
    struct option_texts tags;
    struct slice ca_file, compat, platform;
    bool with_config, cni;
};
#define SETTING(field) offsetof(struct manifest_flags, settings.field)

static const struct option manifest_options[] = {
    {"revision", 'r', OPTION_TEXT, SETTING(revision), "NAME", "the control plane's revision, which all names end in",
     NULL},
    {"tag", 0, OPTION_TEXTS, offsetof(struct manifest_flags, tags), "NAME",
     "also a revision tag that points at this revision; may be given several times", NULL},
    {"namespace", 'n', OPTION_TEXT, SETTING(namespace), "NAME", "where it runs (default: that of --istioNamespace)",
     NULL},
    {"istioNamespace", 'i', OPTION_TEXT, SETTING(istio_namespace), "NAME",
     "where Istio's ConfigMaps are (default istio-system)", NULL},
    {"image", 0, OPTION_TEXT, SETTING(image), "IMAGE", "its image, and that of --with-config's sidecars", NULL},
    {"replicas", 0, OPTION_NUMBER, SETTING(replicas), "N", "at least so many (default 2)", NULL},
    {"priorityClass", 0, OPTION_TEXT, SETTING(priority_class), "NAME",
     "its pods' priority class (default: system-cluster-critical in kube-system, else none)", NULL},
    {"ca-bundle", 0, OPTION_TEXT, offsetof(struct manifest_flags, ca_file), "FILE",
     "the CAs for the webhooks' caBundle (default: the running webhook writes it)", NULL},
    {"caBundle", 0, OPTION_TEXT, offsetof(struct manifest_flags, ca_file), "FILE", NULL, NULL},
    {"with-config", 0, OPTION_SWITCH, offsetof(struct manifest_flags, with_config), NULL,
     "also the ConfigMaps, with the embedded profile", NULL},
    {"cni", 0, OPTION_SWITCH, offsetof(struct manifest_flags, cni), NULL,
     "that profile for nodes with the CNI plugin (`pillion cni manifest`)", NULL},
    {"with-namespace", 0, OPTION_SWITCH, SETTING(with_namespace), NULL, "also the Namespace", NULL},
    {"platform", 0, OPTION_TEXT, offsetof(struct manifest_flags, platform), "NAME", "openshift", NULL},
    {"compat", 0, OPTION_TEXT, offsetof(struct manifest_flags, compat), "VERSION",
     "1.0: the single webhook of Istio 1.0", NULL},
    {0},
};

static bool bundle_read(struct arena *arena, struct slice path, struct slice *ret_bundle, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(AUTHORITY_TEXT_MAX);
    struct slice rest, block;
    if (!path.length)
        return true;
    if (!fd_read_file(path.bytes, &text, error))
        return false;
    rest = *ret_bundle = arena_copy(arena, buffer_slice(&text));
    return authority_next_certificate(&rest, &block) ||
           error_set(error, ERROR_VALUE, (struct position){.file = path}, "%.*s has no certificate (PEM)",
                     SLICE_ARGS(path));
}

static bool word_check(const char *flag, struct slice word, struct slice known, bool *ret_is, struct error *error)
{
    *ret_is = slice_equal(word, known);
    return !word.length || *ret_is ||
           error_set(error, ERROR_USAGE, (struct position){0}, "--%s: \"%.*s\" is not known: want %.*s", flag,
                     SLICE_ARGS(word), SLICE_ARGS(known));
}

static bool manifest_run(struct arena *arena, struct manifest_flags *flags, struct error *error)
{
    struct manifest_settings *settings = &flags->settings;
    _cleanup_(output_done) struct output output = {.fd = -1};
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(MANIFEST_MAX);
    struct slice *tags = arena_new(arena, struct slice, flags->tags.count);
    struct source config, values, mesh;
    for (size_t i = 0; i < flags->tags.count; i++)
        tags[i] = slice_from(flags->tags.items[i]);
    settings->tags = tags;
    settings->tag_count = flags->tags.count;
    if (!word_check("compat", flags->compat, SLICE("1.0"), &settings->is_1_0, error) ||
        !word_check("platform", flags->platform, SLICE("openshift"), &settings->is_openshift, error) ||
        !bundle_read(arena, flags->ca_file, &settings->ca_bundle, error))
        return false;
    if (flags->with_config) {
        profile_sources(arena, settings->image, flags->cni, &config, &values, &mesh);
        settings->config = config.text;
        settings->values = values.text;
        settings->mesh = mesh.text;
    }
    if (!settings->image.length)
        settings->image = SLICE("pillion:" PILLION_VERSION);
    return manifest_write(arena, settings, &out, error) && output_open(&output, SLICE(""), error) &&
           output_add(&output, buffer_slice(&out), error) && output_commit(&output, error);
}

int command_webhook_manifest(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct manifest_flags flags = {.settings.replicas = REPLICAS};
    struct option_rest rest;
    struct error error;
    int code;
    struct command manifest = *command;
    manifest.options = manifest_options;
    manifest.usage = "manifest [flags] | kubectl apply -f -";
    manifest.details = NULL;
    manifest.aliases = NULL;
    manifest.summary = "print what a cluster needs to run the webhook";
    if (!command_parse(&manifest, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" is one word too many", rest.items[0]);
        return command_fail(command, &error);
    }
    return manifest_run(&arena, &flags, &error) ? EXIT_DONE : command_fail(command, &error);
}
