// Owns the parsing of one DER certificate with mbedTLS.
#include "identity/certificate.h"

#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace pinlatch::identity {
namespace {

int LetThrough(void* /*context*/, const mbedtls_x509_crt* /*certificate*/,
               const mbedtls_x509_buf* /*oid*/, int /*critical*/, const unsigned char* /*begin*/,
               const unsigned char* /*end*/) {
  return 0;
}

}  // namespace

void CertificateDeleter::operator()(mbedtls_x509_crt* certificate) const {
  mbedtls_x509_crt_free(certificate);
  delete certificate;
}

CertificatePtr NewCertificate() {
  CertificatePtr certificate(new mbedtls_x509_crt);
  mbedtls_x509_crt_init(certificate.get());
  return certificate;
}

int AppendCertificate(mbedtls_x509_crt& chain, ByteSpan der) {
  return mbedtls_x509_crt_parse_der_with_ext_cb(&chain, der.data(), der.size(), 1, LetThrough,
                                                nullptr);
}

int AppendWithoutKey(mbedtls_x509_crt& chain, ByteSpan der) {
  return mbedtls_x509_crt_parse_der_with_ext_cb(
      &chain, der.data(), der.size(), PINLATCH_X509_COPY_WITHOUT_KEY, LetThrough, nullptr);
}

bool AppendUnread(mbedtls_x509_crt& chain, ByteSpan der) {
  mbedtls_x509_crt* last = &chain;
  while (last->next != nullptr) last = last->next;
  auto* added = static_cast<mbedtls_x509_crt*>(mbedtls_calloc(1, sizeof(mbedtls_x509_crt)));
  if (added == nullptr) return false;
  mbedtls_x509_crt_init(added);
  last->next = added;  // and freed with it
  added->raw.p = static_cast<unsigned char*>(mbedtls_calloc(1, der.size()));
  if (added->raw.p == nullptr) return false;
  std::copy(der.begin(), der.end(), added->raw.p);
  added->raw.len = der.size();
  added->own_buffer = 1;
  added->version = 3;  // taken: mbedTLS parses what comes next behind it
  return true;
}

std::string ParseErrorText(int mbedtls_error) {
  // mbedTLS adds a low-level code (bits 0-6) to a high-level one (bits 7-14).
  const int high = -((-mbedtls_error) & 0x7F80);
  switch (high) {
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
      return "its public key is of a kind that is not supported";
    case MBEDTLS_ERR_PK_INVALID_PUBKEY:
    case MBEDTLS_ERR_PK_KEY_INVALID_FORMAT:
    case MBEDTLS_ERR_PK_INVALID_ALG:
    case MBEDTLS_ERR_ECP_BAD_INPUT_DATA:
      return "its public key is malformed";
    case MBEDTLS_ERR_ECP_INVALID_KEY:
      return "its public key is not a point on its curve";
    case MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG:
      return "its signature algorithm is not supported";
    case MBEDTLS_ERR_X509_UNKNOWN_VERSION:
      return "its version is not supported";
    case MBEDTLS_ERR_X509_INVALID_DATE:
      return "its validity period is malformed";
    case MBEDTLS_ERR_X509_INVALID_NAME:
      return "a name in it is malformed";
    case MBEDTLS_ERR_X509_INVALID_EXTENSIONS:
      return "an extension of it is malformed";
    case MBEDTLS_ERR_X509_INVALID_FORMAT:
      return "it is not a DER certificate";
    case MBEDTLS_ERR_X509_INVALID_VERSION:
      return "its version is malformed";
    case MBEDTLS_ERR_X509_INVALID_SERIAL:
      return "its serial number is malformed";
    case MBEDTLS_ERR_X509_INVALID_ALG:
      return "a signature algorithm in it is malformed";
    case MBEDTLS_ERR_X509_INVALID_SIGNATURE:
      return "its signature is malformed";
    case MBEDTLS_ERR_X509_SIG_MISMATCH:
      return "its two signature algorithms differ";
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
      return "memory ran out";
    default: {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "it cannot be read (mbedTLS -0x%04X)",
                    static_cast<unsigned>(-mbedtls_error));
      return text.data();
    }
  }
}

UnixSeconds ToUnixSeconds(const mbedtls_x509_time& time) {
  namespace chrono = std::chrono;
  const chrono::sys_days day = chrono::year_month_day(
      chrono::year(time.year), chrono::month(static_cast<unsigned>(time.mon)),
      chrono::day(static_cast<unsigned>(time.day)));
  return static_cast<UnixSeconds>(day.time_since_epoch().count()) * 86400 + time.hour * 3600 +
         time.min * 60 + time.sec;
}

}  // namespace pinlatch::identity
