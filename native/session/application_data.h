// Owns what a TLS session does once its handshake is over, at either end: reading, writing, closing
// and resting; and its buffers before that. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "session/record_buffers.h"
#include "session/record_stream.h"
#include "session/session_progress.h"

namespace pinlatch::tls {

// Flush writes out what mbedTLS holds ready to send. mbedTLS has no public name for this alone.
// Returns kDone, kWantWrite or kFailed.
SessionProgress Flush(mbedtls_ssl_context& ssl);

// ApplicationData belongs to one session, whose `ssl` and `records` outlive it.
class ApplicationData {
 public:
  ApplicationData(mbedtls_ssl_context& ssl, RecordStream& records) : ssl_(ssl), records_(records) {}
  ApplicationData(const ApplicationData&) = delete;
  ApplicationData& operator=(const ApplicationData&) = delete;

  // Read yields decrypted bytes. kEnd is an orderly close_notify only. After kFailed, failure() is
  // mbedTLS's error, 0 when the stream failed.
  Transfer Read(MutableByteSpan into);
  // Write encrypts. After kWouldBlock nothing counts as written: call again with the same bytes
  // (more may follow them) once the stream is writable. kFailed as for Read.
  Transfer Write(ByteSpan from);
  // Close writes close_notify as far as the stream takes it.
  SessionProgress Close();
  // SendAlert sends a fatal alert behind what waits; it is lost when the stream takes neither now.
  void SendAlert(uint8_t description);
  // Rest gives the record buffers back while nothing is in them; Read, Write and Close bring them.
  void Rest() { buffers_.Rest(ssl_); }
  // RestBetweenFlights does so during the handshake (RecordBuffers); Wake brings them for its next
  // step.
  void RestBetweenFlights() { buffers_.RestBetweenFlights(ssl_); }
  void Wake() { buffers_.Wake(ssl_); }

  int failure() const { return failure_; }
  bool peer_closed() const { return peer_closed_; }
  bool close_sent() const { return close_sent_; }

 private:
  Transfer Fail(int mbedtls_error);
  int MostOfRecord();

  mbedtls_ssl_context& ssl_;
  RecordStream& records_;
  RecordBuffers buffers_;
  size_t pending_write_ = 0;  // bytes of the caller's that are in a record not yet wholly sent
  int failure_ = 0;
  bool peer_closed_ = false;
  bool close_sent_ = false;
  uint16_t most_of_record_ = 0;  // bytes, by what the handshake has agreed; 0: not asked yet
};

}  // namespace pinlatch::tls
