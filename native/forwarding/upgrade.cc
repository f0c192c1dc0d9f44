// See upgrade.h.
#include "forwarding/upgrade.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "keys/random.h"

namespace pinlatch::proxy {

std::string_view UpgradeAsked(const http::RequestHead& head, std::span<const std::string> allowed) {
  if (!head.connect_protocol.empty()) {
    const auto same = [&head](const std::string& protocol) {
      return http::EqualsIgnoringCase(head.connect_protocol, protocol);
    };
    const auto found = std::find_if(allowed.begin(), allowed.end(), same);
    return found == allowed.end() ? std::string_view() : *found;
  }
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

// The key proves nothing to anybody, it only keeps caches apart: one that is not random will do.
std::string WebSocketKey() {
  std::array<uint8_t, 16> key{};
  (void)tls::FillRandom(nullptr, key.data(), key.size());
  return Base64Encode(key);
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
