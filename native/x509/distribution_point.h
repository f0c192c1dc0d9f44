// Owns the names and scopes that tie a certificate to the CRLs which cover it: distribution points
// of certificates (RFC 5280 section 4.2.1.13) and reason flags. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "der/der_reader.h"
#include "names/general_name.h"

namespace pinlatch::tls {

// Reasons is a set of revocation reasons: bit n is ReasonFlags bit n (RFC 5280 section 4.2.1.13), 1
// keyCompromise to 8 aACompromise. Bit 0 is unused.
using Reasons = uint16_t;
inline constexpr Reasons kAllReasons = 0x1fe;

// PointName is a DistributionPointName: full names as keys (GeneralName::Key), or one RDN,
// canonical, that is relative to the name of the CRL's issuer.
struct PointName {
  std::vector<std::string> full;
  std::string relative;

  bool empty() const { return full.empty() && relative.empty(); }
  // KeysFor resolves the name for CRLs whose issuer has this canonical name.
  std::vector<std::string> KeysFor(std::string_view crl_issuer) const;
};

// DistributionPoint says where the status of a certificate is to be found.
struct DistributionPoint {
  PointName name;
  std::vector<std::string> crl_issuers;  // canonical names, when not the certificate's issuer
  Reasons reasons = kAllReasons;
};

// ReadPointName reads a DistributionPointName, given the content of its explicit tag. Nothing when
// malformed.
std::optional<PointName> ReadPointName(DerReader reader);
// ReadReasons turns the bytes of a ReasonFlags BIT STRING into a set.
Reasons ReadReasons(ByteSpan bits);
// ReadDistributionPoints reads the value of a cRLDistributionPoints extension. Nothing when
// malformed.
std::optional<std::vector<DistributionPoint>> ReadDistributionPoints(DerReader reader);

}  // namespace pinlatch::tls
