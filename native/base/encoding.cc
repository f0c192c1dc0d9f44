// See encoding.h.
#include "base/encoding.h"

#include <array>
#include <cassert>
#include <cstring>

namespace pinlatch {
namespace {

using HexPairs = std::array<std::array<char, 2>, 256>;

constexpr HexPairs MakeHexPairs() {
  constexpr char kDigits[] = "0123456789abcdef";
  HexPairs pairs{};
  for (size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return pairs;
}

constexpr HexPairs kHexPairs = MakeHexPairs();

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string HexEncode(ByteSpan bytes) {
  std::string text;
  AppendHex(text, bytes);
  return text;
}

void AppendHex(std::string& text, ByteSpan bytes) {
  const size_t begin = text.size();
  text.resize(begin + bytes.size() * 2);
  HexEncodeInto(bytes, std::span(text).subspan(begin));
}

void HexEncodeInto(ByteSpan bytes, std::span<char> into) {
  assert(into.size() == bytes.size() * 2);
  char* out = into.data();
  for (uint8_t byte : bytes) {
    std::memcpy(out, kHexPairs[byte].data(), 2);
    out += 2;
  }
}

bool HexDecodeInto(std::string_view text, MutableByteSpan into) {
  if (text.size() != into.size() * 2) return false;
  for (size_t i = 0; i < into.size(); ++i) {
    const int high = HexDigit(text[2 * i]);
    const int low = HexDigit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

std::string Base64Encode(ByteSpan bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t group = static_cast<uint32_t>(bytes[i] << 16) |
                           static_cast<uint32_t>((left > 1 ? bytes[i + 1] : 0) << 8) |
                           static_cast<uint32_t>(left > 2 ? bytes[i + 2] : 0);
    text.push_back(kAlphabet[(group >> 18) & 63]);
    text.push_back(kAlphabet[(group >> 12) & 63]);
    text.push_back(left > 1 ? kAlphabet[(group >> 6) & 63] : '=');
    text.push_back(left > 2 ? kAlphabet[group & 63] : '=');
  }
  return text;
}

}  // namespace pinlatch
