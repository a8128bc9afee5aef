#include "cni/node_file.h"
#include "cni/log_server.h"
#include "cni/pod_netns.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/pillion-node-file-XXXXXX";
static char path[64], other[64];

static void put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *text)
{
    struct buffer out = BUFFER_INIT(4096);
    struct node_file file = NODE_FILE_INIT;
    assert_true(node_file_read(path, &out, &file, NULL));
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.bytes, text);
    node_file_done(&file);
    buffer_done(&out);
    assert_int_equal(node_file_sweep(path, NODE_FILE_MARK), 0); /* nothing is left behind */
}

static void a_file_that_is_as_it_was_seen_is_written(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT(4096);
    struct node_file seen = NODE_FILE_INIT;
    struct stat status;
    bool overtaken = true;
    put(path, "old");
    chmod(path, 0604);
    assert_true(node_file_read(path, &text, &seen, NULL));
    assert_true(node_file_write(path, SLICE("new"), &seen, 0, &overtaken, NULL, NULL));
    assert_false(overtaken);
    assert_holds("new");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0604);
    /* Who had it open may write there still, and that is seen. */
    assert_false(node_file_is_changed(&seen));
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", seen.fd);
    put(name, "later");
    assert_true(node_file_is_changed(&seen));
    assert_true(node_file_is_replaced(&seen, path));
    assert_holds("new");
    node_file_done(&seen);
    buffer_done(&text);
}

static void one_that_is_not_stays(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct buffer text = BUFFER_INIT(4096);
        struct node_file seen = NODE_FILE_INIT;
        bool overtaken = false;
        put(path, "old");
        assert_true(node_file_read(path, &text, &seen, NULL));
        if (how == 0) {
            put(path, "longer");
        } else if (how == 1) {
            put(other, "renamed");
            assert_int_equal(rename(other, path), 0);
        } else {
            assert_int_equal(unlink(path), 0);
        }
        assert_true(node_file_write(path, SLICE("new"), &seen, 0, &overtaken, NULL, NULL));
        assert_true(overtaken);
        if (how < 2)
            assert_holds(how ? "renamed" : "longer");
        else
            assert_int_equal(access(path, F_OK), -1);
        node_file_done(&seen);
        buffer_done(&text);
    }
}

static void what_cannot_be_written_is_named(void **state)
{
    (void)state;
    struct error error = {0};
    assert_false(node_file_write("/proc/nothing/here", SLICE("x"), NULL, 0600, NULL, NULL, &error));
    assert_non_null(strstr(error.text, "/proc/nothing/here"));
    assert_false(node_file_write("", SLICE("x"), NULL, 0600, NULL, NULL, &error));
    assert_false(node_file_write(folder, SLICE("x"), NULL, 0600, NULL, NULL, &error)); /* a folder is in its place */
    put(path, "old");
    assert_int_equal(node_file_sweep(folder, NODE_FILE_MARK), 0);
}

static void lines_cannot_forge_lines(void **state)
{
    (void)state;
    const struct {
        struct slice body, lines;
    } cases[] = {
        {SLICE("[\"a\",\"b\\nc\",1,\"\"]"), SLICE("a\nb\nc\n")},
        {SLICE(" [\"\\u001b[2J\\r\"] "), SLICE("\\u001b[2J\\u000d\n")},
        {SLICE("plain\nlines"), SLICE("plain\nlines\n")},
        {SLICE("[broken"), SLICE("[broken\n")},
        {SLICE(""), SLICE("")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct buffer out = BUFFER_INIT(4096);
        log_server_lines(cases[i].body, &out);
        if (!slice_equal(buffer_slice(&out), cases[i].lines))
            fail_msg("%.*s", SLICE_ARGS(buffer_slice(&out)));
        buffer_done(&out);
    }
}

static void processes_tell_their_pod(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct slice uid = SLICE("1c6d-22");
    assert_true(pod_netns_group_matches(&arena, SLICE("0::/kubepods.slice/kubepods-pod1c6d_22.slice/cri-1.scope\n"), uid));
    assert_true(pod_netns_group_matches(&arena, SLICE("4:cpu:/../../kubepods/burstable/pod1c6d-22/9f\n"), uid));
    assert_false(pod_netns_group_matches(&arena, SLICE("0::/kubepods.slice/kubepods-pod1c6e_22.slice\n"), uid));
    assert_false(pod_netns_group_matches(&arena, SLICE("0::/pod\n"), SLICE("")));
    arena_done(&arena);
    assert_int_equal(pod_netns_start_time(SLICE("7 (a) b) 1) S 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 2\n")), 4711);
    assert_true(pod_netns_start_time(SLICE("7 (x) S 1")) == UINT64_MAX);
    assert_true(pod_netns_start_time(SLICE("")) == UINT64_MAX);
}

static int folder_make(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_as_it_was_seen_is_written),
        cmocka_unit_test(one_that_is_not_stays),
        cmocka_unit_test(what_cannot_be_written_is_named),
        cmocka_unit_test(lines_cannot_forge_lines),
        cmocka_unit_test(processes_tell_their_pod),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
