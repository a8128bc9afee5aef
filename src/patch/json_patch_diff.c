#include "base/number.h"
#include "patch/json_patch.h"

#define STRING_NODE(literal) {.kind = TREE_STRING, .offset = TREE_NO_OFFSET, .string = SLICE_CONSTANT(literal)}
static const struct tree op_add = STRING_NODE("add"), op_remove = STRING_NODE("remove"),
                         op_replace = STRING_NODE("replace");

/* The way down to a value. */
struct step {
    const struct step *above;
    struct slice key; /* without bytes: an index */
    size_t index;
};

struct diff {
    struct arena *arena;
    struct tree *operations;
};

static void differ(const struct diff *diff, const struct tree *from, const struct tree *to, const struct step *step);

/* ---- operations ---- */

/* A step's reference token, with '~' as ~0 and '/' as ~1 (RFC 6901, section 3), written when `out` is not NULL. */
static size_t token_write(const struct step *step, char *out)
{
    if (!step->key.bytes) {
        char digits[NUMBER_TEXT_MAX];
        size_t length = number_format_u64(step->index, digits);
        if (out)
            memcpy(out, digits, length);
        return length;
    }
    size_t length = 0;
    for (size_t i = 0; i < step->key.length; i++) {
        char c = step->key.bytes[i];
        bool escaped = c == '~' || c == '/';
        if (out) {
            out[length] = escaped ? '~' : c;
            if (escaped)
                out[length + 1] = c == '~' ? '0' : '1';
        }
        length += escaped ? 2 : 1;
    }
    return length;
}

static struct slice path_of(const struct diff *diff, const struct step *step)
{
    size_t length = 0;
    for (const struct step *at = step; at; at = at->above)
        length += 1 + token_write(at, NULL);
    char *path = arena_take(diff->arena, length + 1);
    size_t end = length;
    for (const struct step *at = step; at; at = at->above) {
        end -= token_write(at, NULL);
        token_write(at, path + end);
        path[--end] = '/';
    }
    return (struct slice){path, length};
}

static void operate(const struct diff *diff, const struct tree *op, const struct step *step, const struct tree *value)
{
    struct tree *operation = tree_map(diff->arena, 3);
    tree_put_new(diff->arena, operation, SLICE("op"), TREE_NO_OFFSET, op);
    tree_put_new(diff->arena, operation, SLICE("path"), TREE_NO_OFFSET,
                 tree_string(diff->arena, path_of(diff, step)));
    if (value)
        tree_put_new(diff->arena, operation, SLICE("value"), TREE_NO_OFFSET, value);
    tree_append(diff->arena, diff->operations, operation);
}

/* ---- objects ---- */

static void differ_maps(const struct diff *diff, const struct tree *from, const struct tree *to,
                        const struct step *above)
{
    size_t common = 0;
    for (uint32_t i = 0; i < from->map.count; i++) {
        struct step step = {.above = above, .key = from->map.entries[i].key};
        const struct tree *value = tree_get(to, step.key);
        common += value != NULL;
        if (!value)
            operate(diff, &op_remove, &step, NULL);
        else
            differ(diff, from->map.entries[i].value, value, &step);
    }
    for (uint32_t i = 0; common < to->map.count && i < to->map.count; i++) {
        struct step step = {.above = above, .key = to->map.entries[i].key};
        if (!tree_entry(from, step.key))
            operate(diff, &op_add, &step, to->map.entries[i].value);
    }
}

/* ---- lists ---- */

/* What an object in a list goes by: the keys by which Kubernetes' lists merge. "name" is last but for those that also
 * have a name of something else. */
