#include "kube/exec_plugin.h"
#include "base/child.h"
#include "base/fd.h"
#include "kube/text.h"
#include "tree/json.h"
#include <errno.h>
#include <nettle/base64.h>
#include <unistd.h>

enum {
    ANSWER_MAX = 4 * 1024 * 1024,
    CERTIFICATES_MAX = 16 * 1024 * 1024,
    SILENT_MS = 60 * 1000,        /* for a program that asks nobody */
    INTERACTIVE_MS = 5 * 60 * 1000, /* somebody may have to find a browser */
    VARIABLES_MAX = 64 * 1024,
};

static const struct position nowhere;

struct plugin {
    struct arena *arena;
    const struct kubeconfig *config;
    const char *(*environment)(const char *name);
    struct slice api_version, command, path, install_hint;
    bool is_interactive, wants_cluster;
};

/* ---- its answer ---- */

static bool answer_check(const struct tree *tree, struct slice api_version, struct error *error)
{
    struct slice kind = tree_text(tree_get(tree, SLICE("kind")));
    struct slice version = tree_text(tree_get(tree, SLICE("apiVersion")));
    if (!slice_equal(kind, SLICE("ExecCredential")) || !slice_equal(version, api_version))
        return error_set(error, ERROR_VALUE, nowhere,
                         "it printed kind \"%.*s\" of \"%.*s\", want ExecCredential of \"%.*s\"", SLICE_ARGS(kind),
                         SLICE_ARGS(version), SLICE_ARGS(api_version));
    return true;
}

bool exec_answer_read(struct arena *arena, struct slice text, struct slice api_version, struct exec_answer *ret_answer,
                      struct error *error)
{
    struct source source = {.name = SLICE("its output"), .text = text};
    struct exec_answer answer = {0};
    struct error json_error;
    const struct tree *tree;
    /* Neither the line nor what was found in it: there are secrets in it. */
    if (!json_read(arena, &source, &tree, &json_error))
        return error_set(error, ERROR_SYNTAX, nowhere, "what it printed is no JSON (line %u, column %u of %zu bytes)",
                         json_error.where.line, json_error.where.column, text.length);
    if (!answer_check(tree, api_version, error))
        return false;
    const struct tree *status = tree_get(tree, SLICE("status"));
    answer.token = slice_trim(tree_text(tree_get(status, SLICE("token"))));
    answer.certificate = tree_text(tree_get(status, SLICE("clientCertificateData")));
    answer.key = tree_text(tree_get(status, SLICE("clientKeyData")));
    if (!answer.certificate.length != !answer.key.length)
        return error_set(error, ERROR_MISSING, nowhere, "it gave one of clientCertificateData and clientKeyData, but "
                                                        "not the other");
    if (!answer.token.length && !answer.certificate.length)
        return error_set(error, ERROR_MISSING, nowhere, "it gave neither a token nor a client certificate");
    struct slice expires = tree_text(tree_get(status, SLICE("expirationTimestamp")));
    if (expires.length && !kube_text_parse_time(expires, &answer.expires))
        return error_set(error, ERROR_VALUE, nowhere, "its expirationTimestamp is no time as 2026-01-02T03:04:05Z");
    *ret_answer = answer;
    return true;
}

/* ---- what it is told ---- */

static void put_text(struct arena *arena, struct tree *map, const char *key, struct slice text)
{
    if (text.length)
        tree_put(arena, map, slice_from(key), tree_string(arena, text));
}

static bool authorities_text(struct arena *arena, const struct kubeconfig_part *part, struct slice *ret_text,
                             struct error *error)
{
    _cleanup_(buffer_done) struct buffer file = BUFFER_INIT(CERTIFICATES_MAX);
    struct slice bytes = part->bytes;
    if (!bytes.length && part->path.length) {
        if (!fd_read_file(part->path.bytes, &file, error))
            return error_wrap(error, "certificate-authority");
        bytes = buffer_slice(&file);
    }
    size_t length = BASE64_ENCODE_RAW_LENGTH(bytes.length);
    char *encoded = arena_take(arena, length + 1);
    base64_encode_raw(encoded, bytes.length, (const uint8_t *)bytes.bytes);
    *ret_text = (struct slice){encoded, length};
    return true;
}

