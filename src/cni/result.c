#include "cni/result.h"
#include "capture/network.h"
#include "tree/json.h"

/* ---- text ---------------------------------------------------------------------------------------------------- */

struct slice cni_json_span(struct slice text, size_t start)
{
    size_t depth = 0, at = start;
    bool in_string = false;
    while (at < text.length) {
        char byte = text.bytes[at];
        if (in_string) {
            in_string = byte != '"';
            at += byte == '\\' ? 2 : 1;
        } else if (depth == 0 && at > start &&
                   (byte == ',' || byte == ']' || byte == '}' || (byte && strchr(" \t\r\n", byte)))) {
            break; /* behind a number or a word */
        } else {
            in_string = byte == '"';
            depth += byte == '{' || byte == '[';
            at++;
            if (byte == '}' || byte == ']')
                depth--;
        }
        bool is_scalar_end = byte == '"' && !in_string && at - 1 > start;
        if (depth == 0 && !in_string && (byte == '}' || byte == ']' || is_scalar_end))
            break;
    }
    return slice_range(text, start, at);
}

/* ---- checks -------------------------------------------------------------------------------------------------- */

struct checker {
    const struct source *source;
    struct error *error;
};

static bool wrong(const struct checker *checker, const struct tree *value, const char *what)
{
    struct slice text = cni_json_span(checker->source->text, value->offset);
    return error_at(checker->error, ERROR_VALUE, checker->source, value->offset, "prevResult: %.*s is no %s",
                    (int)(text.length > 100 ? 100 : text.length), text.bytes, what);
}

enum value_kind { VALUE_NETWORK, VALUE_ADDRESS, VALUE_TEXT, VALUE_MAP, VALUE_LIST, VALUE_INDEX };

struct field {
    const char *name;
    enum value_kind kind;
    bool is_required;
    const struct field *fields; /* of a map, or of the maps in a list; ends with a name of NULL */
};

static bool value_fits(const struct tree *value, enum value_kind kind)
{
    struct network network;
    switch (kind) {
    case VALUE_NETWORK:
        return network_parse(tree_text(value), &network, NULL);
    case VALUE_ADDRESS:
        return network_parse_host(tree_text(value), &network, NULL);
    case VALUE_TEXT:
        return value->kind == TREE_STRING;
    case VALUE_MAP:
        return value->kind == TREE_MAP;
    case VALUE_LIST:
        return value->kind == TREE_LIST;
    case VALUE_INDEX:
        return value->kind == TREE_INT;
    }
    return false;
}

static const char *const kind_names[] = {
    [VALUE_NETWORK] = "address with its prefix length, like 10.1.2.3/24",
    [VALUE_ADDRESS] = "address",
    [VALUE_TEXT] = "text",
    [VALUE_MAP] = "object",
    [VALUE_LIST] = "list",
    [VALUE_INDEX] = "whole number",
};

static bool fields_check(const struct checker *checker, const struct tree *map, const struct field *fields);

static bool list_check(const struct checker *checker, const struct tree *list, const struct field *fields)
{
    for (size_t i = 0; i < list->list.count; i++) {
        const struct tree *item = list->list.items[i];
        if (item->kind != TREE_MAP)
            return wrong(checker, item, kind_names[VALUE_MAP]);
        if (!fields_check(checker, item, fields))
            return false;
    }
    return true;
}

static bool fields_check(const struct checker *checker, const struct tree *map, const struct field *fields)
{
    for (const struct field *field = fields; field->name; field++) {
        const struct tree *value = tree_get(map, slice_from(field->name));
        if (tree_is_null(value) || (field->kind == VALUE_ADDRESS && tree_text_is(value, SLICE("")))) {
            if (field->is_required)
                return error_at(checker->error, ERROR_VALUE, checker->source, map->offset,
                                "prevResult: there is no \"%s\" here", field->name);
            continue;
        }
        if (!value_fits(value, field->kind))
            return wrong(checker, value, kind_names[field->kind]);
        if (field->fields && !(field->kind == VALUE_LIST ? list_check(checker, value, field->fields)
                                                         : fields_check(checker, value, field->fields)))
            return false;
    }
    return true;
}

/* The CNI specification, section 5, "Success"; what a plugin could stumble over and not more: the rest is for others
 * to judge. */
static const struct field route_fields[] = {
    {"dst", VALUE_NETWORK, true, NULL}, {"gw", VALUE_ADDRESS, false, NULL}, {NULL, 0, false, NULL}};
static const struct field ip_fields[] = {{"address", VALUE_NETWORK, true, NULL},
                                         {"gateway", VALUE_ADDRESS, false, NULL},
                                         {"interface", VALUE_INDEX, false, NULL},
                                         {NULL, 0, false, NULL}};
static const struct field interface_fields[] = {
    {"name", VALUE_TEXT, false, NULL}, {"sandbox", VALUE_TEXT, false, NULL}, {NULL, 0, false, NULL}};
static const struct field result_fields[] = {{"interfaces", VALUE_LIST, false, interface_fields},
                                             {"ips", VALUE_LIST, false, ip_fields},
                                             {"routes", VALUE_LIST, false, route_fields},
                                             {"dns", VALUE_MAP, false, NULL},
                                             {NULL, 0, false, NULL}};
