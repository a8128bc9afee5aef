/* thread.h - a server's thread beside its main one, without signals, which are the main thread's (also SIGPIPE, which
 * splice sends for a closed socket: it waits for ever). */
#pragma once
#include "base/error.h"
#include <pthread.h>

enum thread_stack {
    THREAD_SMALL, /* 256 KiB, since memory is counted: it moves bytes */
    THREAD_DEEP,  /* what the system gives: it reads documents, which nest, or calls libcurl */
};

/* Starts it; *ret is for pthread_join, untouched on failure. `what` it is for stands in the message. Errors: the system
 * has no thread to give. */
MUST_CHECK bool thread_start(pthread_t *ret, enum thread_stack stack, void *(*run)(void *), void *context,
                             const char *what, struct error *error);
