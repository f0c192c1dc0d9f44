// Owns the interface between a stream to an HTTP/2 upstream and the connection that carries it.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/error.h"
#include "http2/session.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

class Http2Upstream;

class Http2UpstreamCarrier {
 public:
  // stands says that the connection was usable before now.
  virtual bool stands() const = 0;
  // Connect is UpstreamStream's; after kFailed, error() says why.
  virtual Progress Connect() const = 0;
  virtual const Error& error() const = 0;
  // distrust is UpstreamStream's.
  virtual const Error* distrust() const { return nullptr; }
  // session is there once Connect said kMoved.
  virtual http2::Session& session() = 0;
  // received counts the bytes that have come: an upstream that is heard is alive.
  virtual uint64_t received() const = 0;

  // Attach adds a stream, Detach takes it away, wherever it stands.
  virtual void Attach(Http2Upstream& stream) = 0;
  virtual void Detach(Http2Upstream& stream) = 0;
  // NoteReady has the stream's user told, when what is under way has been handled.
  virtual void NoteReady(Http2Upstream& stream) = 0;
  // SendSoon sends what is queued at the end of the round, together with what others queue.
  virtual void SendSoon() = 0;
  // KeepFor says for how long the connection may stay without streams.
  virtual void KeepFor(Duration idle) = 0;

 protected:
  ~Http2UpstreamCarrier() = default;
};

}  // namespace pinlatch::proxy
