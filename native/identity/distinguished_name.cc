// Owns the text of distinguished names (RFC 4514).
#include "identity/distinguished_name.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "identity/attribute_types.h"
#include "identity/name_text.h"
#include "identity/string_types.h"

namespace pinlatch::identity {
namespace {

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
  const std::string_view type = OwnTypeName(oid);
  if (type.empty()) return oid + "=" + HexValue(attribute.val);
  const std::optional<std::string> text =
      DecodeDirectoryString(attribute.val.tag, {attribute.val.p, attribute.val.len});
  return std::string(type) + "=" + (text ? EscapeValue(*text) : HexValue(attribute.val));
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
