// Owns the question for which reasons a list speaks for a certificate: by the distribution points
// of the certificate and the scope of the list (RFC 5280 section 6.3.3 (b)). Pure.
#pragma once

#include <string>
#include <vector>

#include "revocation/revocation_list.h"
#include "x509/certificate.h"
#include "x509/distribution_point.h"

namespace pinlatch::tls {

// PointsOf returns the distribution points of a certificate, and the one that it need not name:
// lists that its issuer publishes anywhere (RFC 5280 section 6.3.3, last paragraph).
std::vector<DistributionPoint> PointsOf(const Certificate& certificate);

// ListIssuersOf returns the canonical names of those whose lists the points lead to, each once.
std::vector<std::string> ListIssuersOf(const Certificate& certificate,
                                       const std::vector<DistributionPoint>& points);

// ReasonsFor returns the reasons for which a list speaks for the certificate; none when it is about
// others.
Reasons ReasonsFor(const RevocationList& list, const Certificate& certificate,
                   const std::vector<DistributionPoint>& points);

// ReasonsFor says it of lists of an issuer (canonical name) with a scope.
Reasons ReasonsFor(const std::string& issuer, const ListScope& scope,
                   const Certificate& certificate, const std::vector<DistributionPoint>& points);

}  // namespace pinlatch::tls
