// Owns text forms of bytes: hexadecimal and base64. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace pinlatch {

// HexEncode returns lower-case hexadecimal, two digits a byte.
std::string HexEncode(ByteSpan bytes);
// AppendHex writes the same to the end of `text`.
void AppendHex(std::string& text, ByteSpan bytes);
// HexEncodeInto writes it to `into`, which has room for just that.
void HexEncodeInto(ByteSpan bytes, std::span<char> into);
// HexDecodeInto fills `into` from exactly 2 * into.size() hexadecimal digits of either case; false
// when it cannot.
bool HexDecodeInto(std::string_view text, MutableByteSpan into);
// Base64Encode returns base64 with padding (RFC 4648 section 4).
std::string Base64Encode(ByteSpan bytes);

}  // namespace pinlatch
