// A denial is of a certificate, whichever valid signature it carries; and it carries no other than
// two.
#include "trust/denial.h"

#include <doctest/doctest.h>
#include <mbedtls/ecp.h>

#include "der/ecdsa_signature.h"
#include "identity/describe.h"
#include "tls/verify_case.h"
#include "x509/twin.h"

namespace pinlatch::test::x509 {
namespace {

using namespace std::string_literals;

Holder Rewritten(const Holder& holder, std::vector<uint8_t> der) {
  return {holder.key, holder.subject, std::move(der)};
}

Holder TwinHolder(const Holder& holder) {
  const auto twin = tls::TwinOf(holder.der);
  REQUIRE(twin.has_value());
  return Rewritten(holder, *twin);
}

Holder RootOn(KeyKind kind) {
  return Ca("CN=root", nullptr, {}, std::make_shared<const Key>(kind));
}

snapshot::Deny DenyOf(const Holder& holder) {
  snapshot::Deny entry;
  entry.sha256 = identity::Sha256Of(holder.der);
  return entry;
}

TEST_CASE("a twin is the same certificate, verifies like it, and has it for its twin") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521}) {
    CAPTURE(static_cast<int>(kind));
    const Holder root = RootOn(kind);
    const Holder leaf = Client(root);
    const Holder twin = TwinHolder(leaf);
    CHECK(twin.der != leaf.der);
    CHECK(VerifyCase{{&root}, {&twin}, {}, {}}.Rule() == "accepted");
    CHECK(TwinHolder(twin).der == leaf.der);
  }
}

TEST_CASE("what ECDSA did not sign has no twin") {
  const Holder rsa = RootOn(KeyKind::kRsa2048);
  CHECK(!tls::TwinOf(rsa.der));
  const Holder leaf = Client(RootOn(KeyKind::kP256));
  CHECK(!tls::TwinOf(WithSignature(leaf.der, Seq(Integer(0) + Integer(1)))));
  CHECK(!tls::TwinOf(WithSignature(leaf.der, Seq(Integer(1) + IntegerBytes("\0\x01"s)))));
  CHECK(
      !tls::TwinOf(WithSignature(leaf.der, Seq(Integer(1) + IntegerBytes(std::string(67, 'x'))))));
  CHECK(!tls::TwinOf({}));
}

// The order of the curve that a twin was made with is r's counterpart: s and n - s add up to it.
TEST_CASE("the orders are those of the curves") {
  const std::pair<KeyKind, mbedtls_ecp_group_id> kCurves[] = {
      {KeyKind::kP256, MBEDTLS_ECP_DP_SECP256R1},
      {KeyKind::kP384, MBEDTLS_ECP_DP_SECP384R1},
      {KeyKind::kP521, MBEDTLS_ECP_DP_SECP521R1}};
  for (const auto& [kind, id] : kCurves) {
    const Holder leaf = Client(RootOn(kind));
    const Der one = SignatureOf(leaf.der);
    const Der other = SignatureOf(TwinHolder(leaf).der);
    const auto s = tls::ReadEcdsaSignature(AsBytes(one))->s;
    const auto t = tls::ReadEcdsaSignature(AsBytes(other))->s;
    mbedtls_ecp_group group;
    mbedtls_ecp_group_init(&group);
    REQUIRE(mbedtls_ecp_group_load(&group, id) == 0);
    mbedtls_mpi a, b;
    mbedtls_mpi_init(&a);
    mbedtls_mpi_init(&b);
    REQUIRE(mbedtls_mpi_read_binary(&a, s.data(), s.size()) == 0);
    REQUIRE(mbedtls_mpi_read_binary(&b, t.data(), t.size()) == 0);
    REQUIRE(mbedtls_mpi_add_mpi(&a, &a, &b) == 0);
    CHECK(mbedtls_mpi_cmp_mpi(&a, &group.N) == 0);
    mbedtls_mpi_free(&a);
    mbedtls_mpi_free(&b);
    mbedtls_ecp_group_free(&group);
  }
}

