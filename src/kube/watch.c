#include "kube/request.h"

void kube_watch(struct kube_client *client, const struct kube_resource *resource, const char *selectors,
                const struct kube_watcher *watcher, int stop_fd)
{
    (void)client;
    (void)resource;
    (void)selectors;
    (void)watcher;
    (void)stop_fd;
}
