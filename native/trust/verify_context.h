// Owns what one verification carries along: the certificates that were presented, the bundle, the
// budgets, and the outcome of every signature check so far. Internal to trust/verifier.h.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock_reading.h"
#include "trust/trust_bundle_impl.h"
#include "trust/verifier.h"
#include "trust/verify_rule.h"
#include "x509/certificate.h"

namespace pinlatch::tls {

// Path is a certification path, anchor first.
using Path = std::vector<const Certificate*>;

class VerifyContext {
 public:
  explicit VerifyContext(const VerifyRequest& request)
      : bundle_(request.trust.impl()),
        request_(request),
        whole_limits_(request.limits.value_or(request.trust.limits())),
        limits_(whole_limits_) {}
  VerifyContext(const VerifyContext&) = delete;
  VerifyContext& operator=(const VerifyContext&) = delete;

  const TrustBundle::Impl& bundle() const { return bundle_; }
  // clock is the time of the request, above the floor that the bundle was loaded with.
  ClockReading clock() const { return {request_.now, bundle_.clock_floor}; }
  UnixSeconds now() const { return request_.now; }
  Purpose purpose() const { return request_.purpose; }
  // limits are what is left of the budgets of this pass: max_search_steps and max_name_comparisons
  // count down.
  VerifyLimits& limits() { return limits_; }

  // BeginPass begins the search anew, with all that was found out about signatures. A pass checks
  // `most_checks` that are not known yet; where it wants one more it is cut short: the check fails
  // as if a limit were reached, and nothing of the pass counts but what it found out. What a pass
  // does depends on the outcome of its checks alone, so the next one goes the same way, and
  // further.
  void BeginPass(uint32_t most_checks);
  bool cut_short() const { return cut_short_; }
  // signature_checks is how many were made so far, in all passes.
  size_t signature_checks() const { return memos_.size(); }

  // AddPresented takes a certificate that was presented; the leaf first.
  const Certificate& AddPresented(std::unique_ptr<const Certificate> certificate) {
    presented_.push_back(std::move(certificate));
    return *presented_.back();
  }
  const std::vector<std::unique_ptr<const Certificate>>& presented() const { return presented_; }

  // CheckSignature holds when `child` is signed with the key of `issuer` by an accepted algorithm.
  // Each pair of certificate and key costs one signature check at most, and none where the key is
  // of another kind than the signature.
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
    ByteSpan key;         // SubjectPublicKeyInfo: CAs may share one
    const void* subject;  // the Certificate or RevocationList
    bool holds;
    bool is_list;
    bool IsFalse() const { return !holds && !is_list; }
  };
  const Memo* Recall(ByteSpan key, const void* subject) const;
  // MayCheck says whether a check that is not known yet may be made now; else why not.
  Check MayCheck();
  // CostsTooMuch says that as many certificates as are tried are not signed with `key`.
  bool CostsTooMuch(ByteSpan key) const;
  // IsStrangersPlay says that as many certificates as are tried are signed with none of the keys
  // that they name, and no certificate with any: who has nothing genuine gets no more by naming
  // one CA after the other. Those that were tried may be tried with other keys of the name.
  bool IsStrangersPlay(const Certificate& next) const;

  const TrustBundle::Impl& bundle_;
  const VerifyRequest& request_;
  const VerifyLimits whole_limits_;
  VerifyLimits limits_;
  uint32_t checks_left_ = 0;  // in this pass
  bool cut_short_ = false;
  std::vector<std::unique_ptr<const Certificate>> presented_;
  std::vector<Memo> memos_;
  UnixSeconds valid_until_ = INT64_MAX;
};

// IsStrong says whether an algorithm may sign certificates and lists that are believed: its hash,
// with RSA-PSS that of the mask too, is no weaker than SHA-256.
bool IsStrong(const SignatureAlgorithm& algorithm);

// SignatureFault says what is wrong with the form of a signature that did not verify; empty where
// its form is right.
std::string SignatureFault(const SignatureAlgorithm& algorithm, ByteSpan signature);

// HintsDisagree says that the child's authorityKeyIdentifier speaks against this issuer (RFC 5280
// section 4.2.1.1). A hint: it orders candidates and words failures, and excludes nothing.
bool HintsDisagree(const Certificate& child, const Certificate& issuer);

}  // namespace pinlatch::tls
