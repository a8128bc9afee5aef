#include "template/container.h"
#include "template/function.h"
#include "template/version.h"

/* sprig's semantic versions, and the methods of the values that semver gives. */

static bool call_semver(struct call *call, struct template_value *ret)
{
    struct template_version *version = arena_new(call->execution->arena, struct template_version, 1);
    if (!version_read(call->execution->arena, call->arguments[0].string, version))
        return call_fail(call, "invalid semantic version \"%.*s\"", SLICE_ARGS(call->arguments[0].string));
    *ret = (struct template_value){.kind = TEMPLATE_VERSION, .pointer = true, .version = version};
    return true;
}

static bool call_semver_compare(struct call *call, struct template_value *ret)
{
    struct template_version version = {0};
    bool satisfied, known = version_read(call->execution->arena, call->arguments[1].string, &version);
    if (!version_check(call->execution->arena, call->arguments[0].string, &version, &satisfied))
        return call_fail(call, "improper constraint: \"%.*s\"", SLICE_ARGS(call->arguments[0].string));
    if (!known)
        return call_fail(call, "invalid semantic version \"%.*s\"", SLICE_ARGS(call->arguments[1].string));
    *ret = template_from_bool(satisfied);
    return true;
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("semver"), call_semver, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("semverCompare"), call_semver_compare, 0, 2, {TAKES_STRING, TAKES_STRING}},
};

const struct function_table functions_version = {functions, ARRAY_LENGTH(functions)};

/* ---- methods ---- */

static bool give_natural(struct template_value *ret, uint64_t value)
{
    *ret = (struct template_value){.kind = TEMPLATE_UINT64, .natural = value};
    return true;
}

static bool version_major(struct call *call, struct template_value *ret)
{
    return give_natural(ret, call->arguments[0].version->major);
}

static bool version_minor(struct call *call, struct template_value *ret)
{
    return give_natural(ret, call->arguments[0].version->minor);
}

static bool version_patch(struct call *call, struct template_value *ret)
{
    return give_natural(ret, call->arguments[0].version->patch);
}

static bool version_prerelease(struct call *call, struct template_value *ret)
{
    *ret = template_from_string(call->arguments[0].version->prerelease);
    return true;
}

static bool version_metadata(struct call *call, struct template_value *ret)
{
    *ret = template_from_string(call->arguments[0].version->metadata);
    return true;
}

static bool version_original(struct call *call, struct template_value *ret)
{
    *ret = template_from_string(call->arguments[0].version->original);
    return true;
}

static bool version_string(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    version_print(&call->execution->scratch, call->arguments[0].version);
    return scratch_end_value(call->execution, begin, ret);
}

static int compare(const struct call *call)
{
    return version_compare(call->arguments[0].version, call->arguments[1].version);
}

static bool version_compare_to(struct call *call, struct template_value *ret)
{
    *ret = template_from_int(compare(call));
    return true;
}

static bool version_equal(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare(call) == 0);
    return true;
}

static bool version_less_than(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare(call) < 0);
    return true;
}

static bool version_less_than_equal(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare(call) <= 0);
    return true;
}

static bool version_greater_than(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare(call) > 0);
    return true;
}

static bool version_greater_than_equal(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(compare(call) >= 0);
    return true;
}

static const struct template_function methods[] = {
    {SLICE_CONSTANT("Compare"), version_compare_to, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("Equal"), version_equal, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("GreaterThan"), version_greater_than, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("GreaterThanEqual"), version_greater_than_equal, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("LessThan"), version_less_than, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("LessThanEqual"), version_less_than_equal, 0, 2, {TAKES_VERSION, TAKES_VERSION}},
    {SLICE_CONSTANT("Major"), version_major, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("Metadata"), version_metadata, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("Minor"), version_minor, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("Original"), version_original, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("Patch"), version_patch, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("Prerelease"), version_prerelease, 0, 1, {TAKES_VERSION}},
    {SLICE_CONSTANT("String"), version_string, 0, 1, {TAKES_VERSION}},
};

const struct function_table methods_version = {methods, ARRAY_LENGTH(methods)};
