// The rules that single certificates are held to (RFC 5280 sections 4.1, 4.2 and 6.1), one test a
// rule.
#include <doctest/doctest.h>

#include "identity/describe.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

// The outcome for a leaf made from `spec`, below a plain root.
std::string LeafRule(const Spec& spec) {
  const Holder root = Ca("CN=root");
  const Holder leaf = Issue(spec, &root);
  return VerifyCase{{&root}, {&leaf}, {}, {}}.Rule();
}

std::string LeafRule(const Der& extensions) {
  Spec spec;
  spec.extensions = extensions;
  return LeafRule(spec);
}

// The outcome for a good leaf below an intermediate with these extensions.
std::string IntermediateRule(const Der& extensions) {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=middle";
  spec.extensions = extensions;
  const Holder middle = Issue(spec, &root);
  const Holder leaf = Client(middle);
  return VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule();
}

// The outcome for a good leaf directly below an anchor with these extensions.
std::string AnchorRule(const Spec& spec) {
  const Holder anchor = Issue(spec);
  const Holder leaf = Client(anchor);
  return VerifyCase{{&anchor}, {&leaf}, {}, {}}.Rule();
}

TEST_CASE("validity includes both ends and nothing beyond them") {
  Spec spec;
  spec.extensions = UsageExt(0x80);
  const auto at = [&](UnixSeconds from, UnixSeconds to) {
    spec.not_before = from;
    spec.not_after = to;
    return LeafRule(spec);
  };
  CHECK(at(kNow, kNow) == "accepted");
  CHECK(at(kNow + 1, kNow + 2) == "not-yet-valid");
  CHECK(at(kNow - 2, kNow - 1) == "expired");
  CHECK(at(kNow - 1, UnixSeconds{253402300799}) == "accepted");  // 99991231235959Z: no end
}

TEST_CASE("an anchor's own validity counts") {
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.not_after = kNow - 1;
  CHECK(AnchorRule(spec) == "expired");
}

TEST_CASE("each validity failure has its own error code") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  question.now = kNow + 2 * kDay;
  CHECK(question.Verdict().refusal->code == ErrorCode::kCertificateExpired);
  question.now = 0;
  const tls::Verdict early = question.Verdict();
  CHECK(early.refusal->code == ErrorCode::kCertificateNotYetValid);
  CHECK(early.refusal->detail.find("1970-01-01T00:00:00Z") != std::string::npos);
}

TEST_CASE("a signature that does not verify is refused") {
  Spec spec;
  spec.extensions = UsageExt(0x80);
  spec.break_signature = true;
  CHECK(LeafRule(spec) == "signature");
}

TEST_CASE("SHA-1 signatures are refused, SHA-384 and SHA-512 are taken") {
  Spec spec;
  spec.extensions = UsageExt(0x80);
  spec.hash = MBEDTLS_MD_SHA1;
  CHECK(LeafRule(spec) == "signature-algorithm");
  spec.hash = MBEDTLS_MD_SHA384;
  CHECK(LeafRule(spec) == "accepted");
  spec.hash = MBEDTLS_MD_SHA512;
  CHECK(LeafRule(spec) == "accepted");
}

TEST_CASE("the signature of an anchor on itself is of no account") {
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.hash = MBEDTLS_MD_SHA1;
  CHECK(AnchorRule(spec) == "accepted");
}

TEST_CASE("the strength of every key of the path counts, and minRsaBits moves the bar") {
  const auto weak = std::make_shared<const Key>(KeyKind::kRsa1024);
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.extensions = UsageExt(0x80);
  const Holder weak_leaf = Issue(spec, &root, weak);
  VerifyCase question{{&root}, {&weak_leaf}, {}, {}};
  CHECK(question.Rule() == "key-strength");
  question.settings.min_rsa_bits = 1024;
  CHECK(question.Rule() == "accepted");
  const Holder weak_root = Ca("CN=weak", nullptr, {}, weak);
  const Holder leaf = Client(weak_root);
  CHECK(VerifyCase{{&root, &weak_root}, {&leaf}, {}, {}}.Rule() == "key-strength");
}