static const struct tree *identity(const struct tree *item)
{
    static const struct slice keys[] = {SLICE_CONSTANT("mountPath"),     SLICE_CONSTANT("devicePath"),
                                        SLICE_CONSTANT("containerPort"), SLICE_CONSTANT("name"),
                                        SLICE_CONSTANT("uid"),           SLICE_CONSTANT("topologyKey"),
                                        SLICE_CONSTANT("key"),           SLICE_CONSTANT("ip")};
    for (size_t i = 0; item->kind == TREE_MAP && i < ARRAY_LENGTH(keys); i++) {
        const struct tree *value = tree_get(item, keys[i]);
        if (value && value->kind < TREE_LIST)
            return value;
    }
    return NULL;
}

static bool same(const struct tree *a, const struct tree *b)
{
    if (a == b)
        return true;
    const struct tree *name = identity(a), *other = name ? identity(b) : NULL;
    return name ? other && tree_equal(name, other) : tree_equal(a, b);
}

static uint64_t hash_add(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

/* Equal for equal values, whatever the order of keys. */
static uint64_t hash_value(const struct tree *value)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (value->kind == TREE_INT ? TREE_FLOAT : value->kind);
    double number;
    switch ((enum tree_kind)value->kind) {
    case TREE_NULL:
        break;
    case TREE_BOOL:
        hash += value->boolean;
        break;
    case TREE_INT:
    case TREE_FLOAT:
        number = value->kind == TREE_INT ? (double)value->integer : value->number;
        number = number == 0 ? 0 : number; /* -0 equals 0 */
        hash = hash_add(hash, &number, sizeof number);
        break;
    case TREE_STRING:
        hash = hash_add(hash, value->string.bytes, value->string.length);
        break;
    case TREE_LIST:
        for (uint32_t i = 0; i < value->list.count; i++)
            hash = (hash ^ hash_value(value->list.items[i])) * 0x100000001b3u;
        break;
    case TREE_MAP:
        for (uint32_t i = 0; i < value->map.count; i++) {
            const struct tree_entry *entry = &value->map.entries[i];
            hash += hash_add(hash_value(entry->value), entry->key.bytes, entry->key.length);
        }
        break;
    }
    return hash ^ hash >> 29;
}

static uint64_t hash_item(const struct tree *item)
{
    const struct tree *name = identity(item);
    return hash_value(name ? name : item);
}

#define NOWHERE UINT32_MAX

/* For each item of `from` the place of the same one in `to`, or NOWHERE: the first double is the first double's. */
static uint32_t *pair_up(const struct diff *diff, const struct tree *const *from, uint32_t from_count,
                         const struct tree *const *to, uint32_t to_count)
{
    /* Of so many that look alike and are not the same, or are taken already, the rest may go unpaired. */
    enum { LOOKS_MAX = 32 };
    uint32_t *places = arena_take(diff->arena, from_count * sizeof *places);
    uint32_t *next = arena_take(diff->arena, to_count * sizeof *next);
    uint32_t size = 4;
    while (size < 2 * (size_t)to_count && size < 1u << 30)
        size *= 2;
    uint32_t *heads = arena_take(diff->arena, size * sizeof *heads);
    memset(heads, 0xff, size * sizeof *heads);
    for (uint32_t i = to_count; i-- > 0;) {
        uint32_t slot = (uint32_t)hash_item(to[i]) & (size - 1);
        next[i] = heads[slot];
        heads[slot] = i;
    }
    for (uint32_t i = 0; i < from_count; i++) {
        uint32_t *link = &heads[(uint32_t)hash_item(from[i]) & (size - 1)];
        for (unsigned looks = 0; *link != NOWHERE && looks < LOOKS_MAX && !same(from[i], to[*link]); looks++)
            link = &next[*link];
        bool found = *link != NOWHERE && same(from[i], to[*link]);
        places[i] = found ? *link : NOWHERE;
        if (found)
            *link = next[*link];
    }
    return places;
}

