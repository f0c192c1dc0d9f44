// Covers chains and lists with Ed25519 keys (RFC 8410) and RSASSA-PSS keys (RFC 4055).
#include <doctest/doctest.h>

#include "identity/describe.h"
#include "tls/other_keys.h"
#include "tls/verify_case.h"
#include "x509/certificate.h"
#include "x509/key_twin.h"

namespace pinlatch::test::x509 {
namespace {

using namespace std::string_literals;

struct Outcome {
  std::string rule;
  std::string detail;
};

Outcome OutcomeOf(const VerifyCase& question) {
  const tls::Verdict verdict = question.Verdict();
  if (verdict.accepted()) return {"accepted", ""};
  return {RuleOf(verdict), verdict.refusal->detail};
}

void Says(const Outcome& outcome, const std::string& rule, const std::string& words) {
  CAPTURE(outcome.detail);
  CHECK(outcome.rule == rule);
  CHECK(outcome.detail.find(words) != std::string::npos);
}

std::shared_ptr<const Key> RsaKey(KeyKind kind = KeyKind::kRsa2048) {
  return std::make_shared<const Key>(kind);
}

Spec CaSpec(const std::string& subject, const Der& key_info) {
  Spec spec;
  spec.subject = subject;
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.key_info = key_info;
  return spec;
}

Spec LeafSpec() {
  Spec spec;
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  return spec;
}

// An authority with an Ed25519 key, and what it signs.
struct Edwards {
  explicit Edwards(const EdwardsKey& own) : key(own) {
    Spec spec = CaSpec("CN=edwards", EdwardsKeyInfo(key.public_half()));
    spec.algorithm = EdwardsAlgorithm();
    root = Issue(spec);
    root.der = SignedBy(key, root.der);
  }
  Holder Issued(Spec spec) const {
    spec.algorithm = EdwardsAlgorithm();
    Holder leaf = Issue(spec, &root);
    leaf.der = SignedBy(key, leaf.der);
    return leaf;
  }
  EdwardsKey key;
  Holder root;
};

TEST_CASE("Ed25519 signs certificates and lists, and each signature is checked") {
  const auto key = EdwardsKey::Make();
  if (!key) return;
  const Edwards site(*key);
  const Holder leaf = site.Issued(LeafSpec());
  CHECK(VerifyCase{{&site.root}, {&leaf}, {}, {}}.Rule() == "accepted");
  for (const size_t at : {size_t{0}, size_t{31}, size_t{32}, size_t{63}}) {
    Der signature = SignatureOf(leaf.der);
    signature[at] = static_cast<char>(signature[at] ^ 1);
    const Holder broken{leaf.key, leaf.subject, WithSignature(leaf.der, signature)};
    CHECK(VerifyCase{{&site.root}, {&broken}, {}, {}}.Rule() == "signature");
  }
  for (const Der& size : {SignatureOf(leaf.der).substr(1), SignatureOf(leaf.der) + "x", Der()}) {
    const Holder other{leaf.key, leaf.subject, WithSignature(leaf.der, size)};
    CHECK(VerifyCase{{&site.root}, {&other}, {}, {}}.Rule() == "signature");
  }
  ListSpec spec;
  spec.algorithm = EdwardsAlgorithm();
  const auto list = [&] { return SignedBy(*key, List(site.root, spec)); };
  CHECK(VerifyCase{{&site.root}, {&leaf}, {list()}, WithLists()}.Rule() == "accepted");
  const std::vector<uint8_t> forged = List(site.root, spec);
  CHECK(VerifyCase{{&site.root}, {&leaf}, {forged}, WithLists()}.Rule() == "crl-signature");
  spec.entries = {{"\x01", {}, {}}};
  CHECK(VerifyCase{{&site.root}, {&leaf}, {list()}, WithLists()}.Rule() == "revoked");
}

TEST_CASE("an Ed25519 key below another CA is one like others, and is described") {
  const auto key = EdwardsKey::Make(2);
  if (!key) return;
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.key_info = EdwardsKeyInfo(key->public_half());
  const Holder leaf = Issue(spec, &root);
  CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
  const auto described = identity::Describe(leaf.der);
  REQUIRE(described.ok());
  CHECK(described->key_algorithm == "Ed25519");
  CHECK(described->spki_sha256 == identity::Sha256Of(AsBytes(spec.key_info)));
}

TEST_CASE("no key signs by an algorithm of another kind") {
  const auto key = EdwardsKey::Make();
  if (!key) return;
  const Edwards site(*key);
  const Holder root = Ca("CN=edwards");
  const Holder of_edwards = site.Issued(LeafSpec());
  CHECK(VerifyCase{{&root}, {&of_edwards}, {}, {}}.Rule() == "signature");
  const Holder of_p256 = Issue(LeafSpec(), &root);
  CHECK(VerifyCase{{&site.root}, {&of_p256}, {}, {}}.Rule() == "signature");
}

TEST_CASE("the algorithm Ed25519 has no parameters") {
  const auto key = EdwardsKey::Make();
  if (!key) return;
  const Edwards site(*key);
  Spec spec = LeafSpec();
  spec.algorithm = Seq(Oid("1.3.101.112") + Tlv(0x05, ""));
  Holder leaf = Issue(spec, &site.root);
  leaf.der = SignedBy(*key, leaf.der);
  Says(OutcomeOf({{&site.root}, {&leaf}, {}, {}}), "signature-algorithm",
       "Ed25519 with parameters that are not allowed");
}

TEST_CASE("an Ed25519 key has one form, and none for which anybody can sign") {
  const Holder root = Ca("CN=root");
  const auto with = [&](const Der& public_half, const Der& parameters = {}) {
    Spec spec = LeafSpec();
    spec.key_info = EdwardsKeyInfo(public_half, parameters);
    const Holder leaf = Issue(spec, &root);
    return OutcomeOf({{&root}, {&leaf}, {}, {}});
  };
  Says(with(Der(32, 'k'), Tlv(0x05, "")), "malformed", "has parameters (RFC 8410 section 3)");
  Says(with(Der(31, 'k')), "malformed", "not 32 bytes long");
  Says(with(Der(33, 'k')), "malformed", "not 32 bytes long");
  const Der high(30, '\xff');
  for (const char* last : {"\x7f", "\xff"}) {
    for (const char* first : {"\xed", "\xee", "\xff"}) {
      Says(with(first + high + last), "malformed", "not below the prime (RFC 8032");
    }
    Says(with("\xec" + high + last), "malformed", "of small order");
  }
  Says(with("\x01" + Der(31, '\0')), "malformed", "of small order");
  Says(with("\x01" + Der(30, '\0') + "\x80"), "malformed", "of small order");
  Says(with(Der(32, '\0')), "malformed", "of small order");
}

TEST_CASE("Ed25519 is named where the provider does not check it") {
  if (EdwardsKey::Make()) return;
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.key_info = EdwardsKeyInfo(Der(32, 'k'));
  const Holder leaf = Issue(spec, &root);
  Says(OutcomeOf({{&root}, {&leaf}, {}, {}}), "key-kind",
       "it has an Ed25519 key, which is not supported by the crypto provider \"portable\"");
  spec.key_info.clear();
  spec.algorithm = EdwardsAlgorithm();
  const Holder signed_by = Issue(spec, &root);
  Says(OutcomeOf({{&root}, {&signed_by}, {}, {}}), "signature-algorithm",
       "it is signed with Ed25519, which is not supported");
  ListSpec list;
  list.algorithm = EdwardsAlgorithm();
  const Holder client = Client(root);
  CHECK(VerifyCase{{&root}, {&client}, {List(root, list)}, WithLists()}.Rule() ==
        "crl-signature-algorithm");
}

// -- RSASSA-PSS

// PssSite is an authority with such a key.
struct PssSite {
  explicit PssSite(const Der& parameters = {}, KeyKind kind = KeyKind::kRsa2048) {
    const auto key = RsaKey(kind);
    Spec spec = CaSpec("CN=pss", PssKeyInfo(*key, parameters));
    spec.pss = true;
    root = Issue(spec, nullptr, key);
  }
  Outcome Signs(mbedtls_md_type_t hash, const Der& algorithm, bool pss = true) const {
    Spec spec = LeafSpec();
    spec.hash = hash;
    spec.algorithm = algorithm;
    spec.pss = pss;
    const Holder leaf = Issue(spec, &root);
    return OutcomeOf({{&root}, {&leaf}, {}, {}});
  }
  Holder root;
};

const Der kOfSha256 = PssParameters(kSha256Oid, kSha256Oid, 32);
const Der kOfSha384 = PssParameters(kSha384Oid, kSha384Oid, 48);
const Der kOfSha512 = PssParameters(kSha512Oid, kSha512Oid, 64);

TEST_CASE("an RSASSA-PSS key signs by RSASSA-PSS alone") {
  const PssSite site;
  CHECK(site.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(kOfSha256)).rule == "accepted");
  CHECK(site.Signs(MBEDTLS_MD_SHA384, PssAlgorithm(kOfSha384)).rule == "accepted");
  CHECK(site.Signs(MBEDTLS_MD_SHA512, PssAlgorithm(kOfSha512)).rule == "accepted");
  CHECK(site.Signs(MBEDTLS_MD_SHA256, {}, false).rule == "signature");
}

TEST_CASE("the parameters of an RSASSA-PSS key bind its signatures") {
  const PssSite site(kOfSha256);
  CHECK(site.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(kOfSha256)).rule == "accepted");
  CHECK(site.Signs(MBEDTLS_MD_SHA384, PssAlgorithm(kOfSha384)).rule == "signature");
  const PssSite short_salt(PssParameters(kSha256Oid, kSha256Oid, 20));
  CHECK(short_salt.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(kOfSha256)).rule == "accepted");
  const PssSite long_salt(PssParameters(kSha256Oid, kSha256Oid, 33));
  CHECK(long_salt.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(kOfSha256)).rule == "signature");
}

