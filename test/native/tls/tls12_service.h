// Owns a server on mbedTLS that speaks TLS 1.2 alone, for tests of the gateway's client sessions.
#pragma once

#include <mbedtls/ssl.h>

#include "identity/certificate.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {

class Tls12Service {
 public:
  Tls12Service(const Identity& own, ByteStream& stream);
  ~Tls12Service();
  Tls12Service(const Tls12Service&) = delete;
  Tls12Service& operator=(const Tls12Service&) = delete;

  // Step lets the handshake go on and returns what mbedTLS does; alert is a fatal one that came, -1
  // for none.
  int Step();
  int alert() const { return alert_; }
  bool done() const;

 private:
  pinlatch::identity::CertificatePtr own_ = pinlatch::identity::NewCertificate();
  std::shared_ptr<const Key> key_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  int alert_ = -1;
};

}  // namespace pinlatch::test
