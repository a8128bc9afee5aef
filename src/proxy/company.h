/* company.h - who else is in the pod: with a shared process namespace (Kubernetes, shareProcessNamespace) the processes
 * of its other containers can be seen. */
#pragma once
#include <stdbool.h>

/* Whether there is a process that is neither this one nor a child of it, nor the namespace's first, which is the pause
 * container's. True, too, where nobody can tell. */
bool company_look(void);
