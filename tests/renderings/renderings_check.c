/* Whether an injection gives the same bytes with remembered renderings as without:
 *
 *   renderings_check [--rounds N] [--threads N] [--capacity BYTES] [--seed N] [--config C --values V --mesh M] FILE...
 *
 * FILEs are manifests and AdmissionReviews (YAML or JSON). Each pod in them is reviewed as it is, then in N variations of
 * whatever a template may look at, and many of these twice: without a cache, and with one that all share. Without
 * --config a configuration of templates that look in odd ways is used, one after the other. The last line is
 * 'N passed, N failed'; a review that is answered in another way counts as failed, and so does a run that found nothing
 * in its cache. */
#include "base/fd.h"
#include "inject/pod.h"
#include "inject/review.h"
#include "tree/document.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { PODS_MAX = 4096, TEXT_MAX = 1 << 26, THREADS_MAX = 16 };

struct check {
    struct arena arena;
    struct inject_config config;
    bool is_odd; /* the built-in configuration */
    struct rendering_cache *cache;
    const struct tree *pods[PODS_MAX];
    size_t pod_count;
    unsigned rounds;
};

struct worker {
    struct check *check;
    uint64_t random;
    unsigned long passed, failed;
    pthread_t thread;
};

static void die(const struct error *error)
{
    char text[2048];
    error_print(error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    exit(1);
}

static size_t choose(struct worker *worker, size_t count)
{
    worker->random ^= worker->random << 13;
    worker->random ^= worker->random >> 7;
    worker->random ^= worker->random << 17;
    return (size_t)(worker->random >> 32) % count;
}

/* ---- variations ---- */

enum part { LABELS, ANNOTATIONS, METADATA, SPEC, SECURITY, CONTAINER, NEW_CONTAINER };

static const struct {
    enum part part;
    const char *key, *values[5]; /* YAML; the first "" takes the key out */
} differences[] = {
    {LABELS, "app", {"a", "b", ""}},
    {LABELS, "version", {"v1", "v2", ""}},
    {LABELS, "pod-template-hash", {"x1", "x2", ""}},
    {LABELS, "statefulset.kubernetes.io/pod-name", {"p-0", "p-1"}},
    {LABELS, "service.istio.io/canonical-name", {"c", ""}},
    {LABELS, "topology.istio.io/network", {"n1", "n2", ""}},
    {LABELS, "sidecar.istio.io/inject", {"'true'", "'false'", ""}},
    {LABELS, "security.istio.io/tlsMode", {"istio", ""}},
    {ANNOTATIONS, "example.com/other", {"x", "y", ""}},
    {ANNOTATIONS, "inject.istio.io/templates", {"sidecar", "gateway", "sidecar,sidecar", "none", ""}},
    {ANNOTATIONS, "proxy.istio.io/config",
     {"'{concurrency: 3}'", "'{proxyMetadata: {A: b}}'", "'{holdApplicationUntilProxyStarts: true}'", "'{x'", ""}},
    {ANNOTATIONS, "sidecar.istio.io/proxyCPU", {"100m", "200m", ""}},
    {ANNOTATIONS, "sidecar.istio.io/proxyMemoryLimit", {"1Gi", ""}},
    {ANNOTATIONS, "sidecar.istio.io/proxyImage", {"p:1", "p:2", ""}},
    {ANNOTATIONS, "sidecar.istio.io/proxyImageType", {"distroless", "debug", ""}},
    {ANNOTATIONS, "sidecar.istio.io/interceptionMode", {"TPROXY", "REDIRECT", "NONE", ""}},
    {ANNOTATIONS, "sidecar.istio.io/nativeSidecar", {"'true'", "'false'", ""}},
    {ANNOTATIONS, "sidecar.istio.io/userVolume", {"'{\"v\": {\"emptyDir\": {}}}'", ""}},
    {ANNOTATIONS, "sidecar.istio.io/logLevel", {"debug", ""}},
    {ANNOTATIONS, "sidecar.istio.io/bootstrapOverride", {"cm", ""}},
    {ANNOTATIONS, "status.sidecar.istio.io/port", {"'15000'", "'0'", ""}},
    {ANNOTATIONS, "readiness.status.sidecar.istio.io/applicationPorts", {"'80,90'", ""}},
    {ANNOTATIONS, "traffic.sidecar.istio.io/excludeInboundPorts", {"'9'", "'8,9'", ""}},
    {ANNOTATIONS, "traffic.sidecar.istio.io/includeOutboundIPRanges", {"10.0.0.0/8", "'*'", ""}},
    {ANNOTATIONS, "prometheus.io/scrape", {"'true'", "'false'", ""}},
    {ANNOTATIONS, "prometheus.io/port", {"'80'", "'90'", ""}},
    {METADATA, "name", {"n-1", "n-2", "n-3", ""}},
    {METADATA, "generateName", {"g-", "h-", ""}},
    {METADATA, "namespace", {"s1", "s2", ""}},
    {METADATA, "creationTimestamp", {"null", "'2024-01-02T03:04:05Z'", ""}},
    {METADATA, "ownerReferences",
     {"[{apiVersion: apps/v1, kind: ReplicaSet, name: r-x1, controller: true}]",
      "[{apiVersion: apps/v1, kind: StatefulSet, name: s, controller: true}]", ""}},
    {SPEC, "serviceAccountName", {"sa", "sb", ""}},
    {SPEC, "hostNetwork", {"true", "false", ""}},
    {SPEC, "nodeName", {"node", ""}},
    {SPEC, "nodeSelector", {"{a: b}", "{}", ""}},
    {SPEC, "dnsPolicy", {"Default", ""}},
    {SPEC, "volumes", {"[{name: v, emptyDir: {}}]", "[]", "null", ""}},
    {SPEC, "imagePullSecrets", {"[{name: s}]", ""}},
    {SPEC, "initContainers", {"[{name: i, image: i}]", "[{name: istio-init, image: auto}]", ""}},
    {SPEC, "containers", {"[{name: a, image: b}]", "[]", ""}},
    {SECURITY, "fsGroup", {"1337", "0", ""}},
    {SECURITY, "runAsUser", {"1337", "0", ""}},
    {CONTAINER, "name", {"c", "d", "istio-proxy"}},
    {CONTAINER, "image", {"i:1", "i:2", "auto", "i@sha256:1", ""}},
    {CONTAINER, "ports",
     {"[{containerPort: 80}]", "[{containerPort: 80, name: http}, {containerPort: 53, protocol: UDP}]", "[]", ""}},
    {CONTAINER, "env", {"[{name: E, value: a}]", "[{name: E, value: b}]", ""}},
    {CONTAINER, "resources", {"{limits: {cpu: 1}}", ""}},
    {CONTAINER, "readinessProbe", {"{httpGet: {path: /, port: 80}}", "{tcpSocket: {port: 80}}", ""}},
    {CONTAINER, "volumeMounts", {"[{name: v, mountPath: /m}]", ""}},
    {NEW_CONTAINER, "", {"{name: istio-proxy, image: auto}", "{name: second, image: s}", "{name: third, image: t}"}},
};

static const struct tree *tree_of(struct arena *arena, struct slice text)
{
    struct source source = {.name = SLICE("difference"), .text = text};
    struct error error;
    const struct tree *tree;
    if (!yaml_read(arena, &source, NULL, &tree, &error))
        die(&error);
    return tree;
}

static struct tree *part_of(struct worker *worker, struct arena *arena, struct tree *pod, enum part part)
{
    struct tree *metadata = own_map(arena, pod, SLICE("metadata")), *spec = own_map(arena, pod, SLICE("spec"));
    switch (part) {
    case LABELS:
        return own_map(arena, metadata, SLICE("labels"));
    case ANNOTATIONS:
        return own_map(arena, metadata, SLICE("annotations"));
    case METADATA:
        return metadata;
    case SPEC:
        return spec;
    case SECURITY:
        return own_map(arena, spec, SLICE("securityContext"));
    case CONTAINER:
    case NEW_CONTAINER:
        break;
    }
    struct tree *containers = own_list(arena, spec, SLICE("containers"));
    if (part == NEW_CONTAINER)
        return containers;
    size_t count = containers->list.count, at = count ? choose(worker, count) : 0;
    return count && tree_is(containers->list.items[at], TREE_MAP) ? own_item(arena, containers, at)
                                                                  : tree_map(arena, 1);
}

static void differ(struct worker *worker, struct arena *arena, struct tree *pod)
{
    size_t row = choose(worker, ARRAY_LENGTH(differences)), count = 0;
    while (count < ARRAY_LENGTH(differences[row].values) && differences[row].values[count])
        count++;
    struct slice key = slice_from(differences[row].key), text = slice_from(differences[row].values[choose(worker, count)]);
    struct tree *part = part_of(worker, arena, pod, differences[row].part);
    if (differences[row].part == NEW_CONTAINER)
        tree_append(arena, part, tree_of(arena, text));
    else if (text.length)
        tree_put(arena, part, key, tree_of(arena, text));
    else
        tree_remove(part, key);
}

/* ---- reviews ---- */

static void answer(struct arena *arena, const struct review_options *options, const struct tree *pod, struct buffer *out)
{
    struct tree *review = tree_map(arena, 3), *request = tree_map(arena, 3);
    struct buffer text = BUFFER_INIT(TEXT_MAX);
    struct error error;
    tree_put(arena, review, SLICE("apiVersion"), tree_string(arena, SLICE("admission.k8s.io/v1")));
    tree_put(arena, review, SLICE("kind"), tree_string(arena, SLICE("AdmissionReview")));
    tree_put(arena, request, SLICE("uid"), tree_string(arena, SLICE("u")));
    tree_put(arena, request, SLICE("namespace"), tree_string(arena, SLICE("of-request")));
    tree_put(arena, request, SLICE("object"), pod);
    tree_put(arena, review, SLICE("request"), request);
    json_write(&text, review, JSON_COMPACT);
    struct source source = {.name = SLICE("review"), .text = buffer_slice(&text)};
    if (!review_answer(arena, options, &source, out, NULL, &error))
        buffer_format(out, "error: %s", error.text);
    buffer_done(&text);
}

static bool is_answered_the_same(struct worker *worker, struct arena *arena, const struct review_options *options,
                                 const struct tree *pod)
{
    struct review_options plain = *options;
    plain.renderings = NULL;
    struct buffer wanted = BUFFER_INIT(TEXT_MAX), got = BUFFER_INIT(TEXT_MAX);
    answer(arena, &plain, pod, &wanted);
    bool same = true;
    for (size_t i = choose(worker, 2); i < 2 && same; i++) {
        buffer_clear(&got);
        answer(arena, options, pod, &got);
        same = slice_equal(buffer_slice(&got), buffer_slice(&wanted));
    }
    if (!same) {
        struct buffer text = BUFFER_INIT(TEXT_MAX);
        json_write(&text, pod, JSON_COMPACT);
        printf("FAIL pod %.*s\n  wanted %.*s\n  got    %.*s\n", (int)text.length, text.bytes, (int)wanted.length,
               wanted.bytes, (int)got.length, got.bytes);
        buffer_done(&text);
    }
    buffer_done(&wanted);
    buffer_done(&got);
    return same;
}

static void check_one(struct worker *worker, struct arena *arena, const struct tree *base, unsigned count)
{
    static const struct slice paths[] = {SLICE_CONSTANT("/inject"), SLICE_CONSTANT("/inject/cluster/c/net/n"),
                                         SLICE_CONSTANT("/inject/net/m")};
    struct check *check = worker->check;
    struct tree *pod = tree_copy_shallow(arena, base);
    for (unsigned i = 0; i < count; i++)
        differ(worker, arena, pod);
    if (check->is_odd && check->config.template_count) {
        struct tree *annotations = part_of(worker, arena, pod, ANNOTATIONS);
        size_t at = choose(worker, check->config.template_count), second = choose(worker, check->config.template_count);
        struct slice names = check->config.templates[at].name;
        if (choose(worker, 4) == 0)
            names = arena_format(arena, "%.*s,%.*s", SLICE_ARGS(names), SLICE_ARGS(check->config.templates[second].name));
        tree_put(arena, annotations, SLICE("inject.istio.io/templates"), tree_string(arena, names));
    }
    bool odd_settings = choose(worker, 8) == 0;
    struct inject_settings settings = {
        .revision = odd_settings && choose(worker, 2) ? SLICE("canary") : SLICE("default"),
        .native_sidecars = !odd_settings || choose(worker, 2),
        .is_openshift = odd_settings && choose(worker, 2),
        .now_seconds = 1700000000,
    };
    struct review_options options = {.config = &check->config, .settings = &settings, .renderings = check->cache,
                                     .path = paths[choose(worker, 4) ? 0 : choose(worker, ARRAY_LENGTH(paths))]};
    if (odd_settings && choose(worker, 2))
        options.namespace_object = tree_of(arena, SLICE("metadata: {annotations: {openshift.io/sa.scc.uid-range: "
                                                        "1000700000/10000}}"));
    if (is_answered_the_same(worker, arena, &options, pod))
        worker->passed++;
    else
        worker->failed++;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct check *check = worker->check;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < check->pod_count; i++) {
        check_one(worker, &arena, check->pods[i], 0);
        arena_reset(&arena);
    }
    for (unsigned round = 0; round < check->rounds && check->pod_count; round++) {
        check_one(worker, &arena, check->pods[choose(worker, check->pod_count)], 1 + (unsigned)choose(worker, 4));
        arena_reset(&arena);
    }
    arena_done(&arena);
    return NULL;
}

