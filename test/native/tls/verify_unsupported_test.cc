// Certificates that are well-formed and have a key, or a signature, of a kind that is not
// supported: they are told from malformed ones, by name.
#include <doctest/doctest.h>

#include "der/der_reader.h"
#include "identity/describe.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

const Der kEd448Key = Seq(Seq(Oid("1.3.101.113")) + Bits(Der(57, 'k')));
const Der kEd448 = Seq(Oid("1.3.101.113"));

Spec LeafSpec() {
  Spec spec;
  spec.subject = "CN=leaf";
  spec.extensions = UsageExt(0x80);
  return spec;
}

tls::Refusal RefusalOf(const VerifyCase& question) {
  const tls::Verdict verdict = question.Verdict();
  REQUIRE(!verdict.accepted());
  return *verdict.refusal;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a key of a kind that is not supported is no malformed certificate") {
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.key_info = kEd448Key;
  const Holder leaf = Issue(spec, &root);
  const tls::Refusal refusal = RefusalOf({{&root}, {&leaf}, {}, {}});
  CHECK(refusal.rule == "key-kind");
  CHECK(refusal.code == ErrorCode::kUnsupportedCertificate);
  CHECK(refusal.certificate == "CN=leaf");
  CHECK(Has(refusal.detail, "it has an Ed448 key, which is not supported"));
  CHECK(Has(refusal.remedy, "Use an ECDSA key on P-256"));
}

TEST_CASE("what a stranger's key is like is not told before its issuer is known") {
  const Holder root = Ca("CN=root");
  const Holder other = Ca("CN=other");
  Spec spec = LeafSpec();
  spec.key_info = kEd448Key;
  const Holder leaf = Issue(spec, &other);
  const tls::Refusal refusal = RefusalOf({{&root}, {&leaf}, {}, {}});
  CHECK(refusal.rule == "unknown-issuer");
  CHECK(refusal.certificate == "CN=leaf");
  CHECK(refusal.detail == "issued by CN=other");
}

TEST_CASE("an intermediate with a key that is not supported is named") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=middle";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.key_info = kEd448Key;
  const Holder middle = Issue(spec, &root);
  const Holder leaf = Client(middle);
  const tls::Refusal refusal = RefusalOf({{&root}, {&leaf, &middle}, {}, {}});
  CHECK(refusal.rule == "key-kind");
  CHECK(refusal.certificate == "CN=middle");
}

TEST_CASE("a signature by an algorithm that is not supported is named") {
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.algorithm = kEd448;
  const Holder leaf = Issue(spec, &root);
  const tls::Refusal refusal = RefusalOf({{&root}, {&leaf}, {}, {}});
  CHECK(refusal.rule == "signature-algorithm");
  CHECK(refusal.certificate == "CN=leaf");
  CHECK(refusal.detail == "it is signed with Ed448, which is not supported");
  spec.algorithm = Seq(Oid("1.2.3.4"));
  const Holder odd = Issue(spec, &root);
  CHECK(RefusalOf({{&root}, {&odd}, {}, {}}).detail ==
        "it is signed with the algorithm 1.2.3.4, which is not supported");
}

TEST_CASE("a certificate that is signed by an algorithm that is not supported can be described") {
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  for (const Der& algorithm : {kEd448, Seq(Oid("1.2.3.4") + Tlv(0x05, ""))}) {
    spec.algorithm = algorithm;
    const Holder leaf = Issue(spec, &root);
    const auto described = identity::DescribeStranger(leaf.der);
    REQUIRE(described.ok());
    CHECK(described->subject == "CN=leaf");
    CHECK(described->issuer == "CN=root");
    CHECK(described->sha256 == identity::Sha256Of(leaf.der));
  }
}

TEST_CASE("a client of an authority that is in the bundle and cannot be used is told why") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=edwards";
  spec.key_info = kEd448Key;
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  const Holder edwards = Issue(spec);
  for (const Der& algorithm : {Der(), kEd448}) {
    Spec of_leaf = LeafSpec();
    of_leaf.algorithm = algorithm;
    const Holder leaf = Issue(of_leaf, &edwards);
    const tls::Refusal refusal = RefusalOf({{&edwards, &root}, {&leaf}, {}, {}});
    CHECK(refusal.rule == "unusable-issuer");
    CHECK(refusal.code == ErrorCode::kUnknownCa);
    CHECK(refusal.certificate == "CN=leaf");
    CHECK(Has(refusal.detail, "issued by CN=edwards"));
    CHECK(Has(refusal.detail, "it has an Ed448 key, which is not supported"));
    CHECK_FALSE(Has(refusal.remedy, "Add the issuer"));
    // Nor does it help to present it.
    CHECK(RefusalOf({{&edwards, &root}, {&leaf, &edwards}, {}, {}}).rule == "unusable-issuer");
  }
}

TEST_CASE("a malformed certificate is named where its name can be read") {
  const Holder root = Ca("CN=root");
  Spec spec = LeafSpec();
  spec.extensions += UsageExt(0x80);
  const Holder leaf = Issue(spec, &root);
  const tls::Refusal refusal = RefusalOf({{&root}, {&leaf}, {}, {}});
  CHECK(refusal.rule == "malformed");
  CHECK(refusal.certificate == "CN=leaf");
}

// With its two signature algorithms as they are given.
Holder WithOuterAlgorithm(const Holder& holder, const Der& algorithm) {
  tls::DerReader whole = tls::DerReader(holder.der).Enter(tls::der::kSequence);
  const Der tbs(AsText(whole.Expect(tls::der::kSequence).whole));
  whole.Expect(tls::der::kSequence);
  const Der text = Seq(tbs + algorithm + Bits(SignatureOf(holder.der)));
  return {holder.key, holder.subject, {text.begin(), text.end()}};
}

TEST_CASE("an anchor whose two signature algorithms differ is used; a certificate below is not") {
  const Holder root = Ca("CN=root");
  const Der sha384 = Seq(Oid("1.2.840.10045.4.3.3"));
  const Holder odd = WithOuterAlgorithm(root, sha384);
  const Holder leaf = Client(root);
  const VerifyCase question{{&odd}, {&leaf}, {}, {}};
  CHECK(question.Rule() == "accepted");
  CHECK(question.Bundle()->left_out().empty());
  const Holder odd_leaf = WithOuterAlgorithm(leaf, sha384);
  CHECK(VerifyCase{{&root}, {&odd_leaf}, {}, {}}.Rule() == "malformed");
}

}  // namespace
}  // namespace pinlatch::test::x509
