#include "serve/thread.h"
#include <errno.h>
#include <signal.h>

enum { STACK_BYTES = 256 * 1024 };

bool thread_start(pthread_t *ret, enum thread_stack stack, void *(*run)(void *), void *context, const char *what,
                  struct error *error)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    if (stack == THREAD_SMALL)
        pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, &attributes, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (!failed) {
        *ret = thread;
        return true;
    }
    errno = failed;
    return error_errno(error, "cannot start a thread for %s", what);
}