TEST_CASE("the parameters of an RSASSA-PSS signature are held to their rules") {
  const PssSite site;
  const auto refused = [&](const Der& parameters) {
    CHECK(site.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(parameters)).rule == "signature-algorithm");
  };
  refused({});
  refused(Seq({}));  // SHA-1
  refused(PssParameters(kSha1Oid, kSha1Oid, 20));
  refused(PssParameters(kSha256Oid, kSha384Oid, 32));                         // another mask
  refused(Seq(Tlv(0xa0, Seq(Oid(kSha256Oid))) + Tlv(0xa2, Integer(32))));     // a SHA-1 mask
  refused(PssParameters(kSha256Oid, kSha256Oid, 32, Tlv(0xa3, Integer(2))));  // another trailer
  refused(PssParameters(kSha256Oid, kSha256Oid, 32, Tlv(0xa4, Integer(1))));
  refused(kOfSha256 + Tlv(0x05, ""));
  // The salt has the length that they say.
  const Der longer = PssAlgorithm(PssParameters(kSha256Oid, kSha256Oid, 48));
  CHECK(site.Signs(MBEDTLS_MD_SHA256, longer).rule == "signature");
  const Der shorter = PssAlgorithm(PssParameters(kSha256Oid, kSha256Oid, 20));
  CHECK(site.Signs(MBEDTLS_MD_SHA256, shorter).rule == "signature");
  // The default, written out.
  const Der written = PssParameters(kSha256Oid, kSha256Oid, 32, Tlv(0xa3, Integer(1)));
  CHECK(site.Signs(MBEDTLS_MD_SHA256, PssAlgorithm(written)).rule == "accepted");
}

