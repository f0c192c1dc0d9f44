// Owns the public face of a server session: creation, reading, writing, closing.
#include "session/server_session.h"

#include <utility>

#include "session/peer_verification.h"
#include "session/protocol_error.h"
#include "session/server_session_impl.h"

namespace pinlatch::tls {
namespace {

// A client's side of a handshake is a ClientHello (twice with HelloRetryRequest) and a certificate
// chain of at most 48 KiB each, 32 KiB of early data that is passed over, and small messages.
constexpr size_t kHandshakeAllowance = 192 * 1024;

}  // namespace

ServerSession::ServerSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;
ServerSession::~ServerSession() = default;

Result<ServerSession> ServerSession::Create(const ServerContext& context, ByteStream& stream,
                                            VerdictCache& verdicts,
                                            std::shared_ptr<const TicketKeys> ticket_keys) {
  auto impl = std::make_unique<Impl>(context.impl(), stream, verdicts, std::move(ticket_keys));
  if (mbedtls_ssl_setup(&impl->ssl, &context.impl().config) != 0) {
    return Error(ErrorCode::kInternal, "no memory for a TLS session");
  }
  mbedtls_ssl_set_user_data_p(&impl->ssl, impl.get());
  mbedtls_ssl_set_verify(&impl->ssl, VerifyPeer, impl.get());
  impl->records.Attach(impl->ssl);
  impl->records.Allow(kHandshakeAllowance);
  return ServerSession(std::move(impl));
}

ServerSession::Progress ServerSession::Handshake(UnixSeconds now, SignatureWaiter* waiter) {
  return impl_->Handshake(now, waiter);
}

const Error& ServerSession::error() const {
  static const Error kNone;
  return impl_->error ? *impl_->error : kNone;
}

int ServerSession::sent_alert() const {
  return impl_->ssl.alert_type == 0 ? -1 : impl_->ssl.alert_type;
}

int ServerSession::received_alert() const { return impl_->received_alert; }

HttpInClear ServerSession::heard_http() const { return impl_->heard_http; }

const HandshakeFacts& ServerSession::facts() const { return impl_->facts; }

std::shared_ptr<const identity::PeerIdentity> ServerSession::peer() const { return impl_->peer; }

std::shared_ptr<const identity::PeerIdentity> ServerSession::refused_peer() const {
  return impl_->refused;
}

const Acceptance& ServerSession::acceptance() const { return impl_->acceptance; }

Transfer ServerSession::Read(MutableByteSpan into) {
  if (impl_->data.peer_closed()) return Transfer::End();
  if (impl_->phase != Impl::Phase::kOpen) return Transfer::Failed(0);
  const Transfer transfer = impl_->data.Read(into);
  if (transfer.kind != Transfer::Kind::kFailed) return transfer;
  return impl_->FailAfterHandshake(impl_->data.failure());
}

Transfer ServerSession::Impl::FailAfterHandshake(int mbedtls_error) {
  phase = Phase::kBroken;
  if (records.failed()) {
    error = std::make_unique<const Error>(ErrorCode::kClientClosed, "the connection failed");
    return Transfer::Failed(records.system_error());
  }
  if (records.ended()) {
    error = std::make_unique<const Error>(
        ErrorCode::kClientClosed, "the client closed the connection without a TLS close_notify");
    return Transfer::Failed(0);
  }
  if (mbedtls_error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    received_alert = ssl.in_msg[1];
    error = std::make_unique<const Error>(
        ErrorCode::kClientClosed, "the client sent the alert " + std::to_string(received_alert));
    return Transfer::Failed(0);
  }
  ProtocolError explained = ExplainProtocolError(mbedtls_error, ssl.state);
  error = std::make_unique<const Error>(ErrorCode::kTlsRecord, std::move(explained.error.detail));
  if (ssl.alert_type == 0 && Flush(ssl) == Progress::kDone) {
    mbedtls_ssl_send_alert_message(&ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, explained.alert);
  }
  return Transfer::Failed(0);
}

bool ServerSession::HasBuffered() const {
  return impl_->phase == Impl::Phase::kOpen && mbedtls_ssl_check_pending(&impl_->ssl) != 0;
}

Transfer ServerSession::Write(ByteSpan from) {
  if (impl_->phase != Impl::Phase::kOpen || impl_->data.close_sent()) return Transfer::Failed(0);
  const Transfer transfer = impl_->data.Write(from);
  if (transfer.kind != Transfer::Kind::kFailed) return transfer;
  return impl_->FailAfterHandshake(impl_->data.failure());
}

ServerSession::Progress ServerSession::Close() {
  if (impl_->phase != Impl::Phase::kOpen) return Progress::kFailed;
  return impl_->data.Close();
}

void ServerSession::Deny() {
  if (impl_->phase != Impl::Phase::kOpen) return;
  impl_->data.SendAlert(MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED);
  impl_->phase = Impl::Phase::kBroken;
}

void ServerSession::Rest() {
  if (impl_->phase == Impl::Phase::kOpen) return impl_->data.Rest();
  if (impl_->awaits_flight) impl_->data.RestBetweenFlights();
}

}  // namespace pinlatch::tls
