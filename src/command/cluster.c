#include "command/cluster.h"
#include "command/version.h"
#include <stdlib.h>
#include <unistd.h>

/* Somebody is waiting for the answer, or a watch that starts again anyway. */
enum { RETRY_MS = 1500 };

static const char *environment_get(const char *name)
{
    return getenv(name);
}

struct kube_access cluster_access(const struct cluster_flags *flags)
{
    return (struct kube_access){
        .kubeconfig = flags->kubeconfig,
        .context = flags->context,
        .environment = environment_get,
        .variables = environ,
        .user_agent = SLICE("pillion/" PILLION_VERSION),
        .retry_ms = RETRY_MS,
    };
}

bool cluster_open(const struct cluster_flags *flags, struct kube_client **ret_client, struct error *error)
{
    const struct kube_access access = cluster_access(flags);
    return kube_client_open(&access, ret_client, error);
}
