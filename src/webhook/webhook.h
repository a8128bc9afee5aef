/* webhook.h - the whole webhook: configuration and certificates as they change, the two servers, signals, drain. */
#pragma once
#include "kube/config_maps.h"
#include "webhook/log.h"
#include "webhook/rotation.h"
#include "webhook/store.h"

enum { WEBHOOK_CONFIGURATIONS_MAX = 16 };

struct webhook_settings {
    const char *address;          /* numeric; NULL: all, of both families */
    uint16_t port, monitor_port;  /* 0: any free one */
    unsigned threads;
    uint64_t body_max;            /* bytes */
    size_t connection_max;
    int64_t drain_ms;             /* after SIGTERM new requests are served for that long */
    struct inject_settings injection;

    /* Where the configuration comes from: a cluster's ConfigMaps, or files (NUL-terminated names; empty: not given),
     * or what stands for a file that is not given (a name of length 0: nothing). */
    bool from_cluster;
    struct config_map_names maps;
    struct slice files[STORE_TEXTS];
    struct source defaults[STORE_TEXTS];

    /* Certificates: files, or our own, shared through a Secret. */
    bool self_signed;
    struct slice certificate_file, key_file, ca_file;
    struct slice namespace, service, secret;
    struct rotation_settings rotation;
    /* The MutatingWebhookConfigurations whose caBundle is kept right. */
    struct slice webhook_configurations[WEBHOOK_CONFIGURATIONS_MAX];
    size_t webhook_configuration_count;
    struct slice webhook_name;    /* of one that does not have a usual name; may be empty */
    bool any_service;             /* webhooks that are sent to another Service are ours, too */
    struct kube_access access;

    /* Istio 1.0's sign of life: a file that is touched as long as all is well; empty: none. */
    struct slice health_file;
    int64_t health_interval_ms;
    struct log log;
};

/* Serves until SIGTERM or SIGINT, then drains and returns true. SIGHUP reloads. Changes the process's signal mask.
 * Errors: what cannot work from the start: files that are not there or not valid, an address in use. */
MUST_CHECK bool webhook_run(const struct webhook_settings *settings, struct error *error);
