// Owns the reading of one entry of a CRL (RFC 5280 section 5.3), and of extensions as CRLs have
// them. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "der/der_reader.h"

namespace pinlatch::tls {

// ListExtension is one extension of a CRL or of an entry, as views.
struct ListExtension {
  std::string_view oid;
  bool critical = false;
  ByteSpan value;
};

// ReadListExtension reads the content of one Extension. Nothing when it is malformed.
std::optional<ListExtension> ReadListExtension(DerReader reader);

// EntryForm is what the list says of how its entries are to be read.
struct EntryForm {
  bool is_v2 = false;        // only then may they have extensions
  bool is_indirect = false;  // only then certificateIssuer is processed
};

struct RevocationEntry {
  ByteSpan serial;
  uint8_t reason = 0;
  std::optional<std::string> issuer;  // canonical, when this entry names another one
  ByteSpan unknown_critical;          // OID
};

// ReadRevocationEntry reads the content of one entry. When it cannot be read, `fault` says why
// ("is malformed"); extensions that RFC 5280 and RFC 3280 do not define for entries are a fault
// too, critical ones are for the caller to judge.
std::optional<RevocationEntry> ReadRevocationEntry(DerReader reader, const EntryForm& form,
                                                   std::string& fault);

}  // namespace pinlatch::tls
