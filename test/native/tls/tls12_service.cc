// See tls12_service.h.
#include "tls/tls12_service.h"

#include <doctest/doctest.h>

#include "keys/library.h"
#include "keys/random.h"

namespace pinlatch::test {
namespace {

int Take(void* stream, unsigned char* bytes, size_t size) {
  const Transfer transfer = static_cast<ByteStream*>(stream)->Read({bytes, size});
  if (transfer.kind == Transfer::Kind::kMoved) return static_cast<int>(transfer.count);
  return transfer.kind == Transfer::Kind::kWouldBlock ? MBEDTLS_ERR_SSL_WANT_READ : 0;
}

int Give(void* stream, const unsigned char* bytes, size_t size) {
  const Transfer transfer = static_cast<ByteStream*>(stream)->Write({bytes, size});
  return transfer.kind == Transfer::Kind::kMoved ? static_cast<int>(transfer.count)
                                                 : MBEDTLS_ERR_SSL_WANT_WRITE;
}

}  // namespace

Tls12Service::Tls12Service(const Identity& own, ByteStream& stream) : key_(own.key) {
  REQUIRE(tls::InitialiseLibrary().ok());
  mbedtls_ssl_config_init(&config_);
  mbedtls_ssl_init(&ssl_);
  REQUIRE(mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT) == 0);
  mbedtls_ssl_conf_rng(&config_, tls::FillRandom, nullptr);
  mbedtls_ssl_conf_max_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
  REQUIRE(pinlatch::identity::AppendCertificate(*own_, own.der) == 0);
  REQUIRE(mbedtls_ssl_conf_own_cert(&config_, own_.get(), &key_->context()) == 0);
  REQUIRE(mbedtls_ssl_setup(&ssl_, &config_) == 0);
  mbedtls_ssl_set_bio(&ssl_, &stream, Give, Take, nullptr);
}

Tls12Service::~Tls12Service() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&config_);
}

int Tls12Service::Step() {
  const int result = mbedtls_ssl_handshake(&ssl_);
  if (result == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) alert_ = ssl_.in_msg[1];
  return result;
}

bool Tls12Service::done() const {
  return mbedtls_ssl_is_handshake_over(const_cast<mbedtls_ssl_context*>(&ssl_)) != 0;
}

}  // namespace pinlatch::test