Der RsaKeyInfo(const std::string& modulus, const std::string& exponent) {
  const Der key = Seq(IntegerBytes(std::string(1, '\0') + modulus) + IntegerBytes(exponent));
  return Seq(Seq(Oid("1.2.840.113549.1.1.1") + Tlv(0x05, "")) + Bits(key));
}

TEST_CASE("an RSA key is refused that would make each use of it slow or worthless") {
  Spec spec;
  spec.extensions = UsageExt(0x80);
  const auto rule = [&](size_t modulus_bytes, const std::string& exponent) {
    spec.key_info = RsaKeyInfo(std::string(modulus_bytes, '\xff'), exponent);
    return LeafRule(spec);
  };
  CHECK(rule(256, std::string("\x01\x00\x01", 3)) == "accepted");
  CHECK(rule(256, "\x03") == "accepted");
  CHECK(rule(256, std::string(8, '\x7f')) == "accepted");
  CHECK(rule(256, std::string(9, '\x7f')) == "key-strength");
  CHECK(rule(255, "\x03") == "key-strength");
  CHECK(rule(1024, "\x03") == "accepted");
  CHECK(rule(1026, "\x03") != "accepted");
  CHECK(rule(256, "\x01") != "accepted");
  CHECK(rule(256, "\x04") != "accepted");
}

TEST_CASE("unique identifiers are read past") {
  Spec spec;
  spec.extensions = UsageExt(0x80);
  spec.unique_ids = Tlv(0x81, std::string("\x00\x01", 2)) + Tlv(0x82, std::string("\x00\x02", 2));
  CHECK(LeafRule(spec) == "accepted");
  spec.unique_ids += Tlv(0x84, "x");
  CHECK(LeafRule(spec) == "malformed");
}

TEST_CASE("RSA with PKCS#1 and PSS padding, P-384 and P-521 verify") {
  const Holder rsa = Ca("CN=rsa", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa2048));
  const Holder plain = Client(rsa);
  CHECK(VerifyCase{{&rsa}, {&plain}, {}, {}}.Rule() == "accepted");
  Spec spec;
  spec.extensions = UsageExt(0x80);
  spec.pss = true;
  const Holder padded = Issue(spec, &rsa);
  CHECK(VerifyCase{{&rsa}, {&padded}, {}, {}}.Rule() == "accepted");
  spec.break_signature = true;
  const Holder broken = Issue(spec, &rsa);
  CHECK(VerifyCase{{&rsa}, {&broken}, {}, {}}.Rule() == "signature");
  for (const KeyKind kind : {KeyKind::kP384, KeyKind::kP521}) {
    const Holder ec = Ca("CN=ec", nullptr, {}, std::make_shared<const Key>(kind));
    const Holder leaf = Client(ec);
    CHECK(VerifyCase{{&ec}, {&leaf}, {}, {}}.Rule() == "accepted");
  }
}

TEST_CASE("a critical extension that is not processed refuses, wherever in the path it is") {
  const Der unknown = Ext("1.2.3.4", Octets("x"), true);
  CHECK(LeafRule(UsageExt(0x80) + unknown) == "critical-extension");
  CHECK(LeafRule(UsageExt(0x80) + Ext("1.2.3.4", Octets("x"))) == "accepted");
  CHECK(IntermediateRule(AuthorityExt() + UsageExt(0x06) + unknown) == "critical-extension");
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = AuthorityExt() + UsageExt(0x06) + unknown;
  CHECK(AnchorRule(spec) == "critical-extension");
  const Der access = Seq(Seq(Oid("1.3.6.1.5.5.7.48.1") + Tlv(0x86, "http://ocsp.test/")));
  CHECK(LeafRule(UsageExt(0x80) + Ext("1.3.6.1.5.5.7.1.1", access, true)) == "critical-extension");
}

TEST_CASE("an extension that occurs twice is malformed, known or not") {
  CHECK(LeafRule(UsageExt(0x80) + UsageExt(0x80)) == "malformed");
  CHECK(LeafRule(UsageExt(0x80) + Ext("1.2.3.4", "") + Ext("1.2.3.4", "")) == "malformed");
}

