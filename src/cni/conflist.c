#include "cni/conflist.h"
#include "tree/json.h"

/* A piece of a text. */
struct span {
    size_t start, end;
};

/* ---- finding one's way in text that is known to be JSON ---- */

static size_t space_skip(struct slice text, size_t at)
{
    while (at < text.length && memchr(" \t\r\n", text.bytes[at], 4))
        at++;
    return at;
}

/* Behind the string that starts at `at`. */
static size_t string_end(struct slice text, size_t at)
{
    for (at++; at < text.length && text.bytes[at] != '"'; at++) {
        if (text.bytes[at] == '\\')
            at++;
    }
    return at + 1;
}

/* Behind the value that starts at `at`. Brackets within strings are skipped with their strings. */
static size_t value_end(struct slice text, size_t at)
{
    size_t depth = 0;
    do {
        char byte = text.bytes[at];
        if (byte == '"') {
            at = string_end(text, at);
            continue;
        }
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        at++;
        if (depth == 0 && byte != '}' && byte != ']') {
            while (at < text.length && !memchr(",]} \t\r\n", text.bytes[at], 7))
                at++;
        }
    } while (depth > 0 && at < text.length);
    return at;
}

static struct slice key_read(struct arena *arena, struct slice quoted)
{
    const struct source source = {.text = quoted};
    const struct tree *key = NULL;
    return json_read(arena, &source, &key, NULL) ? tree_text(key) : SLICE("");
}

/* The object's text without its members of that name. */
static struct slice member_drop(struct arena *arena, struct slice text, struct slice name)
{
    size_t at = space_skip(text, 1);
    while (text.bytes[at] != '}') {
        struct span key = {at, string_end(text, at)};
        size_t colon = space_skip(text, key.end);
        size_t end = value_end(text, space_skip(text, colon + 1));
        size_t next = space_skip(text, end);
        bool is_last = text.bytes[next] == '}';
        if (!slice_equal(key_read(arena, slice_range(text, key.start, key.end)), name)) {
            at = is_last ? next : space_skip(text, next + 1);
            continue;
        }
        /* With the comma behind it, or, when it is the last one, with that before it. */
        size_t from = key.start, to = end;
        if (!is_last) {
            to = space_skip(text, next + 1);
        } else {
            size_t before = from;
            while (before > 0 && memchr(" \t\r\n", text.bytes[before - 1], 4))
                before--;
            if (text.bytes[before - 1] == ',')
                from = before - 1;
        }
        text = arena_join(arena, slice_range(text, 0, from), slice_from_offset(text, to));
        at = space_skip(text, 1);
    }
    return text;
}

/* ---- reading ---- */

static bool is_ours(const struct tree *plugin)
{
    return tree_text_is(tree_get(plugin, SLICE("type")), SLICE(CONFLIST_PLUGIN));
}

static bool fail_at(const struct conflist *conflist, const struct tree *node, struct error *error, const char *wanted)
{
    return error_at(error, ERROR_VALUE, &conflist->source, node && node->offset != TREE_NO_OFFSET ? node->offset : 0,
                    "no network configuration: %s", wanted);
}

static bool text_check(const struct conflist *conflist, const struct tree *object, struct slice key,
                       const char *wanted, struct error *error)
{
    const struct tree *value = tree_get(object, key);
    return tree_text(value).length > 0 || fail_at(conflist, value ? value : object, error, wanted);
}

static bool list_check(struct conflist *conflist, struct error *error)
{
    const struct tree *plugins = tree_get(conflist->tree, SLICE("plugins"));
    if (!tree_is(plugins, TREE_LIST))
        return fail_at(conflist, plugins ? plugins : conflist->tree, error, "want \"plugins\" to be a list");
    if (tree_count(plugins) == 0)
        return fail_at(conflist, plugins, error, "\"plugins\" is empty");
    for (size_t i = 0; i < tree_count(plugins); i++) {
        const struct tree *plugin = plugins->list.items[i];
        if (!tree_is(plugin, TREE_MAP))
            return fail_at(conflist, plugin, error, "want each of \"plugins\" to be an object");
        if (!text_check(conflist, plugin, SLICE("type"), "a plugin has no \"type\"", error))
            return false;
        conflist->entries += is_ours(plugin);
    }
    conflist->plugins = plugins;
    return true;
}

