// Certificate policies (RFC 5280 section 6.1) where any policy is accepted: only a demand for an
// explicit one can fail. And which policies a path leaves valid.
#include <doctest/doctest.h>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

const std::string kA = "1.2.3.1";
const std::string kB = "1.2.3.2";
const std::string kAny = "2.5.29.32.0";

Der Require(int skip) { return Ext("36", Seq(Tlv(0x80, Der(1, static_cast<char>(skip)))), true); }
Der InhibitMapping(int skip) {
  return Ext("36", Seq(Tlv(0x81, Der(1, static_cast<char>(skip)))), true);
}
Der RequireAndInhibitMapping() {
  return Ext("36", Seq(Tlv(0x80, Der(1, '\0')) + Tlv(0x81, Der(1, '\0'))), true);
}
Der InhibitAny(int skip) { return Ext("54", Integer(skip), true); }
Der Map(const std::string& from, const std::string& to) {
  return Ext("33", Seq(Seq(Oid(from) + Oid(to))), true);
}

// The outcome of root, two CAs and a leaf with these extensions.
std::string PolicyRule(const Der& first, const Der& second, const Der& leaf) {
  const Holder root = Ca("CN=root");
  const Holder upper = Ca("CN=upper", &root, first);
  const Holder lower = Ca("CN=lower", &upper, second);
  const Holder end = Client(lower, leaf);
  return VerifyCase{{&root}, {&end, &lower, &upper}, {}, {}}.Rule();
}

TEST_CASE("without a demand no policy is needed, and differing ones do not matter") {
  CHECK(PolicyRule({}, {}, {}) == "accepted");
  CHECK(PolicyRule(PoliciesExt({kA}), PoliciesExt({kB}), {}) == "accepted");
}

TEST_CASE("a demanded policy must run through all certificates") {
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0), PoliciesExt({kA}), PoliciesExt({kA, kB})) ==
        "accepted");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0), PoliciesExt({kB}), PoliciesExt({kA})) ==
        "explicit-policy");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0), {}, PoliciesExt({kA})) == "explicit-policy");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0), PoliciesExt({kA}), {}) == "explicit-policy");
}

TEST_CASE("a demand may begin later in the path, or in the last certificate") {
  CHECK(PolicyRule(Require(5), {}, {}) == "accepted");
  CHECK(PolicyRule(Require(2), {}, {}) == "explicit-policy");
  CHECK(PolicyRule({}, {}, PoliciesExt({kA}) + Require(0)) == "explicit-policy");
  CHECK(PolicyRule(PoliciesExt({kA}), PoliciesExt({kA}), PoliciesExt({kA}) + Require(0)) ==
        "accepted");
}

TEST_CASE("anyPolicy stands for every policy, until it is inhibited") {
  CHECK(PolicyRule(PoliciesExt({kAny}) + Require(0), PoliciesExt({kAny}), PoliciesExt({kA})) ==
        "accepted");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0), PoliciesExt({kAny}), PoliciesExt({kA})) ==
        "accepted");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0) + InhibitAny(0), PoliciesExt({kAny}),
                   PoliciesExt({kA})) == "explicit-policy");
  CHECK(PolicyRule(PoliciesExt({kA}) + Require(0) + InhibitAny(1), PoliciesExt({kAny}),
                   PoliciesExt({kAny})) == "explicit-policy");
}

TEST_CASE("a mapped policy is known by its new name below, unless mapping is inhibited") {
  const Der first = PoliciesExt({kA}) + Require(0) + Map(kA, kB);
  CHECK(PolicyRule(first, PoliciesExt({kB}), PoliciesExt({kB})) == "accepted");
  CHECK(PolicyRule(first, PoliciesExt({kA}), PoliciesExt({kA})) == "explicit-policy");
  const Der inhibited = PoliciesExt({kA}) + RequireAndInhibitMapping();
  CHECK(PolicyRule(inhibited, PoliciesExt({kA}) + Map(kA, kB), PoliciesExt({kB})) ==
        "explicit-policy");
  CHECK(PolicyRule(PoliciesExt({kAny}) + Require(0) + Map(kA, kB), PoliciesExt({kB}),
                   PoliciesExt({kB})) == "accepted");
  CHECK(PolicyRule(PoliciesExt({kA}) + InhibitMapping(0), PoliciesExt({kA}), PoliciesExt({kA})) ==
        "accepted");
}