TEST_CASE("an intermediate must be a CA by basicConstraints") {
  CHECK(IntermediateRule(AuthorityExt() + UsageExt(0x06)) == "accepted");
  CHECK(IntermediateRule(UsageExt(0x06)) == "not-a-ca");
  CHECK(IntermediateRule(AuthorityExt(false) + UsageExt(0x06)) == "not-a-ca");
  CHECK(IntermediateRule(Ext("19", Seq(Boolean(true))) + UsageExt(0x06)) ==
        "accepted");  // not critical
}

TEST_CASE("an end entity cannot issue, though it is itself trusted") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const Holder child = Client(leaf, {}, "CN=child");
  CHECK(VerifyCase{{&root}, {&child, &leaf}, {}, {}}.Rule() == "not-a-ca");
}

TEST_CASE("an intermediate's keyUsage must allow to sign certificates") {
  CHECK(IntermediateRule(AuthorityExt() + UsageExt(0x02)) == "key-cert-sign");
  CHECK(IntermediateRule(AuthorityExt()) == "accepted");
}

TEST_CASE("anchors must be CAs too, but for self-issued ones of version 1") {
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = UsageExt(0x04);
  CHECK(AnchorRule(spec) == "not-a-ca");
  spec.extensions.clear();
  CHECK(AnchorRule(spec) == "not-a-ca");
  spec.version = 1;
  CHECK(AnchorRule(spec) == "accepted");
}

TEST_CASE(
    "a leaf of version 1 has no extensions to fail by; an intermediate of version 1 is no CA") {
  Spec spec;
  spec.version = 1;
  CHECK(LeafRule(spec) == "accepted");
  const Holder root = Ca("CN=root");
  spec.subject = "CN=middle";
  const Holder middle = Issue(spec, &root);
  const Holder leaf = Client(middle);
  CHECK(VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule() == "not-a-ca");
}

TEST_CASE("pathLenConstraint counts intermediates below it that are not self-issued") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=limited";
  spec.extensions = AuthorityExt(true, 0) + UsageExt(0x06);
  const Holder limited = Issue(spec, &root);
  const Holder leaf = Client(limited);
  CHECK(VerifyCase{{&root}, {&leaf, &limited}, {}, {}}.Rule() == "accepted");
  const Holder below = Ca("CN=below", &limited);
  const Holder deep = Client(below);
  CHECK(VerifyCase{{&root}, {&deep, &below, &limited}, {}, {}}.Rule() == "path-length");
  const Holder rolled = Ca("CN=limited", &limited);  // self-issued: the same CA with a new key
  const Holder fresh = Client(rolled);
  CHECK(VerifyCase{{&root}, {&fresh, &rolled, &limited}, {}, {}}.Rule() == "accepted");
}

TEST_CASE("an anchor's pathLenConstraint holds, and a CA below cannot raise what one above set") {
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = AuthorityExt(true, 1) + UsageExt(0x06);
  const Holder root = Issue(spec);
  spec.subject = "CN=first";
  spec.extensions = AuthorityExt(true, 7) + UsageExt(0x06);
  const Holder first = Issue(spec, &root);
  const Holder second = Ca("CN=second", &first);
  const Holder near = Client(first);
  const Holder far = Client(second);
  CHECK(VerifyCase{{&root}, {&near, &first}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&far, &second, &first}, {}, {}}.Rule() == "path-length");
}

TEST_CASE("extendedKeyUsage must name the purpose, or any, or be absent") {
  CHECK(LeafRule(UsageExt(0x80) + PurposeExt({kClientAuthOid})) == "accepted");
  CHECK(LeafRule(UsageExt(0x80)) == "accepted");
  CHECK(LeafRule(UsageExt(0x80) + PurposeExt({"2.5.29.37.0"})) == "accepted");
  CHECK(LeafRule(UsageExt(0x80) + PurposeExt({kServerAuthOid})) == "extended-key-usage");
  CHECK(LeafRule(UsageExt(0x80) + PurposeExt({kServerAuthOid, kClientAuthOid})) == "accepted");
  CHECK(LeafRule(UsageExt(0x80) + PurposeExt({})) == "malformed");
}

TEST_CASE("extendedKeyUsage of intermediates and anchors narrows what is below them") {
  const Der authority = AuthorityExt() + UsageExt(0x06);
  CHECK(IntermediateRule(authority + PurposeExt({kServerAuthOid})) == "ca-extended-key-usage");
  CHECK(IntermediateRule(authority + PurposeExt({kClientAuthOid})) == "accepted");
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = authority + PurposeExt({kServerAuthOid});
  CHECK(AnchorRule(spec) == "ca-extended-key-usage");
}

