// Owns the way from the DER of a distinguished name to its text, where no certificate carries it.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pinlatch::identity {

// NameText returns the RFC 4514 text of a DER Name (the whole SEQUENCE), as Describe gives that of
// a certificate; empty when it is none, or an empty one.
std::string NameText(ByteSpan der);

}  // namespace pinlatch::identity
