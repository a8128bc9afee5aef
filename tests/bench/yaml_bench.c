/* yaml_bench.c - how fast YAML is read and written: yaml_bench FILE... */
#include "tree/yaml.h"
#include "tree/yaml_events.h"
#include "tree/yaml_fast.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SECONDS_EACH_NS = 300000000 };

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static bool read_file(const char *path, struct buffer *out)
{
    FILE *file = fopen(path, "rb");
    char block[65536];
    for (size_t length; file && (length = fread(block, 1, sizeof block, file));)
        buffer_add(out, block, length);
    return file && !fclose(file);
}

static void print_rate(const char *what, size_t bytes, long long runs, long long elapsed)
{
    printf("  %-8s %8.1f MB/s %8.1f us\n", what, (double)bytes * (double)runs * 1000 / (double)elapsed,
           (double)elapsed / (double)runs / 1000);
}

static void time_reader(const char *what, bool (*reader)(struct yaml_builder *), struct slice text)
{
    struct arena arena = ARENA_INIT;
    struct source source = {SLICE("bench"), text, 0};
    struct error error = {0};
    long long start = now(), runs = 0, elapsed;
    do {
        struct yaml_builder builder;
        arena_reset(&arena);
        yaml_builder_init(&builder, &arena, &source, &error);
        if (!reader(&builder)) {
            printf("  %-8s refuses it: %s\n", what, error.text);
            break;
        }
        runs++;
        elapsed = now() - start;
        if (elapsed >= SECONDS_EACH_NS)
            print_rate(what, text.length, runs, elapsed);
    } while (elapsed < SECONDS_EACH_NS);
    arena_done(&arena);
}

static void time_writer(const char *what, struct slice text, enum yaml_style style)
{
    struct arena arena = ARENA_INIT;
    struct source source = {SLICE("bench"), text, 0};
    struct buffer out = BUFFER_INIT(1u << 31);
    const struct tree *tree;
    if (yaml_read(&arena, &source, NULL, &tree, NULL)) {
        long long start = now(), runs = 0, elapsed;
        do {
            buffer_clear(&out);
            yaml_write(&out, tree, style);
            runs++;
        } while ((elapsed = now() - start) < SECONDS_EACH_NS);
        print_rate(what, out.length, runs, elapsed);
    }
    buffer_done(&out);
    arena_done(&arena);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct buffer text = BUFFER_INIT(1u << 31);
        if (!read_file(argv[i], &text)) {
            perror(argv[i]);
            return 1;
        }
        printf("%s (%zu bytes)\n", argv[i], text.length);
        time_reader("fast", yaml_fast_read, buffer_slice(&text));
        time_reader("libyaml", yaml_events_read, buffer_slice(&text));
        time_writer("sorted", buffer_slice(&text), YAML_SORT_KEYS | YAML_FOLD);
        time_writer("kept", buffer_slice(&text), YAML_KEEP_ORDER);
        buffer_done(&text);
    }
    return 0;
}
