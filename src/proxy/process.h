/* process.h - what the kernel says of this process, and of the others that it can see. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct process_facts {
    double cpu_seconds;
    uint64_t resident_bytes, virtual_bytes, descriptors, descriptors_max, threads;
};

/* False where there is no /proc. */
bool process_look(struct process_facts *ret);

/* Whether a process of another container can be seen: in a shared process namespace that is any that is neither this
 * one nor a child of it, nor the pause container's, which is the first. */
bool process_has_company(void);
