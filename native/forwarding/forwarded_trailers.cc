// See forwarded_trailers.h.
#include "forwarding/forwarded_trailers.h"

#include <algorithm>
#include <iterator>

#include "http/hop_by_hop.h"
#include "snapshot/gateway_fields.h"

namespace pinlatch::proxy {
namespace {

// IsOfHead says whether a field frames, routes or authenticates the message, or says how its
// content is to be read.
bool IsOfHead(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "Host",          "Content-Length", "Content-Encoding", "Content-Type", "Content-Range",
      "Authorization", "Cookie",         "Set-Cookie",       "Expect",       "Max-Forwards",
      "Cache-Control", "Range",          "Location",         "Age",          "Date",
      "Expires",       "Vary",           "WWW-Authenticate", "Via"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view one) { return http::EqualsIgnoringCase(name, one); });
}

}  // namespace

void SelectForwardedTrailers(std::span<const http::Field> trailers, const TrailerRules& rules,
                             std::vector<http::Field>& into) {
  into.clear();
  if (trailers.empty()) return;
  static const http::Fields kNoFields;  // trailers have no Connection
  for (const http::Field& field : trailers) {
    if (IsOfHead(field.name) || snapshot::IsGatewayField(field.name) ||
        rules.identity_names.Contains(field.name) || rules.guarded_names.Contains(field.name) ||
        rules.dropped.Contains(field.name) || http::IsHopByHop(field.name, kNoFields)) {
      continue;
    }
    into.push_back(field);
  }
}

}  // namespace pinlatch::proxy