/* spec.cluster: k8s.io/client-go, pkg/apis/clientauthentication/v1, Cluster. */
static bool cluster_tree(const struct plugin *plugin, const struct tree **ret_cluster, struct error *error)
{
    struct arena *arena = plugin->arena;
    const struct kubeconfig *config = plugin->config;
    struct tree *cluster = tree_map(arena, 6);
    struct slice authorities = {0};
    if (!authorities_text(arena, &config->authorities, &authorities, error))
        return false;
    put_text(arena, cluster, "server", config->server);
    put_text(arena, cluster, "tls-server-name", config->tls_server_name);
    if (config->is_insecure)
        tree_put(arena, cluster, SLICE("insecure-skip-tls-verify"), tree_bool(true));
    put_text(arena, cluster, "certificate-authority-data", authorities);
    put_text(arena, cluster, "proxy-url", config->proxy_url);
    if (config->cluster_extension)
        tree_put(arena, cluster, SLICE("config"), config->cluster_extension);
    *ret_cluster = cluster;
    return true;
}

/* KUBERNETES_EXEC_INFO=..., in the plugin's own version. */
static bool info_variable(const struct plugin *plugin, const char **ret_variable, struct error *error)
{
    struct arena *arena = plugin->arena;
    struct tree *info = tree_map(arena, 3), *spec = tree_map(arena, 2);
    const struct tree *cluster;
    tree_put(arena, spec, SLICE("interactive"), tree_bool(plugin->is_interactive));
    if (plugin->wants_cluster) {
        if (!cluster_tree(plugin, &cluster, error))
            return false;
        tree_put(arena, spec, SLICE("cluster"), cluster);
    }
    tree_put(arena, info, SLICE("apiVersion"), tree_string(arena, plugin->api_version));
    tree_put(arena, info, SLICE("kind"), tree_string(arena, SLICE("ExecCredential")));
    tree_put(arena, info, SLICE("spec"), spec);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(2 * CERTIFICATES_MAX);
    buffer_add_literal(&text, "KUBERNETES_EXEC_INFO=");
    json_write(&text, info, JSON_COMPACT);
    *ret_variable = arena_copy(arena, buffer_slice(&text)).bytes;
    return true;
}

/* ---- its entry ---- */

static bool fail_entry(const struct plugin *plugin, const struct tree *at, const char *text, struct error *error)
{
    struct position where = source_position(&plugin->config->exec_source,
                                            at && at->offset != TREE_NO_OFFSET ? at->offset : 0);
    return error_set(error, ERROR_VALUE, where, "%s", text);
}

/* A text of the entry, and nothing else than text; no NUL, since it ends up in argv. */
static bool entry_text(const struct plugin *plugin, const struct tree *map, const char *name, struct slice *ret_text,
                       struct error *error)
{
    const struct tree *value = tree_get(map, slice_from(name));
    if (tree_is_null(value))
        return true;
    if (value->kind != TREE_STRING || slice_find_byte(value->string, '\0') != SLICE_NONE)
        return fail_entry(plugin, value, arena_format(plugin->arena, "exec: %s: found %s, want a string", name,
                                                      tree_kind_name(value)).bytes, error);
    *ret_text = arena_copy(plugin->arena, value->string);
    return true;
}

/* Whether it may ask somebody something (Kubernetes, "kubeconfig (v1)", ExecInteractiveMode). */
static bool interactive_find(struct plugin *plugin, const struct tree *entry, struct error *error)
{
    const struct tree *mode = tree_get(entry, SLICE("interactiveMode"));
    struct slice text = tree_is_null(mode) ? SLICE("IfAvailable") : tree_text(mode);
    bool is_terminal = isatty(STDIN_FILENO) == 1;
    plugin->is_interactive = is_terminal && !slice_equal(text, SLICE("Never"));
    if (slice_equal(text, SLICE("Always")) && !is_terminal)
        return fail_entry(plugin, mode,
                          "exec: interactiveMode is Always, but standard input is no terminal: run the command from "
                          "one, with its manifest in a file",
                          error);
    if (!slice_equal(text, SLICE("Never")) && !slice_equal(text, SLICE("IfAvailable")) &&
        !slice_equal(text, SLICE("Always")))
        return fail_entry(plugin, mode, "exec: interactiveMode: want Never, IfAvailable or Always", error);
    return true;
}

