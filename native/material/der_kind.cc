// See der_kind.h. Each form is told by the tags of its first elements, and none fits two of them.
#include "material/der_kind.h"

#include <initializer_list>
#include <string_view>

#include "der/der_reader.h"
#include "material/certificate_form.h"

namespace pinlatch::material {
namespace {

using namespace std::string_view_literals;
namespace der = tls::der;
using tls::DerReader;

// Every type of PKCS #7 is 1.2.840.113549.1.7 and one arc.
constexpr std::string_view kPkcs7Oid = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv;
constexpr std::string_view kPkcs12Version = "\x02\x01\x03\x30"sv;

bool Begins(DerReader reader, std::initializer_list<uint8_t> tags) {
  for (const uint8_t tag : tags) reader.Take(tag);
  return reader.ok();
}

bool Is(DerReader reader, std::initializer_list<uint8_t> tags) {
  for (const uint8_t tag : tags) reader.Take(tag);
  return reader.AtEnd();
}

bool IsList(DerReader signed_part) {
  signed_part.TakeOptional(der::kInteger);
  signed_part.Take(der::kSequence);
  signed_part.Take(der::kSequence);
  return signed_part.NextIsTime();
}

// RFC 5958 section 2, RFC 8017 appendix A.1.2, RFC 5915 section 3, and DSA as OpenSSL writes it.
bool IsKey(DerReader outer) {
  if (Begins(outer, {der::kInteger, der::kSequence, der::kOctetString})) return true;
  if (Begins(outer, {der::kInteger, der::kOctetString})) return true;
  return Begins(outer, {der::kInteger, der::kInteger, der::kInteger, der::kInteger, der::kInteger,
                        der::kInteger});
}

// What a SEQUENCE that begins with another is, when it is not signed.
Kind KindOfInfo(DerReader outer) {
  DerReader first = outer.Enter(der::kSequence);
  if (!first.NextIs(der::kOid)) return Kind::kBytes;
  if (outer.NextIs(der::kBitString)) return Kind::kPublicKey;
  return outer.NextIs(der::kOctetString) ? Kind::kEncryptedKey : Kind::kBytes;
}

}  // namespace

Kind KindOfDer(ByteSpan bytes) {
  if (HasCertificateForm(bytes)) return Kind::kCertificate;
  const DerReader outer = DerReader(bytes).Enter(der::kSequence);
  if (Is(outer, {der::kSequence, der::kSequence, der::kBitString})) {
    const DerReader signed_part = DerReader(outer).Enter(der::kSequence);
    if (IsList(signed_part)) return Kind::kList;
    const bool is_request =
        Begins(signed_part, {der::kInteger, der::kSequence, der::kSequence, der::Constructed(0)});
    return is_request ? Kind::kRequest : Kind::kBytes;
  }
  if (const Kind kind = KindOfBer(bytes); kind != Kind::kBytes) return kind;
  return IsKey(outer) ? Kind::kKey : KindOfInfo(outer);
}

Kind KindOfBer(ByteSpan bytes) {
  if (bytes.size() < 2 || bytes[0] != der::kSequence) return Kind::kBytes;
  const size_t head = bytes[1] > 0x80 ? 2U + (bytes[1] & 0x7fU) : 2U;
  if (bytes.size() < head) return Kind::kBytes;
  const std::string_view content = AsText(bytes.subspan(head));
  if (content.starts_with(kPkcs7Oid)) return Kind::kPkcs7;
  return content.starts_with(kPkcs12Version) ? Kind::kPkcs12 : Kind::kBytes;
}

}  // namespace pinlatch::material
