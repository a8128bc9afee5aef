/* render_main.c - tests only: a program that renders a template with plain data. The real command is in src/command. */
#include "base/memory.h"
#include "template/render.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct slice read_file(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    char *bytes = NULL;
    size_t length = 0, got;
    do {
        bytes = memory_resize(bytes, length + 65536, 1);
        got = fread(bytes + length, 1, 65536, file);
        length += got;
    } while (got);
    fclose(file);
    return (struct slice){bytes, length};
}

int main(int argc, char **argv)
{
    struct render_input input = {.dialect = TEMPLATE_ISTIO};
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--template") == 0)
            input.template = (struct source){slice_from(argv[i + 1]), read_file(argv[i + 1]), 0};
        else if (strcmp(argv[i], "--data") == 0)
            input.data = (struct source){slice_from(argv[i + 1]), read_file(argv[i + 1]), 0};
        else if (strcmp(argv[i], "--delims") == 0)
            input.delimiters = slice_from(argv[i + 1]);
    }
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(64 * 1000 * 1000);
    struct error error = {0};
    bool done = render(&input, &arena, &out, &error);
    if (done)
        fwrite(out.bytes, 1, out.length, stdout);
    char message[1024];
    error_print(&error, message, sizeof message);
    if (!done)
        fprintf(stderr, "%s\n", message);
    free((char *)input.template.text.bytes);
    free((char *)input.data.text.bytes);
    buffer_done(&out);
    arena_done(&arena);
    return done ? 0 : 1;
}
