// See field_text.h.
#include "identity/field_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/encoding.h"
#include "identity/name_text.h"
#include "identity/openssl_name.h"

namespace pinlatch::identity {
namespace {

using snapshot::IdentityField;

std::string AttributeValues(std::string_view name, std::string_view attribute) {
  std::string text;
  for (const NameAttribute& each : SplitName(name)) {
    if (each.type != attribute) continue;
    if (!text.empty()) text += ',';
    text += AsciiName(each.escaped);
  }
  return text;
}

// The escape is the one by which alternative_names.h writes what is not printable.
std::string ListField(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ',';
    for (const char c : value) {
      if (c == ',') {
        text += "\\2c";
      } else {
        text += c;
      }
    }
  }
  return text;
}

struct CivilTime {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

CivilTime ToCivil(UnixSeconds time) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds instant{chrono::seconds(time)};
  const chrono::sys_days day = chrono::floor<chrono::days>(instant);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{instant - day};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

}  // namespace

std::string FieldText(const PeerIdentity& identity, const snapshot::NamedField& field) {
  switch (field.field) {
    case IdentityField::kSha256:
      return HexEncode(identity.sha256);
    case IdentityField::kSha1:
      return HexEncode(identity.sha1);
    case IdentityField::kSpkiSha256:
      return HexEncode(identity.spki_sha256);
    case IdentityField::kSubject:
      return OpenSslName(identity.subject);
    case IdentityField::kIssuer:
      return OpenSslName(identity.issuer);
    case IdentityField::kSubjectAttribute:
      return AttributeValues(identity.subject, field.attribute);
    case IdentityField::kIssuerAttribute:
      return AttributeValues(identity.issuer, field.attribute);
    case IdentityField::kSerial:
      return identity.serial;
    case IdentityField::kSanDns:
      return ListField(identity.san_dns);
    case IdentityField::kSanUri:
      return ListField(identity.san_uri);
    case IdentityField::kSanEmail:
      return ListField(identity.san_email);
    case IdentityField::kSanIp:
      return ListField(identity.san_ip);
    case IdentityField::kNotBefore:
      return Rfc3339(identity.not_before);
    case IdentityField::kNotAfter:
      return Rfc3339(identity.not_after);
    case IdentityField::kKeyAlgorithm:
      return identity.key_algorithm;
    case IdentityField::kSignatureAlgorithm:
      return identity.signature_algorithm;
    case IdentityField::kPolicies:
      return ListField(identity.policies);
  }
  return {};
}

std::string Rfc3339(UnixSeconds time) {
  const CivilTime at = ToCivil(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", at.year, at.month,
                at.day, at.hour, at.minute, at.second);
  return text.data();
}

std::string Asn1Time(UnixSeconds time) {
  const CivilTime at = ToCivil(time);
  std::array<char, 64> text{};
  const bool short_year = at.year >= 1950 && at.year < 2050;
  std::snprintf(text.data(), text.size(),
                short_year ? "%02d%02u%02u%02d%02d%02dZ" : "%04d%02u%02u%02d%02d%02dZ",
                short_year ? at.year % 100 : at.year, at.month, at.day, at.hour, at.minute,
                at.second);
  return text.data();
}

std::string UpperHex(ByteSpan bytes) {
  std::string text = HexEncode(bytes);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string PercentEncode(std::string_view text, std::string_view safe) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kMarks = "-._~";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       kMarks.find(c) != std::string_view::npos ||
                       safe.find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[octet >> 4];
    encoded += kDigits[octet & 15];
  }
  return encoded;
}

}  // namespace pinlatch::identity
