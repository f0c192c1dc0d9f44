// Owns one client-side TLS connection, to an upstream: handshake with the server's certificate
// verified by trust/verifier.h, held to its name and to whatever else its user asks, records,
// orderly close. Lives on one worker. Knows no socket: bytes move through a ByteStream that it
// borrows.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "keys/pending_signature.h"
#include "session/client_context.h"
#include "session/session_progress.h"
#include "verdict/server_identity.h"
#include "verdict/server_proof.h"

namespace pinlatch::tls {

class ClientSession {
 public:
  // Create sets up a session. All that is referred to is borrowed and must outlive it. `now`
  // chooses the gateway's own certificate; left out, it is the configured one, and no stand-in.
  // Error: kInternal (out of memory).
  static Result<ClientSession> Create(const ClientContext& context, const ServerIdentity& server,
                                      const ServerCheck& check, ByteStream& stream,
                                      UnixSeconds now = INT64_MAX);
  // One that was moved from can only be destroyed, or assigned to.
  ClientSession(ClientSession&& other) noexcept;
  ClientSession& operator=(ClientSession&& other) noexcept;
  ~ClientSession();

  // Handshake goes as far as the stream allows, and returns kWantTurn between two signature checks
  // of the server's chain. `now` is the wall time that certificates are judged
  // by. With kFailed, error() says why (kUpstreamTls, kUpstreamUntrusted, kUpstreamWrongName, or
  // what the check said), and the server was sent an alert as far as the stream took it. Nothing of
  // the gateway's own certificate leaves before the server's was accepted. `waiter` is borrowed for
  // the call; without one, a private key that takes its time is waited for.
  SessionProgress Handshake(UnixSeconds now, SignatureWaiter* waiter = nullptr);
  const Error& error() const;
  // valid_until is until when all that was found of the server's certificate holds, Unix seconds.
  UnixSeconds valid_until() const;
  // TakeChain yields, once, what the server presented and was accepted with, DER, leaf first.
  std::vector<std::vector<uint8_t>> TakeChain();
  snapshot::TlsVersion version() const;
  // protocol is what the server chose by ALPN, "" for nothing.
  std::string_view protocol() const;

  // Read yields decrypted bytes. kEnd is an orderly close_notify only; the stream's end without it
  // is kFailed.
  Transfer Read(MutableByteSpan into);
  // HasBuffered says that Read can yield bytes without the stream becoming readable.
  bool HasBuffered() const;
  // Write encrypts. After kWouldBlock nothing counts as written: call again with the same bytes
  // (more may follow them) once the stream is writable.
  Transfer Write(ByteSpan from);
  // Close writes close_notify as far as the stream takes it at once.
  void Close();
  // Rest gives the record buffers back while nothing is in them; they return by themselves.
  void Rest();

  struct Impl;

 private:
  explicit ClientSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
