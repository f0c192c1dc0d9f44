// See original_client.h.
#include "forwarding/original_client.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/address_octets.h"
#include "match/network_match.h"

namespace pinlatch::proxy {
namespace {

constexpr std::string_view kWhiteSpace = " \t";

// TakeLast removes the last element and its comma from a list and returns it without the white
// space around it.
std::string_view TakeLast(std::string_view& list) {
  const size_t comma = list.rfind(',');
  std::string_view element = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
  const size_t first = element.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return element.substr(first, element.find_last_not_of(kWhiteSpace) + 1 - first);
}

// WithoutPort: some proxies write "192.0.2.1:4711", and "[2001:db8::1]:4711".
std::string_view WithoutPort(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    return end == std::string_view::npos ? text : text.substr(1, end - 1);
  }
  const bool has_port = std::count(text.begin(), text.end(), ':') == 1;
  return has_port ? text.substr(0, text.find(':')) : text;
}

}  // namespace

std::string_view OriginalClient(const http::Fields& fields,
                                std::span<const snapshot::Network> trusted) {
  std::string_view found;
  const std::span<const http::Field> all = fields.all();
  for (auto field = all.rbegin(); field != all.rend(); ++field) {
    if (!http::EqualsIgnoringCase(field->name, "X-Forwarded-For")) continue;
    for (std::string_view rest = field->value; !rest.empty();) {
      const std::string_view element = WithoutPort(TakeLast(rest));
      if (element.empty()) continue;  // RFC 9110 section 5.6.1: an element may be missing
      const auto address = ParseAddress(std::string(element));
      if (!address.has_value()) return {};
      found = element;
      if (!policy::IsWithinAny(trusted, address->span())) return found;
    }
  }
  return found;
}

}  // namespace pinlatch::proxy
