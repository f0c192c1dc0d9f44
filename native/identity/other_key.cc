// See other_key.h.
#include "identity/other_key.h"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/pk.h>

#include "identity/distinguished_name.h"

namespace pinlatch::identity {
namespace {

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;

// The size of the modulus in the BIT STRING at `at`.
size_t BitsOfModulus(unsigned char* at, const unsigned char* end) {
  size_t size = 0;
  mbedtls_mpi modulus;
  mbedtls_mpi_init(&modulus);
  const bool is_read = mbedtls_asn1_get_bitstring_null(&at, end, &size) == 0 &&
                       mbedtls_asn1_get_tag(&at, end, &size, kSequence) == 0 &&
                       mbedtls_asn1_get_mpi(&at, end, &modulus) == 0;
  const size_t bits = is_read ? mbedtls_mpi_bitlen(&modulus) : 0;
  mbedtls_mpi_free(&modulus);
  return bits;
}

}  // namespace

bool IsOfOtherKind(int mbedtls_error) {
  return mbedtls_error == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG ||
         mbedtls_error == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE;
}

std::string OtherKeyAlgorithm(const mbedtls_x509_buf& key_info) {
  unsigned char* at = key_info.p;
  const unsigned char* end = at + key_info.len;
  size_t size = 0;
  mbedtls_asn1_buf kind{};
  mbedtls_asn1_buf parameters{};
  if (mbedtls_asn1_get_tag(&at, end, &size, kSequence) != 0 ||
      mbedtls_asn1_get_alg(&at, end, &kind, &parameters) != 0) {
    return "";
  }
  const std::string oid = DottedOid(kind);
  if (oid == "1.3.101.112") return "Ed25519";
  if (oid == "1.3.101.113") return "Ed448";
  if (oid == "1.2.840.113549.1.1.10") return "RSASSA-PSS " + std::to_string(BitsOfModulus(at, end));
  return parameters.tag == MBEDTLS_ASN1_OID ? DottedOid(parameters) : oid;
}

}  // namespace pinlatch::identity
