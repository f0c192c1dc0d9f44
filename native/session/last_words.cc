// See last_words.h.
#include "session/last_words.h"

#include "session/mbedtls_handshake.h"
#include "session/record_stream.h"

namespace pinlatch::tls {

int PlainAlert(const mbedtls_ssl_context& ssl) {
  const unsigned char* record = ssl.in_hdr;
  const bool is_alert = record[0] == MBEDTLS_SSL_MSG_ALERT && record[3] == 0 && record[4] == 2;
  return is_alert ? record[6] : -1;
}

int LastWords(mbedtls_ssl_context& ssl, const RecordStream& records) {
  if (!records.write_failed()) return -1;
  const unsigned char sent = ssl.alert_type;
  const int result = pinlatch_hs_read_on(&ssl);
  ssl.alert_type = sent;  // nothing more could be sent
  if (result == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) return ssl.in_msg[1];
  return result == MBEDTLS_ERR_SSL_INVALID_MAC ? PlainAlert(ssl) : -1;
}

}  // namespace pinlatch::tls
