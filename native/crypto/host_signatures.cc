// Owns the verification of signatures by libcrypto: ECDSA, and the RSA public operation.
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>

#include "crypto/host_numbers.h"

namespace pinlatch::crypto {
namespace {

EcKeyPtr PublicKeyOf(const Group& group, const mbedtls_ecp_point& q, size_t width) {
  const NumberContextPtr context(host.BN_CTX_new());
  const PointPtr point(host.EC_POINT_new(&group));
  const NumberPtr x = ToHost(q.X, width);
  const NumberPtr y = ToHost(q.Y, width);
  EcKeyPtr key(host.EC_KEY_new());
  // Refuses a point that is not on the curve.
  const bool made = context && point && x && y && key && mbedtls_mpi_cmp_int(&q.Z, 1) == 0 &&
                    host.EC_POINT_set_affine_coordinates(&group, point.get(), x.get(), y.get(),
                                                         context.get()) == 1 &&
                    host.EC_KEY_set_group(key.get(), &group) == 1 &&
                    host.EC_KEY_set_public_key(key.get(), point.get()) == 1;
  return made ? std::move(key) : nullptr;
}

SignaturePtr SignatureOf(const mbedtls_mpi& r, const mbedtls_mpi& s, size_t width) {
  SignaturePtr signature(host.ECDSA_SIG_new());
  NumberPtr host_r = ToHost(r, width);
  NumberPtr host_s = ToHost(s, width);
  if (!signature || !host_r || !host_s) return nullptr;
  if (host.ECDSA_SIG_set0(signature.get(), host_r.get(), host_s.get()) != 1) return nullptr;
  host_r.release();  // the signature's now
  host_s.release();
  return signature;
}

}  // namespace

int VerifyEcdsa(const mbedtls_ecp_group* curve, const uint8_t* hash, size_t hash_size,
                const mbedtls_ecp_point* q, const mbedtls_mpi* r, const mbedtls_mpi* s) {
  const Group* group = GroupOf(curve->id);
  if (group == nullptr) return PINLATCH_HOOK_DECLINED;
  const size_t width = (curve->pbits + 7) / 8;
  const EcKeyPtr key = PublicKeyOf(*group, *q, width);
  // Fails too where r or s is longer than the curve's order, and then it is no signature.
  const SignaturePtr signature = SignatureOf(*r, *s, width);
  const bool sound =
      key && signature &&
      host.ECDSA_do_verify(hash, static_cast<int>(hash_size), signature.get(), key.get()) == 1;
  if (sound) return 0;
  host.ERR_clear_error();
  return MBEDTLS_ERR_ECP_VERIFY_FAILED;
}

int RaiseToRsaExponent(const mbedtls_rsa_context* key, const uint8_t* input, uint8_t* output) {
  const size_t width = key->len;
  if (width > kMaxNumber) return PINLATCH_HOOK_DECLINED;
  const NumberContextPtr context(host.BN_CTX_new());
  const NumberPtr base(host.BN_bin2bn(input, static_cast<int>(width), nullptr));
  const NumberPtr modulus = ToHost(key->N, width);
  const NumberPtr exponent = ToHost(key->E, width);
  const NumberPtr result(host.BN_new());
  if (!context || !base || !modulus || !exponent || !result) return MBEDTLS_ERR_MPI_ALLOC_FAILED;
  mbedtls_mpi number;
  mbedtls_mpi_init(&number);
  int failed = mbedtls_mpi_read_binary(&number, input, width);
  if (failed == 0 && mbedtls_mpi_cmp_mpi(&number, &key->N) >= 0) {
    failed = MBEDTLS_ERR_MPI_BAD_INPUT_DATA;
  }
  mbedtls_mpi_free(&number);
  if (failed == 0 && (host.BN_mod_exp_mont(result.get(), base.get(), exponent.get(), modulus.get(),
                                           context.get(), nullptr) != 1 ||
                      host.BN_bn2binpad(result.get(), output, static_cast<int>(width)) < 0)) {
    host.ERR_clear_error();
    failed = MBEDTLS_ERR_MPI_BAD_INPUT_DATA;
  }
  return failed;
}

}  // namespace pinlatch::crypto
