#include "proxy/mtls.h"
#include "base/duration.h"
#include "base/number.h"
#include "relay/spiffe.h"
#include "tree/yaml.h"
#include <arpa/inet.h>
#include <limits.h>
#include <unistd.h>

/* ---- modes ---- */

static bool mode_parse(struct slice text, enum relay_tls_mode *ret, struct error *error)
{
    static const struct {
        struct slice name;
        enum relay_tls_mode mode;
    } modes[] = {{SLICE_CONSTANT("DISABLE"), RELAY_TLS_DISABLE},
                 {SLICE_CONSTANT("PERMISSIVE"), RELAY_TLS_PERMISSIVE},
                 {SLICE_CONSTANT("STRICT"), RELAY_TLS_STRICT}};
    for (size_t i = 0; i < ARRAY_LENGTH(modes); i++) {
        if (slice_equal(text, modes[i].name)) {
            *ret = modes[i].mode;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE, (struct position){0},
                     "--mtls: \"%.*s\" is not one of DISABLE, PERMISSIVE, STRICT", SLICE_ARGS(text));
}

bool mtls_modes_parse(struct arena *arena, struct slice text, struct relay_tls_settings *settings, struct error *error)
{
    struct relay_tls_port *ports = arena_new(arena, struct relay_tls_port, MTLS_PORTS_MAX);
    struct slice_splitter splitter = {.rest = text};
    size_t count = 0;
    settings->inbound = RELAY_TLS_DISABLE;
    for (struct slice part; text.length && slice_split(&splitter, ',', &part);) {
        size_t equals = slice_find_byte(part, '=');
        struct relay_tls_port *port = &ports[count];
        if (equals == SLICE_NONE) {
            if (!mode_parse(part, &settings->inbound, error))
                return false;
            continue;
        }
        if (count == MTLS_PORTS_MAX)
            return error_set(error, ERROR_USAGE, (struct position){0}, "--mtls: more than %d ports", MTLS_PORTS_MAX);
        if (!number_parse_u16(slice_range(part, 0, equals), &port->port) || !port->port)
            return error_set(error, ERROR_USAGE, (struct position){0}, "--mtls: \"%.*s\" is not a port",
                             SLICE_ARGS(slice_range(part, 0, equals)));
        if (!mode_parse(slice_from_offset(part, equals + 1), &port->mode, error))
            return false;
        count++;
    }
    settings->ports = ports;
    settings->port_count = count;
    return true;
}

bool mtls_is_wanted(const struct relay_tls_settings *settings)
{
    bool is_wanted = settings->inbound != RELAY_TLS_DISABLE || settings->destination_count > 0;
    for (size_t i = 0; i < settings->port_count; i++)
        is_wanted |= settings->ports[i].mode != RELAY_TLS_DISABLE;
    return is_wanted;
}

/* ---- the file ---- */

struct reading {
    struct arena *arena;
    const struct source *source;
    struct error *error;
};

static bool fail(const struct reading *reading, const struct tree *at, const char *expected)
{
    size_t offset = !at || at->offset == TREE_NO_OFFSET ? 0 : at->offset;
    return error_at(reading->error, ERROR_VALUE, reading->source, offset, "want %s", expected);
}

/* Each key of a map has to be one of the words, so that a misspelt one does not leave something unprotected. */
static bool keys_check(const struct reading *reading, const struct tree *map, const char *const *words,
                       const char *expected)
{
    for (size_t i = 0; i < tree_count(map); i++) {
        const struct tree_entry *entry = &map->map.entries[i];
        const char *const *word = words;
        while (*word && !slice_equal(entry->key, slice_from(*word)))
            word++;
        if (!*word)
            return error_at(reading->error, ERROR_VALUE, reading->source,
                            entry->key_offset == TREE_NO_OFFSET ? 0 : entry->key_offset, "\"%.*s\" is not one of %s",
                            SLICE_ARGS(entry->key), expected);
    }
    return true;
}

/* A list of texts that are something; absent: none. */
static bool texts_read(const struct reading *reading, const struct tree *list, bool (*is_right)(struct slice),
                       const char *expected, const struct slice **ret, size_t *ret_count)
{
    if (!tree_is_null(list) && list->kind != TREE_LIST)
        return fail(reading, list, expected);
    size_t count = tree_count(list);
    if (count > MTLS_IDENTITIES_MAX)
        return fail(reading, list, "64 of them at most");
    struct slice *texts = arena_new(reading->arena, struct slice, count + 1);
    for (size_t i = 0; i < count; i++) {
        texts[i] = tree_text(list->list.items[i]);
        if (!is_right(texts[i]))
            return fail(reading, list->list.items[i], expected);
    }
    *ret = texts;
    *ret_count = count;
    return true;
}

static bool is_trust_domain(struct slice text)
{
    struct spiffe id;
    char bytes[SPIFFE_TRUST_DOMAIN_MAX + 16];
    struct buffer whole = {.bytes = bytes, .capacity = sizeof bytes, .limit = sizeof bytes};
    buffer_add_literal(&whole, "spiffe://");
    buffer_add_slice(&whole, text);
    buffer_add_literal(&whole, "/x");
    return text.length && !whole.overflowed && spiffe_parse(buffer_slice(&whole), &id) &&
           slice_equal(id.trust_domain, text);
}

/* "10.0.0.0/8", "fd00::/8", "10.1.2.3". */
static bool network_read(struct slice text, struct relay_tls_destination *to)
{
    char address[INET6_ADDRSTRLEN];
    size_t slash = slice_find_byte(text, '/');
    struct slice host = slice_range(text, 0, slash);
    int family = slice_find_byte(host, ':') == SLICE_NONE ? AF_INET : AF_INET6;
    uint32_t most = family == AF_INET ? 32 : 128, prefix = most;
    if (!host.length || host.length >= sizeof address)
        return false;
    memcpy(address, host.bytes, host.length);
    address[host.length] = 0;
    if (inet_pton(family, address, to->network.bytes) != 1 ||
        (slash != SLICE_NONE && !number_parse_u32(slice_from_offset(text, slash + 1), &prefix)) || prefix > most)
        return false;
    to->network.family = (uint8_t)family;
    to->prefix = prefix;
    return true;
}

/* In lower case, without the dots around it. */
static bool name_read(const struct reading *reading, struct slice text, struct relay_tls_destination *to)
{
    text = text.length && text.bytes[0] == '.' ? slice_from_offset(text, 1) : text;
    text = slice_range(text, 0, text.length - (text.length && text.bytes[text.length - 1] == '.'));
    if (!text.length || text.length > 253)
        return false;
    char *lower = arena_take(reading->arena, text.length + 1);
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (!is_letter && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '.' && byte != '_')
            return false;
        lower[i] = is_letter ? (char)(byte | 0x20) : byte;
    }
    lower[text.length] = 0;
    to->name = (struct slice){lower, text.length};
    return true;
}

