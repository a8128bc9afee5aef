/* Written by tools/generate/kube_types.py: do not edit. */
#include "kube/types.h"

static const struct type type_any = {.kind = TYPE_ANY, .name = "anything"};
static const struct type type_bool = {.kind = TYPE_BOOL, .name = "a boolean"};
static const struct type type_bytes = {.kind = TYPE_BYTES, .name = "base64 text"};
static const struct type type_int32 = {.kind = TYPE_INT32, .name = "a 32-bit integer"};
static const struct type type_int64 = {.kind = TYPE_INT64, .name = "a 64-bit integer"};
static const struct type type_int_or_string = {.kind = TYPE_INT_OR_STRING, .name = "an integer or a string"};
static const struct type type_quantity = {.kind = TYPE_QUANTITY, .name = "a quantity"};
static const struct type type_string = {.kind = TYPE_STRING, .name = "a string"};
static const struct type type_time = {.kind = TYPE_TIME, .name = "a time (RFC 3339)"};
static const struct type list_of_any = {.kind = TYPE_LIST, .name = "a list of anything", .element = &type_any};
static const struct type list_of_int32 = {.kind = TYPE_LIST, .name = "a list of 32-bit integers", .element = &type_int32};
static const struct type list_of_int64 = {.kind = TYPE_LIST, .name = "a list of 64-bit integers", .element = &type_int64};
static const struct type list_of_kube_type_Container = {.kind = TYPE_LIST, .name = "a list of Container", .element = &kube_type_Container};
static const struct type list_of_kube_type_ContainerPort = {.kind = TYPE_LIST, .name = "a list of ContainerPort", .element = &kube_type_ContainerPort};
static const struct type list_of_kube_type_ContainerResizePolicy = {.kind = TYPE_LIST, .name = "a list of ContainerResizePolicy", .element = &kube_type_ContainerResizePolicy};
static const struct type list_of_kube_type_ContainerRestartRule = {.kind = TYPE_LIST, .name = "a list of ContainerRestartRule", .element = &kube_type_ContainerRestartRule};
static const struct type list_of_kube_type_DeploymentTriggerPolicy = {.kind = TYPE_LIST, .name = "a list of DeploymentTriggerPolicy", .element = &kube_type_DeploymentTriggerPolicy};
static const struct type list_of_kube_type_DownwardAPIVolumeFile = {.kind = TYPE_LIST, .name = "a list of DownwardAPIVolumeFile", .element = &kube_type_DownwardAPIVolumeFile};
static const struct type list_of_kube_type_EnvFromSource = {.kind = TYPE_LIST, .name = "a list of EnvFromSource", .element = &kube_type_EnvFromSource};
static const struct type list_of_kube_type_EnvVar = {.kind = TYPE_LIST, .name = "a list of EnvVar", .element = &kube_type_EnvVar};
static const struct type list_of_kube_type_EphemeralContainer = {.kind = TYPE_LIST, .name = "a list of EphemeralContainer", .element = &kube_type_EphemeralContainer};
static const struct type list_of_kube_type_HTTPHeader = {.kind = TYPE_LIST, .name = "a list of HTTPHeader", .element = &kube_type_HTTPHeader};
static const struct type list_of_kube_type_HostAlias = {.kind = TYPE_LIST, .name = "a list of HostAlias", .element = &kube_type_HostAlias};
static const struct type list_of_kube_type_KeyToPath = {.kind = TYPE_LIST, .name = "a list of KeyToPath", .element = &kube_type_KeyToPath};
static const struct type list_of_kube_type_LabelSelectorRequirement = {.kind = TYPE_LIST, .name = "a list of LabelSelectorRequirement", .element = &kube_type_LabelSelectorRequirement};
static const struct type list_of_kube_type_LocalObjectReference = {.kind = TYPE_LIST, .name = "a list of LocalObjectReference", .element = &kube_type_LocalObjectReference};
static const struct type list_of_kube_type_ManagedFieldsEntry = {.kind = TYPE_LIST, .name = "a list of ManagedFieldsEntry", .element = &kube_type_ManagedFieldsEntry};
static const struct type list_of_kube_type_MatchCondition = {.kind = TYPE_LIST, .name = "a list of MatchCondition", .element = &kube_type_MatchCondition};
static const struct type list_of_kube_type_MutatingWebhook = {.kind = TYPE_LIST, .name = "a list of MutatingWebhook", .element = &kube_type_MutatingWebhook};
static const struct type list_of_kube_type_NodeSelectorRequirement = {.kind = TYPE_LIST, .name = "a list of NodeSelectorRequirement", .element = &kube_type_NodeSelectorRequirement};
static const struct type list_of_kube_type_NodeSelectorTerm = {.kind = TYPE_LIST, .name = "a list of NodeSelectorTerm", .element = &kube_type_NodeSelectorTerm};
static const struct type list_of_kube_type_OwnerReference = {.kind = TYPE_LIST, .name = "a list of OwnerReference", .element = &kube_type_OwnerReference};
static const struct type list_of_kube_type_PersistentVolumeClaim = {.kind = TYPE_LIST, .name = "a list of PersistentVolumeClaim", .element = &kube_type_PersistentVolumeClaim};
static const struct type list_of_kube_type_PodAffinityTerm = {.kind = TYPE_LIST, .name = "a list of PodAffinityTerm", .element = &kube_type_PodAffinityTerm};
static const struct type list_of_kube_type_PodDNSConfigOption = {.kind = TYPE_LIST, .name = "a list of PodDNSConfigOption", .element = &kube_type_PodDNSConfigOption};
static const struct type list_of_kube_type_PodFailurePolicyOnPodConditionsPattern = {.kind = TYPE_LIST, .name = "a list of PodFailurePolicyOnPodConditionsPattern", .element = &kube_type_PodFailurePolicyOnPodConditionsPattern};
static const struct type list_of_kube_type_PodFailurePolicyRule = {.kind = TYPE_LIST, .name = "a list of PodFailurePolicyRule", .element = &kube_type_PodFailurePolicyRule};
static const struct type list_of_kube_type_PodReadinessGate = {.kind = TYPE_LIST, .name = "a list of PodReadinessGate", .element = &kube_type_PodReadinessGate};
static const struct type list_of_kube_type_PodResourceClaim = {.kind = TYPE_LIST, .name = "a list of PodResourceClaim", .element = &kube_type_PodResourceClaim};
static const struct type list_of_kube_type_PodSchedulingGate = {.kind = TYPE_LIST, .name = "a list of PodSchedulingGate", .element = &kube_type_PodSchedulingGate};
static const struct type list_of_kube_type_PreferredSchedulingTerm = {.kind = TYPE_LIST, .name = "a list of PreferredSchedulingTerm", .element = &kube_type_PreferredSchedulingTerm};
static const struct type list_of_kube_type_ResourceClaim = {.kind = TYPE_LIST, .name = "a list of ResourceClaim", .element = &kube_type_ResourceClaim};
static const struct type list_of_kube_type_RuleWithOperations = {.kind = TYPE_LIST, .name = "a list of RuleWithOperations", .element = &kube_type_RuleWithOperations};
static const struct type list_of_kube_type_SuccessPolicyRule = {.kind = TYPE_LIST, .name = "a list of SuccessPolicyRule", .element = &kube_type_SuccessPolicyRule};
static const struct type list_of_kube_type_Sysctl = {.kind = TYPE_LIST, .name = "a list of Sysctl", .element = &kube_type_Sysctl};
static const struct type list_of_kube_type_TagImageHook = {.kind = TYPE_LIST, .name = "a list of TagImageHook", .element = &kube_type_TagImageHook};
static const struct type list_of_kube_type_Toleration = {.kind = TYPE_LIST, .name = "a list of Toleration", .element = &kube_type_Toleration};
static const struct type list_of_kube_type_TopologySpreadConstraint = {.kind = TYPE_LIST, .name = "a list of TopologySpreadConstraint", .element = &kube_type_TopologySpreadConstraint};
static const struct type list_of_kube_type_Volume = {.kind = TYPE_LIST, .name = "a list of Volume", .element = &kube_type_Volume};
static const struct type list_of_kube_type_VolumeDevice = {.kind = TYPE_LIST, .name = "a list of VolumeDevice", .element = &kube_type_VolumeDevice};
static const struct type list_of_kube_type_VolumeMount = {.kind = TYPE_LIST, .name = "a list of VolumeMount", .element = &kube_type_VolumeMount};
static const struct type list_of_kube_type_VolumeProjection = {.kind = TYPE_LIST, .name = "a list of VolumeProjection", .element = &kube_type_VolumeProjection};
static const struct type list_of_kube_type_WeightedPodAffinityTerm = {.kind = TYPE_LIST, .name = "a list of WeightedPodAffinityTerm", .element = &kube_type_WeightedPodAffinityTerm};
static const struct type list_of_string = {.kind = TYPE_LIST, .name = "a list of strings", .element = &type_string};
static const struct type map_of_quantity = {.kind = TYPE_MAP, .name = "an object of quantities", .element = &type_quantity};
static const struct type map_of_string = {.kind = TYPE_MAP, .name = "an object of strings", .element = &type_string};

