// See identity_headers.h. Names: ../../DESIGN.md lists where each comes from.
#include "proxy/identity_headers.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/encoding.h"
#include "http/writer.h"

namespace pinlatch::proxy {
namespace {

// A name belongs to the gateway when it begins with one of these. Whole families are taken, so that
// a variant that some upstream reads ("X-SSL-Client-DN-2") cannot slip through.
constexpr std::array<std::string_view, 10> kFamilies = {
    "client-cert",  "forwarded", "ssl-client-",  "x-amzn-mtls-", "x-client-cert",
    "x-forwarded-", "x-real-ip", "x-request-id", "x-ssl-",       "x-zato-tls-",
};
constexpr size_t kLongestFamily = 13;

char Fold(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return kept ? c : '-';
}

// AppendQuoted writes an Envoy quoted value. Control bytes become RFC 4514 hex pairs: a name in a
// certificate must not be able to end a header line.
void AppendQuoted(std::string& out, std::string_view value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  out.push_back('"');
  for (char c : value) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out.push_back('\\');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
      continue;
    }
    if (c == '"') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

void AppendElements(std::string& value, std::string_view key,
                    std::span<const std::string> entries) {
  for (const std::string& entry : entries) {
    value.append(";").append(key).append("=");
    AppendQuoted(value, entry);
  }
}

// Envoy's X-Forwarded-Client-Cert: one element, pairs separated by ';'.
void AppendEnvoy(ByteBuffer& out, const identity::PeerIdentity& identity) {
  std::string value = "Hash=" + HexEncode(identity.sha256) + ";Subject=";
  AppendQuoted(value, identity.subject);
  AppendElements(value, "URI", identity.san_uri);
  AppendElements(value, "DNS", identity.san_dns);
  http::AppendField(out, "X-Forwarded-Client-Cert", value);
}

}  // namespace

bool IsGatewayField(std::string_view name) {
  std::array<char, kLongestFamily> folded;
  const size_t length = std::min(name.size(), kLongestFamily);
  std::transform(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), folded.begin(),
                 Fold);
  const std::string_view start(folded.data(), length);
  return std::any_of(kFamilies.begin(), kFamilies.end(),
                     [start](std::string_view family) { return start.starts_with(family); });
}

void AppendIdentityFields(ByteBuffer& out, std::span<const snapshot::IdentityPreset> presets,
                          const identity::PeerIdentity* identity) {
  if (identity == nullptr) return;
  for (snapshot::IdentityPreset preset : presets) {
    switch (preset) {
      case snapshot::IdentityPreset::kEnvoy:
        AppendEnvoy(out, *identity);
        break;
    }
  }
}

}  // namespace pinlatch::proxy
