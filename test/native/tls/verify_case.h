// Owns the shape of a verifier test: anchors, a chain, perhaps lists; then the rule that it fails
// by, or "accepted".
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "tls/x509_maker.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"

namespace pinlatch::test::x509 {

// VerifyCase is one question to the verifier. Everything it points to is borrowed.
struct VerifyCase {
  std::vector<const Holder*> anchors;
  std::vector<const Holder*> chain;  // leaf first
  std::vector<std::vector<uint8_t>> lists;
  snapshot::Trust settings;
  UnixSeconds now = kNow;
  tls::Purpose purpose = tls::Purpose::kClientAuth;

  std::shared_ptr<const tls::TrustBundle> Bundle() const;
  tls::Verdict Verdict() const { return Verdict(*Bundle()); }
  tls::Verdict Verdict(const tls::TrustBundle& bundle) const;
  // Rule returns the name of the rule that the chain is refused by, or "accepted".
  std::string Rule() const;
};

// RuleOf names the outcome of a verdict.
std::string RuleOf(const tls::Verdict& verdict);

// WithLists returns settings that ask for revocation.
snapshot::Trust WithLists(bool leaf_only = false);

}  // namespace pinlatch::test::x509
