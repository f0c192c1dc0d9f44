// Owns certificates and lists of Ed25519 and RSASSA-PSS keys for tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tls/edwards_key.h"
#include "tls/x509_maker.h"

namespace pinlatch::test::x509 {

Der EdwardsAlgorithm();
Der EdwardsKeyInfo(const Der& public_half, const Der& parameters = {});
// SignedBy is the certificate or list, which says EdwardsAlgorithm, with a signature of `key`.
std::vector<uint8_t> SignedBy(const EdwardsKey& key, ByteSpan der);

inline const std::string kSha1Oid = "1.3.14.3.2.26";
inline const std::string kSha256Oid = "2.16.840.1.101.3.4.2.1";
inline const std::string kSha384Oid = "2.16.840.1.101.3.4.2.2";
inline const std::string kSha512Oid = "2.16.840.1.101.3.4.2.3";

// PssParameters is the SEQUENCE of RFC 4055 section 3.1; `more` goes behind the salt.
Der PssParameters(const std::string& hash, const std::string& mask, int salt, const Der& more = {});
Der PssAlgorithm(const Der& parameters);
// PssKeyInfo is the key info of an RSA key under the OID of RSASSA-PSS. Without parameters there
// is nothing in their place.
Der PssKeyInfo(const Key& key, const Der& parameters = {});

}  // namespace pinlatch::test::x509
