// Reads what is presented by our own strict reader, which keeps what mbedTLS throws away (name
// constraints, distribution points, policies, criticality), and once more by mbedTLS, which must
// accept it too and gives the key, when the key is needed.
#include "x509/certificate.h"

#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <utility>

#include "der/attribute_syntax.h"
#include "identity/certificate.h"
#include "names/distinguished_name.h"
#include "x509/key_info.h"
#include "x509/public_key_impl.h"

namespace pinlatch::tls {
namespace {

Error Malformed(std::string detail) { return Error(ErrorCode::kBadCertificate, std::move(detail)); }

// mbedTLS calls this for extensions that it cannot process. All are let through: criticality is
// judged by our own reader.
int LetExtensionPass(void*, const mbedtls_x509_crt*, const mbedtls_x509_buf*, int,
                     const unsigned char*, const unsigned char*) {
  return 0;
}

using KeyResult = Result<std::unique_ptr<const PublicKey>>;

// The key that mbedTLS read, once its parser accepted the whole certificate.
KeyResult KeyOfPresented(ByteSpan der) {
  mbedtls_x509_crt parsed;
  mbedtls_x509_crt_init(&parsed);
  const int failed = mbedtls_x509_crt_parse_der_with_ext_cb(&parsed, der.data(), der.size(), 0,
                                                            LetExtensionPass, nullptr);
  std::unique_ptr<const PublicKey> key = TakeKey(parsed.pk);
  mbedtls_x509_crt_free(&parsed);
  if (failed != 0) return Malformed(identity::ParseErrorText(failed));
  return key;
}

// A key of a kind that mbedTLS does not read; its parser must accept the rest of the certificate.
KeyResult OtherKeyOfPresented(ByteSpan der, ByteSpan key_info) {
  const identity::CertificatePtr parsed = identity::NewCertificate();
  const int failed = identity::AppendWithoutKey(*parsed, der);
  if (failed != 0) return Malformed(identity::ParseErrorText(failed));
  return ReadPublicKey(key_info);
}

bool SameBytes(ByteSpan a, ByteSpan b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Result<std::unique_ptr<const Certificate>> Certificate::Parse(ByteSpan der) {
  std::unique_ptr<Certificate> certificate(new Certificate(der));
  PINLATCH_TRY(certificate->ReadOuter(false));
  return std::unique_ptr<const Certificate>(std::move(certificate));
}

Result<std::unique_ptr<const Certificate>> Certificate::ParseAnchor(ByteSpan der) {
  std::unique_ptr<Certificate> certificate(new Certificate(der));
  PINLATCH_TRY(certificate->ReadOuter(true));
  if (!certificate->unsupported_key_.empty()) return Malformed(certificate->unsupported_key_);
  PINLATCH_ASSIGN(certificate->key_, ReadPublicKey(certificate->key_info_));
  return std::unique_ptr<const Certificate>(std::move(certificate));
}

const PublicKey* Certificate::ReadKey() const {
  if (key_ != nullptr || !key_error_.empty()) return key_.get();
  // What signed it is looked at before what it says, so that no key is read for nothing.
  if (!algorithm_) {
    key_error_ = "its signature algorithm is not supported";
    return nullptr;
  }
  auto read =
      IsReadByMbedtls(key_info_) ? KeyOfPresented(der_) : OtherKeyOfPresented(der_, key_info_);
  if (read.ok()) {
    key_ = std::move(read).value();
  } else {
    key_error_ = std::move(read).error().detail;
  }
  return key_.get();
}

std::string Certificate::AlgorithmText() const {
  if (algorithm_) return std::string(algorithm_->Name());
  return SignatureAlgorithmText(algorithm_der_);
}

Status Certificate::ReadOuter(bool is_anchor) {
  DerReader outer(der_);
  DerReader reader = outer.Enter(der::kSequence);
  const DerReader::Element tbs = reader.Expect(der::kSequence);
  const ByteSpan algorithm = reader.Expect(der::kSequence).whole;
  signature_ = reader.TakeOctetBits();
  if (!outer.AtEnd() || !reader.AtEnd()) return Malformed("it is not a DER certificate");
  tbs_ = tbs.whole;
  algorithm_ = ReadSignatureAlgorithm(algorithm);
  PINLATCH_TRY(ReadTbs(tbs.content));
  // An anchor is a name and a key: how its certificate is written otherwise decides nothing.
  if (is_anchor) return {};
  if (!SameBytes(algorithm_der_, algorithm))
    return Malformed("its two signature algorithms differ (RFC 5280 section 4.1.1.2)");
  if (serial_.front() >= 0x80)
    return Malformed("its serial number is negative (RFC 5280 section 4.1.2.2)");
  return extensions_.quirk.empty() ? Status() : Malformed(extensions_.quirk);
}

Status Certificate::ReadTbs(ByteSpan content) {
  DerReader reader(content);
  if (reader.NextIs(der::Constructed(0))) {
    DerReader version = reader.Enter(der::Constructed(0));
    version_ = static_cast<int>(version.TakeSmall(2)) + 1;
    if (!version.AtEnd()) return Malformed("its version is malformed (RFC 5280 section 4.1.2.1)");
  }
  serial_ = reader.TakeInteger();
  if (!reader.ok()) {
    return Malformed("its serial number is not a DER integer (RFC 5280 section 4.1.2.2)");
  }
  algorithm_der_ = reader.Expect(der::kSequence).whole;
  issuer_der_ = reader.Expect(der::kSequence).whole;
  const DerReader validity = reader.Enter(der::kSequence);
  subject_der_ = reader.Expect(der::kSequence).whole;
  key_info_ = reader.Expect(der::kSequence).whole;
  if (!reader.ok()) return Malformed("its fields are not those of a certificate");
  PINLATCH_TRY(ReadValidity(validity));
  PINLATCH_TRY(ReadNames());
  if (std::string fault = KeyInfoFault(key_info_); !fault.empty()) {
    return Malformed(std::move(fault));
  }
  unsupported_key_ = UnsupportedKey(key_info_);
  key_error_ = unsupported_key_;
  return ReadOptionalFields(reader);
}

Status Certificate::ReadValidity(DerReader validity) {
  not_before_ = validity.TakeTime();
  not_after_ = validity.TakeTime();
  if (!validity.AtEnd()) return Malformed("its validity is malformed (RFC 5280 section 4.1.2.5)");
  return {};
}

Status Certificate::ReadNames() {
  for (const ByteSpan name : {issuer_der_, subject_der_}) {
    const std::string fault = NameFault(name);
    if (!fault.empty()) return Malformed("its issuer or subject has " + fault);
  }
  std::optional<std::string> issuer_name = CanonicalName(issuer_der_);
  std::optional<std::string> subject_name = CanonicalName(subject_der_);
  if (!issuer_name || !subject_name)
    return Malformed("its issuer or subject is malformed or has more than 128 parts");
  if (issuer_name->empty()) return Malformed("it has no issuer (RFC 5280 section 4.1.2.4)");
  issuer_ = std::move(*issuer_name);
  subject_ = std::move(*subject_name);
  return {};
}

Status Certificate::ReadOptionalFields(DerReader reader) {
  if (version_ >= 2) {
    // The unique identifiers, which RFC 5280 section 4.1.2.8 gives no meaning.
    if (reader.NextIs(der::Primitive(1))) reader.TakeBits(der::Primitive(1));
    if (reader.NextIs(der::Primitive(2))) reader.TakeBits(der::Primitive(2));
  }
  if (version_ == 3 && reader.NextIs(der::Constructed(3))) {
    std::string error;
    std::optional<Extensions> extensions = ReadExtensions(reader.Take(der::Constructed(3)), error);
    if (!extensions) return Malformed(std::move(error));
    extensions_ = std::move(*extensions);
  }
  if (!reader.AtEnd()) return Malformed("it has fields after the last one");
  return {};
}

}  // namespace pinlatch::tls
