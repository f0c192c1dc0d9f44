// Fuzzes http::ParseResponseHead: what is accepted must read the same once it was written again.
// The first byte says whether the request was HEAD.
#include <cstdlib>
#include <memory>

#include "http/head.h"
#include "http/writer.h"

namespace pinlatch::http {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckWrittenAgain(const ResponseHead& head, bool request_was_head) {
  ByteBuffer out;
  AppendStatusLine(out, head.status);
  for (const Field& field : head.fields.all()) AppendField(out, field.name, field.value);
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

void CheckHead(std::string_view text, bool request_was_head) {
  auto head = std::make_unique<ResponseHead>();
  const Status parsed = ParseResponseHead(text, request_was_head, HeadLimits{}, *head);
  if (!parsed.ok()) {
    Require(parsed.error().code == ErrorCode::kUpstreamMalformed);
    Require(!parsed.error().detail.empty());
    return;
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
}

}  // namespace
}  // namespace pinlatch::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinlatch;
  if (size == 0) return 0;
  http::CheckHead(AsText(ByteSpan(data + 1, size - 1)), (data[0] & 1) != 0);
  return 0;
}
