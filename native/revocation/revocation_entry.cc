// See revocation_entry.h. What is not defined is not passed over: it may say that the entry means
// something else.
#include "revocation/revocation_entry.h"

#include <algorithm>
#include <array>
#include <vector>

#include "names/general_name.h"
#include "revocation/serial_set.h"
#include "x509/certificate_extensions.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;
constexpr std::string_view kReasonCode = "\x55\x1d\x15"sv;
constexpr std::string_view kHoldInstruction = "\x55\x1d\x17"sv;
constexpr std::string_view kInvalidityDate = "\x55\x1d\x18"sv;
constexpr std::string_view kCertificateIssuer = "\x55\x1d\x1d"sv;

constexpr uint32_t kMaxReason = 10;
constexpr uint32_t kUnassignedReason = 7;

// SeenExtensions are the extensions of one entry so far. More than these no entry has.
class SeenExtensions {
 public:
  // Add says whether the extension is there for the first time (RFC 5280 section 5.3 and 4.2).
  bool Add(std::string_view oid) {
    const auto end = oids_.begin() + static_cast<ptrdiff_t>(size_);
    if (size_ == oids_.size() || std::find(oids_.begin(), end, oid) != end) return false;
    oids_[size_++] = oid;
    return true;
  }

 private:
  std::array<std::string_view, 8> oids_;
  size_t size_ = 0;
};

bool ReadReason(DerReader value, RevocationEntry& entry) {
  const uint32_t reason = value.TakeSmall(kMaxReason, der::kEnumerated);
  entry.reason = static_cast<uint8_t>(reason);
  return value.AtEnd() && reason != kUnassignedReason;
}

bool ReadHoldInstruction(DerReader value, RevocationEntry&) {
  value.TakeOid();
  return value.AtEnd();
}

bool ReadInvalidityDate(DerReader value, RevocationEntry&) {
  const bool has_form = value.NextIs(der::kGeneralizedTime);
  value.TakeTime();
  return has_form && value.AtEnd();
}

bool ReadIssuer(DerReader value, RevocationEntry& entry) {
  const std::optional<std::vector<GeneralName>> names =
      ReadGeneralNames(value.Enter(der::kSequence));
  if (!names || !value.AtEnd()) return false;
  const auto name = std::find_if(names->begin(), names->end(), [](const GeneralName& general) {
    return general.kind == GeneralNameKind::kDirectory;
  });
  if (name == names->end()) return false;
  entry.issuer = name->canonical;
  return true;
}

struct Reader {
  std::string_view oid;
  bool (*read)(DerReader, RevocationEntry&);
};

constexpr Reader kReaders[] = {
    {kReasonCode, ReadReason},
    {kHoldInstruction, ReadHoldInstruction},
    {kInvalidityDate, ReadInvalidityDate},
    {kCertificateIssuer, ReadIssuer},
};

// What is wrong with an extension; empty when nothing is.
std::string_view TakeExtension(const ListExtension& extension, const EntryForm& form,
                               RevocationEntry& entry) {
  const Reader* reader = std::find_if(std::begin(kReaders), std::end(kReaders),
                                      [&](const Reader& r) { return r.oid == extension.oid; });
  const bool is_foreign_issuer = extension.oid == kCertificateIssuer && !form.is_indirect;
  if (reader != std::end(kReaders) && !is_foreign_issuer) {
    return reader->read(DerReader(extension.value), entry) ? "" : "has a malformed extension: ";
  }
  if (extension.critical) {
    entry.unknown_critical = AsBytes(extension.oid);
    return "";
  }
  return is_foreign_issuer ? "" : "has an extension that entries do not have: ";
}

// What is wrong with the extensions of an entry; empty when nothing is.
std::string TakeExtensions(DerReader list, const EntryForm& form, RevocationEntry& entry) {
  if (list.AtEnd()) return "has an empty list of extensions";
  SeenExtensions seen;
  while (list.HasMore()) {
    const std::optional<ListExtension> extension = ReadListExtension(list.Enter(der::kSequence));
    if (!extension) return "is malformed";
    std::string_view fault = TakeExtension(*extension, form, entry);
    if (!seen.Add(extension->oid)) fault = "has an extension twice: ";
    if (!fault.empty()) return std::string(fault) + OidText(AsBytes(extension->oid));
  }
  return list.AtEnd() ? "" : "is malformed";
}

}  // namespace

std::optional<ListExtension> ReadListExtension(DerReader reader) {
  ListExtension extension;
  extension.oid = AsText(reader.TakeOid());
  extension.critical = reader.TakeDefaultFalse();
  extension.value = reader.Take(der::kOctetString);
  if (!reader.AtEnd()) return std::nullopt;
  return extension;
}

std::optional<RevocationEntry> ReadRevocationEntry(DerReader reader, const EntryForm& form,
                                                   std::string& fault) {
  RevocationEntry entry;
  entry.serial = reader.TakeInteger();
  reader.TakeTime();
  fault.clear();
  if (reader.NextIs(der::kSequence)) {
    fault = TakeExtensions(reader.Enter(der::kSequence), form, entry);
    if (fault.empty() && !form.is_v2)
      fault = "has extensions, which version 1 of lists does not have";
  }
  const bool is_whole = reader.AtEnd() && entry.serial.size() <= SerialSet::kMaxSerial;
  if (!is_whole) fault = "is malformed";
  return fault.empty() ? std::optional(std::move(entry)) : std::nullopt;
}

}  // namespace pinlatch::tls
