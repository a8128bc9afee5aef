#include "kube/selector.h"

enum { NAME_MAX_LENGTH = 63, SUBDOMAIN_MAX_LENGTH = 253 };

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alphanumeric(char c)
{
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

/* Letters, digits, '-', '_' and '.', with a letter or digit at both ends. */
static bool is_name(struct slice text)
{
    if (!text.length || text.length > NAME_MAX_LENGTH || !is_alphanumeric(text.bytes[0]) ||
        !is_alphanumeric(text.bytes[text.length - 1]))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (!is_alphanumeric(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

/* A DNS subdomain (RFC 1123), in lower case. */
static bool is_subdomain(struct slice text)
{
    struct slice_splitter splitter = {.rest = text};
    struct slice part;
    if (!text.length || text.length > SUBDOMAIN_MAX_LENGTH)
        return false;
    while (slice_split(&splitter, '.', &part)) {
        if (!part.length || part.bytes[0] == '-' || part.bytes[part.length - 1] == '-')
            return false;
        for (size_t i = 0; i < part.length; i++) {
            if (!is_lower_or_digit(part.bytes[i]) && part.bytes[i] != '-')
                return false;
        }
    }
    return true;
}

bool kube_label_key_is_valid(struct slice key)
{
    size_t stroke = slice_find_byte(key, '/');
    if (stroke == SLICE_NONE)
        return is_name(key);
    return is_subdomain(slice_range(key, 0, stroke)) && is_name(slice_from_offset(key, stroke + 1));
}

bool kube_label_value_is_valid(struct slice value)
{
    return !value.length || is_name(value);
}

enum selector_operator { IN, NOT_IN, EXISTS, DOES_NOT_EXIST, OPERATORS };
static const struct slice operators[OPERATORS] = {SLICE_CONSTANT("In"), SLICE_CONSTANT("NotIn"),
                                                  SLICE_CONSTANT("Exists"), SLICE_CONSTANT("DoesNotExist")};

/* The caller gives the place. */
#define invalid(error, ...) error_set((error), ERROR_VALUE, (struct position){0}, __VA_ARGS__)

static bool check_key(struct slice key, struct error *error)
{
    return kube_label_key_is_valid(key) ||
           invalid(error, "\"%.*s\" is no label's key (want NAME or DOMAIN/NAME)", SLICE_ARGS(key));
}

static bool check_value(struct slice key, const struct tree *value, struct error *error)
{
    if (!tree_is_null(value) && value->kind != TREE_STRING)
        return invalid(error, "the value for \"%.*s\" is %s, want a string", SLICE_ARGS(key), tree_kind_name(value));
    return kube_label_value_is_valid(tree_text(value)) ||
           invalid(error, "\"%.*s\" is no value that the label \"%.*s\" can have", SLICE_ARGS(tree_text(value)),
                   SLICE_ARGS(key));
}

static bool expression_check(const struct tree *expression, const struct tree *labels,
                             struct kube_requirement *ret_requirement, struct error *error)
{
    struct slice key = tree_text(tree_get(expression, SLICE("key")));
    struct slice name = tree_text(tree_get(expression, SLICE("operator")));
    const struct tree *values = tree_get(expression, SLICE("values"));
    enum selector_operator wanted = IN;
    while (wanted <OPERATORS && !slice_equal(operators[wanted], name))
        wanted++;
    if (wanted == OPERATORS)
        return invalid(error, "the operator \"%.*s\" is none of In, NotIn, Exists, DoesNotExist", SLICE_ARGS(name));
    if (!check_key(key, error))
        return false;
    if (!tree_is_null(values) && values->kind != TREE_LIST)
        return invalid(error, "the values for \"%.*s\" are %s, want a list", SLICE_ARGS(key), tree_kind_name(values));
    bool wants_values = wanted == IN || wanted == NOT_IN;
    if (wants_values != (tree_count(values) > 0))
        return invalid(error, "%.*s for \"%.*s\" must have %s", SLICE_ARGS(name), SLICE_ARGS(key),
                       wants_values ? "values" : "no values");

    const struct tree_entry *label = tree_entry(labels, key);
    bool found = false;
    for (size_t i = 0; i < tree_count(values); i++) {
        if (!check_value(key, values->list.items[i], error))
            return false;
        found = found || (label && slice_equal(tree_text(label->value), tree_text(values->list.items[i])));
    }
    bool is_met = wanted == IN ? found : wanted == NOT_IN ? !found : (wanted == EXISTS) == (label != NULL);
    *ret_requirement = (struct kube_requirement){key, name, wants_values ? values : NULL, label, expression->offset,
                                                 is_met};
    return true;
}

bool kube_selector_matches(const struct tree *selector, const struct tree *labels, bool *ret, struct error *error)
{
    return kube_selector_walk(selector, labels, NULL, NULL, ret, error);
}

bool kube_selector_walk(const struct tree *selector, const struct tree *labels, kube_requirement_visit visit,
                        void *context, bool *ret, struct error *error)
{
    const struct tree *pairs = tree_get(selector, SLICE("matchLabels"));
    const struct tree *expressions = tree_get(selector, SLICE("matchExpressions"));
    bool all = !tree_is_null(selector);
    if (!tree_is_null(selector) && selector->kind != TREE_MAP)
        return invalid(error, "a label selector is %s, want an object", tree_kind_name(selector));
    if (!tree_is_null(pairs) && pairs->kind != TREE_MAP)
        return invalid(error, "matchLabels is %s, want an object", tree_kind_name(pairs));
    if (!tree_is_null(expressions) && expressions->kind != TREE_LIST)
        return invalid(error, "matchExpressions is %s, want a list", tree_kind_name(expressions));
    for (size_t i = 0; i < tree_count(pairs); i++) {
        const struct tree_entry *pair = &pairs->map.entries[i];
        if (!check_key(pair->key, error) || !check_value(pair->key, pair->value, error))
            return error_wrap(error, "matchLabels");
        const struct tree_entry *label = tree_entry(labels, pair->key);
        struct kube_requirement requirement = {pair->key, operators[IN], pair->value, label, pair->key_offset,
                                               label && slice_equal(tree_text(label->value), tree_text(pair->value))};
        if (visit)
            visit(context, &requirement);
        all = all && requirement.is_met;
    }
    for (size_t i = 0; i < tree_count(expressions); i++) {
        struct kube_requirement requirement;
        if (!expression_check(expressions->list.items[i], labels, &requirement, error))
            return error_wrap(error, "matchExpressions[%zu]", i);
        if (visit)
            visit(context, &requirement);
        all = all && requirement.is_met;
    }
    *ret = all;
    return true;
}

bool kube_selector_is_empty(const struct tree *selector)
{
    return !tree_count(tree_get(selector, SLICE("matchLabels"))) &&
           !tree_count(tree_get(selector, SLICE("matchExpressions")));
}