/* ---- what is read ---- */

/* Templates that look at a pod in ways that Istio's do not. All of them print an overlay. */
static const char odd_config[] =
    "policy: enabled\n"
    "templates:\n"
    "  whole: |\n"
    "    metadata: {annotations: {all: {{ toJson .ObjectMeta | quote }}}}\n"
    "  root: |\n"
    "    metadata: {annotations: {root: {{ printf \"%v\" .ObjectMeta.Labels | quote }}, dot: {{ len (print .) }}}}\n"
    "  nested: |\n"
    "    {{ define \"a\" }}{{ .ObjectMeta.Name }}{{ template \"b\" .Spec }}{{ end }}\n"
    "    {{ define \"b\" }}{{ .ServiceAccountName }}{{ range .Containers }}{{ template \"c\" . }}{{ end }}{{ end }}\n"
    "    {{ define \"c\" }}{{ .Image }}{{ range .Ports }}{{ .ContainerPort }}{{ end }}{{ end }}\n"
    "    metadata: {annotations: {nested: '{{ template \"a\" . }}'}}\n"
    "  variables: |\n"
    "    {{ $pod := . }}{{ $spec := $pod.Spec }}{{ $names := list }}\n"
    "    {{ range $i, $c := $spec.Containers }}{{ $names = append $names (printf \"%d-%s\" $i $c.Name) }}{{ end }}\n"
    "    {{ $last := \"\" }}{{ range $c := .Spec.Containers }}{{ $last = $c.Image }}{{ end }}\n"
    "    metadata: {annotations: {names: '{{ join \",\" $names }}', last: '{{ $last }}'}}\n"
    "  dictionary: |\n"
    "    {{ define \"d\" }}{{ .root.ObjectMeta.Name }}{{ .labels.app }}{{ end }}\n"
    "    metadata: {annotations: {d: '{{ template \"d\" (dict \"root\" . \"labels\" .ObjectMeta.Labels) }}'}}\n"
    "  else: |\n"
    "    metadata:\n"
    "      annotations:\n"
    "        e: '{{ with .ObjectMeta.Annotations }}{{ index . \"prometheus.io/port\" }}{{ else }}{{ $.ObjectMeta.Name }}{{ end }}'\n"
    "        f: '{{ range $k, $v := .ObjectMeta.Labels }}{{ $k }}={{ $v }};{{ else }}none{{ end }}'\n"
    "        g: '{{ range .Spec.InitContainers }}{{ .Name }}{{ else }}{{ .Spec.NodeName }}{{ end }}'\n"
    "  piped: |\n"
    "    metadata:\n"
    "      annotations:\n"
    "        p: '{{ index .ObjectMeta.Labels \"app\" | default .ObjectMeta.GenerateName | default \"x\" }}'\n"
    "        q: '{{ \"app\" | index .ObjectMeta.Labels }}{{ .Spec.HostNetwork | ternary \"h\" \"n\" }}'\n"
    "        r: '{{ index .ObjectMeta.Labels (index .ObjectMeta.Labels \"app\" | default \"version\") }}'\n"
    "        s: '{{ and (isset .ObjectMeta.Labels \"app\") (eq (index .ObjectMeta.Labels \"version\") \"v1\") }}'\n"
    "        t: '{{ or .Spec.HostNetwork (annotation .ObjectMeta \"prometheus.io/scrape\" .Spec.NodeName) }}'\n"
    "  types: |\n"
    "    metadata:\n"
    "      annotations:\n"
    "        i: '{{ .ProxyConfig.InterceptionMode.String }}{{ .ProxyConfig.GetConcurrency }}'\n"
    "        c: '{{ .ProxyConfig.Concurrency.GetValue }}{{ .ProxyConfig.ProxyMetadata.A }}{{ .DeploymentMeta.Name }}'\n"
    "        j: '{{ structToJSON .Spec.SecurityContext | b64enc }}{{ .ProxyUID }}{{ .ProxyImage }}{{ .Revision }}'\n"
    "        k: '{{ (index .Spec.Containers 0).Name }}{{ len .Spec.Volumes }}{{ .ObjectMeta.CreationTimestamp }}'\n"
    "        l: '{{ applicationPorts .Spec.Containers }};{{ includeInboundPorts .Spec.Containers }}'\n"
    "        m: '{{ range .Spec.Containers }}{{ .Resources.Limits.Cpu }}{{ end }}'\n"
    "        n: '{{ .TypeMeta.Kind }}{{ .NativeSidecars }}{{ omit .ObjectMeta.Labels \"app\" | toJSON | b64enc }}'\n"
    "  changed: |\n"
    "    {{ $_ := set .Values \"app\" (index .ObjectMeta.Labels \"app\") }}{{ $_ := set .Values \"n\" .ObjectMeta.Name }}\n"
    "    metadata: {annotations: {v: '{{ .Values.app }}{{ .Values.n }}'}}\n"
    "  container: |\n"
    "    spec:\n"
    "      containers:\n"
    "      {{- range $i, $c := .Spec.Containers }}\n"
    "      - name: {{ $c.Name }}\n"
    "        {{- if $c.Env }}\n"
    "        env: [{name: INDEX, value: '{{ $i }}'}]\n"
    "        {{- end }}\n"
    "      {{- end }}\n"
    "  directives: |\n"
    "    metadata:\n"
    "      labels: {app: null, version: '{{ .ObjectMeta.Name }}'}\n"
    "    spec:\n"
    "      $patch: merge\n"
    "      volumes: [{$patch: replace}, {name: w}]\n"
    "      nodeSelector: {{ if .Spec.HostNetwork }}{$patch: replace, x: y}{{ else }}null{{ end }}\n"
    "  nulls: |\n"
    "    spec: {containers: [{name: a, args: [null, b], resources: {limits: {cpu: +}}}]}\n"
    "  wrong: |\n"
    "    spec: {containers: [{name: {{ if .Spec.HostNetwork }}1{{ else }}a{{ end }}, ports: {{ len .ObjectMeta.Labels }}}]}\n"
    "  failing: |\n"
    "    {{ if .Spec.HostNetwork }}{{ fail \"no\" }}{{ end }}metadata: {labels: {a: {{ .ObjectMeta.Name | quote }}}}\n"
    "  nothing: |\n"
    "    {{ if .Spec.HostNetwork }}{{ end }}\n"
    "  list: |\n"
    "    - {{ .Spec.NodeName }}\n";

