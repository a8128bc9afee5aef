#include "cni/manifest.h"
#include "tree/json.h"

/* @NAME@ stands for a value, quoted where it is no plain name; a line that begins with "?WORD " is there only if the
 * word holds. */
static const char text[] =
    "# The CNI plugin on every node, and what keeps it there. `pillion cni install --help` lists the settings.\n"
    "apiVersion: v1\n"
    "kind: ServiceAccount\n"
    "metadata:\n"
    "  name: @NAME@\n"
    "  namespace: @NAMESPACE@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "---\n"
    "apiVersion: rbac.authorization.k8s.io/v1\n"
    "kind: ClusterRole\n"
    "metadata:\n"
    "  name: @CLUSTERNAME@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "rules:\n"
    "# The plugin asks for the one pod that is being started, with this account.\n"
    "- apiGroups: [\"\"]\n"
    "  resources: [pods]\n"
    "?REPAIR   # and repair watches those of its node\n"
    "?REPAIR   verbs: [get, list, watch]\n"
    "?NOREPAIR   verbs: [get]\n"
    "?DELETE - apiGroups: [\"\"]\n"
    "?DELETE   resources: [pods]\n"
    "?DELETE   verbs: [delete]\n"
    "?LABEL # Labels can be set by way of the status, which is the lesser right.\n"
    "?LABEL - apiGroups: [\"\"]\n"
    "?LABEL   resources: [pods/status]\n"
    "?LABEL   verbs: [patch]\n"
    "?EVENTS # Events on the pods.\n"
    "?EVENTS - apiGroups: [\"\"]\n"
    "?EVENTS   resources: [events]\n"
    "?EVENTS   verbs: [create]\n"
    "# At its end the installer asks whether the DaemonSet still wants the node: then the plugin stays.\n"
    "- apiGroups: [\"\"]\n"
    "  resources: [nodes]\n"
    "  verbs: [get]\n"
    "---\n"
    "apiVersion: rbac.authorization.k8s.io/v1\n"
    "kind: ClusterRoleBinding\n"
    "metadata:\n"
    "  name: @CLUSTERNAME@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: @CLUSTERNAME@}\n"
    "subjects:\n"
    "- {kind: ServiceAccount, name: @NAME@, namespace: @NAMESPACE@}\n"
    "---\n"
    "apiVersion: rbac.authorization.k8s.io/v1\n"
    "kind: Role\n"
    "metadata:\n"
    "  name: @NAME@\n"
    "  namespace: @NAMESPACE@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "rules:\n"
    "- apiGroups: [apps]\n"
    "  resources: [daemonsets]\n"
    "  resourceNames: [@NAME@-node]\n"
    "  verbs: [get]\n"
    "---\n"
    "apiVersion: rbac.authorization.k8s.io/v1\n"
    "kind: RoleBinding\n"
    "metadata:\n"
    "  name: @NAME@\n"
    "  namespace: @NAMESPACE@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: @NAME@}\n"
    "subjects:\n"
    "- {kind: ServiceAccount, name: @NAME@, namespace: @NAMESPACE@}\n"
    "---\n"
    "apiVersion: v1\n"
    "kind: ConfigMap\n"
    "metadata:\n"
    "  name: @NAME@-config\n"
    "  namespace: @NAMESPACE@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "data:\n"
    "  CHAINED_CNI_PLUGIN: @CHAINED@\n"
    "  CNI_CONF_NAME: @CONFNAME@\n"
    "  EXCLUDE_NAMESPACES: @EXCLUDE@\n"
    "  NATIVE_NFTABLES: @NFTABLES@\n"
    "  REPAIR_ENABLED: @REPAIRENABLED@\n"
    "  REPAIR_REPAIR_PODS: @REPAIRPODS@\n"
    "  REPAIR_DELETE_PODS: @DELETEPODS@\n"
    "  REPAIR_LABEL_PODS: @LABELPODS@\n"
    "---\n"
    "apiVersion: apps/v1\n"
    "kind: DaemonSet\n"
    "metadata:\n"
    "  # The plugin lets the pods of this name through where it has no kubeconfig yet.\n"
    "  name: @NAME@-node\n"
    "  namespace: @NAMESPACE@\n"
    "  labels: {app.kubernetes.io/name: @NAME@, app.kubernetes.io/part-of: pillion}\n"
    "spec:\n"
    "  selector:\n"
    "    matchLabels: {k8s-app: @NAME@-node}\n"
    "  # The next installer is ready before the last one goes, and the last one leaves the plugin to it: at no moment is a\n"
    "  # node without.\n"
    "  updateStrategy:\n"
    "    type: RollingUpdate\n"
    "    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}\n"
    "  template:\n"
    "    metadata:\n"
    "      labels:\n"
    "        k8s-app: @NAME@-node\n"
    "        app.kubernetes.io/name: @NAME@\n"
    "        sidecar.istio.io/inject: \"false\"\n"
    "      annotations:\n"
    "        sidecar.istio.io/inject: \"false\"\n"
    "        prometheus.io/scrape: \"true\"\n"
    "        prometheus.io/port: \"15014\"\n"
    "        prometheus.io/path: /metrics\n"
    "    spec:\n"
    "      nodeSelector: {kubernetes.io/os: linux}\n"
    "      # On every node, and before other pods: those that start earlier are not captured.\n"
    "      tolerations:\n"
    "      - operator: Exists\n"
    "      priorityClassName: system-node-critical\n"
    "      serviceAccountName: @NAME@\n"
    "      # It asks the API server what its end means, and takes its entry out.\n"
    "      terminationGracePeriodSeconds: 30\n"
    "      containers:\n"
    "      - name: install-cni\n"
    "        image: @IMAGE@\n"
    "        imagePullPolicy: IfNotPresent\n"
    "        command: [pillion, cni, install]\n"
    "        args: [@LOGLEVEL@]\n"
    "        envFrom:\n"
    "        - configMapRef: {name: @NAME@-config}\n"
    "        env:\n"
    "        - name: DAEMON_SET_NAME\n"
    "          value: @NAME@-node\n"
    "        - name: KUBERNETES_NODE_NAME\n"
    "          valueFrom: {fieldRef: {fieldPath: spec.nodeName}}\n"
    "        - name: REPAIR_NODE_NAME\n"
    "          valueFrom: {fieldRef: {fieldPath: spec.nodeName}}\n"
    "        - name: POD_NAMESPACE\n"
    "          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}\n"
    "        ports:\n"
    "        - {name: metrics, containerPort: 15014, protocol: TCP}\n"
    "        readinessProbe:\n"
    "          httpGet: {path: /readyz, port: 8000}\n"
    "          periodSeconds: 5\n"
    "        livenessProbe:\n"
    "          httpGet: {path: /healthz, port: 8000}\n"
    "          periodSeconds: 20\n"
    "          failureThreshold: 6\n"
    "        securityContext:\n"
    "          privileged: false\n"
    "          allowPrivilegeEscalation: false\n"
    "          readOnlyRootFilesystem: true\n"
    "          runAsUser: 0\n"
    "          runAsGroup: 0\n"
    "          runAsNonRoot: false\n"
    "?RULES           # Rules in other pods' networks are nothing that a profile for containers allows.\n"
    "?RULES           appArmorProfile: {type: Unconfined}\n"
    "          capabilities:\n"
    "            drop: [ALL]\n"
    "            add:\n"
    "            # The node's folders may be another user's, and their files are to stay his.\n"
    "            - DAC_OVERRIDE\n"
    "            - CHOWN\n"
    "?RULES             # Repair: other processes' network namespaces in /proc,\n"
    "?RULES             - SYS_PTRACE\n"
    "?RULES             # entering them,\n"
    "?RULES             - SYS_ADMIN\n"
    "?RULES             # and setting up rules there.\n"
    "?RULES             - NET_ADMIN\n"
    "?RULES             - NET_RAW\n"
    "        resources:\n"
    "          requests: {cpu: 10m, memory: 32Mi}\n"
    "        volumeMounts:\n"
    "        - {name: cni-bin-dir, mountPath: /host/opt/cni/bin}\n"
    "        - {name: cni-net-dir, mountPath: /host/etc/cni/net.d}\n"
    "        - {name: cni-run-dir, mountPath: /var/run/istio-cni}\n"
    "?RULES         - {name: host-proc, mountPath: /host/proc, readOnly: true}\n"
    "      volumes:\n"
    "      - name: cni-bin-dir\n"
    "        hostPath: {path: @BINDIR@, type: DirectoryOrCreate}\n"
    "      - name: cni-net-dir\n"
    "        hostPath: {path: @NETDIR@, type: DirectoryOrCreate}\n"
    "      # The kubeconfig, and the socket that plugins send their log lines to.\n"
    "      - name: cni-run-dir\n"
    "        hostPath: {path: /var/run/istio-cni, type: DirectoryOrCreate}\n"
    "?RULES       - name: host-proc\n"
    "?RULES         hostPath: {path: /proc, type: Directory}\n";

