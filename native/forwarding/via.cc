// See via.h.
#include "forwarding/via.h"

#include <algorithm>
#include <string>

namespace pinlatch::proxy {
namespace {

constexpr std::string_view kOwnName = "pinlatch";

// A member is a protocol, who received the request in it, and perhaps a comment. Nothing there is
// quoted: a quotation mark hides no comma.
bool IsOwn(std::string_view member) {
  member.remove_prefix(std::min(member.find_first_not_of(" \t"), member.size()));
  const size_t protocol = member.find_first_of(" \t");
  if (protocol == std::string_view::npos) return false;
  const size_t name = member.find_first_not_of(" \t", protocol);
  if (name == std::string_view::npos) return false;
  member.remove_prefix(name);
  return http::EqualsIgnoringCase(member.substr(0, member.find_first_of(" \t(")), kOwnName);
}

size_t CountOwn(std::string_view list) {
  size_t count = 0;
  while (!list.empty()) {
    const std::string_view member = list.substr(0, list.find(','));
    list.remove_prefix(std::min(member.size() + 1, list.size()));
    count += IsOwn(member) ? 1 : 0;
  }
  return count;
}

}  // namespace

void AppendVia(ByteBuffer& out, std::string_view protocol) {
  out.Append("Via: ");
  out.Append(protocol.substr(protocol.find('/') + 1));
  out.Append(" ");
  out.Append(kOwnName);
  out.Append("\r\n");
}

Status CheckLoop(const http::Fields& fields) {
  size_t count = 0;
  for (const http::Field& field : fields.all()) {
    if (http::EqualsIgnoringCase(field.name, "Via")) count += CountOwn(field.value);
  }
  if (count <= kMostOwnHops) return {};
  return Error(ErrorCode::kLoopDetected,
               "the request has passed through " + std::to_string(count) +
                   " pinlatch gateways (Via): the upstream of a route leads back to the gateway");
}

}  // namespace pinlatch::proxy
