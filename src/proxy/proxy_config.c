#include "proxy/proxy_config.h"
#include "base/duration.h"
#include "base/number.h"
#include "tree/yaml.h"
#include <limits.h>

const struct proxy_config proxy_config_standard = {
    .concurrency = -1,
    .status_port = 15020,
    .admin_port = 15000,
    .stat_name_length = 189,
    .drain_ms = 45 * 1000,
    .termination_drain_ms = -1,
    .file_flush_ms = -1,
    .file_flush_kilobytes = -1,
    .binary_path = SLICE_CONSTANT("/usr/local/bin/envoy"),
    .config_path = SLICE_CONSTANT("./etc/istio/proxy"),
    .service_cluster = SLICE_CONSTANT("istio-proxy"),
};

enum field_kind {
    FIELD_NUMBER,   /* int64_t; an int32 or a wrapped one */
    FIELD_DURATION, /* int64_t, milliseconds */
    FIELD_CHOICE,   /* int64_t, the place of its name in `names` */
    FIELD_SWITCH,   /* bool */
    FIELD_TEXT,     /* struct slice, with a NUL behind it */
    FIELD_TEXTS,    /* proxyMetadata */
    FIELD_OTHER,    /* means something to Istio, and nothing here */
};

struct field {
    struct slice name;
    enum field_kind kind;
    size_t offset;
    int64_t least, most; /* of numbers; milliseconds of durations */
    const char *const *names;
};

static const char *const interception_names[] = {"REDIRECT", "TPROXY", "NONE", NULL};

#define PLACE(member) offsetof(struct proxy_config, member)
enum { PORT_MAX = 65535, THREADS_MAX = 256, DAY_MS = 24 * 3600 * 1000 };

static const struct field fields[] = {
    {SLICE_CONSTANT("concurrency"), FIELD_NUMBER, PLACE(concurrency), 0, THREADS_MAX},
    {SLICE_CONSTANT("statusPort"), FIELD_NUMBER, PLACE(status_port), 0, PORT_MAX},
    {SLICE_CONSTANT("proxyAdminPort"), FIELD_NUMBER, PLACE(admin_port), 1, PORT_MAX},
    {SLICE_CONSTANT("statNameLength"), FIELD_NUMBER, PLACE(stat_name_length), 1, 10000},
    {SLICE_CONSTANT("drainDuration"), FIELD_DURATION, PLACE(drain_ms), 1000, DAY_MS},
    {SLICE_CONSTANT("terminationDrainDuration"), FIELD_DURATION, PLACE(termination_drain_ms), 0, DAY_MS},
    {SLICE_CONSTANT("fileFlushInterval"), FIELD_DURATION, PLACE(file_flush_ms), 1, DAY_MS},
    {SLICE_CONSTANT("fileFlushMinSizeKb"), FIELD_NUMBER, PLACE(file_flush_kilobytes), 0, INT32_MAX},
    {SLICE_CONSTANT("interceptionMode"), FIELD_CHOICE, PLACE(interception), .names = interception_names},
    {SLICE_CONSTANT("holdApplicationUntilProxyStarts"), FIELD_SWITCH, PLACE(hold_application)},
    {SLICE_CONSTANT("binaryPath"), FIELD_TEXT, PLACE(binary_path)},
    {SLICE_CONSTANT("configPath"), FIELD_TEXT, PLACE(config_path)},
    {SLICE_CONSTANT("customConfigFile"), FIELD_TEXT, PLACE(custom_config_file)},
    {SLICE_CONSTANT("serviceCluster"), FIELD_TEXT, PLACE(service_cluster)},
    {SLICE_CONSTANT("proxyMetadata"), FIELD_TEXTS, PLACE(metadata)},
    {SLICE_CONSTANT("availabilityZone"), FIELD_OTHER},
    {SLICE_CONSTANT("caCertificatesPem"), FIELD_OTHER},
    {SLICE_CONSTANT("connectTimeout"), FIELD_OTHER},
    {SLICE_CONSTANT("connectionSettings"), FIELD_OTHER},
    {SLICE_CONSTANT("controlPlaneAuthPolicy"), FIELD_OTHER},
    {SLICE_CONSTANT("discoveryAddress"), FIELD_OTHER},
    {SLICE_CONSTANT("discoveryRefreshDelay"), FIELD_OTHER},
    {SLICE_CONSTANT("envoyAccessLogService"), FIELD_OTHER},
    {SLICE_CONSTANT("envoyMetricsService"), FIELD_OTHER},
    {SLICE_CONSTANT("envoyMetricsServiceAddress"), FIELD_OTHER},
    {SLICE_CONSTANT("extraStatTags"), FIELD_OTHER},
    {SLICE_CONSTANT("gatewayTopology"), FIELD_OTHER},
    {SLICE_CONSTANT("image"), FIELD_OTHER},
    {SLICE_CONSTANT("meshId"), FIELD_OTHER},
    {SLICE_CONSTANT("parentShutdownDuration"), FIELD_OTHER},
    {SLICE_CONSTANT("privateKeyProvider"), FIELD_OTHER},
    {SLICE_CONSTANT("proxyBootstrapTemplatePath"), FIELD_OTHER},
    {SLICE_CONSTANT("proxyHeaders"), FIELD_OTHER},
    {SLICE_CONSTANT("proxyStatsMatcher"), FIELD_OTHER},
    {SLICE_CONSTANT("readinessProbe"), FIELD_OTHER},
    {SLICE_CONSTANT("runtimeValues"), FIELD_OTHER},
    {SLICE_CONSTANT("sds"), FIELD_OTHER},
    {SLICE_CONSTANT("statsCompression"), FIELD_OTHER},
    {SLICE_CONSTANT("statsEvictionInterval"), FIELD_OTHER},
    {SLICE_CONSTANT("statsdUdpAddress"), FIELD_OTHER},
    {SLICE_CONSTANT("tracing"), FIELD_OTHER},
    {SLICE_CONSTANT("tracingServiceName"), FIELD_OTHER},
    {SLICE_CONSTANT("zipkinAddress"), FIELD_OTHER},
};

