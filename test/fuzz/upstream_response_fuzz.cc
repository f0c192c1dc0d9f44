// Fuzzes what reads an upstream's response: proxy::Http1ClientCodec and proxy::Http2Upstream (over
// http2::Session as a client). The first byte chooses the protocol, whether the request was HEAD,
// and how large the pieces are in which the rest comes. However it comes, the same is read of it;
// over HTTP/2 two requests share the connection, and one is given up on the way.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "../native/proxy/memory_carrier.h"
#include "upstream/http1_client_codec.h"
#include "upstream/http2_upstream.h"

namespace {

using namespace pinlatch;
using proxy::Http2Upstream;
using proxy::Progress;
using proxy::UpstreamPull;
using proxy::UpstreamRequest;

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

void Require(bool holds) {
  if (!holds) std::abort();
}

// Read is what was made of a response.
struct Read {
  uint16_t status = 0;
  std::string body;
  bool complete = false;
  bool failed = false;
  bool operator==(const Read&) const = default;
};

void RequireUpstreamError(ErrorCode code) {
  Require(code == ErrorCode::kUpstreamMalformed || code == ErrorCode::kUpstreamTruncated ||
          code == ErrorCode::kUpstreamReset);
}

Read ReadHttp1(ByteSpan bytes, size_t piece, bool is_head) {
  proxy::Http1ClientCodec codec;
  ByteBuffer in;
  ByteBuffer out;
  UpstreamRequest request;
  request.head = AsBytes(kRequest);
  request.is_head = is_head;
  codec.WriteHead(out, request);
  const auto head = std::make_unique<http::ResponseHead>();
  Read read;
  while (!bytes.empty() && !read.failed && !codec.complete()) {
    const size_t count = std::min(piece, bytes.size());
    in.Append(bytes.first(count));
    bytes = bytes.subspan(count);
    if (read.status == 0) {
      const auto whole = codec.ReadHead(in, *head);
      read.failed = !whole.ok();
      if (!whole.ok()) RequireUpstreamError(whole.error().code);
      if (!whole.ok() || !*whole) continue;
      read.status = head->status;
      Require(read.status >= 200 && read.status <= 999);
    }
    while (true) {
      const auto payload = codec.ReadBody(in, 7);
      read.failed = !payload.ok();
      if (!payload.ok()) RequireUpstreamError(payload.error().code);
      if (!payload.ok() || payload->empty()) break;
      read.body.append(AsText(*payload));
    }
  }
  if (read.status != 0 && !read.failed && !codec.complete()) {
    read.failed = !codec.EndOfStream().ok();
  }
  read.complete = codec.complete();
  Require(!(read.complete && read.failed));
  return read;
}

void FuzzHttp1(ByteSpan bytes, size_t piece, bool is_head) {
  const Read whole = ReadHttp1(bytes, bytes.size() + 1, is_head);
  const Read pieces = ReadHttp1(bytes, piece, is_head);
  // Of a body that breaks off, how much was handed out before depends on what had come.
  if (whole.failed || pieces.failed) {
    Require(whole.failed == pieces.failed);
  } else {
    Require(whole == pieces);
  }
}

void Pull(Http2Upstream& stream, bool& has_head) {
  const auto head = std::make_unique<http::ResponseHead>();
  if (!has_head) {
    const Progress progress = stream.ReceiveHead(*head);
    if (progress == Progress::kFailed) return RequireUpstreamError(stream.error().code);
    if (progress == Progress::kBlocked) return;
    Require(head->status >= 200 && head->status <= 999);
    has_head = true;
  }
  while (!stream.complete()) {
    const UpstreamPull pull = stream.PullBody(1000);
    if (pull.kind == UpstreamPull::Kind::kFailed) RequireUpstreamError(stream.error().code);
    if (pull.kind != UpstreamPull::Kind::kData) return;
    Require(!pull.payload.empty() && pull.payload.size() <= 1000);
  }
}

void FuzzHttp2(ByteSpan bytes, size_t piece, bool is_head) {
  test::MemoryCarrier carrier;
  test::CountingUser user;
  Http2Upstream kept(carrier, true, user);
  auto given_up = std::make_unique<Http2Upstream>(carrier, false, user);
  UpstreamRequest request;
  request.head = AsBytes(kRequest);
  request.is_head = is_head;
  for (Http2Upstream* stream : {&kept, given_up.get()}) {
    stream->SendHead(request);
    stream->EndBody({});
  }
  bool kept_has_head = false;
  bool other_has_head = false;
  (void)carrier.Sent();
  while (!bytes.empty() && carrier.Connect() != Progress::kFailed) {
    const size_t count = std::min(piece, bytes.size());
    carrier.Feed(bytes.first(count));
    bytes = bytes.subspan(count);
    Pull(kept, kept_has_head);
    if (given_up) Pull(*given_up, other_has_head);
    if (bytes.size() % 5 == 0) given_up.reset();
    (void)carrier.Sent();
  }
  if (carrier.Connect() != Progress::kFailed) {
    carrier.Break(Error(ErrorCode::kUpstreamReset, "the end"));
  }
  Pull(kept, kept_has_head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const bool is_http2 = (data[0] & 1) != 0;
  const bool is_head = (data[0] & 2) != 0;
  const size_t piece = 1 + (data[0] >> 2);
  const ByteSpan bytes(data + 1, size - 1);
  if (is_http2) {
    FuzzHttp2(bytes, piece, is_head);
  } else {
    FuzzHttp1(bytes, piece, is_head);
  }
  return 0;
}