static const struct type_field kube_type_AWSElasticBlockStoreVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumeID"), SLICE_CONSTANT("VolumeID"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("partition"), SLICE_CONSTANT("Partition"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_AWSElasticBlockStoreVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource", .fields = kube_type_AWSElasticBlockStoreVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_Affinity_fields[] = {
    {SLICE_CONSTANT("nodeAffinity"), SLICE_CONSTANT("NodeAffinity"), &kube_type_NodeAffinity, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("podAffinity"), SLICE_CONSTANT("PodAffinity"), &kube_type_PodAffinity, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("podAntiAffinity"), SLICE_CONSTANT("PodAntiAffinity"), &kube_type_PodAntiAffinity, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_Affinity = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Affinity", .fields = kube_type_Affinity_fields, .field_count = 3};

static const struct type_field kube_type_AppArmorProfile_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string},
    {SLICE_CONSTANT("localhostProfile"), SLICE_CONSTANT("LocalhostProfile"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_AppArmorProfile = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.AppArmorProfile", .fields = kube_type_AppArmorProfile_fields, .field_count = 2};

static const struct type_field kube_type_AzureDiskVolumeSource_fields[] = {
    {SLICE_CONSTANT("diskName"), SLICE_CONSTANT("DiskName"), &type_string},
    {SLICE_CONSTANT("diskURI"), SLICE_CONSTANT("DataDiskURI"), &type_string},
    {SLICE_CONSTANT("cachingMode"), SLICE_CONSTANT("CachingMode"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_AzureDiskVolumeSource_json_index[] = {
    0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 5, 1, 0, 3, 4, 6,
};
static const uint8_t kube_type_AzureDiskVolumeSource_go_index[] = {
    6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0, 3, 4, 2,
};
const struct type kube_type_AzureDiskVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.AzureDiskVolumeSource", .fields = kube_type_AzureDiskVolumeSource_fields, .field_count = 6,
    .json_index = kube_type_AzureDiskVolumeSource_json_index, .go_index = kube_type_AzureDiskVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_AzureFileVolumeSource_fields[] = {
    {SLICE_CONSTANT("secretName"), SLICE_CONSTANT("SecretName"), &type_string},
    {SLICE_CONSTANT("shareName"), SLICE_CONSTANT("ShareName"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_AzureFileVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.AzureFileVolumeSource", .fields = kube_type_AzureFileVolumeSource_fields, .field_count = 3};

static const struct type_field kube_type_CSIVolumeSource_fields[] = {
    {SLICE_CONSTANT("driver"), SLICE_CONSTANT("Driver"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeAttributes"), SLICE_CONSTANT("VolumeAttributes"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("nodePublishSecretRef"), SLICE_CONSTANT("NodePublishSecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_CSIVolumeSource_json_index[] = {
    0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 2, 0, 5, 0, 3, 0,
};
static const uint8_t kube_type_CSIVolumeSource_go_index[] = {
    0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 2, 0, 5, 0, 3, 0,
};
const struct type kube_type_CSIVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.CSIVolumeSource", .fields = kube_type_CSIVolumeSource_fields, .field_count = 5,
    .json_index = kube_type_CSIVolumeSource_json_index, .go_index = kube_type_CSIVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_Capabilities_fields[] = {
    {SLICE_CONSTANT("add"), SLICE_CONSTANT("Add"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("drop"), SLICE_CONSTANT("Drop"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_Capabilities = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Capabilities", .fields = kube_type_Capabilities_fields, .field_count = 2};

static const struct type_field kube_type_CephFSVolumeSource_fields[] = {
    {SLICE_CONSTANT("monitors"), SLICE_CONSTANT("Monitors"), &list_of_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("user"), SLICE_CONSTANT("User"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretFile"), SLICE_CONSTANT("SecretFile"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_CephFSVolumeSource_json_index[] = {
    0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 3, 5, 4, 6, 0, 0,
};
static const uint8_t kube_type_CephFSVolumeSource_go_index[] = {
    0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 3, 5, 4, 6, 0, 0,
};
const struct type kube_type_CephFSVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.CephFSVolumeSource", .fields = kube_type_CephFSVolumeSource_fields, .field_count = 6,
    .json_index = kube_type_CephFSVolumeSource_json_index, .go_index = kube_type_CephFSVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_CinderVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumeID"), SLICE_CONSTANT("VolumeID"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_CinderVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.CinderVolumeSource", .fields = kube_type_CinderVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_ClusterTrustBundleProjection_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("signerName"), SLICE_CONSTANT("SignerName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("labelSelector"), SLICE_CONSTANT("LabelSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
};
static const uint8_t kube_type_ClusterTrustBundleProjection_json_index[] = {
    4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 0, 1, 0, 3, 0,
};
static const uint8_t kube_type_ClusterTrustBundleProjection_go_index[] = {
    4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 0, 1, 0, 3, 0,
};
const struct type kube_type_ClusterTrustBundleProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ClusterTrustBundleProjection", .fields = kube_type_ClusterTrustBundleProjection_fields, .field_count = 5,
    .json_index = kube_type_ClusterTrustBundleProjection_json_index, .go_index = kube_type_ClusterTrustBundleProjection_go_index, .index_mask = 15};

static const struct type_field kube_type_ConfigMapEnvSource_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ConfigMapEnvSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ConfigMapEnvSource", .fields = kube_type_ConfigMapEnvSource_fields, .field_count = 2};

static const struct type_field kube_type_ConfigMapKeySelector_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ConfigMapKeySelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ConfigMapKeySelector", .fields = kube_type_ConfigMapKeySelector_fields, .field_count = 3};

static const struct type_field kube_type_ConfigMapProjection_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_KeyToPath, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ConfigMapProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ConfigMapProjection", .fields = kube_type_ConfigMapProjection_fields, .field_count = 3};

static const struct type_field kube_type_ConfigMapVolumeSource_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_KeyToPath, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultMode"), SLICE_CONSTANT("DefaultMode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ConfigMapVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ConfigMapVolumeSource", .fields = kube_type_ConfigMapVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_Container_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("args"), SLICE_CONSTANT("Args"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("workingDir"), SLICE_CONSTANT("WorkingDir"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ports"), SLICE_CONSTANT("Ports"), &list_of_kube_type_ContainerPort, .merge_key = SLICE_CONSTANT("containerPort"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("envFrom"), SLICE_CONSTANT("EnvFrom"), &list_of_kube_type_EnvFromSource, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("env"), SLICE_CONSTANT("Env"), &list_of_kube_type_EnvVar, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &kube_type_ResourceRequirements, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resizePolicy"), SLICE_CONSTANT("ResizePolicy"), &list_of_kube_type_ContainerResizePolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("restartPolicy"), SLICE_CONSTANT("RestartPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("restartPolicyRules"), SLICE_CONSTANT("RestartPolicyRules"), &list_of_kube_type_ContainerRestartRule, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeMounts"), SLICE_CONSTANT("VolumeMounts"), &list_of_kube_type_VolumeMount, .merge_key = SLICE_CONSTANT("mountPath"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("volumeDevices"), SLICE_CONSTANT("VolumeDevices"), &list_of_kube_type_VolumeDevice, .merge_key = SLICE_CONSTANT("devicePath"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("livenessProbe"), SLICE_CONSTANT("LivenessProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readinessProbe"), SLICE_CONSTANT("ReadinessProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("startupProbe"), SLICE_CONSTANT("StartupProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("lifecycle"), SLICE_CONSTANT("Lifecycle"), &kube_type_Lifecycle, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("terminationMessagePath"), SLICE_CONSTANT("TerminationMessagePath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("terminationMessagePolicy"), SLICE_CONSTANT("TerminationMessagePolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("imagePullPolicy"), SLICE_CONSTANT("ImagePullPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("securityContext"), SLICE_CONSTANT("SecurityContext"), &kube_type_SecurityContext, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("stdin"), SLICE_CONSTANT("Stdin"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("stdinOnce"), SLICE_CONSTANT("StdinOnce"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tty"), SLICE_CONSTANT("TTY"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Container_json_index[] = {
    14, 0, 11, 25, 6, 0, 23, 0, 2, 0, 0, 3, 0, 0, 0, 18, 22, 0, 13, 0, 16, 4, 17, 10,
    20, 9, 0, 19, 1, 0, 0, 24, 8, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 21, 0, 0,
    0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 0, 12,
};
static const uint8_t kube_type_Container_go_index[] = {
    8, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0,
    0, 0, 0, 15, 0, 0, 0, 12, 14, 0, 11, 25, 6, 0, 23, 0, 2, 0, 0, 3, 0, 0, 0, 18,
    22, 0, 13, 0, 16, 4, 17, 10, 20, 9, 0, 19, 1, 0, 0, 24,
};
const struct type kube_type_Container = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Container", .fields = kube_type_Container_fields, .field_count = 25,
    .json_index = kube_type_Container_json_index, .go_index = kube_type_Container_go_index, .index_mask = 63};

static const struct type_field kube_type_ContainerPort_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostPort"), SLICE_CONSTANT("HostPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("containerPort"), SLICE_CONSTANT("ContainerPort"), &type_int32},
    {SLICE_CONSTANT("protocol"), SLICE_CONSTANT("Protocol"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostIP"), SLICE_CONSTANT("HostIP"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ContainerPort_json_index[] = {
    0, 0, 0, 4, 2, 0, 3, 5, 0, 0, 0, 0, 1, 0, 0, 0,
};
static const uint8_t kube_type_ContainerPort_go_index[] = {
    0, 0, 0, 4, 2, 0, 3, 5, 0, 0, 0, 0, 1, 0, 0, 0,
};
const struct type kube_type_ContainerPort = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ContainerPort", .fields = kube_type_ContainerPort_fields, .field_count = 5,
    .json_index = kube_type_ContainerPort_json_index, .go_index = kube_type_ContainerPort_go_index, .index_mask = 15};

static const struct type_field kube_type_ContainerResizePolicy_fields[] = {
    {SLICE_CONSTANT("resourceName"), SLICE_CONSTANT("ResourceName"), &type_string},
    {SLICE_CONSTANT("restartPolicy"), SLICE_CONSTANT("RestartPolicy"), &type_string},
};
const struct type kube_type_ContainerResizePolicy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ContainerResizePolicy", .fields = kube_type_ContainerResizePolicy_fields, .field_count = 2};

static const struct type_field kube_type_ContainerRestartRule_fields[] = {
    {SLICE_CONSTANT("action"), SLICE_CONSTANT("Action"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("exitCodes"), SLICE_CONSTANT("ExitCodes"), &kube_type_ContainerRestartRuleOnExitCodes, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ContainerRestartRule = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ContainerRestartRule", .fields = kube_type_ContainerRestartRule_fields, .field_count = 2};

static const struct type_field kube_type_ContainerRestartRuleOnExitCodes_fields[] = {
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("values"), SLICE_CONSTANT("Values"), &list_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ContainerRestartRuleOnExitCodes = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes", .fields = kube_type_ContainerRestartRuleOnExitCodes_fields, .field_count = 2};

static const struct type_field kube_type_CronJob_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_CronJobSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_CronJob_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_CronJob_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_CronJob = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.CronJob", .fields = kube_type_CronJob_fields, .field_count = 5,
    .json_index = kube_type_CronJob_json_index, .go_index = kube_type_CronJob_go_index, .index_mask = 15};

static const struct type_field kube_type_CronJobSpec_fields[] = {
    {SLICE_CONSTANT("schedule"), SLICE_CONSTANT("Schedule"), &type_string},
    {SLICE_CONSTANT("timeZone"), SLICE_CONSTANT("TimeZone"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("startingDeadlineSeconds"), SLICE_CONSTANT("StartingDeadlineSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("concurrencyPolicy"), SLICE_CONSTANT("ConcurrencyPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("suspend"), SLICE_CONSTANT("Suspend"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("jobTemplate"), SLICE_CONSTANT("JobTemplate"), &kube_type_JobTemplateSpec},
    {SLICE_CONSTANT("successfulJobsHistoryLimit"), SLICE_CONSTANT("SuccessfulJobsHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failedJobsHistoryLimit"), SLICE_CONSTANT("FailedJobsHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_CronJobSpec_json_index[] = {
    0, 6, 0, 0, 0, 0, 7, 2, 0, 8, 0, 4, 0, 3, 1, 5,
};
static const uint8_t kube_type_CronJobSpec_go_index[] = {
    0, 6, 0, 0, 0, 0, 7, 2, 0, 8, 0, 4, 0, 3, 1, 5,
};
const struct type kube_type_CronJobSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.CronJobSpec", .fields = kube_type_CronJobSpec_fields, .field_count = 8,
    .json_index = kube_type_CronJobSpec_json_index, .go_index = kube_type_CronJobSpec_go_index, .index_mask = 15};

static const struct type_field kube_type_CustomDeploymentStrategyParams_fields[] = {
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("environment"), SLICE_CONSTANT("Environment"), &list_of_kube_type_EnvVar, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_CustomDeploymentStrategyParams = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.CustomDeploymentStrategyParams", .fields = kube_type_CustomDeploymentStrategyParams_fields, .field_count = 3};

static const struct type_field kube_type_DaemonSet_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_DaemonSetSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DaemonSet_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_DaemonSet_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_DaemonSet = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.DaemonSet", .fields = kube_type_DaemonSet_fields, .field_count = 5,
    .json_index = kube_type_DaemonSet_json_index, .go_index = kube_type_DaemonSet_go_index, .index_mask = 15};

static const struct type_field kube_type_DaemonSetSpec_fields[] = {
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec},
    {SLICE_CONSTANT("updateStrategy"), SLICE_CONSTANT("UpdateStrategy"), &kube_type_DaemonSetUpdateStrategy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("revisionHistoryLimit"), SLICE_CONSTANT("RevisionHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DaemonSetSpec_json_index[] = {
    0, 0, 3, 0, 0, 0, 0, 0, 4, 2, 5, 0, 0, 0, 1, 0,
};
static const uint8_t kube_type_DaemonSetSpec_go_index[] = {
    0, 0, 3, 0, 0, 0, 0, 0, 4, 2, 5, 0, 0, 0, 1, 0,
};
const struct type kube_type_DaemonSetSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.DaemonSetSpec", .fields = kube_type_DaemonSetSpec_fields, .field_count = 5,
    .json_index = kube_type_DaemonSetSpec_json_index, .go_index = kube_type_DaemonSetSpec_go_index, .index_mask = 15};

static const struct type_field kube_type_DaemonSetUpdateStrategy_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rollingUpdate"), SLICE_CONSTANT("RollingUpdate"), &kube_type_RollingUpdateDaemonSet, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DaemonSetUpdateStrategy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.DaemonSetUpdateStrategy", .fields = kube_type_DaemonSetUpdateStrategy_fields, .field_count = 2};

static const struct type_field kube_type_Deployment_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_DeploymentSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Deployment_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_Deployment_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_Deployment = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.Deployment", .fields = kube_type_Deployment_fields, .field_count = 5,
    .json_index = kube_type_Deployment_json_index, .go_index = kube_type_Deployment_go_index, .index_mask = 15};

static const struct type_field kube_type_DeploymentConfig_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_DeploymentConfigSpec},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DeploymentConfig_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_DeploymentConfig_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_DeploymentConfig = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.DeploymentConfig", .fields = kube_type_DeploymentConfig_fields, .field_count = 5,
    .json_index = kube_type_DeploymentConfig_json_index, .go_index = kube_type_DeploymentConfig_go_index, .index_mask = 15};

static const struct type_field kube_type_DeploymentConfigSpec_fields[] = {
    {SLICE_CONSTANT("strategy"), SLICE_CONSTANT("Strategy"), &kube_type_DeploymentConfigStrategy},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("triggers"), SLICE_CONSTANT("Triggers"), &list_of_kube_type_DeploymentTriggerPolicy},
    {SLICE_CONSTANT("replicas"), SLICE_CONSTANT("Replicas"), &type_int32},
    {SLICE_CONSTANT("revisionHistoryLimit"), SLICE_CONSTANT("RevisionHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("test"), SLICE_CONSTANT("Test"), &type_bool},
    {SLICE_CONSTANT("paused"), SLICE_CONSTANT("Paused"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DeploymentConfigSpec_json_index[] = {
    0, 0, 1, 0, 0, 0, 4, 0, 0, 5, 3, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0,
    2, 9, 0, 0, 0, 0, 8, 6,
};
static const uint8_t kube_type_DeploymentConfigSpec_go_index[] = {
    0, 0, 1, 0, 0, 0, 4, 0, 0, 5, 3, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0,
    2, 9, 0, 0, 0, 0, 8, 6,
};
const struct type kube_type_DeploymentConfigSpec = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.DeploymentConfigSpec", .fields = kube_type_DeploymentConfigSpec_fields, .field_count = 9,
    .json_index = kube_type_DeploymentConfigSpec_json_index, .go_index = kube_type_DeploymentConfigSpec_go_index, .index_mask = 31};

static const struct type_field kube_type_DeploymentConfigStrategy_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("customParams"), SLICE_CONSTANT("CustomParams"), &kube_type_CustomDeploymentStrategyParams, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("recreateParams"), SLICE_CONSTANT("RecreateParams"), &kube_type_RecreateDeploymentStrategyParams, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rollingParams"), SLICE_CONSTANT("RollingParams"), &kube_type_RollingDeploymentStrategyParams, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &kube_type_ResourceRequirements, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("annotations"), SLICE_CONSTANT("Annotations"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("activeDeadlineSeconds"), SLICE_CONSTANT("ActiveDeadlineSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DeploymentConfigStrategy_json_index[] = {
    7, 1, 6, 8, 0, 0, 0, 4, 0, 5, 0, 0, 2, 3, 0, 0,
};
static const uint8_t kube_type_DeploymentConfigStrategy_go_index[] = {
    7, 1, 6, 8, 0, 0, 0, 4, 0, 5, 0, 0, 2, 3, 0, 0,
};
const struct type kube_type_DeploymentConfigStrategy = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.DeploymentConfigStrategy", .fields = kube_type_DeploymentConfigStrategy_fields, .field_count = 8,
    .json_index = kube_type_DeploymentConfigStrategy_json_index, .go_index = kube_type_DeploymentConfigStrategy_go_index, .index_mask = 15};

static const struct type_field kube_type_DeploymentSpec_fields[] = {
    {SLICE_CONSTANT("replicas"), SLICE_CONSTANT("Replicas"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec},
    {SLICE_CONSTANT("strategy"), SLICE_CONSTANT("Strategy"), &kube_type_DeploymentStrategy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_RETAIN_KEYS},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("revisionHistoryLimit"), SLICE_CONSTANT("RevisionHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("paused"), SLICE_CONSTANT("Paused"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("progressDeadlineSeconds"), SLICE_CONSTANT("ProgressDeadlineSeconds"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_DeploymentSpec_json_index[] = {
    0, 7, 4, 0, 8, 0, 1, 0, 5, 3, 6, 0, 0, 0, 2, 0,
};
static const uint8_t kube_type_DeploymentSpec_go_index[] = {
    0, 7, 4, 0, 8, 0, 1, 0, 5, 3, 6, 0, 0, 0, 2, 0,
};
const struct type kube_type_DeploymentSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.DeploymentSpec", .fields = kube_type_DeploymentSpec_fields, .field_count = 8,
    .json_index = kube_type_DeploymentSpec_json_index, .go_index = kube_type_DeploymentSpec_go_index, .index_mask = 15};

static const struct type_field kube_type_DeploymentStrategy_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rollingUpdate"), SLICE_CONSTANT("RollingUpdate"), &kube_type_RollingUpdateDeployment, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DeploymentStrategy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.DeploymentStrategy", .fields = kube_type_DeploymentStrategy_fields, .field_count = 2};

static const struct type_field kube_type_DeploymentTriggerImageChangeParams_fields[] = {
    {SLICE_CONSTANT("automatic"), SLICE_CONSTANT("Automatic"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("containerNames"), SLICE_CONSTANT("ContainerNames"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("from"), SLICE_CONSTANT("From"), &kube_type_ObjectReference},
    {SLICE_CONSTANT("lastTriggeredImage"), SLICE_CONSTANT("LastTriggeredImage"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DeploymentTriggerImageChangeParams = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.DeploymentTriggerImageChangeParams", .fields = kube_type_DeploymentTriggerImageChangeParams_fields, .field_count = 4};

static const struct type_field kube_type_DeploymentTriggerPolicy_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("imageChangeParams"), SLICE_CONSTANT("ImageChangeParams"), &kube_type_DeploymentTriggerImageChangeParams, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DeploymentTriggerPolicy = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.DeploymentTriggerPolicy", .fields = kube_type_DeploymentTriggerPolicy_fields, .field_count = 2};

static const struct type_field kube_type_DownwardAPIProjection_fields[] = {
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_DownwardAPIVolumeFile, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DownwardAPIProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.DownwardAPIProjection", .fields = kube_type_DownwardAPIProjection_fields, .field_count = 1};

static const struct type_field kube_type_DownwardAPIVolumeFile_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("fieldRef"), SLICE_CONSTANT("FieldRef"), &kube_type_ObjectFieldSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceFieldRef"), SLICE_CONSTANT("ResourceFieldRef"), &kube_type_ResourceFieldSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DownwardAPIVolumeFile = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.DownwardAPIVolumeFile", .fields = kube_type_DownwardAPIVolumeFile_fields, .field_count = 4};

static const struct type_field kube_type_DownwardAPIVolumeSource_fields[] = {
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_DownwardAPIVolumeFile, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultMode"), SLICE_CONSTANT("DefaultMode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_DownwardAPIVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.DownwardAPIVolumeSource", .fields = kube_type_DownwardAPIVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_EmptyDirVolumeSource_fields[] = {
    {SLICE_CONSTANT("medium"), SLICE_CONSTANT("Medium"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sizeLimit"), SLICE_CONSTANT("SizeLimit"), &type_quantity, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_EmptyDirVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EmptyDirVolumeSource", .fields = kube_type_EmptyDirVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_EnvFromSource_fields[] = {
    {SLICE_CONSTANT("prefix"), SLICE_CONSTANT("Prefix"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("configMapRef"), SLICE_CONSTANT("ConfigMapRef"), &kube_type_ConfigMapEnvSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_SecretEnvSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_EnvFromSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EnvFromSource", .fields = kube_type_EnvFromSource_fields, .field_count = 3};

static const struct type_field kube_type_EnvVar_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("valueFrom"), SLICE_CONSTANT("ValueFrom"), &kube_type_EnvVarSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_EnvVar = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EnvVar", .fields = kube_type_EnvVar_fields, .field_count = 3};

static const struct type_field kube_type_EnvVarSource_fields[] = {
    {SLICE_CONSTANT("fieldRef"), SLICE_CONSTANT("FieldRef"), &kube_type_ObjectFieldSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceFieldRef"), SLICE_CONSTANT("ResourceFieldRef"), &kube_type_ResourceFieldSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("configMapKeyRef"), SLICE_CONSTANT("ConfigMapKeyRef"), &kube_type_ConfigMapKeySelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretKeyRef"), SLICE_CONSTANT("SecretKeyRef"), &kube_type_SecretKeySelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fileKeyRef"), SLICE_CONSTANT("FileKeyRef"), &kube_type_FileKeySelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_EnvVarSource_json_index[] = {
    0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 2, 5, 1, 0, 0, 0,
};
static const uint8_t kube_type_EnvVarSource_go_index[] = {
    0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 2, 5, 1, 0, 0, 0,
};
const struct type kube_type_EnvVarSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EnvVarSource", .fields = kube_type_EnvVarSource_fields, .field_count = 5,
    .json_index = kube_type_EnvVarSource_json_index, .go_index = kube_type_EnvVarSource_go_index, .index_mask = 15};

static const struct type_field kube_type_EphemeralContainer_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("args"), SLICE_CONSTANT("Args"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("workingDir"), SLICE_CONSTANT("WorkingDir"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("ports"), SLICE_CONSTANT("Ports"), &list_of_kube_type_ContainerPort, .merge_key = SLICE_CONSTANT("containerPort"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("envFrom"), SLICE_CONSTANT("EnvFrom"), &list_of_kube_type_EnvFromSource, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("env"), SLICE_CONSTANT("Env"), &list_of_kube_type_EnvVar, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &kube_type_ResourceRequirements, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("resizePolicy"), SLICE_CONSTANT("ResizePolicy"), &list_of_kube_type_ContainerResizePolicy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("restartPolicy"), SLICE_CONSTANT("RestartPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("restartPolicyRules"), SLICE_CONSTANT("RestartPolicyRules"), &list_of_kube_type_ContainerRestartRule, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("volumeMounts"), SLICE_CONSTANT("VolumeMounts"), &list_of_kube_type_VolumeMount, .merge_key = SLICE_CONSTANT("mountPath"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("volumeDevices"), SLICE_CONSTANT("VolumeDevices"), &list_of_kube_type_VolumeDevice, .merge_key = SLICE_CONSTANT("devicePath"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("livenessProbe"), SLICE_CONSTANT("LivenessProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("readinessProbe"), SLICE_CONSTANT("ReadinessProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("startupProbe"), SLICE_CONSTANT("StartupProbe"), &kube_type_Probe, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("lifecycle"), SLICE_CONSTANT("Lifecycle"), &kube_type_Lifecycle, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("terminationMessagePath"), SLICE_CONSTANT("TerminationMessagePath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("terminationMessagePolicy"), SLICE_CONSTANT("TerminationMessagePolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("imagePullPolicy"), SLICE_CONSTANT("ImagePullPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("securityContext"), SLICE_CONSTANT("SecurityContext"), &kube_type_SecurityContext, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("stdin"), SLICE_CONSTANT("Stdin"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("stdinOnce"), SLICE_CONSTANT("StdinOnce"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("tty"), SLICE_CONSTANT("TTY"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("targetContainerName"), SLICE_CONSTANT("TargetContainerName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_EphemeralContainer_json_index[] = {
    14, 0, 11, 25, 6, 0, 23, 0, 2, 0, 0, 3, 0, 0, 26, 18, 22, 0, 13, 0, 16, 4, 17, 10,
    20, 9, 0, 19, 1, 0, 0, 24, 8, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 21, 0, 0,
    0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 0, 12,
};
static const uint8_t kube_type_EphemeralContainer_go_index[] = {
    8, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0,
    0, 0, 0, 15, 0, 0, 0, 12, 14, 0, 11, 25, 6, 0, 23, 0, 2, 0, 0, 3, 0, 0, 26, 18,
    22, 0, 13, 0, 16, 4, 17, 10, 20, 9, 0, 19, 1, 0, 0, 24,
};
const struct type kube_type_EphemeralContainer = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EphemeralContainer", .fields = kube_type_EphemeralContainer_fields, .field_count = 26,
    .json_index = kube_type_EphemeralContainer_json_index, .go_index = kube_type_EphemeralContainer_go_index, .index_mask = 63};

static const struct type_field kube_type_EphemeralVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumeClaimTemplate"), SLICE_CONSTANT("VolumeClaimTemplate"), &kube_type_PersistentVolumeClaimTemplate, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_EphemeralVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.EphemeralVolumeSource", .fields = kube_type_EphemeralVolumeSource_fields, .field_count = 1};

static const struct type_field kube_type_ExecAction_fields[] = {
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ExecAction = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ExecAction", .fields = kube_type_ExecAction_fields, .field_count = 1};

static const struct type_field kube_type_ExecNewPodHook_fields[] = {
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string},
    {SLICE_CONSTANT("env"), SLICE_CONSTANT("Env"), &list_of_kube_type_EnvVar, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("containerName"), SLICE_CONSTANT("ContainerName"), &type_string},
    {SLICE_CONSTANT("volumes"), SLICE_CONSTANT("Volumes"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ExecNewPodHook = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.ExecNewPodHook", .fields = kube_type_ExecNewPodHook_fields, .field_count = 4};

static const struct type_field kube_type_FCVolumeSource_fields[] = {
    {SLICE_CONSTANT("targetWWNs"), SLICE_CONSTANT("TargetWWNs"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("lun"), SLICE_CONSTANT("Lun"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("wwids"), SLICE_CONSTANT("WWIDs"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_FCVolumeSource_json_index[] = {
    5, 0, 0, 0, 2, 1, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0,
};
static const uint8_t kube_type_FCVolumeSource_go_index[] = {
    5, 0, 0, 0, 2, 1, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0,
};
const struct type kube_type_FCVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.FCVolumeSource", .fields = kube_type_FCVolumeSource_fields, .field_count = 5,
    .json_index = kube_type_FCVolumeSource_json_index, .go_index = kube_type_FCVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_FileKeySelector_fields[] = {
    {SLICE_CONSTANT("volumeName"), SLICE_CONSTANT("VolumeName"), &type_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_FileKeySelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.FileKeySelector", .fields = kube_type_FileKeySelector_fields, .field_count = 4};

static const struct type_field kube_type_FlexVolumeSource_fields[] = {
    {SLICE_CONSTANT("driver"), SLICE_CONSTANT("Driver"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("options"), SLICE_CONSTANT("Options"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_FlexVolumeSource_json_index[] = {
    0, 0, 0, 0, 0, 0, 1, 5, 0, 0, 4, 3, 0, 0, 2, 0,
};
static const uint8_t kube_type_FlexVolumeSource_go_index[] = {
    0, 0, 0, 0, 0, 0, 1, 5, 0, 0, 4, 3, 0, 0, 2, 0,
};
const struct type kube_type_FlexVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.FlexVolumeSource", .fields = kube_type_FlexVolumeSource_fields, .field_count = 5,
    .json_index = kube_type_FlexVolumeSource_json_index, .go_index = kube_type_FlexVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_FlockerVolumeSource_fields[] = {
    {SLICE_CONSTANT("datasetName"), SLICE_CONSTANT("DatasetName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("datasetUUID"), SLICE_CONSTANT("DatasetUUID"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_FlockerVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.FlockerVolumeSource", .fields = kube_type_FlockerVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_GCEPersistentDiskVolumeSource_fields[] = {
    {SLICE_CONSTANT("pdName"), SLICE_CONSTANT("PDName"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("partition"), SLICE_CONSTANT("Partition"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_GCEPersistentDiskVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.GCEPersistentDiskVolumeSource", .fields = kube_type_GCEPersistentDiskVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_GRPCAction_fields[] = {
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_int32},
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_POINTER},
};
const struct type kube_type_GRPCAction = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.GRPCAction", .fields = kube_type_GRPCAction_fields, .field_count = 2};

static const struct type_field kube_type_GitRepoVolumeSource_fields[] = {
    {SLICE_CONSTANT("repository"), SLICE_CONSTANT("Repository"), &type_string},
    {SLICE_CONSTANT("revision"), SLICE_CONSTANT("Revision"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("directory"), SLICE_CONSTANT("Directory"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_GitRepoVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.GitRepoVolumeSource", .fields = kube_type_GitRepoVolumeSource_fields, .field_count = 3};

static const struct type_field kube_type_GlusterfsVolumeSource_fields[] = {
    {SLICE_CONSTANT("endpoints"), SLICE_CONSTANT("EndpointsName"), &type_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_GlusterfsVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.GlusterfsVolumeSource", .fields = kube_type_GlusterfsVolumeSource_fields, .field_count = 3};

static const struct type_field kube_type_HTTPGetAction_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_int_or_string},
    {SLICE_CONSTANT("host"), SLICE_CONSTANT("Host"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("scheme"), SLICE_CONSTANT("Scheme"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpHeaders"), SLICE_CONSTANT("HTTPHeaders"), &list_of_kube_type_HTTPHeader, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_HTTPGetAction_json_index[] = {
    0, 4, 2, 0, 0, 0, 0, 0, 1, 5, 0, 3, 0, 0, 0, 0,
};
static const uint8_t kube_type_HTTPGetAction_go_index[] = {
    0, 4, 2, 0, 0, 0, 0, 0, 1, 5, 0, 3, 0, 0, 0, 0,
};
const struct type kube_type_HTTPGetAction = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.HTTPGetAction", .fields = kube_type_HTTPGetAction_fields, .field_count = 5,
    .json_index = kube_type_HTTPGetAction_json_index, .go_index = kube_type_HTTPGetAction_go_index, .index_mask = 15};

static const struct type_field kube_type_HTTPHeader_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string},
};
const struct type kube_type_HTTPHeader = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.HTTPHeader", .fields = kube_type_HTTPHeader_fields, .field_count = 2};

static const struct type_field kube_type_HostAlias_fields[] = {
    {SLICE_CONSTANT("ip"), SLICE_CONSTANT("IP"), &type_string},
    {SLICE_CONSTANT("hostnames"), SLICE_CONSTANT("Hostnames"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_HostAlias = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.HostAlias", .fields = kube_type_HostAlias_fields, .field_count = 2};

static const struct type_field kube_type_HostPathVolumeSource_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_HostPathVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.HostPathVolumeSource", .fields = kube_type_HostPathVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_ISCSIVolumeSource_fields[] = {
    {SLICE_CONSTANT("targetPortal"), SLICE_CONSTANT("TargetPortal"), &type_string},
    {SLICE_CONSTANT("iqn"), SLICE_CONSTANT("IQN"), &type_string},
    {SLICE_CONSTANT("lun"), SLICE_CONSTANT("Lun"), &type_int32},
    {SLICE_CONSTANT("iscsiInterface"), SLICE_CONSTANT("ISCSIInterface"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("portals"), SLICE_CONSTANT("Portals"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("chapAuthDiscovery"), SLICE_CONSTANT("DiscoveryCHAPAuth"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("chapAuthSession"), SLICE_CONSTANT("SessionCHAPAuth"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("initiatorName"), SLICE_CONSTANT("InitiatorName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ISCSIVolumeSource_json_index[] = {
    9, 8, 0, 11, 3, 0, 0, 0, 0, 0, 4, 6, 10, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 2,
    0, 0, 0, 0, 1, 0, 5, 0,
};
static const uint8_t kube_type_ISCSIVolumeSource_go_index[] = {
    0, 0, 0, 11, 3, 0, 0, 0, 0, 0, 4, 6, 10, 0, 0, 0, 0, 0, 0, 0, 7, 8, 0, 2,
    0, 0, 0, 0, 1, 9, 5, 0,
};
const struct type kube_type_ISCSIVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ISCSIVolumeSource", .fields = kube_type_ISCSIVolumeSource_fields, .field_count = 11,
    .json_index = kube_type_ISCSIVolumeSource_json_index, .go_index = kube_type_ISCSIVolumeSource_go_index, .index_mask = 31};

static const struct type_field kube_type_ImageVolumeSource_fields[] = {
    {SLICE_CONSTANT("reference"), SLICE_CONSTANT("Reference"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("pullPolicy"), SLICE_CONSTANT("PullPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ImageVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ImageVolumeSource", .fields = kube_type_ImageVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_Job_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_JobSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Job_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_Job_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_Job = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.Job", .fields = kube_type_Job_fields, .field_count = 5,
    .json_index = kube_type_Job_json_index, .go_index = kube_type_Job_go_index, .index_mask = 15};

static const struct type_field kube_type_JobSpec_fields[] = {
    {SLICE_CONSTANT("parallelism"), SLICE_CONSTANT("Parallelism"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("completions"), SLICE_CONSTANT("Completions"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("activeDeadlineSeconds"), SLICE_CONSTANT("ActiveDeadlineSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("podFailurePolicy"), SLICE_CONSTANT("PodFailurePolicy"), &kube_type_PodFailurePolicy, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("successPolicy"), SLICE_CONSTANT("SuccessPolicy"), &kube_type_SuccessPolicy, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("backoffLimit"), SLICE_CONSTANT("BackoffLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("backoffLimitPerIndex"), SLICE_CONSTANT("BackoffLimitPerIndex"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxFailedIndexes"), SLICE_CONSTANT("MaxFailedIndexes"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("manualSelector"), SLICE_CONSTANT("ManualSelector"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec},
    {SLICE_CONSTANT("ttlSecondsAfterFinished"), SLICE_CONSTANT("TTLSecondsAfterFinished"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("completionMode"), SLICE_CONSTANT("CompletionMode"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("suspend"), SLICE_CONSTANT("Suspend"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("podReplacementPolicy"), SLICE_CONSTANT("PodReplacementPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("managedBy"), SLICE_CONSTANT("ManagedBy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_JobSpec_json_index[] = {
    0, 3, 0, 7, 6, 0, 0, 0, 0, 0, 1, 2, 0, 0, 14, 4, 0, 0, 0, 0, 5, 0, 15, 12,
    10, 11, 8, 16, 0, 13, 9, 0,
};
static const uint8_t kube_type_JobSpec_go_index[] = {
    0, 3, 0, 7, 6, 0, 0, 0, 0, 0, 1, 2, 0, 0, 14, 4, 0, 0, 0, 0, 5, 0, 15, 12,
    10, 11, 8, 16, 0, 13, 9, 0,
};
const struct type kube_type_JobSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.JobSpec", .fields = kube_type_JobSpec_fields, .field_count = 16,
    .json_index = kube_type_JobSpec_json_index, .go_index = kube_type_JobSpec_go_index, .index_mask = 31};

static const struct type_field kube_type_JobTemplateSpec_fields[] = {
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_JobSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_JobTemplateSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.JobTemplateSpec", .fields = kube_type_JobTemplateSpec_fields, .field_count = 2};

static const struct type_field kube_type_KeyToPath_fields[] = {
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_KeyToPath = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.KeyToPath", .fields = kube_type_KeyToPath_fields, .field_count = 3};

static const struct type_field kube_type_LabelSelector_fields[] = {
    {SLICE_CONSTANT("matchLabels"), SLICE_CONSTANT("MatchLabels"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchExpressions"), SLICE_CONSTANT("MatchExpressions"), &list_of_kube_type_LabelSelectorRequirement, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_LabelSelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", .fields = kube_type_LabelSelector_fields, .field_count = 2};

static const struct type_field kube_type_LabelSelectorRequirement_fields[] = {
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string},
    {SLICE_CONSTANT("values"), SLICE_CONSTANT("Values"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_LabelSelectorRequirement = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement", .fields = kube_type_LabelSelectorRequirement_fields, .field_count = 3};

static const struct type_field kube_type_Lifecycle_fields[] = {
    {SLICE_CONSTANT("postStart"), SLICE_CONSTANT("PostStart"), &kube_type_LifecycleHandler, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("preStop"), SLICE_CONSTANT("PreStop"), &kube_type_LifecycleHandler, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("stopSignal"), SLICE_CONSTANT("StopSignal"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_Lifecycle = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Lifecycle", .fields = kube_type_Lifecycle_fields, .field_count = 3};

static const struct type_field kube_type_LifecycleHandler_fields[] = {
    {SLICE_CONSTANT("exec"), SLICE_CONSTANT("Exec"), &kube_type_ExecAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpGet"), SLICE_CONSTANT("HTTPGet"), &kube_type_HTTPGetAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tcpSocket"), SLICE_CONSTANT("TCPSocket"), &kube_type_TCPSocketAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sleep"), SLICE_CONSTANT("Sleep"), &kube_type_SleepAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_LifecycleHandler = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.LifecycleHandler", .fields = kube_type_LifecycleHandler_fields, .field_count = 4};

static const struct type_field kube_type_LifecycleHook_fields[] = {
    {SLICE_CONSTANT("failurePolicy"), SLICE_CONSTANT("FailurePolicy"), &type_string},
    {SLICE_CONSTANT("execNewPod"), SLICE_CONSTANT("ExecNewPod"), &kube_type_ExecNewPodHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tagImages"), SLICE_CONSTANT("TagImages"), &list_of_kube_type_TagImageHook, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_LifecycleHook = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.LifecycleHook", .fields = kube_type_LifecycleHook_fields, .field_count = 3};

static const struct type_field kube_type_List_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ListMeta"), &kube_type_ListMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_any},
};
const struct type kube_type_List = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.List", .fields = kube_type_List_fields, .field_count = 4};

static const struct type_field kube_type_ListMeta_fields[] = {
    {SLICE_CONSTANT("selfLink"), SLICE_CONSTANT("SelfLink"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceVersion"), SLICE_CONSTANT("ResourceVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("continue"), SLICE_CONSTANT("Continue"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("remainingItemCount"), SLICE_CONSTANT("RemainingItemCount"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ListMeta = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta", .fields = kube_type_ListMeta_fields, .field_count = 4};

static const struct type_field kube_type_LocalObjectReference_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_LocalObjectReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.LocalObjectReference", .fields = kube_type_LocalObjectReference_fields, .field_count = 1};

static const struct type_field kube_type_ManagedFieldsEntry_fields[] = {
    {SLICE_CONSTANT("manager"), SLICE_CONSTANT("Manager"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("operation"), SLICE_CONSTANT("Operation"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("time"), SLICE_CONSTANT("Time"), &type_time, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fieldsType"), SLICE_CONSTANT("FieldsType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fieldsV1"), SLICE_CONSTANT("FieldsV1"), &type_any, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("subresource"), SLICE_CONSTANT("Subresource"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ManagedFieldsEntry_json_index[] = {
    0, 3, 7, 1, 2, 5, 6, 0, 0, 0, 0, 0, 0, 0, 4, 0,
};
static const uint8_t kube_type_ManagedFieldsEntry_go_index[] = {
    0, 3, 7, 1, 2, 5, 6, 0, 0, 0, 0, 0, 0, 0, 4, 0,
};
const struct type kube_type_ManagedFieldsEntry = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry", .fields = kube_type_ManagedFieldsEntry_fields, .field_count = 7,
    .json_index = kube_type_ManagedFieldsEntry_json_index, .go_index = kube_type_ManagedFieldsEntry_go_index, .index_mask = 15};

static const struct type_field kube_type_MatchCondition_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("expression"), SLICE_CONSTANT("Expression"), &type_string},
};
const struct type kube_type_MatchCondition = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.MatchCondition", .fields = kube_type_MatchCondition_fields, .field_count = 2};

static const struct type_field kube_type_MutatingWebhook_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("clientConfig"), SLICE_CONSTANT("ClientConfig"), &kube_type_WebhookClientConfig},
    {SLICE_CONSTANT("rules"), SLICE_CONSTANT("Rules"), &list_of_kube_type_RuleWithOperations, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failurePolicy"), SLICE_CONSTANT("FailurePolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchPolicy"), SLICE_CONSTANT("MatchPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("namespaceSelector"), SLICE_CONSTANT("NamespaceSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("objectSelector"), SLICE_CONSTANT("ObjectSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sideEffects"), SLICE_CONSTANT("SideEffects"), &type_string, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("timeoutSeconds"), SLICE_CONSTANT("TimeoutSeconds"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("admissionReviewVersions"), SLICE_CONSTANT("AdmissionReviewVersions"), &list_of_string},
    {SLICE_CONSTANT("reinvocationPolicy"), SLICE_CONSTANT("ReinvocationPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchConditions"), SLICE_CONSTANT("MatchConditions"), &list_of_kube_type_MatchCondition, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
};
static const uint8_t kube_type_MutatingWebhook_json_index[] = {
    9, 5, 0, 0, 3, 0, 0, 0, 0, 0, 11, 8, 0, 0, 0, 0, 6, 0, 0, 2, 0, 0, 0, 0,
    0, 10, 0, 0, 1, 12, 7, 4,
};
static const uint8_t kube_type_MutatingWebhook_go_index[] = {
    9, 5, 0, 0, 3, 0, 0, 0, 0, 0, 11, 8, 0, 0, 0, 0, 6, 0, 0, 2, 0, 0, 0, 0,
    0, 10, 0, 0, 1, 12, 7, 4,
};
const struct type kube_type_MutatingWebhook = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.MutatingWebhook", .fields = kube_type_MutatingWebhook_fields, .field_count = 12,
    .json_index = kube_type_MutatingWebhook_json_index, .go_index = kube_type_MutatingWebhook_go_index, .index_mask = 31};

static const struct type_field kube_type_MutatingWebhookConfiguration_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("webhooks"), SLICE_CONSTANT("Webhooks"), &list_of_kube_type_MutatingWebhook, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
};
const struct type kube_type_MutatingWebhookConfiguration = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration", .fields = kube_type_MutatingWebhookConfiguration_fields, .field_count = 4};

static const struct type_field kube_type_NFSVolumeSource_fields[] = {
    {SLICE_CONSTANT("server"), SLICE_CONSTANT("Server"), &type_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_NFSVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NFSVolumeSource", .fields = kube_type_NFSVolumeSource_fields, .field_count = 3};

static const struct type_field kube_type_Namespace_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_NamespaceSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Namespace_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_Namespace_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_Namespace = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Namespace", .fields = kube_type_Namespace_fields, .field_count = 5,
    .json_index = kube_type_Namespace_json_index, .go_index = kube_type_Namespace_go_index, .index_mask = 15};

static const struct type_field kube_type_NamespaceSpec_fields[] = {
    {SLICE_CONSTANT("finalizers"), SLICE_CONSTANT("Finalizers"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_NamespaceSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NamespaceSpec", .fields = kube_type_NamespaceSpec_fields, .field_count = 1};

static const struct type_field kube_type_NodeAffinity_fields[] = {
    {SLICE_CONSTANT("requiredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("RequiredDuringSchedulingIgnoredDuringExecution"), &kube_type_NodeSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("preferredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("PreferredDuringSchedulingIgnoredDuringExecution"), &list_of_kube_type_PreferredSchedulingTerm, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_NodeAffinity = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NodeAffinity", .fields = kube_type_NodeAffinity_fields, .field_count = 2};

static const struct type_field kube_type_NodeSelector_fields[] = {
    {SLICE_CONSTANT("nodeSelectorTerms"), SLICE_CONSTANT("NodeSelectorTerms"), &list_of_kube_type_NodeSelectorTerm},
};
const struct type kube_type_NodeSelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NodeSelector", .fields = kube_type_NodeSelector_fields, .field_count = 1};

static const struct type_field kube_type_NodeSelectorRequirement_fields[] = {
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string},
    {SLICE_CONSTANT("values"), SLICE_CONSTANT("Values"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_NodeSelectorRequirement = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NodeSelectorRequirement", .fields = kube_type_NodeSelectorRequirement_fields, .field_count = 3};

static const struct type_field kube_type_NodeSelectorTerm_fields[] = {
    {SLICE_CONSTANT("matchExpressions"), SLICE_CONSTANT("MatchExpressions"), &list_of_kube_type_NodeSelectorRequirement, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchFields"), SLICE_CONSTANT("MatchFields"), &list_of_kube_type_NodeSelectorRequirement, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_NodeSelectorTerm = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.NodeSelectorTerm", .fields = kube_type_NodeSelectorTerm_fields, .field_count = 2};

static const struct type_field kube_type_ObjectFieldSelector_fields[] = {
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fieldPath"), SLICE_CONSTANT("FieldPath"), &type_string},
};
const struct type kube_type_ObjectFieldSelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ObjectFieldSelector", .fields = kube_type_ObjectFieldSelector_fields, .field_count = 2};

static const struct type_field kube_type_ObjectMeta_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("generateName"), SLICE_CONSTANT("GenerateName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("namespace"), SLICE_CONSTANT("Namespace"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selfLink"), SLICE_CONSTANT("SelfLink"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("uid"), SLICE_CONSTANT("UID"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceVersion"), SLICE_CONSTANT("ResourceVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("generation"), SLICE_CONSTANT("Generation"), &type_int64, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("creationTimestamp"), SLICE_CONSTANT("CreationTimestamp"), &type_time, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("deletionTimestamp"), SLICE_CONSTANT("DeletionTimestamp"), &type_time, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("deletionGracePeriodSeconds"), SLICE_CONSTANT("DeletionGracePeriodSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("annotations"), SLICE_CONSTANT("Annotations"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ownerReferences"), SLICE_CONSTANT("OwnerReferences"), &list_of_kube_type_OwnerReference, .merge_key = SLICE_CONSTANT("uid"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("finalizers"), SLICE_CONSTANT("Finalizers"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("managedFields"), SLICE_CONSTANT("ManagedFields"), &list_of_kube_type_ManagedFieldsEntry, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ObjectMeta_json_index[] = {
    12, 5, 11, 0, 8, 3, 15, 9, 0, 0, 0, 0, 0, 0, 0, 0, 14, 10, 7, 0, 4, 0, 2, 0,
    0, 0, 6, 13, 1, 0, 0, 0,
};
static const uint8_t kube_type_ObjectMeta_go_index[] = {
    12, 5, 11, 0, 8, 3, 15, 9, 0, 0, 0, 0, 0, 0, 0, 0, 14, 10, 7, 0, 4, 0, 2, 0,
    0, 0, 6, 13, 1, 0, 0, 0,
};
const struct type kube_type_ObjectMeta = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", .fields = kube_type_ObjectMeta_fields, .field_count = 15,
    .json_index = kube_type_ObjectMeta_json_index, .go_index = kube_type_ObjectMeta_go_index, .index_mask = 31};

static const struct type_field kube_type_ObjectReference_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("namespace"), SLICE_CONSTANT("Namespace"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("uid"), SLICE_CONSTANT("UID"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceVersion"), SLICE_CONSTANT("ResourceVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fieldPath"), SLICE_CONSTANT("FieldPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ObjectReference_json_index[] = {
    0, 4, 5, 0, 0, 2, 0, 0, 0, 0, 6, 0, 3, 7, 0, 1,
};
static const uint8_t kube_type_ObjectReference_go_index[] = {
    0, 4, 5, 0, 0, 2, 0, 0, 0, 0, 6, 0, 3, 7, 0, 1,
};
const struct type kube_type_ObjectReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ObjectReference", .fields = kube_type_ObjectReference_fields, .field_count = 7,
    .json_index = kube_type_ObjectReference_json_index, .go_index = kube_type_ObjectReference_go_index, .index_mask = 15};

static const struct type_field kube_type_OwnerReference_fields[] = {
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string},
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string},
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("uid"), SLICE_CONSTANT("UID"), &type_string},
    {SLICE_CONSTANT("controller"), SLICE_CONSTANT("Controller"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("blockOwnerDeletion"), SLICE_CONSTANT("BlockOwnerDeletion"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_OwnerReference_json_index[] = {
    0, 1, 4, 0, 0, 0, 0, 0, 5, 0, 0, 0, 3, 6, 0, 2,
};
static const uint8_t kube_type_OwnerReference_go_index[] = {
    0, 1, 4, 0, 0, 0, 0, 0, 5, 0, 0, 0, 3, 6, 0, 2,
};
const struct type kube_type_OwnerReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference", .fields = kube_type_OwnerReference_fields, .field_count = 6,
    .json_index = kube_type_OwnerReference_json_index, .go_index = kube_type_OwnerReference_go_index, .index_mask = 15};

static const struct type_field kube_type_PersistentVolumeClaim_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_PersistentVolumeClaimSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PersistentVolumeClaim_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_PersistentVolumeClaim_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_PersistentVolumeClaim = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PersistentVolumeClaim", .fields = kube_type_PersistentVolumeClaim_fields, .field_count = 5,
    .json_index = kube_type_PersistentVolumeClaim_json_index, .go_index = kube_type_PersistentVolumeClaim_go_index, .index_mask = 15};

static const struct type_field kube_type_PersistentVolumeClaimSpec_fields[] = {
    {SLICE_CONSTANT("accessModes"), SLICE_CONSTANT("AccessModes"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &kube_type_VolumeResourceRequirements, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeName"), SLICE_CONSTANT("VolumeName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("storageClassName"), SLICE_CONSTANT("StorageClassName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeMode"), SLICE_CONSTANT("VolumeMode"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dataSource"), SLICE_CONSTANT("DataSource"), &kube_type_TypedLocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dataSourceRef"), SLICE_CONSTANT("DataSourceRef"), &kube_type_TypedObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeAttributesClassName"), SLICE_CONSTANT("VolumeAttributesClassName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PersistentVolumeClaimSpec_json_index[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 0, 0, 5, 9, 0, 0, 1, 0, 0, 0, 4, 6,
    0, 3, 0, 0, 0, 0, 2, 0,
};
static const uint8_t kube_type_PersistentVolumeClaimSpec_go_index[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 0, 0, 5, 9, 0, 0, 1, 0, 0, 0, 4, 6,
    0, 3, 0, 0, 0, 0, 2, 0,
};
const struct type kube_type_PersistentVolumeClaimSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PersistentVolumeClaimSpec", .fields = kube_type_PersistentVolumeClaimSpec_fields, .field_count = 9,
    .json_index = kube_type_PersistentVolumeClaimSpec_json_index, .go_index = kube_type_PersistentVolumeClaimSpec_go_index, .index_mask = 31};

static const struct type_field kube_type_PersistentVolumeClaimTemplate_fields[] = {
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_PersistentVolumeClaimSpec},
};
const struct type kube_type_PersistentVolumeClaimTemplate = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PersistentVolumeClaimTemplate", .fields = kube_type_PersistentVolumeClaimTemplate_fields, .field_count = 2};

static const struct type_field kube_type_PersistentVolumeClaimVolumeSource_fields[] = {
    {SLICE_CONSTANT("claimName"), SLICE_CONSTANT("ClaimName"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PersistentVolumeClaimVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource", .fields = kube_type_PersistentVolumeClaimVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_PhotonPersistentDiskVolumeSource_fields[] = {
    {SLICE_CONSTANT("pdID"), SLICE_CONSTANT("PdID"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PhotonPersistentDiskVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource", .fields = kube_type_PhotonPersistentDiskVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_Pod_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_PodSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Pod_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_Pod_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_Pod = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Pod", .fields = kube_type_Pod_fields, .field_count = 5,
    .json_index = kube_type_Pod_json_index, .go_index = kube_type_Pod_go_index, .index_mask = 15};

static const struct type_field kube_type_PodAffinity_fields[] = {
    {SLICE_CONSTANT("requiredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("RequiredDuringSchedulingIgnoredDuringExecution"), &list_of_kube_type_PodAffinityTerm, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("preferredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("PreferredDuringSchedulingIgnoredDuringExecution"), &list_of_kube_type_WeightedPodAffinityTerm, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodAffinity = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodAffinity", .fields = kube_type_PodAffinity_fields, .field_count = 2};

static const struct type_field kube_type_PodAffinityTerm_fields[] = {
    {SLICE_CONSTANT("labelSelector"), SLICE_CONSTANT("LabelSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("namespaces"), SLICE_CONSTANT("Namespaces"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("topologyKey"), SLICE_CONSTANT("TopologyKey"), &type_string},
    {SLICE_CONSTANT("namespaceSelector"), SLICE_CONSTANT("NamespaceSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchLabelKeys"), SLICE_CONSTANT("MatchLabelKeys"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mismatchLabelKeys"), SLICE_CONSTANT("MismatchLabelKeys"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PodAffinityTerm_json_index[] = {
    4, 0, 0, 0, 0, 3, 0, 0, 0, 6, 5, 0, 0, 0, 1, 2,
};
static const uint8_t kube_type_PodAffinityTerm_go_index[] = {
    4, 0, 0, 0, 0, 3, 0, 0, 0, 6, 5, 0, 0, 0, 1, 2,
};
const struct type kube_type_PodAffinityTerm = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodAffinityTerm", .fields = kube_type_PodAffinityTerm_fields, .field_count = 6,
    .json_index = kube_type_PodAffinityTerm_json_index, .go_index = kube_type_PodAffinityTerm_go_index, .index_mask = 15};

static const struct type_field kube_type_PodAntiAffinity_fields[] = {
    {SLICE_CONSTANT("requiredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("RequiredDuringSchedulingIgnoredDuringExecution"), &list_of_kube_type_PodAffinityTerm, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("preferredDuringSchedulingIgnoredDuringExecution"), SLICE_CONSTANT("PreferredDuringSchedulingIgnoredDuringExecution"), &list_of_kube_type_WeightedPodAffinityTerm, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodAntiAffinity = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodAntiAffinity", .fields = kube_type_PodAntiAffinity_fields, .field_count = 2};

static const struct type_field kube_type_PodCertificateProjection_fields[] = {
    {SLICE_CONSTANT("signerName"), SLICE_CONSTANT("SignerName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("keyType"), SLICE_CONSTANT("KeyType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxExpirationSeconds"), SLICE_CONSTANT("MaxExpirationSeconds"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("credentialBundlePath"), SLICE_CONSTANT("CredentialBundlePath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("keyPath"), SLICE_CONSTANT("KeyPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("certificateChainPath"), SLICE_CONSTANT("CertificateChainPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PodCertificateProjection_json_index[] = {
    4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 0, 0, 2,
};
static const uint8_t kube_type_PodCertificateProjection_go_index[] = {
    4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 0, 0, 2,
};
const struct type kube_type_PodCertificateProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodCertificateProjection", .fields = kube_type_PodCertificateProjection_fields, .field_count = 6,
    .json_index = kube_type_PodCertificateProjection_json_index, .go_index = kube_type_PodCertificateProjection_go_index, .index_mask = 15};

static const struct type_field kube_type_PodDNSConfig_fields[] = {
    {SLICE_CONSTANT("nameservers"), SLICE_CONSTANT("Nameservers"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("searches"), SLICE_CONSTANT("Searches"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("options"), SLICE_CONSTANT("Options"), &list_of_kube_type_PodDNSConfigOption, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodDNSConfig = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodDNSConfig", .fields = kube_type_PodDNSConfig_fields, .field_count = 3};

static const struct type_field kube_type_PodDNSConfigOption_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodDNSConfigOption = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodDNSConfigOption", .fields = kube_type_PodDNSConfigOption_fields, .field_count = 2};

static const struct type_field kube_type_PodFailurePolicy_fields[] = {
    {SLICE_CONSTANT("rules"), SLICE_CONSTANT("Rules"), &list_of_kube_type_PodFailurePolicyRule},
};
const struct type kube_type_PodFailurePolicy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.PodFailurePolicy", .fields = kube_type_PodFailurePolicy_fields, .field_count = 1};

static const struct type_field kube_type_PodFailurePolicyOnExitCodesRequirement_fields[] = {
    {SLICE_CONSTANT("containerName"), SLICE_CONSTANT("ContainerName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string},
    {SLICE_CONSTANT("values"), SLICE_CONSTANT("Values"), &list_of_int32},
};
const struct type kube_type_PodFailurePolicyOnExitCodesRequirement = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement", .fields = kube_type_PodFailurePolicyOnExitCodesRequirement_fields, .field_count = 3};

static const struct type_field kube_type_PodFailurePolicyOnPodConditionsPattern_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_string},
};
const struct type kube_type_PodFailurePolicyOnPodConditionsPattern = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern", .fields = kube_type_PodFailurePolicyOnPodConditionsPattern_fields, .field_count = 2};

static const struct type_field kube_type_PodFailurePolicyRule_fields[] = {
    {SLICE_CONSTANT("action"), SLICE_CONSTANT("Action"), &type_string},
    {SLICE_CONSTANT("onExitCodes"), SLICE_CONSTANT("OnExitCodes"), &kube_type_PodFailurePolicyOnExitCodesRequirement, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("onPodConditions"), SLICE_CONSTANT("OnPodConditions"), &list_of_kube_type_PodFailurePolicyOnPodConditionsPattern, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodFailurePolicyRule = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.PodFailurePolicyRule", .fields = kube_type_PodFailurePolicyRule_fields, .field_count = 3};

static const struct type_field kube_type_PodOS_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
};
const struct type kube_type_PodOS = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodOS", .fields = kube_type_PodOS_fields, .field_count = 1};

static const struct type_field kube_type_PodReadinessGate_fields[] = {
    {SLICE_CONSTANT("conditionType"), SLICE_CONSTANT("ConditionType"), &type_string},
};
const struct type kube_type_PodReadinessGate = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodReadinessGate", .fields = kube_type_PodReadinessGate_fields, .field_count = 1};

static const struct type_field kube_type_PodResourceClaim_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("resourceClaimName"), SLICE_CONSTANT("ResourceClaimName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resourceClaimTemplateName"), SLICE_CONSTANT("ResourceClaimTemplateName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodResourceClaim = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodResourceClaim", .fields = kube_type_PodResourceClaim_fields, .field_count = 3};

static const struct type_field kube_type_PodSchedulingGate_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
};
const struct type kube_type_PodSchedulingGate = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodSchedulingGate", .fields = kube_type_PodSchedulingGate_fields, .field_count = 1};

static const struct type_field kube_type_PodSecurityContext_fields[] = {
    {SLICE_CONSTANT("seLinuxOptions"), SLICE_CONSTANT("SELinuxOptions"), &kube_type_SELinuxOptions, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("windowsOptions"), SLICE_CONSTANT("WindowsOptions"), &kube_type_WindowsSecurityContextOptions, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsUser"), SLICE_CONSTANT("RunAsUser"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsGroup"), SLICE_CONSTANT("RunAsGroup"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsNonRoot"), SLICE_CONSTANT("RunAsNonRoot"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("supplementalGroups"), SLICE_CONSTANT("SupplementalGroups"), &list_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("supplementalGroupsPolicy"), SLICE_CONSTANT("SupplementalGroupsPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsGroup"), SLICE_CONSTANT("FSGroup"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sysctls"), SLICE_CONSTANT("Sysctls"), &list_of_kube_type_Sysctl, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsGroupChangePolicy"), SLICE_CONSTANT("FSGroupChangePolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("seccompProfile"), SLICE_CONSTANT("SeccompProfile"), &kube_type_SeccompProfile, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("appArmorProfile"), SLICE_CONSTANT("AppArmorProfile"), &kube_type_AppArmorProfile, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("seLinuxChangePolicy"), SLICE_CONSTANT("SELinuxChangePolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PodSecurityContext_json_index[] = {
    0, 0, 0, 4, 11, 2, 8, 10, 0, 0, 6, 0, 13, 5, 0, 0, 0, 0, 3, 0, 0, 7, 0, 12,
    0, 1, 0, 0, 9, 0, 0, 0,
};
static const uint8_t kube_type_PodSecurityContext_go_index[] = {
    0, 0, 0, 4, 11, 2, 8, 10, 0, 0, 6, 0, 13, 5, 0, 0, 0, 0, 3, 0, 0, 7, 0, 12,
    0, 1, 0, 0, 9, 0, 0, 0,
};
const struct type kube_type_PodSecurityContext = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodSecurityContext", .fields = kube_type_PodSecurityContext_fields, .field_count = 13,
    .json_index = kube_type_PodSecurityContext_json_index, .go_index = kube_type_PodSecurityContext_go_index, .index_mask = 31};

static const struct type_field kube_type_PodSpec_fields[] = {
    {SLICE_CONSTANT("volumes"), SLICE_CONSTANT("Volumes"), &list_of_kube_type_Volume, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE | TYPE_FIELD_RETAIN_KEYS},
    {SLICE_CONSTANT("initContainers"), SLICE_CONSTANT("InitContainers"), &list_of_kube_type_Container, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("containers"), SLICE_CONSTANT("Containers"), &list_of_kube_type_Container, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("ephemeralContainers"), SLICE_CONSTANT("EphemeralContainers"), &list_of_kube_type_EphemeralContainer, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("restartPolicy"), SLICE_CONSTANT("RestartPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("terminationGracePeriodSeconds"), SLICE_CONSTANT("TerminationGracePeriodSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("activeDeadlineSeconds"), SLICE_CONSTANT("ActiveDeadlineSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dnsPolicy"), SLICE_CONSTANT("DNSPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("nodeSelector"), SLICE_CONSTANT("NodeSelector"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceAccountName"), SLICE_CONSTANT("ServiceAccountName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceAccount"), SLICE_CONSTANT("DeprecatedServiceAccount"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("automountServiceAccountToken"), SLICE_CONSTANT("AutomountServiceAccountToken"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("nodeName"), SLICE_CONSTANT("NodeName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostNetwork"), SLICE_CONSTANT("HostNetwork"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostPID"), SLICE_CONSTANT("HostPID"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostIPC"), SLICE_CONSTANT("HostIPC"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("shareProcessNamespace"), SLICE_CONSTANT("ShareProcessNamespace"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("securityContext"), SLICE_CONSTANT("SecurityContext"), &kube_type_PodSecurityContext, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("imagePullSecrets"), SLICE_CONSTANT("ImagePullSecrets"), &list_of_kube_type_LocalObjectReference, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("hostname"), SLICE_CONSTANT("Hostname"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("subdomain"), SLICE_CONSTANT("Subdomain"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("affinity"), SLICE_CONSTANT("Affinity"), &kube_type_Affinity, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("schedulerName"), SLICE_CONSTANT("SchedulerName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tolerations"), SLICE_CONSTANT("Tolerations"), &list_of_kube_type_Toleration, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostAliases"), SLICE_CONSTANT("HostAliases"), &list_of_kube_type_HostAlias, .merge_key = SLICE_CONSTANT("ip"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("priorityClassName"), SLICE_CONSTANT("PriorityClassName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("priority"), SLICE_CONSTANT("Priority"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dnsConfig"), SLICE_CONSTANT("DNSConfig"), &kube_type_PodDNSConfig, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readinessGates"), SLICE_CONSTANT("ReadinessGates"), &list_of_kube_type_PodReadinessGate, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runtimeClassName"), SLICE_CONSTANT("RuntimeClassName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enableServiceLinks"), SLICE_CONSTANT("EnableServiceLinks"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("preemptionPolicy"), SLICE_CONSTANT("PreemptionPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("overhead"), SLICE_CONSTANT("Overhead"), &map_of_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("topologySpreadConstraints"), SLICE_CONSTANT("TopologySpreadConstraints"), &list_of_kube_type_TopologySpreadConstraint, .merge_key = SLICE_CONSTANT("topologyKey"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("setHostnameAsFQDN"), SLICE_CONSTANT("SetHostnameAsFQDN"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("os"), SLICE_CONSTANT("OS"), &kube_type_PodOS, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostUsers"), SLICE_CONSTANT("HostUsers"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("schedulingGates"), SLICE_CONSTANT("SchedulingGates"), &list_of_kube_type_PodSchedulingGate, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE},
    {SLICE_CONSTANT("resourceClaims"), SLICE_CONSTANT("ResourceClaims"), &list_of_kube_type_PodResourceClaim, .merge_key = SLICE_CONSTANT("name"), .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_MERGE | TYPE_FIELD_RETAIN_KEYS},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &kube_type_ResourceRequirements, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostnameOverride"), SLICE_CONSTANT("HostnameOverride"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_PodSpec_json_index[] = {
    0, 0, 0, 0, 9, 0, 22, 0, 17, 0, 0, 0, 0, 0, 0, 18, 2, 0, 0, 0, 0, 0, 19, 1,
    0, 40, 29, 0, 0, 21, 0, 0, 12, 7, 0, 0, 0, 0, 0, 3, 8, 13, 0, 0, 39, 0, 0, 0,
    0, 0, 0, 26, 0, 0, 0, 20, 0, 0, 0, 34, 0, 36, 0, 0, 0, 0, 5, 31, 0, 0, 0, 35,
    0, 0, 0, 0, 0, 28, 0, 0, 11, 14, 0, 0, 0, 0, 0, 0, 0, 23, 24, 37, 0, 0, 0, 0,
    41, 33, 0, 10, 0, 0, 4, 0, 0, 0, 0, 30, 16, 0, 0, 0, 25, 15, 0, 0, 0, 0, 0, 27,
    0, 6, 38, 0, 32, 0, 0, 0,
};
static const uint8_t kube_type_PodSpec_go_index[] = {
    41, 33, 0, 10, 0, 0, 4, 0, 0, 0, 0, 30, 16, 0, 0, 0, 25, 15, 0, 0, 0, 0, 0, 27,
    0, 6, 38, 0, 32, 36, 0, 0, 0, 0, 0, 0, 9, 0, 22, 0, 17, 0, 0, 0, 0, 0, 0, 18,
    2, 0, 0, 0, 0, 0, 19, 1, 0, 40, 29, 0, 0, 21, 0, 0, 12, 7, 0, 0, 0, 0, 0, 3,
    8, 13, 11, 0, 39, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 20, 0, 0, 0, 34, 0, 0, 0, 0,
    0, 0, 5, 31, 0, 0, 0, 35, 0, 0, 0, 0, 0, 28, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0,
    0, 23, 24, 37, 0, 0, 0, 0,
};
const struct type kube_type_PodSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodSpec", .fields = kube_type_PodSpec_fields, .field_count = 41,
    .json_index = kube_type_PodSpec_json_index, .go_index = kube_type_PodSpec_go_index, .index_mask = 127};

static const struct type_field kube_type_PodTemplateSpec_fields[] = {
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_PodSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PodTemplateSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PodTemplateSpec", .fields = kube_type_PodTemplateSpec_fields, .field_count = 2};

static const struct type_field kube_type_PortworxVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumeID"), SLICE_CONSTANT("VolumeID"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_PortworxVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PortworxVolumeSource", .fields = kube_type_PortworxVolumeSource_fields, .field_count = 3};

static const struct type_field kube_type_PreferredSchedulingTerm_fields[] = {
    {SLICE_CONSTANT("weight"), SLICE_CONSTANT("Weight"), &type_int32},
    {SLICE_CONSTANT("preference"), SLICE_CONSTANT("Preference"), &kube_type_NodeSelectorTerm},
};
const struct type kube_type_PreferredSchedulingTerm = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.PreferredSchedulingTerm", .fields = kube_type_PreferredSchedulingTerm_fields, .field_count = 2};

static const struct type_field kube_type_Probe_fields[] = {
    {SLICE_CONSTANT("exec"), SLICE_CONSTANT("Exec"), &kube_type_ExecAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("httpGet"), SLICE_CONSTANT("HTTPGet"), &kube_type_HTTPGetAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("tcpSocket"), SLICE_CONSTANT("TCPSocket"), &kube_type_TCPSocketAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("grpc"), SLICE_CONSTANT("GRPC"), &kube_type_GRPCAction, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("initialDelaySeconds"), SLICE_CONSTANT("InitialDelaySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeoutSeconds"), SLICE_CONSTANT("TimeoutSeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("periodSeconds"), SLICE_CONSTANT("PeriodSeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("successThreshold"), SLICE_CONSTANT("SuccessThreshold"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failureThreshold"), SLICE_CONSTANT("FailureThreshold"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("terminationGracePeriodSeconds"), SLICE_CONSTANT("TerminationGracePeriodSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Probe_json_index[] = {
    6, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 5, 0, 7, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0,
    0, 10, 0, 0, 0, 2, 3, 9,
};
static const uint8_t kube_type_Probe_go_index[] = {
    6, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 5, 0, 7, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0,
    0, 10, 0, 0, 0, 2, 3, 9,
};
const struct type kube_type_Probe = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Probe", .fields = kube_type_Probe_fields, .field_count = 10,
    .json_index = kube_type_Probe_json_index, .go_index = kube_type_Probe_go_index, .index_mask = 31};

static const struct type_field kube_type_ProjectedVolumeSource_fields[] = {
    {SLICE_CONSTANT("sources"), SLICE_CONSTANT("Sources"), &list_of_kube_type_VolumeProjection},
    {SLICE_CONSTANT("defaultMode"), SLICE_CONSTANT("DefaultMode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ProjectedVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ProjectedVolumeSource", .fields = kube_type_ProjectedVolumeSource_fields, .field_count = 2};

static const struct type_field kube_type_QuobyteVolumeSource_fields[] = {
    {SLICE_CONSTANT("registry"), SLICE_CONSTANT("Registry"), &type_string},
    {SLICE_CONSTANT("volume"), SLICE_CONSTANT("Volume"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("user"), SLICE_CONSTANT("User"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("group"), SLICE_CONSTANT("Group"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tenant"), SLICE_CONSTANT("Tenant"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_QuobyteVolumeSource_json_index[] = {
    0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 2, 3, 4, 6, 1, 0,
};
static const uint8_t kube_type_QuobyteVolumeSource_go_index[] = {
    0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 2, 3, 4, 6, 1, 0,
};
const struct type kube_type_QuobyteVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.QuobyteVolumeSource", .fields = kube_type_QuobyteVolumeSource_fields, .field_count = 6,
    .json_index = kube_type_QuobyteVolumeSource_json_index, .go_index = kube_type_QuobyteVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_RBDVolumeSource_fields[] = {
    {SLICE_CONSTANT("monitors"), SLICE_CONSTANT("CephMonitors"), &list_of_string},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("RBDImage"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("pool"), SLICE_CONSTANT("RBDPool"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("user"), SLICE_CONSTANT("RadosUser"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("keyring"), SLICE_CONSTANT("Keyring"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_RBDVolumeSource_json_index[] = {
    0, 0, 1, 0, 0, 0, 0, 4, 2, 6, 5, 7, 8, 0, 3, 0,
};
static const uint8_t kube_type_RBDVolumeSource_go_index[] = {
    0, 0, 5, 4, 2, 0, 0, 6, 0, 0, 1, 7, 8, 0, 3, 0,
};
const struct type kube_type_RBDVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.RBDVolumeSource", .fields = kube_type_RBDVolumeSource_fields, .field_count = 8,
    .json_index = kube_type_RBDVolumeSource_json_index, .go_index = kube_type_RBDVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_RecreateDeploymentStrategyParams_fields[] = {
    {SLICE_CONSTANT("timeoutSeconds"), SLICE_CONSTANT("TimeoutSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("pre"), SLICE_CONSTANT("Pre"), &kube_type_LifecycleHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mid"), SLICE_CONSTANT("Mid"), &kube_type_LifecycleHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("post"), SLICE_CONSTANT("Post"), &kube_type_LifecycleHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_RecreateDeploymentStrategyParams = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.RecreateDeploymentStrategyParams", .fields = kube_type_RecreateDeploymentStrategyParams_fields, .field_count = 4};

static const struct type_field kube_type_ReplicaSet_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_ReplicaSetSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ReplicaSet_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_ReplicaSet_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_ReplicaSet = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.ReplicaSet", .fields = kube_type_ReplicaSet_fields, .field_count = 5,
    .json_index = kube_type_ReplicaSet_json_index, .go_index = kube_type_ReplicaSet_go_index, .index_mask = 15};

static const struct type_field kube_type_ReplicaSetSpec_fields[] = {
    {SLICE_CONSTANT("replicas"), SLICE_CONSTANT("Replicas"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ReplicaSetSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.ReplicaSetSpec", .fields = kube_type_ReplicaSetSpec_fields, .field_count = 4};

static const struct type_field kube_type_ReplicationController_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_ReplicationControllerSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ReplicationController_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_ReplicationController_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_ReplicationController = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ReplicationController", .fields = kube_type_ReplicationController_fields, .field_count = 5,
    .json_index = kube_type_ReplicationController_json_index, .go_index = kube_type_ReplicationController_go_index, .index_mask = 15};

static const struct type_field kube_type_ReplicationControllerSpec_fields[] = {
    {SLICE_CONSTANT("replicas"), SLICE_CONSTANT("Replicas"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ReplicationControllerSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ReplicationControllerSpec", .fields = kube_type_ReplicationControllerSpec_fields, .field_count = 4};

static const struct type_field kube_type_ResourceClaim_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("request"), SLICE_CONSTANT("Request"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ResourceClaim = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ResourceClaim", .fields = kube_type_ResourceClaim_fields, .field_count = 2};

static const struct type_field kube_type_ResourceFieldSelector_fields[] = {
    {SLICE_CONSTANT("containerName"), SLICE_CONSTANT("ContainerName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("resource"), SLICE_CONSTANT("Resource"), &type_string},
    {SLICE_CONSTANT("divisor"), SLICE_CONSTANT("Divisor"), &type_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ResourceFieldSelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ResourceFieldSelector", .fields = kube_type_ResourceFieldSelector_fields, .field_count = 3};

static const struct type_field kube_type_ResourceRequirements_fields[] = {
    {SLICE_CONSTANT("limits"), SLICE_CONSTANT("Limits"), &map_of_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("requests"), SLICE_CONSTANT("Requests"), &map_of_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("claims"), SLICE_CONSTANT("Claims"), &list_of_kube_type_ResourceClaim, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ResourceRequirements = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ResourceRequirements", .fields = kube_type_ResourceRequirements_fields, .field_count = 3};

static const struct type_field kube_type_RollingDeploymentStrategyParams_fields[] = {
    {SLICE_CONSTANT("updatePeriodSeconds"), SLICE_CONSTANT("UpdatePeriodSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("intervalSeconds"), SLICE_CONSTANT("IntervalSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeoutSeconds"), SLICE_CONSTANT("TimeoutSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxUnavailable"), SLICE_CONSTANT("MaxUnavailable"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxSurge"), SLICE_CONSTANT("MaxSurge"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("pre"), SLICE_CONSTANT("Pre"), &kube_type_LifecycleHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("post"), SLICE_CONSTANT("Post"), &kube_type_LifecycleHook, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_RollingDeploymentStrategyParams_json_index[] = {
    3, 6, 0, 4, 7, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0, 2,
};
static const uint8_t kube_type_RollingDeploymentStrategyParams_go_index[] = {
    3, 6, 0, 4, 7, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0, 2,
};
const struct type kube_type_RollingDeploymentStrategyParams = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.RollingDeploymentStrategyParams", .fields = kube_type_RollingDeploymentStrategyParams_fields, .field_count = 7,
    .json_index = kube_type_RollingDeploymentStrategyParams_json_index, .go_index = kube_type_RollingDeploymentStrategyParams_go_index, .index_mask = 15};

static const struct type_field kube_type_RollingUpdateDaemonSet_fields[] = {
    {SLICE_CONSTANT("maxUnavailable"), SLICE_CONSTANT("MaxUnavailable"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxSurge"), SLICE_CONSTANT("MaxSurge"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_RollingUpdateDaemonSet = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.RollingUpdateDaemonSet", .fields = kube_type_RollingUpdateDaemonSet_fields, .field_count = 2};

static const struct type_field kube_type_RollingUpdateDeployment_fields[] = {
    {SLICE_CONSTANT("maxUnavailable"), SLICE_CONSTANT("MaxUnavailable"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxSurge"), SLICE_CONSTANT("MaxSurge"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_RollingUpdateDeployment = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.RollingUpdateDeployment", .fields = kube_type_RollingUpdateDeployment_fields, .field_count = 2};

static const struct type_field kube_type_RollingUpdateStatefulSetStrategy_fields[] = {
    {SLICE_CONSTANT("partition"), SLICE_CONSTANT("Partition"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxUnavailable"), SLICE_CONSTANT("MaxUnavailable"), &type_int_or_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_RollingUpdateStatefulSetStrategy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy", .fields = kube_type_RollingUpdateStatefulSetStrategy_fields, .field_count = 2};

static const struct type_field kube_type_RuleWithOperations_fields[] = {
    {SLICE_CONSTANT("operations"), SLICE_CONSTANT("Operations"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("apiGroups"), SLICE_CONSTANT("APIGroups"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersions"), SLICE_CONSTANT("APIVersions"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("resources"), SLICE_CONSTANT("Resources"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("scope"), SLICE_CONSTANT("Scope"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
};
static const uint8_t kube_type_RuleWithOperations_json_index[] = {
    0, 3, 0, 2, 5, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0,
};
static const uint8_t kube_type_RuleWithOperations_go_index[] = {
    0, 3, 0, 2, 5, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0,
};
const struct type kube_type_RuleWithOperations = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.RuleWithOperations", .fields = kube_type_RuleWithOperations_fields, .field_count = 5,
    .json_index = kube_type_RuleWithOperations_json_index, .go_index = kube_type_RuleWithOperations_go_index, .index_mask = 15};

static const struct type_field kube_type_SELinuxOptions_fields[] = {
    {SLICE_CONSTANT("user"), SLICE_CONSTANT("User"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("role"), SLICE_CONSTANT("Role"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("level"), SLICE_CONSTANT("Level"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SELinuxOptions = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SELinuxOptions", .fields = kube_type_SELinuxOptions_fields, .field_count = 4};

static const struct type_field kube_type_ScaleIOVolumeSource_fields[] = {
    {SLICE_CONSTANT("gateway"), SLICE_CONSTANT("Gateway"), &type_string},
    {SLICE_CONSTANT("system"), SLICE_CONSTANT("System"), &type_string},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("sslEnabled"), SLICE_CONSTANT("SSLEnabled"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("protectionDomain"), SLICE_CONSTANT("ProtectionDomain"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("storagePool"), SLICE_CONSTANT("StoragePool"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("storageMode"), SLICE_CONSTANT("StorageMode"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeName"), SLICE_CONSTANT("VolumeName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_ScaleIOVolumeSource_json_index[] = {
    0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 10, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8,
    1, 2, 6, 0, 0, 0, 9, 0,
};
static const uint8_t kube_type_ScaleIOVolumeSource_go_index[] = {
    0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 10, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8,
    1, 2, 6, 0, 0, 0, 9, 0,
};
const struct type kube_type_ScaleIOVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ScaleIOVolumeSource", .fields = kube_type_ScaleIOVolumeSource_fields, .field_count = 10,
    .json_index = kube_type_ScaleIOVolumeSource_json_index, .go_index = kube_type_ScaleIOVolumeSource_go_index, .index_mask = 31};

static const struct type_field kube_type_SeccompProfile_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string},
    {SLICE_CONSTANT("localhostProfile"), SLICE_CONSTANT("LocalhostProfile"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SeccompProfile = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SeccompProfile", .fields = kube_type_SeccompProfile_fields, .field_count = 2};

static const struct type_field kube_type_SecretEnvSource_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SecretEnvSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SecretEnvSource", .fields = kube_type_SecretEnvSource_fields, .field_count = 2};

static const struct type_field kube_type_SecretKeySelector_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SecretKeySelector = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SecretKeySelector", .fields = kube_type_SecretKeySelector_fields, .field_count = 3};

static const struct type_field kube_type_SecretProjection_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_KeyToPath, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SecretProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SecretProjection", .fields = kube_type_SecretProjection_fields, .field_count = 3};

static const struct type_field kube_type_SecretVolumeSource_fields[] = {
    {SLICE_CONSTANT("secretName"), SLICE_CONSTANT("SecretName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("items"), SLICE_CONSTANT("Items"), &list_of_kube_type_KeyToPath, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultMode"), SLICE_CONSTANT("DefaultMode"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("optional"), SLICE_CONSTANT("Optional"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SecretVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SecretVolumeSource", .fields = kube_type_SecretVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_SecurityContext_fields[] = {
    {SLICE_CONSTANT("capabilities"), SLICE_CONSTANT("Capabilities"), &kube_type_Capabilities, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("privileged"), SLICE_CONSTANT("Privileged"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("seLinuxOptions"), SLICE_CONSTANT("SELinuxOptions"), &kube_type_SELinuxOptions, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("windowsOptions"), SLICE_CONSTANT("WindowsOptions"), &kube_type_WindowsSecurityContextOptions, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsUser"), SLICE_CONSTANT("RunAsUser"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsGroup"), SLICE_CONSTANT("RunAsGroup"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsNonRoot"), SLICE_CONSTANT("RunAsNonRoot"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnlyRootFilesystem"), SLICE_CONSTANT("ReadOnlyRootFilesystem"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("allowPrivilegeEscalation"), SLICE_CONSTANT("AllowPrivilegeEscalation"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("procMount"), SLICE_CONSTANT("ProcMount"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("seccompProfile"), SLICE_CONSTANT("SeccompProfile"), &kube_type_SeccompProfile, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("appArmorProfile"), SLICE_CONSTANT("AppArmorProfile"), &kube_type_AppArmorProfile, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_SecurityContext_json_index[] = {
    0, 0, 0, 6, 11, 4, 8, 0, 1, 9, 0, 0, 0, 7, 0, 0, 10, 0, 5, 0, 0, 0, 2, 12,
    0, 3, 0, 0, 0, 0, 0, 0,
};
static const uint8_t kube_type_SecurityContext_go_index[] = {
    0, 0, 0, 6, 11, 4, 8, 0, 1, 9, 0, 0, 0, 7, 0, 0, 10, 0, 5, 0, 0, 0, 2, 12,
    0, 3, 0, 0, 0, 0, 0, 0,
};
const struct type kube_type_SecurityContext = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SecurityContext", .fields = kube_type_SecurityContext_fields, .field_count = 12,
    .json_index = kube_type_SecurityContext_json_index, .go_index = kube_type_SecurityContext_go_index, .index_mask = 31};

static const struct type_field kube_type_ServiceAccountTokenProjection_fields[] = {
    {SLICE_CONSTANT("audience"), SLICE_CONSTANT("Audience"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("expirationSeconds"), SLICE_CONSTANT("ExpirationSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string},
};
const struct type kube_type_ServiceAccountTokenProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.ServiceAccountTokenProjection", .fields = kube_type_ServiceAccountTokenProjection_fields, .field_count = 3};

static const struct type_field kube_type_ServiceReference_fields[] = {
    {SLICE_CONSTANT("namespace"), SLICE_CONSTANT("Namespace"), &type_string},
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_ServiceReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.ServiceReference", .fields = kube_type_ServiceReference_fields, .field_count = 4};

static const struct type_field kube_type_SleepAction_fields[] = {
    {SLICE_CONSTANT("seconds"), SLICE_CONSTANT("Seconds"), &type_int64},
};
const struct type kube_type_SleepAction = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.SleepAction", .fields = kube_type_SleepAction_fields, .field_count = 1};

static const struct type_field kube_type_StatefulSet_fields[] = {
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("APIVersion"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("metadata"), SLICE_CONSTANT("ObjectMeta"), &kube_type_ObjectMeta, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("spec"), SLICE_CONSTANT("Spec"), &kube_type_StatefulSetSpec, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("status"), SLICE_CONSTANT("Status"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_StatefulSet_json_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 0, 0, 0, 1,
};
static const uint8_t kube_type_StatefulSet_go_index[] = {
    0, 2, 0, 0, 0, 0, 5, 0, 0, 4, 0, 0, 3, 0, 0, 1,
};
const struct type kube_type_StatefulSet = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.StatefulSet", .fields = kube_type_StatefulSet_fields, .field_count = 5,
    .json_index = kube_type_StatefulSet_json_index, .go_index = kube_type_StatefulSet_go_index, .index_mask = 15};

static const struct type_field kube_type_StatefulSetOrdinals_fields[] = {
    {SLICE_CONSTANT("start"), SLICE_CONSTANT("Start"), &type_int32},
};
const struct type kube_type_StatefulSetOrdinals = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.StatefulSetOrdinals", .fields = kube_type_StatefulSetOrdinals_fields, .field_count = 1};

static const struct type_field kube_type_StatefulSetPersistentVolumeClaimRetentionPolicy_fields[] = {
    {SLICE_CONSTANT("whenDeleted"), SLICE_CONSTANT("WhenDeleted"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("whenScaled"), SLICE_CONSTANT("WhenScaled"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_StatefulSetPersistentVolumeClaimRetentionPolicy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", .fields = kube_type_StatefulSetPersistentVolumeClaimRetentionPolicy_fields, .field_count = 2};

static const struct type_field kube_type_StatefulSetSpec_fields[] = {
    {SLICE_CONSTANT("replicas"), SLICE_CONSTANT("Replicas"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("selector"), SLICE_CONSTANT("Selector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("template"), SLICE_CONSTANT("Template"), &kube_type_PodTemplateSpec},
    {SLICE_CONSTANT("volumeClaimTemplates"), SLICE_CONSTANT("VolumeClaimTemplates"), &list_of_kube_type_PersistentVolumeClaim, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceName"), SLICE_CONSTANT("ServiceName"), &type_string},
    {SLICE_CONSTANT("podManagementPolicy"), SLICE_CONSTANT("PodManagementPolicy"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("updateStrategy"), SLICE_CONSTANT("UpdateStrategy"), &kube_type_StatefulSetUpdateStrategy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("revisionHistoryLimit"), SLICE_CONSTANT("RevisionHistoryLimit"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minReadySeconds"), SLICE_CONSTANT("MinReadySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("persistentVolumeClaimRetentionPolicy"), SLICE_CONSTANT("PersistentVolumeClaimRetentionPolicy"), &kube_type_StatefulSetPersistentVolumeClaimRetentionPolicy, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ordinals"), SLICE_CONSTANT("Ordinals"), &kube_type_StatefulSetOrdinals, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_StatefulSetSpec_json_index[] = {
    0, 0, 0, 0, 0, 0, 1, 0, 0, 8, 4, 0, 0, 0, 0, 6, 0, 0, 5, 7, 11, 0, 0, 0,
    9, 3, 10, 0, 0, 0, 2, 0,
};
static const uint8_t kube_type_StatefulSetSpec_go_index[] = {
    0, 0, 0, 0, 0, 0, 1, 0, 0, 8, 4, 0, 0, 0, 0, 6, 0, 0, 5, 7, 11, 0, 0, 0,
    9, 3, 10, 0, 0, 0, 2, 0,
};
const struct type kube_type_StatefulSetSpec = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.StatefulSetSpec", .fields = kube_type_StatefulSetSpec_fields, .field_count = 11,
    .json_index = kube_type_StatefulSetSpec_json_index, .go_index = kube_type_StatefulSetSpec_go_index, .index_mask = 31};

static const struct type_field kube_type_StatefulSetUpdateStrategy_fields[] = {
    {SLICE_CONSTANT("type"), SLICE_CONSTANT("Type"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rollingUpdate"), SLICE_CONSTANT("RollingUpdate"), &kube_type_RollingUpdateStatefulSetStrategy, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_StatefulSetUpdateStrategy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.apps.v1.StatefulSetUpdateStrategy", .fields = kube_type_StatefulSetUpdateStrategy_fields, .field_count = 2};

static const struct type_field kube_type_StorageOSVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumeName"), SLICE_CONSTANT("VolumeName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("volumeNamespace"), SLICE_CONSTANT("VolumeNamespace"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("secretRef"), SLICE_CONSTANT("SecretRef"), &kube_type_LocalObjectReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_StorageOSVolumeSource_json_index[] = {
    0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 4, 5, 0, 0, 3, 0,
};
static const uint8_t kube_type_StorageOSVolumeSource_go_index[] = {
    0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 4, 5, 0, 0, 3, 0,
};
const struct type kube_type_StorageOSVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.StorageOSVolumeSource", .fields = kube_type_StorageOSVolumeSource_fields, .field_count = 5,
    .json_index = kube_type_StorageOSVolumeSource_json_index, .go_index = kube_type_StorageOSVolumeSource_go_index, .index_mask = 15};

static const struct type_field kube_type_SuccessPolicy_fields[] = {
    {SLICE_CONSTANT("rules"), SLICE_CONSTANT("Rules"), &list_of_kube_type_SuccessPolicyRule},
};
const struct type kube_type_SuccessPolicy = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.SuccessPolicy", .fields = kube_type_SuccessPolicy_fields, .field_count = 1};

static const struct type_field kube_type_SuccessPolicyRule_fields[] = {
    {SLICE_CONSTANT("succeededIndexes"), SLICE_CONSTANT("SucceededIndexes"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("succeededCount"), SLICE_CONSTANT("SucceededCount"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_SuccessPolicyRule = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.batch.v1.SuccessPolicyRule", .fields = kube_type_SuccessPolicyRule_fields, .field_count = 2};

static const struct type_field kube_type_Sysctl_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string},
};
const struct type kube_type_Sysctl = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Sysctl", .fields = kube_type_Sysctl_fields, .field_count = 2};

static const struct type_field kube_type_TCPSocketAction_fields[] = {
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_int_or_string},
    {SLICE_CONSTANT("host"), SLICE_CONSTANT("Host"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_TCPSocketAction = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.TCPSocketAction", .fields = kube_type_TCPSocketAction_fields, .field_count = 2};

static const struct type_field kube_type_TagImageHook_fields[] = {
    {SLICE_CONSTANT("containerName"), SLICE_CONSTANT("ContainerName"), &type_string},
    {SLICE_CONSTANT("to"), SLICE_CONSTANT("To"), &kube_type_ObjectReference},
};
const struct type kube_type_TagImageHook = {
    .kind = TYPE_STRUCT, .name = "com.github.openshift.api.apps.v1.TagImageHook", .fields = kube_type_TagImageHook_fields, .field_count = 2};

static const struct type_field kube_type_Toleration_fields[] = {
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("effect"), SLICE_CONSTANT("Effect"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tolerationSeconds"), SLICE_CONSTANT("TolerationSeconds"), &type_int64, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_Toleration_json_index[] = {
    2, 5, 4, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0,
};
static const uint8_t kube_type_Toleration_go_index[] = {
    2, 5, 4, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0,
};
const struct type kube_type_Toleration = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Toleration", .fields = kube_type_Toleration_fields, .field_count = 5,
    .json_index = kube_type_Toleration_json_index, .go_index = kube_type_Toleration_go_index, .index_mask = 15};

static const struct type_field kube_type_TopologySpreadConstraint_fields[] = {
    {SLICE_CONSTANT("maxSkew"), SLICE_CONSTANT("MaxSkew"), &type_int32},
    {SLICE_CONSTANT("topologyKey"), SLICE_CONSTANT("TopologyKey"), &type_string},
    {SLICE_CONSTANT("whenUnsatisfiable"), SLICE_CONSTANT("WhenUnsatisfiable"), &type_string},
    {SLICE_CONSTANT("labelSelector"), SLICE_CONSTANT("LabelSelector"), &kube_type_LabelSelector, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minDomains"), SLICE_CONSTANT("MinDomains"), &type_int32, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("nodeAffinityPolicy"), SLICE_CONSTANT("NodeAffinityPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("nodeTaintsPolicy"), SLICE_CONSTANT("NodeTaintsPolicy"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchLabelKeys"), SLICE_CONSTANT("MatchLabelKeys"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_TopologySpreadConstraint_json_index[] = {
    6, 0, 0, 0, 0, 2, 0, 0, 0, 3, 5, 7, 8, 0, 1, 4,
};
static const uint8_t kube_type_TopologySpreadConstraint_go_index[] = {
    6, 0, 0, 0, 0, 2, 0, 0, 0, 3, 5, 7, 8, 0, 1, 4,
};
const struct type kube_type_TopologySpreadConstraint = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.TopologySpreadConstraint", .fields = kube_type_TopologySpreadConstraint_fields, .field_count = 8,
    .json_index = kube_type_TopologySpreadConstraint_json_index, .go_index = kube_type_TopologySpreadConstraint_go_index, .index_mask = 15};

static const struct type_field kube_type_TypedLocalObjectReference_fields[] = {
    {SLICE_CONSTANT("apiGroup"), SLICE_CONSTANT("APIGroup"), &type_string, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string},
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
};
const struct type kube_type_TypedLocalObjectReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.TypedLocalObjectReference", .fields = kube_type_TypedLocalObjectReference_fields, .field_count = 3};

static const struct type_field kube_type_TypedObjectReference_fields[] = {
    {SLICE_CONSTANT("apiGroup"), SLICE_CONSTANT("APIGroup"), &type_string, .flags = TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("kind"), SLICE_CONSTANT("Kind"), &type_string},
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("namespace"), SLICE_CONSTANT("Namespace"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_TypedObjectReference = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.TypedObjectReference", .fields = kube_type_TypedObjectReference_fields, .field_count = 4};

static const struct type_field kube_type_Volume_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("hostPath"), SLICE_CONSTANT("HostPath"), &kube_type_HostPathVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("emptyDir"), SLICE_CONSTANT("EmptyDir"), &kube_type_EmptyDirVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("gcePersistentDisk"), SLICE_CONSTANT("GCEPersistentDisk"), &kube_type_GCEPersistentDiskVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("awsElasticBlockStore"), SLICE_CONSTANT("AWSElasticBlockStore"), &kube_type_AWSElasticBlockStoreVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("gitRepo"), SLICE_CONSTANT("GitRepo"), &kube_type_GitRepoVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("secret"), SLICE_CONSTANT("Secret"), &kube_type_SecretVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("nfs"), SLICE_CONSTANT("NFS"), &kube_type_NFSVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("iscsi"), SLICE_CONSTANT("ISCSI"), &kube_type_ISCSIVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("glusterfs"), SLICE_CONSTANT("Glusterfs"), &kube_type_GlusterfsVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("persistentVolumeClaim"), SLICE_CONSTANT("PersistentVolumeClaim"), &kube_type_PersistentVolumeClaimVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("rbd"), SLICE_CONSTANT("RBD"), &kube_type_RBDVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("flexVolume"), SLICE_CONSTANT("FlexVolume"), &kube_type_FlexVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("cinder"), SLICE_CONSTANT("Cinder"), &kube_type_CinderVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("cephfs"), SLICE_CONSTANT("CephFS"), &kube_type_CephFSVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("flocker"), SLICE_CONSTANT("Flocker"), &kube_type_FlockerVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("downwardAPI"), SLICE_CONSTANT("DownwardAPI"), &kube_type_DownwardAPIVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("fc"), SLICE_CONSTANT("FC"), &kube_type_FCVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("azureFile"), SLICE_CONSTANT("AzureFile"), &kube_type_AzureFileVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("configMap"), SLICE_CONSTANT("ConfigMap"), &kube_type_ConfigMapVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("vsphereVolume"), SLICE_CONSTANT("VsphereVolume"), &kube_type_VsphereVirtualDiskVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("quobyte"), SLICE_CONSTANT("Quobyte"), &kube_type_QuobyteVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("azureDisk"), SLICE_CONSTANT("AzureDisk"), &kube_type_AzureDiskVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("photonPersistentDisk"), SLICE_CONSTANT("PhotonPersistentDisk"), &kube_type_PhotonPersistentDiskVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("projected"), SLICE_CONSTANT("Projected"), &kube_type_ProjectedVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("portworxVolume"), SLICE_CONSTANT("PortworxVolume"), &kube_type_PortworxVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("scaleIO"), SLICE_CONSTANT("ScaleIO"), &kube_type_ScaleIOVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("storageos"), SLICE_CONSTANT("StorageOS"), &kube_type_StorageOSVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("csi"), SLICE_CONSTANT("CSI"), &kube_type_CSIVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("ephemeral"), SLICE_CONSTANT("Ephemeral"), &kube_type_EphemeralVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &kube_type_ImageVolumeSource, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_INLINE},
};
static const uint8_t kube_type_Volume_json_index[] = {
    0, 27, 18, 6, 0, 0, 0, 30, 2, 28, 5, 31, 0, 0, 0, 0, 13, 19, 20, 0, 0, 0, 0, 17,
    0, 7, 0, 0, 1, 0, 0, 0, 0, 12, 0, 26, 8, 0, 4, 10, 0, 0, 3, 21, 24, 0, 23, 29,
    16, 14, 0, 0, 0, 0, 0, 0, 25, 0, 11, 15, 0, 0, 9, 22,
};
static const uint8_t kube_type_Volume_go_index[] = {
    0, 12, 0, 26, 8, 0, 4, 10, 28, 0, 3, 21, 24, 0, 23, 29, 16, 14, 0, 0, 0, 0, 0, 0,
    25, 0, 11, 0, 0, 0, 9, 22, 0, 27, 18, 6, 0, 0, 0, 30, 2, 31, 5, 0, 0, 0, 0, 0,
    13, 19, 20, 0, 0, 0, 0, 17, 0, 7, 15, 0, 1, 0, 0, 0,
};
const struct type kube_type_Volume = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.Volume", .fields = kube_type_Volume_fields, .field_count = 31,
    .json_index = kube_type_Volume_json_index, .go_index = kube_type_Volume_go_index, .index_mask = 63};

static const struct type_field kube_type_VolumeDevice_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("devicePath"), SLICE_CONSTANT("DevicePath"), &type_string},
};
const struct type kube_type_VolumeDevice = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.VolumeDevice", .fields = kube_type_VolumeDevice_fields, .field_count = 2};

static const struct type_field kube_type_VolumeMount_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string},
    {SLICE_CONSTANT("readOnly"), SLICE_CONSTANT("ReadOnly"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("recursiveReadOnly"), SLICE_CONSTANT("RecursiveReadOnly"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mountPath"), SLICE_CONSTANT("MountPath"), &type_string},
    {SLICE_CONSTANT("subPath"), SLICE_CONSTANT("SubPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mountPropagation"), SLICE_CONSTANT("MountPropagation"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("subPathExpr"), SLICE_CONSTANT("SubPathExpr"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_VolumeMount_json_index[] = {
    0, 0, 4, 5, 7, 0, 0, 0, 0, 0, 2, 0, 1, 6, 0, 3,
};
static const uint8_t kube_type_VolumeMount_go_index[] = {
    0, 0, 4, 5, 7, 0, 0, 0, 0, 0, 2, 0, 1, 6, 0, 3,
};
const struct type kube_type_VolumeMount = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.VolumeMount", .fields = kube_type_VolumeMount_fields, .field_count = 7,
    .json_index = kube_type_VolumeMount_json_index, .go_index = kube_type_VolumeMount_go_index, .index_mask = 15};

static const struct type_field kube_type_VolumeProjection_fields[] = {
    {SLICE_CONSTANT("secret"), SLICE_CONSTANT("Secret"), &kube_type_SecretProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("downwardAPI"), SLICE_CONSTANT("DownwardAPI"), &kube_type_DownwardAPIProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("configMap"), SLICE_CONSTANT("ConfigMap"), &kube_type_ConfigMapProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceAccountToken"), SLICE_CONSTANT("ServiceAccountToken"), &kube_type_ServiceAccountTokenProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("clusterTrustBundle"), SLICE_CONSTANT("ClusterTrustBundle"), &kube_type_ClusterTrustBundleProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("podCertificate"), SLICE_CONSTANT("PodCertificate"), &kube_type_PodCertificateProjection, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t kube_type_VolumeProjection_json_index[] = {
    0, 3, 0, 0, 6, 5, 0, 2, 4, 1, 0, 0, 0, 0, 0, 0,
};
static const uint8_t kube_type_VolumeProjection_go_index[] = {
    0, 3, 0, 0, 6, 5, 0, 2, 4, 1, 0, 0, 0, 0, 0, 0,
};
const struct type kube_type_VolumeProjection = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.VolumeProjection", .fields = kube_type_VolumeProjection_fields, .field_count = 6,
    .json_index = kube_type_VolumeProjection_json_index, .go_index = kube_type_VolumeProjection_go_index, .index_mask = 15};

static const struct type_field kube_type_VolumeResourceRequirements_fields[] = {
    {SLICE_CONSTANT("limits"), SLICE_CONSTANT("Limits"), &map_of_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("requests"), SLICE_CONSTANT("Requests"), &map_of_quantity, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_VolumeResourceRequirements = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.VolumeResourceRequirements", .fields = kube_type_VolumeResourceRequirements_fields, .field_count = 2};

static const struct type_field kube_type_VsphereVirtualDiskVolumeSource_fields[] = {
    {SLICE_CONSTANT("volumePath"), SLICE_CONSTANT("VolumePath"), &type_string},
    {SLICE_CONSTANT("fsType"), SLICE_CONSTANT("FSType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("storagePolicyName"), SLICE_CONSTANT("StoragePolicyName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("storagePolicyID"), SLICE_CONSTANT("StoragePolicyID"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_VsphereVirtualDiskVolumeSource = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource", .fields = kube_type_VsphereVirtualDiskVolumeSource_fields, .field_count = 4};

static const struct type_field kube_type_WebhookClientConfig_fields[] = {
    {SLICE_CONSTANT("url"), SLICE_CONSTANT("URL"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &kube_type_ServiceReference, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("caBundle"), SLICE_CONSTANT("CABundle"), &type_bytes, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_WebhookClientConfig = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.admissionregistration.v1.WebhookClientConfig", .fields = kube_type_WebhookClientConfig_fields, .field_count = 3};

static const struct type_field kube_type_WeightedPodAffinityTerm_fields[] = {
    {SLICE_CONSTANT("weight"), SLICE_CONSTANT("Weight"), &type_int32},
    {SLICE_CONSTANT("podAffinityTerm"), SLICE_CONSTANT("PodAffinityTerm"), &kube_type_PodAffinityTerm},
};
const struct type kube_type_WeightedPodAffinityTerm = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.WeightedPodAffinityTerm", .fields = kube_type_WeightedPodAffinityTerm_fields, .field_count = 2};

static const struct type_field kube_type_WindowsSecurityContextOptions_fields[] = {
    {SLICE_CONSTANT("gmsaCredentialSpecName"), SLICE_CONSTANT("GMSACredentialSpecName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("gmsaCredentialSpec"), SLICE_CONSTANT("GMSACredentialSpec"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runAsUserName"), SLICE_CONSTANT("RunAsUserName"), &type_string, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("hostProcess"), SLICE_CONSTANT("HostProcess"), &type_bool, .flags = TYPE_FIELD_POINTER | TYPE_FIELD_OMIT_EMPTY},
};
const struct type kube_type_WindowsSecurityContextOptions = {
    .kind = TYPE_STRUCT, .name = "io.k8s.api.core.v1.WindowsSecurityContextOptions", .fields = kube_type_WindowsSecurityContextOptions_fields, .field_count = 4};
