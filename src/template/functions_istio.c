#include "template/container.h"
#include "template/convert.h"
#include "template/date.h"
#include "template/function.h"
#include "template/letter.h"
#include "template/print.h"
#include "template/record.h"
#include "tree/json.h"
#include "tree/yaml.h"

/* Istio's functions (pkg/kube/inject/template.go). */

static bool give(struct template_value *ret, struct slice text)
{
    *ret = template_from_string(text);
    return true;
}

static struct slice text_of(const struct call *call, size_t at)
{
    return call->arguments[at].string;
}

/* fmt.Sprint of one argument. */
static bool printed(struct call *call, size_t at, struct slice *ret)
{
    const struct template_value *value = &call->arguments[at];
    if (value->kind == TEMPLATE_STRING) {
        *ret = value->string;
        return true;
    }
    size_t begin = scratch_begin(call->execution);
    return print_any(call->execution, &call->execution->scratch, value) && scratch_end(call->execution, begin, ret);
}

static bool write_json(struct call *call, const struct tree *tree, enum json_style style, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    json_write(&call->execution->scratch, tree, style);
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_annotation(struct call *call, struct template_value *ret)
{
    const struct tree *found = tree_get(tree_get(call->arguments[0].tree, SLICE("annotations")), text_of(call, 1));
    if (found)
        return give(ret, tree_text(found));
    struct slice text;
    return printed(call, 2, &text) && give(ret, text);
}

static void note_annotation(struct call *call)
{
    struct execution *execution = call->execution;
    uint16_t annotations = record_own(execution, call->arguments[0].place, SLICE("Annotations"));
    record_whole(execution, record_child(execution, annotations, text_of(call, 1)));
    call->arguments[0].place = 0;
}

/* These fields of each element of a list. */
static void note_elements(struct call *call, size_t argument, const struct slice *fields, size_t count)
{
    uint16_t each = record_each(call->execution, call->arguments[argument].place);
    for (size_t i = 0; i < count; i++)
        record_whole(call->execution, record_child(call->execution, each, fields[i]));
    call->arguments[argument].place = 0;
}

/* ---- Multus ---- */

/* Whether a list of networks as JSON names this one. False in *ret_valid when it is no such list. */
static bool multus_has(struct call *call, struct slice json, struct slice space, struct slice name, bool *ret_valid)
{
    struct source source = {SLICE("networks"), json, 0};
    const struct tree *networks;
    *ret_valid = json_read(call->execution->arena, &source, &networks, NULL) &&
                 (networks->kind == TREE_LIST || networks->kind == TREE_NULL);
    if (!*ret_valid)
        return false;
    for (size_t i = 0; i < tree_count(networks); i++)
        if (networks->list.items[i]->kind != TREE_MAP && networks->list.items[i]->kind != TREE_NULL)
            return *ret_valid = false;
    for (size_t i = 0; i < tree_count(networks); i++) {
        const struct tree *network = networks->list.items[i], *other = tree_get(network, SLICE("namespace"));
        if (tree_text_is(tree_get(network, SLICE("name")), name) &&
            (tree_is_null(other) ? !space.length : tree_text_is(other, space)))
            return true;
    }
    return false;
}

/* Before the last bracket of a JSON list, where "namespace/name" is to be added as an object. */
static bool multus_append_json(struct call *call, struct slice existing, struct slice network, size_t bracket,
                               struct template_value *ret)
{
    struct slice_splitter splitter = {.rest = network};
    struct slice parts[2] = {{"", 0}, {"", 0}};
    size_t count = 0;
    while (count < 2 && slice_split(&splitter, '/', &parts[count]))
        count++;
    struct slice name = count == 2 ? parts[1] : parts[0], space = count == 2 ? parts[0] : SLICE("");
    bool valid;
    if (multus_has(call, existing, space, name, &valid) || !valid)
        return give(ret, existing);
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    buffer_add(out, existing.bytes, bracket);
    buffer_add_literal(out, ", {\"name\": \"");
    buffer_add_slice(out, name);
    if (space.length) {
        buffer_add_literal(out, "\", \"namespace\": \"");
        buffer_add_slice(out, space);
    }
    buffer_add_literal(out, "\"}");
    buffer_add_slice(out, slice_from_offset(existing, bracket));
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_append_multus_network(struct call *call, struct template_value *ret)
{
    struct slice existing = text_of(call, 0), network = text_of(call, 1), one;
    if (!existing.length)
        return give(ret, network);
    size_t bracket = slice_find_last(existing, SLICE("]"));
    if (bracket != SLICE_NONE)
        return multus_append_json(call, existing, network, bracket, ret);
    struct slice_splitter splitter = {.rest = existing};
    while (slice_split(&splitter, ',', &one))
        if (slice_equal(letter_trim(one), network))
            return give(ret, existing);
    return give(ret,
                arena_join(call->execution->arena, arena_join(call->execution->arena, existing, SLICE(", ")), network));
}

/* ---- ports ---- */

/* The containers' ports that are no UDP or SCTP, with commas between. */
static bool container_ports(struct call *call, bool include_proxy, struct template_value *ret)
{
    const struct template_value *containers = &call->arguments[0];
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    bool first = true;
    for (size_t i = 0; !containers->is_nil && i < tree_count(containers->tree); i++) {
        const struct tree *container = containers->tree->list.items[i], *ports = tree_get(container, SLICE("ports"));
        if (!include_proxy && tree_text_is(tree_get(container, SLICE("name")), SLICE("istio-proxy")))
            continue;
        for (size_t at = 0; tree_is(ports, TREE_LIST) && at < tree_count(ports); at++) {
            const struct tree *port = ports->list.items[at], *protocol = tree_get(port, SLICE("protocol"));
            if (tree_text_is(protocol, SLICE("UDP")) || tree_text_is(protocol, SLICE("SCTP")))
                continue;
            const struct tree *number = tree_get(port, SLICE("containerPort"));
            buffer_format(out, "%s%lld", first ? "" : ",",
                          (long long)(tree_is(number, TREE_INT) ? number->integer : 0));
            first = false;
        }
    }
    return scratch_end_value(call->execution, begin, ret);
}

static void note_ports(struct call *call)
{
    static const struct slice fields[] = {SLICE_CONSTANT("Name"), SLICE_CONSTANT("Ports")};
    note_elements(call, 0, fields, ARRAY_LENGTH(fields));
}

static bool call_application_ports(struct call *call, struct template_value *ret)
{
    return container_ports(call, false, ret);
}

static bool call_include_inbound_ports(struct call *call, struct template_value *ret)
{
    return container_ports(call, true, ret);
}

static bool call_exclude_inbound_port(struct call *call, struct template_value *ret)
{
    struct slice port, list = text_of(call, 1), one;
    if (!printed(call, 0, &port))
        return false;
    port = letter_trim(port);
    if (!port.length || slice_equal(port, SLICE("0")))
        return give(ret, list);
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    struct slice_splitter splitter = {.rest = list};
    while (slice_split(&splitter, ',', &one)) {
        if (slice_equal(one, port)) { /* it is excluded already; with blanks around it, it is not seen, as in Istio */
            out->length = begin;
            return give(ret, list);
        }
        one = letter_trim(one);
        if (one.length) {
            buffer_add_slice(out, one);
            buffer_add_byte(out, ',');
        }
    }
    buffer_add_slice(out, port);
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_as_it_is(struct call *call, struct template_value *ret)
{
    *ret = call->arguments[0];
    return true;
}

/* ---- texts ---- */

static bool call_contains(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(slice_find(text_of(call, 1), text_of(call, 0)) != SLICE_NONE);
    return true;
}

static bool call_directory(struct call *call, struct template_value *ret)
{
    size_t slash = slice_find_last(text_of(call, 0), SLICE("/"));
    return give(ret, slice_range(text_of(call, 0), 0, slash == SLICE_NONE ? 0 : slash + 1));
}

static bool call_env(struct call *call, struct template_value *ret)
{
    const struct template_run *run = call->execution->run;
    struct slice value = {NULL, 0};
    if (run->environment && run->environment(run->environment_context, text_of(call, 0), &value) && value.length)
        return give(ret, value);
    return give(ret, text_of(call, 1));
}

/* Blanks before every line but the first. A negative number is as good as a positive one: it was meant for "% *s". */
static bool call_indent(struct call *call, struct template_value *ret)
{
    struct execution *execution = call->execution;
    int64_t blanks = call->arguments[0].integer;
    uint64_t count = blanks < 0 ? 0 - (uint64_t)blanks : (uint64_t)blanks;
    struct slice text = text_of(call, 1);
    size_t begin = scratch_begin(execution);
    struct buffer *out = &execution->scratch;
    size_t at = 0, line_end;
    while ((line_end = slice_find_byte(slice_from_offset(text, at), '\n')) != SLICE_NONE) {
        if (out->overflowed || !execution_allows_text(execution, count, 1))
            return false;
        buffer_add(out, text.bytes + at, line_end + 1);
        buffer_add_repeated(out, ' ', count);
        at += line_end + 1;
    }
    buffer_add_slice(out, slice_from_offset(text, at));
    return scratch_end_value(execution, begin, ret);
}

static bool call_to_lower(struct call *call, struct template_value *ret)
{
    return give(ret, letter_map(call->execution->arena, text_of(call, 0), letter_to_lower));
}

static bool call_format_duration(struct call *call, struct template_value *ret)
{
    int64_t nanoseconds = 0;
    if (!call->arguments[0].is_nil && !date_read_proto_duration(tree_text(call->arguments[0].tree), &nanoseconds))
        nanoseconds = 0;
    size_t begin = scratch_begin(call->execution);
    date_print_duration(&call->execution->scratch, nanoseconds);
    return scratch_end_value(call->execution, begin, ret);
}

/* Unlike sprig's default: only "" and nil give way. */
static bool call_value_or_default(struct call *call, struct template_value *ret)
{
    const struct template_value *value = &call->arguments[0];
    bool gives_way =
        value_is_absent(value) || (value->kind == TEMPLATE_STRING && !value->pointer && !value->string.length);
    *ret = gives_way && !value->pointer ? call->arguments[1] : *value;
    return true;
}

/* ---- JSON and YAML ---- */

static bool call_from_json(struct call *call, struct template_value *ret)
{
    struct error why;
    if (!convert_from_json(call->execution, text_of(call, 0), ret, &why))
        return give(ret, SLICE("{}"));
    return true;
}

static bool call_to_json(struct call *call, struct template_value *ret)
{
    const struct tree *tree;
    if (call->arguments[0].is_nil)
        return give(ret, SLICE("{}"));
    return convert_to_tree(call->execution, &call->arguments[0], &tree) &&
           write_json(call, tree, JSON_GO_HTML | JSON_SORT_KEYS, ret);
}

/* Structs keep Go's order of their fields, maps are sorted: convert_to_tree sees to both. */
static bool call_struct_to_json(struct call *call, struct template_value *ret)
{
    struct template_value value = call->arguments[0];
    const struct tree *tree;
    if (value_is_absent(&value) && !value.pointer)
        return give(ret, SLICE("{}"));
    bool is_typed = value.type && (value.kind == TEMPLATE_STRUCT || value.kind == TEMPLATE_TREE_LIST ||
                                   value.kind == TEMPLATE_TREE_MAP);
    return convert_to_tree(call->execution, &value, &tree) &&
           write_json(call, tree, is_typed ? JSON_GO_HTML : JSON_GO_HTML | JSON_SORT_KEYS, ret);
}

/* Istio drops from a ProxyConfig what is as it is by default (cleanProxyConfig). It compares only these fields. */
static const struct tree *without_defaults(struct call *call, const struct tree *tree)
{
    static const struct slice compared[] = {
        SLICE_CONSTANT("configPath"),
        SLICE_CONSTANT("binaryPath"),
        SLICE_CONSTANT("controlPlaneAuthPolicy"),
        SLICE_CONSTANT("serviceCluster"),
        SLICE_CONSTANT("drainDuration"),
        SLICE_CONSTANT("terminationDrainDuration"),
        SLICE_CONSTANT("discoveryAddress"),
        SLICE_CONSTANT("envoyMetricsService"),
        SLICE_CONSTANT("envoyAccessLogService"),
        SLICE_CONSTANT("tracing"),
        SLICE_CONSTANT("proxyAdminPort"),
        SLICE_CONSTANT("statNameLength"),
        SLICE_CONSTANT("statusPort"),
        SLICE_CONSTANT("concurrency"),
    };
    const struct tree *defaults = call->execution->run->default_proxy_config;
    if (!defaults || !tree_is(tree, TREE_MAP))
        return tree;
    struct tree *copy = tree_copy_shallow(call->execution->arena, tree);
    for (size_t i = 0; i < ARRAY_LENGTH(compared); i++) {
        const struct tree *value = tree_get(tree, compared[i]), *usual = tree_get(defaults, compared[i]);
        if (value && usual && tree_equal(value, usual))
            tree_remove(copy, compared[i]);
    }
    return copy;
}

static bool call_proto_to_json(struct call *call, struct template_value *ret)
{
    struct template_value value = call->arguments[0];
    if (value_is_absent(&value)) /* not even a typed nil */
        return give(ret, SLICE("{}"));
    const struct tree *tree = value.tree;
    if (value.kind != TEMPLATE_STRUCT)
        return write_json(
            call, tree_is_null(tree) ? &tree_null_node : convert_message(call->execution->arena, tree, value.type, 0),
            JSON_COMPACT, ret);
    if (slice_ends(slice_from(value.type->name), SLICE(".ProxyConfig")))
        tree = without_defaults(call, tree);
    return write_json(call, convert_message(call->execution->arena, tree, value.type, 0), JSON_COMPACT, ret);
}

static bool call_to_yaml(struct call *call, struct template_value *ret)
{
    const struct tree *tree;
    if (!convert_to_tree(call->execution, &call->arguments[0], &tree))
        return false;
    if (!convert_for_yaml(call->execution->arena, &tree))
        return give(ret, SLICE("")); /* Istio only logs that it cannot be written */
    size_t begin = scratch_begin(call->execution);
    yaml_write(&call->execution->scratch, tree, YAML_SORT_KEYS | YAML_FOLD);
    return scratch_end_value(call->execution, begin, ret);
}

/* ---- maps of strings ---- */

static bool call_isset(struct call *call, struct template_value *ret)
{
    struct template_value ignored;
    *ret = template_from_bool(map_find(call->execution, &call->arguments[0], text_of(call, 1), &ignored));
    return true;
}

static bool call_strdict(struct call *call, struct template_value *ret)
{
    struct template_value map = map_new(call->execution, ELEMENT_STRING, (call->count + 1) / 2);
    for (size_t i = 0; i < call->count; i += 2)
        map_put(call->execution, map.map, text_of(call, i),
                i + 1 < call->count ? call->arguments[i + 1] : template_from_string(SLICE("")));
    *ret = map;
    return true;
}

/* As values that are known to be strings, whatever the map is made of. */
static void put_all(struct call *call, struct template_map *target, const struct template_value *map)
{
    size_t count;
    struct template_map_entry *entries = map_entries(call->execution, map, &count);
    for (size_t i = 0; i < count; i++)
        map_put(call->execution, target, entries[i].key, entries[i].value);
}

static bool call_omit(struct call *call, struct template_value *ret)
{
    struct template_value map = map_new(call->execution, ELEMENT_STRING, 0);
    put_all(call, map.map, &call->arguments[0]);
    for (size_t i = 1; i < call->count; i++)
        map_take_out(map.map, text_of(call, i));
    *ret = map;
    return true;
}

static bool call_merge_maps(struct call *call, struct template_value *ret)
{
    struct template_value map = map_new(call->execution, ELEMENT_STRING, 0);
    map.is_nil = !call->count;
    for (size_t i = 0; i < call->count; i++)
        put_all(call, map.map, &call->arguments[i]);
    *ret = map;
    return true;
}

static bool call_to_json_map(struct call *call, struct template_value *ret)
{
    struct template_value map;
    const struct tree *tree;
    return call_merge_maps(call, &map) && convert_to_tree(call->execution, &map, &tree) &&
           write_json(call, tree, JSON_GO_HTML | JSON_SORT_KEYS, ret);
}

/* ---- omitNil ---- */

/* Without nils, and without containers that hold nothing else. *ret_changed says whether there were any. */
static bool omit_nil(struct call *call, const struct template_value *from, unsigned depth, struct template_value *ret,
                     bool *ret_changed);

static bool omit_nil_map(struct call *call, const struct template_value *from, unsigned depth,
                         struct template_value *ret, bool *ret_changed)
{
    size_t count;
    struct template_map_entry *entries = map_entries(call->execution, from, &count);
    struct template_value map = map_new(call->execution, ELEMENT_ANY, count);
    for (size_t i = 0; i < count; i++) {
        struct template_value kept;
        bool changed = false;
        if (!omit_nil(call, &entries[i].value, depth + 1, &kept, &changed))
            return false;
        *ret_changed |= changed;
        if (!value_is_absent(&kept))
            map_put(call->execution, map.map, entries[i].key, kept);
    }
    *ret = !*ret_changed ? *from : map.map->count ? map : TEMPLATE_NO_VALUE;
    return true;
}

static bool omit_nil_list(struct call *call, const struct template_value *from, unsigned depth,
                          struct template_value *ret, bool *ret_changed)
{
    size_t count, kept_count = 0;
    struct template_value *items = list_items(call->execution, from, &count);
    struct template_value list = list_new(call->execution, ELEMENT_ANY, count);
    for (size_t i = 0; i < count; i++) {
        struct template_value kept;
        bool changed = false;
        if (!omit_nil(call, &items[i], depth + 1, &kept, &changed))
            return false;
        *ret_changed |= changed;
        if (!value_is_absent(&kept)) {
            kept.boxed = true;
            list.list->items[kept_count++] = kept;
        }
    }
    list.list->count = kept_count;
    *ret = !*ret_changed ? *from : kept_count ? list : TEMPLATE_NO_VALUE;
    return true;
}

static bool omit_nil(struct call *call, const struct template_value *from, unsigned depth, struct template_value *ret,
                     bool *ret_changed)
{
    if (depth > VALUE_DEPTH_MAX)
        return execution_fail_limit(call->execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
    if (!execution_step(call->execution, 1))
        return false;
    *ret = *from;
    if (value_is_absent(from)) {
        *ret_changed = true;
        return true;
    }
    if (value_is_map_of_any(from))
        return omit_nil_map(call, from, depth, ret, ret_changed);
    bool any_list = from->kind == TEMPLATE_LIST ? from->list->element == ELEMENT_ANY
                                                : from->kind == TEMPLATE_TREE_LIST && !from->type;
    if (any_list)
        return omit_nil_list(call, from, depth, ret, ret_changed);
    return true;
}

static bool call_omit_nil(struct call *call, struct template_value *ret)
{
    bool changed = false;
    return omit_nil(call, &call->arguments[0], 0, ret, &changed);
}

/* ---- OpenTelemetry ---- */

static void add_attribute(struct buffer *out, size_t begin, const char *name, struct slice value, struct slice more)
{
    if (out->length > begin)
        buffer_add_byte(out, ',');
    buffer_add_slice(out, slice_from(name));
    buffer_add_slice(out, value);
    buffer_add_slice(out, more);
}

/* An image's tag and digest: what stands behind the last colon after the last slash, and behind the first @. */
static void image_version(struct slice image, struct slice *ret_tag, struct slice *ret_digest)
{
    size_t at = slice_find_byte(image, '@');
    *ret_digest = at == SLICE_NONE ? (struct slice){"", 0} : slice_from_offset(image, at + 1);
    image = slice_range(image, 0, at);
    size_t slash = slice_find_last(image, SLICE("/")), colon = slice_find_last(image, SLICE(":"));
    bool tagged = colon != SLICE_NONE && (slash == SLICE_NONE || colon > slash);
    *ret_tag = tagged ? slice_from_offset(image, colon + 1) : (struct slice){"", 0};
}

static bool wants_attributes(const struct template_value *mesh)
{
    const struct tree *providers = mesh->is_nil ? NULL : tree_get(mesh->tree, SLICE("extensionProviders"));
    for (size_t i = 0; tree_is(providers, TREE_LIST) && i < tree_count(providers); i++) {
        const struct tree *enrichment =
            tree_at(providers->list.items[i], "opentelemetry", "serviceAttributeEnrichment");
        if (tree_text_is(enrichment, SLICE("OTEL_SEMANTIC_CONVENTIONS")) ||
            (tree_is(enrichment, TREE_INT) && enrichment->integer == 1))
            return true;
    }
    return false;
}

static struct slice string_in(struct call *call, size_t map, struct slice key)
{
    struct template_value value;
    return map_find(call->execution, &call->arguments[map], key, &value) ? value.string : (struct slice){"", 0};
}

static void note_otel_resource_attributes(struct call *call)
{
    static const struct slice of_annotations[] = {
        SLICE_CONSTANT("resource.opentelemetry.io/service.namespace"),
        SLICE_CONSTANT("resource.opentelemetry.io/service.version"),
        SLICE_CONSTANT("resource.opentelemetry.io/service.instance.id"),
    };
    static const struct slice of_containers[] = {SLICE_CONSTANT("Image"), SLICE_CONSTANT("Name")};
    struct execution *execution = call->execution;
    record_close(execution, &call->arguments[0]);
    if (wants_attributes(&call->arguments[0])) { /* and if not, it looks at nothing else */
        uint16_t annotations = call->arguments[1].place, labels = call->arguments[2].place;
        for (size_t i = 0; i < ARRAY_LENGTH(of_annotations); i++)
            record_whole(execution, record_child(execution, annotations, of_annotations[i]));
        record_whole(execution, record_child(execution, labels, SLICE("app.kubernetes.io/version")));
        record_close(execution, &call->arguments[3]);
        note_elements(call, 4, of_containers, ARRAY_LENGTH(of_containers));
    }
    for (size_t i = 1; i < call->count; i++)
        call->arguments[i].place = 0;
}

static bool call_otel_resource_attributes(struct call *call, struct template_value *ret)
{
    if (!wants_attributes(&call->arguments[0]))
        return give(ret, SLICE(""));
    struct slice space = text_of(call, 3), none = {"", 0};
    const struct tree *containers = call->arguments[4].is_nil ? NULL : call->arguments[4].tree;
    const struct tree *first = tree_count(containers) ? containers->list.items[0] : NULL;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    struct slice value = string_in(call, 1, SLICE("resource.opentelemetry.io/service.namespace"));
    if (value.length || space.length)
        add_attribute(out, begin, "service.namespace=", value.length ? value : space, none);
    value = string_in(call, 1, SLICE("resource.opentelemetry.io/service.version"));
    if (!value.length)
        value = string_in(call, 2, SLICE("app.kubernetes.io/version"));
    if (value.length) {
        add_attribute(out, begin, "service.version=", value, none);
    } else if (tree_count(containers) == 1) {
        struct slice tag, digest;
        image_version(tree_text(tree_get(first, SLICE("image"))), &tag, &digest);
        if (tag.length && digest.length)
            tag = arena_join(call->execution->arena, tag, SLICE("@"));
        if (tag.length || digest.length)
            add_attribute(out, begin, "service.version=", tag, digest);
    }
    value = string_in(call, 1, SLICE("resource.opentelemetry.io/service.instance.id"));
    if (value.length) {
        add_attribute(out, begin, "service.instance.id=", value, none);
    } else if (first) {
        add_attribute(out, begin, "service.instance.id=", space, SLICE(".$(POD_NAME)."));
        buffer_add_slice(out, tree_text(tree_get(first, SLICE("name"))));
    }
    return scratch_end_value(call->execution, begin, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("annotation"), call_annotation, 0, 3, {TAKES_METADATA, TAKES_STRING, TAKES_ANY},
     note_annotation},
    {SLICE_CONSTANT("appendMultusNetwork"), call_append_multus_network, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("applicationPorts"), call_application_ports, 0, 1, {TAKES_CONTAINERS}, note_ports},
    {SLICE_CONSTANT("contains"), call_contains, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("directory"), call_directory, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("env"), call_env, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("excludeInboundPort"), call_exclude_inbound_port, 0, 2, {TAKES_ANY, TAKES_STRING}},
    {SLICE_CONSTANT("excludeInterfaces"), call_as_it_is, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("formatDuration"), call_format_duration, 0, 1, {TAKES_DURATION}},
    {SLICE_CONSTANT("fromJSON"), call_from_json, FUNCTION_GIVES_ANY, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("includeInboundPorts"), call_include_inbound_ports, 0, 1, {TAKES_CONTAINERS}, note_ports},
    {SLICE_CONSTANT("indent"), call_indent, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("isset"), call_isset, 0, 2, {TAKES_STRING_MAP, TAKES_STRING}, record_look_up},
    {SLICE_CONSTANT("kubevirtInterfaces"), call_as_it_is, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("mergeMaps"), call_merge_maps, FUNCTION_VARIADIC, 1, {TAKES_STRING_MAP}},
    {SLICE_CONSTANT("omit"), call_omit, FUNCTION_VARIADIC, 2, {TAKES_STRING_MAP, TAKES_STRING}},
    {SLICE_CONSTANT("omitNil"), call_omit_nil, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("otelResourceAttributes"), call_otel_resource_attributes, 0, 5,
     {TAKES_MESH, TAKES_STRING_MAP, TAKES_STRING_MAP, TAKES_STRING, TAKES_CONTAINERS}, note_otel_resource_attributes},
    {SLICE_CONSTANT("protoToJSON"), call_proto_to_json, 0, 1, {TAKES_MESSAGE}},
    {SLICE_CONSTANT("strdict"), call_strdict, FUNCTION_VARIADIC, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("structToJSON"), call_struct_to_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("toJSON"), call_to_json, 0, 1, {TAKES_STRING_MAP}},
    {SLICE_CONSTANT("toJsonMap"), call_to_json_map, FUNCTION_VARIADIC, 1, {TAKES_STRING_MAP}},
    {SLICE_CONSTANT("toLower"), call_to_lower, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("toYaml"), call_to_yaml, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("valueOrDefault"), call_value_or_default, FUNCTION_GIVES_ANY, 2, {TAKES_ANY, TAKES_ANY}},
};

const struct function_table functions_istio = {functions, ARRAY_LENGTH(functions)};
