#include "cni/request.h"
#include "base/number.h"
#include "tree/json.h"
#include <net/if.h>
#include <stdio.h>

static const struct position nowhere;

/* ---- variables ----------------------------------------------------------------------------------------------- */

enum {
    FOR_ADD = 1 << CNI_ADD,
    FOR_DEL = 1 << CNI_DEL,
    FOR_CHECK = 1 << CNI_CHECK,
    FOR_STATUS = 1 << CNI_STATUS,
    FOR_GC = 1 << CNI_GC,
};

static const struct {
    const char *name;
    enum cni_version since;
} commands[] = {
    [CNI_ADD] = {"ADD", CNI_0_1_0},       [CNI_DEL] = {"DEL", CNI_0_1_0}, [CNI_CHECK] = {"CHECK", CNI_0_4_0},
    [CNI_STATUS] = {"STATUS", CNI_1_1_0}, [CNI_GC] = {"GC", CNI_1_1_0},   [CNI_VERSION] = {"VERSION", CNI_0_1_0},
};

const char *cni_command_name(enum cni_command command)
{
    return commands[command].name;
}

/* Letters, digits and ._- with a letter or digit in front: the specification's form of container IDs and network
 * names. */
static bool is_identifier(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        if (!is_plain && (i == 0 || (byte != '.' && byte != '_' && byte != '-')))
            return false;
    }
    return text.length > 0;
}

/* What the kernel takes for a name (dev_valid_name in net/core/dev.c). */
static bool is_interface(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '/' || byte == ':' || byte == ' ' || (byte >= '\t' && byte <= '\r'))
            return false;
    }
    return text.length > 0 && text.length < IFNAMSIZ && !slice_equal(text, SLICE(".")) &&
           !slice_equal(text, SLICE(".."));
}

static bool environment_wrong(struct cni_failure *failure, const char *name, struct slice value, const char *expected)
{
    failure->code = CNI_CODE_ENVIRONMENT;
    return error_set(&failure->error, ERROR_VALUE, nowhere, "environment variable %s is \"%.*s\": expected %s", name,
                     (int)(value.length > 200 ? 200 : value.length), value.bytes, expected);
}

static bool command_find(struct slice text, enum cni_command *ret, struct cni_failure *failure)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (slice_equal(slice_from(commands[i].name), text)) {
            *ret = (enum cni_command)i;
            return true;
        }
    }
    return environment_wrong(failure, "CNI_COMMAND", text, "ADD, DEL, CHECK, STATUS, GC or VERSION");
}

bool cni_request_environment(const char *(*environment)(const char *name), struct cni_request *ret, bool *ret_is_call,
                             struct cni_failure *failure)
{
    struct cni_request request = {0};
    struct slice path, override = slice_from(environment("CNI_NETNS_OVERRIDE"));
    const struct {
        const char *name;
        unsigned needed;
        struct slice *value;
    } variables[] = {
        {"CNI_CONTAINERID", FOR_ADD | FOR_DEL | FOR_CHECK, &request.container},
        {"CNI_NETNS", FOR_ADD | FOR_CHECK, &request.namespace},
        {"CNI_IFNAME", FOR_ADD | FOR_DEL | FOR_CHECK, &request.interface},
        {"CNI_ARGS", 0, &request.argument_text},
        {"CNI_PATH", FOR_ADD | FOR_DEL | FOR_CHECK | FOR_STATUS | FOR_GC, &path},
    };
    struct slice command = slice_from(environment("CNI_COMMAND"));
    *ret_is_call = command.length > 0;
    if (!command.length)
        return true;
    if (!command_find(command, &request.command, failure))
        return false;
    char missing[128] = "";
    for (size_t i = 0; i < ARRAY_LENGTH(variables); i++) {
        *variables[i].value = slice_from(environment(variables[i].name));
        size_t length = strlen(missing);
        if (variables[i].needed & 1u << request.command && !variables[i].value->length)
            snprintf(missing + length, sizeof missing - length, "%s%s", length ? ", " : "", variables[i].name);
    }
    failure->code = CNI_CODE_ENVIRONMENT;
    if (missing[0])
        return error_set(&failure->error, ERROR_MISSING, nowhere, "%s needs these environment variables: %s",
                         commands[request.command].name, missing);
    if (request.container.length && request.command != CNI_VERSION && !is_identifier(request.container))
        return environment_wrong(failure, "CNI_CONTAINERID", request.container,
                                 "letters, digits, dots, underlines and hyphens");
    if (request.interface.length && request.command != CNI_VERSION && !is_interface(request.interface))
        return environment_wrong(failure, "CNI_IFNAME", request.interface, "an interface's name, at most 15 bytes");
    failure->code = CNI_CODE_NONE;
    request.may_be_own_namespace = slice_equal(override, SLICE("1")) || slice_equal(override, SLICE("true"));
    *ret = request;
    return true;
}

