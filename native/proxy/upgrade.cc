// See upgrade.h.
#include "proxy/upgrade.h"

#include <algorithm>

namespace pinlatch::proxy {

std::string_view UpgradeAsked(const http::RequestHead& head, std::span<const std::string> allowed) {
  if (!head.wants_upgrade || head.minor_version == 0 || head.framing != http::Framing::kNone ||
      head.fields.Count("Upgrade") != 1) {
    return {};
  }
  const std::string_view asked = head.fields.Find("Upgrade")->value;
  const auto chosen = std::find_if(
      allowed.begin(), allowed.end(),
      [asked](const std::string& protocol) { return http::ListHasToken(asked, protocol); });
  if (chosen == allowed.end()) return {};
  if (*chosen == "websocket" && head.method != "GET") return {};
  return *chosen;
}

bool AgreesToUpgrade(const http::ResponseHead& head, std::string_view protocol) {
  if (head.status != 101 || head.fields.Count("Upgrade") != 1) return false;
  const auto options = head.fields.from_connection();
  const bool connected = std::any_of(options.begin(), options.end(), [](const http::Field& field) {
    return http::EqualsIgnoringCase(field.name, "Connection") &&
           http::ListHasToken(field.value, "upgrade");
  });
  return connected && http::EqualsIgnoringCase(head.fields.Find("Upgrade")->value, protocol);
}

}  // namespace pinlatch::proxy
