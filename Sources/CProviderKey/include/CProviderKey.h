#ifndef CPROVIDERKEY_H
#define CPROVIDERKEY_H

#include <openssl/types.h>

// A key for libssl that signs with one that lives elsewhere.
//
// libssl looks for all that a connection needs by one property query: that which finds the implementation that signs with a TPM's key
// makes the TPM verify the server's signatures and agree on secrets too. It is too slow and too small for that. So libssl gets an elliptic
// curve key of the built-in kind with the public half in it, and a signature over a finished digest is all that the other key is asked for.
//
// P-256 and P-384; NULL: it is on no such curve, or memory is short. The result holds a reference to `key`.
EVP_PKEY *cproviderkey_signing_by(EVP_PKEY *key);

#endif
