// EC_KEY_METHOD is deprecated, but the only way to lend libssl a signature without a provider of one's own.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "CProviderKey.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>

// Made once, and kept as long as the process runs.
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EC_KEY_METHOD *method;
static int place = -1;

static const EVP_MD *digest_of(int length) {
    switch (length) {
        case 32: return EVP_sha256();
        case 48: return EVP_sha384();
        default: return NULL;
    }
}

// An `ECDSA_sign` over a finished digest, in DER.
static int sign(
    int type, const unsigned char *digest, int digest_length, unsigned char *signature, unsigned *length, const BIGNUM *kinv,
    const BIGNUM *r, EC_KEY *wrapper) {
    (void)type, (void)kinv, (void)r;
    EVP_PKEY *key = EC_KEY_get_ex_data(wrapper, place);
    const EVP_MD *kind = digest_of(digest_length);
    if (key == NULL || kind == NULL) {
        ERR_raise(ERR_LIB_EC, ERR_R_UNSUPPORTED);
        return 0;
    }
    // The built-in implementation would take the public half, and then miss the rest.
    const OSSL_PROVIDER *provider = EVP_PKEY_get0_provider(key);
    char query[64] = "";
    if (provider != NULL) { snprintf(query, sizeof query, "provider=%s", OSSL_PROVIDER_get0_name(provider)); }
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, query);
    size_t written = (size_t)ECDSA_size(wrapper);
    int is_signed = context != NULL && EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_signature_md(context, kind) == 1
        && EVP_PKEY_sign(context, signature, &written, digest, (size_t)digest_length) == 1;
    EVP_PKEY_CTX_free(context);
    *length = is_signed ? (unsigned)written : 0;
    return is_signed;
}

static int is_known(const EC_GROUP *curve) {
    int name = curve == NULL ? NID_undef : EC_GROUP_get_curve_name(curve);
    return name == NID_X9_62_prime256v1 || name == NID_secp384r1;
}

static void forget(void *parent, void *key, CRYPTO_EX_DATA *data, int index, long argument, void *pointer) {
    (void)parent, (void)data, (void)index, (void)argument, (void)pointer;
    EVP_PKEY_free(key);
}

// A copy of the wrapper would else free what is not its own.
static int copy(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **key, int index, long argument, void *pointer) {
    (void)to, (void)from, (void)index, (void)argument, (void)pointer;
    return *key == NULL || EVP_PKEY_up_ref(*key);
}

static void prepare(void) {
    place = EC_KEY_get_ex_new_index(0, NULL, NULL, copy, forget);
    method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    // Neither the nonce nor the numbers of a signature are to be had apart.
    if (method != NULL) { EC_KEY_METHOD_set_sign(method, sign, NULL, NULL); }
}

EVP_PKEY *cproviderkey_signing_by(EVP_PKEY *key) {
    pthread_once(&once, prepare);
    if (method == NULL || place < 0) { return NULL; }
    unsigned char *encoded = NULL;
    int length = i2d_PUBKEY(key, &encoded);
    if (length <= 0) { return NULL; }
    const unsigned char *start = encoded;
    EC_KEY *wrapper = d2i_EC_PUBKEY(NULL, &start, length);
    OPENSSL_free(encoded);
    EVP_PKEY *result = EVP_PKEY_new();
    if (wrapper == NULL || result == NULL || !is_known(EC_KEY_get0_group(wrapper)) || !EC_KEY_set_method(wrapper, method)) {
        goto failed;
    }
    if (!EVP_PKEY_up_ref(key)) { goto failed; }
    if (!EC_KEY_set_ex_data(wrapper, place, key)) {
        EVP_PKEY_free(key);
        goto failed;
    }
    if (!EVP_PKEY_assign_EC_KEY(result, wrapper)) { goto failed; }
    return result;
failed:
    EC_KEY_free(wrapper);
    EVP_PKEY_free(result);
    return NULL;
}
