// Reads distribution points.
#include "x509/distribution_point.h"

#include <algorithm>
#include <utility>

#include "names/distinguished_name.h"

namespace pinlatch::tls {
namespace {

bool ReadCrlIssuers(DerReader reader, DistributionPoint& point) {
  const std::optional<std::vector<GeneralName>> names = ReadGeneralNames(reader);
  if (!names) return false;
  for (const GeneralName& name : *names) {
    if (name.kind == GeneralNameKind::kDirectory) point.crl_issuers.push_back(name.canonical);
  }
  // The issuer of a CRL has a directory name or none that could be found (RFC 5280
  // section 4.2.1.13).
  return !point.crl_issuers.empty();
}

std::optional<DistributionPoint> ReadPoint(DerReader reader) {
  DistributionPoint point;
  if (reader.NextIs(der::Constructed(0))) {
    std::optional<PointName> name = ReadPointName(reader.Enter(der::Constructed(0)));
    if (!name) return std::nullopt;
    point.name = std::move(*name);
  }
  if (reader.NextIs(der::Primitive(1)))
    point.reasons = ReadReasons(reader.TakeNamedBits(der::Primitive(1)));
  if (reader.NextIs(der::Constructed(2)) &&
      !ReadCrlIssuers(reader.Enter(der::Constructed(2)), point)) {
    return std::nullopt;
  }
  if (!reader.AtEnd() || (point.name.empty() && point.crl_issuers.empty())) return std::nullopt;
  return point;
}

}  // namespace

std::vector<std::string> PointName::KeysFor(std::string_view crl_issuer) const {
  if (relative.empty()) return full;
  return {DirectoryKey(std::string(crl_issuer) + relative)};
}

std::optional<PointName> ReadPointName(DerReader reader) {
  PointName name;
  if (reader.NextIs(der::Constructed(0))) {
    const std::optional<std::vector<GeneralName>> names =
        ReadGeneralNames(reader.Enter(der::Constructed(0)));
    if (!names) return std::nullopt;
    std::transform(names->begin(), names->end(), std::back_inserter(name.full),
                   [](const GeneralName& general) { return general.Key(); });
  } else {
    const ByteSpan set = reader.Take(der::Constructed(1));
    std::optional<std::string> rdn = reader.ok() ? CanonicalRdn(set) : std::nullopt;
    if (!rdn) return std::nullopt;
    name.relative = std::move(*rdn);
  }
  if (!reader.AtEnd()) return std::nullopt;
  return name;
}

Reasons ReadReasons(ByteSpan bits) {
  Reasons reasons = 0;
  for (size_t i = 0; i < bits.size() * 8 && i < 9; ++i) {
    if ((bits[i / 8] >> (7 - i % 8) & 1) != 0) reasons = static_cast<Reasons>(reasons | 1u << i);
  }
  return reasons & kAllReasons;
}

std::optional<std::vector<DistributionPoint>> ReadDistributionPoints(DerReader reader) {
  DerReader list = reader.Enter(der::kSequence);
  std::vector<DistributionPoint> points;
  while (list.HasMore()) {
    std::optional<DistributionPoint> point = ReadPoint(list.Enter(der::kSequence));
    if (!point) return std::nullopt;
    points.push_back(std::move(*point));
  }
  if (!list.AtEnd() || !reader.AtEnd() || points.empty()) return std::nullopt;
  return points;
}

}  // namespace pinlatch::tls
