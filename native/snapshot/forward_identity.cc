// See forward_identity.h.
#include "snapshot/forward_identity.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pinlatch::snapshot {
namespace {

using Kind = ForwardedField::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 14> kFields = {{
    {"fingerprint.sha256", Kind::kSha256},
    {"fingerprint.sha1", Kind::kSha1},
    {"spki.sha256", Kind::kSpkiSha256},
    {"subject", Kind::kSubject},
    {"issuer", Kind::kIssuer},
    {"serial", Kind::kSerial},
    {"san.dns", Kind::kSanDns},
    {"san.uri", Kind::kSanUri},
    {"san.email", Kind::kSanEmail},
    {"san.ip", Kind::kSanIp},
    {"notBefore", Kind::kNotBefore},
    {"notAfter", Kind::kNotAfter},
    {"keyAlgorithm", Kind::kKeyAlgorithm},
    {"signatureAlgorithm", Kind::kSignatureAlgorithm},
}};

// Those that identity/distinguished_name.h writes with a name.
constexpr std::array<std::string_view, 11> kAttributes = {
    "CN", "L", "ST", "O", "OU", "C", "STREET", "DC", "UID", "serialNumber", "emailAddress"};

bool ParseAttribute(std::string_view name, std::string_view prefix, Kind kind,
                    ForwardedField& into) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (std::find(kAttributes.begin(), kAttributes.end(), name) == kAttributes.end()) return false;
  into = {kind, std::string(name)};
  return true;
}

}  // namespace

std::string FoldFieldName(std::string_view name) {
  std::string folded(name);
  std::transform(folded.begin(), folded.end(), folded.begin(), FoldFieldByte);
  return folded;
}

std::vector<std::string_view> HeaderNames(const ForwardedIdentity& entry) {
  switch (entry.preset) {
    case IdentityPreset::kRfc9440:
      return {"Client-Cert", "Client-Cert-Chain"};
    case IdentityPreset::kEnvoy:
      return {"X-Forwarded-Client-Cert"};
    case IdentityPreset::kHaproxy:
      return {"X-SSL-Client-Verify", "X-SSL-Client-DN",        "X-SSL-Client-CN",
              "X-SSL-Issuer",        "X-SSL-Client-NotBefore", "X-SSL-Client-NotAfter",
              "X-SSL-Client-SHA1",   "X-SSL-Client-Serial"};
    case IdentityPreset::kNginx:
      return {"X-SSL-Client-Verify", "X-SSL-Client-Fingerprint", "X-SSL-Client-S-DN",
              "X-SSL-Client-I-DN", "X-SSL-Client-Cert"};
    case IdentityPreset::kTraefik:
      return {"X-Forwarded-Tls-Client-Cert"};
    case IdentityPreset::kZato:
      return {"X-Zato-TLS-Fingerprint", "X-Zato-TLS-Fingerprint-SHA256",
              "X-Zato-TLS-Subject",     "X-Zato-TLS-Issuer",
              "X-Zato-TLS-CN",          "X-Zato-TLS-Serial"};
    case IdentityPreset::kAws:
      return {"X-Amzn-Mtls-Clientcert-Serial-Number", "X-Amzn-Mtls-Clientcert-Issuer",
              "X-Amzn-Mtls-Clientcert-Subject", "X-Amzn-Mtls-Clientcert-Validity",
              "X-Amzn-Mtls-Clientcert-Leaf"};
    case IdentityPreset::kRfc7239:
      return {"Forwarded"};
    case IdentityPreset::kField:
      return {entry.header};
  }
  return {};
}

bool ParseForwardedField(std::string_view name, ForwardedField& into) {
  for (const auto& [known, kind] : kFields) {
    if (known != name) continue;
    into = {kind, {}};
    return true;
  }
  return ParseAttribute(name, "subject.", Kind::kSubject, into) ||
         ParseAttribute(name, "issuer.", Kind::kIssuer, into);
}

}  // namespace pinlatch::snapshot
