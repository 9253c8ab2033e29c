/* libssl and libcrypto, and what of them Swift cannot import: macros with arguments, and stacks. */
#include <openssl/bio.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline int copenssl_set_minimum_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline int copenssl_set_maximum_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}
static inline void copenssl_forbid_renegotiation_and_compression(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}
static inline void copenssl_set_longest_chain(SSL_CTX *context, long bytes) { SSL_CTX_set_max_cert_list(context, bytes); }
/* Idle connections give their record buffers back. */
static inline void copenssl_release_idle_buffers(SSL_CTX *context) { SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); }
/* New sessions go to the callback alone. */
static inline void copenssl_hand_out_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}
/* By what a client signs; what servers may sign by is another list. */
static inline long copenssl_sign_by(SSL_CTX *context, const char *algorithms) {
    return SSL_CTX_set1_client_sigalgs_list(context, algorithms);
}
static inline long copenssl_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline int copenssl_reason(unsigned long error) { return ERR_GET_REASON(error); }

/* A memory BIO that says "later" and not "end" where it is empty. */
static inline BIO *copenssl_memory(void) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory != NULL) { BIO_set_mem_eof_return(memory, -1); }
    return memory;
}
/* What a memory BIO holds; valid until it is touched again. */
static inline long copenssl_memory_content(BIO *memory, const char **content) {
    char *start = NULL;
    long length = BIO_get_mem_data(memory, &start);
    *content = start;
    return length;
}

static inline int copenssl_certificate_count(const STACK_OF(X509) *certificates) {
    return certificates == NULL ? 0 : sk_X509_num(certificates);
}
static inline X509 *copenssl_certificate(const STACK_OF(X509) *certificates, int index) {
    return sk_X509_value(certificates, index);
}
static inline int copenssl_name_count(const GENERAL_NAMES *names) { return names == NULL ? 0 : sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *copenssl_name(const GENERAL_NAMES *names, int index) { return sk_GENERAL_NAME_value(names, index); }

/* How many certificates (X509_LU_X509) or revocation lists (X509_LU_CRL) a store holds. */
static inline int copenssl_count(X509_STORE *store, X509_LOOKUP_TYPE type) {
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    int count = 0;
    for (int index = 0; index < sk_X509_OBJECT_num(objects); index++) {
        if (X509_OBJECT_get_type(sk_X509_OBJECT_value(objects, index)) == type) { count++; }
    }
    return count;
}

/* Keys. */
static inline EVP_PKEY *copenssl_make_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline EVP_PKEY *copenssl_make_rsa_key(unsigned bits) { return EVP_RSA_gen(bits); }

/* A stack of certificates that holds references of its own. */
static inline STACK_OF(X509) *copenssl_new_certificates(void) { return sk_X509_new_null(); }
static inline int copenssl_add_certificate(STACK_OF(X509) *certificates, X509 *certificate) {
    return X509_add_cert(certificates, certificate, X509_ADD_FLAG_UP_REF);
}
static inline void copenssl_free_certificates(STACK_OF(X509) *certificates) { sk_X509_pop_free(certificates, X509_free); }

/* Engines are deprecated, but on Debian 12 the only way to a PKCS #11 token. The engine stays loaded. */
static inline EVP_PKEY *copenssl_engine_key(const char *name, const char *uri, const char *pin) {
#if defined(OPENSSL_NO_ENGINE)
    return NULL;
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    ENGINE *engine = ENGINE_by_id(name);
    if (engine == NULL) { return NULL; }
    EVP_PKEY *key = NULL;
    if (ENGINE_init(engine)) {
        if (pin != NULL) { ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0); }
        key = ENGINE_load_private_key(engine, uri, NULL, NULL);
        ENGINE_finish(engine);
    }
    ENGINE_free(engine);
    return key;
#pragma GCC diagnostic pop
#endif
}

/* The private key behind a URI; nobody is asked for a PIN. */
static inline EVP_PKEY *copenssl_stored_key(const char *uri) {
    OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_null(), NULL, NULL, NULL);
    EVP_PKEY *key = NULL;
    if (store == NULL) { return NULL; }
    while (key == NULL && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);
        if (info == NULL) {
            if (OSSL_STORE_error(store)) { break; }
            continue;
        }
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY) { key = OSSL_STORE_INFO_get1_PKEY(info); }
        OSSL_STORE_INFO_free(info);
    }
    OSSL_STORE_close(store);
    return key;
}

static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}
/* Texts in PEM form with certificates and revocation lists in them; what is taken belongs to the taker. */
static inline int copenssl_information_count(const STACK_OF(X509_INFO) *information) { return sk_X509_INFO_num(information); }
static inline X509 *copenssl_take_certificate(const STACK_OF(X509_INFO) *information, int index) {
    X509_INFO *entry = sk_X509_INFO_value(information, index);
    X509 *certificate = entry->x509;
    entry->x509 = NULL;
    return certificate;
}
static inline X509_CRL *copenssl_take_revocation_list(const STACK_OF(X509_INFO) *information, int index) {
    X509_INFO *entry = sk_X509_INFO_value(information, index);
    X509_CRL *list = entry->crl;
    entry->crl = NULL;
    return list;
}
static inline void copenssl_free_information(STACK_OF(X509_INFO) *information) { sk_X509_INFO_pop_free(information, X509_INFO_free); }

/* A stack of certificates that others own. */
static inline STACK_OF(X509) *copenssl_empty_stack(void) { return sk_X509_new_null(); }
static inline int copenssl_push(STACK_OF(X509) *certificates, X509 *certificate) { return sk_X509_push(certificates, certificate); }
static inline void copenssl_free_stack(STACK_OF(X509) *certificates) { sk_X509_free(certificates); }
