/* memory_file.h - bytes as a file that has a path but no place on a disk: for libraries that take certificates by the
 * names of files only. */
#pragma once
#include "base/error.h"

enum { MEMORY_FILE_PATH = 32 };
struct memory_file {
    int fd; /* -1: none */
    char path[MEMORY_FILE_PATH];
};
#define MEMORY_FILE_INIT {.fd = -1}

/* The file of `bytes`, in place of the one that is there. Needs /proc. */
MUST_CHECK bool memory_file_set(struct memory_file *file, struct slice bytes, struct error *error);
void memory_file_done(struct memory_file *file);
/* Its path; NULL when there is none. */
const char *memory_file_path(const struct memory_file *file);
