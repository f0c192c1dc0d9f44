// See forward_identity.h.
#include "snapshot/forward_identity.h"

#include <algorithm>
#include <array>

namespace pinlatch::snapshot {
namespace {

constexpr auto kZatoNames = std::to_array<std::string_view>({"X-Zato-TLS-Fingerprint",
                                                             "X-Zato-TLS-Fingerprint-SHA256",
                                                             "X-Zato-TLS-Subject",
                                                             "X-Zato-TLS-DN",
                                                             "X-Zato-TLS-Issuer",
                                                             "X-Zato-TLS-Issuer-CN",
                                                             "X-Zato-TLS-Serial",
                                                             "X-Zato-TLS-CN",
                                                             "X-Zato-TLS-commonName",
                                                             "X-Zato-TLS-O",
                                                             "X-Zato-TLS-organizationName",
                                                             "X-Zato-TLS-OU",
                                                             "X-Zato-TLS-organizationalUnitName",
                                                             "X-Zato-TLS-C",
                                                             "X-Zato-TLS-countryName",
                                                             "X-Zato-TLS-ST",
                                                             "X-Zato-TLS-stateOrProvinceName",
                                                             "X-Zato-TLS-L",
                                                             "X-Zato-TLS-localityName",
                                                             "X-Zato-TLS-emailAddress"});

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
      return {kZatoNames.begin(), kZatoNames.end()};
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

bool CanBeForwarded(const NamedField& field) {
  return field.attribute.find('.') == std::string::npos;
}

}  // namespace pinlatch::snapshot
