// Owns the usual client of the tests of identity fields, and what presets tell of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "forwarding/identity_headers.h"

namespace pinlatch::proxy {

using identity::PeerIdentity;
using snapshot::ForwardedIdentity;
using snapshot::IdentityField;
using snapshot::IdentityPreset;

using Chain = std::vector<std::vector<uint8_t>>;

// The DER of the usual client is "DER" and its issuers' are "one" and "two": presets only encode
// it.
inline PeerIdentity Usual() {
  PeerIdentity identity;
  identity.sha256.fill(0xab);
  identity.sha1.fill(0xcd);
  identity.subject = "CN=board 7,OU=a+OU=b,O=x";
  identity.issuer = "CN=CA,O=x";
  identity.serial = "0A1B";
  identity.not_before = 1764057600;  // 2025-11-25T08:00:00Z
  identity.not_after = 253402300799;
  identity.chain = {{'D', 'E', 'R', 0xff, 0xfe, 0xfb}};
  identity.issuers = std::make_shared<const Chain>(Chain{{'o', 'n', 'e'}, {'t', 'w', 'o'}});
  return identity;
}

struct Outcome {
  std::string bytes;
  std::vector<std::string> omitted;
};

inline Outcome Told(const std::vector<ForwardedIdentity>& entries, const PeerIdentity* identity,
                    const std::vector<std::string>& own_names = {}) {
  ByteBuffer out;
  auto omitted = AppendIdentityFields(out, {entries, identity, own_names});
  return {std::string(out.text()), std::move(omitted)};
}

inline std::string Told(IdentityPreset preset, const PeerIdentity& identity) {
  return Told({{.preset = preset}}, &identity).bytes;
}

inline std::string ToldByEnvoy(const snapshot::EnvoyElements& elements,
                               const PeerIdentity& identity,
                               const std::vector<std::string>& own_names = {}) {
  return Told({{.envoy = elements}}, &identity, own_names).bytes;
}

inline std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace pinlatch::proxy
