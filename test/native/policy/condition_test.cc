// Whether a condition holds: every field, every kind of match, and the operators.
#include "match/condition.h"

#include "doctest/doctest.h"
#include "policy/test_conditions.h"

namespace pinlatch::policy {
namespace {

using identity::PeerIdentity;
using enum IdentityField;

bool HoldsFor(const PeerIdentity& identity, const Condition& condition) {
  return Holds(condition, Facts(identity));
}
bool HoldsForKiosk(const Condition& condition) { return HoldsFor(Kiosk(), condition); }

bool Is(IdentityField field, std::string_view value, std::string attribute = "") {
  return HoldsForKiosk(FieldIs(field, {Exactly(value)}, std::move(attribute)));
}
bool Fits(IdentityField field, std::string_view pattern, std::string attribute = "") {
  return HoldsForKiosk(FieldIs(field, {Pattern(pattern)}, std::move(attribute)));
}

TEST_CASE("a fingerprint matches its own kind alone") {
  CHECK(HoldsForKiosk(FieldIs(kSha256, {Digest(0x11, 32)})));
  CHECK(HoldsForKiosk(FieldIs(kSha1, {Digest(0x22, 20)})));
  CHECK(HoldsForKiosk(FieldIs(kSpkiSha256, {Digest(0x44, 32), Digest(0x33, 32)})));
  CHECK_FALSE(HoldsForKiosk(FieldIs(kSha256, {Digest(0x33, 32)})));
  CHECK_FALSE(HoldsForKiosk(FieldIs(kSha1, {Digest(0x22, 19)})));
  CHECK_FALSE(HoldsForKiosk(FieldIs(kSha256, {Exactly("")})));
}

TEST_CASE("names are compared whole, or attribute by attribute") {
  CHECK(Is(kSubject, "CN=kiosk 7,OU=kiosks+OU=hall,O=Acme\\, Inc.,C=DE"));
  CHECK_FALSE(Is(kSubject, "CN=kiosk 7"));
  CHECK(Is(kSubjectAttribute, "kiosk 7", "CN"));
  CHECK(Is(kSubjectAttribute, "Acme, Inc.", "O"));
  CHECK_FALSE(Is(kSubjectAttribute, "acme, inc.", "O"));
  CHECK_FALSE(Is(kSubjectAttribute, "Acme", "O"));
  CHECK_FALSE(Is(kSubjectAttribute, "DE", "ST"));
  CHECK_FALSE(Is(kSubjectAttribute, "Device CA", "CN"));
  CHECK(Is(kIssuerAttribute, "Device CA", "CN"));
  CHECK(Is(kIssuerAttribute, "VATDE-123", "2.5.4.97"));
  CHECK(Fits(kSubjectAttribute, "kiosk ?", "CN"));
  CHECK(Fits(kSubjectAttribute, "Acme*", "O"));
  CHECK_FALSE(Fits(kSubjectAttribute, "kiosk", "CN"));
}

TEST_CASE("of several values one is enough") {
  CHECK(Is(kSubjectAttribute, "kiosks", "OU"));
  CHECK(Is(kSubjectAttribute, "hall", "OU"));
  CHECK_FALSE(Is(kSubjectAttribute, "kiosks+OU=hall", "OU"));
  CHECK(Is(kPolicies, "1.2.3"));
  CHECK(Is(kPolicies, "2.5.29.32.0"));
  CHECK_FALSE(Is(kPolicies, "1.2"));
}

TEST_CASE("what a value holds cannot pass for an attribute behind it") {
  PeerIdentity identity;
  identity.subject = "CN=a\\,O\\=Acme,OU=x\\+O\\=Acme";
  CHECK_FALSE(HoldsFor(identity, Subject("O", "Acme")));
  CHECK(HoldsFor(identity, Subject("CN", "a,O=Acme")));
  identity.subject = "CN=a\\5C,O=b\\0A\\2C,2.5.4.97=#0403414243,OU=\\#0C0141";
  CHECK(HoldsFor(identity, Subject("CN", "a\\")));
  CHECK(HoldsFor(identity, Subject("O", "b\n,")));
  CHECK(HoldsFor(identity, Subject("OU", "#0C0141")));
  // No string: it is there, and equals nothing.
  CHECK_FALSE(HoldsFor(identity, FieldIs(kSubjectAttribute, {Pattern("*")}, "2.5.4.97")));
}

TEST_CASE("serials and algorithms are compared exactly") {
  CHECK(Is(kSerial, "0ABC"));
  CHECK_FALSE(Is(kSerial, "ABC"));
  CHECK(Is(kKeyAlgorithm, "EC P-256"));
  CHECK(Fits(kKeyAlgorithm, "EC *"));
  CHECK(Is(kSignatureAlgorithm, "ecdsa-with-SHA256"));
  CHECK_FALSE(Is(kSignatureAlgorithm, "ecdsa-with-SHA384"));
}

TEST_CASE("DNS names are compared whatever the case, label by label") {
  CHECK(Is(kSanDns, "kiosk-7.HALL.example.com"));
  CHECK_FALSE(Is(kSanDns, "hall.example.com"));
  CHECK_FALSE(Is(kSanDns, "*.hall.example.com"));
  CHECK(Fits(kSanDns, "*.Hall.example.com"));
  CHECK(Fits(kSanDns, "kiosk-?.hall.example.com"));
  CHECK_FALSE(Fits(kSanDns, "*.example.com"));
  CHECK(Fits(kSanDns, "**.example.com"));
  CHECK(Fits(kSanDns, "alias.*.org"));
  CHECK_FALSE(Fits(kSanDns, "**.hall.example"));
}

TEST_CASE("what is no DNS name equals none, not even the same text") {
  for (const char* name : {"", ".example.com", "a..example.com", "a.example.com.",
                           "evil.com\\00.example.com", "a b.example.com", "a/b.example.com"}) {
    PeerIdentity identity;
    identity.san_dns = {name};
    CAPTURE(name);
    CHECK_FALSE(HoldsFor(
        identity, FieldIs(kSanDns, {Pattern("**.example.com"), Pattern("**"), Exactly(name)})));
  }
}

TEST_CASE("URIs are compared as they stand, patterns segment by segment") {
  CHECK(Is(kSanUri, "spiffe://example.org/kiosk/7"));
  CHECK_FALSE(Is(kSanUri, "SPIFFE://example.org/kiosk/7"));
  CHECK(Fits(kSanUri, "spiffe://example.org/kiosk/*"));
  CHECK_FALSE(Fits(kSanUri, "spiffe://example.org/*"));
  CHECK(Fits(kSanUri, "spiffe://example.org/**"));
  CHECK_FALSE(Fits(kSanUri, "spiffe://*.org"));
}

TEST_CASE("a condition on the host of a URI is met by no other part of it") {
  for (const char* value :
       {"spiffe://dev.test?.prod.test/billing", "spiffe://dev.test#.prod.test/billing",
        "spiffe://api.prod.test:x@dev.test/billing", "spiffe://dev.test\\.prod.test/billing"}) {
    PeerIdentity identity;
    identity.san_uri = {value};
    CAPTURE(value);
    CHECK_FALSE(HoldsFor(identity, FieldIs(kSanUri, {Pattern("spiffe://*.prod.test/billing"),
                                                     Pattern("spiffe://**.prod.test/billing"),
                                                     Pattern("spiffe://*prod.test:*/billing")})));
  }
}

TEST_CASE("mail addresses have a local part as it stands and a host whatever the case") {
  CHECK(Is(kSanEmail, "Ops@example.COM"));
  CHECK_FALSE(Is(kSanEmail, "ops@example.com"));
  CHECK(Fits(kSanEmail, "*@example.com"));
  CHECK_FALSE(Fits(kSanEmail, "*@*.com.com"));
  CHECK_FALSE(Is(kSanEmail, "Ops"));
  PeerIdentity identity;
  identity.san_email = {"\"a@example.com\"@evil.com", "@example.com", "a\\00b@example.com",
                        "x y@example.com"};
  CHECK_FALSE(HoldsFor(identity, FieldIs(kSanEmail, {Pattern("*@example.com")})));
}

Match Network(std::initializer_list<uint8_t> bytes, uint8_t bits) {
  Match match;
  match.kind = Match::Kind::kNetwork;
  for (const uint8_t byte : bytes) match.bytes[match.size++] = byte;
  match.bits = bits;
  return match;
}

TEST_CASE("addresses are compared as bytes, networks by their first bits") {
  const auto within = [](Match match) {
    return HoldsForKiosk(FieldIs(kSanIp, {std::move(match)}));
  };
  CHECK(within(Network({10, 1, 2, 3}, 32)));
  CHECK_FALSE(within(Network({10, 1, 2, 2}, 32)));
  CHECK(within(Network({10, 1, 2, 2}, 31)));
  CHECK(within(Network({10, 0, 0, 0}, 8)));
  CHECK_FALSE(within(Network({11, 0, 0, 0}, 8)));
  CHECK(within(Network({8, 0, 0, 0}, 5)));
  CHECK(within(Network({0, 0, 0, 0}, 0)));
  CHECK(within(Network({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128)));
  CHECK_FALSE(within(Network({0x20, 1, 0xd, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 32)));
  PeerIdentity mapped;
  mapped.san_ip = {"::ffff:10.1.2.3", "#0a01"};
  CHECK_FALSE(HoldsFor(mapped, FieldIs(kSanIp, {Network({0, 0, 0, 0}, 0)})));
}

TEST_CASE("times lie between two moments") {
  const auto within = [](IdentityField field, UnixSeconds from, UnixSeconds until) {
    Match match;
    match.kind = Match::Kind::kTime;
    match.period = {from, until};
    return HoldsForKiosk(FieldIs(field, {match}));
  };
  CHECK(within(kNotBefore, 1'700'000'000, 1'700'000'001));
  CHECK_FALSE(within(kNotBefore, 1'700'000'001, 1'900'000'000));
  CHECK_FALSE(within(kNotBefore, 0, 1'700'000'000));
  CHECK(within(kNotAfter, 1'800'000'000, 1'800'000'001));
  CHECK_FALSE(within(kNotAfter, 0, 1'800'000'000));
}

TEST_CASE("times may lie before 1970") {
  PeerIdentity old;
  old.not_before = -86'400;
  Match match;
  match.kind = Match::Kind::kTime;
  match.period.until = 0;
  CHECK(HoldsFor(old, FieldIs(kNotBefore, {match})));
  match.period = {-1, 86'400};
  CHECK_FALSE(HoldsFor(old, FieldIs(kNotBefore, {match})));
}

TEST_CASE("a field that the certificate lacks matches nothing; its negation holds") {
  const PeerIdentity nobody;
  for (const auto field : {kSubject, kIssuer, kSerial, kSanDns, kSanUri, kSanEmail, kKeyAlgorithm,
                           kSignatureAlgorithm, kPolicies}) {
    const Condition anything = FieldIs(field, {Pattern("**"), Pattern("*"), Exactly("")});
    CHECK_FALSE(HoldsFor(nobody, anything));
    CHECK(HoldsFor(nobody, Not(anything)));
  }
  CHECK_FALSE(HoldsFor(nobody, FieldIs(kSubjectAttribute, {Pattern("*")}, "OU")));
  CHECK_FALSE(HoldsFor(nobody, FieldIs(kSanIp, {Network({0, 0, 0, 0}, 0)})));
}

TEST_CASE("a negated fingerprint is of the certificate, whichever signature it carries") {
  const PeerIdentity denied = FingerprintsOf(SignedByEcdsa(false));
  const PeerIdentity twin = FingerprintsOf(SignedByEcdsa(true));
  REQUIRE(denied.sha256 != twin.sha256);
  const Condition by_sha256 = FieldIs(kSha256, {DigestOf(denied.sha256)});
  const Condition by_sha1 = FieldIs(kSha1, {DigestOf(denied.sha1)});
  for (const Condition& named : {by_sha256, by_sha1}) {
    CHECK(HoldsFor(denied, named));
    CHECK_FALSE(HoldsFor(twin, named));
    for (const Condition& negated :
         {Not(named), Not(Of(Condition::Kind::kAny, {Subject("CN", "x"), named})),
          Not(Of(Condition::Kind::kAll, {Subject("CN", "kiosk 7"), named})),
          Of(Condition::Kind::kAll, {Subject("CN", "kiosk 7"), Not(named)})}) {
      CHECK_FALSE(HoldsFor(denied, negated));
      CHECK_FALSE(HoldsFor(twin, negated));
      CHECK(HoldsForKiosk(negated));
    }
    // What admits takes the very fingerprint alone.
    CHECK(HoldsFor(denied, Not(Not(named))));
    CHECK_FALSE(HoldsFor(twin, Not(Not(named))));
  }
}

TEST_CASE("a policy that is only asserted admits nobody, and counts where it is denied") {
  PeerIdentity identity = Kiosk();
  identity.policies = {"1.2.3"};
  identity.asserted_policies = {"1.2.3", "1.2.9"};
  const auto is = [](std::string_view policy) { return FieldIs(kPolicies, {Exactly(policy)}); };
  CHECK(HoldsFor(identity, is("1.2.3")));
  CHECK_FALSE(HoldsFor(identity, is("1.2.9")));
  CHECK_FALSE(HoldsFor(identity, Not(is("1.2.3"))));
  CHECK_FALSE(HoldsFor(identity, Not(is("1.2.9"))));
  CHECK(HoldsFor(identity, Not(is("1.2.4"))));
  identity.policies.clear();
  CHECK_FALSE(HoldsFor(identity, is("1.2.3")));
  identity.asserted_policies = {"2.5.29.32.0"};
  CHECK_FALSE(HoldsFor(identity, is("1.2.4")));
  CHECK_FALSE(HoldsFor(identity, Not(is("1.2.4"))));
}

TEST_CASE("all, any and not") {
  using enum Condition::Kind;
  const Condition yes = Subject("C", "DE");
  const Condition no = Subject("C", "FR");
  CHECK(HoldsForKiosk(Of(kAll, {yes, yes})));
  CHECK_FALSE(HoldsForKiosk(Of(kAll, {yes, no})));
  CHECK(HoldsForKiosk(Of(kAny, {no, yes})));
  CHECK_FALSE(HoldsForKiosk(Of(kAny, {no, no})));
  CHECK(HoldsForKiosk(Not(no)));
  CHECK_FALSE(HoldsForKiosk(Not(yes)));
  CHECK(HoldsForKiosk(Not(Not(Of(kAll, {yes, Of(kAny, {no, Not(no)})})))));
}

TEST_CASE("what the decoder never makes holds for nobody") {
  using enum Condition::Kind;
  CHECK_FALSE(HoldsForKiosk(Condition()));
  CHECK_FALSE(HoldsForKiosk(Of(kAll, {})));
  CHECK_FALSE(HoldsForKiosk(Of(kNot, {})));
  CHECK_FALSE(HoldsForKiosk(FieldIs(kSubject, {})));
}

}  // namespace
}  // namespace pinlatch::policy
