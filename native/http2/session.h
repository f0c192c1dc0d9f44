// Owns one HTTP/2 connection's state above bytes and below requests, for either end (RFC 9113):
// frames, HPACK, flow control, streams, limits against floods. The one place that uses nghttp2.
// Bytes come and go through buffers; knows no socket, no TLS and no exchange. Lives on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/head.h"
#include "http2/codes.h"
#include "http2/field_block.h"
#include "http2/flood_guard.h"
#include "http2/frame_heads.h"

struct nghttp2_session;

namespace pinlatch::http2 {

// Options are what this end announces and keeps to. Sizes in bytes.
struct Options {
  uint32_t max_streams = 100;            // that the peer may have open at once; servers only
  uint32_t stream_window = 64 * 1024;    // of a body that waits for its reader
  uint32_t session_window = 512 * 1024;  // of all of them together
  BlockLimits block;
};

// StreamUser is who one stream is for. It outlives the stream or calls Session::Forget.
class StreamUser {
 public:
  // OnFields brings a response head, an interim head or trailers; a request head comes through
  // SessionUser::OnRequest. The block's views hold for the call.
  virtual void OnFields(const FieldBlock& block) = 0;
  // OnData brings a piece of the body, which was checked against Content-Length; the span holds for
  // the call. The peer may send more once Session::Consume says that it was read.
  virtual void OnData(ByteSpan bytes) = 0;
  // OnEnd says that the peer has sent all of its message.
  virtual void OnEnd() = 0;
  // OnClosed is the last call: the stream is over on both sides, or was reset. Nothing refers to
  // the user any more.
  virtual void OnClosed(Code code) = 0;
  // OnHeadSent says that a head of this side has left, OnSent that the end of its message has.
  virtual void OnHeadSent() {}
  virtual void OnSent() = 0;

  // outgoing is the body that waits to be sent; the session takes from its front. OnTaken says that
  // it did.
  virtual ByteBuffer& outgoing() = 0;
  virtual void OnTaken() = 0;
  // outgoing_ended says that nothing will be added; trailers are what then ends the message.
  virtual bool outgoing_ended() const = 0;
  virtual std::span<const http::Field> trailers() const = 0;

 protected:
  ~StreamUser() = default;
};

// SessionUser is who the connection is for. It may call the session back from every call.
class SessionUser {
 public:
  // OnRequest brings a request head; `ended` says that no body follows. It returns the stream's
  // user, or nullptr after refusing with Session::Reset. Servers only.
  virtual StreamUser* OnRequest(int32_t stream, const FieldBlock& block, bool ended) = 0;
  // OnMalformed says that a message broke the rules and its stream is being reset with
  // PROTOCOL_ERROR. `user` is nullptr when it was a request head, of which `block` has what was
  // read.
  virtual void OnMalformed(int32_t stream, StreamUser* user, const FieldBlock& block,
                           std::string_view why) = 0;
  // OnSettings says that the peer's settings came or changed. OnGoAway: it will take no stream
  // above `last_stream`.
  virtual void OnSettings() = 0;
  virtual void OnGoAway(int32_t last_stream, Code code) = 0;

 protected:
  ~SessionUser() = default;
};

class Session {
 public:
  enum class Role : uint8_t { kServer, kClient };

  // Create makes a session and queues its settings. The user is borrowed. Error: kInternal (out of
  // memory).
  static Result<std::unique_ptr<Session>> Create(Role role, const Options& options,
                                                 SessionUser& user);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Receive takes what the peer sent; users are told from within. After an error nothing more is to
  // be received: what Send appends then ends with GOAWAY. Errors: kHttp2Protocol, kHttp2Flood.
  // Not to be called from within a user's call.
  Status Receive(ByteSpan bytes, MonotonicTime now);
  // Send appends frames to `out` while that holds less than `limit` bytes; a frame is never split.
  // Not to be called from within a user's call.
  void Send(ByteBuffer& out, size_t limit);
  // wants_to_send says that Send would append something. over: nothing more will be sent or
  // received.
  bool wants_to_send() const;
  bool over() const;
  // waiting_frames counts frames other than DATA that wait for Send: answers to what the peer sent
  // among them.
  size_t waiting_frames() const;
  // failure is why the connection was given up, also when it was found out between two frames.
  const std::optional<Error>& failure() const { return failure_; }
  // settings_acknowledged says that the peer has taken this end's settings.
  bool settings_acknowledged() const { return settings_acknowledged_; }
  // reading_block says that a header block has begun and not ended.
  bool reading_block() const { return reading_block_; }
  // peer_allows_connect says that the peer takes extended CONNECT (RFC 8441).
  bool peer_allows_connect() const;
  uint32_t peer_max_streams() const;

