#include "cni/plugin_log.h"
#include "base/error.h"
#include "base/fd.h"
#include "tree/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_MAX = 3072, LINE_MAX_BYTES = 16 * 1024, PATH_BYTES_MAX = 4096 };
enum { FILE_BYTES_MAX = 10 << 20, AGENT_WAIT_MS = 500 };

static const struct {
    const char *name;
    enum plugin_level level;
} levels[] = {{"debug", PLUGIN_DEBUG}, {"info", PLUGIN_INFO}, {"warn", PLUGIN_WARN},
              {"error", PLUGIN_ERROR}, {"none", PLUGIN_NONE}, {"fatal", PLUGIN_NONE}};

enum plugin_level plugin_level_find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++) {
        if (slice_equal(slice_from(levels[i].name), name))
            return levels[i].level;
    }
    return PLUGIN_INFO;
}

/* RFC 3339, in UTC, to the microsecond. */
static void time_add(struct buffer *line)
{
    struct timespec now;
    struct tm calendar;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &calendar);
    buffer_format(line, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", calendar.tm_year + 1900, calendar.tm_mon + 1,
                  calendar.tm_mday, calendar.tm_hour, calendar.tm_min, calendar.tm_sec, now.tv_nsec / 1000);
}

static void field_add(struct buffer *line, const char *name, struct slice value)
{
    if (!value.length)
        return;
    buffer_format(line, ",\"%s\":", name);
    json_write_string(line, slice_range(value, 0, MESSAGE_MAX), JSON_COMPACT);
}

void plugin_log_add(struct plugin_log *log, enum plugin_level level, const char *format, ...)
{
    char message[MESSAGE_MAX];
    if (level < log->level)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(LINE_MAX_BYTES);
    buffer_format(&line, "{\"level\":\"%s\",\"time\":\"", levels[level].name);
    time_add(&line);
    buffer_add_byte(&line, '"');
    field_add(&line, "msg", slice_from(message));
    field_add(&line, "command", log->command);
    field_add(&line, "pod", log->pod);
    buffer_add_literal(&line, "}\n");
    if (line.overflowed) /* cannot be: the fields are bounded */
        return;
    if (log->write)
        log->write(log->context, buffer_slice(&line));
    buffer_add_slice(&log->lines, buffer_slice(&line));
}

/* ---- the file ------------------------------------------------------------------------------------------------ */

static bool path_make(struct slice folder, const char *name, char out[PATH_BYTES_MAX])
{
    int length = snprintf(out, PATH_BYTES_MAX, "%.*s/%s", SLICE_ARGS(folder), name);
    return length > 0 && length < PATH_BYTES_MAX;
}

static int file_open(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0640);
}

/* Several plugins write at once: whoever has the lock, and still sees the same large file under that name, sets it
 * aside. */
static void file_rotate(int *fd, const char *path)
{
    char aside[PATH_BYTES_MAX];
    struct stat status, named;
    if (fstat(*fd, &status) < 0 || status.st_size < FILE_BYTES_MAX || flock(*fd, LOCK_EX | LOCK_NB) < 0)
        return;
    int length = snprintf(aside, sizeof aside, "%s.1", path);
    if (stat(path, &named) < 0 || named.st_ino != status.st_ino || length >= (int)sizeof aside ||
        rename(path, aside) < 0)
        return;
    fd_close(fd);
    *fd = file_open(path);
}

static void file_append(const struct plugin_log *log, struct slice folder)
{
    char path[PATH_BYTES_MAX];
    struct stat status;
    if (!path_make(folder, "istio-cni.log", path))
        return;
    _cleanup_(fd_close) int fd = file_open(path);
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return;
    file_rotate(&fd, path);
    if (fd >= 0) /* one write, so that lines of several plugins do not tear */
        (void)!fd_write_all(fd, SLICE("the log"), buffer_slice(&log->lines), NULL);
}

/* ---- the agent ----------------------------------------------------------------------------------------------- */

static void body_add(const struct plugin_log *log, struct buffer *body)
{
    struct slice_splitter lines = {.rest = buffer_slice(&log->lines)};
    buffer_add_byte(body, '[');
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        if (!line.length)
            continue;
        if (body->length > 1)
            buffer_add_byte(body, ',');
        json_write_string(body, line, JSON_COMPACT);
    }
    buffer_add_byte(body, ']');
}

static int agent_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path || stat(path, &status) < 0 || !S_ISSOCK(status.st_mode))
        return -1;
    memcpy(address.sun_path, path, length + 1);
    _cleanup_(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval wait = {.tv_usec = AGENT_WAIT_MS * 1000 / 2};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    return fd_take(&fd);
}

static void agent_send(const struct plugin_log *log, struct slice folder)
{
    char path[PATH_BYTES_MAX], answer[256];
    if (!path_make(folder, "log.sock", path))
        return;
    _cleanup_(fd_close) int fd = agent_connect(path);
    _cleanup_(buffer_done) struct buffer body = BUFFER_INIT(4 << 20);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(5 << 20);
    if (fd < 0)
        return;
    body_add(log, &body);
    buffer_format(&text,
                  "POST /log HTTP/1.1\r\nHost: unix\r\nContent-Type: application/json\r\nConnection: close\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  body.length);
    buffer_add_slice(&text, buffer_slice(&body));
    if (text.overflowed || !fd_write_all(fd, SLICE("the agent's socket"), buffer_slice(&text), NULL))
        return;
    /* Its answer says that it has taken them: a connection that is gone before may be dropped with what it said. */
    (void)!read(fd, answer, sizeof answer);
}

void plugin_log_deliver(struct plugin_log *log, struct slice folder)
{
    if (!log->lines.length || !folder.length || folder.bytes[0] != '/')
        return;
    file_append(log, folder);
    agent_send(log, folder);
    buffer_clear(&log->lines);
}

void plugin_log_done(struct plugin_log *log)
{
    buffer_done(&log->lines);
}
