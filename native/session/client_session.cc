// Owns the public face of a client session: creation, reading, writing, closing.
#include "session/client_session.h"

#include <string>
#include <utility>

#include "session/alerts.h"
#include "session/client_session_impl.h"

namespace pinlatch::tls {
namespace {

// A server's side of a handshake is a ServerHello (twice with HelloRetryRequest), a certificate
// chain and a list of CAs of at most 64 KiB each, and small messages.
constexpr size_t kHandshakeAllowance = 256 * 1024;

}  // namespace

ClientSession::ClientSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientSession::ClientSession(ClientSession&&) noexcept = default;
ClientSession& ClientSession::operator=(ClientSession&&) noexcept = default;
ClientSession::~ClientSession() = default;

Result<ClientSession> ClientSession::Create(const ClientContext& context,
                                            const ServerIdentity& server, const ServerCheck& check,
                                            ByteStream& stream, UnixSeconds now) {
  auto impl = std::make_unique<Impl>(context.impl(), server, check, stream);
  // Without a server name where the server is an address.
  const char* name = server.is_address ? nullptr : server.name.c_str();
  if (mbedtls_ssl_setup(&impl->ssl, &context.impl().ConfigAt(now)) != 0 ||
      mbedtls_ssl_set_hostname(&impl->ssl, name) != 0) {
    return Error(ErrorCode::kInternal, "no memory for a TLS session");
  }
  mbedtls_ssl_set_verify(&impl->ssl, VerifyServer, impl.get());
  impl->records.Attach(impl->ssl);
  impl->records.Allow(kHandshakeAllowance);
  return ClientSession(std::move(impl));
}

SessionProgress ClientSession::Handshake(UnixSeconds now, SignatureWaiter* waiter) {
  return impl_->Handshake(now, waiter);
}

const Error& ClientSession::error() const { return impl_->error; }

UnixSeconds ClientSession::valid_until() const { return impl_->valid_until; }

std::vector<std::vector<uint8_t>> ClientSession::TakeChain() {
  return std::exchange(impl_->accepted_chain, {});
}

snapshot::TlsVersion ClientSession::version() const { return impl_->version(); }

std::string_view ClientSession::protocol() const {
  const char* protocol = mbedtls_ssl_get_alpn_protocol(&impl_->ssl);
  return protocol == nullptr ? std::string_view() : protocol;
}

Transfer ClientSession::Read(MutableByteSpan into) {
  if (impl_->data.peer_closed()) return Transfer::End();
  if (impl_->phase != Impl::Phase::kOpen) return Transfer::Failed(0);
  const Transfer transfer = impl_->data.Read(into);
  if (transfer.kind != Transfer::Kind::kFailed) return transfer;
  return impl_->FailAfterHandshake(impl_->data.failure(), transfer);
}

Transfer ClientSession::Write(ByteSpan from) {
  if (impl_->phase != Impl::Phase::kOpen || impl_->data.close_sent()) return Transfer::Failed(0);
  const Transfer transfer = impl_->data.Write(from);
  if (transfer.kind != Transfer::Kind::kFailed) return transfer;
  // What the server sent before it stopped taking is still to be read.
  impl_->error = Error(ErrorCode::kUpstreamReset, "the connection accepts no more data");
  return transfer;
}

Transfer ClientSession::Impl::FailAfterHandshake(int mbedtls_error, Transfer transfer) {
  phase = Phase::kBroken;
  const auto say = [this](std::string detail) {
    error = Error(ErrorCode::kUpstreamReset, std::move(detail));
  };
  if (records.failed()) {
    say("the connection failed");
  } else if (records.ended()) {
    say("closed without a TLS close_notify");
  } else if (mbedtls_error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    say("the service sent the alert " + std::string(AlertName(ssl.in_msg[1])));
  } else {
    say("the service sent an invalid TLS record");
    SendAlert(mbedtls_error == MBEDTLS_ERR_SSL_RECORD_OVERFLOW
                  ? MBEDTLS_SSL_ALERT_MSG_RECORD_OVERFLOW
                  : MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
  }
  return transfer;
}

bool ClientSession::HasBuffered() const {
  return impl_->phase == Impl::Phase::kOpen && mbedtls_ssl_check_pending(&impl_->ssl) != 0;
}

void ClientSession::Close() {
  if (impl_->phase == Impl::Phase::kOpen) impl_->data.Close();
}

void ClientSession::Rest() {
  if (impl_->phase == Impl::Phase::kOpen) impl_->data.Rest();
}

}  // namespace pinlatch::tls