bool conflist_read(struct arena *arena, const struct source *source, enum conflist_kind kind, struct conflist *ret,
                   struct error *error)
{
    struct conflist conflist = {.source = *source};
    if (!json_read(arena, source, &conflist.tree, error))
        return false;
    if (!tree_is(conflist.tree, TREE_MAP))
        return fail_at(&conflist, conflist.tree, error, "want an object");
    if (kind == CONFLIST_EITHER)
        kind = tree_get(conflist.tree, SLICE("type")) ? CONFLIST_SINGLE : CONFLIST_LIST;
    if (!text_check(&conflist, conflist.tree, SLICE("name"), "it has no \"name\"", error))
        return false;
    if (kind == CONFLIST_SINGLE
            ? !text_check(&conflist, conflist.tree, SLICE("type"), "no \"type\"; perhaps this is a .conflist?", error)
            : !list_check(&conflist, error))
        return false;
    *ret = conflist;
    return true;
}

/* ---- the entry ---- */

static const struct tree *names_split(struct arena *arena, struct slice text)
{
    struct slice_splitter splitter = {.rest = text};
    struct slice name;
    struct tree *names = tree_list(arena, 4);
    while (slice_split(&splitter, ',', &name)) {
        name = slice_trim(name);
        if (name.length)
            tree_append(arena, names, tree_string(arena, name));
    }
    return tree_count(names) ? names : &tree_null_node;
}

static struct tree *entry_make(struct arena *arena, const struct conflist_entry_settings *settings, bool is_alone)
{
    const struct {
        struct slice key;
        const struct tree *value;
    } members[] = {
        {SLICE("cniVersion"), is_alone ? tree_string(arena, SLICE("0.3.1")) : NULL},
        {SLICE("name"), tree_string(arena, SLICE(CONFLIST_PLUGIN))},
        {SLICE("type"), tree_string(arena, SLICE(CONFLIST_PLUGIN))},
        {SLICE("plugin_log_level"), tree_string(arena, settings->log_level)},
        {SLICE("cni_agent_run_dir"), tree_string(arena, settings->agent_run_folder)},
        {SLICE("ambient_enabled"), tree_bool(false)},
        {SLICE("enablement_selectors"), &tree_empty_list_node},
        {SLICE("exclude_namespaces"), names_split(arena, settings->exclude_namespaces)},
        {SLICE("pod_namespace"), tree_string(arena, settings->pod_namespace)},
        {SLICE("native_nftables"), tree_bool(settings->native_nftables)},
        {SLICE("enable_ambient_detection_retry"), tree_bool(false)},
        {SLICE("ipam"), &tree_empty_map_node},
        {SLICE("dns"), &tree_empty_map_node},
    };
    struct tree *entry = tree_map(arena, ARRAY_LENGTH(members));
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        if (members[i].value)
            tree_put(arena, entry, members[i].key, members[i].value);
    }
    return entry;
}

const struct tree *conflist_entry(struct arena *arena, const struct conflist_entry_settings *settings)
{
    return entry_make(arena, settings, false);
}

void conflist_standalone(struct arena *arena, const struct conflist_entry_settings *settings, struct buffer *out)
{
    json_write(out, entry_make(arena, settings, true), JSON_INDENT);
    buffer_add_byte(out, '\n');
}

/* ---- editing ---- */

/* The text with `indent` behind each line end: JSON has line ends between its tokens only. */
static void indented_add(struct buffer *out, struct slice text, struct slice indent)
{
    for (size_t i = 0; i < text.length; i++) {
        buffer_add_byte(out, text.bytes[i]);
        if (text.bytes[i] == '\n')
            buffer_add_slice(out, indent);
    }
}

/* Where each plugin stands. By the text, for not every node knows its place. */
static struct span *items_find(struct arena *arena, const struct conflist *conflist)
{
    struct slice text = conflist->source.text;
    size_t count = tree_count(conflist->plugins), at = conflist->plugins->offset + 1u;
    struct span *items = arena_new(arena, struct span, count);
    for (size_t i = 0; i < count; i++) {
        items[i].start = space_skip(text, at);
        items[i].end = value_end(text, items[i].start);
        at = space_skip(text, items[i].end) + 1; /* behind the comma */
    }
    return items;
}

/* What to leave out so that our entries are gone, with one comma each. Gives their number. */
static size_t cuts_find(const struct conflist *conflist, const struct span *items, struct span *cuts)
{
    const struct tree *plugins = conflist->plugins;
    size_t count = 0, kept = 0, total = tree_count(plugins);
    for (size_t i = 0; i < total; i++) {
        if (!is_ours(plugins->list.items[i]))
            kept++;
        else if (kept)
            cuts[count++] = (struct span){items[i - 1].end, items[i].end};
        else
            cuts[count++] = (struct span){items[i].start, i + 1 < total ? items[i + 1].start : items[i].end};
    }
    return count;
}

