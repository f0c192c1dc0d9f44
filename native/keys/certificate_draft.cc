// Owns a certificate that is being written: names, validity, extensions.
#include "keys/certificate_draft.h"

#include <arpa/inet.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <list>

#include "keys/random.h"

namespace pinlatch::tls {
namespace {

Status Check(int mbedtls_error, const std::string& what) {
  if (mbedtls_error == 0) return {};
  return Error(ErrorCode::kCertificateInvalid,
               what + " (mbedTLS " + std::to_string(mbedtls_error) + ")");
}

template <size_t kSize>
ByteSpan Oid(const char (&content)[kSize]) {
  return AsBytes({content, kSize - 1});
}

// Reverse turns the order of a list round. mbedTLS puts text into names first attribute first;
// RFC 4514 text has the last attribute first.
void Reverse(mbedtls_asn1_named_data*& list) {
  mbedtls_asn1_named_data* reversed = nullptr;
  while (list != nullptr) {
    mbedtls_asn1_named_data* next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  list = reversed;
}

bool CopyBuffer(const mbedtls_asn1_buf& from, mbedtls_asn1_buf& to) {
  to.p = static_cast<unsigned char*>(mbedtls_calloc(1, from.len + 1));
  if (to.p == nullptr) return false;
  std::memcpy(to.p, from.p, from.len);
  to.tag = from.tag;
  to.len = from.len;
  return true;
}

// Address is an IPv4 or IPv6 address as octets; empty when the text is neither.
std::vector<uint8_t> Address(const std::string& text) {
  std::vector<uint8_t> octets(16);
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) == 1) return octets;
  octets.resize(4);
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) return octets;
  return {};
}

bool IsHostName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

Result<std::string> TimeText(UnixSeconds seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 32> text{};
  if (gmtime_r(&time, &parts) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &parts) != 14) {
    return Error(ErrorCode::kCertificateInvalid, "a time of validity is out of range");
  }
  return std::string(text.data());
}

}  // namespace

CertificateDraft::CertificateDraft(mbedtls_pk_context& subject_key,
                                   mbedtls_pk_context& issuer_key) {
  mbedtls_x509write_crt_init(&draft_);
  mbedtls_x509write_crt_set_version(&draft_, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&draft_, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&draft_, &subject_key);
  mbedtls_x509write_crt_set_issuer_key(&draft_, &issuer_key);
}

Status CertificateDraft::SetSubject(const std::string& name) {
  PINLATCH_TRY(Check(mbedtls_x509write_crt_set_subject_name(&draft_, name.c_str()),
                     "the subject \"" + name + "\" cannot be used"));
  Reverse(draft_.subject);
  return {};
}

Status CertificateDraft::SetIssuerToSubject(const std::string& name) {
  PINLATCH_TRY(Check(mbedtls_x509write_crt_set_issuer_name(&draft_, name.c_str()),
                     "the subject \"" + name + "\" cannot be used"));
  Reverse(draft_.issuer);
  return {};
}

Status CertificateDraft::SetIssuer(const mbedtls_x509_name& name) {
  // Built back to front, as mbedTLS writes it.
  for (const mbedtls_x509_name* at = &name; at != nullptr; at = at->next) {
    if (at->oid.p == nullptr) continue;
    if (at->next_merged != 0) {
      return Error(ErrorCode::kCertificateInvalid,
                   "the authority's name has an RDN of several values, which is not supported");
    }
    auto* copy =
        static_cast<mbedtls_asn1_named_data*>(mbedtls_calloc(1, sizeof(mbedtls_asn1_named_data)));
    if (copy == nullptr) return Error(ErrorCode::kCertificateInvalid, "memory ran out");
    copy->next = draft_.issuer;
    draft_.issuer = copy;
    if (!CopyBuffer(at->oid, copy->oid) || !CopyBuffer(at->val, copy->val)) {
      return Error(ErrorCode::kCertificateInvalid, "memory ran out");
    }
  }
  return {};
}

Status CertificateDraft::SetRandomSerial() {
  std::array<unsigned char, 16> serial{};
  PINLATCH_TRY(Check(FillRandom(nullptr, serial.data(), serial.size()), "no random serial"));
  // Positive, and always sixteen octets.
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);
  return Check(mbedtls_x509write_crt_set_serial_raw(&draft_, serial.data(), serial.size()),
               "no serial");
}

