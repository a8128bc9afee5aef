/* conflist.h - a node's network configuration (CNI specification, "Network configuration format") as text, and putting
 * the plugin's entry into it or taking it out. Only the bytes of the entry change: what others have written stays as
 * they wrote it, digits, order, blanks and all. No I/O. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "tree/tree.h"

#define CONFLIST_PLUGIN "istio-cni" /* the entry's type, which is the binary's name */
enum { CONFLIST_BYTES_MAX = 16 * 1024 * 1024 };

/* What the text is to be: a runtime goes by the file's name. */
enum conflist_kind { CONFLIST_LIST, CONFLIST_SINGLE, CONFLIST_EITHER };

struct conflist {
    struct source source;
    const struct tree *tree;
    const struct tree *plugins; /* NULL: it is a single plugin's configuration, not a list */
    size_t entries;             /* of ours in the list */
};

/* Reads a configuration as the runtimes' library does (libcni, ConfListFromBytes, ConfFromBytes): a list has a name and
 * plugins that have types, a single plugin a name and a type. Everything lives in `arena`; the source's text is
 * borrowed. Errors: with the place, and what a runtime would want. */
MUST_CHECK bool conflist_read(struct arena *arena, const struct source *source, enum conflist_kind kind,
                              struct conflist *ret, struct error *error);

struct conflist_entry_settings {
    struct slice log_level;          /* "info" */
    struct slice agent_run_folder;   /* on the node */
    struct slice exclude_namespaces; /* separated by commas */
    struct slice pod_namespace;      /* the installer's own */
    bool native_nftables;
};
/* The entry, with the keys of Istio's (cni/pkg/plugin, Config). */
const struct tree *conflist_entry(struct arena *arena, const struct conflist_entry_settings *settings);
/* The same as a configuration by itself, for a file of its own. */
void conflist_standalone(struct arena *arena, const struct conflist_entry_settings *settings, struct buffer *out);

/* Appends the configuration with the entry at its end, in place of those of ours that are there, to `out`. A single
 * plugin becomes a list by the name and version that Istio gives it (cniconfig.go, insertCNIConfig). *ret_changed is
 * false, and nothing is appended, when the entry is there already. */
void conflist_add(struct arena *arena, const struct conflist *conflist, const struct tree *entry, struct buffer *out,
                  bool *ret_changed);

/* Appends the configuration without our entries. The text may be anything; only an object with a list "plugins" can
 * have entries, for others *ret_changed is false. Errors: it is no JSON. */
MUST_CHECK bool conflist_remove(struct arena *arena, const struct source *source, struct buffer *out,
                                bool *ret_changed, struct error *error);
