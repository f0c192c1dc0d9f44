// Compares names of distribution points as keys (GeneralName::Key).
#include "revocation/list_points.h"

#include <algorithm>
#include <utility>

namespace pinlatch::tls {
namespace {

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Intersects(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& key) { return Contains(b, key); });
}

bool IsForKindOf(const ListScope& scope, const Certificate& certificate) {
  if (scope.attributes_only) return false;
  const bool is_ca = certificate.extensions().is_ca;
  return is_ca ? !scope.users_only : !scope.authorities_only;
}

bool CoversPoint(const std::string& issuer, const ListScope& scope, const Certificate& certificate,
                 const DistributionPoint& point) {
  const bool is_issuers_own = issuer == certificate.issuer();
  if (point.crl_issuers.empty()) {
    if (!is_issuers_own) return false;
  } else {
    if (!Contains(point.crl_issuers, issuer)) return false;
    if (!scope.is_indirect && !is_issuers_own) return false;
  }
  if (scope.name.empty()) return true;
  std::vector<std::string> wanted = point.name.KeysFor(issuer);
  if (point.name.empty()) {
    wanted.clear();
    for (const std::string& name : point.crl_issuers) wanted.push_back(DirectoryKey(name));
  }
  return Intersects(scope.name.KeysFor(issuer), wanted);
}

}  // namespace

std::vector<DistributionPoint> PointsOf(const Certificate& certificate) {
  std::vector<DistributionPoint> points = certificate.extensions().distribution_points;
  DistributionPoint implied;
  implied.name.full = {DirectoryKey(certificate.issuer())};
  points.push_back(std::move(implied));
  return points;
}

std::vector<std::string> ListIssuersOf(const Certificate& certificate,
                                       const std::vector<DistributionPoint>& points) {
  std::vector<std::string> issuers;
  const auto add = [&](const std::string& issuer) {
    if (!Contains(issuers, issuer)) issuers.push_back(issuer);
  };
  for (const DistributionPoint& point : points) {
    if (point.crl_issuers.empty()) add(certificate.issuer());
    for (const std::string& issuer : point.crl_issuers) add(issuer);
  }
  return issuers;
}

Reasons ReasonsFor(const RevocationList& list, const Certificate& certificate,
                   const std::vector<DistributionPoint>& points) {
  return ReasonsFor(list.issuer(), list.scope(), certificate, points);
}

Reasons ReasonsFor(const std::string& issuer, const ListScope& scope,
                   const Certificate& certificate, const std::vector<DistributionPoint>& points) {
  if (!IsForKindOf(scope, certificate)) return 0;
  Reasons reasons = 0;
  for (const DistributionPoint& point : points) {
    if (CoversPoint(issuer, scope, certificate, point)) {
      reasons = static_cast<Reasons>(reasons | (point.reasons & scope.reasons));
    }
  }
  return reasons;
}

}  // namespace pinlatch::tls
