/* Whatever stands in CNI_ARGS: names that are given stand in it as they are given, behind their keys, and what is
 * refused is refused with a word. The same pieces without the first one that is unknown are no worse. */
#include "cni/arguments.h"
#include <stdint.h>
#include <stdlib.h>

static void value_check(struct slice text, const char *key, struct slice value)
{
    if (!value.bytes)
        return;
    size_t length = strlen(key);
    /* It borrows the text's bytes, right behind its key. */
    if (value.bytes < text.bytes + length || value.bytes + value.length > text.bytes + text.length ||
        memcmp(value.bytes - length, key, length) != 0 || slice_find_byte(value, ';') != SLICE_NONE ||
        slice_find_byte(value, '=') != SLICE_NONE)
        abort();
    const char *end = value.bytes + value.length;
    if (end != text.bytes + text.length && *end != ';')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct cni_arguments arguments = {0};
    struct error error = {0};
    if (!cni_arguments_parse(text, &arguments, &error)) {
        if (!error.text[0] || arguments.pod.bytes || arguments.namespace.bytes)
            abort();
        return 0;
    }
    value_check(text, "K8S_POD_NAME=", arguments.pod);
    value_check(text, "K8S_POD_NAMESPACE=", arguments.namespace);
    return 0;
}
