/* What a kubeconfig gives is fit for C: every text ends in a NUL that it does not contain. What is refused has a
 * reason, and quotes nothing, since there are secrets in such files. The first byte cuts the input into two files. */
#include "kube/kubeconfig.h"
#include <stdlib.h>

static void check_text(struct slice text)
{
    if (text.length && (text.bytes[text.length] != '\0' || strlen(text.bytes) != text.length))
        abort();
}

static void check_config(const struct kubeconfig *config)
{
    const struct slice texts[] = {
        config->context, config->namespace,        config->cluster,          config->server,
        config->user,    config->tls_server_name,  config->proxy_url,        config->authorities.path,
        config->token,   config->certificate.path, config->key.path,         config->token_file,
        config->as,      config->username,         config->password,         config->as_uid,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        check_text(texts[i]);
    if (!config->context.length || !config->server.length || slice_ends(config->server, SLICE("/")))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct kubeconfig config;
    struct error error = {0};
    if (size < 1)
        return 0;
    struct slice text = {(const char *)data + 1, size - 1};
    size_t cut = text.length * data[0] / 255;
    const struct source sources[] = {{.name = SLICE("/a/config"), .text = slice_range(text, 0, cut)},
                                     {.name = SLICE("config"), .text = slice_from_offset(text, cut)}};
    if (kubeconfig_read(&arena, sources, data[0] == 255 ? 1 : 2, SLICE(""), &config, &error))
        check_config(&config);
    else if (!error.text[0] || error.quote[0])
        abort();
    arena_done(&arena);
    return 0;
}
