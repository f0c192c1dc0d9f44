// See library.h. Before anything else mbedTLS is told to take its record buffers from PageBlocks.
#include "keys/library.h"

#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>
#include <psa/crypto.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/page_blocks.h"

namespace pinlatch::tls {
namespace {

// A record buffer holds 16 KiB and what is around it; nothing else in mbedTLS is that large.
bool IsRecordBuffer(size_t size) {
  return size > MBEDTLS_SSL_IN_CONTENT_LEN && size <= PageBlocks::kLarge;
}

// What the allocator keeps at hand for each thread, which its calloc passes by (glibc before 2.41).
constexpr size_t kAtHand = 1032;

void* AllocateAtHand(size_t size) {
  void* block = std::malloc(size);
  if (block != nullptr) std::memset(block, 0, size);
  return block;
}

void* Allocate(size_t count, size_t size) {
  size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) return nullptr;
  if (total <= kAtHand) return AllocateAtHand(total);
  if (!IsRecordBuffer(total)) return std::calloc(count, size);
  uint8_t* block = PageBlocks::Take(PageBlocks::kLarge);
  std::memset(block, 0, total);
  return block;
}

void Free(void* memory) {
  if (memory == nullptr) return;
  if (PageBlocks::SizeOf(memory) == PageBlocks::kLarge) {
    PageBlocks::Give(static_cast<uint8_t*>(memory), PageBlocks::kLarge);
  } else {
    std::free(memory);
  }
}

}  // namespace

Status InitialiseLibrary() {
  // A function-local static is initialised by exactly one thread while the others wait.
  static const psa_status_t status = [] {
    mbedtls_platform_set_calloc_free(Allocate, Free);
    return psa_crypto_init();
  }();
  if (status == PSA_SUCCESS) return {};
  return Error(ErrorCode::kInternal, "psa_crypto_init failed with " + std::to_string(status));
}

}  // namespace pinlatch::tls
