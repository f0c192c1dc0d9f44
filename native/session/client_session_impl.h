// Owns the state of a ClientSession in mbedTLS's terms. Internal to tls/: client_session.cc moves
// data, client_handshake.cc gets there.
#pragma once

#include <mbedtls/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "session/application_data.h"
#include "session/client_context_impl.h"
#include "session/client_session.h"
#include "session/protocol_settings.h"
#include "session/record_stream.h"
#include "trust/verifier.h"

namespace pinlatch::tls {

struct ClientSession::Impl {
  enum class Phase : uint8_t {
    kHandshaking,
    kJudging,  // the handshake waits for the verdict on the server's chain
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
  SessionProgress Handshake(UnixSeconds wall_time, SignatureWaiter* waiter);
  SessionProgress StepThrough();
  SessionProgress Fail(int mbedtls_error);
  SessionProgress FinishHandshake();
  void Explain(int mbedtls_error);
  void BeginJudging(const mbedtls_x509_crt* chain);
  SessionProgress Judge();
  snapshot::TlsVersion version() const;
  bool TakeVerdict(const Verdict& verdict);
  bool JudgeLeaf(ByteSpan der);
  bool Refuse(Error why, uint8_t alert);
  void SendAlert(uint8_t alert);

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
  std::optional<uint8_t> alert_to_send;  // goes with `error`
  bool accepted = false;                 // the server's certificate was
  std::vector<ByteSpan> presented;       // by the server, while it is judged
  std::unique_ptr<Verification> verification;
  PendingSignature signature;  // by the gateway's own key
  UnixSeconds valid_until = 0;
  std::vector<std::vector<uint8_t>> accepted_chain;
};

// VerifyServer is the callback that patches/mbedtls/04 asks once, with the chain as presented, as
// bytes. `session` is the ClientSession::Impl, which it puts into the phase kJudging: mbedTLS takes
// no further step before the server is accepted, and has no key to check its signature with.
int VerifyServer(void* session, mbedtls_x509_crt* chain, int depth, uint32_t* flags);

}  // namespace pinlatch::tls
