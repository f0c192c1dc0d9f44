// Owns the ASN.1 string types of names: bytes of a given type to UTF-8. Pure.
#include "identity/string_types.h"

#include <mbedtls/asn1.h>
#include <algorithm>

namespace pinlatch::identity {
namespace {

// Absent from mbedTLS, which does not let them through in names; here so that nothing depends on
// it. The base of a name constraint, which mbedTLS does not read, may have them.
constexpr int kNumericString = 0x12;
constexpr int kVisibleString = 0x1a;

bool IsScalarValue(uint32_t code_point) {
  return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

void AppendUtf8(uint32_t code_point, std::string& text) {
  const auto put = [&](uint32_t octet) { text += static_cast<char>(octet); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

std::optional<std::string> FromUniversalString(ByteSpan content) {
  if (content.size() % 4 != 0) return std::nullopt;
  std::string text;
  for (size_t i = 0; i < content.size(); i += 4) {
    const uint32_t code_point = uint32_t{content[i]} << 24 | uint32_t{content[i + 1]} << 16 |
                                uint32_t{content[i + 2]} << 8 | content[i + 3];
    if (!IsScalarValue(code_point)) return std::nullopt;
    AppendUtf8(code_point, text);
  }
  return text;
}

// FromBmpString also takes surrogate pairs: the type is UCS-2, but what writes it is mostly UTF-16.
std::optional<std::string> FromBmpString(ByteSpan content) {
  if (content.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](size_t i) { return uint32_t{content[i]} << 8 | content[i + 1]; };
  std::string text;
  for (size_t i = 0; i < content.size(); i += 2) {
    uint32_t code_point = unit(i);
    const bool high = code_point >= 0xD800 && code_point <= 0xDBFF;
    if (high && i + 3 < content.size() && (unit(i + 2) & 0xFC00) == 0xDC00) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    if (!IsScalarValue(code_point)) return std::nullopt;
    AppendUtf8(code_point, text);
  }
  return text;
}

// SequenceLength is the number of octets that a UTF-8 lead octet announces, 0 when it is none.
size_t SequenceLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

bool IsUtf8(ByteSpan text) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(text[i]);
    if (length == 0 || length > text.size() - i) return false;
    uint32_t code_point = length == 1 ? text[i] : text[i] & (0x7FU >> length);
    for (size_t k = 1; k < length; ++k) {
      if ((text[i + k] & 0xC0) != 0x80) return false;
      code_point = code_point << 6 | (text[i + k] & 0x3FU);
    }
    if (code_point < kSmallest[length] || !IsScalarValue(code_point)) return false;
    i += length;
  }
  return true;
}

std::optional<std::string> DecodeDirectoryString(int tag, ByteSpan content) {
  switch (tag) {
    case MBEDTLS_ASN1_UTF8_STRING:
      if (!IsUtf8(content)) return std::nullopt;
      return std::string(AsText(content));
    case MBEDTLS_ASN1_PRINTABLE_STRING:
    case MBEDTLS_ASN1_IA5_STRING:
    case kNumericString:
    case kVisibleString:
      if (std::any_of(content.begin(), content.end(), [](uint8_t c) { return c >= 0x80; })) {
        return std::nullopt;
      }
      return std::string(AsText(content));
    case MBEDTLS_ASN1_T61_STRING: {
      std::string text;
      for (const uint8_t octet : content) AppendUtf8(octet, text);
      return text;
    }
    case MBEDTLS_ASN1_BMP_STRING:
      return FromBmpString(content);
    case MBEDTLS_ASN1_UNIVERSAL_STRING:
      return FromUniversalString(content);
    default:
      return std::nullopt;
  }
}

bool IsDirectoryString(int tag) {
  // Of no content every string type makes the empty text.
  return DecodeDirectoryString(tag, {}).has_value();
}

}  // namespace pinlatch::identity