static bool entry_read(struct plugin *plugin, struct error *error)
{
    const struct tree *entry = plugin->config->exec;
    const struct tree *cluster = tree_get(entry, SLICE("provideClusterInfo"));
    if (!entry_text(plugin, entry, "apiVersion", &plugin->api_version, error) ||
        !entry_text(plugin, entry, "command", &plugin->command, error) ||
        !entry_text(plugin, entry, "installHint", &plugin->install_hint, error) ||
        !interactive_find(plugin, entry, error))
        return false;
    plugin->wants_cluster = tree_is(cluster, TREE_BOOL) && cluster->boolean;
    if (!slice_equal(plugin->api_version, SLICE("client.authentication.k8s.io/v1")) &&
        !slice_equal(plugin->api_version, SLICE("client.authentication.k8s.io/v1beta1")))
        return fail_entry(plugin, tree_get(entry, SLICE("apiVersion")),
                          "exec: apiVersion: want client.authentication.k8s.io/v1 or v1beta1", error);
    if (!plugin->command.length)
        return fail_entry(plugin, entry, "exec: there is no command", error);
    return true;
}

/* ---- running it ---- */

/* With a slash: relative to the kubeconfig's folder. Without: the first in PATH. */
static bool path_find(struct plugin *plugin, struct error *error)
{
    if (slice_find_byte(plugin->command, '/') != SLICE_NONE) {
        bool is_relative = plugin->command.bytes[0] != '/';
        plugin->path = is_relative ? arena_join(plugin->arena, plugin->config->exec_folder, plugin->command)
                                   : plugin->command;
        if (access(plugin->path.bytes, X_OK) == 0)
            return true;
    } else {
        const char *list = plugin->environment ? plugin->environment("PATH") : NULL;
        struct slice_splitter splitter = {.rest = slice_from(list ? list : "/usr/local/bin:/usr/bin:/bin")};
        for (struct slice folder; slice_split(&splitter, ':', &folder);) {
            /* Not from the current folder, which an empty one would be: Go's os/exec refuses that, too. */
            if (!folder.length)
                continue;
            plugin->path = arena_format(plugin->arena, "%.*s/%.*s", SLICE_ARGS(folder), SLICE_ARGS(plugin->command));
            if (access(plugin->path.bytes, X_OK) == 0)
                return true;
        }
    }
    return error_set(error, ERROR_MISSING, nowhere, "the exec plugin %.*s is not there, or cannot be run%s%.*s",
                     SLICE_ARGS(plugin->command), plugin->install_hint.length ? ": " : "",
                     SLICE_ARGS(slice_trim(plugin->install_hint)));
}

static bool argv_make(const struct plugin *plugin, char ***ret_argv, struct error *error)
{
    const struct tree *arguments = tree_get(plugin->config->exec, SLICE("args"));
    if (!tree_is_null(arguments) && arguments->kind != TREE_LIST)
        return fail_entry(plugin, arguments, "exec: args: want a list of strings", error);
    char **argv = arena_new(plugin->arena, char *, tree_count(arguments) + 2);
    argv[0] = (char *)plugin->path.bytes;
    for (size_t i = 0; i < tree_count(arguments); i++) {
        const struct tree *argument = arguments->list.items[i];
        if (argument->kind != TREE_STRING || slice_find_byte(argument->string, '\0') != SLICE_NONE)
            return fail_entry(plugin, argument, "exec: args: want a list of strings", error);
        argv[i + 1] = (char *)arena_copy(plugin->arena, argument->string).bytes;
    }
    *ret_argv = argv;
    return true;
}