/* ---- values ---- */

static const struct position nowhere;

/* RFC 1123, a label: what names of namespaces and ours are. */
static bool name_check(const char *what, struct slice name, size_t most, struct error *error)
{
    bool is_name = name.length > 0 && name.length <= most;
    for (size_t i = 0; is_name && i < name.length; i++) {
        char byte = name.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        is_name = is_letter || (byte == '-' && i > 0 && i + 1 < name.length);
    }
    return is_name || error_set(error, ERROR_VALUE, nowhere,
                                "%s: \"%.*s\" is no name: want at most %zu letters a-z, digits, and - within", what,
                                SLICE_ARGS(name), most);
}

static bool text_check(const char *what, struct slice value, bool is_path, struct error *error)
{
    if (is_path && !slice_starts(value, SLICE("/")))
        return error_set(error, ERROR_VALUE, nowhere, "%s: \"%.*s\" is no absolute path", what, SLICE_ARGS(value));
    for (size_t i = 0; i < value.length; i++) {
        if ((unsigned char)value.bytes[i] < ' ' || value.bytes[i] == 0x7f)
            return error_set(error, ERROR_VALUE, nowhere, "%s has a control character", what);
    }
    return true;
}

static struct slice flag_text(bool value)
{
    return value ? SLICE("true") : SLICE("false");
}

