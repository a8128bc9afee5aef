/* image.h - the images that templates see as .ProxyImage and .ProxyInitImage (Istio, pkg/kube/inject/inject.go,
 * ProxyImage, ProxyInitImage, imageURL). */
#pragma once
#include "tree/tree.h"

/* HUB/IMAGE:TAG of the values; the proxy configuration's image.imageType, the values' variant or the pod's annotation
 * adds or replaces the tag's ending. */
struct slice image_proxy(struct arena *arena, const struct tree *values, const struct tree *proxy,
                         const struct tree *annotations);
struct slice image_init(struct arena *arena, const struct tree *values, const struct tree *annotations);
