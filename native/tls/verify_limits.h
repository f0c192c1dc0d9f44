// Owns the bounds on the work of one verification. Plain data.
#pragma once

#include <cstdint>

namespace pinlatch::tls {

// VerifyLimits bounds the work of one verification and sets the least strength of keys. Every count
// is for the whole verification, all paths and revocation lists included; the verdict is a refusal
// when one runs out.
struct VerifyLimits {
  uint32_t max_certificates = 40;      // presented
  uint32_t max_depth = 8;              // certificates between leaf and anchor, neither counted
  uint32_t max_signature_checks = 48;  // of certificates and revocation lists
  uint32_t max_search_steps = 1024;    // certificates tried as the next one of a path
  uint32_t max_name_comparisons = 1 << 18;
  uint32_t min_rsa_bits = 2048;
};

}  // namespace pinlatch::tls
