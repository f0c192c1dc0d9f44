// Owns what a listener or route tells its upstream of the client: presets and single fields, and
// the header names that each writes. Plain data and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

// ForwardedField names one thing that is known of a client's certificate.
struct ForwardedField {
  enum class Kind : uint8_t {
    kSha256,
    kSha1,
    kSpkiSha256,
    kSubject,  // whole, or the values of one attribute type
    kIssuer,   // the same
    kSerial,
    kSanDns,
    kSanUri,
    kSanEmail,
    kSanIp,
    kNotBefore,
    kNotAfter,
    kKeyAlgorithm,
    kSignatureAlgorithm,
  };
  Kind kind = Kind::kSubject;
  std::string attribute;  // of a subject or issuer, as RFC 4514 text has it; empty: all of the name
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
};

struct ForwardedIdentity {
  IdentityPreset preset = IdentityPreset::kEnvoy;
  EnvoyElements envoy{};   // with kEnvoy
  std::string header{};    // with kField: a token
  ForwardedField field{};  // with kField
};

// FoldFieldByte returns what upstreams may take a byte of a field name for: letters lose their
// case, whatever is no letter or digit is a dash (CGI and its heirs cannot tell them apart).
constexpr char FoldFieldByte(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return kept ? c : '-';
}
std::string FoldFieldName(std::string_view name);

// HeaderNames lists the header fields that an entry may write; views into static text or the entry.
std::vector<std::string_view> HeaderNames(const ForwardedIdentity& entry);

// ParseForwardedField reads "subject.CN", "san.dns", …; false when there is no such field.
bool ParseForwardedField(std::string_view name, ForwardedField& into);

}  // namespace pinlatch::snapshot
