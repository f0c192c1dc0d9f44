// Owns what one verification carries along: the certificates that were presented, the bundle, the
// budgets, and the outcome of every signature check so far. Lives on the stack of Verify.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock_reading.h"
#include "tls/certificate.h"
#include "tls/trust_bundle_impl.h"
#include "tls/verifier.h"
#include "tls/verify_rule.h"

namespace pinlatch::tls {

// Path is a certification path, anchor first.
using Path = std::vector<const Certificate*>;

class VerifyContext {
 public:
  explicit VerifyContext(const VerifyRequest& request)
      : bundle_(request.trust.impl()),
        request_(request),
        limits_(request.limits.value_or(request.trust.limits())) {
    // What a clock that is wrong lets pass is judged again by one that may be right.
    if (clock().IsBelowFloor()) Until(clock().floor() - 1);
  }
  VerifyContext(const VerifyContext&) = delete;
  VerifyContext& operator=(const VerifyContext&) = delete;

  const TrustBundle::Impl& bundle() const { return bundle_; }
  // clock is the time of the request, above the floor that the bundle was loaded with.
  ClockReading clock() const { return {request_.now, bundle_.clock_floor}; }
  UnixSeconds now() const { return request_.now; }
  Purpose purpose() const { return request_.purpose; }
  // limits are what is left of the budgets: max_signature_checks, max_search_steps and
  // max_name_comparisons count down.
  VerifyLimits& limits() { return limits_; }

  // AddPresented takes a certificate that was presented; the leaf first.
  const Certificate& AddPresented(std::unique_ptr<const Certificate> certificate) {
    presented_.push_back(std::move(certificate));
    return *presented_.back();
  }
  const std::vector<std::unique_ptr<const Certificate>>& presented() const { return presented_; }

  // CheckSignature holds when `child` is signed with the key of `issuer` by an accepted algorithm.
  // Each pair costs one signature check at most.
  Check CheckSignature(const Certificate& child, const Certificate& issuer);
  // IsListSignedBy says whether a list is signed with the key of `issuer`, by any algorithm that is
  // known here, also one that is too weak; for certificates of the bundle that costs nothing.
  // Nothing when no signature check is left.
  std::optional<bool> IsListSignedBy(const HeldList& held, const Certificate& issuer);

  // Until narrows the time that the verdict may be remembered for.
  void Until(UnixSeconds end) { valid_until_ = std::min(valid_until_, end); }
  UnixSeconds valid_until() const { return valid_until_; }

 private:
  struct Memo {
    const void* signed_by_key;
    const void* subject;
    bool holds;
  };
  const Memo* Recall(const void* key, const void* subject) const;

  const TrustBundle::Impl& bundle_;
  const VerifyRequest& request_;
  VerifyLimits limits_;
  std::vector<std::unique_ptr<const Certificate>> presented_;
  std::vector<Memo> memos_;
  UnixSeconds valid_until_ = INT64_MAX;
};

// IsStrong says whether an algorithm may sign certificates and lists that are believed: neither its
// hash nor that of a mask is weaker than SHA-256.
bool IsStrong(const SignatureAlgorithm& algorithm);

// SignatureFault says what is wrong with the bytes of a signature that does not verify, where more
// is wrong than that; else it is empty.
std::string SignatureFault(const SignatureAlgorithm& algorithm, ByteSpan signature);

// HintsDisagree says that the child's authorityKeyIdentifier speaks against this issuer (RFC 5280
// section 4.2.1.1). A hint: it orders candidates and words failures, and excludes nothing.
bool HintsDisagree(const Certificate& child, const Certificate& issuer);

}  // namespace pinlatch::tls
