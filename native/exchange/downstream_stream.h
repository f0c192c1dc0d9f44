// Owns the interface between an exchange and the protocol that carries it downstream: one request
// and its response. HTTP/1.1 implements it (http1_stream.h); nothing in an exchange knows
// connections, framing or TLS.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/result.h"
#include "http/head.h"

namespace pinlatch::proxy {

// BodyPull is one piece of a request body.
struct BodyPull {
  enum class Kind : uint8_t { kData, kEnd, kBlocked, kFailed } kind = Kind::kBlocked;
  ByteSpan payload;  // with kData; valid until the next call on the stream
  ErrorCode error = ErrorCode::kMalformedBody;  // with kFailed
};

// OutgoingHead is a response head before framing. Fields hold neither framing nor hop-by-hop
// fields.
struct OutgoingHead {
  uint16_t status = 0;
  std::span<const http::Field> fields;
  bool has_body = true;                    // false: answers to HEAD, 204, 304
  std::optional<uint64_t> content_length;  // known length; also stated for answers without a body
  std::string_view request_id;
  // last_of_connection asks for a new connection for what comes next, where a connection carries
  // one request at a time.
  bool last_of_connection = false;
  // is_complete says that the body, where there may be one, is empty, and that no trailers follow.
  bool is_complete = false;
};

class DownstreamStream {
 public:
  // kMostBeforeInterim is in bytes: two of the largest heads that a service may send.
  static constexpr size_t kMostBeforeInterim = 128 * 1024;

  // protocol is what access logs call it: "HTTP/1.0", "HTTP/1.1", "HTTP/2.0". Static text.
  virtual std::string_view protocol() const = 0;
  // carries_trailers says that EndBody's trailers reach the client.
  virtual bool carries_trailers() const = 0;

  // PullBody yields the next piece, of at most `max` bytes. The first call invites a client that
  // expects 100 (Continue), unless that has been left to the service.
  virtual BodyPull PullBody(size_t max) = 0;
  // request_trailers are the fields that followed the body, once PullBody has said kEnd; they hold
  // until the exchange is over. Checked like fields of a head, and without pseudo-fields.
  virtual std::span<const http::Field> request_trailers() const = 0;

  // DiscardBufferedBody drops what has arrived of a body that nobody will pull, so that the
  // connection can go on after the answer when that was all of it.
  virtual void DiscardBufferedBody() = 0;

  // LeaveInvitation leaves it to the service to invite the client, by an interim response of its
  // own. Until it has, the body is not the client's to send.
  virtual void LeaveInvitation() = 0;
  // SendInterim passes an interim response (1xx other than 101) on. One that the client cannot be
  // sent (HTTP/1.0), or that would have to wait behind more than kMostBeforeInterim, is dropped.
  virtual void SendInterim(uint16_t status, std::span<const http::Field> fields) = 0;

  // SendHead starts the response; SendBody adds payload, EndBody completes it, with `trailers` if
  // the protocol has them. An answer without a body is completed by EndBody too. All of it is
  // buffered: BodyRoom says how many bytes may be added before the client has to take some.
  virtual void SendHead(const OutgoingHead& head) = 0;
  virtual size_t BodyRoom() const = 0;
  virtual void SendBody(ByteSpan payload) = 0;
  virtual void EndBody(std::span<const http::Field> trailers) = 0;
  // StartTunnel answers a request that asked to upgrade to `protocol` with consent. From here on
  // PullBody and SendBody carry its bytes as they come, and nothing is HTTP any more: PullBody says
  // kEnd when the client has ended its side, EndBody ends the connection or stream. It returns the
  // status that says so: 101, or 200 in HTTP/2.
  virtual uint16_t StartTunnel(const OutgoingHead& head, std::string_view protocol) = 0;
  // Abort gives up a response that has begun: the client must be able to see that it is incomplete.
  virtual void Abort() = 0;

  // MayGoOn says why the client may not stay on its connection any more, by the rules and the time
  // that are now.
  virtual Status MayGoOn() = 0;

  // Wake has the stream's owner advance the exchange again, from an upstream event: now, or at the
  // end of the loop's round. The exchange may be gone when it returns.
  virtual void Wake() = 0;

 protected:
  ~DownstreamStream() = default;
};

}  // namespace pinlatch::proxy
