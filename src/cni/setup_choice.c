#include "cni/setup_choice.h"
#include "base/fd.h"
#include "serve/moment.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    FILES_MAX = 10000,
    /* How long a file that cannot be loaded may be one that is being written. */
    WRITING_MS = 1000,
    /* The one that was in force is not given up as quickly: another in its place may be none that anybody means. */
    CURRENT_WRITING_MS = 10 * 1000,
    CURRENT_MISSING_MS = 1000,
    CLEAN_ATTEMPTS = 50,
    CLEAN_WAIT_US = 20 * 1000,
};

void setup_choice_done(struct setup_choice *choice)
{
    buffer_done(&choice->text);
    node_file_done(&choice->file);
}

struct slice setup_own_path(struct arena *arena, const struct setup_settings *settings)
{
    struct slice name = settings->configuration_name.length ? settings->configuration_name : SLICE("YYY-istio-cni.conf");
    return arena_format(arena, "%s/%.*s", settings->net_folder.bytes, SLICE_ARGS(name));
}

/* ---- the folder ---- */

struct folder {
    struct slice *names;
    size_t count;
    bool has_json; /* a .json stands before the first of them */
};

static int name_compare(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static bool is_configuration(struct slice name)
{
    return slice_ends(name, SLICE(".conf")) || slice_ends(name, SLICE(".conflist"));
}

/* The names of the configurations, in their order. */
static bool folder_read(struct arena *arena, struct slice path, struct folder *ret, struct error *error)
{
    DIR *stream = opendir(path.bytes);
    if (!stream)
        return error_errno(error, "cannot read folder %s", path.bytes);
    struct slice first_json = {NULL, 0};
    *ret = (struct folder){.names = arena_new(arena, struct slice, FILES_MAX)};
    for (struct dirent *entry = readdir(stream); entry && ret->count < FILES_MAX; entry = readdir(stream)) {
        struct slice name = arena_copy(arena, slice_from(entry->d_name));
        if (is_configuration(name))
            ret->names[ret->count++] = name;
        else if (slice_ends(name, SLICE(".json")) && (!first_json.length || slice_compare(name, first_json) < 0))
            first_json = name;
    }
    closedir(stream);
    qsort(ret->names, ret->count, sizeof *ret->names, name_compare);
    ret->has_json = first_json.length && (!ret->count || slice_compare(first_json, ret->names[0]) < 0);
    return true;
}

void setup_choice_sweep(const struct setup_settings *settings)
{
    DIR *stream = opendir(settings->net_folder.bytes);
    if (!stream)
        return;
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        size_t mark = slice_find(slice_from(entry->d_name), SLICE(NODE_FILE_MARK));
        if (mark != SLICE_NONE && mark > 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
}

/* ---- what cannot be loaded ---- */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(1099511628211);
}

/* A number for a file in its present state. */
static uint64_t state_of(struct slice path)
{
    struct stat status = {0};
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < path.length; i++)
        hash = mix(hash, (unsigned char)path.bytes[i]);
    if (stat(path.bytes, &status))
        return hash;
    hash = mix(hash, (uint64_t)status.st_ino);
    hash = mix(hash, (uint64_t)status.st_size);
    hash = mix(hash, (uint64_t)status.st_mtim.tv_sec);
    return mix(hash, (uint64_t)status.st_mtim.tv_nsec);
}

/* Whether the file has been in the way in this state for less than `limit_ms`. */
static bool is_doubtful(struct setup *setup, uint64_t state, int64_t limit_ms)
{
    int64_t now = moment_steady_ms();
    if (setup->doubtful != state) {
        setup->doubtful = state;
        setup->doubtful_ms = now;
    }
    return now - setup->doubtful_ms < limit_ms;
}

static bool is_recent(struct slice path)
{
    struct stat status;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return stat(path.bytes, &status) == 0 && now.tv_sec - status.st_mtim.tv_sec <= 1 + WRITING_MS / 1000;
}

static void pass_over(struct setup *setup, struct slice path, const struct error *why)
{
    uint64_t state = state_of(path);
    for (size_t i = 0; i < ARRAY_LENGTH(setup->reported); i++) {
        if (setup->reported[i] == state)
            return;
    }
    setup->reported[setup->reported_next++ % ARRAY_LENGTH(setup->reported)] = state;
    log_error(setup->settings->log, LOG_WARNING, "configuration-passed-over", why);
}

/* ---- choosing ---- */

static bool choice_load(struct arena *arena, struct slice path, enum conflist_kind kind, struct setup_choice *choice,
                        struct error *error)
{
    buffer_clear(&choice->text);
    node_file_done(&choice->file);
    choice->path = path;
    if (!node_file_read(path.bytes, &choice->text, &choice->file, error))
        return false;
    struct source source = {.name = path, .text = buffer_slice(&choice->text)};
    return conflist_read(arena, &source, kind, &choice->conflist, error);
}

/* The named file, or the one that its name with or without "list" stands for. */
static struct slice named_path(struct arena *arena, const struct setup_settings *settings)
{
    struct slice path = arena_format(arena, "%s/%s", settings->net_folder.bytes, settings->configuration_name.bytes);
    struct slice other = path;
    if (slice_ends(path, SLICE(".conf")))
        other = arena_format(arena, "%slist", path.bytes);
    else if (slice_ends(path, SLICE(".conflist")))
        other = arena_copy(arena, slice_range(path, 0, path.length - 4));
    return access(path.bytes, F_OK) && access(other.bytes, F_OK) == 0 ? other : path;
}

