/* name.h - names that Istio's templates, annotations and this room agree on (Istio, pkg/kube/inject/inject.go and
 * api/annotation). */
#pragma once
#include "base/slice.h"

#define NAME_PROXY SLICE("istio-proxy")
#define NAME_INIT SLICE("istio-init")
#define NAME_VALIDATION SLICE("istio-validation")
#define NAME_CORE_DUMP SLICE("enable-core-dump")

#define ANNOTATION_STATUS SLICE("sidecar.istio.io/status")
#define ANNOTATION_INJECT SLICE("sidecar.istio.io/inject")
#define ANNOTATION_OVERRIDES SLICE("proxy.istio.io/overrides")
#define ANNOTATION_PROXY_CONFIG SLICE("proxy.istio.io/config")
#define ANNOTATION_TEMPLATES SLICE("inject.istio.io/templates")
#define ANNOTATION_INTERCEPTION SLICE("sidecar.istio.io/interceptionMode")
#define ANNOTATION_NATIVE SLICE("sidecar.istio.io/nativeSidecar")
#define ANNOTATION_IMAGE_TYPE SLICE("sidecar.istio.io/proxyImageType")
#define LABEL_INJECT SLICE("sidecar.istio.io/inject")
#define LABEL_NETWORK SLICE("topology.istio.io/network")
#define ENVIRONMENT_CLUSTER SLICE("ISTIO_META_CLUSTER_ID")
#define ENVIRONMENT_NETWORK SLICE("ISTIO_META_NETWORK")
