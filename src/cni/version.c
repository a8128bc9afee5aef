#include "cni/version.h"
#include "base/attribute.h"

static const struct {
    struct slice text;
    unsigned family;
} versions[CNI_VERSION_COUNT] = {
    [CNI_0_1_0] = {SLICE_CONSTANT("0.1.0"), 1}, [CNI_0_2_0] = {SLICE_CONSTANT("0.2.0"), 1},
    [CNI_0_3_0] = {SLICE_CONSTANT("0.3.0"), 2}, [CNI_0_3_1] = {SLICE_CONSTANT("0.3.1"), 2},
    [CNI_0_4_0] = {SLICE_CONSTANT("0.4.0"), 2}, [CNI_1_0_0] = {SLICE_CONSTANT("1.0.0"), 3},
    [CNI_1_1_0] = {SLICE_CONSTANT("1.1.0"), 3},
};

bool cni_version_find(struct slice text, enum cni_version *ret)
{
    for (unsigned i = 0; i < CNI_VERSION_COUNT; i++) {
        if (slice_equal(versions[i].text, text)) {
            *ret = (enum cni_version)i;
            return true;
        }
    }
    return false;
}

struct slice cni_version_text(enum cni_version version)
{
    return versions[version].text;
}

bool cni_version_is_akin(enum cni_version a, enum cni_version b)
{
    return versions[a].family == versions[b].family;
}

void cni_versions_print(struct buffer *out, bool is_json)
{
    for (size_t i = 0; i < CNI_VERSION_COUNT; i++) {
        const char *quote = is_json ? "\"" : "";
        buffer_format(out, "%s%s%.*s%s", i ? ", " : "", quote, SLICE_ARGS(versions[i].text), quote);
    }
}