static enum setup_state choose_named(struct setup *setup, struct arena *arena, struct setup_choice *choice,
                                     struct error *error)
{
    struct slice path = named_path(arena, setup->settings);
    return choice_load(arena, path, CONFLIST_EITHER, choice, error) ? SETUP_DONE : SETUP_WAITING;
}

/* The file that was in force is not there: perhaps it is being made anew. */
static bool current_may_come_back(struct setup *setup, const struct folder *folder, size_t prefix)
{
    if (!setup->current.length)
        return false;
    for (size_t i = 0; i < folder->count; i++) {
        if (slice_equal(folder->names[i], slice_from_offset(setup->current, prefix)))
            return false;
    }
    return is_doubtful(setup, state_of(setup->current), CURRENT_MISSING_MS);
}

static enum setup_state choose_first(struct setup *setup, struct arena *arena, struct setup_choice *choice,
                                     struct error *error)
{
    const struct setup_settings *settings = setup->settings;
    struct folder folder;
    size_t prefix = settings->net_folder.length + 1;
    if (!folder_read(arena, settings->net_folder, &folder, error))
        return SETUP_WAITING;
    if (folder.count && current_may_come_back(setup, &folder, prefix)) {
        error_set(error, ERROR_MISSING, (struct position){0}, "%s is not there", setup->current.bytes);
        return SETUP_AGAIN;
    }
    for (size_t i = 0; i < folder.count; i++) {
        struct slice path = arena_format(arena, "%s/%s", settings->net_folder.bytes, folder.names[i].bytes);
        enum conflist_kind kind = slice_ends(path, SLICE(".conf")) ? CONFLIST_SINGLE : CONFLIST_LIST;
        if (choice_load(arena, path, kind, choice, error))
            return SETUP_DONE;
        bool is_current = slice_equal(path, setup->current);
        if (is_recent(path) || is_current) {
            if (is_doubtful(setup, state_of(path), is_current ? CURRENT_WRITING_MS : WRITING_MS))
                return SETUP_AGAIN;
        }
        pass_over(setup, path, error);
    }
    if (folder.count)
        error_wrap(error, "no file in %s can be loaded; the last", settings->net_folder.bytes);
    else
        error_set(error, ERROR_MISSING, (struct position){0}, "no .conf or .conflist in %s yet%s",
                  settings->net_folder.bytes, folder.has_json ? " (.json does not count)" : "");
    return SETUP_WAITING;
}

enum setup_state setup_choose(struct setup *setup, struct arena *arena, struct setup_choice *ret, struct error *error)
{
    return setup->settings->configuration_name.length ? choose_named(setup, arena, ret, error)
                                                      : choose_first(setup, arena, ret, error);
}

/* ---- cleaning ---- */

/* True when the file has no entry of ours, or cannot be read, which is reported; *ret_again: it was being written. */
static bool file_clean(struct setup *setup, struct slice path, bool is_last_try, bool *ret_again, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFLIST_BYTES_MAX), out = BUFFER_INIT(CONFLIST_BYTES_MAX);
    _cleanup_(node_file_done) struct node_file file = NODE_FILE_INIT;
    struct error why;
    bool changed = false;
    *ret_again = false;
    if (!node_file_read(path.bytes, &text, &file, &why)) {
        if (why.code != ERROR_MISSING)
            log_error(setup->settings->log, LOG_WARNING, "configuration-left-alone", &why);
        return true;
    }
    struct source source = {.name = path, .text = buffer_slice(&text)};
    if (!conflist_remove(&arena, &source, &out, &changed, &why)) {
        *ret_again = is_recent(path) && !is_last_try;
        if (!*ret_again)
            log_error(setup->settings->log, LOG_WARNING, "configuration-left-alone", &why);
        return true;
    }
    if (!changed)
        return true;
    if (!node_file_write(path.bytes, buffer_slice(&out), &file, 0, ret_again, NULL, error))
        return false;
    const struct log_field field = LOG_FIELD_TEXT("file", path);
    if (!*ret_again)
        log_event(setup->settings->log, LOG_INFO, "entry-removed", &field, 1);
    return true;
}

bool setup_choice_clean(struct setup *setup, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    const struct setup_settings *settings = setup->settings;
    struct folder folder = {0};
    struct error ignored;
    bool cleaned = true;
    if (!folder_read(&arena, settings->net_folder, &folder, &ignored)) {
        log_error(settings->log, LOG_WARNING, "configuration-left-alone", &ignored);
        return true;
    }
    for (size_t i = 0; i <= folder.count; i++) {
        struct slice path = setup->current; /* which may have any name */
        if (i < folder.count)
            path = arena_format(&arena, "%s/%s", settings->net_folder.bytes, folder.names[i].bytes);
        else if (!path.length || is_configuration(path))
            break;
        bool again = true;
        for (int attempt = 1; again && attempt <= CLEAN_ATTEMPTS; attempt++) {
            cleaned = file_clean(setup, path, attempt == CLEAN_ATTEMPTS, &again, cleaned ? error : NULL) && cleaned;
            if (again)
                usleep(CLEAN_WAIT_US);
        }
    }
    return cleaned;
}