Status CertificateDraft::SetValidity(UnixSeconds not_before, UnixSeconds not_after) {
  if (not_after <= not_before) {
    return Error(ErrorCode::kCertificateInvalid, "the validity ends before it begins");
  }
  PINLATCH_ASSIGN(const std::string from, TimeText(not_before));
  PINLATCH_ASSIGN(const std::string to, TimeText(not_after));
  return Check(mbedtls_x509write_crt_set_validity(&draft_, from.c_str(), to.c_str()),
               "the validity cannot be used");
}

Status CertificateDraft::AddExtension(ByteSpan oid, bool critical, ByteSpan value) {
  return Check(
      mbedtls_x509write_crt_set_extension(&draft_, reinterpret_cast<const char*>(oid.data()),
                                          oid.size(), critical ? 1 : 0, value.data(), value.size()),
      "an extension cannot be written");
}

Status CertificateDraft::AddBasics(bool is_authority) {
  // SEQUENCE { cA BOOLEAN DEFAULT FALSE }. mbedTLS's own call makes it critical for authorities
  // only.
  constexpr uint8_t kAuthority[] = {0x30, 0x03, 0x01, 0x01, 0xFF};
  constexpr uint8_t kNoAuthority[] = {0x30, 0x00};
  PINLATCH_TRY(AddExtension(Oid(MBEDTLS_OID_BASIC_CONSTRAINTS), true,
                            is_authority ? ByteSpan(kAuthority) : ByteSpan(kNoAuthority)));
  const unsigned usage = is_authority ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
                                      : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
  PINLATCH_TRY(Check(mbedtls_x509write_crt_set_key_usage(&draft_, usage), "no key usage"));
  PINLATCH_TRY(
      Check(mbedtls_x509write_crt_set_subject_key_identifier(&draft_), "no key identifier"));
  return Check(mbedtls_x509write_crt_set_authority_key_identifier(&draft_), "no key identifier");
}

Status CertificateDraft::AddPurpose(ByteSpan oid) {
  // SEQUENCE { OBJECT IDENTIFIER }, lengths below 128.
  std::vector<uint8_t> value = {0x30, static_cast<uint8_t>(oid.size() + 2), 0x06,
                                static_cast<uint8_t>(oid.size())};
  value.insert(value.end(), oid.begin(), oid.end());
  return AddExtension(Oid(MBEDTLS_OID_EXTENDED_KEY_USAGE), false, value);
}

Status CertificateDraft::AddAlternativeNames(const std::vector<std::string>& dns_names,
                                             const std::vector<std::string>& ip_addresses) {
  std::list<mbedtls_x509_san_list> names;  // a list: its elements do not move
  std::list<std::vector<uint8_t>> values;
  const auto add = [&](int type, std::vector<uint8_t> octets) {
    values.push_back(std::move(octets));
    mbedtls_x509_san_list entry{};
    entry.node.type = type;
    entry.node.san.unstructured_name.p = values.back().data();
    entry.node.san.unstructured_name.len = values.back().size();
    // mbedTLS writes the last one first.
    if (!names.empty()) entry.next = &names.front();
    names.push_front(entry);
  };
  for (const std::string& name : dns_names) {
    if (!IsHostName(name)) {
      return Error(ErrorCode::kCertificateInvalid, "\"" + name + "\" is not a host name");
    }
    add(MBEDTLS_X509_SAN_DNS_NAME, {name.begin(), name.end()});
  }
  for (const std::string& text : ip_addresses) {
    std::vector<uint8_t> octets = Address(text);
    if (octets.empty()) {
      return Error(ErrorCode::kCertificateInvalid, "\"" + text + "\" is not an IP address");
    }
    add(MBEDTLS_X509_SAN_IP_ADDRESS, std::move(octets));
  }
  if (names.empty()) return {};
  return Check(mbedtls_x509write_crt_set_subject_alternative_name(&draft_, &names.front()),
               "the alternative names cannot be written");
}

Result<std::string> CertificateDraft::ToPem() {
  std::vector<unsigned char> pem(16 * 1024);
  PINLATCH_TRY(
      Check(mbedtls_x509write_crt_pem(&draft_, pem.data(), pem.size(), FillRandom, nullptr),
            "the certificate cannot be written"));
  return std::string(reinterpret_cast<const char*>(pem.data()));
}

}  // namespace pinlatch::tls
