// Revocation lists (RFC 5280 sections 5 and 6.3): what they must be to be believed, what they
// cover, what they say. What is asked for and cannot be decided refuses.
#include <doctest/doctest.h>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

// Pki is a root, an intermediate and a leaf whose serials are 1, 2 and 3, and a good list of each
// CA.
struct Pki {
  Holder root = Ca("CN=root");
  Holder middle;
  Holder leaf;

  explicit Pki(const Der& leaf_more = {}) {
    Spec spec;
    spec.subject = "CN=middle";
    spec.serial = "\x02";
    spec.extensions = AuthorityExt() + UsageExt(0x06);
    middle = Issue(spec, &root);
    spec.subject = "CN=leaf";
    spec.serial = "\x03";
    spec.extensions = UsageExt(0x80) + leaf_more;
    leaf = Issue(spec, &middle);
  }

  VerifyCase Case(std::vector<std::vector<uint8_t>> lists,
                  const snapshot::Trust& settings = WithLists()) const {
    return VerifyCase{{&root}, {&leaf, &middle}, std::move(lists), settings};
  }
  std::string Rule(std::vector<std::vector<uint8_t>> lists,
                   const snapshot::Trust& settings = WithLists()) const {
    return Case(std::move(lists), settings).Rule();
  }
  std::vector<uint8_t> RootList() const { return List(root, {}); }
  // LeafRule asks about the leaf alone.
  std::string LeafRule(const ListSpec& spec) const {
    return Rule({RootList(), List(middle, spec)});
  }
};

Der Scope(const Der& content) { return Ext("28", Seq(content), true); }
Der PointNamed(const Der& general_name) { return Tlv(0xa0, Tlv(0xa0, general_name)); }
Der PointsExt(const Der& points) { return Ext("31", Seq(points)); }
Der Delta(long long base) { return Ext("27", Integer(base), true); }

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
  spec.entries = {{std::string("\x00\x03", 2), std::nullopt, {}}};
  CHECK(pki.LeafRule(spec) == "revoked");
  spec.entries = {{std::string("\x03\x00", 2), std::nullopt, {}},
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

TEST_CASE("a list for users or for CAs covers only those") {
  const Pki pki;
  ListSpec spec;
  spec.extensions = Scope(Tlv(0x81, "\xff"));
  CHECK(pki.LeafRule(spec) == "accepted");
  CHECK(pki.Rule({List(pki.root, spec), List(pki.middle, {})}) == "crl-scope");
  spec.extensions = Scope(Tlv(0x82, "\xff"));
  CHECK(pki.LeafRule(spec) == "crl-scope");
  CHECK(pki.Rule({List(pki.root, spec), List(pki.middle, {})}) == "accepted");
  spec.extensions = Scope(Tlv(0x85, "\xff"));
  CHECK(pki.LeafRule(spec) == "crl-scope");
}

TEST_CASE("a list for one distribution point covers the certificates that name it") {
  const Der here = PointNamed(Uri("http://crl.example/1"));
  const Der there = PointNamed(Uri("http://crl.example/2"));
  const Pki pki(PointsExt(Seq(here)));
  ListSpec spec;
  spec.extensions = Scope(here);
  CHECK(pki.LeafRule(spec) == "accepted");
  spec.extensions = Scope(there);
  CHECK(pki.LeafRule(spec) == "crl-scope");
  CHECK(Pki().LeafRule(spec) == "crl-scope");
  spec.extensions.clear();
  CHECK(pki.LeafRule(spec) == "accepted");
}

TEST_CASE("a distribution point relative to the issuer is the issuer's name and one RDN more") {
  const Der relative = Tlv(0xa0, Tlv(0xa1, Seq(Oid("2.5.4.11") + Tlv(0x0c, "part"))));
  const Pki pki(PointsExt(Seq(relative)));
  ListSpec spec;
  spec.extensions = Scope(PointNamed(Directory("CN=middle,OU=part")));
  CHECK(pki.LeafRule(spec) == "accepted");
  spec.extensions = Scope(PointNamed(Directory("CN=middle,OU=else")));
  CHECK(pki.LeafRule(spec) == "crl-scope");
}

TEST_CASE("lists for some reasons must cover all of them together") {
  const Pki pki;
  ListSpec compromise;
  compromise.extensions =
      Scope(Tlv(0x83, std::string("\x05\x60", 2)));  // keyCompromise, cACompromise
  ListSpec others;
  others.extensions = Scope(Tlv(0x83, std::string("\x07\x1f\x80", 3)));  // the other six
  const auto rule = [&](std::vector<std::vector<uint8_t>> lists) {
    return pki.Rule(std::move(lists), WithLists(true));
  };
  CHECK(rule({List(pki.middle, compromise)}) == "crl-scope");
  CHECK(rule({List(pki.middle, compromise), List(pki.middle, others)}) == "accepted");
  compromise.entries = {{"\x03", 1, {}}};
  CHECK(rule({List(pki.middle, compromise)}) == "revoked");
  CHECK(rule({List(pki.middle, others), List(pki.middle, compromise)}) == "revoked");
}

TEST_CASE(
    "an indirect list speaks for the issuers it names, where the certificate points to its "
    "issuer") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=list issuer";
  spec.serial = "\x08";
  spec.extensions = UsageExt(0x02);
  const Holder signer = Issue(spec, &root);
  const Holder pointed = Client(root, PointsExt(Seq(Tlv(0xa2, Directory("CN=list issuer")))));
  const Holder unpointed = Client(root);
  const auto rule = [&](const Holder& leaf, const Der& scope, const std::string& entry_issuer) {
    ListSpec list;
    list.extensions = scope;
    const Der issuer = Ext("29", Seq(Directory(entry_issuer)), true);
    list.entries = {{"\x01", std::nullopt, entry_issuer.empty() ? Der() : issuer}};
    return VerifyCase{{&root}, {&leaf, &signer}, {List(signer, list), List(root, {})}, WithLists()}
        .Rule();
  };
  const Der indirect = Scope(Tlv(0x84, "\xff"));
  CHECK(rule(pointed, indirect, "CN=root") == "revoked");
  CHECK(rule(pointed, indirect, "CN=elsewhere") == "accepted");
  CHECK(rule(pointed, indirect, "") == "accepted");  // an entry of the list issuer itself
  CHECK(rule(unpointed, indirect, "CN=root") == "accepted");
}