/* protobuf's own name of a field is taken, too: statusPort or status_port (protobuf, "ProtoJSON Format"). */
static bool name_matches(struct slice name, struct slice key)
{
    size_t at = 0;
    if (slice_equal(name, key))
        return true;
    for (size_t i = 0; i < name.length; i++) {
        bool is_upper = name.bytes[i] >= 'A' && name.bytes[i] <= 'Z';
        if (is_upper && (at >= key.length || key.bytes[at++] != '_'))
            return false;
        if (at >= key.length || key.bytes[at++] != (is_upper ? name.bytes[i] | 0x20 : name.bytes[i]))
            return false;
    }
    return at == key.length;
}

struct place {
    const struct proxy_config_reader *reader;
    const struct source *source;
    const struct tree *value;
    size_t offset; /* of the value, or of its key */
    struct error *error;
};

static bool fail(const struct place *place, const struct field *field, const char *expected)
{
    if (place->value->kind == TREE_STRING)
        return error_at(place->error, ERROR_VALUE, place->source, place->offset, "%.*s: \"%.*s\" is not %s",
                        SLICE_ARGS(field->name), SLICE_ARGS(place->value->string), expected);
    return error_at(place->error, ERROR_VALUE, place->source, place->offset, "%.*s: want %s, not %s",
                    SLICE_ARGS(field->name), expected, tree_kind_name(place->value));
}

static bool fail_range(const struct place *place, const struct field *field, int64_t number, const char *unit)
{
    return error_at(place->error, ERROR_VALUE, place->source, place->offset,
                    "%.*s: %lld%s is out of range: want %lld to %lld%s", SLICE_ARGS(field->name), (long long)number,
                    unit, (long long)field->least, (long long)field->most, unit);
}

/* A number, or one in quotes (ProtoJSON, "int32"). */
static bool number_read(const struct place *place, const struct field *field, void *to)
{
    int64_t number;
    if (place->value->kind == TREE_INT)
        number = place->value->integer;
    else if (place->value->kind != TREE_STRING || !number_parse_i64(place->value->string, &number))
        return fail(place, field, "a whole number");
    if (number < field->least || number > field->most)
        return fail_range(place, field, number, "");
    memcpy(to, &number, sizeof number);
    return true;
}

static bool duration_read(const struct place *place, const struct field *field, void *to)
{
    int64_t nanoseconds;
    if (place->value->kind != TREE_STRING || !duration_parse(place->value->string, &nanoseconds))
        return fail(place, field, "a duration, such as \"20s\"");
    int64_t milliseconds = nanoseconds / 1000000;
    if (nanoseconds < 0 || milliseconds < field->least || milliseconds > field->most)
        return fail_range(place, field, milliseconds, " ms");
    memcpy(to, &milliseconds, sizeof milliseconds);
    return true;
}

/* An enum's name, or its number. */
static bool choice_read(const struct place *place, const struct field *field, void *to)
{
    for (int64_t i = 0; field->names[i]; i++) {
        if (tree_text_is(place->value, slice_from(field->names[i])) ||
            (place->value->kind == TREE_INT && place->value->integer == i)) {
            memcpy(to, &i, sizeof i);
            return true;
        }
    }
    return fail(place, field, "one of REDIRECT, TPROXY, NONE");
}

static bool switch_read(const struct place *place, const struct field *field, void *to)
{
    if (place->value->kind != TREE_BOOL)
        return fail(place, field, "true or false");
    memcpy(to, &place->value->boolean, sizeof(bool));
    return true;
}

static bool text_read(const struct place *place, const struct field *field, void *to)
{
    if (place->value->kind != TREE_STRING || slice_find_byte(place->value->string, 0) != SLICE_NONE)
        return fail(place, field, "a text");
    struct slice text = arena_copy(place->reader->arena, place->value->string);
    if (text.length) /* protobuf: the zero value is as good as none */
        memcpy(to, &text, sizeof text);
    return true;
}

