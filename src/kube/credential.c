#include "kube/credential.h"
#include "base/fd.h"
#include "base/memory.h"
#include "kube/exec_plugin.h"
#include "kube/memory_file.h"
#include <nettle/base64.h>
#include <stdlib.h>
#include <time.h>

enum {
    TOKEN_MAX = 1024 * 1024,
    HEADERS_MAX = 128,
    EARLY_SECONDS = 10, /* what expires so soon has expired: a request takes time, and clocks differ */
};

struct credential {
    const struct kubeconfig *config;
    const char *(*environment)(const char *name);
    char *const *variables;
    struct arena fixed;      /* headers that stay */
    struct arena request;    /* those of one request */
    struct slice file_token; /* as last read from the token file; in `token_text` */
    struct buffer token_text;
    struct memory_file certificate, key;
    const char *certificate_path, *key_path;
    bool is_new_certificate;
    const char *impersonation[HEADERS_MAX + 1];
    const char *headers[HEADERS_MAX + 3];
    /* what the exec plugin gave */
    bool has_plugin_answer;
    struct arena plugin_arena;
    struct exec_answer plugin_answer;
};

/* ---- texts in headers ---- */

static bool header_check(struct slice value, const char *what, struct error *error)
{
    for (size_t i = 0; i < value.length; i++) {
        if ((unsigned char)value.bytes[i] < 0x20 || value.bytes[i] == 0x7f)
            return error_set(error, ERROR_VALUE, (struct position){0},
                             "%s has a line's end or another control character in it", what);
    }
    return true;
}

static bool impersonation_add(struct credential *credential, struct slice name, struct slice value, size_t *count,
                              struct error *error)
{
    if (!header_check(value, "as", error))
        return false;
    if (*count >= HEADERS_MAX)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "more than %d groups and extras to be", HEADERS_MAX);
    credential->impersonation[(*count)++] =
        arena_format(&credential->fixed, "%.*s: %.*s", SLICE_ARGS(name), SLICE_ARGS(value)).bytes;
    return true;
}

/* A key as a header's name: what RFC 9110 allows in one, the rest as %XX (Kubernetes, "Authenticating", "User
 * impersonation"). */
static struct slice extra_name(struct arena *arena, struct slice key)
{
    _cleanup_(buffer_done) struct buffer name = BUFFER_INIT(64 * 1024);
    buffer_add_literal(&name, "Impersonate-Extra-");
    for (size_t i = 0; i < key.length; i++) {
        unsigned char byte = (unsigned char)key.bytes[i];
        bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                        (byte && strchr("!#$&'*+-.^_`|~", byte));
        if (is_plain)
            buffer_add_byte(&name, (char)byte);
        else
            buffer_format(&name, "%%%02X", byte);
    }
    return arena_copy(arena, buffer_slice(&name));
}

static bool impersonation_set(struct credential *credential, struct error *error)
{
    const struct kubeconfig *config = credential->config;
    size_t count = 0;
    if (config->as.length && !impersonation_add(credential, SLICE("Impersonate-User"), config->as, &count, error))
        return false;
    if (config->as_uid.length &&
        !impersonation_add(credential, SLICE("Impersonate-Uid"), config->as_uid, &count, error))
        return false;
    for (size_t i = 0; i < tree_count(config->as_groups); i++) {
        if (!impersonation_add(credential, SLICE("Impersonate-Group"), tree_text(config->as_groups->list.items[i]),
                               &count, error))
            return false;
    }
    for (size_t i = 0; i < tree_count(config->as_extra); i++) {
        const struct tree_entry *extra = &config->as_extra->map.entries[i];
        struct slice name = extra_name(&credential->fixed, extra->key);
        for (size_t j = 0; tree_is(extra->value, TREE_LIST) && j < tree_count(extra->value); j++) {
            if (!impersonation_add(credential, name, tree_text(extra->value->list.items[j]), &count, error))
                return false;
        }
    }
    return true;
}

/* ---- opening ---- */

/* Looked at now, so that what is wrong is said by its name. */
static bool part_open(const struct kubeconfig_part *part, const char *what, struct memory_file *file,
                      const char **ret_path, struct error *error)
{
    if (part->bytes.length) {
        if (!memory_file_set(file, part->bytes, error))
            return false;
        *ret_path = memory_file_path(file);
        return true;
    }
    if (!part->path.length)
        return true;
    _cleanup_(fd_close) int fd = -1;
    if (!fd_open_read(part->path.bytes, &fd, error))
        return error_wrap(error, "%s", what);
    *ret_path = part->path.bytes;
    return true;
}

bool credential_open(const struct kubeconfig *config, const char *(*environment)(const char *name),
                     char *const *variables, struct credential **ret_credential, struct error *error)
{
    _cleanup_(credential_close) struct credential *credential = memory_new(1, sizeof *credential);
    *credential = (struct credential){.config = config, .environment = environment, .variables = variables,
                                      .token_text = BUFFER_INIT(TOKEN_MAX), .certificate = MEMORY_FILE_INIT,
                                      .key = MEMORY_FILE_INIT};
    if (!part_open(&config->certificate, "client-certificate", &credential->certificate, &credential->certificate_path,
                   error) ||
        !part_open(&config->key, "client-key", &credential->key, &credential->key_path, error) ||
        !impersonation_set(credential, error))
        return error_wrap(error, "user \"%.*s\"", SLICE_ARGS(config->user));
    *ret_credential = credential;
    credential = NULL;
    return true;
}

