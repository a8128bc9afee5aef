/* setup.h - what the installer keeps on a node: the plugin's binary, its kubeconfig, and its entry in the network
 * configuration. Each function looks, and changes what is not as it should be. One thread. */
#pragma once
#include "cni/conflist.h"
#include "cni/kubeconfig_text.h"
#include "cni/node_file.h"
#include "serve/log.h"

/* Names are NUL-terminated. */
struct setup_settings {
    struct slice net_folder;                  /* the node's net.d, as it is mounted here */
    struct slice configuration_name;          /* of the file in it; empty: the first one that is valid */
    bool is_chained;                          /* the entry goes into the provider's file; else into one of its own */
    mode_t own_mode;                          /* of a file of its own */
    struct conflist_entry_settings entry;
    struct slice binary_source, binary_target; /* files */
    struct slice kubeconfig;                  /* the file */
    mode_t kubeconfig_mode;
    struct kubeconfig_values server;          /* protocol, host, port and skip_verify; the rest comes from files: */
    struct slice token_file, authority_file;
    const struct log *log;
};

struct setup {
    const struct setup_settings *settings;
    struct slice current;       /* the configuration that has had the entry; on the heap */
    struct node_file previous;  /* what it replaced, for a while: somebody may be writing into it still */
    int64_t previous_ms;
    struct stat written;        /* the file that took its place */
    struct stat source_seen, target_seen; /* of the binary, when they were equal */
    uint64_t doubtful;          /* what stands in the way of the choice, and since when */
    int64_t doubtful_ms;
    uint64_t reported[16];      /* files that were passed over, the last ones, so as to say it once */
    size_t reported_next;
};
void setup_init(struct setup *setup, const struct setup_settings *settings);
void setup_done(struct setup *setup);

/* *ret_changed: it was not as it should be, and is now. */
MUST_CHECK bool setup_binary(struct setup *setup, bool *ret_changed, struct error *error);
MUST_CHECK bool setup_kubeconfig(struct setup *setup, bool *ret_changed, struct error *error);

enum setup_state {
    SETUP_DONE,    /* the configuration in force has the entry */
    SETUP_WAITING, /* there is none yet that could have it; the error says what is missing */
    SETUP_AGAIN,   /* somebody else is writing just now: look again soon */
    SETUP_FAILED,  /* the error says why */
};
/* A configuration is made to have exactly the entry when it is first met; later it is left alone as long as it has one,
 * for its owner may have changed it on purpose. */
enum setup_state setup_configuration(struct setup *setup, bool *ret_changed, struct error *error);
/* Something was written, in the last seconds, into a file that we had just replaced: looks, and takes it over. True
 * while there is something to wait for. */
bool setup_follow(struct setup *setup);

/* Takes all of it out again: the entry from every configuration, then kubeconfig and binary. Goes on where a part
 * fails, except that what an entry needs stays as long as the entry does. A configuration that cannot be read is
 * reported and left alone. */
MUST_CHECK bool setup_remove(struct setup *setup, struct error *error);
