#include "template/version.h"
#include "base/number.h"

enum { VERSION_LENGTH_MAX = 256, CONSTRAINT_LENGTH_MAX = 512, CONSTRAINT_GROUPS_MAX = 32 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_identifier(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-';
}

/* Identifiers with dots between, as far as they go: "rc.1". The length; 0 when there is none. */
static size_t identifiers_length(struct slice text)
{
    size_t end = 0;
    for (;;) {
        size_t start = end;
        while (end < text.length && is_identifier(text.bytes[end]))
            end++;
        if (end == start)
            return start ? start - 1 : 0;
        if (end == text.length || text.bytes[end] != '.')
            return end;
        end++;
    }
}

static bool valid_prerelease(struct slice text)
{
    struct slice_splitter splitter = {.rest = text};
    struct slice part;
    while (slice_split(&splitter, '.', &part)) {
        bool number = true;
        for (size_t i = 0; i < part.length; i++)
            number &= is_digit(part.bytes[i]);
        if (!part.length || (number && part.length > 1 && part.bytes[0] == '0'))
            return false;
    }
    return true;
}

static bool read_number(struct slice *text, uint64_t *ret)
{
    size_t length = 0;
    while (length < text->length && is_digit(text->bytes[length]))
        length++;
    if (!length || !number_parse_u64(slice_range(*text, 0, length), ret))
        return false;
    *text = slice_from_offset(*text, length);
    return true;
}

/* The part behind a sign ('-' or '+'), cut off the text; empty when there is none. */
static struct slice read_suffix(struct slice *text, char sign)
{
    size_t length = text->length && text->bytes[0] == sign ? identifiers_length(slice_from_offset(*text, 1)) : 0;
    struct slice suffix = slice_range(*text, 1, length ? length + 1 : 1);
    if (length)
        *text = slice_from_offset(*text, length + 1);
    return suffix;
}

bool version_read(struct arena *arena, struct slice text, struct template_version *ret)
{
    (void)arena;
    struct template_version version = {.original = text};
    struct slice rest = text;
    if (text.length > VERSION_LENGTH_MAX)
        return false;
    if (slice_starts(rest, SLICE("v")))
        rest = slice_from_offset(rest, 1);
    if (!read_number(&rest, &version.major))
        return false;
    uint64_t *const others[] = {&version.minor, &version.patch};
    for (size_t i = 0; i < 2 && slice_starts(rest, SLICE(".")); i++) {
        rest = slice_from_offset(rest, 1);
        if (!read_number(&rest, others[i]))
            return false;
    }
    version.prerelease = read_suffix(&rest, '-');
    version.metadata = read_suffix(&rest, '+');
    if (rest.length || (version.prerelease.length && !valid_prerelease(version.prerelease)))
        return false;
    *ret = version;
    return true;
}

void version_print(struct buffer *out, const struct template_version *version)
{
    buffer_format(out, "%llu.%llu.%llu", (unsigned long long)version->major, (unsigned long long)version->minor,
                  (unsigned long long)version->patch);
    if (version->prerelease.length) {
        buffer_add_byte(out, '-');
        buffer_add_slice(out, version->prerelease);
    }
    if (version->metadata.length) {
        buffer_add_byte(out, '+');
        buffer_add_slice(out, version->metadata);
    }
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_part(struct slice a, struct slice b)
{
    uint64_t number_a, number_b;
    if (slice_equal(a, b))
        return 0;
    if (!a.length || !b.length)
        return a.length ? 1 : -1;
    bool is_a = number_parse_u64(a, &number_a), is_b = number_parse_u64(b, &number_b);
    if (is_a && is_b)
        return number_a > number_b ? 1 : -1;
    if (is_a != is_b)
        return is_a ? -1 : 1; /* numbers come before words */
    return slice_compare(a, b) > 0 ? 1 : -1;
}

static int compare_prereleases(struct slice a, struct slice b)
{
    struct slice_splitter split_a = {.rest = a}, split_b = {.rest = b};
    for (;;) {
        struct slice part_a = {"", 0}, part_b = {"", 0};
        bool more_a = slice_split(&split_a, '.', &part_a), more_b = slice_split(&split_b, '.', &part_b);
        if (!more_a && !more_b)
            return 0;
        int order = compare_part(more_a ? part_a : SLICE(""), more_b ? part_b : SLICE(""));
        if (order)
            return order;
    }
}

int version_compare(const struct template_version *a, const struct template_version *b)
{
    int order = compare_numbers(a->major, b->major);
    if (!order)
        order = compare_numbers(a->minor, b->minor);
    if (!order)
        order = compare_numbers(a->patch, b->patch);
    if (order || (!a->prerelease.length && !b->prerelease.length))
        return order;
    if (!a->prerelease.length || !b->prerelease.length) /* a release comes after what led to it */
        return a->prerelease.length ? -1 : 1;
    return compare_prereleases(a->prerelease, b->prerelease);
}

/* ---- constraints ---- */

enum operator { OP_EQUAL, OP_NOT_EQUAL, OP_MORE, OP_LESS, OP_MORE_EQUAL, OP_LESS_EQUAL, OP_TILDE, OP_CARET };

struct constraint {
    enum operator operator;
    struct template_version version;
    bool dirty, minor_dirty, patch_dirty; /* parts that were left out, or x */
};

/* A number or a wildcard at the start of the text, cut off it. The pattern also takes what is neither, which then is
 * no number. */
static struct slice read_part(struct slice *text)
{
    size_t length = 0;
    while (length < text->length && (is_digit(text->bytes[length]) || strchr("xX*|", text->bytes[length])) &&
           text->bytes[length])
        length++;
    struct slice part = slice_range(*text, 0, length);
    *text = slice_from_offset(*text, length);
    return part;
}

static bool is_wildcard(struct slice part)
{
    return part.length == 1 && (part.bytes[0] == 'x' || part.bytes[0] == 'X' || part.bytes[0] == '*');
}

/* "1.2.x-rc1+meta" at the start of the text, cut off it. */
static bool read_pattern(struct slice *text, struct slice parts[3], struct slice *ret_prerelease)
{
    struct slice rest = *text;
    if (slice_starts(rest, SLICE("v")))
        rest = slice_from_offset(rest, 1);
    parts[0] = read_part(&rest);
    parts[1] = parts[2] = (struct slice){"", 0};
    if (!parts[0].length)
        return false;
    for (size_t i = 1; i < 3 && slice_starts(rest, SLICE(".")); i++) {
        struct slice behind = slice_from_offset(rest, 1);
        parts[i] = read_part(&behind);
        if (!parts[i].length)
            break;
        rest = behind;
    }
    *ret_prerelease = read_suffix(&rest, '-');
    (void)read_suffix(&rest, '+');
    *text = rest;
    return true;
}

static void skip_space(struct slice *text)
{
    while (text->length && strchr(" \t\r\n\f", text->bytes[0]) && text->bytes[0])
        *text = slice_from_offset(*text, 1);
}

static enum operator read_operator(struct slice *text)
{
    static const struct {
        struct slice text;
        enum operator operator;
    } operators[] = {
        {SLICE_CONSTANT("!="), OP_NOT_EQUAL},  {SLICE_CONSTANT(">="), OP_MORE_EQUAL},
        {SLICE_CONSTANT("=>"), OP_MORE_EQUAL}, {SLICE_CONSTANT("<="), OP_LESS_EQUAL},
        {SLICE_CONSTANT("=<"), OP_LESS_EQUAL}, {SLICE_CONSTANT("~>"), OP_TILDE},
        {SLICE_CONSTANT("="), OP_EQUAL},       {SLICE_CONSTANT(">"), OP_MORE},
        {SLICE_CONSTANT("<"), OP_LESS},        {SLICE_CONSTANT("~"), OP_TILDE},
        {SLICE_CONSTANT("^"), OP_CARET},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(operators); i++)
        if (slice_starts(*text, operators[i].text)) {
            *text = slice_from_offset(*text, operators[i].text.length);
            return operators[i].operator;
        }
    return OP_EQUAL;
}

static bool read_constraint(struct slice *text, struct constraint *ret)
{
    struct slice parts[3];
    *ret = (struct constraint){.operator = read_operator(text)};
    skip_space(text);
    if (!read_pattern(text, parts, &ret->version.prerelease))
        return false;
    bool missing[3];
    for (size_t i = 0; i < 3; i++)
        missing[i] = !parts[i].length || is_wildcard(parts[i]);
    ret->dirty = missing[0] || missing[1] || missing[2];
    ret->minor_dirty = !missing[0] && missing[1];
    ret->patch_dirty = !missing[0] && !missing[1] && missing[2];
    uint64_t *const numbers[] = {&ret->version.major, &ret->version.minor, &ret->version.patch};
    for (size_t i = 0; i < 3 && !missing[i]; i++)
        if (!number_parse_u64(parts[i], numbers[i]))
            return false;
    return !ret->version.prerelease.length || valid_prerelease(ret->version.prerelease);
}

static bool check_tilde(const struct constraint *constraint, const struct template_version *version)
{
    const struct template_version *wanted = &constraint->version;
    if (version_compare(version, wanted) < 0)
        return false;
    if (!wanted->major && !wanted->minor && !wanted->patch && !constraint->minor_dirty && !constraint->patch_dirty)
        return true;
    return version->major == wanted->major && (version->minor == wanted->minor || constraint->minor_dirty);
}

static bool check_caret(const struct constraint *constraint, const struct template_version *version)
{
    const struct template_version *wanted = &constraint->version;
    if (version_compare(version, wanted) < 0)
        return false;
    if (wanted->major || constraint->minor_dirty)
        return version->major == wanted->major;
    if (version->major)
        return false;
    if (wanted->minor || constraint->patch_dirty)
        return version->minor == wanted->minor;
    return !version->minor && version->patch == wanted->patch;
}

static bool check_not_equal(const struct constraint *constraint, const struct template_version *version)
{
    const struct template_version *wanted = &constraint->version;
    if (constraint->dirty) {
        if (version->major != wanted->major)
            return true;
        if (version->minor != wanted->minor && !constraint->minor_dirty)
            return true;
        if (constraint->minor_dirty)
            return false;
        if (version->patch != wanted->patch && !constraint->patch_dirty)
            return true;
        if (constraint->patch_dirty)
            return compare_prereleases(version->prerelease, wanted->prerelease) != 0;
    }
    return version_compare(version, wanted) != 0;
}

static bool check_more(const struct constraint *constraint, const struct template_version *version)
{
    const struct template_version *wanted = &constraint->version;
    if (!constraint->dirty)
        return version_compare(version, wanted) > 0;
    if (version->major != wanted->major)
        return version->major > wanted->major;
    if (constraint->minor_dirty)
        return false;
    return constraint->patch_dirty ? version->minor > wanted->minor : version_compare(version, wanted) > 0;
}

static bool check_less_equal(const struct constraint *constraint, const struct template_version *version)
{
    const struct template_version *wanted = &constraint->version;
    if (!constraint->dirty)
        return version_compare(version, wanted) <= 0;
    if (version->major > wanted->major)
        return false;
    return version->major != wanted->major || version->minor <= wanted->minor || constraint->minor_dirty;
}

static bool check(const struct constraint *constraint, const struct template_version *version)
{
    switch (constraint->operator) {
    case OP_EQUAL:
        return constraint->dirty ? check_tilde(constraint, version)
                                 : version_compare(version, &constraint->version) == 0;
    case OP_NOT_EQUAL:
        return check_not_equal(constraint, version);
    case OP_MORE:
        return check_more(constraint, version);
    case OP_LESS:
        return version_compare(version, &constraint->version) < 0;
    case OP_MORE_EQUAL:
        return version_compare(version, &constraint->version) >= 0;
    case OP_LESS_EQUAL:
        return check_less_equal(constraint, version);
    case OP_TILDE:
        return check_tilde(constraint, version);
    case OP_CARET:
        return check_caret(constraint, version);
    }
    return false;
}

/* Constraints with blanks or commas between, all of which must hold. A prerelease only ever satisfies a group that
 * names one. */
static bool check_group(struct slice text, const struct template_version *version, bool *ret_satisfied)
{
    bool satisfied = true, names_prerelease = false, first = true;
    for (;;) {
        struct slice before = text;
        skip_space(&text);
        bool separated = before.length != text.length || first;
        if (!first && slice_starts(text, SLICE(","))) {
            text = slice_from_offset(text, 1);
            skip_space(&text);
            separated = true;
        }
        if (!text.length && !first)
            break;
        struct constraint constraint;
        if (!separated || !read_constraint(&text, &constraint))
            return false;
        first = false;
        names_prerelease |= constraint.version.prerelease.length != 0;
        satisfied &= check(&constraint, version);
    }
    *ret_satisfied = satisfied && (!version->prerelease.length || names_prerelease);
    return true;
}

/* "1.2 - 1.4" is ">= 1.2, <= 1.4". */
static struct slice rewrite_ranges(struct arena *arena, struct slice text)
{
    struct slice result = {"", 0};
    size_t copied = 0;
    for (size_t at = 0; at < text.length;) {
        struct slice rest = slice_from_offset(text, at), low, high, parts[3], ignored;
        low = rest;
        if (!read_pattern(&rest, parts, &ignored)) {
            at++;
            continue;
        }
        low.length -= rest.length;
        size_t after_low = text.length - rest.length, blanks = rest.length;
        skip_space(&rest);
        blanks -= rest.length;
        bool dash = blanks && slice_starts(rest, SLICE("-"));
        struct slice behind = slice_from_offset(rest, 1);
        size_t behind_length = behind.length;
        skip_space(&behind);
        high = behind;
        if (!dash || behind.length == behind_length || !read_pattern(&behind, parts, &ignored)) {
            at = after_low;
            continue;
        }
        high.length -= behind.length;
        skip_space(&behind);
        result = arena_join(arena, result, slice_range(text, copied, at));
        result = arena_join(arena, result, arena_format(arena, ">= %.*s, <= %.*s ", SLICE_ARGS(low), SLICE_ARGS(high)));
        at = copied = text.length - behind.length;
    }
    return copied ? arena_join(arena, result, slice_from_offset(text, copied)) : text;
}

bool version_check(struct arena *arena, struct slice constraint, const struct template_version *version,
                   bool *ret_satisfied)
{
    bool satisfied = false, one;
    size_t groups = 0, found;
    if (constraint.length > CONSTRAINT_LENGTH_MAX)
        return false;
    struct slice rest = rewrite_ranges(arena, constraint);
    do {
        found = slice_find(rest, SLICE("||"));
        if (++groups > CONSTRAINT_GROUPS_MAX || !check_group(slice_range(rest, 0, found), version, &one))
            return false;
        satisfied |= one;
        rest = slice_from_offset(rest, found == SLICE_NONE ? rest.length : found + 2);
    } while (found != SLICE_NONE);
    *ret_satisfied = satisfied;
    return true;
}
