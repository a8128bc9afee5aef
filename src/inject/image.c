#include "inject/image.h"
#include "base/number.h"
#include "inject/name.h"
#include "inject/pod.h"

/* A tag may be a number in values files: 1.24 prints as it was meant. */
static struct slice tag_text(struct arena *arena, const struct tree *tag)
{
    char digits[NUMBER_TEXT_MAX];
    if (tree_is(tag, TREE_INT))
        return arena_format(arena, "%lld", (long long)tag->integer);
    if (tree_is(tag, TREE_FLOAT))
        return arena_copy(arena, (struct slice){digits, number_format_double(tag->number, NUMBER_G, digits)});
    return tree_text(tag);
}

static struct slice tag_with_type(struct arena *arena, struct slice tag, struct slice type)
{
    static const struct slice endings[] = {SLICE_CONSTANT("-distroless"), SLICE_CONSTANT("-debug")};
    if (!type.length)
        return tag;
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        if (slice_ends(tag, endings[i])) {
            tag = slice_range(tag, 0, tag.length - endings[i].length);
            break;
        }
    }
    if (slice_equal(type, SLICE("default")))
        return tag;
    return arena_join(arena, arena_join(arena, tag, SLICE("-")), type);
}

static struct slice image_url(struct arena *arena, const struct tree *values, struct slice image, struct slice type,
                              const struct tree *annotations)
{
    const struct tree *global = tree_at(values, "global");
    struct slice tag = tag_text(arena, tree_at(global, "tag"));
    if (!type.length)
        type = tree_text(tree_at(global, "variant"));
    pod_value(annotations, ANNOTATION_IMAGE_TYPE, &type);
    struct slice hub = arena_join(arena, tree_text(tree_at(global, "hub")), SLICE("/"));
    struct slice name = arena_join(arena, arena_join(arena, hub, image), SLICE(":"));
    return arena_join(arena, name, tag_with_type(arena, tag, type));
}

static struct slice image_name(const struct tree *values, const char *section)
{
    struct slice name = tree_text(tree_at(values, "global", section, "image"));
    return name.length ? name : SLICE("proxyv2");
}

struct slice image_proxy(struct arena *arena, const struct tree *values, const struct tree *proxy,
                         const struct tree *annotations)
{
    struct slice type = tree_text(tree_at(proxy, "image", "imageType"));
    return image_url(arena, values, image_name(values, "proxy"), type, annotations);
}

struct slice image_init(struct arena *arena, const struct tree *values, const struct tree *annotations)
{
    return image_url(arena, values, image_name(values, "proxy_init"), SLICE(""), annotations);
}
