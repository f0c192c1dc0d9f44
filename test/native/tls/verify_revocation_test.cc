// Revocation lists (RFC 5280 sections 5 and 6.3): what they must be to be believed and
// what they say. What is asked for and cannot be decided refuses.
#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

TEST_CASE(
    "a certificate that no list names is good, one that a list names is revoked, wherever in the "
    "path") {
  const Pki pki;
  CHECK(pki.Rule({pki.RootList(), List(pki.middle, {})}) == "accepted");
  ListSpec names_leaf;
  names_leaf.entries = {{"\x03", 1, {}}};
  const tls::Verdict verdict = pki.Case({pki.RootList(), List(pki.middle, names_leaf)}).Verdict();
  REQUIRE(!verdict.accepted());
  CHECK(verdict.refusal->code == ErrorCode::kCertificateRevoked);
  CHECK(verdict.refusal->detail == "reason: keyCompromise");
  ListSpec names_middle;
  names_middle.entries = {{"\x02", std::nullopt, {}}};
  CHECK(pki.Rule({List(pki.root, names_middle), List(pki.middle, {})}) == "revoked");
}

TEST_CASE("a serial means nothing in the list of another issuer") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x03", std::nullopt, {}}};
  CHECK(pki.Rule({List(pki.root, spec), List(pki.middle, {})}) == "accepted");
}

TEST_CASE("serials are compared as numbers with a sign, of any length") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x03", std::nullopt, {}}};
  CHECK(pki.LeafRule(spec) == "revoked");
  spec.entries = {{"\xfd", std::nullopt, {}},
                  {std::string("\x03\x00", 2), std::nullopt, {}},
                  {std::string(20, '\x03'), std::nullopt, {}}};
  CHECK(pki.LeafRule(spec) == "accepted");
}

TEST_CASE(
    "every certificate but the anchor needs a list, or the leaf alone where the bundle says so") {
  const Pki pki;
  CHECK(pki.Rule({}) == "crl-missing");
  CHECK(pki.Rule({List(pki.middle, {})}) == "crl-missing");
  CHECK(pki.Rule({pki.RootList()}) == "crl-missing");
  CHECK(pki.Rule({List(pki.middle, {})}, WithLists(true)) == "accepted");
}

TEST_CASE("without revocation in the settings, lists are not asked for") {
  CHECK(Pki().Rule({}, {}) == "accepted");
}

TEST_CASE(
    "issuers without any list pass where the bundle says so, but a list that is unusable still "
    "refuses") {
  const Pki pki;
  snapshot::Trust settings = WithLists();
  settings.revocation->accept_unlisted_issuers = true;
  CHECK(pki.Rule({}, settings) == "accepted");
  CHECK(pki.Rule({List(pki.middle, {})}, settings) == "accepted");
  ListSpec stale;
  stale.next_update = kNow - 1;
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "crl-stale");
}

TEST_CASE("a list past its nextUpdate counts as whenStale says") {
  const Pki pki;
  ListSpec stale;
  stale.next_update = kNow - 100;
  snapshot::Trust settings = WithLists(true);
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "crl-stale");
  settings.revocation->when_stale = snapshot::WhenStale::kGrace;
  settings.revocation->grace_seconds = 99;
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "crl-stale");
  settings.revocation->grace_seconds = 100;
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "accepted");
  settings.revocation->when_stale = snapshot::WhenStale::kAccept;
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "accepted");
  stale.entries = {{"\x03", std::nullopt, {}}};
  CHECK(pki.Rule({List(pki.middle, stale)}, settings) == "revoked");
}

TEST_CASE("a list without nextUpdate is current never, or always") {
  const Pki pki;
  ListSpec spec;
  spec.next_update.reset();
  snapshot::Trust settings = WithLists(true);
  CHECK(pki.Rule({List(pki.middle, spec)}, settings) == "crl-stale");
  settings.revocation->when_stale = snapshot::WhenStale::kAccept;
  CHECK(pki.Rule({List(pki.middle, spec)}, settings) == "accepted");
}

TEST_CASE("a list from the future does not count") {
  const Pki pki;
  ListSpec spec;
  spec.this_update = kNow + 1;
  CHECK(pki.LeafRule(spec) == "crl-not-yet-valid");
}

TEST_CASE("a list must be signed by its issuer") {
  const Pki pki;
  ListSpec spec;
  spec.break_signature = true;
  CHECK(pki.LeafRule(spec) == "crl-signature");
  const Holder impostor = Ca("CN=middle");
  CHECK(pki.Rule({pki.RootList(), List(impostor, {})}) == "crl-signature");
  spec.break_signature = false;
  spec.issuer = "CN=middle";
  CHECK(pki.Rule({pki.RootList(), List(pki.root, spec)}) == "crl-signature");
}

TEST_CASE("an issuer whose keyUsage lacks cRLSign signs no lists") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=middle";
  spec.extensions = AuthorityExt() + UsageExt(0x04);
  const Holder middle = Issue(spec, &root);
  const Holder leaf = Client(middle);
  CHECK(VerifyCase{{&root}, {&leaf, &middle}, {List(middle, {})}, WithLists(true)}.Rule() ==
        "crl-signer");
}

