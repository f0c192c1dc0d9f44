// Owns what a listener or route tells its upstream of the client: presets and single fields, and
// the header names that each writes. Plain data and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/identity_field.h"

namespace pinlatch::snapshot {

// IdentityPreset is a convention of the field, kField a header of the configuration's own.
enum class IdentityPreset : uint8_t {
  kRfc9440,
  kEnvoy,
  kHaproxy,
  kNginx,
  kTraefik,
  kZato,
  kAws,
  kRfc7239,
  kField,
};

// EnvoyElements says which pairs X-Forwarded-Client-Cert has. The defaults tell who the client is
// in a few hundred bytes; certificates are for those who ask.
struct EnvoyElements {
  bool by = false;
  bool hash = true;
  bool cert = false;
  bool chain = false;
  bool subject = true;
  bool uri = true;
  bool dns = true;
  bool operator==(const EnvoyElements&) const = default;
};

struct ForwardedIdentity {
  IdentityPreset preset = IdentityPreset::kEnvoy;
  EnvoyElements envoy{};  // with kEnvoy
  std::string header{};   // with kField: a token
  NamedField field{};     // with kField, as CanBeForwarded says
  bool operator==(const ForwardedIdentity&) const = default;
};

// FoldFieldByte returns what upstreams may take a byte of a field name for: letters lose their
// case, whatever is no letter or digit is a dash (CGI and its heirs cannot tell them apart).
constexpr char FoldFieldByte(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return kept ? c : '-';
}
std::string FoldFieldName(std::string_view name);

// CanBeForwarded: attributes of names only by a name, since a value behind a number may be any
// ASN.1.
bool CanBeForwarded(const NamedField& field);

// HeaderNames lists the header fields that an entry may write; views into static text or the entry.
std::vector<std::string_view> HeaderNames(const ForwardedIdentity& entry);

}  // namespace pinlatch::snapshot
