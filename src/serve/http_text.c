#include "serve/http_text.h"

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

bool http_name_equal(struct slice a, struct slice b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++) {
        if (lower(a.bytes[i]) != lower(b.bytes[i]))
            return false;
    }
    return true;
}

bool http_is_token(struct slice text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.length; i++) {
        char byte = lower(text.bytes[i]);
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && !memchr(others, byte, sizeof others - 1))
            return false;
    }
    return text.length > 0;
}

bool http_is_value(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

bool http_list_has(struct slice list, struct slice word)
{
    struct slice_splitter values = {.rest = list};
    struct slice value;
    while (slice_split(&values, ',', &value)) {
        if (http_name_equal(slice_trim(value), word))
            return true;
    }
    return false;
}
