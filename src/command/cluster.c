#include "command/cluster.h"
#include "command/version.h"
#include <stdlib.h>
#include <unistd.h>

static const char *environment_get(const char *name)
{
    return getenv(name);
}

bool cluster_open(const struct cluster_flags *flags, struct kube_client **ret_client, struct error *error)
{
    const struct kube_access access = {
        .kubeconfig = flags->kubeconfig,
        .context = flags->context,
        .environment = environment_get,
        .variables = environ,
        .user_agent = SLICE("pillion/" PILLION_VERSION),
    };
    return kube_client_open(&access, ret_client, error);
}
