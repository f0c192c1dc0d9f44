// Owns the one translation from Hash to mbedTLS's name for it. For the .cc files of this folder
// only.
#pragma once

#include <mbedtls/md.h>

#include "x509/digest.h"

namespace pinlatch::tls {

mbedtls_md_type_t MdTypeOf(Hash hash);

}  // namespace pinlatch::tls
