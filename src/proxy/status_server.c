#include "proxy/status_server.h"
#include "base/fd.h"
#include "base/memory.h"
#include "proxy/status_loop.h"
#include "serve/listen.h"
#include "serve/thread.h"
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct status_server {
    struct status_settings settings;
    struct status_loop loop;
    pthread_t thread;
    bool is_running;
};

static void *server_run(void *context)
{
    struct status_server *server = context;
    pthread_setname_np(pthread_self(), "status");
    status_loop_run(&server->loop);
    return NULL;
}

static bool ports_open(struct status_server *server, struct error *error)
{
    const struct status_settings *settings = &server->settings;
    const uint16_t ports[STATUS_DOORS] = {
        [STATUS_DOOR] = settings->status_port,
        [READY_DOOR] = settings->ready_port,
        [METRICS_DOOR] = settings->metrics_port,
    };
    for (int i = 0; i < STATUS_DOORS; i++) {
        uint16_t bound;
        struct status_listener *listener = &server->loop.listeners[i];
        listener->door = (enum status_door)i;
        if (ports[i] && !listen_tcp(NULL, ports[i], &listener->fd, &bound, error))
            return error_wrap(error, "the status server");
    }
    return true;
}

static bool server_begin(struct status_server *server, struct error *error)
{
    struct status_loop *loop = &server->loop;
    if (!ports_open(server, error))
        return false;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->wake_fd < 0 || loop->stop_fd < 0)
        return error_errno(error, "eventfd");
    server->is_running = thread_start(&server->thread, THREAD_SMALL, server_run, server, "the status server", error);
    return server->is_running;
}

bool status_server_start(const struct status_settings *settings, struct status_server **ret_server, struct error *error)
{
    struct status_server *server = memory_new(1, sizeof *server);
    server->settings = *settings;
    server->loop.settings = &server->settings;
    server->loop.epoll = server->loop.wake_fd = server->loop.stop_fd = -1;
    for (int i = 0; i < STATUS_DOORS; i++)
        server->loop.listeners[i].fd = -1;
    server->loop.probes_failed = memory_new(settings->probes.count, sizeof *server->loop.probes_failed);
    pthread_mutex_init(&server->loop.lock, NULL);
    if (server_begin(server, error)) {
        *ret_server = server;
        return true;
    }
    status_server_stop(server);
    return false;
}

void status_server_stop(struct status_server *server)
{
    if (!server)
        return;
    if (server->is_running) {
        eventfd_write(server->loop.stop_fd, 1);
        pthread_join(server->thread, NULL);
    }
    for (int i = 0; i < STATUS_DOORS; i++)
        fd_close(&server->loop.listeners[i].fd);
    fd_close(&server->loop.wake_fd);
    fd_close(&server->loop.stop_fd);
    pthread_mutex_destroy(&server->loop.lock);
    free(server->loop.probes_failed);
    free(server);
}