/* ---- the configuration --------------------------------------------------------------------------------------- */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

static bool equal_but_for_case(struct slice a, struct slice b)
{
    for (size_t i = 0; i < a.length && i < b.length; i++) {
        if (lower(a.bytes[i]) != lower(b.bytes[i]))
            return false;
    }
    return a.length == b.length;
}

/* The last of that name wins, as with Go's decoder. NULL: none, or null. */
static const struct tree *key_find(const struct tree *map, const char *key)
{
    const struct tree *found = NULL;
    for (size_t i = 0; tree_is(map, TREE_MAP) && i < map->map.count; i++) {
        if (equal_but_for_case(map->map.entries[i].key, slice_from(key)))
            found = map->map.entries[i].value;
    }
    return tree_is_null(found) ? NULL : found;
}

static bool value_wrong(struct cni_request *request, const struct tree *value, const char *key, const char *expected,
                        struct cni_failure *failure)
{
    failure->code = CNI_CODE_SYNTAX;
    return error_at(&failure->error, ERROR_VALUE, &request->source, value->offset, "%s is %s: expected %s", key,
                    tree_kind_name(value), expected);
}

static bool text_find(struct cni_request *request, const struct tree *map, const char *key, struct slice *ret,
                      struct cni_failure *failure)
{
    const struct tree *value = key_find(map, key);
    *ret = tree_text(value);
    return !value || value->kind == TREE_STRING || value_wrong(request, value, key, "a text", failure);
}

static bool configuration_read(struct arena *arena, struct cni_request *request, const struct tree **ret,
                               struct cni_failure *failure)
{
    const struct tree *configuration;
    failure->code = CNI_CODE_SYNTAX;
    if (!slice_trim(request->source.text).length)
        return error_set(&failure->error, ERROR_SYNTAX, nowhere,
                         "there is nothing on standard input: expected the "
                         "network configuration");
    if (!json_read(arena, &request->source, &configuration, &failure->error))
        return error_wrap(&failure->error, "network configuration");
    /* null is an object without anything, to Go. */
    if (configuration->kind != TREE_MAP && configuration->kind != TREE_NULL)
        return error_at(&failure->error, ERROR_SYNTAX, &request->source, configuration->offset,
                        "the network configuration is %s: expected an object", tree_kind_name(configuration));
    failure->code = CNI_CODE_NONE;
    *ret = configuration;
    return true;
}

static bool version_read(struct cni_request *request, struct cni_failure *failure)
{
    _cleanup_(buffer_done) struct buffer list = BUFFER_INIT(256);
    request->version = CNI_0_1_0; /* before it was written down */
    failure->code = CNI_CODE_VERSION;
    if (request->version_text.length && !cni_version_find(request->version_text, &request->version)) {
        struct slice text = slice_range(request->version_text, 0, 100);
        cni_versions_print(&list, false);
        return error_set(&failure->error, ERROR_VALUE, nowhere,
                         "the configuration's cniVersion is \"%.*s\": expected one of %.*s", SLICE_ARGS(text),
                         SLICE_ARGS(buffer_slice(&list)));
    }
    enum cni_version since = commands[request->command].since;
    struct slice text = cni_version_text(request->version), needed = cni_version_text(since);
    if (request->version < since)
        return error_set(&failure->error, ERROR_VALUE, nowhere,
                         "the configuration's cniVersion %.*s has no %s: expected %.*s or later", SLICE_ARGS(text),
                         commands[request->command].name, SLICE_ARGS(needed));
    failure->code = CNI_CODE_NONE;
    return true;
}

