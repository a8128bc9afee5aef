/* Written by tools/generate/mesh_types.py: do not edit. */
#include "kube/mesh_types.h"

const struct slice mesh_defaults_json = SLICE_CONSTANT(
    "{" "\"connectTimeout\":\"10s\""
    "," "\"defaultConfig\":{\"binaryPath\":\"/usr/local/bin/envoy\",\"configPath\":\"./etc/istio/proxy\",\"controlPlaneAuthPolicy\":\"MUTUAL_TLS\",\"discoveryAddress\":\"istiod.istio-system.svc:15012\",\"drainDuration\":\"45s\",\"proxyAdminPort\":15000,\"serviceCluster\":\"istio-proxy\",\"statNameLength\":189,\"statusPort\":15020,\"terminationDrainDuration\":\"5s\"}"
    "," "\"defaultDestinationRuleExportTo\":[\"*\"]"
    "," "\"defaultProviders\":{}"
    "," "\"defaultServiceExportTo\":[\"*\"]"
    "," "\"defaultVirtualServiceExportTo\":[\"*\"]"
    "," "\"dnsRefreshRate\":\"60s\""
    "," "\"enableAutoMtls\":true"
    "," "\"enablePrometheusMerge\":true"
    "," "\"enableTracing\":true"
    "," "\"extensionProviders\":[{\"name\":\"prometheus\",\"prometheus\":{}},{\"name\":\"stackdriver\",\"stackdriver\":{}},{\"envoyFileAccessLog\":{\"path\":\"/dev/stdout\"},\"name\":\"envoy\"}]"
    "," "\"inboundTrafficPolicy\":{}"
    "," "\"ingressClass\":\"istio\""
    "," "\"ingressControllerMode\":\"STRICT\""
    "," "\"ingressService\":\"istio-ingressgateway\""
    "," "\"localityLbSetting\":{\"enabled\":true}"
    "," "\"outboundTrafficPolicy\":{\"mode\":\"ALLOW_ANY\"}"
    "," "\"protocolDetectionTimeout\":\"0s\""
    "," "\"proxyInboundListenPort\":15006"
    "," "\"proxyListenPort\":15001"
    "," "\"rootNamespace\":\"istio-system\""
    "," "\"trustDomain\":\"cluster.local\""
    "}");
const struct slice mesh_1_0_defaults_json = SLICE_CONSTANT(
    "{" "\"proxyListenPort\":15001"
    "," "\"connectTimeout\":\"1s\""
    "," "\"ingressClass\":\"istio\""
    "," "\"ingressControllerMode\":\"STRICT\""
    "," "\"enableTracing\":true"
    "," "\"accessLogFile\":\"/dev/stdout\""
    "," "\"sdsRefreshDelay\":\"15s\""
    "," "\"defaultConfig\":{\"configPath\":\"/etc/istio/proxy\",\"binaryPath\":\"/usr/local/bin/envoy\",\"serviceCluster\":\"istio-proxy\",\"drainDuration\":\"2s\",\"parentShutdownDuration\":\"3s\",\"discoveryAddress\":\"istio-pilot:15007\",\"discoveryRefreshDelay\":\"1s\",\"connectTimeout\":\"1s\",\"proxyAdminPort\":15000,\"statNameLength\":189}"
    "}");
