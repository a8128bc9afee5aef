#include "command/profile.h"
#include "base/fd.h"
#include "command/command.h"
#include "command/output.h"
#include "command/version.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Made by tools/embed.py from profiles/default. */
extern const char profile_config_text[], profile_values_text[], profile_mesh_text[];

struct profile_flags {
    struct slice image;
    bool cni;
};

const struct option profile_options[] = {
    {"image", 0, OPTION_TEXT, offsetof(struct profile_flags, image), "IMAGE", "the image to name", NULL},
    {"cni", 0, OPTION_SWITCH, offsetof(struct profile_flags, cni), NULL,
     "for nodes with the CNI plugin: no init container sets up the capture", NULL},
    {0},
};

/* The text with something in the place of a mark, which stands there once. */
static struct slice mark_replace(struct arena *arena, struct slice text, struct slice mark, struct slice with)
{
    size_t at = slice_find(text, mark);
    if (at == SLICE_NONE)
        return text;
    struct slice head = arena_join(arena, slice_range(text, 0, at), with);
    return arena_join(arena, head, slice_from_offset(text, at + mark.length));
}

static struct slice values_fill(struct arena *arena, struct slice image, bool cni)
{
    struct slice text = slice_from(profile_values_text);
    text = mark_replace(arena, text, SLICE("@IMAGE@"), image.length ? image : SLICE("pillion:" PILLION_VERSION));
    return mark_replace(arena, text, SLICE("@CNI@"), cni ? SLICE("true") : SLICE("false"));
}

void profile_sources(struct arena *arena, struct slice image, bool cni, struct source *ret_config,
                     struct source *ret_values, struct source *ret_mesh)
{
    *ret_config = (struct source){.name = SLICE("embedded profile"), .text = slice_from(profile_config_text)};
    *ret_values = (struct source){.name = SLICE("embedded profile, values"), .text = values_fill(arena, image, cni)};
    *ret_mesh = (struct source){.name = SLICE("embedded profile, mesh"), .text = slice_from(profile_mesh_text)};
}

static const struct {
    const char *name, *flag;
} profile_files[] = {{"inject-config.yaml", "--injectConfigFile"}, {"values.yaml", "--valuesFile"},
                     {"mesh-config.yaml", "--meshConfigFile"}};

static bool file_write(struct arena *arena, const char *folder, const char *name, struct slice text,
                       struct error *error)
{
    _cleanup_(output_done) struct output output = {.fd = -1};
    return output_open(&output, arena_format(arena, "%s/%s", folder, name), error) &&
           output_add(&output, text, error) && output_commit(&output, error);
}

static bool profile_dump(struct arena *arena, const struct profile_flags *flags, const char *folder,
                         struct error *error)
{
    struct source sources[3];
    profile_sources(arena, flags->image, flags->cni, &sources[0], &sources[1], &sources[2]);
    if (!folder) {
        _cleanup_(output_done) struct output output = {.fd = -1};
        if (!output_open(&output, SLICE(""), error))
            return false;
        for (size_t i = 0; i < ARRAY_LENGTH(profile_files); i++) {
            struct slice title = arena_format(arena, "%s# ---- %s (%s) ----\n", i ? "---\n" : "",
                                              profile_files[i].name, profile_files[i].flag);
            if (!output_add(&output, title, error) || !output_add(&output, sources[i].text, error))
                return false;
        }
        return output_commit(&output, error);
    }
    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        return error_errno(error, "cannot make the folder %s", folder);
    for (size_t i = 0; i < ARRAY_LENGTH(profile_files); i++) {
        if (!file_write(arena, folder, profile_files[i].name, sources[i].text, error))
            return false;
    }
    return true;
}

int command_profile(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct profile_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    bool is_known = rest.count >= 1 && rest.count <= 2 && strcmp(rest.items[0], "dump") == 0;
    if (!is_known)
        error_set(&error, ERROR_USAGE, (struct position){0}, "want `pillion profile dump [DIRECTORY]`");
    if (is_known && profile_dump(&arena, &flags, rest.count == 2 ? rest.items[1] : NULL, &error))
        return EXIT_DONE;
    return command_fail(command, &error);
}
