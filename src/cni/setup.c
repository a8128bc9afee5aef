#include "cni/setup.h"
#include "base/fd.h"
#include "base/memory.h"
#include "cni/setup_choice.h"
#include "serve/moment.h"
#include "tree/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 1024 * 1024, COMPARE_CHUNK = 64 * 1024, FOLLOW_MS = 3000 };

void setup_init(struct setup *setup, const struct setup_settings *settings)
{
    *setup = (struct setup){.settings = settings, .previous = NODE_FILE_INIT};
    node_file_sweep(settings->binary_target.bytes, ".tmp.");
    node_file_sweep(settings->kubeconfig.bytes, NODE_FILE_MARK);
    setup_choice_sweep(settings);
}

static void current_set(struct setup *setup, struct slice path)
{
    if (slice_equal(setup->current, path))
        return;
    free((char *)setup->current.bytes);
    char *copy = memory_resize(NULL, path.length + 1, 1);
    memcpy(copy, path.bytes, path.length);
    copy[path.length] = '\0';
    setup->current = (struct slice){copy, path.length};
}

void setup_done(struct setup *setup)
{
    free((char *)setup->current.bytes);
    setup->current = (struct slice){NULL, 0};
    node_file_done(&setup->previous);
}

static void report(const struct setup *setup, enum log_level level, const char *event, struct slice path)
{
    const struct log_field field = LOG_FIELD_TEXT("file", path);
    log_event(setup->settings->log, level, event, &field, 1);
}

/* ---- binary ---- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size && a->st_mode == b->st_mode &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static bool read_some(int fd, char *bytes, size_t *ret_length)
{
    size_t length = 0;
    while (length < COMPARE_CHUNK) {
        ssize_t count = read(fd, bytes + length, COMPARE_CHUNK - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    *ret_length = length;
    return true;
}

static bool contents_are_equal(int a, int b)
{
    _cleanup_(buffer_done) struct buffer both = BUFFER_INIT(2 * COMPARE_CHUNK);
    char *bytes = buffer_reserve(&both, 2 * (size_t)COMPARE_CHUNK);
    size_t a_length, b_length;
    do {
        if (!read_some(a, bytes, &a_length) || !read_some(b, bytes + COMPARE_CHUNK, &b_length) ||
            a_length != b_length || memcmp(bytes, bytes + COMPARE_CHUNK, a_length) != 0)
            return false;
    } while (a_length);
    return true;
}

/* Whether the target is what the source is, without reading them when nothing has happened to either. */
static bool binary_is_there(const struct setup *setup, int source, const struct stat *source_now, mode_t mode)
{
    struct stat now;
    _cleanup_(fd_close) int target = open(setup->settings->binary_target.bytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (target < 0 || fstat(target, &now) || !S_ISREG(now.st_mode) || (now.st_mode & 07777) != mode ||
        now.st_size != source_now->st_size)
        return false;
    if (is_same_file(&now, &setup->target_seen) && is_same_file(source_now, &setup->source_seen))
        return true;
    return contents_are_equal(source, target);
}

bool setup_binary(struct setup *setup, bool *ret_changed, struct error *error)
{
    const struct setup_settings *settings = setup->settings;
    _cleanup_(fd_close) int source = -1;
    struct stat source_now;
    *ret_changed = false;
    if (!fd_open_read(settings->binary_source.bytes, &source, error))
        return error_wrap(error, "the plugin's binary");
    if (fstat(source, &source_now))
        return error_errno(error, "the plugin's binary %s", settings->binary_source.bytes);
    mode_t mode = source_now.st_mode & 0777;
    if (!binary_is_there(setup, source, &source_now, mode)) {
        if (!node_file_copy(settings->binary_target.bytes, source, mode, error))
            return false;
        report(setup, LOG_INFO, "binary-copied", settings->binary_target);
        *ret_changed = true;
    }
    setup->source_seen = source_now;
    if (stat(settings->binary_target.bytes, &setup->target_seen))
        setup->target_seen = (struct stat){0};
    return true;
}

/* ---- kubeconfig ---- */

static bool text_read(struct arena *arena, struct slice path, struct slice *ret, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(TEXT_MAX);
    if (!fd_read_file(path.bytes, &text, error))
        return error_wrap(error, "service account");
    *ret = arena_copy(arena, buffer_slice(&text));
    return ret->length > 0 || error_set(error, ERROR_VALUE, (struct position){0}, "service account: %s is empty",
                                        path.bytes);
}

static bool kubeconfig_is_there(const struct setup_settings *settings, struct slice wanted)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(2 * TEXT_MAX);
    _cleanup_(node_file_done) struct node_file file = NODE_FILE_INIT;
    return node_file_read(settings->kubeconfig.bytes, &text, &file, NULL) && slice_equal(buffer_slice(&text), wanted) &&
           (file.status.st_mode & 07777) == settings->kubeconfig_mode;
}

