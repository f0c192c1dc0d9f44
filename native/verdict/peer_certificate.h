// Owns what mbedTLS keeps of a peer's Certificate message (patches/mbedtls/02 and 04): certificates
// as bytes, and the leaf's key once the chain was accepted. Internal to tls/.
#pragma once

#include <vector>

#include "base/bytes.h"

struct mbedtls_x509_crt;

namespace pinlatch::tls {

// PresentedChain is the chain as it came, leaf first. Views.
std::vector<ByteSpan> PresentedChain(const mbedtls_x509_crt* chain);

// ReadPeerKey gives mbedTLS the key that it checks the peer's signature over the handshake with.
// Call it when the chain was accepted, not before: until then whoever sends a key chooses what
// reading it costs. False when the certificate cannot be read.
[[nodiscard]] bool ReadPeerKey(mbedtls_x509_crt& leaf);

}  // namespace pinlatch::tls
