// Owns the HTTP/1.1 framing of one request to an upstream and its response (RFC 9112): bytes in
// buffers, no connection. A fuzz target.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/result.h"
#include "http/body.h"
#include "http/head.h"
#include "upstream/interim_bound.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

// Http1ClientCodec is a value: a fresh one for every request.
class Http1ClientCodec {
 public:
  void WriteHead(ByteBuffer& out, const UpstreamRequest& request);
  void WriteBody(ByteBuffer& out, ByteSpan payload);
  void WriteEnd(ByteBuffer& out);

  // ReadHead says whether `in` begins with the head of a response, interim ones included: then
  // `into` has it, with views into `in`, of which TakeRead drops it; until that it can be read
  // again. Error: kUpstreamMalformed, also for what has come of the body with the head. 101 is
  // final, for the protocol that was asked for: its body is what comes until the connection ends.
  Result<bool> ReadHead(ByteBuffer& in, http::ResponseHead& into);

  // ReadBody returns the next piece of payload, a view into `in`, of which TakeRead drops it; empty
  // when more bytes are needed or the body is complete. Error: kUpstreamTruncated.
  Result<ByteSpan> ReadBody(ByteBuffer& in, size_t max);
  // EndOfStream tells that no more bytes come. Error: kUpstreamTruncated, unless that ends the
  // body.
  Status EndOfStream();
  // TakeRead drops from `in` what the last ReadHead or ReadBody gave out.
  void TakeRead(ByteBuffer& in) {
    in.Consume(read_);
    read_ = 0;
  }

  // complete says that the response is.
  bool complete() const { return head_read_ && decoder_.done(); }
  // request_complete says that the upstream will expect no more of this request: a body of known
  // length is over with its last byte, though the client may say only later that it was the last.
  bool request_complete() const { return ended_ || (!is_chunked_ && body_left_ == 0); }
  // keep_alive says that another request may follow a complete response.
  bool keep_alive() const { return keep_alive_; }
  // heard_anything says that the upstream has begun to answer.
  bool heard_anything(const ByteBuffer& in) const {
    return head_read_ || interim_.any() || !in.empty();
  }

 private:
  Result<bool> ReadFinal(const ByteBuffer& in, const http::ResponseHead& into);
  void ChooseDecoder(const http::ResponseHead& head);
  Status CheckArrived(ByteSpan arrived) const;

  http::BodyDecoder decoder_;
  size_t head_scanned_ = 0;
  size_t read_ = 0;  // bytes at the front of `in` that were given out
  InterimBound interim_;
  std::string_view upgrade_;  // the protocol that 101 may switch to
  uint64_t body_left_ = 0;    // of a request whose length is known
  bool awaits_invitation_ =
      false;  // 100 (Continue), to an expectation that was left to the service
  bool is_head_ = false;
  bool is_chunked_ = false;
  bool ended_ = false;
  bool head_read_ = false;
  bool keep_alive_ = false;
};

}  // namespace pinlatch::proxy