bool setup_kubeconfig(struct setup *setup, bool *ret_changed, struct error *error)
{
    const struct setup_settings *settings = setup->settings;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(4 * TEXT_MAX);
    struct kubeconfig_values values = settings->server;
    *ret_changed = false;
    if (!text_read(&arena, settings->token_file, &values.token, error) ||
        (!values.skip_verify && !text_read(&arena, settings->authority_file, &values.authority, error)))
        return false;
    kubeconfig_text(&arena, &values, &text);
    if (kubeconfig_is_there(settings, buffer_slice(&text)))
        return true;
    if (!node_file_write(settings->kubeconfig.bytes, buffer_slice(&text), NULL, settings->kubeconfig_mode, NULL, NULL,
                         error))
        return false;
    report(setup, LOG_INFO, "kubeconfig-written", settings->kubeconfig);
    *ret_changed = true;
    return true;
}

/* ---- network configuration ---- */

/* Keeps what was replaced in sight. */
static void previous_keep(struct setup *setup, struct node_file *file)
{
    node_file_done(&setup->previous);
    setup->previous = *file;
    *file = (struct node_file)NODE_FILE_INIT;
    setup->previous_ms = moment_steady_ms();
}

/* A single plugin's file stays until the list is there; a runtime that looks in between takes the former. */
static enum setup_state single_convert(const struct setup_choice *choice, struct slice text, struct slice path,
                                       struct stat *ret_written, struct error *error)
{
    if (!node_file_write(path.bytes, text, NULL, choice->file.status.st_mode & 07777, NULL, ret_written, error))
        return SETUP_FAILED;
    if (node_file_is_changed(&choice->file) || node_file_is_replaced(&choice->file, choice->path.bytes))
        return SETUP_AGAIN; /* and the list is made anew from what is there now */
    return node_file_remove(choice->path.bytes, error) ? SETUP_DONE : SETUP_FAILED;
}

static enum setup_state chained_write(struct setup *setup, struct arena *arena, struct setup_choice *choice,
                                      struct slice text, struct error *error)
{
    struct slice path = choice->path;
    bool overtaken = false;
    if (!choice->conflist.plugins && slice_ends(path, SLICE(".conf"))) {
        path = arena_format(arena, "%slist", path.bytes);
        enum setup_state state = single_convert(choice, text, path, &setup->written, error);
        if (state != SETUP_DONE)
            return state;
    } else if (!node_file_write(path.bytes, text, &choice->file, 0, &overtaken, &setup->written, error)) {
        return SETUP_FAILED;
    }
    if (overtaken)
        return SETUP_AGAIN;
    previous_keep(setup, &choice->file);
    current_set(setup, path);
    report(setup, LOG_INFO, "configuration-written", path);
    return SETUP_DONE;
}

static enum setup_state chained_configure(struct setup *setup, bool *ret_changed, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(2 * (size_t)CONFLIST_BYTES_MAX);
    _cleanup_(setup_choice_done) struct setup_choice choice = SETUP_CHOICE_INIT;
    enum setup_state state = setup_choose(setup, &arena, &choice, error);
    bool is_needed = true;
    if (state != SETUP_DONE)
        return state;
    bool is_known = slice_equal(choice.path, setup->current);
    if (is_known && choice.conflist.entries)
        return SETUP_DONE;
    conflist_add(&arena, &choice.conflist, conflist_entry(&arena, &setup->settings->entry), &text, &is_needed);
    if (!is_needed) {
        current_set(setup, choice.path);
        return SETUP_DONE;
    }
    if (setup->current.length && !is_known)
        report(setup, LOG_WARNING, "configuration-preempted", choice.path);
    state = chained_write(setup, &arena, &choice, buffer_slice(&text), error);
    *ret_changed = state == SETUP_DONE;
    return state;
}

