#include "command/input.h"
#include "base/arena.h"
#include "base/fd.h"
#include "tree/document.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FOLDER_DEPTH_MAX = 64 };

struct input {
    struct arena *arena;
    bool recursive;
    input_document document;
    void *context;
    struct error *error;
};

static bool file_run(const struct input *input, const char *path)
{
    struct slice name = strcmp(path, "-") == 0 ? SLICE("standard input") : slice_from(path);
    _cleanup_(fd_close) int fd = -1;
    if (!fd_open_read(path, &fd, input->error))
        return false;
    _cleanup_(document_reader_done) struct document_reader reader;
    document_reader_init(&reader, document_read_fd, &fd, name, DOCUMENT_BYTES_MAX);
    for (;;) {
        struct source source;
        bool found;
        if (!document_reader_next(&reader, &source, &found, input->error))
            return false;
        if (!found)
            return true;
        if (!input->document(input->context, &source, input->error))
            return false;
    }
}

static bool is_manifest(const char *name)
{
    struct slice text = slice_from(name);
    return name[0] != '.' && (slice_ends(text, SLICE(".yaml")) || slice_ends(text, SLICE(".yml")) ||
                              slice_ends(text, SLICE(".json")));
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Runs the folder's manifests; *found says whether there are any. */
static bool folder_run(const struct input *input, const char *path, unsigned depth, bool *found)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0)
        return error_errno(input->error, "cannot read the folder %s", path);
    bool done = depth <= FOLDER_DEPTH_MAX || error_set(input->error, ERROR_LIMIT, (struct position){0},
                                                       "%s: folders nested deeper than %d", path, FOLDER_DEPTH_MAX);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        const char *child = arena_format(input->arena, "%s/%s", path, name).bytes;
        if (done && name[0] != '.' && is_folder(child))
            done = !input->recursive || folder_run(input, child, depth + 1, found);
        else if (done && is_manifest(name))
            done = *found = file_run(input, child);
        free(names[i]);
    }
    free(names);
    return done;
}

bool input_documents(const char *path, bool recursive, input_document document, void *context, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    const struct input input = {&arena, recursive, document, context, error};
    bool found = false;
    if (!is_folder(path))
        return file_run(&input, path);
    if (!folder_run(&input, path, 1, &found))
        return false;
    return found || error_set(error, ERROR_MISSING, (struct position){0}, "no .yaml, .yml or .json file in the folder "
                              "%s%s", path, recursive ? "" : " (-R looks into its folders, too)");
}