/* Adds "NAME=value" in place of one of that name. */
static void variable_set(char **variables, size_t *count, const char *variable)
{
    size_t length = (size_t)(strchr(variable, '=') - variable) + 1;
    for (size_t i = 0; i < *count; i++) {
        if (strncmp(variables[i], variable, length) == 0) {
            variables[i] = (char *)variable;
            return;
        }
    }
    variables[(*count)++] = (char *)variable;
}

static bool environment_make(const struct plugin *plugin, char *const *ours, char ***ret_variables, struct error *error)
{
    const struct tree *own = tree_get(plugin->config->exec, SLICE("env"));
    size_t count = 0;
    const char *info;
    if (!tree_is_null(own) && own->kind != TREE_LIST)
        return fail_entry(plugin, own, "exec: env: want a list of name and value", error);
    if (!info_variable(plugin, &info, error))
        return false;
    while (ours && ours[count] && count < VARIABLES_MAX)
        count++;
    char **variables = arena_new(plugin->arena, char *, count + tree_count(own) + 2);
    if (count)
        memcpy(variables, ours, count * sizeof *variables);
    for (size_t i = 0; i < tree_count(own); i++) {
        struct slice name = {0}, value = {0};
        if (!entry_text(plugin, own->list.items[i], "name", &name, error) ||
            !entry_text(plugin, own->list.items[i], "value", &value, error))
            return false;
        if (!name.length || slice_find_byte(name, '=') != SLICE_NONE)
            return fail_entry(plugin, own->list.items[i], "exec: env: want a list of name and value", error);
        struct slice variable = arena_join(plugin->arena, arena_join(plugin->arena, name, SLICE("=")), value);
        variable_set(variables, &count, variable.bytes);
    }
    variable_set(variables, &count, info);
    *ret_variables = variables;
    return true;
}

/* The last line of what it said to people. */
static struct slice last_line(struct slice text)
{
    text = slice_trim(text);
    size_t end = slice_find_last(text, SLICE("\n"));
    return slice_from_offset(text, end == SLICE_NONE ? 0 : end + 1);
}

static bool result_read(const struct plugin *plugin, const struct child_result *result, struct exec_answer *ret_answer,
                        struct error *error)
{
    struct slice said = last_line(buffer_slice(&result->errors));
    if (result->is_late)
        return error_set(error, ERROR_SYSTEM, nowhere, "it did not end within %d seconds%s%.*s",
                         (plugin->is_interactive ? INTERACTIVE_MS : SILENT_MS) / 1000, said.length ? ": " : "",
                         SLICE_ARGS(said));
    if (result->output.overflowed)
        return error_set(error, ERROR_LIMIT, nowhere, "it printed more than %d bytes", ANSWER_MAX);
    if (result->status)
        return error_set(error, ERROR_REFUSED, nowhere, "it gave status %d%s%.*s", result->status,
                         said.length ? ": " : "", SLICE_ARGS(said));
    return exec_answer_read(plugin->arena, arena_copy(plugin->arena, buffer_slice(&result->output)),
                            plugin->api_version, ret_answer, error);
}

bool exec_plugin_run(struct arena *arena, const struct kubeconfig *config, const char *(*environment)(const char *name),
                     char *const *variables, struct exec_answer *ret_answer, struct error *error)
{
    struct plugin plugin = {.arena = arena, .config = config, .environment = environment};
    char **argv = NULL, **child_variables = NULL;
    if (!entry_read(&plugin, error) || !path_find(&plugin, error) || !argv_make(&plugin, &argv, error) ||
        !environment_make(&plugin, variables, &child_variables, error))
        return false;
    const struct child child = {
        .argv = argv,
        .environment = child_variables,
        .shares_input = plugin.is_interactive,
        .shares_errors = plugin.is_interactive,
        .timeout_ms = plugin.is_interactive ? INTERACTIVE_MS : SILENT_MS,
        .output_max = ANSWER_MAX,
    };
    struct child_result result = {0};
    bool is_done = child_run(&child, &result, error) && result_read(&plugin, &result, ret_answer, error);
    child_result_done(&result);
    return is_done || error_wrap(error, "the exec plugin %.*s", SLICE_ARGS(plugin.command));
}
