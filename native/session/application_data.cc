// See application_data.h.
#include "session/application_data.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "session/mbedtls_key_update.h"

// Not in mbedTLS's public headers, though not static either.
extern "C" {
int mbedtls_ssl_flush_output(mbedtls_ssl_context* ssl);
}

namespace pinlatch::tls {
namespace {

// One Read takes one record of data (16 KiB and a little), and skips a few that carry none.
constexpr size_t kReadAllowance = 64 * 1024;

}  // namespace

SessionProgress Flush(mbedtls_ssl_context& ssl) {
  while (ssl.out_left > 0) {
    const int result = mbedtls_ssl_flush_output(&ssl);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return SessionProgress::kWantWrite;
    if (result != 0) return SessionProgress::kFailed;
  }
  return SessionProgress::kDone;
}

Transfer ApplicationData::Fail(int mbedtls_error) {
  failure_ = mbedtls_error;
  return Transfer::Failed(records_.failed() ? records_.system_error() : 0);
}

Transfer ApplicationData::Read(MutableByteSpan into) {
  assert(!into.empty());
  if (peer_closed_) return Transfer::End();
  buffers_.Wake(ssl_);
  records_.Allow(kReadAllowance);
  while (true) {
    const int got = mbedtls_ssl_read(&ssl_, into.data(), into.size());
    if (got > 0) {
      pinlatch_tls13_note_data(&ssl_);
      return Transfer::Moved(static_cast<size_t>(got));
    }
    // 0 is the end of the stream or an empty record; the stream knows which.
    if (got == 0 && !records_.ended()) continue;
    if (got == MBEDTLS_ERR_SSL_WANT_READ && records_.read_blocked()) return Transfer::WouldBlock();
    // A warning that the stream does not take now leaves with the next write.
    if (got == MBEDTLS_ERR_SSL_WANT_READ || got == MBEDTLS_ERR_SSL_WANT_WRITE) continue;
    if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      peer_closed_ = true;
      return Transfer::End();
    }
    return Fail(got);
  }
}

// MostOfRecord is how many bytes a record takes, or an mbedTLS error.
int ApplicationData::MostOfRecord() {
  static_assert(MBEDTLS_SSL_OUT_CONTENT_LEN <= UINT16_MAX);
  if (most_of_record_ > 0) return most_of_record_;
  const int most = mbedtls_ssl_get_max_out_record_payload(&ssl_);
  most_of_record_ = static_cast<uint16_t>(std::max(most, 0));
  return most;
}

Transfer ApplicationData::Write(ByteSpan from) {
  assert(from.size() >= std::max<size_t>(pending_write_, 1));
  buffers_.Wake(ssl_);
  // mbedtls_ssl_write takes any bytes that wait to be sent for its own record. They need not be (an
  // alert may wait), and its record may be gone by now (an alert flushed it). So what waits is sent
  // here, and mbedtls_ssl_write only ever begins a record.
  if (const SessionProgress rest = Flush(ssl_); rest != SessionProgress::kDone) {
    return rest == SessionProgress::kWantWrite ? Transfer::WouldBlock() : Fail(0);
  }
  if (pending_write_ > 0) return Transfer::Moved(std::exchange(pending_write_, 0));
  if (const int renewed = pinlatch_tls13_renew_keys(&ssl_); renewed != 0) {
    return renewed == MBEDTLS_ERR_SSL_WANT_WRITE ? Transfer::WouldBlock() : Fail(renewed);
  }
  const int room = MostOfRecord();
  if (room <= 0) return Fail(room);
  const size_t size = std::min(from.size(), static_cast<size_t>(room));
  const int sent = mbedtls_ssl_write(&ssl_, from.data(), size);
  if (sent > 0) return Transfer::Moved(static_cast<size_t>(sent));
  if (sent != MBEDTLS_ERR_SSL_WANT_WRITE) return Fail(sent);
  pending_write_ = size;
  return Transfer::WouldBlock();
}

SessionProgress ApplicationData::Close() {
  buffers_.Wake(ssl_);
  // A record that is half sent goes first.
  if (const SessionProgress rest = Flush(ssl_); rest != SessionProgress::kDone) return rest;
  if (close_sent_) return SessionProgress::kDone;
  close_sent_ = true;
  const int result = mbedtls_ssl_close_notify(&ssl_);
  if (result == 0) return SessionProgress::kDone;
  return result == MBEDTLS_ERR_SSL_WANT_WRITE ? SessionProgress::kWantWrite
                                              : SessionProgress::kFailed;
}

void ApplicationData::SendAlert(uint8_t description) {
  buffers_.Wake(ssl_);
  if (Flush(ssl_) != SessionProgress::kDone) return;
  mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL, description);
}

}  // namespace pinlatch::tls