static bool standalone_is_there(struct setup *setup, struct slice path, struct slice wanted)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFLIST_BYTES_MAX);
    _cleanup_(node_file_done) struct node_file file = NODE_FILE_INIT;
    const struct tree *tree = NULL;
    if (!node_file_read(path.bytes, &text, &file, NULL))
        return false;
    if (!setup->current.length) /* not by this run */
        return slice_equal(buffer_slice(&text), wanted) && (file.status.st_mode & 07777) == setup->settings->own_mode;
    struct source source = {.name = path, .text = buffer_slice(&text)};
    return json_read(&arena, &source, &tree, NULL) && tree_text_is(tree_get(tree, SLICE("type")), SLICE(CONFLIST_PLUGIN));
}

static enum setup_state standalone_configure(struct setup *setup, bool *ret_changed, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFLIST_BYTES_MAX);
    struct slice path = setup_own_path(&arena, setup->settings);
    conflist_standalone(&arena, &setup->settings->entry, &text);
    if (!standalone_is_there(setup, path, buffer_slice(&text))) {
        if (!node_file_write(path.bytes, buffer_slice(&text), NULL, setup->settings->own_mode, NULL, NULL, error))
            return SETUP_FAILED;
        report(setup, LOG_INFO, "configuration-written", path);
        *ret_changed = true;
    }
    current_set(setup, path);
    return SETUP_DONE;
}

enum setup_state setup_configuration(struct setup *setup, bool *ret_changed, struct error *error)
{
    *ret_changed = false;
    return setup->settings->is_chained ? chained_configure(setup, ret_changed, error)
                                       : standalone_configure(setup, ret_changed, error);
}

/* ---- writers that were late ---- */

/* Writes the entry into what was written to the replaced file, and puts that in force, unless somebody else has by now
 * made the configuration another one. False: not yet. */
static bool previous_adopt(struct setup *setup)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFLIST_BYTES_MAX), out = BUFFER_INIT(2 * (size_t)CONFLIST_BYTES_MAX),
                                         now = BUFFER_INIT(CONFLIST_BYTES_MAX);
    _cleanup_(node_file_done) struct node_file file = NODE_FILE_INIT;
    struct conflist conflist;
    struct error error;
    bool changed, overtaken;
    if (lseek(setup->previous.fd, 0, SEEK_SET) || fstat(setup->previous.fd, &setup->previous.status) ||
        !fd_read_all(setup->previous.fd, setup->current, &text, &error))
        return true;
    struct source source = {.name = setup->current, .text = buffer_slice(&text)};
    if (!conflist_read(&arena, &source, CONFLIST_EITHER, &conflist, &error))
        return false; /* half of it */
    if (!node_file_read(setup->current.bytes, &now, &file, &error) || !node_file_is(&file, &setup->written))
        return true;
    conflist_add(&arena, &conflist, conflist_entry(&arena, &setup->settings->entry), &out, &changed);
    if (!changed)
        buffer_add_slice(&out, source.text);
    if (!node_file_write(setup->current.bytes, buffer_slice(&out), &file, 0, &overtaken, &setup->written, &error)) {
        log_error(setup->settings->log, LOG_ERROR, "configuration", &error);
        return false;
    }
    report(setup, LOG_INFO, "configuration-followed", setup->current);
    return true;
}

bool setup_follow(struct setup *setup)
{
    if (setup->previous.fd < 0)
        return false;
    if (node_file_is_changed(&setup->previous) || setup->previous.status.st_size == 0) {
        setup->previous_ms = moment_steady_ms();
        if (!previous_adopt(setup))
            setup->previous.status.st_size = 0; /* look again */
    }
    if (moment_steady_ms() - setup->previous_ms < FOLLOW_MS)
        return true;
    node_file_done(&setup->previous);
    return false;
}

/* ---- taking it out ---- */

bool setup_remove(struct setup *setup, struct error *error)
{
    const struct setup_settings *settings = setup->settings;
    while (setup_follow(setup) && node_file_is_changed(&setup->previous))
        usleep(20 * 1000); /* for a last writer, FOLLOW_MS at most */
    if (settings->is_chained) {
        if (!setup_choice_clean(setup, error))
            return error_wrap(error, "the plugin stays, for its entry does");
    } else if (setup->current.length) {
        if (!node_file_remove(setup->current.bytes, error))
            return error_wrap(error, "the plugin stays, for its configuration does");
        report(setup, LOG_INFO, "configuration-removed", setup->current);
    }
    bool kubeconfig_removed = node_file_remove(settings->kubeconfig.bytes, error);
    bool removed = node_file_remove(settings->binary_target.bytes, kubeconfig_removed ? error : NULL);
    return kubeconfig_removed && removed;
}
