// Names go through the text of identity/, which takes them as mbedTLS lists them.
#include "x509/subject_text.h"

#include <vector>

#include "der/der_reader.h"
#include "identity/distinguished_name.h"
#include "identity/field_text.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMostAttributes = 128;  // no honest name has more

mbedtls_asn1_buf ToBuffer(uint8_t tag, ByteSpan content) {
  // Only read, though the member is not const.
  return {tag, content.size(), const_cast<unsigned char*>(content.data())};
}

std::optional<mbedtls_x509_name> ReadAttribute(DerReader attribute) {
  mbedtls_x509_name read{};
  read.oid = ToBuffer(der::kOid, attribute.Take(der::kOid));
  const DerReader::Element value = attribute.Next();
  read.val = ToBuffer(value.tag, value.content);
  if (!attribute.AtEnd()) return std::nullopt;
  return read;
}

// Empty when it is not a Name.
std::string NameText(ByteSpan der) {
  std::vector<mbedtls_x509_name> attributes;
  DerReader name = DerReader(der).Enter(der::kSequence);
  while (name.HasMore()) {
    DerReader rdn = name.Enter(der::kSet);
    while (rdn.HasMore()) {
      std::optional<mbedtls_x509_name> attribute = ReadAttribute(rdn.Enter(der::kSequence));
      if (!attribute || attributes.size() == kMostAttributes) return "";
      attribute->next_merged = rdn.HasMore() ? 1 : 0;
      attributes.push_back(*attribute);
    }
  }
  if (!name.AtEnd() || attributes.empty()) return "";
  for (size_t i = 0; i + 1 < attributes.size(); ++i) attributes[i].next = &attributes[i + 1];
  return identity::DistinguishedName(attributes.front());
}

}  // namespace

std::string SubjectText(const Certificate& certificate) {
  std::string text = NameText(certificate.subject_der());
  if (!text.empty()) return text;
  ByteSpan serial = certificate.serial();
  if (serial.size() > 1 && serial[0] == 0) serial = serial.subspan(1);
  return "serial " + identity::UpperHex(serial);
}

std::optional<ByteSpan> SubjectOf(ByteSpan der) {
  DerReader tbs = DerReader(der).Enter(der::kSequence).Enter(der::kSequence);
  tbs.TakeOptional(der::Constructed(0));
  tbs.Take(der::kInteger);
  for (int i = 0; i < 3; ++i) tbs.Take(der::kSequence);  // algorithm, issuer, validity
  const ByteSpan subject = tbs.Expect(der::kSequence).whole;
  if (!tbs.ok()) return std::nullopt;
  return subject;
}

std::string SubjectTextOf(ByteSpan der) {
  const std::optional<ByteSpan> subject = SubjectOf(der);
  return subject ? NameText(*subject) : "";
}

}  // namespace pinlatch::tls