static bool texts_read(const struct place *place, const struct field *field, void *to)
{
    const struct tree *old;
    memcpy(&old, to, sizeof old);
    if (place->value->kind != TREE_MAP)
        return fail(place, field, "a map");
    struct tree *merged = tree_map(place->reader->arena, tree_count(old) + place->value->map.count);
    for (size_t i = 0; i < tree_count(old); i++)
        tree_put(place->reader->arena, merged, old->map.entries[i].key, old->map.entries[i].value);
    for (size_t i = 0; i < place->value->map.count; i++) {
        const struct tree_entry *entry = &place->value->map.entries[i];
        struct slice key = arena_copy(place->reader->arena, entry->key);
        if (entry->value->kind != TREE_STRING || slice_find_byte(entry->value->string, 0) != SLICE_NONE)
            return error_at(place->error, ERROR_VALUE, place->source, entry->value->offset,
                            "proxyMetadata: %.*s: want a text, not %s (numbers and booleans need quotes)",
                            SLICE_ARGS(key), tree_kind_name(entry->value));
        struct slice text = arena_copy(place->reader->arena, entry->value->string);
        tree_put(place->reader->arena, merged, key, tree_string(place->reader->arena, text));
    }
    const struct tree *constant = merged;
    memcpy(to, &constant, sizeof constant);
    return true;
}

static bool field_read(const struct place *place, const struct field *field, struct proxy_config *config)
{
    static bool (*const readers[])(const struct place *, const struct field *, void *) = {
        [FIELD_NUMBER] = number_read, [FIELD_DURATION] = duration_read, [FIELD_CHOICE] = choice_read,
        [FIELD_SWITCH] = switch_read, [FIELD_TEXT] = text_read,         [FIELD_TEXTS] = texts_read,
    };
    if (field->kind == FIELD_OTHER || place->value->kind == TREE_NULL)
        return true;
    return readers[field->kind](place, field, (char *)config + field->offset);
}

static bool config_read(const struct proxy_config_reader *reader, const struct source *source, const struct tree *tree,
                        struct proxy_config *config, struct error *error)
{
    if (tree_is_null(tree))
        return true;
    if (tree->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, source, tree->offset == TREE_NO_OFFSET ? 0 : tree->offset,
                        "want a ProxyConfig, a map of its fields, not %s", tree_kind_name(tree));
    for (size_t i = 0; i < tree->map.count; i++) {
        const struct tree_entry *entry = &tree->map.entries[i];
        const struct field *field = fields, *end = fields + ARRAY_LENGTH(fields);
        while (field < end && !name_matches(field->name, entry->key))
            field++;
        size_t offset = entry->value->offset == TREE_NO_OFFSET ? entry->key_offset : entry->value->offset;
        const struct place place = {reader, source, entry->value, offset, error};
        if (field < end && !field_read(&place, field, config))
            return false;
        if (field == end && reader->unknown) {
            struct position where = source_position(source, entry->key_offset);
            reader->unknown(reader->context, &where, entry->key);
        }
    }
    return true;
}

bool proxy_config_apply(const struct proxy_config_reader *reader, const struct source *source,
                        struct proxy_config *config, struct error *error)
{
    const struct tree *tree;
    return yaml_read(reader->arena, source, &(struct yaml_options){0}, &tree, error) &&
           config_read(reader, source, tree, config, error);
}

static bool mesh_text(struct arena *arena, const struct source *source, const struct tree *mesh, struct slice name,
                      struct slice *to, struct error *error)
{
    const struct tree *value = tree_get(mesh, name);
    if (value && value->kind == TREE_MAP) /* outboundTrafficPolicy: {mode: REGISTRY_ONLY} */
        value = tree_get(value, SLICE("mode"));
    if (tree_is_null(value))
        return true;
    if (value->kind != TREE_STRING || slice_find_byte(value->string, 0) != SLICE_NONE)
        return error_at(error, ERROR_VALUE, source, value->offset == TREE_NO_OFFSET ? 0 : value->offset,
                        "%.*s: want a text, not %s", SLICE_ARGS(name), tree_kind_name(value));
    *to = arena_copy(arena, value->string);
    return true;
}

bool proxy_config_apply_mesh(const struct proxy_config_reader *reader, const struct source *source,
                             struct proxy_config *config, struct proxy_mesh *ret_mesh, struct error *error)
{
    const struct tree *tree;
    struct proxy_mesh mesh = {0};
    if (!yaml_read(reader->arena, source, &(struct yaml_options){0}, &tree, error))
        return false;
    if (!tree_is_null(tree) && tree->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, source, 0, "want a MeshConfig, a map of its fields, not %s",
                        tree_kind_name(tree));
    if (!mesh_text(reader->arena, source, tree, SLICE("accessLogFile"), &mesh.access_log_file, error) ||
        !mesh_text(reader->arena, source, tree, SLICE("accessLogEncoding"), &mesh.access_log_encoding, error) ||
        !mesh_text(reader->arena, source, tree, SLICE("outboundTrafficPolicy"), &mesh.outbound_policy, error))
        return false;
    *ret_mesh = mesh;
    return config_read(reader, source, tree_get(tree, SLICE("defaultConfig")), config, error) ||
           error_wrap(error, "defaultConfig");
}
