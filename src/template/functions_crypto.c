#include "template/container.h"
#include "template/function.h"
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sys/random.h>

/* sprig's hashes and random texts. Keys and certificates are not for templates that make pods: their names are known,
 * and calling one is an error. */

static bool give_hexadecimal(struct call *call, const uint8_t *bytes, size_t count, struct template_value *ret)
{
    char *out = arena_take(call->execution->arena, count * 2);
    for (size_t i = 0; i < count; i++) {
        out[i * 2] = "0123456789abcdef"[bytes[i] >> 4];
        out[i * 2 + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    *ret = template_from_string((struct slice){out, count * 2});
    return true;
}

static bool call_sha1sum(struct call *call, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    struct sha1_ctx context;
    uint8_t digest[SHA1_DIGEST_SIZE];
    sha1_init(&context);
    sha1_update(&context, text.length, (const uint8_t *)text.bytes);
    sha1_digest(&context, sizeof digest, digest);
    return give_hexadecimal(call, digest, sizeof digest, ret);
}

static bool call_sha256sum(struct call *call, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, text.length, (const uint8_t *)text.bytes);
    sha256_digest(&context, sizeof digest, digest);
    return give_hexadecimal(call, digest, sizeof digest, ret);
}

static bool call_sha512sum(struct call *call, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    struct sha512_ctx context;
    uint8_t digest[SHA512_DIGEST_SIZE];
    sha512_init(&context);
    sha512_update(&context, text.length, (const uint8_t *)text.bytes);
    sha512_digest(&context, sizeof digest, digest);
    return give_hexadecimal(call, digest, sizeof digest, ret);
}

/* RFC 1950, 8.2. */
static bool call_adler32sum(struct call *call, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    uint32_t low = 1, high = 0;
    for (size_t i = 0; i < text.length; i++) {
        low = (low + (unsigned char)text.bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    *ret = template_from_string(arena_format(call->execution->arena, "%u", high << 16 | low));
    return true;
}

/* ---- random ---- */

static bool random_bytes(struct call *call, void *out, size_t count)
{
    execution_note_more(call->execution);
    for (size_t have = 0; have < count;) {
        ssize_t got = getrandom((char *)out + have, count - have, 0);
        if (got < 0)
            return call_fail(call, "the system gives no random bytes");
        have += (size_t)got;
    }
    return true;
}

static bool random_text(struct call *call, struct slice letters, struct template_value *ret)
{
    int64_t count = call->arguments[0].integer;
    if (count < 0)
        return call_fail(call, "a text of %lld characters", (long long)count);
    if (!execution_allows_text(call->execution, (size_t)count, 1))
        return false;
    char *out = arena_take(call->execution->arena, (size_t)count + 1);
    size_t bound = 256 - 256 % letters.length; /* bytes from there on would favour the first letters */
    for (int64_t i = 0; i < count;) {
        unsigned char byte;
        if (!random_bytes(call, &byte, 1))
            return false;
        if (byte < bound)
            out[i++] = letters.bytes[byte % letters.length];
    }
    *ret = template_from_string((struct slice){out, (size_t)count});
    return true;
}

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool call_rand_alpha(struct call *call, struct template_value *ret)
{
    return random_text(call, SLICE(LETTERS), ret);
}

static bool call_rand_alpha_num(struct call *call, struct template_value *ret)
{
    return random_text(call, SLICE(DIGITS LETTERS), ret);
}

static bool call_rand_numeric(struct call *call, struct template_value *ret)
{
    return random_text(call, SLICE(DIGITS), ret);
}

static bool call_rand_ascii(struct call *call, struct template_value *ret)
{
    return random_text(call, SLICE(" !\"#$%&'()*+,-./" DIGITS ":;<=>?@" LETTERS "[\\]^_`{|}~"), ret);
}

static bool call_rand_int(struct call *call, struct template_value *ret)
{
    uint64_t span = (uint64_t)call->arguments[1].integer - (uint64_t)call->arguments[0].integer, random;
    if (call->arguments[1].integer <= call->arguments[0].integer)
        return call_fail(call, "invalid argument to Intn: the upper bound must be above the lower one");
    if (!random_bytes(call, &random, sizeof random))
        return false;
    *ret = template_from_int((int64_t)((uint64_t)call->arguments[0].integer + random % span));
    return true;
}

static bool call_rand_bytes(struct call *call, struct template_value *ret)
{
    int64_t count = call->arguments[0].integer;
    if (count < 0)
        return call_fail(call, "%lld bytes", (long long)count);
    if (!execution_allows_text(call->execution, (size_t)count, 1))
        return false;
    char *bytes = arena_take(call->execution->arena, (size_t)count + 1);
    if (!random_bytes(call, bytes, (size_t)count))
        return false;
    const struct template_function *encode = function_find(TEMPLATE_ISTIO, SLICE("b64enc"));
    struct template_value text = template_from_string((struct slice){bytes, (size_t)count});
    struct call inner = {call->execution, encode, &text, 1, {NULL, 0}};
    return encode->run(&inner, ret);
}

static bool call_uuidv4(struct call *call, struct template_value *ret)
{
    uint8_t b[16];
    if (!random_bytes(call, b, sizeof b))
        return false;
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* RFC 9562, 5.4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    *ret = template_from_string(arena_format(
        call->execution->arena, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
        b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]));
    return true;
}

/* Characters in another order. */
static bool call_shuffle(struct call *call, struct template_value *ret)
{
    const struct template_function *split = function_find(TEMPLATE_ISTIO, SLICE("splitList"));
    struct template_value arguments[] = {template_from_string(SLICE("")), call->arguments[0]}, letters;
    struct call inner = {call->execution, split, arguments, 2, {NULL, 0}};
    if (!split->run(&inner, &letters))
        return false;
    size_t begin = scratch_begin(call->execution);
    for (size_t left = letters.list->count; left; left--) {
        uint64_t random;
        if (!random_bytes(call, &random, sizeof random))
            return false;
        size_t chosen = (size_t)(random % left);
        buffer_add_slice(&call->execution->scratch, letters.list->items[chosen].string);
        letters.list->items[chosen] = letters.list->items[left - 1];
    }
    return scratch_end_value(call->execution, begin, ret);
}

/* ---- what makes no sense here ---- */

static bool call_not_here(struct call *call, struct template_value *ret)
{
    (void)ret;
    return call_fail(call, "not available: a template that makes pods has no business with it");
}

/* Only the environment that Istio's own env gives is there, and no shell. */
static bool call_expandenv(struct call *call, struct template_value *ret)
{
    const struct template_run *run = call->execution->run;
    struct slice text = call->arguments[0].string;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t at = 0; at < text.length && !out->overflowed;) {
        if (text.bytes[at] != '$' || at + 1 == text.length) {
            buffer_add_byte(out, text.bytes[at++]);
            continue;
        }
        size_t start = ++at, end;
        bool braces = text.bytes[at] == '{';
        start += braces;
        for (end = start; end < text.length; end++) {
            char c = text.bytes[end];
            bool word = c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
            if (braces ? c == '}' : !word)
                break;
        }
        at = braces && end < text.length ? end + 1 : end;
        struct slice value = {NULL, 0};
        if (run->environment && end > start &&
            run->environment(run->environment_context, slice_range(text, start, end), &value))
            buffer_add_slice(out, value);
        else if (!braces && end == start)
            buffer_add_byte(out, '$');
    }
    return scratch_end_value(call->execution, begin, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("adler32sum"), call_adler32sum, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("bcrypt"), call_not_here, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("buildCustomCert"), call_not_here, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("decryptAES"), call_not_here, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("derivePassword"),
     call_not_here,
     0,
     5,
     {TAKES_UINT32, TAKES_STRING, TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("encryptAES"), call_not_here, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("expandenv"), call_expandenv, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("genCA"), call_not_here, 0, 2, {TAKES_STRING, TAKES_INT}},
    {SLICE_CONSTANT("genCAWithKey"), call_not_here, 0, 3, {TAKES_STRING, TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("genPrivateKey"), call_not_here, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("genSelfSignedCert"), call_not_here, 0, 4, {TAKES_STRING, TAKES_LIST, TAKES_LIST, TAKES_INT}},
    {SLICE_CONSTANT("genSelfSignedCertWithKey"),
     call_not_here,
     0,
     5,
     {TAKES_STRING, TAKES_LIST, TAKES_LIST, TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("genSignedCert"),
     call_not_here,
     0,
     5,
     {TAKES_STRING, TAKES_LIST, TAKES_LIST, TAKES_INT, TAKES_ANY}},
    {SLICE_CONSTANT("genSignedCertWithKey"),
     call_not_here,
     FUNCTION_VARIADIC,
     5,
     {TAKES_STRING, TAKES_LIST, TAKES_LIST, TAKES_INT, TAKES_ANY}},
    {SLICE_CONSTANT("getHostByName"), call_not_here, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("htpasswd"), call_not_here, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("randAlpha"), call_rand_alpha, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("randAlphaNum"), call_rand_alpha_num, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("randAscii"), call_rand_ascii, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("randBytes"), call_rand_bytes, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("randInt"), call_rand_int, 0, 2, {TAKES_INT, TAKES_INT}},
    {SLICE_CONSTANT("randNumeric"), call_rand_numeric, 0, 1, {TAKES_INT}},
    {SLICE_CONSTANT("sha1sum"), call_sha1sum, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("sha256sum"), call_sha256sum, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("sha512sum"), call_sha512sum, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("shuffle"), call_shuffle, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("uuidv4"), call_uuidv4, 0, 0, {TAKES_NOTHING}},
};

const struct function_table functions_crypto = {functions, ARRAY_LENGTH(functions)};
