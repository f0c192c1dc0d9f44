// Asks the verifier.
#include "tls/verify_case.h"

#include <doctest/doctest.h>

namespace pinlatch::test::x509 {

std::shared_ptr<const tls::TrustBundle> VerifyCase::Bundle() const {
  const std::string ca = PemOf(anchors);
  const std::vector<ByteSpan> crls(lists.begin(), lists.end());
  auto bundle = tls::TrustBundle::FromBytes(settings, AsBytes(ca), crls);
  if (!bundle.ok()) FAIL(bundle.error().detail);
  return *bundle;
}

tls::Verdict VerifyCase::Verdict(const tls::TrustBundle& bundle) const {
  std::vector<ByteSpan> presented;
  for (const Holder* holder : chain) presented.emplace_back(holder->der);
  return tls::Verify({.chain = presented,
                      .trust = bundle,
                      .purpose = purpose,
                      .now = now,
                      .limits = bundle.limits()});
}

std::string VerifyCase::Rule() const {
  const std::shared_ptr<const tls::TrustBundle> bundle = Bundle();
  return RuleOf(Verdict(*bundle));
}

std::string RuleOf(const tls::Verdict& verdict) {
  return verdict.accepted() ? std::string("accepted") : verdict.refusal->rule;
}

snapshot::Trust WithLists(bool leaf_only) {
  snapshot::Trust trust;
  trust.revocation.emplace();
  trust.revocation->leaf_only = leaf_only;
  return trust;
}

}  // namespace pinlatch::test::x509