TEST_CASE("a list may be signed by another key of the issuer that the same anchor vouches for") {
  const Pki pki;
  Spec spec;
  spec.subject = "CN=middle";
  spec.serial = "\x07";
  spec.extensions = UsageExt(0x02);
  const Holder signer = Issue(spec, &pki.root);
  VerifyCase question = pki.Case({pki.RootList(), List(signer, {})});
  CHECK(question.Rule() == "crl-signature");  // the signer is not known
  question.chain.push_back(&signer);
  CHECK(question.Rule() == "accepted");
  ListSpec revokes_signer;
  revokes_signer.entries = {{"\x07", std::nullopt, {}}};
  question.lists = {List(pki.root, revokes_signer), List(signer, {})};
  CHECK(question.Rule() == "crl-signer");
}

TEST_CASE(
    "a signer that a stranger vouches for, or that its own list vouches for, is not believed") {
  const Pki pki;
  const Holder stranger = Ca("CN=stranger");
  Spec spec;
  spec.subject = "CN=middle";
  spec.serial = "\x07";
  spec.extensions = UsageExt(0x02);
  const Holder alien = Issue(spec, &stranger);
  VerifyCase question = pki.Case({pki.RootList(), List(alien, {})});
  question.chain.push_back(&alien);
  question.chain.push_back(&stranger);
  CHECK(question.Rule() == "crl-signer");
  const Holder self_listed = Issue(spec, &pki.middle);  // only its own list could clear it
  question = pki.Case({pki.RootList(), List(self_listed, {})});
  question.chain.push_back(&self_listed);
  CHECK(question.Rule() == "crl-signer");
}

TEST_CASE("critical extensions of lists and entries that are not processed make a list useless") {
  const Pki pki;
  ListSpec spec;
  spec.extensions = Ext("1.2.3.4", Octets("x"), true);
  CHECK(pki.LeafRule(spec) == "crl-critical-extension");
  spec.extensions = Ext("1.2.3.4", Octets("x"));
  CHECK(pki.LeafRule(spec) == "accepted");
  spec.extensions.clear();
  spec.entries = {{"\x09", std::nullopt, Ext("1.2.3.4", Octets("x"), true)}};
  CHECK(pki.LeafRule(spec) == "crl-critical-extension");
}

TEST_CASE("a list needs a number, unless the bundle takes unnumbered ones") {
  const Pki pki;
  ListSpec spec;
  spec.number.reset();
  CHECK(pki.LeafRule(spec) == "crl-number");
  spec.version_2 = false;
  CHECK(pki.LeafRule(spec) == "crl-number");
  snapshot::Trust settings = WithLists(true);
  settings.revocation->accept_unnumbered = true;
  CHECK(pki.Rule({List(pki.middle, spec)}, settings) == "accepted");
  spec.entries = {{"\x03", std::nullopt, {}}};
  CHECK(pki.Rule({List(pki.middle, spec)}, settings) == "revoked");
}

TEST_CASE("of several lists of one scope the newest that can be believed decides") {
  const Pki pki;
  ListSpec old;
  old.number = 1;
  old.entries = {{"\x03", 6, {}}};
  ListSpec fresh;
  fresh.number = 300;
  CHECK(pki.Rule({List(pki.middle, old), List(pki.middle, fresh)}, WithLists(true)) == "accepted");
  CHECK(pki.Rule({List(pki.middle, fresh), List(pki.middle, old)}, WithLists(true)) == "accepted");
  fresh.break_signature = true;
  CHECK(pki.Rule({List(pki.middle, fresh), List(pki.middle, old)}, WithLists(true)) == "revoked");
}

TEST_CASE(
    "a hold is a revocation, and so is removeFromCRL in a complete list, where it has no meaning") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x03", 6, {}}};
  CHECK(pki.LeafRule(spec) == "revoked");
  spec.entries = {{"\x03", 8, {}}};
  CHECK(pki.LeafRule(spec) == "revoked");
}

TEST_CASE("an intermediate that lies in the bundle beside its CA does not outlive its revocation") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x02", std::nullopt, {}}};
  VerifyCase question = pki.Case({List(pki.root, spec), List(pki.middle, {})});
  question.anchors = {&pki.root, &pki.middle};
  CHECK(question.Rule() == "revoked");
  question.lists = {pki.RootList(), List(pki.middle, {})};
  CHECK(question.Rule() == "accepted");
}

TEST_CASE(
    "a verdict may be remembered until the first certificate expires or the first list falls due") {
  const Pki pki;
  ListSpec spec;
  spec.next_update = kNow + 60;
  const tls::Verdict verdict = pki.Case({pki.RootList(), List(pki.middle, spec)}).Verdict();
  REQUIRE(verdict.accepted());
  CHECK(verdict.valid_until == kNow + 60);
}

TEST_CASE("the signatures of lists count towards the bounded number of signature checks") {
  const Pki pki;
  VerifyCase question = pki.Case({pki.RootList(), List(pki.middle, {})});
  const auto bundle = question.Bundle();
  const ByteSpan presented[] = {pki.leaf.der, pki.middle.der};
  tls::VerifyLimits limits;
  limits.max_signature_checks =
      3;  // two certificates and one list: the root's was checked when it was loaded
  CHECK(tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits})
            .accepted());
  limits.max_signature_checks = 2;
  CHECK(
      RuleOf(tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits})) ==
      "signature-limit");
}

}  // namespace
}  // namespace pinlatch::test::x509
