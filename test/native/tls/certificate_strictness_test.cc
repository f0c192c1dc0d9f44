// What is not DER, or not what its type allows, is no certificate; what OpenSSL, Go and BoringSSL
// all read stays one.
#include <doctest/doctest.h>

#include <array>

#include "tls/verify_case.h"
#include "x509/certificate.h"

namespace pinlatch::test::x509 {
namespace {

using namespace std::string_literals;

// Outcome is the rule that refuses a leaf below a plain root, and the words that come with it.
struct Outcome {
  std::string rule;
  std::string detail;
};

Outcome OutcomeOf(const Spec& spec) {
  const Holder root = Ca("CN=root");
  const Holder leaf = Issue(spec, &root);
  const tls::Verdict verdict = VerifyCase{{&root}, {&leaf}, {}, {}}.Verdict();
  return verdict.accepted() ? Outcome{"accepted", ""}
                            : Outcome{verdict.refusal->rule, verdict.refusal->detail};
}

Outcome WithExtension(const Der& extension) {
  Spec spec;
  spec.extensions = extension;
  return OutcomeOf(spec);
}

bool Says(const Outcome& outcome, const std::string& words, const std::string& rule = "malformed") {
  CAPTURE(outcome.rule);
  CAPTURE(outcome.detail);
  const bool says = outcome.rule == rule && outcome.detail.find(words) != std::string::npos;
  CHECK(says);
  return says;
}

TEST_CASE("a serial number is an integer as short as can be, and not negative") {
  const auto with = [](const std::string& serial) {
    Spec spec;
    spec.serial = serial;
    return OutcomeOf(spec);
  };
  CHECK(with("\x11").rule == "accepted");
  CHECK(with("\x00\x80"s).rule == "accepted");
  CHECK(with("\x00"s).rule == "accepted");
  CHECK(with(std::string(24, '\x7f')).rule == "accepted");
  for (const std::string& bad :
       {"\x80"s, "\xff\x01"s, "\x00\x11"s, "\x00\x00\x80"s, "\xff\x80"s, ""s})
    Says(with(bad), "RFC 5280 section 4.1.2.2");
}

Outcome WithRsa(const Der& numbers, const Der& parameters = Tlv(0x05, "")) {
  Spec spec;
  spec.key_info = Seq(Seq(Oid("1.2.840.113549.1.1.1") + parameters) + Bits(numbers));
  return OutcomeOf(spec);
}

TEST_CASE("an RSA key is two positive integers in DER, and its parameters are NULL") {
  const std::string modulus(256, '\xc1');
  const Der good = IntegerBytes("\0"s + modulus);
  const Der exponent = IntegerBytes("\x01\x00\x01"s);
  CHECK(WithRsa(Seq(good + exponent)).rule == "accepted");
  Says(WithRsa(Seq(IntegerBytes(modulus) + exponent)), "not positive (RFC 8017");
  Says(WithRsa(Seq(good + IntegerBytes("\x81"))), "not positive (RFC 8017");
  Says(WithRsa(Seq(good + IntegerBytes("\0"s))), "not positive (RFC 8017");
  Says(WithRsa(Seq(IntegerBytes("\0\0"s + modulus) + exponent)), "not two DER integers");
  Says(WithRsa(Seq(good + IntegerBytes("\0\x03"s))), "not two DER integers");
  Says(WithRsa(Seq(good + exponent + exponent)), "not two DER integers");
  Says(WithRsa(Seq(good + exponent) + "x"), "not two DER integers");
  Says(WithRsa(Seq(good + exponent), ""), "not NULL (RFC 3279 section 2.3.1)");
  Says(WithRsa(Seq(good + exponent), Tlv(0x05, "x")), "not NULL (RFC 3279 section 2.3.1)");
  // The same key with a length that could be shorter.
  const Der long_form = "\x30\x83\x00"s + Seq(good + exponent).substr(2);
  Says(WithRsa(long_form), "not two DER integers");
}

TEST_CASE("a key of another kind is named") {
  const auto with = [](const Der& algorithm) {
    Spec spec;
    spec.key_info = Seq(Seq(algorithm) + Bits("\x04"s + std::string(64, '\x01')));
    return OutcomeOf(spec);
  };
  const auto is_named = [&](const Der& algorithm, const std::string& words) {
    Says(with(algorithm), words, "key-kind");
  };
  is_named(Oid("1.3.101.113"), "an Ed448 key");
  is_named(Oid("1.3.101.110"), "an X25519 key, which cannot sign");
  is_named(Oid("1.3.101.111"), "an X448 key, which cannot sign");
  is_named(Oid("1.2.840.10040.4.1"), "a DSA key");
  is_named(Oid("1.2.840.10045.2.1") + Oid("1.3.132.0.10"), "a key on the curve secp256k1");
  is_named(Oid("1.2.840.10045.2.1") + Oid("1.3.132.0.33"), "a key on the curve 1.3.132.0.33");
  Says(with(Oid("1.2.840.10045.2.1") + Seq(Integer(1))), "not named (RFC 5480");
  Says(with(Oid("1.2.840.10045.2.1") + Oid("1.2.840.10045.3.1.7") + Tlv(0x05, "")),
       "RFC 5280 section 4.1.2.7");
  Says(with(Tlv(0x06, "")), "RFC 5280 section 4.1.2.7");
}

TEST_CASE("a key that is no point of its curve is told in words") {
  const auto with = [](const Der& point) {
    Spec spec;
    const Der p256 = Oid("1.2.840.10045.2.1") + Oid("1.2.840.10045.3.1.7");
    spec.key_info = Seq(Seq(p256) + Bits(point));
    return OutcomeOf(spec);
  };
  Says(with("\x04"s + std::string(64, '\x01')), "its public key is not a point on its curve");
  Says(with("\x06"s + std::string(64, '\x01')), "its public key is malformed");
}

TEST_CASE("object identifiers are DER wherever they stand") {
  const Der empty = Tlv(0x06, "");
  const Der padded = Tlv(0x06, "\x2b\x80\x01");
  const Der open = Tlv(0x06, "\x2b\x86");
  const Der wide = Tlv(0x06, "\x69" + std::string(17, '\xff') + "\x7f");
  for (const Der& bad : {empty, padded, open}) {
    CHECK(WithExtension(Seq(bad + Octets("x"))).rule == "malformed");
    CHECK(WithExtension(Ext("37", Seq(Oid(kClientAuthOid) + bad))).rule == "malformed");
    CHECK(WithExtension(Ext("32", Seq(Seq(bad)))).rule == "malformed");
    CHECK(WithExtension(Ext("33", Seq(Seq(bad + Oid("1.2.3"))))).rule == "malformed");
    CHECK(WithExtension(NamesExt(Tlv(0x88, bad.substr(2)))).rule == "malformed");
    Spec spec;
    spec.subject_name = Seq(Tlv(0x31, Seq(bad + Tlv(0x0c, "x"))));
    Says(OutcomeOf(spec), "X.690 section 8.19");
  }
  CHECK(WithExtension(Seq(wide + Octets("x"))).rule == "accepted");
  CHECK(WithExtension(Ext("37", Seq(Oid(kClientAuthOid) + wide))).rule == "accepted");
}

Outcome WithValue(int tag, const std::string& value) {
  Spec spec;
  spec.subject_name = Seq(Tlv(0x31, Seq(Oid("2.5.4.3") + Tlv(tag, value))));
  return OutcomeOf(spec);
}

TEST_CASE("the strings of names hold what their types allow") {
  CHECK(WithValue(0x0c, "M\xc3\xbcller").rule == "accepted");
  CHECK(WithValue(0x13, "a-Z 0,9 '()+./:=?").rule == "accepted");
  CHECK(WithValue(0x13, "*.example.com & others").rule == "accepted");
  CHECK(WithValue(0x14, "M\xfcller").rule == "accepted");
  CHECK(WithValue(0x16, "x@example.com").rule == "accepted");
  CHECK(WithValue(0x12, "0123 456").rule == "accepted");
  CHECK(WithValue(0x1e, "\x00\xfc\x20\xac"s).rule == "accepted");
  CHECK(WithValue(0x1c, "\x00\x01\xf6\x00"s).rule == "accepted");
  for (const char* bad : {"\xff\xfe", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"})
    Says(WithValue(0x0c, bad), "a UTF8String that is not UTF-8 (RFC 3629)");
  for (const char* bad : {"a@b", "a_b", "M\xfcller", "#1", "a;b"})
    Says(WithValue(0x13, bad), "a PrintableString with other characters");
  Says(WithValue(0x16, "\xfc@example.com"), "an IA5String with other characters");
  Says(WithValue(0x12, "12-3"), "a NumericString with other characters");
  Says(WithValue(0x1e, "\x00\xfc\x20"s), "a BMPString that is not UCS-2");
  Says(WithValue(0x1e, "\xd8\x3d\xde\x00"s), "a BMPString that is not UCS-2");
  Says(WithValue(0x1c, "\x00\x00\xd8\x00"s), "a UniversalString that is not UCS-4");
  // Elsewhere too what is no text is refused; other characters are not.
  const auto elsewhere = [](int tag, const std::string& value) {
    const Der name = Seq(Tlv(0x31, Seq(Oid("2.5.4.3") + Tlv(tag, value))));
    return WithExtension(NamesExt(Tlv(0xa4, name))).rule;
  };
  CHECK(elsewhere(0x0c, "\xff") == "malformed");
  CHECK(elsewhere(0x1e, "\x00"s) == "malformed");
  CHECK(elsewhere(0x13, "a@b") == "accepted");
}

TEST_CASE("named bit lists end with a bit that is set, and keyUsage sets one") {
  const auto usage = [](const std::string& bits) { return WithExtension(Ext("15", Tlv(3, bits))); };
  CHECK(usage("\x07\x80").rule == "accepted");
  CHECK(usage("\x05\xa0").rule == "accepted");
  CHECK(usage("\x07\x80\x80").rule == "accepted");
  for (const std::string& bad : {"\x00\x80"s, "\x06\x80"s, "\x07\x80\x00"s, "\x00"s, "\x07\x00"s})
    Says(usage(bad), "RFC 5280 section 4.2.1.3");
  const auto point = [](const std::string& reasons) {
    const Der name = Tlv(0xa0, Tlv(0xa0, Uri("http://example.com/a.crl")));
    return WithExtension(Ext("31", Seq(Seq(name + Tlv(0x81, reasons)))));
  };
  CHECK(point("\x06\x40").rule == "accepted");
  Says(point("\x05\x40"), "RFC 5280 section 4.2.1.13");
}

TEST_CASE("a default may be written out, as many do; other booleans and lengths have one form") {
  const Der not_critical = Seq(Oid("2.5.29.15") + Boolean(false) + Octets(Tlv(3, "\x07\x80")));
  CHECK(WithExtension(not_critical).rule == "accepted");
  CHECK(WithExtension(Ext("19", Seq(Boolean(false)))).rule == "accepted");
  CHECK(WithExtension(Ext("19", Seq(Tlv(1, "\x01")))).rule == "malformed");
  CHECK(WithExtension(Ext("19", Seq(Integer(0)), true)).rule == "accepted");
  CHECK(WithExtension(Ext("19", Seq(Integer(3)), true)).rule == "accepted");
  CHECK(WithExtension(Ext("19", Seq(IntegerBytes("\0\x01"s)), true)).rule == "malformed");
  CHECK(WithExtension(Ext("19", Seq(Integer(-1)), true)).rule == "malformed");
  CHECK(WithExtension(Ext("19", "\x30\x81\x00"s)).rule == "malformed");
  CHECK(WithExtension(Ext("19", "\x30\x80\x00\x00"s)).rule == "malformed");
}

const Der kUri = Tlv(0x86, "http://pki.test/");
const Der kAccess = Seq(Seq(Oid("1.3.6.1.5.5.7.48.2") + kUri));
const Der kAttributes = Seq(Seq(Oid("1.3.6.1.5.5.7.9.4") + Tlv(0x31, Tlv(0x13, "DE"))));
const Der kPoints = Seq(Seq(Tlv(0xa0, Tlv(0xa0, kUri))));

// Informative is an extension that no verdict depends on, and what it may hold.
struct Informative {
  std::string oid;
  Der good;
  std::string section;
};

const std::array<Informative, 5> kInformative = {{
    {"1.3.6.1.5.5.7.1.1", kAccess, "4.2.2.1"},
    {"1.3.6.1.5.5.7.1.11", kAccess, "4.2.2.2"},
    {"2.5.29.18", Seq(kUri), "4.2.1.7"},
    {"2.5.29.9", kAttributes, "4.2.1.8"},
    {"2.5.29.46", kPoints, "4.2.1.15"},
}};

TEST_CASE("an extension that no verdict depends on is well-formed where RFC 5280 defines it") {
  for (const auto& [oid, good, section] : kInformative) {
    CAPTURE(oid);
    CHECK(WithExtension(Ext(oid, good)).rule == "accepted");
    const Der longer = good + Tlv(0x05, "");
    for (const Der& bad : {Der("junk"), Der(), Seq(""), Seq(Tlv(0x05, "")), longer})
      Says(WithExtension(Ext(oid, bad)), "(RFC 5280 section " + section + ")");
  }
  const std::string access = "1.3.6.1.5.5.7.1.1";
  Says(WithExtension(Ext(access, Seq(Seq(Oid("1.2.3"))))), "authorityInfoAccess");
  Says(WithExtension(Ext(access, Seq(Seq(Oid("1.2.3") + kUri + kUri)))), "authorityInfoAccess");
  Says(WithExtension(Ext(access, Seq(Seq(Oid("1.2.3") + Tlv(0x86, "\xff"))))),
       "authorityInfoAccess");
  Says(WithExtension(Ext("2.5.29.18", Seq(Tlv(0x87, "123")))), "issuerAltName");
  Says(WithExtension(Ext("2.5.29.9", Seq(Seq(Oid("1.2.3") + Tlv(0x31, ""))))),
       "subjectDirectoryAttributes");
}

TEST_CASE("an ECDSA signature algorithm has no parameters, one of RSA NULL or none") {
  const Der null = Tlv(0x05, "");
  Spec spec;
  spec.algorithm = Seq(Oid("1.2.840.10045.4.3.2") + null);
  Says(OutcomeOf(spec), "ecdsa-with-SHA256 with parameters that are not allowed",
       "signature-algorithm");
  const Holder root = Ca("CN=root", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa2048));
  for (const Der& parameters : {null, Der(), Tlv(0x05, "x"), Tlv(0x04, "")}) {
    spec.algorithm = Seq(Oid("1.2.840.113549.1.1.11") + parameters);
    const Holder leaf = Issue(spec, &root);
    const bool is_good = parameters == null || parameters.empty();
    CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() ==
          (is_good ? "accepted" : "signature-algorithm"));
  }
}

TEST_CASE("a list whose ECDSA signature algorithm has parameters is not usable") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  ListSpec list;
  CHECK(VerifyCase{{&root}, {&leaf}, {List(root, list)}, WithLists()}.Rule() == "accepted");
  list.algorithm = Seq(Oid("1.2.840.10045.4.3.2") + Tlv(0x05, ""));
  CHECK(VerifyCase{{&root}, {&leaf}, {List(root, list)}, WithLists()}.Rule() != "accepted");
}

TEST_CASE("how an anchor's certificate is written beside its name and key spoils no bundle") {
  Spec odd;
  odd.subject = "CN=root";
  odd.serial = "\xff\x01";
  odd.algorithm = Seq(Oid("1.2.840.10045.4.3.2") + Tlv(0x05, ""));
  odd.extensions = AuthorityExt() + UsageExt(0x06) + Ext("1.3.6.1.5.5.7.1.1", "junk");
  const Holder root = Issue(odd);
  const Holder leaf = Client(root);
  CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&leaf, &root}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&root}, {}, {}}.Rule() == "malformed");
}

}  // namespace
}  // namespace pinlatch::test::x509
