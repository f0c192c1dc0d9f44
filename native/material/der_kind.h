// Owns the recognition of DER by its structure. Pure.
#pragma once

#include "base/bytes.h"
#include "material/content.h"

namespace pinlatch::material {

// KindOfDer names what one DER SEQUENCE is; kBytes where it is nothing that is known.
Kind KindOfDer(ByteSpan der);

// KindOfBer recognises PKCS #7 and #12 by how they begin: their makers often write indefinite
// lengths, which DER has not. kBytes for all else.
Kind KindOfBer(ByteSpan bytes);

}  // namespace pinlatch::material
