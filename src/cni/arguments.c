#include "cni/arguments.h"

static const struct position nowhere;

/* Go's library reads it so: 1 and true in two ways, 0 and false. */
static bool switch_parse(struct slice text, bool *ret)
{
    static const struct {
        struct slice text;
        bool value;
    } words[] = {{SLICE_CONSTANT("1"), true},      {SLICE_CONSTANT("true"), true},  {SLICE_CONSTANT("True"), true},
                 {SLICE_CONSTANT("TRUE"), true},   {SLICE_CONSTANT("0"), false},    {SLICE_CONSTANT("false"), false},
                 {SLICE_CONSTANT("False"), false}, {SLICE_CONSTANT("FALSE"), false}};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (slice_equal(words[i].text, text)) {
            *ret = words[i].value;
            return true;
        }
    }
    return false;
}

bool cni_arguments_parse(struct slice text, struct cni_arguments *ret, struct error *error)
{
    struct cni_arguments arguments = {0};
    struct slice ignored = {0};
    const struct {
        struct slice key;
        struct slice *value;
    } known[] = {
        {SLICE("K8S_POD_NAME"), &arguments.pod},
        {SLICE("K8S_POD_NAMESPACE"), &arguments.namespace},
        {SLICE("K8S_POD_INFRA_CONTAINER_ID"), &ignored},
        {SLICE("K8S_POD_UID"), &ignored},
    };
    struct slice unknown = {0};
    bool may_be_unknown = false;
    struct slice_splitter pairs = {.rest = text};
    for (struct slice pair; text.length && slice_split(&pairs, ';', &pair);) {
        size_t equals = slice_find_byte(pair, '='), i;
        if (equals == SLICE_NONE || slice_find_byte(slice_from_offset(pair, equals + 1), '=') != SLICE_NONE)
            return error_set(error, ERROR_VALUE, nowhere,
                             "CNI_ARGS has \"%.*s\": expected KEY=VALUE, with \";\" between them",
                             (int)(pair.length > 200 ? 200 : pair.length), pair.bytes);
        struct slice key = slice_range(pair, 0, equals), value = slice_from_offset(pair, equals + 1);
        if (slice_equal(key, SLICE("IgnoreUnknown"))) {
            if (!switch_parse(value, &may_be_unknown))
                return error_set(error, ERROR_VALUE, nowhere, "CNI_ARGS has IgnoreUnknown=%.*s: expected 1 or 0",
                                 (int)(value.length > 200 ? 200 : value.length), value.bytes);
            continue;
        }
        for (i = 0; i < ARRAY_LENGTH(known) && !slice_equal(known[i].key, key); i++)
            ;
        if (i < ARRAY_LENGTH(known))
            *known[i].value = value;
        else if (!unknown.bytes)
            unknown = key;
    }
    if (unknown.bytes && !may_be_unknown)
        return error_set(error, ERROR_VALUE, nowhere,
                         "CNI_ARGS has the unknown key \"%.*s\", and IgnoreUnknown=1 is not there",
                         (int)(unknown.length > 200 ? 200 : unknown.length), unknown.bytes);
    *ret = arguments;
    return true;
}
