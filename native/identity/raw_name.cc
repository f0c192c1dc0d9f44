// Makes of the bytes the list of attributes that mbedTLS makes of the names in certificates.
#include "identity/raw_name.h"

#include <mbedtls/asn1.h>
#include <mbedtls/x509.h>

#include <deque>
#include <optional>

#include "identity/distinguished_name.h"

namespace pinlatch::identity {
namespace {

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr int kSet = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET;

// Cursor walks the elements of one level.
struct Cursor {
  const unsigned char* at;
  const unsigned char* end;

  bool AtEnd() const { return at == end; }
  // Take reads an element that must have this tag.
  std::optional<Cursor> Take(int tag) {
    auto* place = const_cast<unsigned char*>(at);  // which mbedTLS reads only
    size_t size = 0;
    if (mbedtls_asn1_get_tag(&place, end, &size, tag) != 0) return std::nullopt;
    at = place + size;
    return Cursor{place, at};
  }
};

mbedtls_asn1_buf BufferOf(int tag, const Cursor& content) {
  return {tag, static_cast<size_t>(content.end - content.at),
          const_cast<unsigned char*>(content.at)};
}

bool ReadAttribute(Cursor attribute, mbedtls_x509_name& into) {
  const std::optional<Cursor> type = attribute.Take(MBEDTLS_ASN1_OID);
  if (!type || attribute.AtEnd()) return false;
  const int tag = *attribute.at;
  const std::optional<Cursor> value = attribute.Take(tag);
  if (!value || !attribute.AtEnd()) return false;
  into.oid = BufferOf(MBEDTLS_ASN1_OID, *type);
  into.val = BufferOf(tag, *value);
  return true;
}

// The attributes stand in a deque, where their addresses stay.
bool ReadRdn(Cursor rdn, std::deque<mbedtls_x509_name>& names) {
  while (!rdn.AtEnd()) {
    const std::optional<Cursor> attribute = rdn.Take(kSequence);
    names.emplace_back();
    if (!attribute || !ReadAttribute(*attribute, names.back())) return false;
    names.back().next_merged = rdn.AtEnd() ? 0 : 1;
  }
  return true;
}

}  // namespace

std::string NameText(ByteSpan der) {
  Cursor outer{der.data(), der.data() + der.size()};
  std::optional<Cursor> rdns = outer.Take(kSequence);
  if (!rdns || !outer.AtEnd()) return {};
  std::deque<mbedtls_x509_name> names;
  while (!rdns->AtEnd()) {
    const std::optional<Cursor> rdn = rdns->Take(kSet);
    if (!rdn || !ReadRdn(*rdn, names)) return {};
  }
  for (size_t i = 1; i < names.size(); ++i) names[i - 1].next = &names[i];
  return names.empty() ? std::string() : DistinguishedName(names.front());
}

}  // namespace pinlatch::identity
