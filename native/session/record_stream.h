// Owns the passage of TLS records between mbedTLS and a ByteStream, and what happened on the way.
// Internal to tls/. One session, one thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

struct mbedtls_ssl_context;

namespace pinlatch::tls {

// RecordStream remembers why mbedTLS was told to wait or that the stream is over: mbedTLS itself
// reports an orderly end, a cut and an empty record with one and the same value.
class RecordStream {
 public:
  explicit RecordStream(ByteStream& stream) : stream_(stream) {}
  RecordStream(const RecordStream&) = delete;
  RecordStream& operator=(const RecordStream&) = delete;

  // Attach makes `ssl` read and write through this object, which must outlive it.
  void Attach(mbedtls_ssl_context& ssl);

  // Allow lets mbedTLS take `bytes` more from the stream before it must have something to show;
  // then reads fail as "unexpected message". It bounds records that cost work and yield nothing
  // (empty ones, warnings, ChangeCipherSpec, one-byte fragments), which mbedTLS skips in a loop.
  void Allow(size_t bytes);

  // read_blocked says that the stream had nothing more to read when it was last asked.
  bool read_blocked() const { return read_blocked_; }
  // write_failed says that the connection broke when something was to be sent: there may be more to
  // read.
  bool write_failed() const { return write_failed_; }
  // ended says that the peer ended the stream, failed that the connection is broken, for the
  // reason system_error (an errno, may be 0).
  bool ended() const { return ended_; }
  bool failed() const { return failed_; }
  int system_error() const { return system_error_; }

 private:
  static int Send(void* self, const unsigned char* bytes, size_t size);
  static int Receive(void* self, unsigned char* bytes, size_t size);
  int Fail(int system_error);

  ByteStream& stream_;
  size_t allowance_ = 0;
  int system_error_ = 0;
  bool read_blocked_ = false;
  bool ended_ = false;
  bool failed_ = false;
  bool write_failed_ = false;
};

}  // namespace pinlatch::tls
