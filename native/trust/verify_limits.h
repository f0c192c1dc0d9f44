// Owns the bounds on the work of one verification. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinlatch::tls {

// kSpareSignatureChecks is what a verification may check beyond one certificate a step of the
// deepest path: wrong candidates, and revocation lists that intermediates signed.
inline constexpr uint32_t kSpareSignatureChecks = 24;

// VerifyLimits bounds the work of one verification and sets the least strength of keys. Every count
// is for the whole verification, all paths and revocation lists included; the verdict is a refusal
// when one runs out.
struct VerifyLimits {
  uint32_t max_certificates = 40;  // presented
  uint32_t max_depth = 8;          // certificates between leaf and anchor, neither counted
  uint32_t max_signature_checks = kSpareSignatureChecks + 8;  // of certificates and lists
  // Of certificates that name an issuer and are not signed with its key: how many are found out by
  // one key, and by all keys together until a signature holds. What else names that issuer is not
  // looked at then; other keys are, once a signature holds.
  uint32_t max_false_signatures = 3;
  uint32_t max_search_steps = 1024;  // certificates tried as the next one of a path
  uint32_t max_name_comparisons = 1 << 18;
  uint32_t min_rsa_bits = 2048;
};

// kMostRememberedChain is the size, in bytes of DER, up to which a verdict on a chain is
// remembered. That happens before the client has proven to hold the key, and whoever knows a
// certificate can send it with anything behind it: longer chains than device PKIs have are judged
// each time.
inline constexpr size_t kMostRememberedChain = 6 * 1024;

}  // namespace pinlatch::tls
