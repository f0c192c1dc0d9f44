// Follows X.680 section 41, as far as OpenSSL, Go or BoringSSL do: what is no text is refused in
// every name, other characters in those of issuers and subjects.
#include "der/attribute_syntax.h"

#include <algorithm>

#include "der/der_reader.h"
#include "identity/string_types.h"

namespace pinlatch::tls {
namespace {

bool IsDigit(uint8_t c) { return c >= '0' && c <= '9'; }

bool IsPrintable(uint8_t c) {
  constexpr std::string_view kOthers = " '()+,-./:=?*&";
  return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kOthers.find(static_cast<char>(c)) != std::string_view::npos;
}

// The type is UCS-2, which has no surrogates: two readers may make two texts of them.
bool HasSurrogate(ByteSpan units) {
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    if (units[i] >= 0xd8 && units[i] <= 0xdf) return true;
  }
  return false;
}

}  // namespace

std::string_view TextFault(uint8_t tag, ByteSpan content) {
  switch (tag) {
    case der::kUtf8String:
      return identity::IsUtf8(content) ? "" : "a UTF8String that is not UTF-8 (RFC 3629)";
    case der::kBmpString:
      return !HasSurrogate(content) && identity::DecodeDirectoryString(tag, content)
                 ? ""
                 : "a BMPString that is not UCS-2 (X.680 section 41.16)";
    case der::kUniversalString:
      return identity::DecodeDirectoryString(tag, content)
                 ? ""
                 : "a UniversalString that is not UCS-4 (X.680 section 41.14)";
    default:
      return "";
  }
}

std::string_view CharacterFault(uint8_t tag, ByteSpan content) {
  const auto all = [content](auto fits) {
    return std::all_of(content.begin(), content.end(), fits);
  };
  switch (tag) {
    case der::kPrintableString:
      return all(IsPrintable) ? "" : "a PrintableString with other characters (X.680 section 41.4)";
    case der::kIa5String:
      return all([](uint8_t c) { return c < 0x80; })
                 ? ""
                 : "an IA5String with other characters (X.680 section 41)";
    case der::kNumericString:
      return all([](uint8_t c) { return IsDigit(c) || c == ' '; })
                 ? ""
                 : "a NumericString with other characters (X.680 section 41.2)";
    default:
      return "";
  }
}

std::string NameFault(ByteSpan der) {
  DerReader outer(der);
  DerReader name = outer.Enter(der::kSequence);
  while (name.HasMore()) {
    DerReader rdn = name.Enter(der::kSet);
    while (rdn.HasMore()) {
      DerReader attribute = rdn.Enter(der::kSequence);
      const bool has_type = IsOid(attribute.Take(der::kOid));
      const DerReader::Element value = attribute.Next();
      if (!attribute.AtEnd()) return "";
      if (!has_type) return "an attribute whose type is not a DER OID (X.690 section 8.19)";
      for (const auto fault : {TextFault, CharacterFault}) {
        const std::string_view words = fault(value.tag, value.content);
        if (!words.empty()) return std::string(words);
      }
    }
  }
  return "";
}

}  // namespace pinlatch::tls
