// Fuzzes what reads an upstream's response: proxy::Http1ClientCodec and proxy::Http2Upstream (over
// http2::Session as a client). The first byte chooses the protocol, whether the request was HEAD,
// and how large the pieces are in which the rest comes. However it comes, the same is read of it;
// over HTTP/2 two requests share the connection, and one is given up on the way.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "outcome.h"
#include "proxy/memory_carrier.h"
#include "upstream/http1_client_codec.h"
#include "upstream/http2_upstream.h"

namespace {

using namespace pinlatch;
using fuzz::Outcome;
using fuzz::Require;
using proxy::Http2Upstream;
using proxy::Progress;
using proxy::UpstreamPull;
using proxy::UpstreamRequest;

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// Read is what was made of a response.
struct Read {
  uint16_t status = 0;
  std::string body;
  bool complete = false;
  std::optional<ErrorCode> failure;
  bool operator==(const Read&) const = default;

  void Fail(ErrorCode code) {
    Require(code == ErrorCode::kUpstreamMalformed || code == ErrorCode::kUpstreamTruncated ||
            code == ErrorCode::kUpstreamReset);
    failure = code;
  }
  Outcome outcome() const {
    if (failure) return Outcome::Refused(*failure);
    return complete ? Outcome::Accepted() : Outcome::Incomplete();
  }
};

// TakeHead passes over interim heads; it says whether the final one is there.
bool TakeHead(proxy::Http1ClientCodec& codec, ByteBuffer& in, http::ResponseHead& head,
              Read& read) {
  while (true) {
    const auto whole = codec.ReadHead(in, head);
    if (!whole.ok()) read.Fail(whole.error().code);
    if (!whole.ok() || !*whole) return false;
    if (!head.is_interim()) break;
    codec.TakeRead(in);
  }
  read.status = head.status;
  Require(read.status >= 200 && read.status <= 999);
  return true;
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
  while (!bytes.empty() && !read.failure && !codec.complete()) {
    const size_t count = std::min(piece, bytes.size());
    in.Append(bytes.first(count));
    bytes = bytes.subspan(count);
    if (read.status == 0 && !TakeHead(codec, in, *head, read)) continue;
    while (true) {
      const auto payload = codec.ReadBody(in, 7);
      if (!payload.ok()) read.Fail(payload.error().code);
      if (!payload.ok() || payload->empty()) break;
      read.body.append(AsText(*payload));
    }
  }
  if (read.status != 0 && !read.failure && !codec.complete()) {
    const Status end = codec.EndOfStream();
    if (!end.ok()) read.Fail(end.error().code);
  }
  read.complete = codec.complete();
  Require(!(read.complete && read.failure));
  return read;
}

Outcome FuzzHttp1(ByteSpan bytes, size_t piece, bool is_head) {
  const Read whole = ReadHttp1(bytes, bytes.size() + 1, is_head);
  const Read pieces = ReadHttp1(bytes, piece, is_head);
  // Of a body that breaks off, how much was handed out before depends on what had come, and so does
  // the code: what comes with the head is looked at before the head is passed on.
  if (whole.failure || pieces.failure) {
    Require(whole.failure.has_value() == pieces.failure.has_value());
  } else {
    Require(whole == pieces);
  }
  return pieces.outcome();
}

void Pull(Http2Upstream& stream, Read& read) {
  const auto head = std::make_unique<http::ResponseHead>();
  if (read.status == 0) {
    Progress progress = stream.ReceiveHead(*head);
    while (progress == Progress::kMoved && head->is_interim()) {
      progress = stream.ReceiveHead(*head);
    }
    if (progress == Progress::kFailed) return read.Fail(stream.error().code);
    if (progress == Progress::kBlocked) return;
    Require(head->status >= 200 && head->status <= 999);
    read.status = head->status;
  }
  while (!stream.complete()) {
    const UpstreamPull pull = stream.PullBody(1000);
    if (pull.kind == UpstreamPull::Kind::kFailed) return read.Fail(stream.error().code);
    if (pull.kind != UpstreamPull::Kind::kData) return;
    Require(!pull.payload.empty() && pull.payload.size() <= 1000);
    read.body.append(AsText(pull.payload));
  }
  read.complete = true;
}

Read ReadHttp2(ByteSpan bytes, size_t piece, bool is_head) {
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
  Read read;
  Read other;
  (void)carrier.Sent();
  while (!bytes.empty() && carrier.Connect() != Progress::kFailed) {
    const size_t count = std::min(piece, bytes.size());
    carrier.Feed(bytes.first(count));
    bytes = bytes.subspan(count);
    Pull(kept, read);
    if (given_up) Pull(*given_up, other);
    if (bytes.size() % 5 == 0) given_up.reset();
    (void)carrier.Sent();
  }
  if (carrier.Connect() != Progress::kFailed) {
    carrier.Break(Error(ErrorCode::kUpstreamReset, "the end"));
  }
  Pull(kept, read);
  Require(!(read.complete && read.failure));
  return read;
}

// What waits to be answered between two pieces may be more than an upstream is allowed, so that one
// way ends early: only what both ways read to the end is the same.
Outcome FuzzHttp2(ByteSpan bytes, size_t piece, bool is_head) {
  const Read whole = ReadHttp2(bytes, bytes.size(), is_head);
  const Read pieces = ReadHttp2(bytes, piece, is_head);
  if (whole.complete && pieces.complete) Require(whole == pieces);
  return pieces.outcome();
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  if (input.size() < 2) return Outcome::Incomplete();
  const bool is_http2 = (input[0] & 1) != 0;
  const bool is_head = (input[0] & 2) != 0;
  const size_t piece = 1 + (input[0] >> 2);
  const ByteSpan bytes = input.subspan(1);
  return is_http2 ? FuzzHttp2(bytes, piece, is_head) : FuzzHttp1(bytes, piece, is_head);
}

std::vector<std::string_view> MustReach() {
  return {"accept", "refuse-upstream-malformed", "refuse-upstream-truncated",
          "refuse-upstream-reset"};
}

}  // namespace pinlatch::fuzz