TEST_CASE("anyPolicy cannot be mapped") {
  CHECK(PolicyRule(PoliciesExt({kA}) + Map(kAny, kB), {}, {}) == "policy-mapping");
  CHECK(PolicyRule(PoliciesExt({kA}) + Map(kA, kAny), {}, {}) == "policy-mapping");
}

TEST_CASE("policies that would double with every certificate stay as many as they are") {
  const auto mesh = [] {
    Der mappings;
    std::vector<std::string> oids;
    for (int i = 0; i < 32; ++i) oids.push_back("1.2.3." + std::to_string(i));
    for (const std::string& from : oids) {
      for (const std::string& to : oids) mappings += Seq(Oid(from) + Oid(to));
    }
    return PoliciesExt(oids) + Ext("33", Seq(mappings), true);
  }();
  const Holder root = Ca("CN=root");
  std::vector<Holder> path;
  for (int i = 0; i < 6; ++i)
    path.push_back(Ca("CN=" + std::to_string(i), i == 0 ? &root : &path.back(), mesh));
  const Holder leaf = Client(path.back(), PoliciesExt({"1.2.3.7"}) + Require(0));
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  for (const Holder& ca : path) question.chain.push_back(&ca);
  CHECK(question.Rule() == "accepted");
}

// The policies that root, two CAs and a leaf with these extensions leave valid, in one text.
std::string ValidOf(const Der& first, const Der& second, const Der& leaf) {
  const Holder root = Ca("CN=root");
  const Holder upper = Ca("CN=upper", &root, first);
  const Holder lower = Ca("CN=lower", &upper, second);
  const Holder end = Client(lower, leaf);
  std::string text;
  for (const std::string& policy :
       VerifyCase{{&root}, {&end, &lower, &upper}, {}, {}}.Verdict().policies)
    text.append(text.empty() ? "" : " ").append(policy);
  return text;
}

TEST_CASE("a policy is valid where every authority of the path vouches for it") {
  CHECK(ValidOf(PoliciesExt({kA}), PoliciesExt({kA, kB}), PoliciesExt({kA, kB})) == kA);
  CHECK(ValidOf(PoliciesExt({kA}), PoliciesExt({kA}), PoliciesExt({kB})).empty());
  CHECK(ValidOf(PoliciesExt({kAny}), PoliciesExt({kAny}), PoliciesExt({kB, kA})) == kA + " " + kB);
  CHECK(ValidOf(PoliciesExt({kAny}), PoliciesExt({kA}), PoliciesExt({kB})).empty());
}

TEST_CASE("no policy is valid below an authority without any") {
  CHECK(ValidOf({}, {}, PoliciesExt({kA})).empty());
  CHECK(ValidOf(PoliciesExt({kA}), {}, PoliciesExt({kA})).empty());
  CHECK(ValidOf({}, PoliciesExt({kA}), PoliciesExt({kA})).empty());
  CHECK(ValidOf(PoliciesExt({kA}), PoliciesExt({kA}), {}).empty());
}

TEST_CASE("a mapped policy is valid by the name that the upper authority knows it by") {
  CHECK(ValidOf(PoliciesExt({kA}) + Map(kA, kB), PoliciesExt({kB}), PoliciesExt({kB})) == kA);
  CHECK(ValidOf(PoliciesExt({kAny}) + Map(kA, kB), PoliciesExt({kB}), PoliciesExt({kB})) == kA);
  CHECK(ValidOf(PoliciesExt({kA}) + Map(kA, kB), PoliciesExt({kA}), PoliciesExt({kA})).empty());
  CHECK(ValidOf(PoliciesExt({kA}) + Map(kA, kB), PoliciesExt({kB}) + Map(kB, "1.2.3.3"),
                PoliciesExt({"1.2.3.3"})) == kA);
}

TEST_CASE("anyPolicy of a leaf is the policies of its authorities, and itself where they have it") {
  CHECK(ValidOf(PoliciesExt({kA}), PoliciesExt({kA, kB}), PoliciesExt({kAny})) == kA);
  CHECK(ValidOf(PoliciesExt({kAny}), PoliciesExt({kAny}), PoliciesExt({kAny})) == kAny);
  CHECK(ValidOf(PoliciesExt({kA}) + InhibitAny(0), PoliciesExt({kA}), PoliciesExt({kAny})).empty());
}

std::vector<std::string> ValidBelow(const std::vector<const Holder*>& anchors, const Holder& leaf) {
  const VerifyCase question{anchors, {&leaf}, {}, {}};
  REQUIRE(question.Rule() == "accepted");
  return question.Verdict().policies;
}

