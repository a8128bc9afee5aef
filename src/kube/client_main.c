/* client_main.c - the client as a program, for tests: client_test_program VERB ... */
#include "base/fd.h"
#include "base/number.h"
#include "kube/client.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 80 * 1024 * 1024 };

static const char *environment_get(const char *name)
{
    return getenv(name);
}

static unsigned variable_number(const char *name)
{
    uint32_t number = 0;
    return number_parse_u32(slice_from(getenv(name)), &number) ? number : 0;
}

static int fail(const struct error *error, const struct kube_answer *answer)
{
    char text[2048];
    error_print(error, text, sizeof text);
    printf("status=%u reason=%.*s code=%d\n", answer->status, SLICE_ARGS(answer->reason), (int)error->code);
    fprintf(stderr, "%s\n", text);
    return 1;
}

static bool object_read(struct arena *arena, const struct tree **ret_object, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(TEXT_MAX);
    if (!fd_read_file("-", &text, error))
        return false;
    struct source source = {.name = SLICE("standard input"), .text = arena_copy(arena, buffer_slice(&text))};
    return yaml_read(arena, &source, NULL, ret_object, error);
}

static void tree_print(const struct tree *tree)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(TEXT_MAX);
    json_write(&out, tree, JSON_COMPACT);
    printf("%.*s\n", (int)out.length, out.bytes);
    fflush(stdout);
}

static bool verb_run(struct kube_client *client, struct arena *arena, const char *verb,
                     const struct kube_resource *resource, const char *query, struct kube_answer *answer,
                     struct error *error)
{
    const struct tree *object = NULL;
    struct slice name = slice_from(verb);
    if (slice_equal(name, SLICE("get")))
        return kube_get(client, arena, resource, answer, error);
    if (slice_equal(name, SLICE("list")))
        return kube_list(client, arena, resource, query, answer, error);
    if (slice_equal(name, SLICE("delete")))
        return kube_delete(client, arena, resource, NULL, answer, error);
    if (!object_read(arena, &object, error))
        return false;
    if (slice_equal(name, SLICE("create")))
        return kube_create(client, arena, resource, object, query, answer, error);
    if (slice_equal(name, SLICE("update")))
        return kube_update(client, arena, resource, object, answer, error);
    if (slice_equal(name, SLICE("patch-json")))
        return kube_patch(client, arena, resource, KUBE_PATCH_JSON, object, answer, error);
    if (slice_equal(name, SLICE("patch-merge")))
        return kube_patch(client, arena, resource, KUBE_PATCH_MERGE, object, answer, error);
    if (slice_equal(name, SLICE("patch-strategic")))
        return kube_patch(client, arena, resource, KUBE_PATCH_STRATEGIC, object, answer, error);
    return error_set(error, ERROR_USAGE, (struct position){0}, "no verb \"%s\"", verb);
}

/* ---- watching: one line an event ---- */

static void print_listed(void *context, const struct tree *list)
{
    (void)context;
    const struct tree *items = tree_get(list, SLICE("items"));
    printf("LISTED");
    for (size_t i = 0; i < tree_count(items); i++)
        printf(" %.*s", SLICE_ARGS(tree_text(tree_at(items->list.items[i], "metadata", "name"))));
    printf("\n");
    fflush(stdout);
}

static void print_changed(void *context, enum kube_event event, const struct tree *object)
{
    static const char *const names[] = {"ADDED", "MODIFIED", "DELETED"};
    (void)context;
    printf("%s %.*s\n", names[event], SLICE_ARGS(tree_text(tree_at(object, "metadata", "name"))));
    fflush(stdout);
}

static void print_failed(void *context, const struct error *error)
{
    char text[2048];
    (void)context;
    error_print(error, text, sizeof text);
    printf("FAILED %s\n", text);
    fflush(stdout);
}

static void print_alive(void *context)
{
    (void)context;
    printf("ALIVE\n");
    fflush(stdout);
}

static int watch_run(struct kube_client *client, const struct kube_resource *resource, const char *selectors)
{
    const struct kube_watcher watcher = {NULL, print_listed, print_changed, print_failed, print_alive};
    kube_watch(client, resource, selectors, &watcher, STDIN_FILENO);
    printf("STOPPED\n");
    return 0;
}

/* client_test_program VERB GROUP_VERSION PLURAL NAMESPACE NAME [QUERY] < OBJECT: "" for what is not there.
 * client_test_program path PATH; client_test_program watch ... runs until standard input ends. The answer goes to
 * standard output; on failure "status=... reason=... code=..." does, and the message to standard error. REPEAT=N does
 * it N times. */
int main(int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    struct kube_access access = {.environment = environment_get, .variables = environ,
                                 .context = slice_from(getenv("CONTEXT")),
                                 .service_account_folder = slice_from(getenv("SERVICE_ACCOUNT")),
                                 .timeout_ms = variable_number("TIMEOUT_MS"), .retry_ms = variable_number("RETRY_MS"),
                                 .watch_ms = variable_number("WATCH_MS")};
    struct kube_answer answer = {0};
    struct error error;
    if (argc < 3)
        return 2;
    if (!kube_client_open(&access, &client, &error))
        return fail(&error, &answer);
    if (argc < 6 && strcmp(argv[1], "path") != 0)
        return 2;
    unsigned count = variable_number("REPEAT");
    for (unsigned i = 0; i < (count ? count : 1); i++) {
        if (strcmp(argv[1], "path") == 0) {
            if (!kube_get_path(client, &arena, argv[2], &answer, &error))
                return fail(&error, &answer);
            printf("%.*s\n", (int)answer.text.length, answer.text.bytes);
            continue;
        }
        struct kube_resource resource = {argv[2], argv[3], slice_from(argv[4]), slice_from(argv[5])};
        const char *query = argc > 6 ? argv[6] : NULL;
        if (strcmp(argv[1], "watch") == 0)
            return watch_run(client, &resource, query);
        if (!verb_run(client, &arena, argv[1], &resource, query, &answer, &error))
            return fail(&error, &answer);
        tree_print(answer.object);
    }
    return 0;
}
