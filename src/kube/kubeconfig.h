/* kubeconfig.h - kubeconfig files (Kubernetes, "Organizing Cluster Access Using kubeconfig Files"; the fields:
 * "kubeconfig (v1)"): merged, and one context of them. Nothing is opened here. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* Something that stands in a file of its own or, in base64, in the kubeconfig; the latter wins. */
struct kubeconfig_part {
    struct slice path;  /* NUL-terminated, complete; empty: none */
    struct slice bytes; /* decoded; empty: none */
};

struct kubeconfig {
    struct slice file;    /* the file that has the context */
    struct slice context; /* its name */
    struct slice namespace;
    struct slice cluster, server; /* the server's URL without a slash at its end */
    struct slice tls_server_name, proxy_url;
    bool is_insecure;
    struct kubeconfig_part authorities;
    const struct tree *cluster_extension; /* what exec plugins get as spec.cluster.config; NULL: nothing */

    struct slice user;
    struct kubeconfig_part certificate, key;
    struct slice token, token_file, username, password;
    struct slice as, as_uid;          /* whom to be instead */
    const struct tree *as_groups;     /* list of texts; NULL: none */
    const struct tree *as_extra;      /* map of lists of texts; NULL: none */
    const struct tree *exec;          /* the plugin's entry; NULL: none */
    struct source exec_source;        /* for places in it */
    struct slice exec_folder;         /* what a relative command is relative to, with a slash at its end */
};

/* The context of that name (empty: current-context of the first file that has one) of the files in `sources`, of which
 * the first that has an entry of some name wins. All texts end in a NUL that their length does not count, and live in
 * `arena` or the sources. Errors, with their places: no YAML, fields of a wrong kind, no such context (with the names
 * that there are), cluster or user, a cluster without server. None quotes a line: there may be secrets in it. */
MUST_CHECK bool kubeconfig_read(struct arena *arena, const struct source *sources, size_t count, struct slice context,
                                struct kubeconfig *ret_config, struct error *error);