TEST_CASE("certificateIssuer in a list that is not indirect makes it useless") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x09", std::nullopt, Ext("29", Seq(Directory("CN=x")), true)}};
  CHECK(pki.LeafRule(spec) == "crl-critical-extension");
}

TEST_CASE("a delta list adds to the complete one that it is for, and alone is nothing") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  ListSpec delta;
  delta.number = 6;
  delta.extensions = Delta(5);
  delta.entries = {{"\x03", std::nullopt, {}}};
  const auto rule = [&](const std::vector<ListSpec>& lists) {
    std::vector<std::vector<uint8_t>> made;
    for (const ListSpec& list : lists) made.push_back(List(pki.middle, list));
    return pki.Rule(std::move(made), WithLists(true));
  };
  CHECK(rule({complete, delta}) == "revoked");
  CHECK(rule({delta}) == "crl-missing");
  delta.extensions = Delta(6);  // needs a newer complete list
  CHECK(rule({complete, delta}) == "accepted");
  delta.extensions = Delta(5);
  delta.number = 5;  // not newer
  CHECK(rule({complete, delta}) == "accepted");
  delta.number = 6;
  delta.extensions = Delta(5) + Scope(Tlv(0x81, "\xff"));  // another scope
  CHECK(rule({complete, delta}) == "accepted");
  delta.extensions = Delta(5);
  delta.break_signature = true;
  CHECK(rule({complete, delta}) == "accepted");
}

TEST_CASE("removeFromCRL lifts a hold, in a delta list that is current") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  complete.entries = {{"\x03", 6, {}}};
  ListSpec delta;
  delta.number = 6;
  delta.extensions = Delta(5);
  delta.entries = {{"\x03", 8, {}}};
  const auto rule = [&] {
    return pki.Rule({List(pki.middle, complete), List(pki.middle, delta)}, WithLists(true));
  };
  CHECK(rule() == "accepted");
  delta.next_update = kNow - 1;
  CHECK(rule() == "revoked");
  complete.entries.clear();
  delta.entries = {{"\x03", 1, {}}};
  CHECK(rule() == "revoked");  // a stale delta list still adds
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
