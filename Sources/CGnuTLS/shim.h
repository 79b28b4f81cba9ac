// What Swift's importer leaves out of gnutls.
#ifndef CGNUTLS_SHIM_H
#define CGNUTLS_SHIM_H

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

// A macro with a cast, which Swift does not import.
static inline unsigned int cgnutls_bits_of_p256(void) {
    return GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
}

// A variable that holds a function, which Swift takes for shared state.
static inline void cgnutls_free(void *bytes) { gnutls_free(bytes); }

#endif
