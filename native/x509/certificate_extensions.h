// Owns the extensions of a certificate as values (RFC 5280 section 4.2). Reads; judges nothing but
// their syntax. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "names/general_name.h"
#include "names/name_constraints.h"
#include "x509/distribution_point.h"

namespace pinlatch::tls {

// Bits of keyUsage (RFC 5280 section 4.2.1.3), first bit highest.
inline constexpr uint16_t kDigitalSignature = 0x8000;
inline constexpr uint16_t kKeyEncipherment = 0x2000;
inline constexpr uint16_t kKeyAgreement = 0x0800;
inline constexpr uint16_t kKeyCertSign = 0x0400;
inline constexpr uint16_t kCrlSign = 0x0200;

// KeyPurposes is what extendedKeyUsage allows.
struct KeyPurposes {
  bool any = false;
  bool client_auth = false;
  bool server_auth = false;
};

// AuthorityKey is authorityKeyIdentifier: a hint at which of several issuers it was.
struct AuthorityKey {
  ByteSpan key_id;
  std::vector<std::string> issuers;  // canonical names
  ByteSpan serial;                   // shortest form; empty when absent
};

// PolicyConstraints is policyConstraints: how many certificates may follow before the rule holds.
struct PolicyConstraints {
  std::optional<uint32_t> require_explicit;
  std::optional<uint32_t> inhibit_mapping;
};

// Extensions holds views into the certificate. OIDs are their encoded content.
struct Extensions {
  bool is_ca = false;
  std::optional<uint32_t> path_length;
  std::optional<uint16_t> key_usage;
  std::optional<KeyPurposes> purposes;
  std::vector<GeneralName> alternative_names;
  bool alternative_names_critical = false;
  ByteSpan subject_key_id;
  AuthorityKey authority_key;
  std::optional<NameConstraints> name_constraints;
  std::vector<DistributionPoint> distribution_points;
  std::optional<std::vector<std::string_view>> policies;
  // policy_qualifier is the OID of the first policy qualifier that is not understood; kept when
  // certificatePolicies is critical, where it matters.
  ByteSpan policy_qualifier;
  std::vector<std::pair<std::string_view, std::string_view>> policy_mappings;
  std::optional<PolicyConstraints> policy_constraints;
  std::optional<uint32_t> inhibit_any_policy;
  // unknown_critical is the OID of the first critical extension that is not processed here.
  ByteSpan unknown_critical;
  // quirk says which extension that no verdict depends on is malformed; empty when none is.
  std::string quirk;
};

// ReadExtensions reads the value of the explicit [3] of a TBSCertificate, or of the explicit [0] of
// a TBSCertList when only identifiers matter. On failure `error` says which extension is malformed
// or repeated, and nothing is returned.
std::optional<Extensions> ReadExtensions(ByteSpan explicit_content, std::string& error);

// ReadAuthorityKey reads the value of authorityKeyIdentifier, also that of a CRL. Nothing when
// malformed.
std::optional<AuthorityKey> ReadAuthorityKey(DerReader reader);

// OidText returns an OID's dotted text for the operator, "?" when it is not one.
std::string OidText(ByteSpan oid);

}  // namespace pinlatch::tls
