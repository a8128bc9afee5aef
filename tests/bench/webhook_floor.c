/* webhook_floor PORT CERTIFICATE KEY [THREADS]: what a webhook costs before it does anything. The same libraries as
 * ours (libmicrohttpd, GnuTLS, a thread pool on epoll) answer every POST with the same 9 KB. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BODY = 9 * 1024, CONNECTIONS = 4096 };
static char body[BODY];

static char *file_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0)
        return NULL;
    char *text = calloc(1, (size_t)status.st_size + 1);
    if (!text || read(fd, text, (size_t)status.st_size) != status.st_size) {
        free(text);
        text = NULL;
    }
    close(fd);
    return text;
}

static enum MHD_Result answer(void *closure, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)url, (void)version, (void)upload, (void)closure;
    if (!*state) {
        *state = body;
        return MHD_YES;
    }
    if (*upload_size) {
        *upload_size = 0;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(sizeof body, body, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json");
    unsigned int status = strcmp(method, "POST") == 0 ? MHD_HTTP_OK : MHD_HTTP_METHOD_NOT_ALLOWED;
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: webhook_floor PORT CERTIFICATE KEY [THREADS]\n", stderr);
        return 2;
    }
    char *certificate = file_read(argv[2]), *key = file_read(argv[3]);
    long port = strtol(argv[1], NULL, 10);
    long threads = argc > 4 ? strtol(argv[4], NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigset_t ending;
    int signal_number;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigprocmask(SIG_BLOCK, &ending, NULL);
    memset(body, 'x', sizeof body);
    struct MHD_Daemon *daemon =
        certificate && key
            ? MHD_start_daemon(MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, answer, NULL,
                               MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                               MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_HTTPS_MEM_KEY, key,
                               MHD_OPTION_THREAD_POOL_SIZE, (unsigned int)threads,
                               MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS, MHD_OPTION_END)
            : NULL;
    if (!daemon) {
        fputs("webhook_floor: cannot serve\n", stderr);
        return 1;
    }
    sigwait(&ending, &signal_number);
    MHD_stop_daemon(daemon);
    free(certificate);
    free(key);
    return 0;
}