  // Respond sends a response head; `has_body` says that outgoing() is to be sent after it. Fields
  // hold no connection-specific ones. Names may be in any case.
  void Respond(int32_t stream, uint16_t status, std::span<const http::Field> fields, bool has_body);
  // Interim sends a 1xx head, with fields like Respond's.
  void Interim(int32_t stream, uint16_t status, std::span<const http::Field> fields = {});
  // may_request says that there are stream numbers left, and that the peer takes new streams.
  // Clients only.
  bool may_request() const;
  // SkipTo leaves the stream numbers below `next` out: for tests of what comes behind the last.
  void SkipTo(int32_t next);
  // Request opens a stream with a head whose pseudo-fields come first, and returns its number.
  // Clients only. Error: kInternal (no stream numbers left, or out of memory).
  Result<int32_t> Request(std::span<const http::Field> fields, bool has_body, StreamUser& user);
  // Resume says that outgoing() has bytes or has ended after it had none.
  void Resume(int32_t stream);
  // Consume gives the peer room for `count` bytes of OnData again.
  void Consume(int32_t stream, size_t count);
  // ConsumeOfClosed does so for a stream that is over: the connection's room alone.
  void ConsumeOfClosed(size_t count);
  // ReopenWindow gives back the stream's part of the room that ConsumeOfClosed was told of while
  // the stream was open.
  void ReopenWindow(int32_t stream, size_t count);
  void Reset(int32_t stream, Code code);
  // Forget ends the user's part: it is not called again.
  void Forget(int32_t stream);
  // window_closed says that the peer keeps the stream from sending (RFC 9113 section 5.2).
  bool window_closed(int32_t stream) const;

  // AnnounceShutdown tells the peer to open no more streams while those on their way still count;
  // GoAway, a moment later, that what has come by now is all (RFC 9113 section 6.8).
  void AnnounceShutdown();
  void GoAway(Code code);
  // GiveUp ends the connection with GOAWAY, as a protocol error would.
  void GiveUp(Code code, Error why);

  // Rest gives back memory that an idle connection does not need.
  void Rest() { block_.Release(); }

 private:
  friend struct Callbacks;  // session_callbacks.cc: what nghttp2 calls

  Session(Role role, const Options& options, SessionUser& user);
  Status Open();
  StreamUser* UserOf(int32_t stream) const;
  void Feed(ByteSpan bytes);
  void Judge(const FrameHead& head);
  bool IsClosed(int32_t stream) const;
  bool WasReset(int32_t stream) const;
  void ChargeForTheRest(size_t count);
  void NoteReset(int32_t stream);
  void AppendOwedResets(ByteBuffer& out);
  void AppendGoAway(ByteBuffer& out);

  const Role role_;
  const Options options_;
  SessionUser& user_;
  FrameHeads heads_;  // of a client's frames
  nghttp2_session* session_ = nullptr;
  FieldBlock block_;  // the one that is being received: blocks of a connection never mix
  FloodGuard flood_;
  uint64_t received_bytes_ = 0;
  uint64_t told_bytes_ = 0;  // of frames that nghttp2 told of; it passes over others
  uint64_t charged_bytes_ = 0;
  MonotonicTime now_;
  // The streams that this server reset last, as many as the client may take for open: what is on
  // its way to them is passed over (RFC 9113 section 5.1).
  std::vector<int32_t> reset_;
  size_t resets_ = 0;
  // Streams that are over, and on which the client has sent DATA nevertheless: each is owed a reset
  // that nghttp2 does not send any more.
  std::vector<int32_t> owed_resets_;
  ByteBuffer* out_ = nullptr;  // while Send runs
  std::optional<Error> failure_;
  Code failure_code_ = Code::kNoError;
  bool goaway_due_ = false;  // a GOAWAY of ours is to be appended: nghttp2 is not asked any more
  bool given_up_ = false;
  bool settings_acknowledged_ = false;
  bool reading_block_ = false;
};

}  // namespace pinlatch::http2
