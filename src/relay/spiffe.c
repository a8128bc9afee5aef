#include "relay/spiffe.h"

static bool is_trust_domain_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static bool is_segment_byte(char c)
{
    return is_trust_domain_byte(c) || (c >= 'A' && c <= 'Z');
}

static bool segment_is_fine(struct slice segment)
{
    if (!segment.length || slice_equal(segment, SLICE(".")) || slice_equal(segment, SLICE("..")))
        return false;
    for (size_t i = 0; i < segment.length; i++)
        if (!is_segment_byte(segment.bytes[i]))
            return false;
    return true;
}

/* The segments of "/ns/NAMESPACE/sa/ACCOUNT". */
static void mesh_path_read(const struct slice segments[4], size_t count, struct spiffe *id)
{
    if (count != 4 || !slice_equal(segments[0], SLICE("ns")) || !slice_equal(segments[2], SLICE("sa")))
        return;
    id->name_space = segments[1];
    id->service_account = segments[3];
}

bool spiffe_parse(struct slice text, struct spiffe *ret)
{
    static const struct slice scheme = SLICE_CONSTANT("spiffe://");
    if (text.length > SPIFFE_MAX || !slice_starts(text, scheme))
        return false;
    struct slice rest = slice_from_offset(text, scheme.length);
    size_t slash = slice_find_byte(rest, '/');
    struct spiffe id = {.text = text, .trust_domain = slice_range(rest, 0, slash == SLICE_NONE ? rest.length : slash)};
    if (!id.trust_domain.length || id.trust_domain.length > SPIFFE_TRUST_DOMAIN_MAX)
        return false;
    for (size_t i = 0; i < id.trust_domain.length; i++)
        if (!is_trust_domain_byte(id.trust_domain.bytes[i]))
            return false;
    if (slash != SLICE_NONE) {
        struct slice_splitter splitter = {.rest = slice_from_offset(rest, slash + 1)};
        struct slice segment, segments[4];
        size_t count = 0;
        id.path = slice_from_offset(rest, slash);
        while (slice_split(&splitter, '/', &segment)) {
            if (!segment_is_fine(segment))
                return false;
            if (count < 4)
                segments[count] = segment;
            count++;
        }
        mesh_path_read(segments, count, &id);
    }
    *ret = id;
    return true;
}

/* What is before the star, with its slash; empty: there is none. */
static struct slice pattern_prefix(struct slice text)
{
    return slice_ends(text, SLICE("/*")) ? slice_range(text, 0, text.length - 1) : (struct slice){NULL, 0};
}

bool spiffe_matches(const struct spiffe *id, struct slice expected)
{
    struct slice prefix = pattern_prefix(expected);
    if (prefix.length)
        return id->text.length > prefix.length && slice_starts(id->text, prefix);
    return slice_equal(id->text, expected);
}

bool spiffe_is_pattern(struct slice text)
{
    struct slice prefix = pattern_prefix(text);
    struct spiffe ignored;
    return spiffe_parse(prefix.length ? slice_range(prefix, 0, prefix.length - 1) : text, &ignored);
}