static void pods_collect(struct check *check, const struct tree *tree)
{
    const struct tree *of_review = tree_at(tree, "request", "object"), *items = tree_get(tree, SLICE("items"));
    const struct tree *of_workload = tree_at(tree, "spec", "template");
    const struct tree *of_cron_job = tree_at(tree, "spec", "jobTemplate", "spec", "template");
    const struct tree *pod = of_review ? of_review : of_cron_job ? of_cron_job : of_workload ? of_workload : tree;
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++)
        pods_collect(check, items->list.items[i]);
    if (tree_is(tree_get(pod, SLICE("spec")), TREE_MAP) && check->pod_count < PODS_MAX)
        check->pods[check->pod_count++] = pod;
}

static struct source source_read(struct arena *arena, const char *path)
{
    struct buffer text = BUFFER_INIT(TEXT_MAX);
    struct error error;
    if (!fd_read_file(path, &text, &error))
        die(&error);
    struct source source = {.name = slice_from(path), .text = arena_copy(arena, buffer_slice(&text))};
    buffer_done(&text);
    return source;
}

static void file_read(struct check *check, const char *path)
{
    struct source file = source_read(&check->arena, path), document;
    struct slice rest = file.text;
    struct document_reader reader;
    struct error error;
    bool found;
    document_reader_init(&reader, document_read_slice, &rest, file.name, TEXT_MAX);
    for (;;) {
        const struct tree *tree;
        if (!document_reader_next(&reader, &document, &found, &error))
            die(&error);
        if (!found)
            break;
        document.text = arena_copy(&check->arena, document.text);
        if (!yaml_read(&check->arena, &document, NULL, &tree, &error))
            die(&error);
        pods_collect(check, tree);
    }
    document_reader_done(&reader);
}

