// Owns the start of the cryptographic library. Touches nothing else.
#include "tls/library.h"

#include <psa/crypto.h>

#include <string>

#include "tls/record_buffers.h"

namespace pinlatch::tls {

Status InitialiseLibrary() {
  // A function-local static is initialised by exactly one thread while the others wait.
  static const psa_status_t status = [] {
    UsePageBlocks();
    return psa_crypto_init();
  }();
  if (status == PSA_SUCCESS) return {};
  return Error(ErrorCode::kInternal, "psa_crypto_init failed with " + std::to_string(status));
}

}  // namespace pinlatch::tls
