// See record_buffers.h.
#include "session/record_buffers.h"

#include <mbedtls/platform.h>

#include <algorithm>

#include "base/page_blocks.h"
#include "session/mbedtls_handshake.h"

// Not in mbedTLS's public headers, though not static either.
extern "C" {
void mbedtls_ssl_reset_in_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_reset_out_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_update_out_pointers(mbedtls_ssl_context* ssl, mbedtls_ssl_transform* transform);
}

namespace pinlatch::tls {
namespace {

bool IsAtRest(const mbedtls_ssl_context& ssl) {
  return ssl.in_left == 0 && ssl.in_offt == nullptr && ssl.in_hslen == 0 &&
         ssl.keep_current_message == 0 && ssl.out_left == 0;
}

}  // namespace

void RecordBuffers::Rest(mbedtls_ssl_context& ssl) {
  if (ssl.handshake == nullptr) RestBetweenFlights(ssl);
}

void RecordBuffers::RestBetweenFlights(mbedtls_ssl_context& ssl) {
  if (ssl.in_buf == nullptr || !IsAtRest(ssl)) return;
  std::copy_n(ssl.in_ctr, next_incoming_.size(), next_incoming_.begin());
  mbedtls_free(ssl.in_buf);
  mbedtls_free(ssl.out_buf);
  ssl.in_buf = ssl.out_buf = nullptr;
}

void RecordBuffers::Attach(mbedtls_ssl_context& ssl) {
  ssl.in_buf = PageBlocks::Take(PageBlocks::kLarge);
  ssl.out_buf = PageBlocks::Take(PageBlocks::kLarge);
  pinlatch_hs_has_usual_buffers(&ssl);
  mbedtls_ssl_reset_in_pointers(&ssl);
  mbedtls_ssl_reset_out_pointers(&ssl);
  mbedtls_ssl_update_out_pointers(&ssl, ssl.transform_out);
  std::copy(next_incoming_.begin(), next_incoming_.end(), ssl.in_ctr);
}

}  // namespace pinlatch::tls
