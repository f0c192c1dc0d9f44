// Owns the question "does this chain lead to a certificate of the bundle, by the rules of RFC
// 5280?". Pure: (chain as presented, trust bundle, purpose, time, limits) → accepted path, or a
// reason. No I/O.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "trust/trust_bundle.h"
#include "trust/verify_limits.h"

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
  // policies are the certificate policies that the path leaves valid (trust/policy_rules.h).
  std::vector<std::string> policies;
  bool accepted() const { return !refusal.has_value(); }
};

// Verify builds and validates paths, trying others when one fails, within the limits.
Verdict Verify(const VerifyRequest& request);

class Certificate;
class VerifyContext;
struct Failure;

// Verification is Verify in steps, for those who have others to serve between two signature checks:
// it comes to the same verdict, whatever the steps. What the request borrows must outlive it.
class Verification {
 public:
  explicit Verification(const VerifyRequest& request);
  ~Verification();
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;

  // Step goes on until a second signature has to be checked, or to the end: it returns nothing
  // (call again) or the verdict.
  std::optional<Verdict> Step() { return Pass(1); }
  // Finish goes on to the end.
  Verdict Finish();
  // signature_checks is how many were made so far.
  size_t signature_checks() const;

 private:
  std::optional<Verdict> Pass(uint32_t most_checks);
  std::optional<Failure> ReadChain();
  std::optional<Verdict> SearchPath();  // nothing: the pass was cut short

  const VerifyRequest request_;
  const std::unique_ptr<VerifyContext> context_;
  const Certificate* leaf_ = nullptr;  // once the chain was read
  size_t unreadable_ = 0;              // certificates beside it
  std::string first_fault_;            // what is wrong with the first of these
};

}  // namespace pinlatch::tls
