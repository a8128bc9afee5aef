/* cluster_double.h - for tests: the part of an API server that the keeper uses, in memory, behind the functions of
 * kube/client.h. It checks resourceVersions and carries out JSON patches as the real one does. */
#pragma once
#include "kube/client.h"

struct kube_client {
    struct arena arena; /* of all objects; never given back */
    struct double_object {
        char path[160]; /* "secrets/NAMESPACE/NAME" */
        const struct tree *object;
    } objects[8];
    uint64_t version;
    size_t writes, patches;
    unsigned fail_status; /* every request is answered so; 0: none */
    /* Called before each write, so that others can get in between; not while it runs itself. */
    void (*before_write)(void *context);
    void *context;
    bool is_between;
};

/* The object of that path, NULL where there is none; putting (NULL deletes) gives it a new resourceVersion. */
const struct tree *double_get(struct kube_client *client, const char *path);
void double_put(struct kube_client *client, const char *path, const struct tree *object);