TEST_CASE("a key whose RSASSA-PSS parameters are not allowed is named") {
  const Holder root = Ca("CN=root");
  const auto key = RsaKey();
  const auto with = [&](const Der& parameters) {
    Spec spec = LeafSpec();
    spec.key_info = PssKeyInfo(*key, parameters);
    const Holder leaf = Issue(spec, &root);
    return OutcomeOf({{&root}, {&leaf}, {}, {}});
  };
  CHECK(with({}).rule == "accepted");
  CHECK(with(kOfSha256).rule == "accepted");
  const std::string words = "an RSASSA-PSS key with parameters that are not supported";
  Says(with(Seq({})), "key-kind", words);
  Says(with(PssParameters(kSha1Oid, kSha1Oid, 20)), "key-kind", words);
  Says(with(PssParameters(kSha256Oid, kSha384Oid, 32)), "key-kind", words);
  Says(with(PssParameters(kSha256Oid, kSha256Oid, 32, Tlv(0xa3, Integer(2)))), "key-kind", words);
  Says(with(Tlv(0x05, "")), "malformed", "no RSASSA-PSS-params (RFC 4055 section 3.1)");
  Says(with(kOfSha256 + Tlv(0x05, "")), "malformed", "no RSASSA-PSS-params");
}

TEST_CASE("an RSASSA-PSS key is as large as other RSA keys, and described with its size") {
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.key_info = PssKeyInfo(*RsaKey(KeyKind::kRsa1024));
  const Holder weak = Issue(spec, &root);
  Says(OutcomeOf({{&root}, {&weak}, {}, {}}), "key-strength", "its key is RSASSA-PSS 1024");
  const auto described = identity::Describe(weak.der);
  REQUIRE(described.ok());
  CHECK(described->key_algorithm == "RSASSA-PSS 1024");
}

TEST_CASE("the two forms of an RSA key are twins, and an Ed25519 key has none") {
  const Holder root = Ca("CN=root");
  const auto key = RsaKey();
  Spec spec = LeafSpec();
  const Holder plain = Issue(spec, &root, key);
  const std::vector<uint8_t> plain_info = [&] {
    const auto parsed = tls::Certificate::Parse(plain.der);
    REQUIRE(parsed.ok());
    const ByteSpan info = (*parsed)->key_info();
    return std::vector<uint8_t>(info.begin(), info.end());
  }();
  const auto twin_with = [&](const Der& key_info) {
    spec.key_info = key_info;
    return tls::KeyTwinPrint(Issue(spec, &root).der);
  };
  CHECK(twin_with({}) != tls::KeyTwinPrint(plain.der));
  CHECK(tls::KeyTwinPrint(plain.der) == identity::Sha256Of(AsBytes(PssKeyInfo(*key))));
  CHECK(twin_with(PssKeyInfo(*key)) == identity::Sha256Of(plain_info));
  CHECK(twin_with(PssKeyInfo(*key, kOfSha256)) == identity::Sha256Of(plain_info));
  CHECK_FALSE(twin_with(EdwardsKeyInfo(Der(32, 'k'))));
}

}  // namespace
}  // namespace pinlatch::test::x509
