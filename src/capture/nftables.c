#include "capture/nftables.h"
#include "base/library.h"
#include "base/memory.h"
#include "base/number.h"
#include "capture/nftables_text.h"
#ifdef __GLIBC__
#include <nss.h>
#endif
#include <stdlib.h>

enum { TRANSACTION_MAX = 16 << 20 };
static const struct position nowhere;

/* libnftables(3): what is used of its interface, version 1. */
struct nft_ctx;
enum { NFT_CTX_DEFAULT = 0 };

struct nftables {
    struct nft_ctx *context;
    struct nft_ctx *(*context_new)(uint32_t flags);
    void (*context_free)(struct nft_ctx *context);
    int (*buffer_output)(struct nft_ctx *context);
    int (*buffer_error)(struct nft_ctx *context);
    const char *(*get_output)(struct nft_ctx *context);
    const char *(*get_error)(struct nft_ctx *context);
    int (*run)(struct nft_ctx *context, const char *commands);
};

static const struct library_symbol symbols[] = {
    {"nft_ctx_new", offsetof(struct nftables, context_new)},
    {"nft_ctx_free", offsetof(struct nftables, context_free)},
    {"nft_ctx_buffer_output", offsetof(struct nftables, buffer_output)},
    {"nft_ctx_buffer_error", offsetof(struct nftables, buffer_error)},
    {"nft_ctx_get_output_buffer", offsetof(struct nftables, get_output)},
    {"nft_ctx_get_error_buffer", offsetof(struct nftables, get_error)},
    {"nft_run_cmd_from_buffer", offsetof(struct nftables, run)},
};

/* libnftables asks the name services for every user and group in a rule, even for numbers. Ours are numbers: the files
 * will do, and neither a library is loaded for it nor a server waited for. */
static void lookups_confine(void)
{
#ifdef __GLIBC__
    __nss_configure_lookup("passwd", "files");
    __nss_configure_lookup("group", "files");
#endif
}

bool nftables_open(struct nftables **ret, struct error *error)
{
    _cleanup_(nftables_close) struct nftables *nftables = memory_new(1, sizeof *nftables);
    if (!library_load("libnftables.so.1", "libnftables1", symbols, ARRAY_LENGTH(symbols), nftables, error))
        return error_wrap(error, "native nftables");
    lookups_confine();
    nftables->context = nftables->context_new(NFT_CTX_DEFAULT);
    if (!nftables->context || nftables->buffer_output(nftables->context) || nftables->buffer_error(nftables->context))
        return error_set(error, ERROR_SYSTEM, nowhere, "libnftables cannot make a context");
    *ret = nftables;
    nftables = NULL;
    return true;
}

void nftables_close(struct nftables **nftables)
{
    if (!*nftables)
        return;
    if ((*nftables)->context)
        (*nftables)->context_free((*nftables)->context);
    free(*nftables);
    *nftables = NULL;
}

/* The first line of what libnftables says, without its "Error: ". */
static struct slice message_first(struct nftables *nftables)
{
    struct slice message = slice_from(nftables->get_error(nftables->context));
    size_t at = slice_find(message, SLICE("Error: "));
    message = slice_from_offset(message, at == SLICE_NONE ? 0 : at + 7);
    size_t end = slice_find_byte(message, '\n');
    return slice_range(message, 0, end == SLICE_NONE ? message.length : end);
}

/* "/dev/stdin:12:1-20: Error: ...": 12. 0: none. */
static size_t message_line(struct nftables *nftables)
{
    struct slice message = slice_from(nftables->get_error(nftables->context));
    size_t colon = slice_find_byte(message, ':');
    uint64_t number = 0;
    if (colon == SLICE_NONE)
        return 0;
    struct slice rest = slice_from_offset(message, colon + 1);
    size_t end = slice_find_byte(rest, ':');
    return end != SLICE_NONE && number_parse_u64(slice_range(rest, 0, end), &number) ? number : 0;
}

static bool refusal(struct nftables *nftables, struct slice text, const struct capture_plan *plan, const size_t *rules,
                    size_t capacity, struct error *error)
{
    size_t number = message_line(nftables);
    struct slice_splitter lines = {.rest = text};
    struct slice refused = {0}, message = message_first(nftables);
    for (size_t i = 0; i < number && slice_split(&lines, '\n', &refused); i++)
        ;
    if (refused.length == 0)
        return error_set(error, ERROR_REFUSED, nowhere, "nftables: %.*s", SLICE_ARGS(message));
    size_t rule = number <= capacity ? rules[number - 1] : SIZE_MAX;
    struct slice why = rule == SIZE_MAX ? (struct slice){0} : plan->rules.rules[rule].why;
    return error_set(error, ERROR_REFUSED, nowhere, "\"%.*s\"%s%.*s%s was refused by nftables: %.*s",
                     (int)(refused.length > 200 ? 200 : refused.length), refused.bytes, why.length ? " (" : "",
                     SLICE_ARGS(why), why.length ? ")" : "", SLICE_ARGS(message));
}

bool nftables_apply(struct arena *arena, struct nftables *nftables, const struct capture_plan *plan, bool replace,
                    struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(TRANSACTION_MAX);
    size_t capacity = plan->rules.count + plan->rules.chain_count + 16;
    size_t *rules = arena_new(arena, size_t, capacity);
    nftables_plan_print(&text, plan, replace, rules, capacity);
    buffer_add_byte(&text, '\0');
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, nowhere, "the rules are over %d bytes", TRANSACTION_MAX);
    if (nftables->run(nftables->context, text.bytes) == 0)
        return true;
    return refusal(nftables, slice_range(buffer_slice(&text), 0, text.length - 1), plan, rules, capacity, error);
}

bool nftables_run(struct arena *arena, struct nftables *nftables, const char *command, struct slice *ret,
                  struct error *error)
{
    if (nftables->run(nftables->context, command))
        return error_set(error, ERROR_REFUSED, nowhere, "nft %s: %.*s", command, SLICE_ARGS(message_first(nftables)));
    *ret = arena_copy(arena, slice_from(nftables->get_output(nftables->context)));
    return true;
}

bool nftables_read(struct arena *arena, struct nftables *nftables, struct ruleset *ret, struct error *error)
{
    struct slice text;
    if (!nftables_run(arena, nftables, "list ruleset inet", &text, error))
        return false;
    *ret = (struct ruleset){.arena = arena};
    nftables_list_parse(text, true, ret);
    return true;
}

bool nftables_clean(struct nftables *nftables, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(4096);
    nftables_clean_print(&text);
    buffer_add_byte(&text, '\0');
    if (nftables->run(nftables->context, text.bytes) == 0)
        return true;
    return error_set(error, ERROR_REFUSED, nowhere, "deleting the nftables tables: %.*s",
                     SLICE_ARGS(message_first(nftables)));
}
