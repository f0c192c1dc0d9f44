// Owns the interface between an exchange and the protocol that carries it upstream: one request and
// its response, the counterpart of downstream_stream.h. HTTP/1.1 implements it (http1_upstream.h);
// nothing in an exchange knows framing, TLS or sockets of the upstream.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/head.h"

namespace pinlatch::proxy {

// UpstreamRequest is a request head before framing.
struct UpstreamRequest {
  // The head as AppendForwardedRequest wrote it, to the empty line. HTTP/1.1 sends these very
  // bytes; another protocol takes them apart, which is easy as nobody else wrote them. Valid until
  // a response head has come.
  ByteSpan head;
  bool is_head = false;     // no body will follow the response head
  bool is_chunked = false;  // the length of the body is not known
  bool has_body = false;
  uint64_t content_length = 0;  // of a body whose length is known
  // What the head asks to upgrade to; empty: nothing. Valid as long as the stream.
  std::string_view upgrade{};
  bool takes_trailers = false;    // the client said "TE: trailers", which is hop-by-hop
  bool expects_continue = false;  // the head says so: the upstream invites the body, or answers
};

// Progress is what one step came to.
enum class Progress : uint8_t {
  kMoved,
  kBlocked,  // nothing to do before the user is told
  kFailed,   // error() says why
};

// UpstreamPull is one piece of a response body.
struct UpstreamPull {
  enum class Kind : uint8_t { kData, kEnd, kBlocked, kFailed } kind = Kind::kBlocked;
  ByteSpan payload;  // with kData; valid until the next call on the stream
};

// Replay says whether a request that failed before a response head may be sent once more.
enum class Replay : uint8_t {
  kNever,
  kUnanswered,  // it may have acted on it; not a byte of an answer has come
  kIdempotent,  // the upstream most likely has not acted on it: its connection had gone stale
  kAlways,      // the upstream says that it has not
};

// UpstreamStream lives on one worker, owned by its exchange. Destroying it gives up what is not
// complete; the upstream can tell.
class UpstreamStream {
 public:
  // User is told that a step which was blocked may move. The stream may be gone when it returns.
  class User {
   public:
    virtual void OnUpstreamReady() = 0;

   protected:
    ~User() = default;
  };

  virtual ~UpstreamStream() = default;

  // Connect reaches the upstream: kMoved once it stands. Nothing of a request is sent before.
  virtual Progress Connect() = 0;

  // SendHead begins the request. SendBody adds payload, EndBody completes it, also where there is
  // no body. All of it is buffered: BodyRoom says how many bytes may be added before the upstream
  // has to take some.
  virtual void SendHead(const UpstreamRequest& request) = 0;
  virtual size_t BodyRoom() const = 0;
  virtual void SendBody(ByteSpan payload) = 0;
  // EndBody's trailer fields are left out where the protocol cannot carry them; the views hold as
  // long as the stream.
  virtual void EndBody(std::span<const http::Field> trailers) = 0;
  // Flush hands on what is buffered. After kFailed the upstream takes nothing more, and may have
  // answered all the same.
  virtual Progress Flush() = 0;
  // drained says that nothing of the request waits to be sent (or can be).
  virtual bool drained() const = 0;

  // begun says that something of the request may have left, once SendHead was called.
  virtual bool begun() const { return true; }

  // ReceiveHead yields the head of a response: with kMoved it is in `into`, with views that are
  // valid until the next call on the stream. Interim responses come one by one, within a bound,
  // until the head of the final one has.
  virtual Progress ReceiveHead(http::ResponseHead& into) = 0;
  // PullBody yields the next piece of the response's body, of at most `max` bytes.
  virtual UpstreamPull PullBody(size_t max) = 0;
  // may_upgrade says that the protocol can leave HTTP for another. Then a request with `upgrade`
  // may be answered by 101, for that very protocol, and StartTunnel has SendBody and PullBody carry
  // its bytes as they come; EndBody ends this side's.
  virtual bool may_upgrade() const { return false; }
  virtual void StartTunnel() {}
  // complete says that nothing more of the response will come.
  virtual bool complete() const = 0;
  // response_trailers are those of a complete response; valid as long as the stream.
  virtual std::span<const http::Field> response_trailers() const = 0;

  // Finish ends a complete response: what carried it may carry others, for as long as `keep_alive`
  // says and it is likely to be needed, beside at most `max_idle` like it.
  virtual void Finish(Duration keep_alive, uint32_t max_idle) = 0;

  // distrust says why the upstream would not be accepted any more, by the rules and the time that
  // are now; nullptr: it would. The user is told when that changes.
  virtual const Error* distrust() const { return nullptr; }

  // error is valid after kFailed: an upstream error whose detail does not name the upstream.
  virtual const Error& error() const = 0;
  // replay is valid after kFailed of ReceiveHead.
  virtual Replay replay() const = 0;
};

}  // namespace pinlatch::proxy
