// See record_buffers.h.
#include "tls/record_buffers.h"

#include <mbedtls/platform.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/page_blocks.h"

// Not in mbedTLS's public headers, though not static either.
extern "C" {
void mbedtls_ssl_reset_in_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_reset_out_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_update_out_pointers(mbedtls_ssl_context* ssl, mbedtls_ssl_transform* transform);
}

namespace pinlatch::tls {
namespace {

// A record buffer holds 16 KiB and what is around it; nothing else in mbedTLS is that large.
bool IsRecordBuffer(size_t size) {
  return size > MBEDTLS_SSL_IN_CONTENT_LEN && size <= PageBlocks::kLarge;
}

void* Allocate(size_t count, size_t size) {
  if (!IsRecordBuffer(count * size)) return std::calloc(count, size);
  uint8_t* block = PageBlocks::Take(PageBlocks::kLarge);
  std::memset(block, 0, count * size);
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

bool IsAtRest(const mbedtls_ssl_context& ssl) {
  return ssl.handshake == nullptr && ssl.in_left == 0 && ssl.in_offt == nullptr &&
         ssl.in_hslen == 0 && ssl.keep_current_message == 0 && ssl.out_left == 0;
}

}  // namespace

void UsePageBlocks() { mbedtls_platform_set_calloc_free(Allocate, Free); }

void RecordBuffers::Rest(mbedtls_ssl_context& ssl) {
  if (ssl.in_buf == nullptr || !IsAtRest(ssl)) return;
  std::copy_n(ssl.in_ctr, next_incoming_.size(), next_incoming_.begin());
  Free(ssl.in_buf);
  Free(ssl.out_buf);
  ssl.in_buf = ssl.out_buf = nullptr;
}

void RecordBuffers::Attach(mbedtls_ssl_context& ssl) {
  ssl.in_buf = PageBlocks::Take(PageBlocks::kLarge);
  ssl.out_buf = PageBlocks::Take(PageBlocks::kLarge);
  mbedtls_ssl_reset_in_pointers(&ssl);
  mbedtls_ssl_reset_out_pointers(&ssl);
  mbedtls_ssl_update_out_pointers(&ssl, ssl.transform_out);
  std::copy(next_incoming_.begin(), next_incoming_.end(), ssl.in_ctr);
}

}  // namespace pinlatch::tls