TEST_CASE("the purpose decides: a client certificate is no server certificate") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  question.purpose = tls::Purpose::kServerAuth;
  CHECK(question.Rule() == "extended-key-usage");
}

TEST_CASE("a client's keyUsage must allow it to sign") {
  CHECK(LeafRule(UsageExt(0x20)) == "key-usage");
  CHECK(LeafRule(UsageExt(0xa0)) == "accepted");
  CHECK(LeafRule(AuthorityExt(false)) == "accepted");
}

TEST_CASE("an end entity may neither carry keyCertSign nor name constraints") {
  CHECK(LeafRule(UsageExt(0x84)) == "end-entity-cert-sign");
  CHECK(LeafRule(UsageExt(0x80) + ConstraintsExt(Seq(Dns("a.example")), {})) ==
        "name-constraint-misplaced");
}

TEST_CASE("a CA needs a name, an end entity a subject or a critical subjectAltName") {
  Spec spec;
  spec.subject = "";
  spec.extensions = UsageExt(0x80);
  CHECK(LeafRule(spec) == "empty-subject");
  spec.extensions = UsageExt(0x80) + NamesExt(Dns("a.example"));
  CHECK(LeafRule(spec) == "empty-subject");
  spec.extensions = UsageExt(0x80) + NamesExt(Dns("a.example"), true);
  CHECK(LeafRule(spec) == "accepted");
  const std::string nameless = [] {
    const Holder ca = Ca("");
    return PemOf({&ca});
  }();
  CHECK(!tls::TrustBundle::FromBytes({}, AsBytes(nameless), {}).ok());
}

TEST_CASE("alternative names that nothing is asked of have their form too") {
  const auto rule = [](const Der& name) { return LeafRule(UsageExt(0x80) + NamesExt(name)); };
  const auto party = [](const Der& content) { return Tlv(0xa5, content); };
  const Der name = Tlv(0xa1, Tlv(0x0c, "party"));
  CHECK(rule(party(name)) == "accepted");
  CHECK(rule(party(Tlv(0xa0, Tlv(0x13, "assigner")) + name)) == "accepted");
  CHECK(rule(party("zz")) == "malformed");
  CHECK(rule(party("")) == "malformed");
  CHECK(rule(party(name + name)) == "malformed");
  CHECK(rule(party(Tlv(0xa1, Tlv(0x0c, "\xff")))) == "malformed");
  CHECK(rule(party(Tlv(0xa1, Integer(1)))) == "malformed");
  CHECK(rule(party(Tlv(0xa0, Tlv(0x13, "assigner")))) == "malformed");
  const auto other = [](const Der& content) { return Tlv(0xa0, content); };
  CHECK(rule(other(Oid("1.2.3") + Tlv(0xa0, Tlv(0x0c, "user")))) == "accepted");
  CHECK(rule(other("zz")) == "malformed");
  CHECK(rule(other(Oid("1.2.3"))) == "malformed");
  CHECK(rule(other(Oid("1.2.3") + Tlv(0xa0, ""))) == "malformed");
  CHECK(rule(other(Oid("1.2.3") + Tlv(0xa0, Tlv(5, "") + Tlv(5, "")))) == "malformed");
}

TEST_CASE("malformed extensions are refused, processed or hint") {
  CHECK(LeafRule(UsageExt(0x80) + Ext("17", Seq(""))) == "malformed");
  CHECK(LeafRule(UsageExt(0x80) + NamesExt(Ip("abc"))) == "malformed");
  CHECK(LeafRule(UsageExt(0x80) + NamesExt(Dns("\xc3\xa9.example"))) == "malformed");
  CHECK(LeafRule(UsageExt(0x80) + Ext("35", Octets("x"))) == "malformed");
  CHECK(LeafRule(UsageExt(0x80) + Ext("31", Seq(""))) == "malformed");
  CHECK(IntermediateRule(AuthorityExt() + UsageExt(0x06) + Ext("30", Seq(""))) == "unknown-issuer");
}

}  // namespace
}  // namespace pinlatch::test::x509
