// Owns the verdict on a client's certificate during the handshake. Internal to tls/.
#pragma once

#include <cstdint>

struct mbedtls_x509_crt;

namespace pinlatch::tls {

// VerifyPeer is the callback that patches/mbedtls/02 asks once, with the chain as presented, as
// bytes. `session` is the ServerSession::Impl, which it puts into the phase kJudging: mbedTLS takes
// no further step before the chain is accepted, and could not check the client's signature either,
// because it has no key to do so.
int VerifyPeer(void* session, mbedtls_x509_crt* chain, int depth, uint32_t* flags);

}  // namespace pinlatch::tls
