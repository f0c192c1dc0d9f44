// See host_x25519.h.
#include "crypto/host_x25519.h"

#include <mbedtls/platform_util.h>

#include <array>

#include "crypto/host.h"

namespace pinlatch::crypto {
namespace {

constexpr int kX25519 = 1034;        // EVP_PKEY_X25519
constexpr int kKeyPair = 0x87;       // EVP_PKEY_KEYPAIR
constexpr unsigned int kOctets = 5;  // OSSL_PARAM_OCTET_STRING
constexpr size_t kSize = 32;
using Bytes = std::array<uint8_t, kSize>;

Parameter OctetsOf(const char* name, const Bytes& bytes) {
  return {name, kOctets, const_cast<uint8_t*>(bytes.data()), bytes.size(),
          static_cast<size_t>(-1)};  // OSSL_PARAM_UNMODIFIED
}

// KeyForDerivation makes a private key without computing its public half, which costs as much as
// the derivation and is not read by it: `any` stands in its place.
KeyPtr KeyForDerivation(const Bytes& secret, const Bytes& any) {
  const KeyContextPtr context(host.EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr));
  std::array<Parameter, 3> parameters = {OctetsOf("priv", secret), OctetsOf("pub", any),
                                         Parameter{}};
  Key* key = nullptr;
  if (!context || host.EVP_PKEY_fromdata_init(context.get()) != 1 ||
      host.EVP_PKEY_fromdata(context.get(), &key, kKeyPair, parameters.data()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

bool Derive(const Bytes& secret, const Bytes& peer, Bytes& shared) {
  const KeyPtr own = KeyForDerivation(secret, peer);
  const KeyPtr other(host.EVP_PKEY_new_raw_public_key(kX25519, nullptr, peer.data(), peer.size()));
  if (!own || !other) return false;
  const KeyContextPtr context(host.EVP_PKEY_CTX_new(own.get(), nullptr));
  size_t size = shared.size();
  return context && host.EVP_PKEY_derive_init(context.get()) == 1 &&
         host.EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
         host.EVP_PKEY_derive(context.get(), shared.data(), &size) == 1 && size == shared.size();
}

bool PublicHalf(const Bytes& secret, Bytes& half) {
  const KeyPtr key(
      host.EVP_PKEY_new_raw_private_key(kX25519, nullptr, secret.data(), secret.size()));
  size_t size = half.size();
  return key && host.EVP_PKEY_get_raw_public_key(key.get(), half.data(), &size) == 1 &&
         size == half.size();
}

}  // namespace

int MultiplyX25519(const mbedtls_ecp_group& curve, mbedtls_ecp_point& r, const mbedtls_mpi& m,
                   const mbedtls_ecp_point& p) {
  Bytes secret;
  Bytes peer;
  Bytes result;
  int failed = mbedtls_mpi_write_binary_le(&m, secret.data(), secret.size());
  if (failed == 0) failed = mbedtls_mpi_write_binary_le(&p.X, peer.data(), peer.size());
  if (failed == 0) {
    const bool done = &p == &curve.G ? PublicHalf(secret, result) : Derive(secret, peer, result);
    if (!done) failed = MBEDTLS_ERR_ECP_INVALID_KEY;
  }
  mbedtls_platform_zeroize(secret.data(), secret.size());
  if (failed == 0) failed = mbedtls_mpi_read_binary_le(&r.X, result.data(), result.size());
  if (failed == 0) failed = mbedtls_mpi_lset(&r.Z, 1);
  mbedtls_mpi_free(&r.Y);
  mbedtls_platform_zeroize(result.data(), result.size());
  return failed;
}

}  // namespace pinlatch::crypto
