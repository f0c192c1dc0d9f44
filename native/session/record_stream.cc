// Owns the passage of TLS records between mbedTLS and a ByteStream, and what happened on the way.
#include "session/record_stream.h"

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

namespace pinlatch::tls {

void RecordStream::Attach(mbedtls_ssl_context& ssl) {
  mbedtls_ssl_set_bio(&ssl, this, Send, Receive, nullptr);
}

void RecordStream::Allow(size_t bytes) { allowance_ = bytes; }

int RecordStream::Fail(int system_error) {
  if (!failed_) system_error_ = system_error;  // what came first is the reason
  failed_ = true;
  return MBEDTLS_ERR_NET_CONN_RESET;
}

int RecordStream::Send(void* self, const unsigned char* bytes, size_t size) {
  auto& records = *static_cast<RecordStream*>(self);
  const Transfer sent = records.stream_.Write({bytes, size});
  switch (sent.kind) {
    case Transfer::Kind::kMoved:
      return static_cast<int>(sent.count);
    case Transfer::Kind::kWouldBlock:
      return MBEDTLS_ERR_SSL_WANT_WRITE;
    default:
      records.write_failed_ = true;
      return records.Fail(sent.system_error);
  }
}

int RecordStream::Receive(void* self, unsigned char* bytes, size_t size) {
  auto& records = *static_cast<RecordStream*>(self);
  if (records.allowance_ < size) return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
  const Transfer got = records.stream_.Read({bytes, size});
  records.read_blocked_ = got.kind == Transfer::Kind::kWouldBlock;
  switch (got.kind) {
    case Transfer::Kind::kMoved:
      records.allowance_ -= got.count;
      return static_cast<int>(got.count);
    case Transfer::Kind::kWouldBlock:
      return MBEDTLS_ERR_SSL_WANT_READ;
    case Transfer::Kind::kEnd:
      records.ended_ = true;
      return MBEDTLS_ERR_SSL_CONN_EOF;
    default:
      return records.Fail(got.system_error);
  }
}

}  // namespace pinlatch::tls
