// Owns resumption by session ticket, TLS 1.2 (RFC 5077) and TLS 1.3 (RFC 8446 section 4.6.1): what
// is issued, and what a client that brings one is taken for. Internal to tls/.
//
// Whatever is amiss with a ticket means a full handshake, never a failed connection.
#pragma once

#include <mbedtls/ssl.h>

#include "session/server_session.h"

namespace pinlatch::tls {

// HandshakeScope says which session's handshake mbedTLS is taking a step of, on this thread: the
// ticket callbacks are told of the listener only. Scopes do not nest.
class HandshakeScope {
 public:
  explicit HandshakeScope(ServerSession::Impl& session);
  ~HandshakeScope();
  HandshakeScope(const HandshakeScope&) = delete;
  HandshakeScope& operator=(const HandshakeScope&) = delete;
};

// ConfigureTickets has a listener issue and take tickets, or neither. TLS 1.3 resumption is always
// with a new key exchange (psk_dhe_ke), so that a ticket's key does not open what was said.
void ConfigureTickets(mbedtls_ssl_config& config, bool enabled);

// SettleResumption follows the step that read the ClientHello. When mbedTLS resumes, the client
// is who the ticket says, once its chain is judged (the phase kJudging); where the ticket does not
// do after all it makes mbedTLS go on as with a new client. False when mbedTLS resumes a session
// that nobody vouches for, which would be a bug: the handshake must end.
[[nodiscard]] bool SettleResumption(ServerSession::Impl& session);

// DecideNewTicket precedes the step that would issue a ticket in TLS 1.3, where mbedTLS takes a
// failure to issue one for a failed handshake.
void DecideNewTicket(ServerSession::Impl& session);

}  // namespace pinlatch::tls
