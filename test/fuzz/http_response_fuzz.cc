// Fuzzes http::ParseResponseHead: what is accepted must read the same once it was written again.
// The first byte says whether the request was HEAD.
#include <memory>

#include "http/head.h"
#include "http/writer.h"
#include "outcome.h"

namespace pinlatch::http {
namespace {

using fuzz::Outcome;
using fuzz::Require;

void CheckWrittenAgain(const ResponseHead& head, bool request_was_head) {
  ByteBuffer out;
  AppendStatusLine(out, head.status);
  for (const Field& field : head.fields.all()) AppendGivenField(out, field.name, field.value);
  AppendEndOfHead(out);
  HeadLimits limits;
  limits.max_bytes *= 2;  // a canonical field line may be longer by its space
  auto again = std::make_unique<ResponseHead>();
  const Status parsed = ParseResponseHead(out.text(), request_was_head, limits, *again);
  Require(parsed.ok());
  Require(again->status == head.status && again->framing == head.framing);
  Require(again->content_length == head.content_length);
  Require(again->has_content_length == head.has_content_length);
  Require(again->fields.size() == head.fields.size());
}

Outcome CheckHead(std::string_view text, bool request_was_head) {
  auto head = std::make_unique<ResponseHead>();
  const Status parsed = ParseResponseHead(text, request_was_head, HeadLimits{}, *head);
  if (!parsed.ok()) {
    Require(parsed.error().code == ErrorCode::kUpstreamMalformed);
    Require(!parsed.error().detail.empty());
    return Outcome::Refused(parsed.error().code);
  }
  size_t scanned = 0;
  const Result<size_t> end = FindHeadEnd(AsBytes(text), scanned, HeadLimits{});
  Require(end.ok() && *end == text.size());
  Require(head->status >= 100 && head->status <= 999);
  const bool has_no_body =
      request_was_head || head->status < 200 || head->status == 204 || head->status == 304;
  Require((head->framing == Framing::kNone) == has_no_body);
  Require(head->framing != Framing::kUntilClose || !head->keep_alive);
  CheckWrittenAgain(*head, request_was_head);
  return Outcome::Accepted();
}

}  // namespace
}  // namespace pinlatch::http

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  if (input.empty()) return Outcome::Incomplete();
  return http::CheckHead(AsText(input.subspan(1)), (input[0] & 1) != 0);
}

std::vector<std::string_view> MustReach() { return {"accept", "refuse-upstream-malformed"}; }

}  // namespace pinlatch::fuzz