TEST_CASE("an anchor binds policies where it lists some, or has its issuer in the bundle") {
  using Valid = std::vector<std::string>;
  const Holder root = Ca("CN=root");
  const Holder narrow = Ca("CN=narrow", &root, PoliciesExt({kA}));
  const Holder silent = Ca("CN=silent", &root);
  const Holder listing = Ca("CN=listing", nullptr, PoliciesExt({kA}));
  const Der both = PoliciesExt({kA, kB});
  CHECK(ValidBelow({&root}, Client(root, both)) == Valid{kA, kB});
  CHECK(ValidBelow({&narrow}, Client(narrow, both)) == Valid{kA});
  CHECK(ValidBelow({&listing}, Client(listing, both)) == Valid{kA});
  CHECK(ValidBelow({&silent}, Client(silent, both)) == Valid{kA, kB});
  CHECK(ValidBelow({&root, &silent}, Client(silent, both)).empty());
  const Holder leaf = Client(narrow, PoliciesExt({kB}));
  CHECK(ValidBelow({&leaf}, leaf) == Valid{kB});
}

Der Qualified(const Der& qualifiers, bool critical) {
  return Ext("32", Seq(Seq(Oid(kA) + Seq(qualifiers))), critical);
}

TEST_CASE("a qualifier that is not understood refuses where policies are critical") {
  const Der statement = Seq(Oid("1.3.6.1.5.5.7.2.1") + Tlv(0x16, "http://example.com/cps"));
  const Der notice = Seq(Oid("1.3.6.1.5.5.7.2.2") + Seq(Tlv(0x0c, "for tests")));
  const Der unknown = Seq(Oid("1.2.3.4") + Tlv(0x05, ""));
  const Der reference = Seq(Oid("1.3.6.1.5.5.7.2.2") +
                            Seq(Seq(Tlv(0x0c, "we") + Seq(Integer(1))) + Tlv(0x1a, "for tests")));
  CHECK(PolicyRule({}, {}, Qualified(statement + notice, true)) == "accepted");
  CHECK(PolicyRule({}, {}, Qualified(unknown, false)) == "accepted");
  CHECK(PolicyRule({}, {}, Qualified(unknown, false) + UsageExt(0x80)) == "malformed");
  CHECK(PolicyRule({}, {}, Qualified(statement + unknown, true)) == "policy-qualifier");
  CHECK(PolicyRule({}, Qualified(unknown, true), {}) == "policy-qualifier");
  CHECK(PolicyRule({}, {}, Qualified(reference, true)) == "accepted");
  CHECK(PolicyRule({}, {}, Qualified({}, true)) == "accepted");
}

TEST_CASE("a qualifier that is known has its own form") {
  for (const Der& bad :
       {Seq(Oid("1.3.6.1.5.5.7.2.1") + Tlv(0x0c, "http://example.com/cps")),
        Seq(Oid("1.3.6.1.5.5.7.2.2") + Tlv(0x0c, "for tests")),
        Seq(Oid("1.3.6.1.5.5.7.2.2") + Seq(Integer(1))), Seq(Tlv(0x05, "")), Seq(Oid("1.2.3.4"))}) {
    CHECK(PolicyRule({}, {}, Qualified(bad, false)) == "malformed");
  }
}

TEST_CASE("the text of a user notice holds what its type allows") {
  const auto rule = [](const Der& notice) {
    return PolicyRule({}, {}, Qualified(Seq(Oid("1.3.6.1.5.5.7.2.2") + Seq(notice)), true));
  };
  CHECK(rule(Tlv(0x0c, "f\xc3\xbcr")) == "accepted");
  CHECK(rule(Tlv(0x0c, "\xff\xfe")) == "malformed");
  CHECK(rule(Tlv(0x16, "\xe9")) == "malformed");
  CHECK(rule(Tlv(0x1e, "abc")) == "malformed");
  CHECK(rule(Seq(Tlv(0x0c, "\xff\xfe") + Seq(Integer(1)))) == "malformed");
  CHECK(rule(Seq(Tlv(0x0c, "we") + Seq(Tlv(0x0c, "1")))) == "malformed");
}

TEST_CASE("no policy is listed twice") {
  CHECK(PolicyRule({}, {}, PoliciesExt({kA, kB, kAny})) == "accepted");
  CHECK(PolicyRule({}, {}, PoliciesExt({kA, kB, kA})) == "malformed");
  CHECK(PolicyRule({}, PoliciesExt({kA, kA}), {}) == "unknown-issuer");
}

}  // namespace
}  // namespace pinlatch::test::x509
