// Other peers read these extensions: what is none to them is none here.
#include "x509/informative_extensions.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "names/general_name.h"
#include "x509/distribution_point.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;

bool AreAlternativeNames(DerReader reader) {
  const auto names = ReadGeneralNames(reader.Enter(der::kSequence));
  if (!names || !reader.AtEnd()) return false;
  return std::all_of(names->begin(), names->end(), [](const GeneralName& name) {
    return name.kind != GeneralNameKind::kIp || name.value.size() == 4 || name.value.size() == 16;
  });
}

// Attributes with values of any type.
bool AreDirectoryAttributes(DerReader reader) {
  DerReader list = reader.Enter(der::kSequence);
  if (!list.HasMore()) return false;
  while (list.HasMore()) {
    DerReader attribute = list.Enter(der::kSequence);
    attribute.TakeOid();
    DerReader values = attribute.Enter(der::kSet);
    if (!values.HasMore() || !attribute.AtEnd()) return false;
    while (values.HasMore()) values.Next();
    if (!values.AtEnd()) return false;
  }
  return list.AtEnd() && reader.AtEnd();
}

bool AreDistributionPoints(DerReader reader) { return ReadDistributionPoints(reader).has_value(); }

bool AreAccessDescriptions(DerReader reader) {
  DerReader list = reader.Enter(der::kSequence);
  if (!list.HasMore()) return false;
  while (list.HasMore()) {
    DerReader description = list.Enter(der::kSequence);
    description.TakeOid();
    ReadGeneralName(description);
    if (!description.AtEnd()) return false;
  }
  return list.AtEnd() && reader.AtEnd();
}

struct Row {
  std::string_view oid;
  std::string_view name;
  std::string_view section;  // of RFC 5280
  bool (*is_well_formed)(DerReader);
};

constexpr Row kRows[] = {
    {"\x55\x1d\x09"sv, "subjectDirectoryAttributes", "4.2.1.8", AreDirectoryAttributes},
    {"\x55\x1d\x12"sv, "issuerAltName", "4.2.1.7", AreAlternativeNames},
    {"\x55\x1d\x2e"sv, "freshestCRL", "4.2.1.15", AreDistributionPoints},
    {"\x2b\x06\x01\x05\x05\x07\x01\x01"sv, "authorityInfoAccess", "4.2.2.1", AreAccessDescriptions},
    {"\x2b\x06\x01\x05\x05\x07\x01\x0b"sv, "subjectInfoAccess", "4.2.2.2", AreAccessDescriptions},
};

}  // namespace

std::string InformativeExtensionFault(ByteSpan oid, ByteSpan value) {
  const Row* row = std::find_if(std::begin(kRows), std::end(kRows),
                                [&](const Row& r) { return r.oid == AsText(oid); });
  if (row == std::end(kRows) || row->is_well_formed(DerReader(value))) return {};
  return "extension " + std::string(row->name) + " is malformed or not DER (RFC 5280 section " +
         std::string(row->section) + ")";
}

}  // namespace pinlatch::tls