/* Leaves of the places only a longest sequence that rises; the others become NOWHERE. */
static void keep_rising(const struct diff *diff, uint32_t *places, uint32_t count)
{
    /* last[n] is where the best sequence of n + 1 places ends so far: the one with the smallest end. */
    uint32_t *last = arena_take(diff->arena, (count + 1) * sizeof *last);
    uint32_t *before = arena_take(diff->arena, (count + 1) * sizeof *before);
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (places[i] == NOWHERE)
            continue;
        uint32_t low = 0, high = length;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (places[last[middle]] < places[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low ? last[low - 1] : NOWHERE;
        last[low] = i;
        length += low == length;
    }
    uint32_t keep = length ? last[length - 1] : NOWHERE;
    for (uint32_t i = count; i-- > 0;) {
        if (i == keep)
            keep = before[i];
        else
            places[i] = NOWHERE;
    }
}

static void differ_items(const struct diff *diff, const struct tree *from, const struct tree *to, size_t at,
                         const struct step *above)
{
    struct step step = {.above = above, .index = at};
    if (from != to && identity(from)) /* others are only the same when they are equal */
        differ(diff, from, to, &step);
}

/* The lists without the `start` items in front and the `behind` items at the end that are the same. */
static void differ_middles(const struct diff *diff, const struct tree *from, const struct tree *to, uint32_t start,
                           uint32_t behind, const struct step *above)
{
    uint32_t from_end = from->list.count - behind, to_end = to->list.count - behind, i = start, j = start;
    uint32_t *places = NULL;
    if (i < from_end && j < to_end) {
        places = pair_up(diff, from->list.items + start, from_end - start, to->list.items + start, to_end - start);
        keep_rising(diff, places, from_end - start);
    }
    uint32_t kept = start; /* the next of `from` that is, or from_end */
    for (size_t at = start; i < from_end || j < to_end;) {
        struct step step = {.above = above, .index = at};
        if (kept < i)
            kept = i;
        while (kept < from_end && (!places || places[kept - start] == NOWHERE))
            kept++;
        uint32_t place = kept < from_end ? start + places[kept - start] : to_end;
        /* Between here and the next that is kept: some go, some come. */
        if (i < kept && j < place) {
            operate(diff, &op_replace, &step, to->list.items[j]);
            i++, j++, at++;
        } else if (i < kept) {
            operate(diff, &op_remove, &step, NULL);
            i++;
        } else if (j < place) {
            operate(diff, &op_add, &step, to->list.items[j]);
            j++, at++;
        } else {
            differ_items(diff, from->list.items[i], to->list.items[j], at, above);
            i++, j++, at++;
        }
    }
}

static void differ_lists(const struct diff *diff, const struct tree *from, const struct tree *to,
                         const struct step *above)
{
    const struct tree *const *a = from->list.items, *const *b = to->list.items;
    uint32_t a_count = from->list.count, b_count = to->list.count, start = 0, behind = 0;
    for (; start < a_count && start < b_count && same(a[start], b[start]); start++)
        differ_items(diff, a[start], b[start], start, above);
    while (behind < a_count - start && behind < b_count - start &&
           same(a[a_count - 1 - behind], b[b_count - 1 - behind]))
        behind++;
    differ_middles(diff, from, to, start, behind, above);
    for (uint32_t i = behind; i > 0; i--)
        differ_items(diff, a[a_count - i], b[b_count - i], b_count - i, above);
}

static void differ(const struct diff *diff, const struct tree *from, const struct tree *to, const struct step *step)
{
    if (from == to)
        return;
    if (from->kind == TREE_MAP && to->kind == TREE_MAP)
        differ_maps(diff, from, to, step);
    else if (from->kind == TREE_LIST && to->kind == TREE_LIST)
        differ_lists(diff, from, to, step);
    else if (!tree_equal(from, to))
        operate(diff, &op_replace, step, to);
}

const struct tree *json_patch_diff(struct arena *arena, const struct tree *from, const struct tree *to)
{
    struct diff diff = {.arena = arena, .operations = tree_list(arena, 8)};
    differ(&diff, from, to, NULL);
    return diff.operations;
}