void credential_close(struct credential **credential)
{
    struct credential *closed = *credential;
    if (!closed)
        return;
    memory_file_done(&closed->certificate);
    memory_file_done(&closed->key);
    buffer_done(&closed->token_text);
    arena_done(&closed->fixed);
    arena_done(&closed->request);
    arena_done(&closed->plugin_arena);
    free(closed);
    *credential = NULL;
}

/* ---- one request ---- */

/* The kubelet, and whoever else writes token files, puts a new one in their place well before the old one expires: read
 * each time, it is never too old. One that cannot be read for a moment is no reason to stop. */
static bool token_file_read(struct credential *credential, struct slice *ret_token, struct error *error)
{
    struct slice path = credential->config->token_file;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(TOKEN_MAX);
    if (fd_read_file(path.bytes, &text, error) && slice_trim(buffer_slice(&text)).length) {
        buffer_clear(&credential->token_text);
        buffer_add_slice(&credential->token_text, slice_trim(buffer_slice(&text)));
    } else if (!credential->token_text.length && credential->config->token.length) {
        *ret_token = credential->config->token;
        return true;
    } else if (!credential->token_text.length) {
        if (!text.length || slice_trim(buffer_slice(&text)).length)
            return error_wrap(error, "the token");
        return error_set(error, ERROR_MISSING, (struct position){.file = path}, "there is no token in it");
    }
    *ret_token = buffer_slice(&credential->token_text);
    return true;
}

static bool plugin_ensure(struct credential *credential, struct error *error)
{
    if (credential->has_plugin_answer && credential->plugin_answer.expires &&
        time(NULL) + EARLY_SECONDS >= credential->plugin_answer.expires)
        credential->has_plugin_answer = false;
    if (credential->has_plugin_answer)
        return true;
    struct exec_answer answer;
    arena_reset(&credential->plugin_arena);
    if (!exec_plugin_run(&credential->plugin_arena, credential->config, credential->environment, credential->variables,
                         &answer, error))
        return false;
    if (answer.certificate.length) {
        if (!memory_file_set(&credential->certificate, answer.certificate, error) ||
            !memory_file_set(&credential->key, answer.key, error))
            return false;
        credential->certificate_path = memory_file_path(&credential->certificate);
        credential->key_path = memory_file_path(&credential->key);
        credential->is_new_certificate = true;
    }
    credential->plugin_answer = answer;
    credential->has_plugin_answer = true;
    return true;
}

static const char *basic_header(struct arena *arena, const struct kubeconfig *config)
{
    struct slice pair = arena_format(arena, "%.*s:%.*s", SLICE_ARGS(config->username), SLICE_ARGS(config->password));
    size_t length = BASE64_ENCODE_RAW_LENGTH(pair.length);
    char *encoded = arena_take(arena, length + 1);
    base64_encode_raw(encoded, pair.length, (const uint8_t *)pair.bytes);
    return arena_join(arena, SLICE("Authorization: Basic "), (struct slice){encoded, length}).bytes;
}

/* As client-go has it: a token's file before the token beside it, the plugin where there is neither. */
static bool authorization_get(struct credential *credential, const char **ret_header, struct error *error)
{
    const struct kubeconfig *config = credential->config;
    struct slice token = config->token;
    if (config->token_file.length) {
        if (!token_file_read(credential, &token, error))
            return false;
    } else if (!token.length && !config->username.length && config->exec) {
        if (!plugin_ensure(credential, error))
            return false;
        token = credential->plugin_answer.token;
    }
    if (!token.length && config->username.length) {
        *ret_header = basic_header(&credential->request, config);
        return true;
    }
    if (!token.length)
        return true;
    if (!header_check(token, "the token", error))
        return false;
    *ret_header = arena_join(&credential->request, SLICE("Authorization: Bearer "), token).bytes;
    return true;
}

bool credential_get(struct credential *credential, struct credential_use *ret_use, struct error *error)
{
    const char *authorization = NULL;
    size_t count = 0;
    arena_reset(&credential->request);
    if (!authorization_get(credential, &authorization, error))
        return error_wrap(error, "user \"%.*s\"", SLICE_ARGS(credential->config->user));
    if (authorization)
        credential->headers[count++] = authorization;
    for (size_t i = 0; credential->impersonation[i]; i++)
        credential->headers[count++] = credential->impersonation[i];
    credential->headers[count] = NULL;
    *ret_use = (struct credential_use){.headers = credential->headers, .certificate = credential->certificate_path,
                                       .key = credential->key_path,
                                       .is_new_certificate = credential->is_new_certificate};
    credential->is_new_certificate = false;
    return true;
}

bool credential_expire(struct credential *credential)
{
    const struct kubeconfig *config = credential->config;
    bool had_answer = credential->has_plugin_answer;
    credential->has_plugin_answer = false;
    /* A file of a certificate or a token may have been changed since it was read; texts stay what they are. */
    bool has_file = config->certificate.path.length && !config->certificate.bytes.length;
    return had_answer || config->token_file.length || has_file;
}

struct slice credential_describe(const struct credential *credential)
{
    const struct kubeconfig *config = credential->config;
    if (config->token_file.length)
        return config->token_file;
    if (config->token.length)
        return SLICE("its token");
    if (config->username.length)
        return SLICE("its name and password");
    if (config->exec)
        return SLICE("what its exec plugin gives");
    if (credential->certificate_path)
        return SLICE("its client certificate");
    return SLICE("nothing: it has neither token nor certificate");
}
