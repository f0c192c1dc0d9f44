// Owns the parsing of one DER certificate with mbedTLS. Internal to identity/ and tls/: nobody else
// can include mbedTLS.
#pragma once

#include <mbedtls/x509_crt.h>

#include <memory>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace pinlatch::identity {

// CertificateDeleter frees an mbedTLS certificate, or a chain of them, and what it owns.
struct CertificateDeleter {
  void operator()(mbedtls_x509_crt* certificate) const;
};
using CertificatePtr = std::unique_ptr<mbedtls_x509_crt, CertificateDeleter>;

// NewCertificate returns an empty certificate.
CertificatePtr NewCertificate();

// AppendCertificate parses `der` onto the end of `chain`, copying the bytes. Critical extensions
// that mbedTLS does not know are let through: parsing is not accepting. Returns 0 or an mbedTLS
// error, in which case the chain is as before.
int AppendCertificate(mbedtls_x509_crt& chain, ByteSpan der);

// AppendWithoutKey is AppendCertificate, but leaves the public key unread (`pk` is empty), because
// reading it costs arithmetic: for a compressed point a square root (patches/mbedtls/11).
int AppendWithoutKey(mbedtls_x509_crt& chain, ByteSpan der);

// AppendUnread puts `der` onto the end of `chain` as bytes that nobody reads: a certificate that is
// only sent. Nothing but `raw` of it is set. False when memory ran out.
bool AppendUnread(mbedtls_x509_crt& chain, ByteSpan der);

// ParseErrorText words an error of AppendCertificate for an operator.
std::string ParseErrorText(int mbedtls_error);

// ToUnixSeconds converts a time that mbedTLS parsed, which is UTC.
UnixSeconds ToUnixSeconds(const mbedtls_x509_time& time);

}  // namespace pinlatch::identity
