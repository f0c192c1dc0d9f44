// Owns the seam between a connection and what its plaintext means: the connection
// (downstream_connection.h) has the socket, TLS, timers, eviction and the end; a protocol has the
// requests. HTTP/1.1 is http1_connection.h. One worker, one thread.
#pragma once

#include "base/byte_buffer.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "exchange/worker_context.h"
#include "generation/known_clients.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// kLameDuck is how long a drain waits for something of which nothing has come: for a request that
// may be on its way to a connection that was kept alive, for the first byte of a handshake.
inline constexpr Milliseconds kLameDuck{1000};
// kLingerTime is how long what a client still sends is read and thrown away after its answer, so
// that the end does not overtake the answer.
inline constexpr Milliseconds kLingerTime{2000};

// DownstreamTransport is what a protocol has of its connection.
class DownstreamTransport {
 public:
  virtual WorkerContext& worker() = 0;
  virtual KnownPeer& peer() = 0;
  // listener is the newest that the connection has taken over.
  virtual const snapshot::Listener& listener() const = 0;

  // in and out are the plaintext, received and to be sent. FillIn reads more to the end of in().
  // FlushOut sends what the client takes, and lets OnWriteTimeout happen when it takes nothing for
  // the whole write timeout; false when the connection is broken.
  virtual ByteBuffer& in() = 0;
  virtual ByteBuffer& out() = 0;
  virtual Transfer FillIn() = 0;
  virtual bool FlushOut() = 0;
  // hangup says that the client's side of the socket has ended, in whatever way: FillIn tells.
  virtual bool hangup() const = 0;

  // draining says that what is in flight is the last: the worker drains, the listener is gone, or
  // the client is being evicted. evicting is the last of these.
  virtual bool draining() const = 0;
  virtual bool evicting() const = 0;
  // eviction_reason is valid while that holds.
  virtual ErrorCode eviction_reason() const = 0;
  // MayStay is to be asked before each request: false when its client has lost the right to the
  // connection (the eviction has then begun).
  virtual bool MayStay() = 0;
  // NoteAdmitted is to be told of each request that is admitted, which is what a connection is kept
  // for when places are short.
  virtual void NoteAdmitted() = 0;

  // AwaitFor calls OnReadTimer after `delay`, unless called again or AwaitNothing is before.
  virtual void AwaitFor(Duration delay) = 0;
  virtual void AwaitNothing() = 0;
  // Wake has the connection advance now, from an event of something else. It, and with it the
  // protocol, may be gone when it returns.
  virtual void Wake() = 0;
  // WakeSoon does so at the end of the loop's round.
  virtual void WakeSoon() = 0;

  // The ways to end, after which the protocol is not advanced any more. CloseOrderly ends with
  // close_notify and lingers; what is in out() is lost. CloseIdle does not linger, unless the
  // client has said something that was not read. CloseBroken is for a connection that failed in
  // FillIn, and logs it when the client broke TLS. CloseWithReset lets the client see that the
  // response is not complete.
  virtual void CloseOrderly() = 0;
  virtual void CloseIdle() = 0;
  virtual void CloseBroken() = 0;
  virtual void CloseWithReset() = 0;
  // CloseDenied is for a client that is not admitted, in a protocol without an answer for that: it
  // gets the alert access_denied (RFC 8446 section 6.2).
  virtual void CloseDenied() = 0;
  // EndOut ends the gateway's side with close_notify, once out() is empty, and reads on; false: the
  // socket does not take it now, call again when it is writable.
  virtual bool EndOut() = 0;

 protected:
  ~DownstreamTransport() = default;
};

// DownstreamProtocol serves the requests of one connection, from the end of the handshake to the
// end of the connection. Destroying it abandons what is in flight, and writes its log lines.
class DownstreamProtocol {
 public:
  DownstreamProtocol() = default;
  virtual ~DownstreamProtocol() = default;
  DownstreamProtocol(const DownstreamProtocol&) = delete;
  DownstreamProtocol& operator=(const DownstreamProtocol&) = delete;

  // Advance moves bytes until it would block; it says whether it should be called again at once.
  virtual bool Advance() = 0;
  // busy says that a request is in flight. serves says so of one that was admitted, its response
  // included: what is refused keeps nobody from giving way, and has no time but `timeouts.write`
  // for the whole of its answer.
  virtual bool busy() const = 0;
  virtual bool serves() const = 0;
  // OnReadTimer: what was awaited has not come. OnWriteTimeout: the client takes nothing. The
  // connection advances afterwards.
  virtual void OnReadTimer() = 0;
  virtual void OnWriteTimeout() = 0;
  // OnDrain: draining() has begun. It may not end the connection, which is not advanced by itself.
  // OnEvicted: the client may not stay; tunnels are to be cut, and a connection without a request
  // closed, at once. OnReexamined: it may, as far as the connection goes; tunnels are judged by
  // their route, and it says whether one was cut. OnGraceOver: what is still in flight is to be cut
  // for `reason`. The connection advances afterwards.
  virtual void OnDrain() = 0;
  virtual void OnEvicted() = 0;
  virtual bool OnReexamined() = 0;
  virtual void OnGraceOver(ErrorCode reason) = 0;
  // Rest gives back memory that only a turn needs.
  virtual void Rest() = 0;
};

}  // namespace pinlatch::proxy