static void config_read(struct check *check, const char *const *paths)
{
    struct source sources[3];
    struct error error;
    check->is_odd = !paths[0];
    for (size_t i = 0; i < 3; i++)
        if (paths[i])
            sources[i] = source_read(&check->arena, paths[i]);
    if (!paths[0])
        sources[0] = (struct source){.name = SLICE("odd templates"), .text = slice_from(odd_config)};
    struct inject_config_sources all = {&sources[0], paths[1] ? &sources[1] : NULL, paths[2] ? &sources[2] : NULL, false};
    if (!inject_config_load(&check->arena, &all, &check->config, &error))
        die(&error);
}

int main(int argc, char **argv)
{
    static struct check check;
    struct worker workers[THREADS_MAX] = {0};
    const char *paths[3] = {0};
    unsigned long threads = 1, capacity = RENDERING_BYTES_DEFAULT, seed = 1, passed = 0, failed = 0;
    check.rounds = 1000;
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        const char *names[] = {"--config", "--values", "--mesh"};
        unsigned long number = strtoul(argv[at + 1], NULL, 10);
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
            if (!strcmp(argv[at], names[i]))
                paths[i] = argv[at + 1];
        if (!strcmp(argv[at], "--rounds"))
            check.rounds = (unsigned)number;
        else if (!strcmp(argv[at], "--threads"))
            threads = number && number <= THREADS_MAX ? number : 1;
        else if (!strcmp(argv[at], "--capacity"))
            capacity = number;
        else if (!strcmp(argv[at], "--seed"))
            seed = number;
    }
    config_read(&check, paths);
    for (; at < argc; at++)
        file_read(&check, argv[at]);
    check.cache = rendering_cache_new(capacity);
    for (unsigned long i = 0; i < threads; i++) {
        workers[i] = (struct worker){.check = &check, .random = (seed + i) * 0x9e3779b97f4a7c15u | 1};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return 1;
    }
    for (unsigned long i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        passed += workers[i].passed;
        failed += workers[i].failed;
    }
    struct rendering_counts counts = rendering_cache_counts(check.cache);
    printf("%zu pods; %llu hits, %llu misses, %llu kept, %llu dropped; %zu renderings, %zu bytes\n", check.pod_count,
           (unsigned long long)counts.hits, (unsigned long long)counts.misses, (unsigned long long)counts.kept,
           (unsigned long long)counts.dropped, counts.entries, counts.bytes);
    if (!counts.hits && passed) {
        printf("FAIL nothing was remembered\n");
        failed++;
    }
    rendering_cache_free(check.cache);
    arena_done(&check.arena);
    printf("%lu passed, %lu failed\n", passed, failed);
    return failed != 0;
}