bool cni_request_configuration(struct arena *arena, struct slice text, struct cni_request *request,
                               struct cni_failure *failure)
{
    const struct tree *configuration = NULL;
    request->source = (struct source){.name = SLICE("standard input"), .text = text};
    if (!configuration_read(arena, request, &configuration, failure) ||
        !text_find(request, configuration, "cniVersion", &request->version_text, failure) ||
        !text_find(request, configuration, "name", &request->name, failure))
        return false;
    failure->code = CNI_CODE_CONFIGURATION;
    if (!request->name.length)
        return error_set(&failure->error, ERROR_MISSING, nowhere, "the network configuration has no name");
    if (!is_identifier(request->name))
        return error_set(&failure->error, ERROR_VALUE, nowhere,
                         "the network's name is \"%.*s\": expected letters, digits, dots, underlines and hyphens",
                         (int)(request->name.length > 200 ? 200 : request->name.length), request->name.bytes);
    request->configuration = configuration;
    return version_read(request, failure);
}

/* Where the agent puts it; before there was a folder of the agent's, the configuration named the file. */
static bool kubeconfig_find(struct arena *arena, struct cni_request *request, struct cni_failure *failure)
{
    struct slice named = {0};
    const struct tree *section = key_find(request->configuration, "kubernetes");
    if (!request->run_folder.length && section && !text_find(request, section, "kubeconfig", &named, failure))
        return false;
    if (named.length)
        request->kubeconfig = arena_copy(arena, named);
    else
        request->kubeconfig = arena_format(arena, "%.*s%sistio-cni-kubeconfig", SLICE_ARGS(request->run_folder),
                                           request->run_folder.length ? "/" : "");
    return true;
}

static bool list_read(struct cni_request *request, struct cni_failure *failure)
{
    const char *key = "exclude_namespaces";
    const struct tree *list = key_find(request->configuration, key);
    if (list && list->kind != TREE_LIST)
        return value_wrong(request, list, key, "a list of texts", failure);
    for (size_t i = 0; list && i < list->list.count; i++) {
        const struct tree *item = list->list.items[i];
        if (item->kind != TREE_STRING && item->kind != TREE_NULL)
            return value_wrong(request, item, "an entry of exclude_namespaces", "a text", failure);
    }
    request->excluded_namespaces = list;
    return true;
}

bool cni_request_settings(struct arena *arena, struct cni_request *request, struct cni_failure *failure)
{
    const struct {
        const char *key;
        struct slice *value;
    } texts[] = {
        {"cni_agent_run_dir", &request->run_folder},
        {"plugin_log_level", &request->log_level},
        {"pod_namespace", &request->agent_namespace},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (!text_find(request, request->configuration, texts[i].key, texts[i].value, failure))
            return false;
    }
    const struct tree *native = key_find(request->configuration, "native_nftables");
    if (native && native->kind != TREE_BOOL)
        return value_wrong(request, native, "native_nftables", "true or false", failure);
    request->is_native_nftables = native && native->boolean;
    request->previous = key_find(request->configuration, "prevResult");
    if (request->previous && request->previous->kind != TREE_MAP)
        return value_wrong(request, request->previous, "prevResult", "an object", failure);
    return list_read(request, failure) && kubeconfig_find(arena, request, failure);
}

bool cni_request_arguments(struct cni_request *request, struct cni_failure *failure)
{
    if (cni_arguments_parse(request->argument_text, &request->arguments, &failure->error))
        return true;
    failure->code = CNI_CODE_ENVIRONMENT;
    return false;
}
