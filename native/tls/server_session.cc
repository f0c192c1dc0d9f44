// Owns the public face of a server session: creation, reading, writing, closing.
#include "tls/server_session.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "tls/peer_verification.h"
#include "tls/protocol_error.h"
#include "tls/server_session_impl.h"

namespace pinlatch::tls {
namespace {

// A client's side of a handshake is a ClientHello (twice with HelloRetryRequest) and a certificate
// chain of at most 16 KiB each, and small messages.
constexpr size_t kHandshakeAllowance = 128 * 1024;
// One Read takes one record of data (16 KiB and a little), and skips a few that carry none.
constexpr size_t kReadAllowance = 64 * 1024;

}  // namespace

ServerSession::ServerSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerSession::~ServerSession() = default;

Result<std::unique_ptr<ServerSession>> ServerSession::Create(
    const ServerContext& context, ByteStream& stream, VerdictCache& verdicts,
    std::shared_ptr<const TicketKeys> ticket_keys) {
  auto impl = std::make_unique<Impl>(context.impl(), stream, verdicts, std::move(ticket_keys));
  if (mbedtls_ssl_setup(&impl->ssl, &context.impl().config) != 0) {
    return Error(ErrorCode::kInternal, "no memory for a TLS session");
  }
  mbedtls_ssl_set_user_data_p(&impl->ssl, impl.get());
  mbedtls_ssl_set_verify(&impl->ssl, VerifyPeer, impl.get());
  impl->records.Attach(impl->ssl);
  impl->records.Allow(kHandshakeAllowance);
  return std::unique_ptr<ServerSession>(new ServerSession(std::move(impl)));
}

ServerSession::Progress ServerSession::Handshake(UnixSeconds now) { return impl_->Handshake(now); }

const Error& ServerSession::error() const { return impl_->error; }

int ServerSession::sent_alert() const {
  return impl_->ssl.alert_type == 0 ? -1 : impl_->ssl.alert_type;
}

int ServerSession::received_alert() const { return impl_->received_alert; }

const HandshakeFacts& ServerSession::facts() const { return impl_->facts; }

std::shared_ptr<const identity::PeerIdentity> ServerSession::peer() const { return impl_->peer; }

std::shared_ptr<const identity::PeerIdentity> ServerSession::refused_peer() const {
  return impl_->refused;
}

const Acceptance& ServerSession::acceptance() const { return impl_->acceptance; }

Transfer ServerSession::Read(MutableByteSpan into) {
  assert(!into.empty());
  if (impl_->peer_closed) return Transfer::End();
  if (impl_->phase != Impl::Phase::kOpen) return Transfer::Failed(0);
  impl_->buffers.Wake(impl_->ssl);
  impl_->records.Allow(kReadAllowance);
  while (true) {
    const int got = mbedtls_ssl_read(&impl_->ssl, into.data(), into.size());
    if (got > 0) return Transfer::Moved(static_cast<size_t>(got));
    // 0 is the end of the stream or an empty record; the stream knows which.
    if (got == 0 && !impl_->records.ended()) continue;
    if (got == MBEDTLS_ERR_SSL_WANT_READ && impl_->records.read_blocked()) {
      return Transfer::WouldBlock();
    }
    // A warning that the stream does not take now leaves with the next write.
    if (got == MBEDTLS_ERR_SSL_WANT_READ || got == MBEDTLS_ERR_SSL_WANT_WRITE) continue;
    if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      impl_->peer_closed = true;
      return Transfer::End();
    }
    return impl_->FailAfterHandshake(got);
  }
}

Transfer ServerSession::Impl::FailAfterHandshake(int mbedtls_error) {
  phase = Phase::kBroken;
  if (records.failed()) {
    error = Error(ErrorCode::kClientClosed, "the connection failed");
    return Transfer::Failed(records.system_error());
  }
  if (records.ended()) {
    error = Error(ErrorCode::kClientClosed, "the client closed the connection without a farewell");
    return Transfer::Failed(0);
  }
  if (mbedtls_error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    received_alert = ssl.in_msg[1];
    error = Error(ErrorCode::kClientClosed,
                  "the client sent the alert " + std::to_string(received_alert));
    return Transfer::Failed(0);
  }
  ProtocolError explained = ExplainProtocolError(mbedtls_error, ssl.state);
  error = Error(ErrorCode::kTlsRecord, std::move(explained.error.detail));
  if (ssl.alert_type == 0 && Flush(ssl) == Progress::kDone) {
    mbedtls_ssl_send_alert_message(&ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, explained.alert);
  }
  return Transfer::Failed(0);
}

bool ServerSession::HasBuffered() const {
  return impl_->phase == Impl::Phase::kOpen && mbedtls_ssl_check_pending(&impl_->ssl) != 0;
}

Transfer ServerSession::Write(ByteSpan from) {
  if (impl_->phase != Impl::Phase::kOpen || impl_->close_sent) return Transfer::Failed(0);
  assert(from.size() >= std::max<size_t>(impl_->pending_write, 1));
  impl_->buffers.Wake(impl_->ssl);
  // mbedtls_ssl_write takes any bytes that wait to be sent for its own record. They need not be (an
  // alert may wait), and its record may be gone by now (an alert flushed it). So what waits is sent
  // here, and mbedtls_ssl_write only ever begins a record.
  if (const Progress rest = Flush(impl_->ssl); rest != Progress::kDone) {
    if (rest == Progress::kWantWrite) return Transfer::WouldBlock();
    return impl_->FailAfterHandshake(0);
  }
  if (impl_->pending_write > 0) return Transfer::Moved(std::exchange(impl_->pending_write, 0));
  const int room = mbedtls_ssl_get_max_out_record_payload(&impl_->ssl);
  if (room <= 0) return impl_->FailAfterHandshake(room);
  const size_t size = std::min(from.size(), static_cast<size_t>(room));
  const int sent = mbedtls_ssl_write(&impl_->ssl, from.data(), size);
  if (sent > 0) return Transfer::Moved(static_cast<size_t>(sent));
  if (sent != MBEDTLS_ERR_SSL_WANT_WRITE) return impl_->FailAfterHandshake(sent);
  impl_->pending_write = size;
  return Transfer::WouldBlock();
}

ServerSession::Progress ServerSession::Close() {
  if (impl_->phase != Impl::Phase::kOpen) return Progress::kFailed;
  impl_->buffers.Wake(impl_->ssl);
  // A record that is half sent goes first.
  if (const Progress rest = Flush(impl_->ssl); rest != Progress::kDone) return rest;
  if (impl_->close_sent) return Progress::kDone;
  impl_->close_sent = true;
  const int result = mbedtls_ssl_close_notify(&impl_->ssl);
  if (result == 0) return Progress::kDone;
  return result == MBEDTLS_ERR_SSL_WANT_WRITE ? Progress::kWantWrite : Progress::kFailed;
}

void ServerSession::Deny() {
  if (impl_->phase != Impl::Phase::kOpen) return;
  impl_->buffers.Wake(impl_->ssl);
  if (Flush(impl_->ssl) == Progress::kDone) {
    mbedtls_ssl_send_alert_message(&impl_->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                   MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED);
  }
  impl_->phase = Impl::Phase::kBroken;
}

void ServerSession::Rest() {
  if (impl_->phase == Impl::Phase::kOpen) impl_->buffers.Rest(impl_->ssl);
}

}  // namespace pinlatch::tls