struct value {
    struct slice name, text;
    bool is_plain; /* a name, which is printed as it is; else it is quoted, as JSON and with that YAML has it */
};

struct condition {
    struct slice word;
    bool holds;
};

struct printing {
    struct value values[20];
    struct condition conditions[8];
};

/* Fills in the names between @ and @. */
static void line_add(struct buffer *out, const struct printing *printing, struct slice line)
{
    for (;;) {
        size_t start = slice_find_byte(line, '@');
        if (start == SLICE_NONE)
            break;
        struct slice rest = slice_from_offset(line, start + 1);
        size_t end = slice_find_byte(rest, '@');
        buffer_add_slice(out, slice_range(line, 0, start));
        for (const struct value *value = printing->values; value->name.length; value++) {
            if (!slice_equal(value->name, slice_range(rest, 0, end)))
                continue;
            if (value->is_plain)
                buffer_add_slice(out, value->text);
            else
                json_write_string(out, value->text, JSON_COMPACT);
        }
        line = slice_from_offset(rest, end + 1);
    }
    buffer_add_slice(out, line);
    buffer_add_byte(out, '\n');
}

static void text_print(struct buffer *out, const struct printing *printing)
{
    struct slice_splitter splitter = {.rest = {text, sizeof text - 2}}; /* the last line's end is line_add's */
    struct slice line;
    while (slice_split(&splitter, '\n', &line)) {
        bool holds = true;
        if (slice_starts(line, SLICE("?"))) {
            size_t blank = slice_find_byte(line, ' ');
            struct slice word = slice_range(line, 1, blank);
            holds = false;
            for (const struct condition *condition = printing->conditions; condition->word.length; condition++)
                holds |= slice_equal(condition->word, word) && condition->holds;
            line = slice_from_offset(line, blank + 1);
        }
        if (holds)
            line_add(out, printing, line);
    }
}

bool cni_manifest_print(const struct cni_manifest_settings *settings, struct buffer *out, struct error *error)
{
    enum { NAME_MOST = 50, NAMESPACE_MOST = 63 };
    if (!name_check("the name", settings->name, NAME_MOST, error) ||
        !name_check("the namespace", settings->namespace, NAMESPACE_MOST, error) ||
        !text_check("the image", settings->image, false, error) ||
        !text_check("the folder of the network configuration", settings->net_folder, true, error) ||
        !text_check("the folder of the plugins", settings->binary_folder, true, error) ||
        !text_check("the namespaces to exclude", settings->exclude_namespaces, false, error) ||
        !text_check("the name of the configuration", settings->configuration_name, false, error) ||
        !text_check("the log level", settings->log_level, false, error))
        return false;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    bool deletes = settings->deletes && !settings->repairs;
    bool labels = settings->labels && !settings->repairs && !settings->deletes;
    bool looks = settings->repairs || deletes || labels;
    /* ClusterRoles of two installations must not be one. */
    struct slice cluster_name = arena_format(&arena, "%.*s-%.*s", SLICE_ARGS(settings->name), SLICE_ARGS(settings->namespace));
    const struct printing printing = {
        .values = {
            {SLICE("NAME"), settings->name, true},
            {SLICE("NAMESPACE"), settings->namespace, true},
            {SLICE("CLUSTERNAME"), cluster_name, true},
            {SLICE("IMAGE"), settings->image, false},
            {SLICE("NETDIR"), settings->net_folder, false},
            {SLICE("BINDIR"), settings->binary_folder, false},
            {SLICE("EXCLUDE"), settings->exclude_namespaces, false},
            {SLICE("CONFNAME"), settings->configuration_name, false},
            {SLICE("CHAINED"), flag_text(settings->is_chained), false},
            {SLICE("NFTABLES"), flag_text(settings->native_nftables), false},
            {SLICE("REPAIRENABLED"), flag_text(looks), false},
            {SLICE("REPAIRPODS"), flag_text(settings->repairs), false},
            {SLICE("DELETEPODS"), flag_text(deletes), false},
            {SLICE("LABELPODS"), flag_text(labels), false},
            {SLICE("LOGLEVEL"), arena_format(&arena, "--log_output_level=cni-plugin:%.*s", SLICE_ARGS(settings->log_level)),
             false},
        },
        .conditions = {
            {SLICE("REPAIR"), looks},
            {SLICE("NOREPAIR"), !looks},
            {SLICE("DELETE"), deletes},
            {SLICE("LABEL"), labels},
            {SLICE("EVENTS"), deletes || labels},
            {SLICE("RULES"), settings->repairs},
        },
    };
    text_print(out, &printing);
    return true;
}
