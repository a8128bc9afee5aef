/* tls_library.h - GnuTLS, loaded when TLS is first needed: the functions that are used of it, as pointers with the types
 * of its own headers. Call them as `tls->gnutls_x509_crt_init(&certificate)`. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* Each function once; sorted within its group. */
#define TLS_FUNCTIONS(X) \
    X(gnutls_check_version) \
    X(gnutls_free) \
    X(gnutls_rnd) \
    X(gnutls_strerror) \
    /* certificates and their keys */ \
    X(gnutls_x509_crt_check_hostname) \
    X(gnutls_x509_crt_check_issuer) \
    X(gnutls_x509_crt_deinit) \
    X(gnutls_x509_crt_export) \
    X(gnutls_x509_crt_get_activation_time) \
    X(gnutls_x509_crt_get_basic_constraints) \
    X(gnutls_x509_crt_get_expiration_time) \
    X(gnutls_x509_crt_get_key_id) \
    X(gnutls_x509_crt_get_key_purpose_oid) \
    X(gnutls_x509_crt_get_subject_alt_name) \
    X(gnutls_x509_crt_get_subject_key_id) \
    X(gnutls_x509_crt_import) \
    X(gnutls_x509_crt_init) \
    X(gnutls_x509_crt_list_import) \
    X(gnutls_x509_crt_list_verify) \
    X(gnutls_x509_crt_set_activation_time) \
    X(gnutls_x509_crt_set_authority_key_id) \
    X(gnutls_x509_crt_set_basic_constraints) \
    X(gnutls_x509_crt_set_dn_by_oid) \
    X(gnutls_x509_crt_set_expiration_time) \
    X(gnutls_x509_crt_set_key) \
    X(gnutls_x509_crt_set_key_purpose_oid) \
    X(gnutls_x509_crt_set_key_usage) \
    X(gnutls_x509_crt_set_serial) \
    X(gnutls_x509_crt_set_subject_alt_name) \
    X(gnutls_x509_crt_set_subject_key_id) \
    X(gnutls_x509_crt_set_version) \
    X(gnutls_x509_crt_sign2) \
    X(gnutls_x509_privkey_deinit) \
    X(gnutls_x509_privkey_export_pkcs8) \
    X(gnutls_x509_privkey_generate) \
    X(gnutls_x509_privkey_get_key_id) \
    X(gnutls_x509_privkey_import) \
    X(gnutls_x509_privkey_init) \
    /* what a server's call-back hands to a handshake */ \
    X(gnutls_certificate_allocate_credentials) \
    X(gnutls_certificate_free_credentials) \
    X(gnutls_certificate_set_x509_key_mem2) \
    X(gnutls_certificate_set_x509_trust_file) \
    X(gnutls_certificate_set_x509_trust_mem) \
    X(gnutls_certificate_type_get) \
    X(gnutls_credentials_set) \
    X(gnutls_cipher_suite_get_name) \
    X(gnutls_pcert_deinit) \
    X(gnutls_pcert_import_x509) \
    X(gnutls_pcert_import_x509_raw) \
    X(gnutls_pcert_list_import_x509_raw) \
    X(gnutls_privkey_deinit) \
    X(gnutls_privkey_import_x509_raw) \
    X(gnutls_privkey_init) \
    X(gnutls_protocol_get_name) \
    X(gnutls_protocol_get_version) \
    X(gnutls_server_name_get) \
    /* sessions of both ends over sockets that do not block */ \
    X(gnutls_alert_get) \
    X(gnutls_alert_get_name) \
    X(gnutls_alert_send_appropriate) \
    X(gnutls_alpn_get_selected_protocol) \
    X(gnutls_alpn_set_protocols) \
    X(gnutls_bye) \
    X(gnutls_certificate_get_peers) \
    X(gnutls_certificate_send_x509_rdn_sequence) \
    X(gnutls_certificate_server_set_request) \
    X(gnutls_certificate_verification_status_print) \
    X(gnutls_certificate_verify_peers) \
    X(gnutls_certificate_verify_peers3) \
    X(gnutls_deinit) \
    X(gnutls_error_is_fatal) \
    X(gnutls_handshake) \
    X(gnutls_init) \
    X(gnutls_priority_deinit) \
    X(gnutls_priority_init) \
    X(gnutls_priority_set) \
    X(gnutls_record_get_direction) \
    X(gnutls_record_recv) \
    X(gnutls_record_send) \
    X(gnutls_server_name_set) \
    X(gnutls_session_ext_register) \
    X(gnutls_session_set_verify_function) \
    X(gnutls_set_default_priority) \
    X(gnutls_transport_set_errno) \
    X(gnutls_transport_set_int2) \
    X(gnutls_transport_set_ptr) \
    X(gnutls_transport_set_pull_function) \
    X(gnutls_transport_set_push_function)

struct tls_library {
#define TLS_MEMBER(function) __typeof__(&function) function;
    TLS_FUNCTIONS(TLS_MEMBER)
#undef TLS_MEMBER
};

/* Fills in the pointers; several owners may each load theirs, from any thread. Errors: ERROR_MISSING with the Debian
 * package, or the function that a library too old lacks. */
MUST_CHECK bool tls_library_load(struct tls_library *ret_tls, struct error *error);
/* The same for one exchange and no more, after which its memory is wanted for others: for _cleanup_(library_return). */
MUST_CHECK bool tls_library_borrow(struct tls_library *ret_tls, void **ret_library, struct error *error);
/* "CONTEXT: what GnuTLS says of its code"; false, for `return tls_error(...)`. */
bool tls_error(const struct tls_library *tls, struct error *error, int code, const char *context);
