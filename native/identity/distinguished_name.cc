// Owns the text of distinguished names (RFC 4514).
#include "identity/distinguished_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/encoding.h"
#include "identity/string_types.h"

namespace pinlatch::identity {
namespace {

struct ShortName {
  std::string_view oid;
  std::string_view name;
};

// RFC 4514 section 3, and two that everybody writes the same way.
constexpr std::array kShortNames = {
    ShortName{"2.5.4.3", "CN"},
    ShortName{"2.5.4.7", "L"},
    ShortName{"2.5.4.8", "ST"},
    ShortName{"2.5.4.10", "O"},
    ShortName{"2.5.4.11", "OU"},
    ShortName{"2.5.4.6", "C"},
    ShortName{"2.5.4.9", "STREET"},
    ShortName{"0.9.2342.19200300.100.1.25", "DC"},
    ShortName{"0.9.2342.19200300.100.1.1", "UID"},
    ShortName{"2.5.4.5", "serialNumber"},
    ShortName{"1.2.840.113549.1.9.1", "emailAddress"},
};

void AppendEscapedOctet(unsigned char octet, std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  text += '\\';
  text += kDigits[octet >> 4];
  text += kDigits[octet & 15];
}

// EscapeValue is RFC 4514 section 2.4.
std::string EscapeValue(std::string_view value) {
  constexpr std::string_view kSpecial = "\"+,;<>\\";
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const auto octet = static_cast<unsigned char>(c);
    const bool at_an_end = i == 0 || i + 1 == value.size();
    if (IsControl(c)) {
      AppendEscapedOctet(octet, text);
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos || (c == '#' && i == 0) ||
        (c == ' ' && at_an_end)) {
      text += '\\';
    }
    text += c;
  }
  return text;
}

// HexValue is the "#" form: the hexadecimal digits of the value's DER.
std::string HexValue(const mbedtls_asn1_buf& value) {
  std::vector<uint8_t> der = {static_cast<uint8_t>(value.tag)};
  if (value.len < 0x80) {
    der.push_back(static_cast<uint8_t>(value.len));
  } else {
    std::vector<uint8_t> length;
    for (size_t rest = value.len; rest != 0; rest >>= 8) {
      length.insert(length.begin(), static_cast<uint8_t>(rest & 0xFF));
    }
    der.push_back(static_cast<uint8_t>(0x80 | length.size()));
    der.insert(der.end(), length.begin(), length.end());
  }
  der.insert(der.end(), value.p, value.p + value.len);
  return "#" + HexEncode(der);
}

std::string AttributeText(const mbedtls_x509_name& attribute) {
  const std::string oid = DottedOid(attribute.oid);
  const auto known = std::find_if(kShortNames.begin(), kShortNames.end(),
                                  [&](const ShortName& entry) { return entry.oid == oid; });
  if (known == kShortNames.end()) return oid + "=" + HexValue(attribute.val);
  const std::optional<std::string> text =
      DecodeDirectoryString(attribute.val.tag, {attribute.val.p, attribute.val.len});
  return std::string(known->name) + "=" + (text ? EscapeValue(*text) : HexValue(attribute.val));
}

}  // namespace

std::string DistinguishedName(const mbedtls_x509_name& name) {
  // DER has the least specific RDN first; the text is the other way round.
  std::vector<std::string> rdns;
  bool same_rdn = false;
  for (const mbedtls_x509_name* at = &name; at != nullptr; at = at->next) {
    if (at->oid.p == nullptr) continue;  // an empty name is one empty element
    if (same_rdn) {
      rdns.back() += "+" + AttributeText(*at);
    } else {
      rdns.push_back(AttributeText(*at));
    }
    same_rdn = at->next_merged != 0;
  }
  std::string text;
  for (auto rdn = rdns.rbegin(); rdn != rdns.rend(); ++rdn) {
    if (!text.empty()) text += ',';
    text += *rdn;
  }
  return text;
}

std::string DottedOid(const mbedtls_asn1_buf& oid) {
  std::string text;
  uint64_t arc = 0;
  bool inside_arc = false;
  for (size_t i = 0; i < oid.len; ++i) {
    const uint8_t octet = oid.p[i];
    if (arc > (UINT64_MAX >> 7) || (!inside_arc && octet == 0x80)) return "invalid";
    arc = (arc << 7) | (octet & 0x7FU);
    inside_arc = (octet & 0x80) != 0;
    if (inside_arc) continue;
    if (text.empty()) {
      // X.690 section 8.19.4: the first octets hold 40 * first + second.
      const uint64_t first = std::min<uint64_t>(arc / 40, 2);
      text = std::to_string(first) + "." + std::to_string(arc - first * 40);
    } else {
      text += "." + std::to_string(arc);
    }
    arc = 0;
  }
  return text.empty() || inside_arc ? "invalid" : text;
}

}  // namespace pinlatch::identity