TEST_CASE("a certificate that is denied by its fingerprint stays denied with its other signature") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521}) {
    CAPTURE(static_cast<int>(kind));
    const Holder root = RootOn(kind);
    const Holder leaf = Client(root);
    const Holder twin = TwinHolder(leaf);
    VerifyCase question{{&root}, {&twin}, {}, {}};
    question.settings.deny = {DenyOf(leaf)};
    CHECK(question.Rule() == "deny-list");
    CHECK(question.Verdict().refusal->detail.find("(r, n - s)") != std::string::npos);
    question.chain = {&leaf};
    CHECK(question.Rule() == "deny-list");
    question.settings.deny = {DenyOf(twin)};
    CHECK(question.Rule() == "deny-list");
    const Holder other = Client(root);
    question.chain = {&other};
    CHECK(question.Rule() == "accepted");
  }
}

TEST_CASE("so does an intermediate, and an anchor") {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root);
  const Holder twin = TwinHolder(middle);
  const Holder leaf = Client(middle);
  VerifyCase question{{&root}, {&leaf, &twin}, {}, {}};
  CHECK(question.Rule() == "accepted");
  question.settings.deny = {DenyOf(middle)};
  CHECK(question.Rule() == "deny-list");
  question.anchors = {&twin};
  question.chain = {&leaf};
  CHECK(question.Rule() == "deny-list");
}

// Each of these verifies for a reader that is not strict.
TEST_CASE("an ECDSA signature has no form but DER") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const Der signature = SignatureOf(leaf.der);
  const auto numbers = tls::ReadEcdsaSignature(AsBytes(signature));
  REQUIRE(numbers.has_value());
  const Der r(AsText(numbers->r));
  const Der s(AsText(numbers->s));
  const Der positive_r = IntegerBytes((static_cast<uint8_t>(r[0]) >= 0x80 ? "\0"s : ""s) + r);
  const Der positive_s = IntegerBytes((static_cast<uint8_t>(s[0]) >= 0x80 ? "\0"s : ""s) + s);
  const auto rule = [&](const Der& bytes) {
    const Holder forged = Rewritten(leaf, WithSignature(leaf.der, bytes));
    return VerifyCase{{&root}, {&forged}, {}, {}}.Rule();
  };
  CHECK(rule(Seq(positive_r + positive_s)) == "accepted");
  const Der long_length = "\x30\x81"s + Seq(positive_r + positive_s).substr(1);
  const Der long_inner = "\x02\x81"s + positive_r.substr(1);
  for (const Der& other :
       {Seq(IntegerBytes("\0\0"s + r) + positive_s), Seq(positive_r + IntegerBytes("\0\0"s + s)),
        long_length, Seq(long_inner + positive_s), Seq(positive_r + positive_s) + "\0"s,
        Seq(positive_r + positive_s + Integer(1)), Seq(positive_r),
        "\x30\x80"s + positive_r + positive_s + "\0\0"s, ""s}) {
    CHECK(rule(other) == "signature");
  }
  const Holder padded =
      Rewritten(leaf, WithSignature(leaf.der, Seq(IntegerBytes("\0\0"s + r) + positive_s)));
  const tls::Verdict verdict = VerifyCase{{&root}, {&padded}, {}, {}}.Verdict();
  CHECK(verdict.refusal->detail.find("RFC 3279 section 2.2.3") != std::string::npos);
}

TEST_CASE("a negative integer is not the number of its bits") {
  const Holder root = Ca("CN=root");
  for (int tries = 0; tries < 64; ++tries) {
    const Holder leaf = Client(root);
    const Der signature = SignatureOf(leaf.der);
    const auto numbers = tls::ReadEcdsaSignature(AsBytes(signature));
    if (numbers->r[0] < 0x80 || numbers->s[0] < 0x80) continue;
    const Der bare =
        Seq(IntegerBytes(Der(AsText(numbers->r))) + IntegerBytes(Der(AsText(numbers->s))));
    const Holder forged = Rewritten(leaf, WithSignature(leaf.der, bare));
    CHECK(VerifyCase{{&root}, {&forged}, {}, {}}.Rule() == "signature");
    return;
  }
  FAIL("no signature of 64 has both numbers above 2^255");
}

