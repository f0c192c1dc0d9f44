// See secret_bytes.h.
#include "material/secret_bytes.h"

#include <mbedtls/platform_util.h>

namespace pinlatch::material {

void SecretBytes::Shorten(size_t size) {
  mbedtls_platform_zeroize(bytes_.get() + size, size_ - size);
  size_ = size;
}

void SecretBytes::Wipe() {
  if (bytes_ != nullptr) mbedtls_platform_zeroize(bytes_.get(), size_);
}

}  // namespace pinlatch::material
