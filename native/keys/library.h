// Owns the start of the cryptographic library. Touches nothing else.
#pragma once

#include "base/result.h"

namespace pinlatch::tls {

// InitialiseLibrary readies mbedTLS's PSA core, once per process; later calls return the first
// one's outcome. Any thread. Error: kInternal.
Status InitialiseLibrary();

}  // namespace pinlatch::tls
