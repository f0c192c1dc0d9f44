// Owns the syntax of the values in distinguished names: which bytes each string type may hold.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch::tls {

// TextFault says what keeps the bytes of a string of this ASN.1 type from being text; empty when
// nothing does, or the type is none of strings.
std::string_view TextFault(uint8_t tag, ByteSpan content);

// CharacterFault says which string has other characters than its type; "*" and "&" are let pass in
// a PrintableString, as Go does.
std::string_view CharacterFault(uint8_t tag, ByteSpan content);

// NameFault says what is wrong with the types and values in a DER Name, for the operator; empty
// when nothing is wrong, or what is wrong is elsewhere (names/distinguished_name.h).
std::string NameFault(ByteSpan der);

}  // namespace pinlatch::tls
