#include "inject/overlay.h"
#include "inject/image.h"
#include "kube/types.h"
#include "tree/yaml.h"
#include <stdio.h>

enum { RENDER_MAX = 8 * 1024 * 1024, QUOTED_LINES_AROUND = 2 };

/* "localhost" or "passthrough" (Istio, pkg/kube/inject/inject.go, InboundTrafficPolicyMode). */
static struct slice inbound_policy(const struct tree *mesh)
{
    const struct tree *mode = tree_at(mesh, "inboundTrafficPolicy", "mode");
    return tree_text_is(mode, SLICE("LOCALHOST")) ? SLICE("localhost") : SLICE("passthrough");
}

static const struct tree *part(const struct tree *pod, const char *name)
{
    const struct tree *value = tree_at(pod, name);
    return tree_is(value, TREE_MAP) ? value : &tree_empty_map_node;
}

void overlay_quote(struct error *error, const struct source *rendered)
{
    if (!error || !error->where.line || !slice_equal(error->where.file, rendered->name))
        return;
    unsigned line = 0, wanted = error->where.line;
    size_t length = 0;
    struct slice_splitter splitter = {.rest = rendered->text};
    error->quote[0] = '\0';
    for (struct slice content; slice_split(&splitter, '\n', &content);) {
        line++;
        if (line + QUOTED_LINES_AROUND < wanted || line > wanted + QUOTED_LINES_AROUND)
            continue;
        int written = snprintf(error->quote + length, sizeof error->quote - length, "%s%c%5u  %.*s",
                               length ? "\n" : "", line == wanted ? '>' : ' ', line,
                               (int)(content.length > 100 ? 100 : content.length), content.bytes);
        if (written < 0 || (length += (size_t)written) >= sizeof error->quote)
            return;
    }
}

/* The parts that both generations of templates see. */
struct members {
    struct template_member all[20], deployment[2], kind[2];
    size_t count;
};

static void member_add(struct members *members, struct slice name, struct template_value value)
{
    members->all[members->count++] = (struct template_member){name, value, false};
}

/* Of one configuration it is always the same: a rendering that is remembered for it has seen it, too. */
static void member_add_constant(struct members *members, struct slice name, struct template_value value)
{
    members->all[members->count++] = (struct template_member){name, value, true};
}

static void members_common(struct members *members, const struct overlay_input *input)
{
    const struct inject_config *config = input->request->config;
    const struct mesh_generation *generation = config->generation;
    struct template_value proxy = template_from_pointer(input->proxy, generation->proxy);
    struct template_value mesh = template_from_pointer(input->mesh, generation->mesh);
    bool has_own_proxy = input->proxy != tree_get(config->mesh, SLICE("defaultConfig"));
    member_add(members, SLICE("ObjectMeta"),
               template_from_tree(part(input->pod, "metadata"), &kube_type_ObjectMeta));
    member_add(members, SLICE("Spec"), template_from_tree(part(input->pod, "spec"), &kube_type_PodSpec));
    (has_own_proxy ? member_add : member_add_constant)(members, SLICE("ProxyConfig"), proxy);
    (input->mesh != config->mesh ? member_add : member_add_constant)(members, SLICE("MeshConfig"), mesh);
}

static void members_today(struct members *members, const struct overlay_input *input, struct arena *arena)
{
    const struct inject_request *request = input->request;
    const struct inject_owner *owner = &request->owner;
    members->kind[0] = (struct template_member){SLICE("Kind"), template_from_string(owner->kind), false};
    members->kind[1] = (struct template_member){SLICE("APIVersion"), template_from_string(owner->api_version), false};
    members->deployment[0] = (struct template_member){SLICE("Namespace"), template_from_string(owner->namespace), false};
    members->deployment[1] = (struct template_member){SLICE("Name"), template_from_string(owner->name), false};
    const struct tree *annotations = tree_at(input->pod, "metadata", "annotations");
    member_add(members, SLICE("TypeMeta"), template_from_members(members->kind, 2));
    member_add(members, SLICE("DeploymentMeta"), template_from_members(members->deployment, 2));
    member_add_constant(members, SLICE("Values"), template_from_tree(request->config->values, NULL));
    member_add(members, SLICE("Revision"), template_from_string(request->settings->revision));
    member_add(members, SLICE("NativeSidecars"), template_from_bool(request->settings->native_sidecars));
    member_add(members, SLICE("ProxyImage"),
               template_from_string(image_proxy(arena, request->config->values, input->proxy, annotations)));
    member_add(members, SLICE("ProxyInitImage"),
               template_from_string(image_init(arena, request->config->values, annotations)));
    member_add(members, SLICE("ProxyUID"), template_from_int64(input->proxy_uid));
    member_add(members, SLICE("ProxyGID"), template_from_int64(input->proxy_gid));
    member_add(members, SLICE("InboundTrafficPolicyMode"), template_from_string(inbound_policy(input->mesh)));
    member_add(members, SLICE("CompliancePolicy"), template_from_string(request->settings->compliance_policy));
}

/* Runs the template and reads what it prints. */
static bool render(struct arena *arena, const struct inject_template *template, const struct template_run *run,
                   struct rendering *ret_rendering, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(RENDER_MAX);
    if (!template_execute(template->parsed, run, arena, &text, error))
        return false;
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "template \"%.*s\" prints more than %d bytes",
                         SLICE_ARGS(template->name), RENDER_MAX);
    struct source *source = arena_new(arena, struct source, 1);
    source->name = arena_format(arena, "what template \"%.*s\" prints", SLICE_ARGS(template->name));
    source->text = arena_copy(arena, buffer_slice(&text));
    const struct tree *overlay;
    if (!yaml_read(arena, source, NULL, &overlay, error)) {
        overlay_quote(error, source);
        return false;
    }
    if (overlay->kind == TREE_NULL)
        overlay = &tree_empty_map_node;
    if (overlay->kind != TREE_MAP) {
        error_at(error, ERROR_VALUE, source, overlay->offset, "found %s, want a pod: an object with metadata and spec",
                 tree_kind_name(overlay));
        overlay_quote(error, source);
        return false;
    }
    *ret_rendering = (struct rendering){.overlay = overlay, .source = source};
    return true;
}

bool overlay_render(struct arena *arena, const struct overlay_input *input, const struct inject_template *template,
                    struct rendering *ret_rendering, struct error *error)
{
    const struct inject_request *request = input->request;
    struct members members = {.count = 0};
    members_common(&members, input);
    if (request->config->is_1_0)
        member_add(&members, SLICE("DeploymentMeta"),
                   template_from_tree(request->owner_metadata ? request->owner_metadata : part(input->pod, "metadata"),
                                      &kube_type_ObjectMeta));
    else
        members_today(&members, input, arena);
    struct template_recording recording = {0};
    struct template_run run = {
        .members = members.all,
        .member_count = members.count,
        .environment = request->settings->environment,
        .environment_context = request->settings->environment_context,
        .now_seconds = request->settings->now_seconds,
        .limits = request->settings->limits,
        .default_proxy_config = request->config->proxy_defaults,
        .recording = request->renderings ? &recording : NULL,
    };
    struct rendering_question question = {template->parsed, members.all, members.count, request->config->is_1_0};
    if (request->renderings && rendering_find(request->renderings, arena, &question, ret_rendering))
        return true;
    if (!render(arena, template, &run, ret_rendering, error))
        return false;
    if (request->renderings)
        rendering_keep(request->renderings, arena, &question, &recording, ret_rendering);
    return true;
}