static const struct type type_any = {.kind = TYPE_ANY, .name = "anything"};
static const struct type type_bool = {.kind = TYPE_BOOL, .name = "a boolean"};
static const struct type type_duration = {.kind = TYPE_DURATION, .name = "a duration"};
static const struct type type_float64 = {.kind = TYPE_FLOAT64, .name = "a number"};
static const struct type type_int32 = {.kind = TYPE_INT32, .name = "a 32-bit integer"};
static const struct type type_int64 = {.kind = TYPE_INT64, .name = "a 64-bit integer"};
static const struct type type_string = {.kind = TYPE_STRING, .name = "a string"};
static const struct type type_uint32 = {.kind = TYPE_UINT32, .name = "a 32-bit integer without sign"};
static const struct type_enum_value mesh_1_0_type_AuthenticationPolicy_values[] = {
    {SLICE_CONSTANT("NONE"), 0},
    {SLICE_CONSTANT("MUTUAL_TLS"), 1},
    {SLICE_CONSTANT("INHERIT"), 1000},
};
static const struct type mesh_1_0_type_AuthenticationPolicy = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.AuthenticationPolicy", .values = mesh_1_0_type_AuthenticationPolicy_values, .value_count = 3};
static const struct type_enum_value mesh_1_0_type_MeshConfig_AuthPolicy_values[] = {
    {SLICE_CONSTANT("NONE"), 0},
    {SLICE_CONSTANT("MUTUAL_TLS"), 1},
};
static const struct type mesh_1_0_type_MeshConfig_AuthPolicy = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.AuthPolicy", .values = mesh_1_0_type_MeshConfig_AuthPolicy_values, .value_count = 2};
static const struct type_enum_value mesh_1_0_type_MeshConfig_IngressControllerMode_values[] = {
    {SLICE_CONSTANT("OFF"), 0},
    {SLICE_CONSTANT("DEFAULT"), 1},
    {SLICE_CONSTANT("STRICT"), 2},
};
static const struct type mesh_1_0_type_MeshConfig_IngressControllerMode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.IngressControllerMode", .values = mesh_1_0_type_MeshConfig_IngressControllerMode_values, .value_count = 3};
static const struct type_enum_value mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_Mode_values[] = {
    {SLICE_CONSTANT("REGISTRY_ONLY"), 0},
    {SLICE_CONSTANT("ALLOW_ANY"), 1},
};
static const struct type mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_Mode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode", .values = mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_Mode_values, .value_count = 2};
static const struct type_enum_value mesh_1_0_type_ProxyConfig_InboundInterceptionMode_values[] = {
    {SLICE_CONSTANT("REDIRECT"), 0},
    {SLICE_CONSTANT("TPROXY"), 1},
};
static const struct type mesh_1_0_type_ProxyConfig_InboundInterceptionMode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.InboundInterceptionMode", .values = mesh_1_0_type_ProxyConfig_InboundInterceptionMode_values, .value_count = 2};
static const struct type_enum_value mesh_type_AuthenticationPolicy_values[] = {
    {SLICE_CONSTANT("NONE"), 0},
    {SLICE_CONSTANT("MUTUAL_TLS"), 1},
    {SLICE_CONSTANT("INHERIT"), 1000},
};
static const struct type mesh_type_AuthenticationPolicy = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.AuthenticationPolicy", .values = mesh_type_AuthenticationPolicy_values, .value_count = 3};
static const struct type_enum_value mesh_type_ClientTLSSettings_TLSmode_values[] = {
    {SLICE_CONSTANT("DISABLE"), 0},
    {SLICE_CONSTANT("SIMPLE"), 1},
    {SLICE_CONSTANT("MUTUAL"), 2},
    {SLICE_CONSTANT("ISTIO_MUTUAL"), 3},
};
static const struct type mesh_type_ClientTLSSettings_TLSmode = {.kind = TYPE_ENUM, .name = "istio.networking.v1alpha3.ClientTLSSettings.TLSmode", .values = mesh_type_ClientTLSSettings_TLSmode_values, .value_count = 4};
static const struct type_enum_value mesh_type_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy_values[] = {
    {SLICE_CONSTANT("DEFAULT"), 0},
    {SLICE_CONSTANT("DO_NOT_UPGRADE"), 1},
    {SLICE_CONSTANT("UPGRADE"), 2},
};
static const struct type mesh_type_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy = {.kind = TYPE_ENUM, .name = "istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy", .values = mesh_type_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy_values, .value_count = 3};
static const struct type_enum_value mesh_type_ForwardClientCertDetails_values[] = {
    {SLICE_CONSTANT("UNDEFINED"), 0},
    {SLICE_CONSTANT("SANITIZE"), 1},
    {SLICE_CONSTANT("FORWARD_ONLY"), 2},
    {SLICE_CONSTANT("APPEND_FORWARD"), 3},
    {SLICE_CONSTANT("SANITIZE_SET"), 4},
    {SLICE_CONSTANT("ALWAYS_FORWARD_ONLY"), 5},
};
static const struct type mesh_type_ForwardClientCertDetails = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ForwardClientCertDetails", .values = mesh_type_ForwardClientCertDetails_values, .value_count = 6};
static const struct type_enum_value mesh_type_MeshConfig_AccessLogEncoding_values[] = {
    {SLICE_CONSTANT("TEXT"), 0},
    {SLICE_CONSTANT("JSON"), 1},
};
static const struct type mesh_type_MeshConfig_AccessLogEncoding = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.AccessLogEncoding", .values = mesh_type_MeshConfig_AccessLogEncoding_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext_values[] = {
    {SLICE_CONSTANT("UNSPECIFIED"), 0},
    {SLICE_CONSTANT("W3C_TRACE_CONTEXT"), 1},
    {SLICE_CONSTANT("GRPC_BIN"), 2},
    {SLICE_CONSTANT("CLOUD_TRACE_CONTEXT"), 3},
    {SLICE_CONSTANT("B3"), 4},
};
static const struct type mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider.TraceContext", .values = mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext_values, .value_count = 5};
static const struct type_enum_value mesh_type_MeshConfig_ExtensionProvider_ServiceAttributeEnrichment_values[] = {
    {SLICE_CONSTANT("ISTIO_CANONICAL"), 0},
    {SLICE_CONSTANT("OTEL_SEMANTIC_CONVENTIONS"), 1},
};
static const struct type mesh_type_MeshConfig_ExtensionProvider_ServiceAttributeEnrichment = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ServiceAttributeEnrichment", .values = mesh_type_MeshConfig_ExtensionProvider_ServiceAttributeEnrichment_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption_values[] = {
    {SLICE_CONSTANT("USE_B3"), 0},
    {SLICE_CONSTANT("USE_B3_WITH_W3C_PROPAGATION"), 1},
};
static const struct type mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider.TraceContextOption", .values = mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_H2UpgradePolicy_values[] = {
    {SLICE_CONSTANT("DO_NOT_UPGRADE"), 0},
    {SLICE_CONSTANT("UPGRADE"), 1},
};
static const struct type mesh_type_MeshConfig_H2UpgradePolicy = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.H2UpgradePolicy", .values = mesh_type_MeshConfig_H2UpgradePolicy_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_InboundTrafficPolicy_Mode_values[] = {
    {SLICE_CONSTANT("PASSTHROUGH"), 0},
    {SLICE_CONSTANT("LOCALHOST"), 1},
};
static const struct type mesh_type_MeshConfig_InboundTrafficPolicy_Mode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.InboundTrafficPolicy.Mode", .values = mesh_type_MeshConfig_InboundTrafficPolicy_Mode_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_IngressControllerMode_values[] = {
    {SLICE_CONSTANT("UNSPECIFIED"), 0},
    {SLICE_CONSTANT("OFF"), 1},
    {SLICE_CONSTANT("DEFAULT"), 2},
    {SLICE_CONSTANT("STRICT"), 3},
};
static const struct type mesh_type_MeshConfig_IngressControllerMode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.IngressControllerMode", .values = mesh_type_MeshConfig_IngressControllerMode_values, .value_count = 4};
static const struct type_enum_value mesh_type_MeshConfig_OutboundTrafficPolicy_Mode_values[] = {
    {SLICE_CONSTANT("REGISTRY_ONLY"), 0},
    {SLICE_CONSTANT("ALLOW_ANY"), 1},
    {SLICE_CONSTANT("ALLOW_ANY_DYNAMIC_DNS"), 3},
};
static const struct type mesh_type_MeshConfig_OutboundTrafficPolicy_Mode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode", .values = mesh_type_MeshConfig_OutboundTrafficPolicy_Mode_values, .value_count = 3};
static const struct type_enum_value mesh_type_MeshConfig_ProxyPathNormalization_NormalizationType_values[] = {
    {SLICE_CONSTANT("DEFAULT"), 0},
    {SLICE_CONSTANT("NONE"), 1},
    {SLICE_CONSTANT("BASE"), 2},
    {SLICE_CONSTANT("MERGE_SLASHES"), 3},
    {SLICE_CONSTANT("DECODE_AND_MERGE_SLASHES"), 4},
};
static const struct type mesh_type_MeshConfig_ProxyPathNormalization_NormalizationType = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType", .values = mesh_type_MeshConfig_ProxyPathNormalization_NormalizationType_values, .value_count = 5};
static const struct type_enum_value mesh_type_MeshConfig_ServiceScopeConfigs_Scope_values[] = {
    {SLICE_CONSTANT("LOCAL"), 0},
    {SLICE_CONSTANT("GLOBAL"), 1},
};
static const struct type mesh_type_MeshConfig_ServiceScopeConfigs_Scope = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.ServiceScopeConfigs.Scope", .values = mesh_type_MeshConfig_ServiceScopeConfigs_Scope_values, .value_count = 2};
static const struct type_enum_value mesh_type_MeshConfig_TLSConfig_TLSProtocol_values[] = {
    {SLICE_CONSTANT("TLS_AUTO"), 0},
    {SLICE_CONSTANT("TLSV1_2"), 1},
    {SLICE_CONSTANT("TLSV1_3"), 2},
};
static const struct type mesh_type_MeshConfig_TLSConfig_TLSProtocol = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.MeshConfig.TLSConfig.TLSProtocol", .values = mesh_type_MeshConfig_TLSConfig_TLSProtocol_values, .value_count = 3};
static const struct type_enum_value mesh_type_ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction_values[] = {
    {SLICE_CONSTANT("HEADERS_WITH_UNDERSCORES_UNSPECIFIED"), 0},
    {SLICE_CONSTANT("HEADERS_WITH_UNDERSCORES_ALLOW"), 1},
    {SLICE_CONSTANT("HEADERS_WITH_UNDERSCORES_REJECT_REQUEST"), 2},
    {SLICE_CONSTANT("HEADERS_WITH_UNDERSCORES_DROP_HEADER"), 3},
};
static const struct type mesh_type_ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings.HeadersWithUnderscoresAction", .values = mesh_type_ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction_values, .value_count = 4};
static const struct type_enum_value mesh_type_ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction_values[] = {
    {SLICE_CONSTANT("PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED"), 0},
    {SLICE_CONSTANT("KEEP_UNCHANGED"), 1},
    {SLICE_CONSTANT("REJECT_REQUEST"), 2},
    {SLICE_CONSTANT("UNESCAPE_AND_REDIRECT"), 3},
    {SLICE_CONSTANT("UNESCAPE_AND_FORWARD"), 4},
};
static const struct type mesh_type_ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings.PathWithEscapedSlashesAction", .values = mesh_type_ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction_values, .value_count = 5};
static const struct type_enum_value mesh_type_ProxyConfig_ConnectionSettings_Profile_values[] = {
    {SLICE_CONSTANT("SIDECAR"), 0},
    {SLICE_CONSTANT("EDGE"), 1},
};
static const struct type mesh_type_ProxyConfig_ConnectionSettings_Profile = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings.Profile", .values = mesh_type_ProxyConfig_ConnectionSettings_Profile_values, .value_count = 2};
static const struct type_enum_value mesh_type_ProxyConfig_InboundInterceptionMode_values[] = {
    {SLICE_CONSTANT("REDIRECT"), 0},
    {SLICE_CONSTANT("TPROXY"), 1},
    {SLICE_CONSTANT("NONE"), 2},
};
static const struct type mesh_type_ProxyConfig_InboundInterceptionMode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.InboundInterceptionMode", .values = mesh_type_ProxyConfig_InboundInterceptionMode_values, .value_count = 3};
static const struct type_enum_value mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeMode_values[] = {
    {SLICE_CONSTANT("UNDEFINED"), 0},
    {SLICE_CONSTANT("IN_MESH"), 1},
};
static const struct type mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeMode = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeMode", .values = mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeMode_values, .value_count = 2};
static const struct type_enum_value mesh_type_ProxyConfig_TracingServiceName_values[] = {
    {SLICE_CONSTANT("APP_LABEL_AND_NAMESPACE"), 0},
    {SLICE_CONSTANT("CANONICAL_NAME_ONLY"), 1},
    {SLICE_CONSTANT("CANONICAL_NAME_AND_NAMESPACE"), 2},
};
static const struct type mesh_type_ProxyConfig_TracingServiceName = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ProxyConfig.TracingServiceName", .values = mesh_type_ProxyConfig_TracingServiceName_values, .value_count = 3};
static const struct type_enum_value mesh_type_Resource_values[] = {
    {SLICE_CONSTANT("SERVICE_REGISTRY"), 0},
};
static const struct type mesh_type_Resource = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.Resource", .values = mesh_type_Resource_values, .value_count = 1};
static const struct type_enum_value mesh_type_ServiceEntryVisibility_Visibility_values[] = {
    {SLICE_CONSTANT("VISIBILITY_UNSPECIFIED"), 0},
    {SLICE_CONSTANT("NONE"), 1},
    {SLICE_CONSTANT("NAMESPACE"), 2},
    {SLICE_CONSTANT("PUBLIC"), 3},
};
static const struct type mesh_type_ServiceEntryVisibility_Visibility = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.ServiceEntryVisibility.Visibility", .values = mesh_type_ServiceEntryVisibility_Visibility_values, .value_count = 4};
static const struct type_enum_value mesh_type_Tracing_OpenCensusAgent_TraceContext_values[] = {
    {SLICE_CONSTANT("UNSPECIFIED"), 0},
    {SLICE_CONSTANT("W3C_TRACE_CONTEXT"), 1},
    {SLICE_CONSTANT("GRPC_BIN"), 2},
    {SLICE_CONSTANT("CLOUD_TRACE_CONTEXT"), 3},
    {SLICE_CONSTANT("B3"), 4},
};
static const struct type mesh_type_Tracing_OpenCensusAgent_TraceContext = {.kind = TYPE_ENUM, .name = "istio.mesh.v1alpha1.Tracing.OpenCensusAgent.TraceContext", .values = mesh_type_Tracing_OpenCensusAgent_TraceContext_values, .value_count = 5};
static const struct type list_of_mesh_1_0_type_ConfigSource = {.kind = TYPE_LIST, .name = "a list of ConfigSource", .element = &mesh_1_0_type_ConfigSource};
static const struct type list_of_mesh_type_Certificate = {.kind = TYPE_LIST, .name = "a list of Certificate", .element = &mesh_type_Certificate};
static const struct type list_of_mesh_type_ConfigSource = {.kind = TYPE_LIST, .name = "a list of ConfigSource", .element = &mesh_type_ConfigSource};
static const struct type list_of_mesh_type_HTTPHeader = {.kind = TYPE_LIST, .name = "a list of HTTPHeader", .element = &mesh_type_HTTPHeader};
static const struct type list_of_mesh_type_LabelSelector = {.kind = TYPE_LIST, .name = "a list of LabelSelector", .element = &mesh_type_LabelSelector};
static const struct type list_of_mesh_type_LabelSelectorRequirement = {.kind = TYPE_LIST, .name = "a list of LabelSelectorRequirement", .element = &mesh_type_LabelSelectorRequirement};
static const struct type list_of_mesh_type_LocalityLoadBalancerSetting_Distribute = {.kind = TYPE_LIST, .name = "a list of Distribute", .element = &mesh_type_LocalityLoadBalancerSetting_Distribute};
static const struct type list_of_mesh_type_LocalityLoadBalancerSetting_Failover = {.kind = TYPE_LIST, .name = "a list of Failover", .element = &mesh_type_LocalityLoadBalancerSetting_Failover};
static const struct type list_of_mesh_type_MeshConfig_CertificateData = {.kind = TYPE_LIST, .name = "a list of CertificateData", .element = &mesh_type_MeshConfig_CertificateData};
static const struct type list_of_mesh_type_MeshConfig_ExtensionProvider = {.kind = TYPE_LIST, .name = "a list of ExtensionProvider", .element = &mesh_type_MeshConfig_ExtensionProvider};
static const struct type list_of_mesh_type_MeshConfig_ExtensionProvider_HttpHeader = {.kind = TYPE_LIST, .name = "a list of HttpHeader", .element = &mesh_type_MeshConfig_ExtensionProvider_HttpHeader};
static const struct type list_of_mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext = {.kind = TYPE_LIST, .name = "a list of TraceContext", .element = &mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext};
static const struct type list_of_mesh_type_MeshConfig_ServiceScopeConfigs = {.kind = TYPE_LIST, .name = "a list of ServiceScopeConfigs", .element = &mesh_type_MeshConfig_ServiceScopeConfigs};
static const struct type list_of_mesh_type_MeshConfig_ServiceSettings = {.kind = TYPE_LIST, .name = "a list of ServiceSettings", .element = &mesh_type_MeshConfig_ServiceSettings};
static const struct type list_of_mesh_type_Resource = {.kind = TYPE_LIST, .name = "a list of Resource", .element = &mesh_type_Resource};
static const struct type list_of_mesh_type_ServiceEntryVisibility_MatchRule = {.kind = TYPE_LIST, .name = "a list of MatchRule", .element = &mesh_type_ServiceEntryVisibility_MatchRule};
static const struct type list_of_mesh_type_ServiceEntryVisibility_Policy = {.kind = TYPE_LIST, .name = "a list of Policy", .element = &mesh_type_ServiceEntryVisibility_Policy};
static const struct type list_of_mesh_type_Tracing_OpenCensusAgent_TraceContext = {.kind = TYPE_LIST, .name = "a list of TraceContext", .element = &mesh_type_Tracing_OpenCensusAgent_TraceContext};
static const struct type list_of_mesh_type_ZoneAwareLoadBalancerSetting_Failover = {.kind = TYPE_LIST, .name = "a list of Failover", .element = &mesh_type_ZoneAwareLoadBalancerSetting_Failover};
static const struct type list_of_string = {.kind = TYPE_LIST, .name = "a list of strings", .element = &type_string};
static const struct type list_of_uint32 = {.kind = TYPE_LIST, .name = "a list of 32-bit integer without signs", .element = &type_uint32};
static const struct type map_of_mesh_type_Tracing_CustomTag = {.kind = TYPE_MAP, .name = "an object of CustomTag", .element = &mesh_type_Tracing_CustomTag};
static const struct type map_of_string = {.kind = TYPE_MAP, .name = "an object of strings", .element = &type_string};
static const struct type map_of_uint32 = {.kind = TYPE_MAP, .name = "an object of 32-bit integer without signs", .element = &type_uint32};
static const struct type wrapper_of_bool = {.kind = TYPE_WRAPPER, .name = "a boolean", .element = &type_bool};
static const struct type wrapper_of_int32 = {.kind = TYPE_WRAPPER, .name = "a 32-bit integer", .element = &type_int32};
static const struct type wrapper_of_int64 = {.kind = TYPE_WRAPPER, .name = "a 64-bit integer", .element = &type_int64};
static const struct type wrapper_of_uint32 = {.kind = TYPE_WRAPPER, .name = "a 32-bit integer without sign", .element = &type_uint32};

