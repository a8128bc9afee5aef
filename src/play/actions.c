#include "play/making.h"
#include "capture/value.h"
#include <stdio.h>

uint16_t play_port_find(const struct play_pod *pod, const struct tree *container, const struct tree *port)
{
    const struct tree *containers = tree_get(pod->spec, SLICE("containers"));
    if (tree_is(port, TREE_INT))
        return port->integer > 0 && port->integer <= 65535 ? (uint16_t)port->integer : 0;
    uint16_t number;
    if (value_port(tree_text(port), &number, NULL))
        return number;
    for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
        const struct tree *one = container ? container : containers->list.items[i];
        const struct tree *ports = tree_get(one, SLICE("ports"));
        for (size_t j = 0; tree_is(ports, TREE_LIST) && j < ports->list.count; j++) {
            int64_t found = play_number(ports->list.items[j], "containerPort", 0);
            if (tree_text_is(tree_get(ports->list.items[j], SLICE("name")), tree_text(port)) && found > 0 &&
                found <= 65535)
                return (uint16_t)found;
        }
    }
    return 0;
}

static char *const *words_read(struct play_making *making, const struct tree *list)
{
    size_t count = tree_is(list, TREE_LIST) ? list->list.count : 0;
    char **words = arena_new(making->arena, char *, count + 1);
    for (size_t i = 0; i < count; i++)
        words[i] = (char *)(uintptr_t)play_text(making, list->list.items[i]).bytes;
    return words;
}

/* A line of the request must not become two. */
static bool word_check(struct play_making *making, struct slice word)
{
    for (size_t i = 0; i < word.length; i++) {
        if ((unsigned char)word.bytes[i] < ' ')
            return error_set(making->error, ERROR_VALUE, (struct position){0},
                             "a control character stands in a path or header of httpGet");
    }
    return true;
}

static bool http_make(struct play_making *making, const struct play_pod *pod, const struct tree *http,
                      struct play_action *ret)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 16);
    struct slice path = tree_text(tree_get(http, SLICE("path"))), scheme = tree_text(tree_get(http, SLICE("scheme")));
    const struct tree *headers = tree_get(http, SLICE("httpHeaders"));
    if (scheme.length && !slice_equal(scheme, SLICE("HTTP")))
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "httpGet: the scheme %.*s can only be played behind an injected sidecar", SLICE_ARGS(scheme));
    bool has_stroke = slice_starts(path, SLICE("/"));
    bool has_host = false;
    buffer_format(&out, "GET %s%.*s HTTP/1.1\r\n", has_stroke ? "" : "/", SLICE_ARGS(path));
    bool is_fine = word_check(making, path);
    for (size_t i = 0; is_fine && tree_is(headers, TREE_LIST) && i < headers->list.count; i++) {
        struct slice name = tree_text(tree_get(headers->list.items[i], SLICE("name")));
        struct slice value = tree_text(tree_get(headers->list.items[i], SLICE("value")));
        is_fine = word_check(making, name) && word_check(making, value);
        has_host |= slice_equal(name, SLICE("Host"));
        buffer_format(&out, "%.*s: %.*s\r\n", SLICE_ARGS(name), SLICE_ARGS(value));
    }
    if (!is_fine)
        return false;
    if (!has_host)
        buffer_format(&out, "Host: %.*s:%u\r\n", SLICE_ARGS(pod->address), ret->port);
    buffer_add_literal(&out, "User-Agent: kube-probe/1.34\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    ret->request = arena_copy(making->arena, buffer_slice(&out));
    return true;
}

bool play_action_make(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                      const struct tree *handler, struct play_action *ret)
{
    const struct tree *http = tree_get(handler, SLICE("httpGet")), *tcp = tree_get(handler, SLICE("tcpSocket"));
    const struct tree *exec = tree_get(handler, SLICE("exec")), *sleep = tree_get(handler, SLICE("sleep"));
    *ret = (struct play_action){0};
    if (!tree_is_null(exec)) {
        ret->argv = words_read(making, tree_get(exec, SLICE("command")));
        ret->kind = PLAY_ACTION_EXEC;
        return ret->argv[0] ||
               error_set(making->error, ERROR_MISSING, (struct position){0}, "exec: there is no command");
    }
    if (!tree_is_null(sleep)) {
        *ret = (struct play_action){.kind = PLAY_ACTION_SLEEP, .seconds = play_number(sleep, "seconds", 0)};
        return true;
    }
    if (!tree_is_null(tree_get(handler, SLICE("grpc"))))
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "grpc: such a probe can only be played behind an injected sidecar");
    const struct tree *target = !tree_is_null(http) ? http : tcp;
    if (tree_is_null(target))
        return true;
    ret->kind = target == http ? PLAY_ACTION_HTTP : PLAY_ACTION_TCP;
    ret->port = play_port_find(pod, container, tree_get(target, SLICE("port")));
    if (!ret->port)
        return error_set(making->error, ERROR_VALUE, (struct position){0}, "the container has no port \"%.*s\"",
                         SLICE_ARGS(tree_text(tree_get(target, SLICE("port")))));
    return target != http || http_make(making, pod, http, ret);
}

static int64_t at_least(int64_t value, int64_t least)
{
    return value < least ? least : value;
}

bool play_probes_make(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                      struct play_container *ret)
{
    static const char *const names[PLAY_PROBES] = {"startupProbe", "readinessProbe", "livenessProbe"};
    for (size_t i = 0; i < PLAY_PROBES; i++) {
        const struct tree *tree = tree_get(container, slice_from(names[i]));
        if (!play_action_make(making, pod, container, tree, &ret->probes[i].action))
            return error_wrap(making->error, "%s", names[i]);
        ret->probes[i].delay_s = at_least(play_number(tree, "initialDelaySeconds", 0), 0);
        ret->probes[i].period_s = at_least(play_number(tree, "periodSeconds", 10), 1);
        ret->probes[i].timeout_s = at_least(play_number(tree, "timeoutSeconds", 1), 1);
        ret->probes[i].successes = at_least(play_number(tree, "successThreshold", 1), 1);
        ret->probes[i].failures = at_least(play_number(tree, "failureThreshold", 3), 1);
    }
    return true;
}
