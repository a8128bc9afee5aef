/* keeper_main.c - a keeper by itself, for tests: keeper_test_program NAMESPACE SERVICE SECRET|FILE CONFIGURATION FOLDER
 * CA SERVING GRACE (seconds). Prints one line an event; puts each serving certificate into FOLDER/tls.pem, key and
 * all. Ends on SIGTERM. A third argument with a slash in it is a file of CAs. */
#include "base/fd.h"
#include "base/number.h"
#include "webhook/keeper.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void certificate_given(void *context, const struct authority_pair *serving, const struct authority_times *times)
{
    char path[2][512];
    struct error error;
    snprintf(path[0], sizeof path[0], "%s/tls.pem.new", (const char *)context);
    snprintf(path[1], sizeof path[1], "%s/tls.pem", (const char *)context);
    int fd = open(path[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || !fd_write_all(fd, SLICE("tls.pem"), serving->certificate, &error) ||
        !fd_write_all(fd, SLICE("tls.pem"), serving->key, &error) || close(fd) || rename(path[0], path[1]))
        _exit(1);
    printf("certificate until %lld\n", (long long)times->not_after);
}

static void bundle_written(void *context, struct slice configuration, size_t webhooks)
{
    (void)context;
    printf("caBundle of %zu in %.*s\n", webhooks, SLICE_ARGS(configuration));
}

static void event_told(void *context, const char *text)
{
    (void)context;
    printf("event %s\n", text);
}

static void failure_told(void *context, const struct error *error)
{
    (void)context;
    printf("failed %s\n", error->text);
}

static const char *environment_get(const char *name)
{
    return getenv(name);
}

int main(int argc, char **argv)
{
    static const struct slice more[] = {SLICE_CONSTANT("127.0.0.1")};
    int64_t seconds[3];
    struct error error;
    for (int i = 0; i < 3; i++) {
        if (argc != 9 || !number_parse_i64(slice_from(argv[6 + i]), &seconds[i]))
            return 2;
    }
    const struct rotation_settings rotation = {{seconds[0], seconds[1], 0}, seconds[2]};
    const struct slice configuration = slice_from(argv[4]);
    bool is_file = strchr(argv[3], '/');
    const struct keeper_settings settings = {
        .access = {.environment = environment_get}, .namespace = slice_from(argv[1]), .service = slice_from(argv[2]),
        .secret = is_file ? (struct slice){0} : slice_from(argv[3]), .ca_file = slice_from(is_file ? argv[3] : NULL),
        .any_service = is_file, .configurations = &configuration, .configuration_count = 1, .more_names = more,
        .more_name_count = 1, .rotation = &rotation};
    const struct keeper_callbacks callbacks = {argv[5], certificate_given, bundle_written, event_told, failure_told};
    struct keeper *keeper = NULL;
    sigset_t ends;
    int which;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!keeper_start(&settings, &callbacks, &keeper, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    sigwait(&ends, &which);
    printf("%s\n", keeper_is_ready(keeper) ? "ready" : "not ready");
    keeper_stop(&keeper);
    return 0;
}
