// Owns the verdict on a client's certificate during the handshake. Internal to tls/.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "tls/server_session.h"

struct mbedtls_x509_crt;

namespace pinlatch::tls {

// VerifyPeer is the callback that patches/mbedtls/02 asks once, with the chain as presented: the
// leaf parsed, the others as bytes. `session` is the ServerSession::Impl. It accepts (0) and leaves
// the identity in `candidate`, or sets `error` and returns an mbedTLS error.
int VerifyPeer(void* session, mbedtls_x509_crt* chain, int depth, uint32_t* flags);

// RecallPeer makes the client of a ticket the session's `candidate`, by its chain: judged as that
// of a full handshake is, and remembered likewise. False when it is not accepted.
bool RecallPeer(ServerSession::Impl& session, const std::vector<ByteSpan>& chain);

}  // namespace pinlatch::tls