/* The text from `from` to `to` but for the cuts, which are either within it or outside. */
static void pieces_add(struct buffer *out, struct slice text, const struct span *cuts, size_t count, size_t from,
                       size_t to)
{
    for (size_t i = 0; i < count; i++) {
        if (cuts[i].start < from || cuts[i].end > to)
            continue;
        buffer_add_slice(out, slice_range(text, from, cuts[i].start));
        from = cuts[i].end;
    }
    buffer_add_slice(out, slice_range(text, from, to));
}

/* The entry behind the last of the others, laid out as that one is. `before` are the bytes between it and what comes
 * before it. */
static void entry_add(struct buffer *out, const struct tree *entry, struct slice before)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(CONFLIST_BYTES_MAX);
    size_t line_end = slice_find_last(before, SLICE("\n"));
    if (line_end == SLICE_NONE) {
        json_write(out, entry, JSON_COMPACT);
        return;
    }
    json_write(&text, entry, JSON_INDENT);
    indented_add(out, buffer_slice(&text), slice_from_offset(before, line_end + 1));
}

static void list_add(struct arena *arena, const struct conflist *conflist, const struct tree *entry,
                     struct buffer *out)
{
    struct slice text = conflist->source.text, before = {"", 0};
    const struct tree *plugins = conflist->plugins;
    const struct span *items = items_find(arena, conflist);
    struct span *cuts = arena_new(arena, struct span, tree_count(plugins));
    size_t count = cuts_find(conflist, items, cuts);
    size_t last = tree_count(plugins); /* of the others, counted from 1; 0: there is none */
    while (last > 0 && is_ours(plugins->list.items[last - 1]))
        last--;
    size_t place = last ? items[last - 1].end : items[0].start;
    if (last) {
        size_t blank = items[last - 1].start;
        while (memchr(" \t\r\n", text.bytes[blank - 1], 4))
            blank--;
        before = slice_range(text, blank, items[last - 1].start);
    }
    pieces_add(out, text, cuts, count, 0, place);
    if (last) {
        buffer_add_byte(out, ',');
        buffer_add_slice(out, before);
    }
    entry_add(out, entry, before);
    pieces_add(out, text, cuts, count, place, text.length);
}

static void single_add(struct arena *arena, const struct conflist *conflist, const struct tree *entry,
                       struct buffer *out)
{
    struct slice text = conflist->source.text;
    struct slice object = slice_range(text, conflist->tree->offset, value_end(text, conflist->tree->offset));
    buffer_add_literal(out, "{\n  \"cniVersion\": \"0.3.1\",\n  \"name\": \"k8s-pod-network\",\n  \"plugins\": [\n    ");
    indented_add(out, member_drop(arena, object, SLICE("cniVersion")), SLICE("    "));
    buffer_add_literal(out, ",\n    ");
    entry_add(out, entry, SLICE("\n    "));
    buffer_add_literal(out, "\n  ]\n}\n");
}

void conflist_add(struct arena *arena, const struct conflist *conflist, const struct tree *entry, struct buffer *out,
                  bool *ret_changed)
{
    const struct tree *plugins = conflist->plugins;
    bool is_there = plugins && conflist->entries == 1 &&
                    tree_equal(plugins->list.items[tree_count(plugins) - 1], entry);
    *ret_changed = !is_there;
    if (is_there)
        return;
    if (plugins)
        list_add(arena, conflist, entry, out);
    else
        single_add(arena, conflist, entry, out);
}

bool conflist_remove(struct arena *arena, const struct source *source, struct buffer *out, bool *ret_changed,
                     struct error *error)
{
    struct conflist conflist = {.source = *source};
    *ret_changed = false;
    if (!json_read(arena, source, &conflist.tree, error))
        return false;
    conflist.plugins = tree_get(conflist.tree, SLICE("plugins"));
    if (!tree_is(conflist.plugins, TREE_LIST) || tree_count(conflist.plugins) == 0)
        return true;
    struct span *cuts = arena_new(arena, struct span, tree_count(conflist.plugins));
    size_t count = cuts_find(&conflist, items_find(arena, &conflist), cuts);
    if (!count)
        return true;
    *ret_changed = true;
    pieces_add(out, source->text, cuts, count, 0, source->text.length);
    return true;
}
