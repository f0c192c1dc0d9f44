// See max_forwards.h.
#include "forwarding/max_forwards.h"

#include <algorithm>
#include <charconv>

namespace pinlatch::proxy {
namespace {

// More than any way is long; a larger number means no more.
constexpr size_t kMostDigits = 9;

Error NoNumber() { return Error(ErrorCode::kMalformedRequest, "Max-Forwards is not a number"); }

}  // namespace

Result<std::optional<uint32_t>> MaxForwards(const http::RequestHead& head) {
  if (head.method != "OPTIONS" && head.method != "TRACE") return std::optional<uint32_t>();
  const http::Field* found = nullptr;
  for (const http::Field& field : head.fields.all()) {
    if (!http::EqualsIgnoringCase(field.name, "Max-Forwards")) continue;
    if (found != nullptr) return NoNumber();
    found = &field;
  }
  if (found == nullptr) return std::optional<uint32_t>();
  const std::string_view text = found->value.substr(0, kMostDigits);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !std::all_of(found->value.begin(), found->value.end(), is_digit)) {
    return NoNumber();
  }
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::optional<uint32_t>(number);
}

}  // namespace pinlatch::proxy