static const struct type_field mesh_1_0_type_ConfigSource_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_1_0_type_ConfigSource = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ConfigSource", .fields = mesh_1_0_type_ConfigSource_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_1_0_type_MeshConfig_fields[] = {
    {SLICE_CONSTANT("mixerCheckServer"), SLICE_CONSTANT("MixerCheckServer"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("mixerReportServer"), SLICE_CONSTANT("MixerReportServer"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("disablePolicyChecks"), SLICE_CONSTANT("DisablePolicyChecks"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("policyCheckFailOpen"), SLICE_CONSTANT("PolicyCheckFailOpen"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyListenPort"), SLICE_CONSTANT("ProxyListenPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyHttpPort"), SLICE_CONSTANT("ProxyHttpPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("connectTimeout"), SLICE_CONSTANT("ConnectTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("ingressClass"), SLICE_CONSTANT("IngressClass"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ingressService"), SLICE_CONSTANT("IngressService"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ingressControllerMode"), SLICE_CONSTANT("IngressControllerMode"), &mesh_1_0_type_MeshConfig_IngressControllerMode, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("authPolicy"), SLICE_CONSTANT("AuthPolicy"), &mesh_1_0_type_MeshConfig_AuthPolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rdsRefreshDelay"), SLICE_CONSTANT("RdsRefreshDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("enableTracing"), SLICE_CONSTANT("EnableTracing"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessLogFile"), SLICE_CONSTANT("AccessLogFile"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultConfig"), SLICE_CONSTANT("DefaultConfig"), &mesh_1_0_type_ProxyConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("mixerAddress"), SLICE_CONSTANT("MixerAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("outboundTrafficPolicy"), SLICE_CONSTANT("OutboundTrafficPolicy"), &mesh_1_0_type_MeshConfig_OutboundTrafficPolicy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("enableClientSidePolicyCheck"), SLICE_CONSTANT("EnableClientSidePolicyCheck"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sdsUdsPath"), SLICE_CONSTANT("SdsUdsPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sdsRefreshDelay"), SLICE_CONSTANT("SdsRefreshDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("configSources"), SLICE_CONSTANT("ConfigSources"), &list_of_mesh_1_0_type_ConfigSource, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enableSdsTokenMount"), SLICE_CONSTANT("EnableSdsTokenMount"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_1_0_type_MeshConfig_json_index[] = {
    0, 0, 0, 14, 1, 0, 21, 0, 0, 0, 19, 0, 22, 0, 4, 0, 0, 12, 0, 0, 20, 0, 0, 2,
    0, 9, 0, 0, 3, 0, 0, 0, 5, 13, 0, 6, 7, 11, 0, 0, 0, 0, 0, 0, 0, 0, 17, 0,
    0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 18, 0, 15, 16,
};
static const uint8_t mesh_1_0_type_MeshConfig_go_index[] = {
    5, 13, 0, 6, 7, 11, 0, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 8, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 10, 18, 0, 15, 16, 0, 0, 0, 14, 1, 0, 21, 0, 0, 0, 19, 0, 22, 0, 4, 0,
    0, 12, 0, 0, 20, 0, 0, 2, 0, 9, 0, 0, 3, 0, 0, 0,
};
const struct type mesh_1_0_type_MeshConfig = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig", .fields = mesh_1_0_type_MeshConfig_fields, .field_count = 22,
    .json_index = mesh_1_0_type_MeshConfig_json_index, .go_index = mesh_1_0_type_MeshConfig_go_index, .index_mask = 63,
    .is_message = true};

static const struct type_field mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_Mode, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_1_0_type_MeshConfig_OutboundTrafficPolicy = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy", .fields = mesh_1_0_type_MeshConfig_OutboundTrafficPolicy_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_1_0_type_ProxyConfig_fields[] = {
    {SLICE_CONSTANT("configPath"), SLICE_CONSTANT("ConfigPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("binaryPath"), SLICE_CONSTANT("BinaryPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceCluster"), SLICE_CONSTANT("ServiceCluster"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("drainDuration"), SLICE_CONSTANT("DrainDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("parentShutdownDuration"), SLICE_CONSTANT("ParentShutdownDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("discoveryAddress"), SLICE_CONSTANT("DiscoveryAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("discoveryRefreshDelay"), SLICE_CONSTANT("DiscoveryRefreshDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("zipkinAddress"), SLICE_CONSTANT("ZipkinAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("connectTimeout"), SLICE_CONSTANT("ConnectTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("statsdUdpAddress"), SLICE_CONSTANT("StatsdUdpAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyAdminPort"), SLICE_CONSTANT("ProxyAdminPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("availabilityZone"), SLICE_CONSTANT("AvailabilityZone"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("controlPlaneAuthPolicy"), SLICE_CONSTANT("ControlPlaneAuthPolicy"), &mesh_1_0_type_AuthenticationPolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("customConfigFile"), SLICE_CONSTANT("CustomConfigFile"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statNameLength"), SLICE_CONSTANT("StatNameLength"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("concurrency"), SLICE_CONSTANT("Concurrency"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyBootstrapTemplatePath"), SLICE_CONSTANT("ProxyBootstrapTemplatePath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("interceptionMode"), SLICE_CONSTANT("InterceptionMode"), &mesh_1_0_type_ProxyConfig_InboundInterceptionMode, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_1_0_type_ProxyConfig_json_index[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 7, 0, 0, 0, 13, 0, 0,
    18, 8, 0, 0, 0, 0, 0, 0, 14, 0, 0, 9, 6, 16, 0, 0, 3, 0, 0, 0, 0, 0, 0, 5,
    0, 0, 4, 11, 0, 0, 0, 0, 10, 12, 15, 0, 0, 2, 17, 0,
};
static const uint8_t mesh_1_0_type_ProxyConfig_go_index[] = {
    14, 0, 0, 9, 6, 16, 0, 0, 3, 0, 0, 0, 0, 0, 0, 5, 0, 0, 4, 11, 0, 0, 0, 0,
    10, 12, 15, 0, 0, 2, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
    0, 7, 0, 0, 0, 13, 0, 0, 18, 8, 0, 0, 0, 0, 0, 0,
};
const struct type mesh_1_0_type_ProxyConfig = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig", .fields = mesh_1_0_type_ProxyConfig_fields, .field_count = 18,
    .json_index = mesh_1_0_type_ProxyConfig_json_index, .go_index = mesh_1_0_type_ProxyConfig_go_index, .index_mask = 63,
    .is_message = true};

static const struct type_field mesh_type_Certificate_fields[] = {
    {SLICE_CONSTANT("secretName"), SLICE_CONSTANT("SecretName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dnsNames"), SLICE_CONSTANT("DnsNames"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Certificate = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Certificate", .fields = mesh_type_Certificate_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ClientTLSSettings_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mesh_type_ClientTLSSettings_TLSmode, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("clientCertificate"), SLICE_CONSTANT("ClientCertificate"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("privateKey"), SLICE_CONSTANT("PrivateKey"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("caCertificates"), SLICE_CONSTANT("CaCertificates"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("credentialName"), SLICE_CONSTANT("CredentialName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("subjectAltNames"), SLICE_CONSTANT("SubjectAltNames"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sni"), SLICE_CONSTANT("Sni"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("insecureSkipVerify"), SLICE_CONSTANT("InsecureSkipVerify"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("caCrl"), SLICE_CONSTANT("CaCrl"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_ClientTLSSettings_json_index[] = {
    1, 0, 0, 0, 0, 0, 0, 3, 0, 7, 0, 2, 0, 0, 0, 0, 4, 8, 6, 0, 0, 0, 0, 0,
    0, 0, 0, 9, 0, 5, 0, 0,
};
static const uint8_t mesh_type_ClientTLSSettings_go_index[] = {
    1, 0, 0, 0, 0, 0, 0, 3, 0, 7, 0, 2, 0, 0, 0, 0, 4, 8, 6, 0, 0, 0, 0, 0,
    0, 0, 0, 9, 0, 5, 0, 0,
};
const struct type mesh_type_ClientTLSSettings = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ClientTLSSettings", .fields = mesh_type_ClientTLSSettings_fields, .field_count = 9,
    .json_index = mesh_type_ClientTLSSettings_json_index, .go_index = mesh_type_ClientTLSSettings_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_ConfigSource_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tlsSettings"), SLICE_CONSTANT("TlsSettings"), &mesh_type_ClientTLSSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("subscribedResources"), SLICE_CONSTANT("SubscribedResources"), &list_of_mesh_type_Resource, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ConfigSource = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ConfigSource", .fields = mesh_type_ConfigSource_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_ConnectionPoolSettings_fields[] = {
    {SLICE_CONSTANT("tcp"), SLICE_CONSTANT("Tcp"), &mesh_type_ConnectionPoolSettings_TCPSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("http"), SLICE_CONSTANT("Http"), &mesh_type_ConnectionPoolSettings_HTTPSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ConnectionPoolSettings = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ConnectionPoolSettings", .fields = mesh_type_ConnectionPoolSettings_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ConnectionPoolSettings_HTTPSettings_fields[] = {
    {SLICE_CONSTANT("http1MaxPendingRequests"), SLICE_CONSTANT("Http1MaxPendingRequests"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("http2MaxRequests"), SLICE_CONSTANT("Http2MaxRequests"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxRequestsPerConnection"), SLICE_CONSTANT("MaxRequestsPerConnection"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxRetries"), SLICE_CONSTANT("MaxRetries"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("idleTimeout"), SLICE_CONSTANT("IdleTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("h2UpgradePolicy"), SLICE_CONSTANT("H2UpgradePolicy"), &mesh_type_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("useClientProtocol"), SLICE_CONSTANT("UseClientProtocol"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxConcurrentStreams"), SLICE_CONSTANT("MaxConcurrentStreams"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("http2KeepAlive"), SLICE_CONSTANT("Http2KeepAlive"), &mesh_type_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ConnectionPoolSettings_HTTPSettings_json_index[] = {
    4, 0, 6, 0, 0, 5, 7, 8, 9, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 2, 0, 0, 1, 0, 0, 0,
};
static const uint8_t mesh_type_ConnectionPoolSettings_HTTPSettings_go_index[] = {
    4, 0, 6, 0, 0, 5, 7, 8, 9, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 2, 0, 0, 1, 0, 0, 0,
};
const struct type mesh_type_ConnectionPoolSettings_HTTPSettings = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings", .fields = mesh_type_ConnectionPoolSettings_HTTPSettings_fields, .field_count = 9,
    .json_index = mesh_type_ConnectionPoolSettings_HTTPSettings_json_index, .go_index = mesh_type_ConnectionPoolSettings_HTTPSettings_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive_fields[] = {
    {SLICE_CONSTANT("interval"), SLICE_CONSTANT("Interval"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.ConnectionKeepalive", .fields = mesh_type_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ConnectionPoolSettings_TCPSettings_fields[] = {
    {SLICE_CONSTANT("maxConnections"), SLICE_CONSTANT("MaxConnections"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("connectTimeout"), SLICE_CONSTANT("ConnectTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("tcpKeepalive"), SLICE_CONSTANT("TcpKeepalive"), &mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxConnectionDuration"), SLICE_CONSTANT("MaxConnectionDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("idleTimeout"), SLICE_CONSTANT("IdleTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ConnectionPoolSettings_TCPSettings_json_index[] = {
    0, 0, 0, 2, 0, 5, 0, 0, 0, 3, 4, 0, 0, 1, 0, 0,
};
static const uint8_t mesh_type_ConnectionPoolSettings_TCPSettings_go_index[] = {
    0, 0, 0, 2, 0, 5, 0, 0, 0, 3, 4, 0, 0, 1, 0, 0,
};
const struct type mesh_type_ConnectionPoolSettings_TCPSettings = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ConnectionPoolSettings.TCPSettings", .fields = mesh_type_ConnectionPoolSettings_TCPSettings_fields, .field_count = 5,
    .json_index = mesh_type_ConnectionPoolSettings_TCPSettings_json_index, .go_index = mesh_type_ConnectionPoolSettings_TCPSettings_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive_fields[] = {
    {SLICE_CONSTANT("probes"), SLICE_CONSTANT("Probes"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("time"), SLICE_CONSTANT("Time"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("interval"), SLICE_CONSTANT("Interval"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive", .fields = mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_ExecHealthCheckConfig_fields[] = {
    {SLICE_CONSTANT("command"), SLICE_CONSTANT("Command"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ExecHealthCheckConfig = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ExecHealthCheckConfig", .fields = mesh_type_ExecHealthCheckConfig_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_GrpcHealthCheckConfig_fields[] = {
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_GrpcHealthCheckConfig = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.GrpcHealthCheckConfig", .fields = mesh_type_GrpcHealthCheckConfig_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_HTTPHeader_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_HTTPHeader = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.HTTPHeader", .fields = mesh_type_HTTPHeader_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_HTTPHealthCheckConfig_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("host"), SLICE_CONSTANT("Host"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("scheme"), SLICE_CONSTANT("Scheme"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpHeaders"), SLICE_CONSTANT("HttpHeaders"), &list_of_mesh_type_HTTPHeader, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_HTTPHealthCheckConfig_json_index[] = {
    0, 4, 2, 0, 0, 0, 0, 0, 1, 5, 0, 3, 0, 0, 0, 0,
};
static const uint8_t mesh_type_HTTPHealthCheckConfig_go_index[] = {
    0, 4, 2, 0, 0, 0, 0, 0, 1, 5, 0, 3, 0, 0, 0, 0,
};
const struct type mesh_type_HTTPHealthCheckConfig = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.HTTPHealthCheckConfig", .fields = mesh_type_HTTPHealthCheckConfig_fields, .field_count = 5,
    .json_index = mesh_type_HTTPHealthCheckConfig_json_index, .go_index = mesh_type_HTTPHealthCheckConfig_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_HTTPRetry_fields[] = {
    {SLICE_CONSTANT("attempts"), SLICE_CONSTANT("Attempts"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("perTryTimeout"), SLICE_CONSTANT("PerTryTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("retryOn"), SLICE_CONSTANT("RetryOn"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("retryRemoteLocalities"), SLICE_CONSTANT("RetryRemoteLocalities"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("retryIgnorePreviousHosts"), SLICE_CONSTANT("RetryIgnorePreviousHosts"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("backoff"), SLICE_CONSTANT("Backoff"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_HTTPRetry_json_index[] = {
    5, 6, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0, 3,
};
static const uint8_t mesh_type_HTTPRetry_go_index[] = {
    5, 6, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0, 3,
};
const struct type mesh_type_HTTPRetry = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.HTTPRetry", .fields = mesh_type_HTTPRetry_fields, .field_count = 6,
    .json_index = mesh_type_HTTPRetry_json_index, .go_index = mesh_type_HTTPRetry_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_LabelSelector_fields[] = {
    {SLICE_CONSTANT("matchLabels"), SLICE_CONSTANT("MatchLabels"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchExpressions"), SLICE_CONSTANT("MatchExpressions"), &list_of_mesh_type_LabelSelectorRequirement, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_LabelSelector = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.LabelSelector", .fields = mesh_type_LabelSelector_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_LabelSelectorRequirement_fields[] = {
    {SLICE_CONSTANT("key"), SLICE_CONSTANT("Key"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("operator"), SLICE_CONSTANT("Operator"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("values"), SLICE_CONSTANT("Values"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_LabelSelectorRequirement = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.LabelSelectorRequirement", .fields = mesh_type_LabelSelectorRequirement_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_LocalityLoadBalancerSetting_fields[] = {
    {SLICE_CONSTANT("distribute"), SLICE_CONSTANT("Distribute"), &list_of_mesh_type_LocalityLoadBalancerSetting_Distribute, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failover"), SLICE_CONSTANT("Failover"), &list_of_mesh_type_LocalityLoadBalancerSetting_Failover, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failoverPriority"), SLICE_CONSTANT("FailoverPriority"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("Enabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_LocalityLoadBalancerSetting = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.LocalityLoadBalancerSetting", .fields = mesh_type_LocalityLoadBalancerSetting_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_LocalityLoadBalancerSetting_Distribute_fields[] = {
    {SLICE_CONSTANT("from"), SLICE_CONSTANT("From"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("to"), SLICE_CONSTANT("To"), &map_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_LocalityLoadBalancerSetting_Distribute = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.LocalityLoadBalancerSetting.Distribute", .fields = mesh_type_LocalityLoadBalancerSetting_Distribute_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_LocalityLoadBalancerSetting_Failover_fields[] = {
    {SLICE_CONSTANT("from"), SLICE_CONSTANT("From"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("to"), SLICE_CONSTANT("To"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_LocalityLoadBalancerSetting_Failover = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.LocalityLoadBalancerSetting.Failover", .fields = mesh_type_LocalityLoadBalancerSetting_Failover_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_fields[] = {
    {SLICE_CONSTANT("proxyListenPort"), SLICE_CONSTANT("ProxyListenPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyInboundListenPort"), SLICE_CONSTANT("ProxyInboundListenPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyHttpPort"), SLICE_CONSTANT("ProxyHttpPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("connectTimeout"), SLICE_CONSTANT("ConnectTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("hboneIdleTimeout"), SLICE_CONSTANT("HboneIdleTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("protocolDetectionTimeout"), SLICE_CONSTANT("ProtocolDetectionTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("tcpKeepalive"), SLICE_CONSTANT("TcpKeepalive"), &mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("ingressClass"), SLICE_CONSTANT("IngressClass"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ingressService"), SLICE_CONSTANT("IngressService"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ingressControllerMode"), SLICE_CONSTANT("IngressControllerMode"), &mesh_type_MeshConfig_IngressControllerMode, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ingressSelector"), SLICE_CONSTANT("IngressSelector"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enableTracing"), SLICE_CONSTANT("EnableTracing"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessLogFile"), SLICE_CONSTANT("AccessLogFile"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessLogFormat"), SLICE_CONSTANT("AccessLogFormat"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessLogEncoding"), SLICE_CONSTANT("AccessLogEncoding"), &mesh_type_MeshConfig_AccessLogEncoding, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enableEnvoyAccessLogService"), SLICE_CONSTANT("EnableEnvoyAccessLogService"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("disableEnvoyListenerLog"), SLICE_CONSTANT("DisableEnvoyListenerLog"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultConfig"), SLICE_CONSTANT("DefaultConfig"), &mesh_type_ProxyConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("outboundTrafficPolicy"), SLICE_CONSTANT("OutboundTrafficPolicy"), &mesh_type_MeshConfig_OutboundTrafficPolicy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("inboundTrafficPolicy"), SLICE_CONSTANT("InboundTrafficPolicy"), &mesh_type_MeshConfig_InboundTrafficPolicy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("configSources"), SLICE_CONSTANT("ConfigSources"), &list_of_mesh_type_ConfigSource, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enableAutoMtls"), SLICE_CONSTANT("EnableAutoMtls"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("trustDomain"), SLICE_CONSTANT("TrustDomain"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("trustDomainAliases"), SLICE_CONSTANT("TrustDomainAliases"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("caCertificates"), SLICE_CONSTANT("CaCertificates"), &list_of_mesh_type_MeshConfig_CertificateData, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultServiceExportTo"), SLICE_CONSTANT("DefaultServiceExportTo"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultVirtualServiceExportTo"), SLICE_CONSTANT("DefaultVirtualServiceExportTo"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultDestinationRuleExportTo"), SLICE_CONSTANT("DefaultDestinationRuleExportTo"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rootNamespace"), SLICE_CONSTANT("RootNamespace"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("localityLbSetting"), SLICE_CONSTANT("LocalityLbSetting"), &mesh_type_LocalityLoadBalancerSetting, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("zoneAwareLbSetting"), SLICE_CONSTANT("ZoneAwareLbSetting"), &mesh_type_ZoneAwareLoadBalancerSetting, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("dnsRefreshRate"), SLICE_CONSTANT("DnsRefreshRate"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("h2UpgradePolicy"), SLICE_CONSTANT("H2UpgradePolicy"), &mesh_type_MeshConfig_H2UpgradePolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("inboundClusterStatName"), SLICE_CONSTANT("InboundClusterStatName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("outboundClusterStatName"), SLICE_CONSTANT("OutboundClusterStatName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("certificates"), SLICE_CONSTANT("Certificates"), &list_of_mesh_type_Certificate, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceSettings"), SLICE_CONSTANT("ServiceSettings"), &list_of_mesh_type_MeshConfig_ServiceSettings, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceScopeConfigs"), SLICE_CONSTANT("ServiceScopeConfigs"), &list_of_mesh_type_MeshConfig_ServiceScopeConfigs, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enablePrometheusMerge"), SLICE_CONSTANT("EnablePrometheusMerge"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("verifyCertificateAtClient"), SLICE_CONSTANT("VerifyCertificateAtClient"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("ca"), SLICE_CONSTANT("Ca"), &mesh_type_MeshConfig_CA, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("extensionProviders"), SLICE_CONSTANT("ExtensionProviders"), &list_of_mesh_type_MeshConfig_ExtensionProvider, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultProviders"), SLICE_CONSTANT("DefaultProviders"), &mesh_type_MeshConfig_DefaultProviders, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("discoverySelectors"), SLICE_CONSTANT("DiscoverySelectors"), &list_of_mesh_type_LabelSelector, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("pathNormalization"), SLICE_CONSTANT("PathNormalization"), &mesh_type_MeshConfig_ProxyPathNormalization, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("defaultHttpRetryPolicy"), SLICE_CONSTANT("DefaultHttpRetryPolicy"), &mesh_type_HTTPRetry, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("defaultInboundHttpRetryPolicy"), SLICE_CONSTANT("DefaultInboundHttpRetryPolicy"), &mesh_type_HTTPRetry, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("meshMTLS"), SLICE_CONSTANT("MeshMTLS"), &mesh_type_MeshConfig_TLSConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("tlsDefaults"), SLICE_CONSTANT("TlsDefaults"), &mesh_type_MeshConfig_TLSConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("defaultTrafficPolicy"), SLICE_CONSTANT("DefaultTrafficPolicy"), &mesh_type_MeshConfig_DefaultTrafficPolicy, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("serviceEntryVisibility"), SLICE_CONSTANT("ServiceEntryVisibility"), &mesh_type_ServiceEntryVisibility, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_MeshConfig_json_index[] = {
    0, 0, 34, 13, 37, 0, 0, 0, 0, 0, 35, 0, 0, 41, 0, 0, 25, 0, 24, 0, 0, 22, 46, 0,
    0, 7, 9, 0, 47, 0, 0, 0, 1, 5, 12, 3, 28, 27, 33, 0, 0, 0, 0, 0, 0, 0, 19, 14,
    49, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 48, 32, 42, 18, 0, 0, 0, 0, 0, 0, 0, 21, 0,
    0, 0, 30, 0, 0, 0, 40, 6, 0, 0, 2, 23, 0, 0, 0, 0, 0, 17, 51, 50, 0, 0, 45, 0,
    0, 11, 0, 4, 0, 0, 0, 29, 0, 0, 20, 26, 44, 43, 0, 0, 39, 8, 0, 0, 15, 0, 0, 0,
    16, 0, 0, 10, 31, 38, 0, 0,
};
static const uint8_t mesh_type_MeshConfig_go_index[] = {
    0, 11, 0, 4, 0, 0, 0, 29, 0, 0, 20, 26, 44, 43, 0, 0, 39, 8, 0, 0, 15, 0, 0, 0,
    16, 0, 0, 10, 31, 38, 0, 0, 0, 0, 34, 13, 37, 0, 0, 0, 0, 0, 35, 0, 0, 41, 0, 0,
    25, 0, 24, 0, 0, 22, 46, 0, 0, 7, 9, 0, 47, 0, 0, 0, 1, 5, 12, 3, 28, 27, 33, 0,
    0, 0, 0, 0, 0, 0, 19, 14, 49, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 48, 32, 42, 18, 0,
    0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 30, 0, 0, 0, 40, 6, 0, 0, 2, 23, 0, 0, 0, 0,
    0, 17, 51, 50, 0, 0, 45, 0,
};
const struct type mesh_type_MeshConfig = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig", .fields = mesh_type_MeshConfig_fields, .field_count = 51,
    .json_index = mesh_type_MeshConfig_json_index, .go_index = mesh_type_MeshConfig_go_index, .index_mask = 127,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_CA_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tlsSettings"), SLICE_CONSTANT("TlsSettings"), &mesh_type_ClientTLSSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("requestTimeout"), SLICE_CONSTANT("RequestTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("istiodSide"), SLICE_CONSTANT("IstiodSide"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_CA = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.CA", .fields = mesh_type_MeshConfig_CA_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_CertificateData_fields[] = {
    {SLICE_CONSTANT("pem"), SLICE_CONSTANT("Pem"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("spiffeBundleUrl"), SLICE_CONSTANT("SpiffeBundleUrl"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("certSigners"), SLICE_CONSTANT("CertSigners"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("trustDomains"), SLICE_CONSTANT("TrustDomains"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_CertificateData = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.CertificateData", .fields = mesh_type_MeshConfig_CertificateData_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_DefaultProviders_fields[] = {
    {SLICE_CONSTANT("tracing"), SLICE_CONSTANT("Tracing"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("metrics"), SLICE_CONSTANT("Metrics"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessLogging"), SLICE_CONSTANT("AccessLogging"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_DefaultProviders = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.DefaultProviders", .fields = mesh_type_MeshConfig_DefaultProviders_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_DefaultTrafficPolicy_fields[] = {
    {SLICE_CONSTANT("connectionPool"), SLICE_CONSTANT("ConnectionPool"), &mesh_type_ConnectionPoolSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("outlierDetection"), SLICE_CONSTANT("OutlierDetection"), &mesh_type_OutlierDetection, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_DefaultTrafficPolicy = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.DefaultTrafficPolicy", .fields = mesh_type_MeshConfig_DefaultTrafficPolicy_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("envoyExtAuthzHttp"), SLICE_CONSTANT("EnvoyExtAuthzHttp"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envoyExtAuthzGrpc"), SLICE_CONSTANT("EnvoyExtAuthzGrpc"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("zipkin"), SLICE_CONSTANT("Zipkin"), &mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("lightstep"), SLICE_CONSTANT("Lightstep"), &mesh_type_MeshConfig_ExtensionProvider_LightstepTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("datadog"), SLICE_CONSTANT("Datadog"), &mesh_type_MeshConfig_ExtensionProvider_DatadogTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("stackdriver"), SLICE_CONSTANT("Stackdriver"), &mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("opencensus"), SLICE_CONSTANT("Opencensus"), &mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("skywalking"), SLICE_CONSTANT("Skywalking"), &mesh_type_MeshConfig_ExtensionProvider_SkyWalkingTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("opentelemetry"), SLICE_CONSTANT("Opentelemetry"), &mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("prometheus"), SLICE_CONSTANT("Prometheus"), &mesh_type_MeshConfig_ExtensionProvider_PrometheusMetricsProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envoyFileAccessLog"), SLICE_CONSTANT("EnvoyFileAccessLog"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envoyHttpAls"), SLICE_CONSTANT("EnvoyHttpAls"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envoyTcpAls"), SLICE_CONSTANT("EnvoyTcpAls"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envoyOtelAls"), SLICE_CONSTANT("EnvoyOtelAls"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("sds"), SLICE_CONSTANT("Sds"), &mesh_type_MeshConfig_ExtensionProvider_SDSProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_json_index[] = {
    0, 12, 0, 0, 7, 0, 3, 2, 5, 8, 11, 0, 0, 0, 9, 14, 0, 6, 10, 16, 0, 0, 13, 15,
    0, 4, 0, 0, 1, 0, 0, 0,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_go_index[] = {
    0, 12, 0, 0, 7, 0, 3, 2, 5, 8, 11, 0, 0, 0, 9, 14, 0, 6, 10, 16, 0, 0, 13, 15,
    0, 4, 0, 0, 1, 0, 0, 0,
};
const struct type mesh_type_MeshConfig_ExtensionProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_fields, .field_count = 16,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_DatadogTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_DatadogTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.DatadogTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_DatadogTracingProvider_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("failOpen"), SLICE_CONSTANT("FailOpen"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("clearRouteCache"), SLICE_CONSTANT("ClearRouteCache"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statusOnError"), SLICE_CONSTANT("StatusOnError"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("includeRequestBodyInCheck"), SLICE_CONSTANT("IncludeRequestBodyInCheck"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_json_index[] = {
    5, 0, 2, 0, 7, 0, 3, 0, 0, 1, 0, 0, 0, 6, 0, 4,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_go_index[] = {
    5, 0, 2, 0, 7, 0, 3, 0, 0, 1, 0, 0, 0, 6, 0, 4,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationGrpcProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_fields, .field_count = 7,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("pathPrefix"), SLICE_CONSTANT("PathPrefix"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failOpen"), SLICE_CONSTANT("FailOpen"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("clearRouteCache"), SLICE_CONSTANT("ClearRouteCache"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statusOnError"), SLICE_CONSTANT("StatusOnError"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("includeHeadersInCheck"), SLICE_CONSTANT("IncludeHeadersInCheck"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("includeRequestHeadersInCheck"), SLICE_CONSTANT("IncludeRequestHeadersInCheck"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("includeAdditionalHeadersInCheck"), SLICE_CONSTANT("IncludeAdditionalHeadersInCheck"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("includeRequestBodyInCheck"), SLICE_CONSTANT("IncludeRequestBodyInCheck"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("headersToUpstreamOnAllow"), SLICE_CONSTANT("HeadersToUpstreamOnAllow"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("headersToDownstreamOnDeny"), SLICE_CONSTANT("HeadersToDownstreamOnDeny"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("headersToDownstreamOnAllow"), SLICE_CONSTANT("HeadersToDownstreamOnAllow"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_json_index[] = {
    4, 0, 2, 0, 11, 14, 3, 12, 0, 8, 0, 0, 0, 7, 0, 5, 6, 0, 13, 0, 0, 0, 0, 0,
    0, 1, 0, 0, 10, 0, 9, 0,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_go_index[] = {
    4, 0, 2, 0, 11, 14, 3, 12, 0, 8, 0, 0, 0, 7, 0, 5, 6, 0, 13, 0, 0, 0, 0, 0,
    0, 1, 0, 0, 10, 0, 9, 0,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationHttpProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_fields, .field_count = 14,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody_fields[] = {
    {SLICE_CONSTANT("maxRequestBytes"), SLICE_CONSTANT("MaxRequestBytes"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("allowPartialMessage"), SLICE_CONSTANT("AllowPartialMessage"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("packAsBytes"), SLICE_CONSTANT("PackAsBytes"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationRequestBody", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logFormat"), SLICE_CONSTANT("LogFormat"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("omitEmptyValues"), SLICE_CONSTANT("OmitEmptyValues"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat_fields[] = {
    {SLICE_CONSTANT("text"), SLICE_CONSTANT("Text"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider.LogFormat", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logName"), SLICE_CONSTANT("LogName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("filterStateObjectsToLog"), SLICE_CONSTANT("FilterStateObjectsToLog"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("additionalRequestHeadersToLog"), SLICE_CONSTANT("AdditionalRequestHeadersToLog"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("additionalResponseHeadersToLog"), SLICE_CONSTANT("AdditionalResponseHeadersToLog"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("additionalResponseTrailersToLog"), SLICE_CONSTANT("AdditionalResponseTrailersToLog"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_json_index[] = {
    0, 0, 2, 0, 0, 4, 5, 6, 0, 1, 0, 0, 3, 7, 0, 0,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_go_index[] = {
    0, 0, 2, 0, 0, 4, 5, 6, 0, 1, 0, 0, 3, 7, 0, 0,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyHttpGrpcV3LogProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_fields, .field_count = 7,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logName"), SLICE_CONSTANT("LogName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logFormat"), SLICE_CONSTANT("LogFormat"), &mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat_fields[] = {
    {SLICE_CONSTANT("text"), SLICE_CONSTANT("Text"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &type_any, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider.LogFormat", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logName"), SLICE_CONSTANT("LogName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("filterStateObjectsToLog"), SLICE_CONSTANT("FilterStateObjectsToLog"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyTcpGrpcV3LogProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_GrpcService_fields[] = {
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("initialMetadata"), SLICE_CONSTANT("InitialMetadata"), &list_of_mesh_type_MeshConfig_ExtensionProvider_HttpHeader, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_GrpcService = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.GrpcService", .fields = mesh_type_MeshConfig_ExtensionProvider_GrpcService_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_HttpHeader_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("envName"), SLICE_CONSTANT("EnvName"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_HttpHeader = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpHeader", .fields = mesh_type_MeshConfig_ExtensionProvider_HttpHeader_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_HttpService_fields[] = {
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("headers"), SLICE_CONSTANT("Headers"), &list_of_mesh_type_MeshConfig_ExtensionProvider_HttpHeader, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_HttpService = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpService", .fields = mesh_type_MeshConfig_ExtensionProvider_HttpService_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_LightstepTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessToken"), SLICE_CONSTANT("AccessToken"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_LightstepTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.LightstepTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_LightstepTracingProvider_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("context"), SLICE_CONSTANT("Context"), &list_of_mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("http"), SLICE_CONSTANT("Http"), &mesh_type_MeshConfig_ExtensionProvider_HttpService, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("grpc"), SLICE_CONSTANT("Grpc"), &mesh_type_MeshConfig_ExtensionProvider_GrpcService, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("resourceDetectors"), SLICE_CONSTANT("ResourceDetectors"), &mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("serviceAttributeEnrichment"), SLICE_CONSTANT("ServiceAttributeEnrichment"), &mesh_type_MeshConfig_ExtensionProvider_ServiceAttributeEnrichment, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("dynatraceSampler"), SLICE_CONSTANT("DynatraceSampler"), &mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_json_index[] = {
    5, 6, 2, 0, 0, 0, 0, 0, 4, 1, 7, 8, 0, 0, 0, 3,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_go_index[] = {
    5, 6, 2, 0, 0, 0, 0, 0, 4, 1, 7, 8, 0, 0, 0, 3,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_fields, .field_count = 8,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_fields[] = {
    {SLICE_CONSTANT("tenant"), SLICE_CONSTANT("Tenant"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("clusterId"), SLICE_CONSTANT("ClusterId"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("rootSpansPerMinute"), SLICE_CONSTANT("RootSpansPerMinute"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpService"), SLICE_CONSTANT("HttpService"), &mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler", .fields = mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("http"), SLICE_CONSTANT("Http"), &mesh_type_MeshConfig_ExtensionProvider_HttpService, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler.DynatraceApi", .fields = mesh_type_MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi_fields, .field_count = 3,
    .is_message = true};

const struct type mesh_type_MeshConfig_ExtensionProvider_PrometheusMetricsProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.PrometheusMetricsProvider",
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_fields[] = {
    {SLICE_CONSTANT("environment"), SLICE_CONSTANT("Environment"), &mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_EnvironmentResourceDetector, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("dynatrace"), SLICE_CONSTANT("Dynatrace"), &mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_DynatraceResourceDetector, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors", .fields = mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_fields, .field_count = 2,
    .is_message = true};

const struct type mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_DynatraceResourceDetector = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.DynatraceResourceDetector",
    .is_message = true};

const struct type mesh_type_MeshConfig_ExtensionProvider_ResourceDetectors_EnvironmentResourceDetector = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.EnvironmentResourceDetector",
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_SDSProvider_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_SDSProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.SDSProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_SDSProvider_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_SkyWalkingTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessToken"), SLICE_CONSTANT("AccessToken"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_SkyWalkingTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.SkyWalkingTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_SkyWalkingTracingProvider_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_fields[] = {
    {SLICE_CONSTANT("debug"), SLICE_CONSTANT("Debug"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxNumberOfAttributes"), SLICE_CONSTANT("MaxNumberOfAttributes"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxNumberOfAnnotations"), SLICE_CONSTANT("MaxNumberOfAnnotations"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxNumberOfMessageEvents"), SLICE_CONSTANT("MaxNumberOfMessageEvents"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("logging"), SLICE_CONSTANT("Logging"), &mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_Logging, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_json_index[] = {
    5, 3, 6, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_go_index[] = {
    5, 3, 6, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_fields, .field_count = 6,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_Logging_fields[] = {
    {SLICE_CONSTANT("labels"), SLICE_CONSTANT("Labels"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_Logging = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider.Logging", .fields = mesh_type_MeshConfig_ExtensionProvider_StackdriverProvider_Logging_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_fields[] = {
    {SLICE_CONSTANT("service"), SLICE_CONSTANT("Service"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxTagLength"), SLICE_CONSTANT("MaxTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("enable64bitTraceId"), SLICE_CONSTANT("Enable_64BitTraceId"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("path"), SLICE_CONSTANT("Path"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("traceContextOption"), SLICE_CONSTANT("TraceContextOption"), &mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeout"), SLICE_CONSTANT("Timeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("headers"), SLICE_CONSTANT("Headers"), &list_of_mesh_type_MeshConfig_ExtensionProvider_HttpHeader, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_json_index[] = {
    0, 0, 2, 0, 0, 6, 7, 0, 5, 1, 4, 0, 8, 0, 0, 3,
};
static const uint8_t mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_go_index[] = {
    0, 0, 2, 0, 0, 6, 7, 0, 5, 1, 4, 0, 8, 0, 0, 3,
};
const struct type mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider", .fields = mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_fields, .field_count = 8,
    .json_index = mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_json_index, .go_index = mesh_type_MeshConfig_ExtensionProvider_ZipkinTracingProvider_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_InboundTrafficPolicy_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mesh_type_MeshConfig_InboundTrafficPolicy_Mode, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_InboundTrafficPolicy = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.InboundTrafficPolicy", .fields = mesh_type_MeshConfig_InboundTrafficPolicy_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_OutboundTrafficPolicy_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mesh_type_MeshConfig_OutboundTrafficPolicy_Mode, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tls"), SLICE_CONSTANT("Tls"), &mesh_type_ClientTLSSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_MeshConfig_OutboundTrafficPolicy = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy", .fields = mesh_type_MeshConfig_OutboundTrafficPolicy_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ProxyPathNormalization_fields[] = {
    {SLICE_CONSTANT("normalization"), SLICE_CONSTANT("Normalization"), &mesh_type_MeshConfig_ProxyPathNormalization_NormalizationType, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ProxyPathNormalization = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization", .fields = mesh_type_MeshConfig_ProxyPathNormalization_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ServiceScopeConfigs_fields[] = {
    {SLICE_CONSTANT("namespaceSelector"), SLICE_CONSTANT("NamespaceSelector"), &mesh_type_LabelSelector, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("servicesSelector"), SLICE_CONSTANT("ServicesSelector"), &mesh_type_LabelSelector, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("scope"), SLICE_CONSTANT("Scope"), &mesh_type_MeshConfig_ServiceScopeConfigs_Scope, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ServiceScopeConfigs = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ServiceScopeConfigs", .fields = mesh_type_MeshConfig_ServiceScopeConfigs_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ServiceSettings_fields[] = {
    {SLICE_CONSTANT("settings"), SLICE_CONSTANT("Settings"), &mesh_type_MeshConfig_ServiceSettings_Settings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("hosts"), SLICE_CONSTANT("Hosts"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ServiceSettings = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ServiceSettings", .fields = mesh_type_MeshConfig_ServiceSettings_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_ServiceSettings_Settings_fields[] = {
    {SLICE_CONSTANT("clusterLocal"), SLICE_CONSTANT("ClusterLocal"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_ServiceSettings_Settings = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.ServiceSettings.Settings", .fields = mesh_type_MeshConfig_ServiceSettings_Settings_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_MeshConfig_TLSConfig_fields[] = {
    {SLICE_CONSTANT("minProtocolVersion"), SLICE_CONSTANT("MinProtocolVersion"), &mesh_type_MeshConfig_TLSConfig_TLSProtocol, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("ecdhCurves"), SLICE_CONSTANT("EcdhCurves"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("cipherSuites"), SLICE_CONSTANT("CipherSuites"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_MeshConfig_TLSConfig = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.MeshConfig.TLSConfig", .fields = mesh_type_MeshConfig_TLSConfig_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_OutlierDetection_fields[] = {
    {SLICE_CONSTANT("consecutiveErrors"), SLICE_CONSTANT("ConsecutiveErrors"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("splitExternalLocalOriginErrors"), SLICE_CONSTANT("SplitExternalLocalOriginErrors"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("consecutiveLocalOriginFailures"), SLICE_CONSTANT("ConsecutiveLocalOriginFailures"), &wrapper_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("consecutiveGatewayErrors"), SLICE_CONSTANT("ConsecutiveGatewayErrors"), &wrapper_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("consecutive5xxErrors"), SLICE_CONSTANT("Consecutive_5XxErrors"), &wrapper_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("interval"), SLICE_CONSTANT("Interval"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("baseEjectionTime"), SLICE_CONSTANT("BaseEjectionTime"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxEjectionPercent"), SLICE_CONSTANT("MaxEjectionPercent"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minHealthPercent"), SLICE_CONSTANT("MinHealthPercent"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("outlierDetectionHttpErrorCodes"), SLICE_CONSTANT("OutlierDetectionHttpErrorCodes"), &list_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
static const uint8_t mesh_type_OutlierDetection_json_index[] = {
    0, 4, 6, 7, 9, 0, 3, 0, 8, 5, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, 2, 0, 0,
};
static const uint8_t mesh_type_OutlierDetection_go_index[] = {
    0, 4, 6, 7, 9, 0, 3, 0, 8, 0, 0, 0, 10, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, 2, 0, 0,
};
const struct type mesh_type_OutlierDetection = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.OutlierDetection", .fields = mesh_type_OutlierDetection_fields, .field_count = 10,
    .json_index = mesh_type_OutlierDetection_json_index, .go_index = mesh_type_OutlierDetection_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_PrivateKeyProvider_fields[] = {
    {SLICE_CONSTANT("cryptomb"), SLICE_CONSTANT("Cryptomb"), &mesh_type_PrivateKeyProvider_CryptoMb, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("qat"), SLICE_CONSTANT("Qat"), &mesh_type_PrivateKeyProvider_QAT, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
const struct type mesh_type_PrivateKeyProvider = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.PrivateKeyProvider", .fields = mesh_type_PrivateKeyProvider_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_PrivateKeyProvider_CryptoMb_fields[] = {
    {SLICE_CONSTANT("pollDelay"), SLICE_CONSTANT("PollDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("fallback"), SLICE_CONSTANT("Fallback"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_PrivateKeyProvider_CryptoMb = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.PrivateKeyProvider.CryptoMb", .fields = mesh_type_PrivateKeyProvider_CryptoMb_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_PrivateKeyProvider_QAT_fields[] = {
    {SLICE_CONSTANT("pollDelay"), SLICE_CONSTANT("PollDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("fallback"), SLICE_CONSTANT("Fallback"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_PrivateKeyProvider_QAT = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.PrivateKeyProvider.QAT", .fields = mesh_type_PrivateKeyProvider_QAT_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_fields[] = {
    {SLICE_CONSTANT("configPath"), SLICE_CONSTANT("ConfigPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("binaryPath"), SLICE_CONSTANT("BinaryPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("serviceCluster"), SLICE_CONSTANT("ServiceCluster"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("tracingServiceName"), SLICE_CONSTANT("TracingServiceName"), &mesh_type_ProxyConfig_TracingServiceName, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("drainDuration"), SLICE_CONSTANT("DrainDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("discoveryAddress"), SLICE_CONSTANT("DiscoveryAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("discoveryRefreshDelay"), SLICE_CONSTANT("DiscoveryRefreshDelay"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("zipkinAddress"), SLICE_CONSTANT("ZipkinAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statsdUdpAddress"), SLICE_CONSTANT("StatsdUdpAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("envoyMetricsServiceAddress"), SLICE_CONSTANT("EnvoyMetricsServiceAddress"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyAdminPort"), SLICE_CONSTANT("ProxyAdminPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("availabilityZone"), SLICE_CONSTANT("AvailabilityZone"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("controlPlaneAuthPolicy"), SLICE_CONSTANT("ControlPlaneAuthPolicy"), &mesh_type_AuthenticationPolicy, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("customConfigFile"), SLICE_CONSTANT("CustomConfigFile"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statNameLength"), SLICE_CONSTANT("StatNameLength"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("concurrency"), SLICE_CONSTANT("Concurrency"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("proxyBootstrapTemplatePath"), SLICE_CONSTANT("ProxyBootstrapTemplatePath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("interceptionMode"), SLICE_CONSTANT("InterceptionMode"), &mesh_type_ProxyConfig_InboundInterceptionMode, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tracing"), SLICE_CONSTANT("Tracing"), &mesh_type_Tracing, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("sds"), SLICE_CONSTANT("Sds"), &mesh_type_SDS, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("envoyAccessLogService"), SLICE_CONSTANT("EnvoyAccessLogService"), &mesh_type_RemoteService, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("envoyMetricsService"), SLICE_CONSTANT("EnvoyMetricsService"), &mesh_type_RemoteService, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("proxyMetadata"), SLICE_CONSTANT("ProxyMetadata"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("runtimeValues"), SLICE_CONSTANT("RuntimeValues"), &map_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statusPort"), SLICE_CONSTANT("StatusPort"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("extraStatTags"), SLICE_CONSTANT("ExtraStatTags"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("gatewayTopology"), SLICE_CONSTANT("GatewayTopology"), &mesh_type_Topology, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("terminationDrainDuration"), SLICE_CONSTANT("TerminationDrainDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("meshId"), SLICE_CONSTANT("MeshId"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("readinessProbe"), SLICE_CONSTANT("ReadinessProbe"), &mesh_type_ReadinessProbe, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("proxyStatsMatcher"), SLICE_CONSTANT("ProxyStatsMatcher"), &mesh_type_ProxyConfig_ProxyStatsMatcher, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("holdApplicationUntilProxyStarts"), SLICE_CONSTANT("HoldApplicationUntilProxyStarts"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("caCertificatesPem"), SLICE_CONSTANT("CaCertificatesPem"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("image"), SLICE_CONSTANT("Image"), &mesh_type_ProxyImage, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("privateKeyProvider"), SLICE_CONSTANT("PrivateKeyProvider"), &mesh_type_PrivateKeyProvider, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("proxyHeaders"), SLICE_CONSTANT("ProxyHeaders"), &mesh_type_ProxyConfig_ProxyHeaders, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("fileFlushInterval"), SLICE_CONSTANT("FileFlushInterval"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("fileFlushMinSizeKb"), SLICE_CONSTANT("FileFlushMinSizeKb"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("statsCompression"), SLICE_CONSTANT("StatsCompression"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("connectionSettings"), SLICE_CONSTANT("ConnectionSettings"), &mesh_type_ProxyConfig_ConnectionSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ProxyConfig_json_index[] = {
    0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 0, 27, 0, 35, 0, 0, 0, 0, 0, 0,
    36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 24, 22, 0, 0, 0, 0, 0, 0, 37, 0, 0,
    0, 0, 0, 11, 40, 31, 0, 38, 12, 0, 33, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0,
    34, 0, 0, 0, 0, 29, 1, 0, 0, 7, 20, 0, 30, 13, 0, 0, 18, 8, 10, 0, 0, 0, 21, 39,
    14, 0, 0, 0, 6, 4, 16, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 32, 0, 0,
    9, 15, 0, 0, 0, 2, 17, 26,
};
static const uint8_t mesh_type_ProxyConfig_go_index[] = {
    14, 0, 0, 0, 6, 4, 16, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 32, 0, 0,
    9, 15, 0, 0, 0, 2, 17, 26, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 0, 27,
    0, 35, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 24, 22, 0,
    0, 0, 0, 0, 0, 37, 0, 0, 0, 0, 0, 11, 40, 31, 0, 38, 12, 0, 33, 0, 28, 0, 0, 0,
    0, 0, 0, 0, 0, 23, 0, 0, 34, 0, 0, 0, 0, 29, 1, 0, 0, 7, 20, 0, 30, 13, 0, 0,
    18, 8, 10, 0, 0, 0, 21, 39,
};
const struct type mesh_type_ProxyConfig = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig", .fields = mesh_type_ProxyConfig_fields, .field_count = 40,
    .json_index = mesh_type_ProxyConfig_json_index, .go_index = mesh_type_ProxyConfig_go_index, .index_mask = 127,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ConnectionSettings_fields[] = {
    {SLICE_CONSTANT("profile"), SLICE_CONSTANT("Profile"), &mesh_type_ProxyConfig_ConnectionSettings_Profile, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("listenerPerConnectionBufferLimitBytes"), SLICE_CONSTANT("ListenerPerConnectionBufferLimitBytes"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("clusterPerConnectionBufferLimitBytes"), SLICE_CONSTANT("ClusterPerConnectionBufferLimitBytes"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpIdleTimeout"), SLICE_CONSTANT("HttpIdleTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpMaxConnectionDuration"), SLICE_CONSTANT("HttpMaxConnectionDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpDrainTimeout"), SLICE_CONSTANT("HttpDrainTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpRequestTimeout"), SLICE_CONSTANT("HttpRequestTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpRequestHeadersTimeout"), SLICE_CONSTANT("HttpRequestHeadersTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpStreamIdleTimeout"), SLICE_CONSTANT("HttpStreamIdleTimeout"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpMaxStreamDuration"), SLICE_CONSTANT("HttpMaxStreamDuration"), &type_duration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpMaxConcurrentStreams"), SLICE_CONSTANT("HttpMaxConcurrentStreams"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("http2InitialStreamWindowSize"), SLICE_CONSTANT("Http2InitialStreamWindowSize"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("http2InitialConnectionWindowSize"), SLICE_CONSTANT("Http2InitialConnectionWindowSize"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpHeadersWithUnderscoresAction"), SLICE_CONSTANT("HttpHeadersWithUnderscoresAction"), &mesh_type_ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpMergeSlashes"), SLICE_CONSTANT("HttpMergeSlashes"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("httpPathWithEscapedSlashesAction"), SLICE_CONSTANT("HttpPathWithEscapedSlashesAction"), &mesh_type_ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("listenerConnectionLimit"), SLICE_CONSTANT("ListenerConnectionLimit"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("globalDownstreamConnectionLimit"), SLICE_CONSTANT("GlobalDownstreamConnectionLimit"), &wrapper_of_int32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ProxyConfig_ConnectionSettings_json_index[] = {
    1, 0, 0, 3, 0, 0, 13, 12, 0, 0, 0, 0, 14, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 4, 0, 15, 7, 0, 0, 5, 8, 0, 0, 0, 0, 10, 0, 9, 0, 0, 0, 0, 0, 16, 0,
    0, 11, 0, 0, 0, 0, 0, 17, 0, 0, 6, 0, 0, 0, 0, 2,
};
static const uint8_t mesh_type_ProxyConfig_ConnectionSettings_go_index[] = {
    5, 8, 0, 0, 0, 0, 10, 0, 9, 0, 0, 0, 0, 0, 16, 0, 0, 11, 0, 0, 0, 0, 0, 17,
    0, 0, 6, 0, 0, 0, 0, 2, 1, 0, 0, 3, 0, 0, 13, 12, 0, 0, 0, 0, 14, 0, 0, 18,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 15, 7, 0, 0,
};
const struct type mesh_type_ProxyConfig_ConnectionSettings = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings", .fields = mesh_type_ProxyConfig_ConnectionSettings_fields, .field_count = 18,
    .json_index = mesh_type_ProxyConfig_ConnectionSettings_json_index, .go_index = mesh_type_ProxyConfig_ConnectionSettings_go_index, .index_mask = 63,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_fields[] = {
    {SLICE_CONSTANT("forwardedClientCert"), SLICE_CONSTANT("ForwardedClientCert"), &mesh_type_ForwardClientCertDetails, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("setCurrentClientCertDetails"), SLICE_CONSTANT("SetCurrentClientCertDetails"), &mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("requestId"), SLICE_CONSTANT("RequestId"), &mesh_type_ProxyConfig_ProxyHeaders_RequestId, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("server"), SLICE_CONSTANT("Server"), &mesh_type_ProxyConfig_ProxyHeaders_Server, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("attemptCount"), SLICE_CONSTANT("AttemptCount"), &mesh_type_ProxyConfig_ProxyHeaders_AttemptCount, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("envoyDebugHeaders"), SLICE_CONSTANT("EnvoyDebugHeaders"), &mesh_type_ProxyConfig_ProxyHeaders_EnvoyDebugHeaders, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("metadataExchangeHeaders"), SLICE_CONSTANT("MetadataExchangeHeaders"), &mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeHeaders, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("preserveHttp1HeaderCase"), SLICE_CONSTANT("PreserveHttp1HeaderCase"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("xForwardedHost"), SLICE_CONSTANT("XForwardedHost"), &mesh_type_ProxyConfig_ProxyHeaders_XForwardedHost, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("xForwardedPort"), SLICE_CONSTANT("XForwardedPort"), &mesh_type_ProxyConfig_ProxyHeaders_XForwardedPort, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ProxyConfig_ProxyHeaders_json_index[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 0, 0, 1, 5, 7, 0, 9, 4, 10, 0, 0, 0,
    0, 0, 8, 0, 0, 0, 3, 0,
};
static const uint8_t mesh_type_ProxyConfig_ProxyHeaders_go_index[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 0, 0, 1, 5, 7, 0, 9, 4, 10, 0, 0, 0,
    0, 0, 8, 0, 0, 0, 3, 0,
};
const struct type mesh_type_ProxyConfig_ProxyHeaders = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders", .fields = mesh_type_ProxyConfig_ProxyHeaders_fields, .field_count = 10,
    .json_index = mesh_type_ProxyConfig_ProxyHeaders_json_index, .go_index = mesh_type_ProxyConfig_ProxyHeaders_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_AttemptCount_fields[] = {
    {SLICE_CONSTANT("disabled"), SLICE_CONSTANT("Disabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_AttemptCount = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.AttemptCount", .fields = mesh_type_ProxyConfig_ProxyHeaders_AttemptCount_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_EnvoyDebugHeaders_fields[] = {
    {SLICE_CONSTANT("disabled"), SLICE_CONSTANT("Disabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_EnvoyDebugHeaders = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.EnvoyDebugHeaders", .fields = mesh_type_ProxyConfig_ProxyHeaders_EnvoyDebugHeaders_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeHeaders_fields[] = {
    {SLICE_CONSTANT("mode"), SLICE_CONSTANT("Mode"), &mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeMode, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeHeaders = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeHeaders", .fields = mesh_type_ProxyConfig_ProxyHeaders_MetadataExchangeHeaders_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_RequestId_fields[] = {
    {SLICE_CONSTANT("disabled"), SLICE_CONSTANT("Disabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_RequestId = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.RequestId", .fields = mesh_type_ProxyConfig_ProxyHeaders_RequestId_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_Server_fields[] = {
    {SLICE_CONSTANT("disabled"), SLICE_CONSTANT("Disabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_Server = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.Server", .fields = mesh_type_ProxyConfig_ProxyHeaders_Server_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_fields[] = {
    {SLICE_CONSTANT("subject"), SLICE_CONSTANT("Subject"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("cert"), SLICE_CONSTANT("Cert"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("chain"), SLICE_CONSTANT("Chain"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("dns"), SLICE_CONSTANT("Dns"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("uri"), SLICE_CONSTANT("Uri"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_json_index[] = {
    0, 0, 0, 3, 5, 0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0,
};
static const uint8_t mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_go_index[] = {
    0, 0, 0, 3, 5, 0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0,
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.SetCurrentClientCertDetails", .fields = mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_fields, .field_count = 5,
    .json_index = mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_json_index, .go_index = mesh_type_ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails_go_index, .index_mask = 15,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_XForwardedHost_fields[] = {
    {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("Enabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_XForwardedHost = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedHost", .fields = mesh_type_ProxyConfig_ProxyHeaders_XForwardedHost_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyHeaders_XForwardedPort_fields[] = {
    {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("Enabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ProxyConfig_ProxyHeaders_XForwardedPort = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedPort", .fields = mesh_type_ProxyConfig_ProxyHeaders_XForwardedPort_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ProxyConfig_ProxyStatsMatcher_fields[] = {
    {SLICE_CONSTANT("inclusionPrefixes"), SLICE_CONSTANT("InclusionPrefixes"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("inclusionSuffixes"), SLICE_CONSTANT("InclusionSuffixes"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("inclusionRegexps"), SLICE_CONSTANT("InclusionRegexps"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ProxyConfig_ProxyStatsMatcher = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ProxyConfig.ProxyStatsMatcher", .fields = mesh_type_ProxyConfig_ProxyStatsMatcher_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_ProxyImage_fields[] = {
    {SLICE_CONSTANT("imageType"), SLICE_CONSTANT("ImageType"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ProxyImage = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1beta1.ProxyImage", .fields = mesh_type_ProxyImage_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ReadinessProbe_fields[] = {
    {SLICE_CONSTANT("initialDelaySeconds"), SLICE_CONSTANT("InitialDelaySeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("timeoutSeconds"), SLICE_CONSTANT("TimeoutSeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("periodSeconds"), SLICE_CONSTANT("PeriodSeconds"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("successThreshold"), SLICE_CONSTANT("SuccessThreshold"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failureThreshold"), SLICE_CONSTANT("FailureThreshold"), &type_int32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("httpGet"), SLICE_CONSTANT("HttpGet"), &mesh_type_HTTPHealthCheckConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("tcpSocket"), SLICE_CONSTANT("TcpSocket"), &mesh_type_TCPHealthCheckConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("exec"), SLICE_CONSTANT("Exec"), &mesh_type_ExecHealthCheckConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("grpc"), SLICE_CONSTANT("Grpc"), &mesh_type_GrpcHealthCheckConfig, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
static const uint8_t mesh_type_ReadinessProbe_json_index[] = {
    2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1, 0, 3, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 6, 5, 7,
};
static const uint8_t mesh_type_ReadinessProbe_go_index[] = {
    2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1, 0, 3, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 6, 5, 7,
};
const struct type mesh_type_ReadinessProbe = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ReadinessProbe", .fields = mesh_type_ReadinessProbe_fields, .field_count = 9,
    .json_index = mesh_type_ReadinessProbe_json_index, .go_index = mesh_type_ReadinessProbe_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_RemoteService_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tlsSettings"), SLICE_CONSTANT("TlsSettings"), &mesh_type_ClientTLSSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("tcpKeepalive"), SLICE_CONSTANT("TcpKeepalive"), &mesh_type_ConnectionPoolSettings_TCPSettings_TcpKeepalive, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_RemoteService = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.RemoteService", .fields = mesh_type_RemoteService_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_SDS_fields[] = {
    {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("Enabled"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("k8sSaJwtPath"), SLICE_CONSTANT("K8SSaJwtPath"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_SDS = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.SDS", .fields = mesh_type_SDS_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_ServiceEntryVisibility_fields[] = {
    {SLICE_CONSTANT("defaultVisibility"), SLICE_CONSTANT("DefaultVisibility"), &mesh_type_ServiceEntryVisibility_Visibility, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("applyToSidecars"), SLICE_CONSTANT("ApplyToSidecars"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("policies"), SLICE_CONSTANT("Policies"), &list_of_mesh_type_ServiceEntryVisibility_Policy, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ServiceEntryVisibility = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ServiceEntryVisibility", .fields = mesh_type_ServiceEntryVisibility_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_ServiceEntryVisibility_MatchRule_fields[] = {
    {SLICE_CONSTANT("namespaceSelector"), SLICE_CONSTANT("NamespaceSelector"), &mesh_type_LabelSelector, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
const struct type mesh_type_ServiceEntryVisibility_MatchRule = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ServiceEntryVisibility.MatchRule", .fields = mesh_type_ServiceEntryVisibility_MatchRule_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ServiceEntryVisibility_Policy_fields[] = {
    {SLICE_CONSTANT("visibility"), SLICE_CONSTANT("Visibility"), &mesh_type_ServiceEntryVisibility_Visibility, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("matchingRules"), SLICE_CONSTANT("MatchingRules"), &list_of_mesh_type_ServiceEntryVisibility_MatchRule, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ServiceEntryVisibility_Policy = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.ServiceEntryVisibility.Policy", .fields = mesh_type_ServiceEntryVisibility_Policy_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_TCPHealthCheckConfig_fields[] = {
    {SLICE_CONSTANT("host"), SLICE_CONSTANT("Host"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("port"), SLICE_CONSTANT("Port"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_TCPHealthCheckConfig = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.TCPHealthCheckConfig", .fields = mesh_type_TCPHealthCheckConfig_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_Topology_fields[] = {
    {SLICE_CONSTANT("numTrustedProxies"), SLICE_CONSTANT("NumTrustedProxies"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("forwardClientCertDetails"), SLICE_CONSTANT("ForwardClientCertDetails"), &mesh_type_ForwardClientCertDetails, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("proxyProtocol"), SLICE_CONSTANT("ProxyProtocol"), &mesh_type_Topology_ProxyProtocolConfiguration, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_Topology = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Topology", .fields = mesh_type_Topology_fields, .field_count = 3,
    .is_message = true};

const struct type mesh_type_Topology_ProxyProtocolConfiguration = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Topology.ProxyProtocolConfiguration",
    .is_message = true};

static const struct type_field mesh_type_Tracing_fields[] = {
    {SLICE_CONSTANT("zipkin"), SLICE_CONSTANT("Zipkin"), &mesh_type_Tracing_Zipkin, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("lightstep"), SLICE_CONSTANT("Lightstep"), &mesh_type_Tracing_Lightstep, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("datadog"), SLICE_CONSTANT("Datadog"), &mesh_type_Tracing_Datadog, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("stackdriver"), SLICE_CONSTANT("Stackdriver"), &mesh_type_Tracing_Stackdriver, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("openCensusAgent"), SLICE_CONSTANT("OpenCensusAgent"), &mesh_type_Tracing_OpenCensusAgent, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("customTags"), SLICE_CONSTANT("CustomTags"), &map_of_mesh_type_Tracing_CustomTag, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxPathTagLength"), SLICE_CONSTANT("MaxPathTagLength"), &type_uint32, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("sampling"), SLICE_CONSTANT("Sampling"), &type_float64, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("tlsSettings"), SLICE_CONSTANT("TlsSettings"), &mesh_type_ClientTLSSettings, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("enableIstioTags"), SLICE_CONSTANT("EnableIstioTags"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
static const uint8_t mesh_type_Tracing_json_index[] = {
    8, 0, 0, 0, 4, 0, 0, 2, 0, 0, 0, 6, 0, 0, 0, 0, 7, 3, 0, 0, 0, 0, 0, 0,
    0, 1, 10, 0, 9, 5, 0, 0,
};
static const uint8_t mesh_type_Tracing_go_index[] = {
    8, 0, 0, 0, 4, 0, 0, 2, 0, 0, 0, 6, 0, 0, 0, 0, 7, 3, 0, 0, 0, 0, 0, 0,
    0, 1, 10, 0, 9, 5, 0, 0,
};
const struct type mesh_type_Tracing = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing", .fields = mesh_type_Tracing_fields, .field_count = 10,
    .json_index = mesh_type_Tracing_json_index, .go_index = mesh_type_Tracing_go_index, .index_mask = 31,
    .is_message = true};

static const struct type_field mesh_type_Tracing_CustomTag_fields[] = {
    {SLICE_CONSTANT("literal"), SLICE_CONSTANT("Literal"), &mesh_type_Tracing_Literal, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("environment"), SLICE_CONSTANT("Environment"), &mesh_type_Tracing_Environment, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
    {SLICE_CONSTANT("header"), SLICE_CONSTANT("Header"), &mesh_type_Tracing_RequestHeader, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER | TYPE_FIELD_ONE_OF},
};
const struct type mesh_type_Tracing_CustomTag = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.CustomTag", .fields = mesh_type_Tracing_CustomTag_fields, .field_count = 3,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Datadog_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_Datadog = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Datadog", .fields = mesh_type_Tracing_Datadog_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Environment_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultValue"), SLICE_CONSTANT("DefaultValue"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_Environment = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Environment", .fields = mesh_type_Tracing_Environment_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Lightstep_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("accessToken"), SLICE_CONSTANT("AccessToken"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_Lightstep = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Lightstep", .fields = mesh_type_Tracing_Lightstep_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Literal_fields[] = {
    {SLICE_CONSTANT("value"), SLICE_CONSTANT("Value"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_Literal = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Literal", .fields = mesh_type_Tracing_Literal_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_Tracing_OpenCensusAgent_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("context"), SLICE_CONSTANT("Context"), &list_of_mesh_type_Tracing_OpenCensusAgent_TraceContext, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_OpenCensusAgent = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.OpenCensusAgent", .fields = mesh_type_Tracing_OpenCensusAgent_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_Tracing_RequestHeader_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("defaultValue"), SLICE_CONSTANT("DefaultValue"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_RequestHeader = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.RequestHeader", .fields = mesh_type_Tracing_RequestHeader_fields, .field_count = 2,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Stackdriver_fields[] = {
    {SLICE_CONSTANT("debug"), SLICE_CONSTANT("Debug"), &type_bool, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("maxNumberOfAttributes"), SLICE_CONSTANT("MaxNumberOfAttributes"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxNumberOfAnnotations"), SLICE_CONSTANT("MaxNumberOfAnnotations"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("maxNumberOfMessageEvents"), SLICE_CONSTANT("MaxNumberOfMessageEvents"), &wrapper_of_int64, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_Tracing_Stackdriver = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Stackdriver", .fields = mesh_type_Tracing_Stackdriver_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_Tracing_Zipkin_fields[] = {
    {SLICE_CONSTANT("address"), SLICE_CONSTANT("Address"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_Tracing_Zipkin = {
    .kind = TYPE_STRUCT, .name = "istio.mesh.v1alpha1.Tracing.Zipkin", .fields = mesh_type_Tracing_Zipkin_fields, .field_count = 1,
    .is_message = true};

static const struct type_field mesh_type_ZoneAwareLoadBalancerSetting_fields[] = {
    {SLICE_CONSTANT("enabled"), SLICE_CONSTANT("Enabled"), &wrapper_of_bool, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
    {SLICE_CONSTANT("failover"), SLICE_CONSTANT("Failover"), &list_of_mesh_type_ZoneAwareLoadBalancerSetting_Failover, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("failoverPriority"), SLICE_CONSTANT("FailoverPriority"), &list_of_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("minClusterSize"), SLICE_CONSTANT("MinClusterSize"), &wrapper_of_uint32, .flags = TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER},
};
const struct type mesh_type_ZoneAwareLoadBalancerSetting = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ZoneAwareLoadBalancerSetting", .fields = mesh_type_ZoneAwareLoadBalancerSetting_fields, .field_count = 4,
    .is_message = true};

static const struct type_field mesh_type_ZoneAwareLoadBalancerSetting_Failover_fields[] = {
    {SLICE_CONSTANT("from"), SLICE_CONSTANT("From"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
    {SLICE_CONSTANT("to"), SLICE_CONSTANT("To"), &type_string, .flags = TYPE_FIELD_OMIT_EMPTY},
};
const struct type mesh_type_ZoneAwareLoadBalancerSetting_Failover = {
    .kind = TYPE_STRUCT, .name = "istio.networking.v1alpha3.ZoneAwareLoadBalancerSetting.Failover", .fields = mesh_type_ZoneAwareLoadBalancerSetting_Failover_fields, .field_count = 2,
    .is_message = true};
