// Owns the verdict on a client's certificate during the handshake. Internal to tls/.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/clock.h"
#include "tls/server_session.h"

struct mbedtls_x509_crt;

namespace pinlatch::tls {

// VerifyPeer is the callback that patches/mbedtls/02 asks once, with the chain as presented: the
// leaf parsed, the others as bytes. `session` is the ServerSession::Impl. It accepts (0) and leaves
// the identity in `candidate`, or sets `error` and returns an mbedTLS error.
int VerifyPeer(void* session, mbedtls_x509_crt* chain, int depth, uint32_t* flags);

// RecallPeer makes the client of a ticket the session's `candidate`, by its chain and the times
// from which and until which the session's trust bundle, as it is now, accepts that. False when the
// chain cannot be read.
bool RecallPeer(ServerSession::Impl& session, std::span<const ByteSpan> chain, UnixSeconds from,
                UnixSeconds until);

}  // namespace pinlatch::tls
