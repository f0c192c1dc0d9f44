// Owns the question whether bytes are a certificate at all, whatever its kind of key, its signature
// or its extensions: for those that are only sent. Pure.
#pragma once

#include "base/bytes.h"

namespace pinlatch::material {

// HasCertificateForm says that `der` is one DER element with the parts of a Certificate (RFC 5280
// section 4.1) in their places. What is in the parts is not looked at.
bool HasCertificateForm(ByteSpan der);

}  // namespace pinlatch::material
