// Owns the record buffers of a session while nothing is in them: an idle connection has none, nor
// has one whose next flight of the handshake is awaited. What has to survive, the number of the
// next incoming record, is kept here. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <cstdint>

namespace pinlatch::tls {

// RecordBuffers belongs to one session of one thread.
class RecordBuffers {
 public:
  // Rest gives both buffers back, unless a record is half read or half sent, or a handshake goes
  // on. Nothing but Wake and mbedtls_ssl_free may be called on `ssl` then.
  void Rest(mbedtls_ssl_context& ssl);
  // RestBetweenFlights is Rest in a handshake that lacks nothing but bytes of the peer's: before
  // any step, or when mbedTLS has just asked for more to read. In between it builds messages here.
  void RestBetweenFlights(mbedtls_ssl_context& ssl);
  // Wake brings buffers back; nothing happens when they are there.
  void Wake(mbedtls_ssl_context& ssl) {
    if (ssl.in_buf == nullptr) Attach(ssl);
  }

 private:
  void Attach(mbedtls_ssl_context& ssl);

  std::array<uint8_t, 8> next_incoming_{};
};

}  // namespace pinlatch::tls
