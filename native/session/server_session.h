// Owns one server-side TLS connection: handshake with the client's certificate verified by
// trust/verifier.h, records, alerts, orderly close. Lives on one worker. Knows no socket: bytes
// move through a ByteStream that it borrows.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "identity/peer_identity.h"
#include "keys/pending_signature.h"
#include "session/http_in_clear.h"
#include "session/server_context.h"
#include "session/session_progress.h"
#include "session/ticket_keys.h"
#include "verdict/verdict_cache.h"

namespace pinlatch::tls {

// HandshakeFacts is what a finished handshake settled.
struct HandshakeFacts {
  snapshot::TlsVersion version = snapshot::TlsVersion::kTls12;
  std::string_view cipher;  // static text, the IANA name
  std::string server_name;  // that the client asked for, canonical (http::ParseServerName)
  // What held for this name: of the ServerContext, nullptr before the name was read.
  const TrustContext* trust_context = nullptr;
  std::string_view protocol;  // that ALPN settled (RFC 7301): "h2", "http/1.1", empty without
  bool resumed = false;       // by a session ticket: the client did not prove its key again
  // Of certificates and revocation lists, to judge the client's chain.
  size_t signature_checks = 0;
};

class ServerSession {
 public:
  using Progress = SessionProgress;

  // Create sets up a session. `context`, `stream` and the worker's `verdicts` are borrowed and must
  // outlive it. `ticket_keys` are kept until the handshake is over; nullptr: no tickets. Error:
  // kInternal (out of memory).
  static Result<ServerSession> Create(const ServerContext& context, ByteStream& stream,
                                      VerdictCache& verdicts,
                                      std::shared_ptr<const TicketKeys> ticket_keys);
  // One that was moved from can only be destroyed, or assigned to.
  ServerSession(ServerSession&& other) noexcept;
  ServerSession& operator=(ServerSession&& other) noexcept;
  ~ServerSession();

  // Handshake goes as far as the stream allows, but after anything dear (a key exchange, a
  // signature made or checked) it returns kWantTurn, so that one call costs about as much as one
  // such operation. `now` is the wall time that certificates are judged by. With kFailed, error()
  // says why and the alert that RFC 8446/5246 prescribes was written to the stream, unless the
  // stream itself failed: while it does not take the alert the answer is kWantWrite. Close
  // lingering then, so that unread bytes do not turn the alert into a reset. `waiter` is borrowed
  // for the call; without one, a private key that takes its time is waited for.
  Progress Handshake(UnixSeconds now, SignatureWaiter* waiter = nullptr);
  // error has no detail while the session has not ended by one.
  const Error& error() const;
  // sent_alert and received_alert are the descriptions (RFC 8446 section 6) of fatal alerts, -1 for
  // none.
  int sent_alert() const;
  int received_alert() const;
  // heard_http says whether the client began with an HTTP request in clear. No alert was sent then:
  // it would mean nothing to that client, and the caller may have something to say.
  HttpInClear heard_http() const;
  const HandshakeFacts& facts() const;
  // peer is the verified identity, nullptr when none was presented, where that is allowed.
  std::shared_ptr<const identity::PeerIdentity> peer() const;
  // refused_peer describes the leaf of a chain that was refused, for the log; nullptr when none
  // was, or when it could not be read. Nobody has proven to hold its key.
  std::shared_ptr<const identity::PeerIdentity> refused_peer() const;
  // acceptance says under which bundle and for how long peer() was accepted.
  const Acceptance& acceptance() const;

  // Read yields decrypted bytes. kEnd is an orderly close_notify only; the stream's end without it
  // is kFailed.
  Transfer Read(MutableByteSpan into);
  // HasBuffered says that Read can yield bytes without the stream becoming readable.
  bool HasBuffered() const;
  // Write encrypts. After kWouldBlock nothing counts as written: call again with the same bytes
  // (more may follow them) once the stream is writable.
  Transfer Write(ByteSpan from);
  // Close writes close_notify as far as the stream takes it: kDone or kWantWrite (call again) or
  // kFailed.
  Progress Close();
  // Deny sends the fatal alert access_denied (RFC 8446 section 6.2) as far as the stream takes it.
  // Nothing can be read or written after it.
  void Deny();
  // Rest gives the record buffers back while nothing is in them; they return by themselves. Call it
  // when nothing more is to be done for now: an idle session without it holds 40 KiB.
  void Rest();

  struct Impl;

 private:
  explicit ServerSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