/* 0.2.0 and before. */
static const struct field old_ip_fields[] = {{"ip", VALUE_NETWORK, true, NULL},
                                             {"gateway", VALUE_ADDRESS, false, NULL},
                                             {"routes", VALUE_LIST, false, route_fields},
                                             {NULL, 0, false, NULL}};
static const struct field old_result_fields[] = {{"ip4", VALUE_MAP, false, old_ip_fields},
                                                 {"ip6", VALUE_MAP, false, old_ip_fields},
                                                 {"dns", VALUE_MAP, false, NULL},
                                                 {NULL, 0, false, NULL}};

static bool version_check(const struct checker *checker, const struct tree *previous, enum cni_version version)
{
    const struct tree *said = tree_get(previous, SLICE("cniVersion"));
    enum cni_version own = CNI_0_1_0;
    /* Before 0.3.0 results did not say their version. */
    if (tree_is_null(said) && cni_version_is_akin(version, CNI_0_1_0))
        return true;
    if (tree_is(said, TREE_STRING) && cni_version_find(said->string, &own) && cni_version_is_akin(own, version))
        return true;
    struct slice text = tree_text(said), wanted = cni_version_text(version);
    return error_at(checker->error, ERROR_VALUE, checker->source, said ? said->offset : previous->offset,
                    "prevResult has the cniVersion \"%.*s\": expected that of the configuration, %.*s",
                    (int)(text.length > 100 ? 100 : text.length), text.bytes, SLICE_ARGS(wanted));
}

static bool previous_check(const struct checker *checker, const struct tree *previous, enum cni_version version)
{
    bool is_old = cni_version_is_akin(version, CNI_0_1_0);
    if (previous->kind != TREE_MAP)
        return error_at(checker->error, ERROR_VALUE, checker->source, previous->offset,
                        "prevResult is %s: expected an object", tree_kind_name(previous));
    if (!version_check(checker, previous, version) ||
        !fields_check(checker, previous, is_old ? old_result_fields : result_fields))
        return false;
    if (is_old && tree_is_null(tree_get(previous, SLICE("ip4"))) && tree_is_null(tree_get(previous, SLICE("ip6"))))
        return error_at(checker->error, ERROR_VALUE, checker->source, previous->offset,
                        "prevResult has neither \"ip4\" nor \"ip6\"");
    return true;
}

/* ---- printing ------------------------------------------------------------------------------------------------ */

static bool dns_is_dropped(const struct tree *dns, enum cni_version version)
{
    return version >= CNI_1_0_0 && tree_is(dns, TREE_MAP) && dns->map.count == 0;
}

static void entry_begin(struct buffer *out, bool *is_first)
{
    if (!*is_first)
        buffer_add_byte(out, ',');
    *is_first = false;
}

static void version_print(struct buffer *out, enum cni_version version)
{
    json_write_string(out, cni_version_text(version), JSON_COMPACT);
}

/* Entry by entry, each as it came. */
static void previous_print(const struct source *source, const struct tree *previous, enum cni_version version,
                           struct buffer *out)
{
    bool is_first = true;
    buffer_add_byte(out, '{');
    if (!tree_get(previous, SLICE("cniVersion"))) {
        entry_begin(out, &is_first);
        buffer_add_literal(out, "\"cniVersion\":");
        version_print(out, version);
    }
    for (size_t i = 0; i < previous->map.count; i++) {
        const struct tree_entry *entry = &previous->map.entries[i];
        bool is_dns = slice_equal(entry->key, SLICE("dns"));
        if (is_dns && dns_is_dropped(entry->value, version))
            continue;
        entry_begin(out, &is_first);
        buffer_add_slice(out, cni_json_span(source->text, entry->key_offset));
        buffer_add_byte(out, ':');
        if (slice_equal(entry->key, SLICE("cniVersion")))
            version_print(out, version);
        else
            buffer_add_slice(out, cni_json_span(source->text, entry->value->offset));
    }
    if (version < CNI_1_0_0 && !tree_get(previous, SLICE("dns"))) {
        entry_begin(out, &is_first);
        buffer_add_literal(out, "\"dns\":{}");
    }
    buffer_add_literal(out, "}\n");
}

bool cni_result_make(const struct source *source, const struct tree *previous, enum cni_version version,
                     struct buffer *out, struct error *error)
{
    const struct checker checker = {source, error};
    if (tree_is_null(previous) && cni_version_is_akin(version, CNI_0_1_0)) {
        struct slice text = cni_version_text(version);
        return error_set(error, ERROR_VALUE, (struct position){0},
                         "there is no prevResult, and %.*s has no empty result: expected a plugin before this one",
                         SLICE_ARGS(text));
    }
    if (tree_is_null(previous)) {
        struct slice text = cni_version_text(version);
        buffer_format(out, "{\"cniVersion\":\"%.*s\"%s}\n", SLICE_ARGS(text), version < CNI_1_0_0 ? ",\"dns\":{}" : "");
        return true;
    }
    if (!previous_check(&checker, previous, version))
        return false;
    previous_print(source, previous, version, out);
    return true;
}
