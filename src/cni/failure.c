#include "cni/failure.h"
#include "tree/json.h"

enum { TEXT_MAX = 2048 };

void cni_failure_print(const struct cni_failure *failure, struct slice version, struct buffer *out)
{
    char text[TEXT_MAX];
    error_print(&failure->error, text, sizeof text);
    /* The line of the source that is quoted goes to the details. */
    struct slice message = slice_from(text), details = {0};
    size_t end = slice_find_byte(message, '\n');
    if (end != SLICE_NONE) {
        details = slice_trim(slice_from_offset(message, end));
        message = slice_range(message, 0, end);
    }
    buffer_add_literal(out, "{\n");
    if (version.length) {
        buffer_add_literal(out, "  \"cniVersion\": ");
        json_write_string(out, version, JSON_COMPACT);
        buffer_add_literal(out, ",\n");
    }
    buffer_format(out, "  \"code\": %d,\n  \"msg\": ", (int)failure->code);
    json_write_string(out, message, JSON_COMPACT);
    if (details.length) {
        buffer_add_literal(out, ",\n  \"details\": ");
        json_write_string(out, details, JSON_COMPACT);
    }
    buffer_add_literal(out, "\n}\n");
}