static bool destination_read(const struct reading *reading, const struct tree *item, struct relay_tls_destination *to)
{
    static const char *const words[] = {"cidr", "name", "port", "identities", NULL};
    const struct tree *cidr = tree_get(item, SLICE("cidr")), *name = tree_get(item, SLICE("name"));
    const struct tree *port = tree_get(item, SLICE("port")), *identities = tree_get(item, SLICE("identities"));
    if (!tree_is(item, TREE_MAP) || !cidr == !name)
        return fail(reading, item, "a destination: cidr or name, port, identities");
    if (!keys_check(reading, item, words, "cidr, name, port, identities"))
        return false;
    if (cidr && !network_read(tree_text(cidr), to))
        return fail(reading, cidr, "an address or a network, such as 10.0.0.0/8");
    if (name && !name_read(reading, tree_text(name), to))
        return fail(reading, name, "a name, such as shop.svc.cluster.local");
    if (port && (port->kind != TREE_INT || port->integer < 1 || port->integer > 65535))
        return fail(reading, port, "a port, from 1 to 65535");
    to->port = port ? (uint16_t)port->integer : 0;
    if (!texts_read(reading, identities, spiffe_is_pattern, "a list of SPIFFE ids", &to->identities,
                    &to->identity_count))
        return false;
    return to->identity_count > 0 || fail(reading, item, "identities: who is to be there");
}

