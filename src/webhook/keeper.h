/* keeper.h - keeps certificates and caBundles right, in a thread of its own: shares CA and serving certificate with the
 * other replicas through a Secret (rotation.h says in which order what changes), and writes the caBundle into the
 * MutatingWebhookConfigurations. All state is in the cluster: a process that is killed loses nothing. */
#pragma once
#include "kube/client.h"
#include "webhook/rotation.h"

enum { KEEPER_CONFIGURATIONS_MAX = 16 };

/* Everything is borrowed and must live as long as the keeper. */
struct keeper_settings {
    struct kube_access access;
    struct slice namespace, service; /* of the webhook's Service */
    struct slice revision;           /* for the Secret's label; may be empty */
    /* The CA and the serving certificate from the Secret `secret` in `namespace`, made where it is not there. Empty: the
     * CAs are those of the file `ca_file`, which is read again as it changes, and serving certificates are not ours. */
    struct slice secret;
    struct slice ca_file;            /* NUL-terminated */
    const struct slice *more_names;  /* DNS names and addresses for the certificate beside the Service's */
    size_t more_name_count;
    const struct slice *configurations; /* names of MutatingWebhookConfigurations; one that is not there is waited for */
    size_t configuration_count;
    struct slice webhook_name;       /* --webhookName; may be empty */
    bool any_service;                /* webhooks that are sent to another Service are ours, too (1.0's flags named none) */
    const struct rotation_settings *rotation; /* NULL: rotation_standard */
};

/* All are called in the keeper's threads, on_failed in several at once; texts live during the call. Any may be NULL. */
struct keeper_callbacks {
    void *context;
    /* A serving certificate that is to be used from now on; comes before anything else does. */
    void (*on_certificate)(void *context, const struct authority_pair *serving, const struct authority_times *times);
    /* The caBundle of so many webhooks was put right. */
    void (*on_bundle)(void *context, struct slice configuration, size_t webhooks);
    /* "renewed the serving certificate", for the log. */
    void (*on_event)(void *context, const char *text);
    /* Something could not be done now; it is tried again. */
    void (*on_failed)(void *context, const struct error *error);
};

struct keeper;
/* Opens the client and starts the threads; asks nothing of the server yet. Errors: settings that make no sense, no way
 * to the API server known (kube_client_open), a library or thread that cannot be had. */
MUST_CHECK bool keeper_start(const struct keeper_settings *settings, const struct keeper_callbacks *callbacks,
                             struct keeper **ret_keeper, struct error *error);
/* Whether a serving certificate was given that has not expired (with `ca_file`: whether the file was read). From any
 * thread. */
bool keeper_is_ready(struct keeper *keeper);
/* Looks again now (SIGHUP). From any thread. */
void keeper_wake(struct keeper *keeper);
/* Stops the threads and frees everything; a request that is under way is waited for, 10 seconds at most. NULL is fine. */
void keeper_stop(struct keeper **keeper);
