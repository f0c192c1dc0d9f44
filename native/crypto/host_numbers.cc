// See host_numbers.h.
#include "crypto/host_numbers.h"

#include <mbedtls/platform_util.h>

#include <array>

namespace pinlatch::crypto {
namespace {
constexpr int kConstantTime = 0x04;  // BN_FLG_CONSTTIME
}  // namespace

NumberPtr ToHost(const mbedtls_mpi& number, size_t width) {
  std::array<uint8_t, kMaxNumber> bytes;
  if (width > bytes.size() || mbedtls_mpi_write_binary(&number, bytes.data(), width) != 0) {
    return nullptr;
  }
  NumberPtr copy(host.BN_bin2bn(bytes.data(), static_cast<int>(width), nullptr));
  mbedtls_platform_zeroize(bytes.data(), width);
  if (copy) host.BN_set_flags(copy.get(), kConstantTime);
  return copy;
}

int FromHost(const Number& number, size_t width, mbedtls_mpi& into) {
  std::array<uint8_t, kMaxNumber> bytes;
  if (width > bytes.size() ||
      host.BN_bn2binpad(&number, bytes.data(), static_cast<int>(width)) < 0) {
    return MBEDTLS_ERR_MPI_BUFFER_TOO_SMALL;
  }
  const int failed = mbedtls_mpi_read_binary(&into, bytes.data(), width);
  mbedtls_platform_zeroize(bytes.data(), width);
  return failed;
}

}  // namespace pinlatch::crypto
