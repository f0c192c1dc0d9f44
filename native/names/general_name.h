// Owns GeneralName (RFC 5280 section 4.2.1.6) as a view: its kind and its bytes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "der/der_reader.h"

namespace pinlatch::tls {

// Values are the context-specific tag numbers.
enum class GeneralNameKind : uint8_t {
  kOther = 0,
  kEmail = 1,
  kDns = 2,
  kX400 = 3,
  kDirectory = 4,
  kEdiParty = 5,
  kUri = 6,
  kIp = 7,
  kRegisteredId = 8,
};

// GeneralName views one name. `value` is the text of an e-mail address, DNS name or URI, the bytes
// of an IP address, the DER Name of a directory name, else the content as it stands. `canonical`
// is, of a directory name, its canonical form.
struct GeneralName {
  GeneralNameKind kind = GeneralNameKind::kOther;
  ByteSpan value;
  std::string canonical;

  std::string_view text() const { return AsText(value); }
  // Key is equal for equal names: the kind and the canonical form, or the bytes where there is
  // none.
  std::string Key() const;
};

// ReadGeneralName reads the next element of `reader`, which fails when it is not a GeneralName:
// unknown tag, text that is not IA5, a Name, otherName or ediPartyName that cannot be read (what an
// x400Address holds nobody reads). The size of an IP address is for
// the caller to judge (names and ranges differ).
GeneralName ReadGeneralName(DerReader& reader);

// ReadGeneralNames reads names up to the end of `reader`; at least one. Nothing when any is
// malformed.
std::optional<std::vector<GeneralName>> ReadGeneralNames(DerReader reader);

// DirectoryKey is the Key() of a directory name with this canonical form.
std::string DirectoryKey(std::string_view canonical);

}  // namespace pinlatch::tls