static bool destinations_read(const struct reading *reading, const struct tree *list,
                              struct relay_tls_settings *settings)
{
    size_t count = tree_count(list);
    if (!tree_is_null(list) && list->kind != TREE_LIST)
        return fail(reading, list, "a list of destinations");
    if (count > MTLS_DESTINATIONS_MAX)
        return fail(reading, list, "1024 destinations at most");
    struct relay_tls_destination *destinations = arena_new(reading->arena, struct relay_tls_destination, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!destination_read(reading, list->list.items[i], &destinations[i]))
            return false;
    }
    settings->destinations = destinations;
    settings->destination_count = count;
    return true;
}

bool mtls_file_parse(struct arena *arena, const struct source *source, struct relay_tls_settings *settings,
                     struct error *error)
{
    static const char *const words[] = {"trustDomains", "detectionTimeout", "destinations", NULL};
    const struct reading reading = {arena, source, error};
    const struct tree *tree;
    int64_t nanoseconds;
    if (!yaml_read(arena, source, &(struct yaml_options){0}, &tree, error))
        return false;
    if (tree_is_null(tree))
        return true;
    if (tree->kind != TREE_MAP)
        return fail(&reading, tree, "a map with trustDomains, detectionTimeout, destinations");
    if (!keys_check(&reading, tree, words, "trustDomains, detectionTimeout, destinations"))
        return false;
    const struct tree *detection = tree_get(tree, SLICE("detectionTimeout"));
    if (detection &&
        (!duration_parse(tree_text(detection), &nanoseconds) || nanoseconds < 0 || nanoseconds / 1000000 > INT_MAX))
        return fail(&reading, detection, "a duration, such as 300ms");
    if (detection)
        settings->detection_ms = (unsigned)(nanoseconds / 1000000);
    return texts_read(&reading, tree_get(tree, SLICE("trustDomains")), is_trust_domain, "a list of trust domains",
                      &settings->trust_domains, &settings->trust_domain_count) &&
           destinations_read(&reading, tree_get(tree, SLICE("destinations")), settings);
}

/* ---- certificates ---- */

struct names {
    struct slice folder; /* empty: that of the caller */
    const char *chain, *key, *roots;
};

static void files_name(struct arena *arena, struct slice folder, const struct names *names,
                       struct relay_tls_settings *settings)
{
    settings->chain = arena_format(arena, "%.*s/%s", SLICE_ARGS(folder), names->chain).bytes;
    settings->key = arena_format(arena, "%.*s/%s", SLICE_ARGS(folder), names->key).bytes;
    settings->roots = arena_format(arena, "%.*s/%s", SLICE_ARGS(folder), names->roots).bytes;
}

void mtls_files_find(struct arena *arena, struct slice folder, struct relay_tls_settings *settings)
{
    static const char istio[] = "./var/run/secrets/workload-spiffe-credentials";
    static const struct names places[] = {
        {SLICE_CONSTANT(istio), "cert-chain.pem", "key.pem", "root-cert.pem"},
        {SLICE_CONSTANT(istio), "certificates.pem", "private_key.pem", "ca_certificates.pem"},
        {SLICE_CONSTANT("./etc/certs"), "cert-chain.pem", "key.pem", "root-cert.pem"},
    };
    size_t count = folder.length ? 2 : ARRAY_LENGTH(places);
    for (size_t i = 0; i < count; i++) {
        files_name(arena, folder.length ? folder : places[i].folder, &places[i], settings);
        if (access(settings->chain, F_OK) == 0 && access(settings->key, F_OK) == 0 &&
            access(settings->roots, F_OK) == 0)
            return;
    }
    files_name(arena, folder.length ? folder : places[0].folder, &places[0], settings);
}
