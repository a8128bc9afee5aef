#include "serve/connections.h"
#include "base/attribute.h"
#include "base/memory.h"
#include <stdlib.h>
#include <sys/socket.h>

static const int64_t patience_ms[CONNECTION_STATES] = {
    [CONNECTION_NEW] = CONNECTION_NEW_MS,
    [CONNECTION_IDLE] = CONNECTION_IDLE_MS,
    [CONNECTION_READING] = CONNECTION_READING_MS,
    [CONNECTION_WRITING] = CONNECTION_WRITING_MS,
};

static void list_append(struct connections *connections, struct connection *connection)
{
    struct connection_list *list = &connections->lists[connection->state];
    connection->older = list->newest;
    connection->newer = NULL;
    if (list->newest)
        list->newest->newer = connection;
    else
        list->oldest = connection;
    list->newest = connection;
    list->count++;
}

static void list_remove(struct connections *connections, struct connection *connection)
{
    struct connection_list *list = &connections->lists[connection->state];
    if (connection->older)
        connection->older->newer = connection->newer;
    else
        list->oldest = connection->newer;
    if (connection->newer)
        connection->newer->older = connection->older;
    else
        list->newest = connection->older;
    list->count--;
}

/* The library's thread sees the end of the stream, and closes. The descriptor is open as long as the connection is in
 * a list: it leaves first. */
static void connection_shut(struct connection *connection)
{
    connection->is_closing = true;
    shutdown(connection->fd, SHUT_RDWR);
}

void connections_init(struct connections *connections, size_t limit)
{
    *connections = (struct connections){.limit = limit};
    pthread_mutex_init(&connections->lock, NULL);
}

void connections_done(struct connections *connections)
{
    pthread_mutex_destroy(&connections->lock);
}

static size_t count_all(const struct connections *connections)
{
    size_t count = 0;
    for (size_t i = 0; i < CONNECTION_STATES; i++)
        count += connections->lists[i].count;
    return count;
}

/* The one that has waited longest without asking anything, then the one that has been idle for longest. */
static bool evict_one(struct connections *connections)
{
    static const enum connection_state order[] = {CONNECTION_NEW, CONNECTION_IDLE};
    for (size_t i = 0; i < ARRAY_LENGTH(order); i++) {
        for (struct connection *each = connections->lists[order[i]].oldest; each; each = each->newer) {
            if (each->is_closing)
                continue;
            connection_shut(each);
            return true;
        }
    }
    return false;
}

struct connection *connections_enter(struct connections *connections, int fd, int64_t now_ms, bool *ret_evicted)
{
    struct connection *connection = NULL;
    pthread_mutex_lock(&connections->lock);
    bool is_full = count_all(connections) >= connections->limit;
    *ret_evicted = is_full && evict_one(connections);
    if (!is_full || *ret_evicted) {
        connection = memory_new(1, sizeof *connection);
        connection->fd = fd;
        connection->since_ms = now_ms;
        list_append(connections, connection);
    }
    pthread_mutex_unlock(&connections->lock);
    return connection;
}

void *connections_leave(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    list_remove(connections, connection);
    pthread_mutex_unlock(&connections->lock);
    void *attached = connection->attached;
    free(connection);
    return attached;
}

void connections_move(struct connections *connections, struct connection *connection, enum connection_state state,
                      int64_t now_ms)
{
    pthread_mutex_lock(&connections->lock);
    list_remove(connections, connection);
    connection->state = state;
    connection->is_large = false;
    connection->since_ms = now_ms;
    list_append(connections, connection);
    pthread_mutex_unlock(&connections->lock);
}

void connections_progress(struct connections *connections, struct connection *connection, int64_t now_ms)
{
    pthread_mutex_lock(&connections->lock);
    connection->is_large = true;
    connection->progress_ms = now_ms;
    pthread_mutex_unlock(&connections->lock);
}

bool connections_evict_large(struct connections *connections, const struct connection *spared)
{
    struct connection *slowest = NULL;
    pthread_mutex_lock(&connections->lock);
    for (struct connection *each = connections->lists[CONNECTION_READING].oldest; each; each = each->newer) {
        if (each->is_large && !each->is_closing && each != spared &&
            (!slowest || each->progress_ms < slowest->progress_ms))
            slowest = each;
    }
    if (slowest)
        connection_shut(slowest);
    pthread_mutex_unlock(&connections->lock);
    return slowest != NULL;
}

size_t connections_expire(struct connections *connections, int64_t now_ms)
{
    size_t expired = 0;
    pthread_mutex_lock(&connections->lock);
    for (size_t state = 0; state < CONNECTION_STATES; state++) {
        /* Oldest first: the first one that may stay ends the search. */
        for (struct connection *each = connections->lists[state].oldest;
             each && now_ms - each->since_ms > patience_ms[state]; each = each->newer) {
            if (each->is_closing)
                continue;
            connection_shut(each);
            expired++;
        }
    }
    pthread_mutex_unlock(&connections->lock);
    return expired;
}

void connections_close_idle(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    for (struct connection *each = connections->lists[CONNECTION_IDLE].oldest; each; each = each->newer)
        connection_shut(each);
    for (struct connection *each = connections->lists[CONNECTION_NEW].oldest; each; each = each->newer)
        connection_shut(each);
    pthread_mutex_unlock(&connections->lock);
}

size_t connections_count(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    size_t count = count_all(connections);
    pthread_mutex_unlock(&connections->lock);
    return count;
}

size_t connections_busy(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    size_t count =
        connections->lists[CONNECTION_READING].count + connections->lists[CONNECTION_WRITING].count;
    pthread_mutex_unlock(&connections->lock);
    return count;
}
