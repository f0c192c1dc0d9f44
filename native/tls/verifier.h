// Owns the question "does this chain lead to a certificate of the bundle, by the rules of RFC
// 5280?". Pure: (chain as presented, trust bundle, purpose, time, limits) → accepted path, or a
// reason. No I/O.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "tls/trust_bundle.h"
#include "tls/verify_limits.h"

namespace pinlatch::tls {

enum class Purpose : uint8_t { kClientAuth, kServerAuth };

// VerifyRequest names everything that a verdict depends on. `chain` holds DER certificates as
// presented, leaf first.
struct VerifyRequest {
  std::span<const ByteSpan> chain;
  const TrustBundle& trust;
  Purpose purpose = Purpose::kClientAuth;
  UnixSeconds now = 0;
  std::optional<VerifyLimits> limits;  // nothing: those of the bundle
};

// Refusal says why no path was accepted: the best attempt's failure.
struct Refusal {
  ErrorCode code = ErrorCode::kUnknownCa;  // one of the certificate codes of base/error_codes.def
  std::string rule;                        // stable kebab-case name of the rule, e.g. "path-length"
  std::string section;                     // e.g. "RFC 5280 section 4.2.1.9"
  std::string certificate;  // the subject of the certificate that failed, RFC 4514; empty when it
                            // could not be read
  std::string detail;       // what was found, may be empty
  std::string remedy;       // what the operator can do
  // ToString joins all of it for a log.
  std::string ToString() const;
};

// Verdict is the outcome: `refusal` is empty when the chain is accepted, and `path` then holds the
// DER certificates from leaf to anchor as views into the request's chain and bundle.
struct Verdict {
  std::optional<Refusal> refusal;
  std::vector<ByteSpan> path;
  // valid_until is the last second, Unix time, at which the same request would be accepted for all
  // that is known now: a certificate of the path expires then, or a revocation list falls due.
  UnixSeconds valid_until = 0;
  bool accepted() const { return !refusal.has_value(); }
};

// Verify builds and validates paths, trying others when one fails, within the limits.
Verdict Verify(const VerifyRequest& request);

}  // namespace pinlatch::tls
