// Owns the ASN.1 string types of names: bytes of a given type to UTF-8. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

namespace pinlatch::identity {

// DecodeDirectoryString returns the UTF-8 text of a string's content bytes; `tag` is the ASN.1 tag
// (UTF8String, PrintableString, IA5String, NumericString, VisibleString, T61String read as Latin-1,
// BMPString, UniversalString). Embedded NULs are kept. nullopt: another type, or bytes that the
// type does not allow.
std::optional<std::string> DecodeDirectoryString(int tag, ByteSpan content);

// IsDirectoryString says whether `tag` is one of these types.
bool IsDirectoryString(int tag);

// IsUtf8 tells whether `text` is well-formed UTF-8 (RFC 3629).
bool IsUtf8(ByteSpan text);

}  // namespace pinlatch::identity
