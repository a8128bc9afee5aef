#include "command/input.h"
#include "base/arena.h"
#include "base/fd.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { INPUT_MAX = 1024 * 1024 * 1024, FOLDER_DEPTH_MAX = 64 };

struct input {
    struct arena *arena;
    bool recursive;
    input_document document;
    void *context;
    struct error *error;
};

/* A line of three dashes and nothing but blanks. */
static bool is_separator(struct slice line)
{
    return slice_starts(line, SLICE("---")) && slice_trim(slice_from_offset(line, 3)).length == 0;
}

static bool text_run(const struct input *input, struct slice name, struct slice text)
{
    unsigned line_number = 1, first_line = 1;
    size_t start = 0, at = 0;
    while (at <= text.length) {
        size_t end = slice_find_byte(slice_from_offset(text, at), '\n');
        end = end == SLICE_NONE ? text.length : at + end + 1;
        bool is_last = at == text.length;
        if (is_last || is_separator(slice_range(text, at, end))) {
            struct source source = {name, slice_range(text, start, at), first_line};
            if (source.text.length && !input->document(input->context, &source, input->error))
                return false;
            start = end;
            first_line = line_number + 1;
        }
        if (is_last)
            break;
        at = end;
        line_number++;
    }
    return true;
}

static bool file_run(const struct input *input, const char *path)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(INPUT_MAX);
    return fd_read_file(path, &text, input->error) &&
           text_run(input, strcmp(path, "-") == 0 ? SLICE("standard input") : slice_from(path), buffer_slice(&text));
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

static bool folder_run(const struct input *input, const char *path, unsigned depth)
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
            done = !input->recursive || folder_run(input, child, depth + 1);
        else if (done && is_manifest(name))
            done = file_run(input, child);
        free(names[i]);
    }
    free(names);
    return done;
}

bool input_documents(const char *path, bool recursive, input_document document, void *context, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    const struct input input = {&arena, recursive, document, context, error};
    return is_folder(path) ? folder_run(&input, path, 1) : file_run(&input, path);
}