TEST_CASE("nothing around the signature can be written in another way") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kRsa2048}) {
    const Holder root = RootOn(kind);
    const Holder leaf = Client(root);
    const auto refuses = [&](const Der& der) {
      const Holder forged = Rewritten(leaf, {der.begin(), der.end()});
      return VerifyCase{{&root}, {&forged}, {}, {}}.Rule() != "accepted";
    };
    tls::DerReader reader = tls::DerReader(leaf.der).Enter(tls::der::kSequence);
    const Der tbs(AsText(reader.Expect(tls::der::kSequence).whole));
    const Der algorithm(AsText(reader.Expect(tls::der::kSequence).whole));
    const Der oid = Tlv(
        0x06,
        Der(AsText(
            tls::DerReader(AsBytes(algorithm)).Enter(tls::der::kSequence).Take(tls::der::kOid))));
    const Der signature = SignatureOf(leaf.der);
    const Der whole = Seq(tbs + algorithm + Bits(signature));
    CHECK(!refuses(whole));
    CHECK(refuses(whole + "\0"s));
    CHECK(refuses(Seq(tbs + algorithm + Bits(signature) + "\x05\0"s)));
    CHECK(refuses("\x30\x83\0"s + whole.substr(2)));
    CHECK(refuses(Seq(tbs + algorithm + "\x03\x83\0"s + Bits(signature).substr(2))));
    CHECK(refuses(Seq(tbs + algorithm + Tlv(0x23, Bits(signature)))));
    CHECK(refuses(Seq(tbs + algorithm + Bits(signature + "\0"s))));
    CHECK(refuses(Seq(tbs + algorithm + Bits(signature + "\0"s, 1))));
    CHECK(refuses(Seq(tbs + algorithm + Bits("\0"s + signature))));
    // Absent and NULL parameters say the same, and are not the same as in the signed part.
    const bool is_ec = kind == KeyKind::kP256;
    CHECK(refuses(Seq(tbs + Seq(oid + (is_ec ? Tlv(0x05, "") : Der())) + Bits(signature))));
    CHECK(refuses(Seq(tbs + "\x30\x81"s + algorithm.substr(1) + Bits(signature))));
  }
}

TEST_CASE("an RSA signature is one number below the modulus, as long as the modulus") {
  for (const bool pss : {false, true}) {
    const Holder root = RootOn(KeyKind::kRsa2048);
    Spec spec;
    spec.pss = pss;
    spec.extensions = UsageExt(0x80);
    const Holder leaf = Issue(spec, &root);
    const Der signature = SignatureOf(leaf.der);
    CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
    mbedtls_mpi modulus, number;
    mbedtls_mpi_init(&modulus);
    mbedtls_mpi_init(&number);
    REQUIRE(mbedtls_rsa_export(mbedtls_pk_rsa(root.key->context()), &modulus, nullptr, nullptr,
                               nullptr, nullptr) == 0);
    const auto bytes = AsBytes(signature);
    REQUIRE(mbedtls_mpi_read_binary(&number, bytes.data(), bytes.size()) == 0);
    REQUIRE(mbedtls_mpi_add_mpi(&number, &number, &modulus) == 0);
    std::vector<unsigned char> sum(mbedtls_mpi_size(&number));
    REQUIRE(mbedtls_mpi_write_binary(&number, sum.data(), sum.size()) == 0);
    mbedtls_mpi_free(&modulus);
    mbedtls_mpi_free(&number);
    for (const Der& other : {Der(sum.begin(), sum.end()), "\0"s + signature, signature + "\0"s}) {
      const Holder forged = Rewritten(leaf, WithSignature(leaf.der, other));
      CHECK(VerifyCase{{&root}, {&forged}, {}, {}}.Rule() == "signature");
    }
  }
}

TEST_CASE("the signature of a revocation list is DER too") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  VerifyCase question{{&root}, {&leaf}, {List(root, {})}, WithLists()};
  CHECK(question.Rule() == "accepted");
  const Der signature = SignatureOf(question.lists[0]);
  const auto numbers = tls::ReadEcdsaSignature(AsBytes(signature));
  const Der padded = Seq(IntegerBytes("\0\0"s + Der(AsText(numbers->r))) +
                         IntegerBytes("\0\0"s + Der(AsText(numbers->s))));
  question.lists[0] = WithSignature(question.lists[0], padded);
  CHECK(question.Rule() == "crl-signature");
  CHECK(question.Verdict().refusal->detail.find("RFC 3279 section 2.2.3") != std::string::npos);
}

}  // namespace
}  // namespace pinlatch::test::x509
