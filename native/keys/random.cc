// Owns randomness for TLS, keys and serial numbers. The kernel's generator is the only source.
#include "keys/random.h"

#include <errno.h>
#include <mbedtls/entropy.h>
#include <sys/random.h>

namespace pinlatch::tls {

int FillRandom(void* /*context*/, unsigned char* output, size_t length) {
  size_t filled = 0;
  while (filled < length) {
    const ssize_t got = getrandom(output + filled, length - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
    filled += static_cast<size_t>(got);
  }
  return 0;
}

}  // namespace pinlatch::tls
