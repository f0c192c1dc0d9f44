// Owns the state of a ClientSession in mbedTLS's terms. Internal to tls/: client_session.cc moves
// data, client_handshake.cc gets there.
#pragma once

#include <mbedtls/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tls/application_data.h"
#include "tls/client_context_impl.h"
#include "tls/client_session.h"
#include "tls/record_stream.h"

namespace pinlatch::tls {

struct ClientSession::Impl {
  enum class Phase : uint8_t {
    kHandshaking,
    kOpen,
    kBroken,  // nothing more can be read or written
  };

  Impl(const ClientContext::Impl& client_context, const ServerIdentity& who,
       const ServerCheck& further, ByteStream& stream)
      : context(client_context), server(who), check(further), records(stream) {
    mbedtls_ssl_init(&ssl);
  }
  ~Impl() { mbedtls_ssl_free(&ssl); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // These are in client_handshake.cc.
  SessionProgress Handshake(UnixSeconds wall_time);
  SessionProgress Fail(int mbedtls_error);
  SessionProgress FinishHandshake();
  void Judge(const mbedtls_x509_crt* chain);
  void SendAlert(int alert);

  // FailAfterHandshake ends the session for `mbedtls_error`.
  Transfer FailAfterHandshake(int mbedtls_error, Transfer transfer);

  const ClientContext::Impl& context;
  const ServerIdentity& server;
  const ServerCheck& check;
  RecordStream records;  // before ssl, which points to it
  mbedtls_ssl_context ssl;
  ApplicationData data{ssl, records};

  Phase phase = Phase::kHandshaking;
  UnixSeconds now = 0;
  Error error;
  // refusal_alert goes with an error that was found in the server's certificate.
  std::optional<uint8_t> refusal_alert;
  bool accepted = false;  // the server's certificate was
  UnixSeconds valid_until = 0;
};

// VerifyServer is the callback that patches/mbedtls/04 asks once, with the chain as presented.
// `session` is the ClientSession::Impl.
int VerifyServer(void* session, mbedtls_x509_crt* chain, int depth, uint32_t* flags);

}  // namespace pinlatch::tls
