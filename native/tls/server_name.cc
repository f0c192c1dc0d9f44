// Owns the reading of the server name that a client asks for (RFC 6066 section 3).
#include "tls/server_name.h"

#include <mbedtls/ssl.h>

#include <string>

#include "tls/server_session_impl.h"

namespace pinlatch::tls {

int RecordServerName(mbedtls_ssl_context* ssl) {
  auto& session = *static_cast<ServerSession::Impl*>(mbedtls_ssl_get_user_data_p(ssl));
  size_t length = 0;
  const unsigned char* name = mbedtls_ssl_get_hs_sni(ssl, &length);
  if (name == nullptr) return 0;
  constexpr size_t kMaxHostName = 255;
  if (length > kMaxHostName) return MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME;
  std::string lower;
  for (size_t i = 0; i < length; ++i) {
    const unsigned char c = name[i];
    if (c <= 0x20 || c >= 0x7F) return MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME;
    lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  session.facts.server_name = std::move(lower);
  return 0;
}

}  // namespace pinlatch::tls
