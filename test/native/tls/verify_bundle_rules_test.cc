// The rules that a trust bundle adds: what stands in it, what it pins, what it denies.
#include <doctest/doctest.h>

#include "identity/describe.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

TEST_CASE("a self-signed bundle admits exactly what is pinned, while it is valid") {
  Spec spec;
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  const Holder pinned = Issue(spec);
  const Holder other = Issue(spec);
  VerifyCase question{{}, {&pinned}, {}, {}};
  question.settings.self_signed = true;
  question.settings.pinned.push_back({identity::Sha256Of(pinned.der), {}});
  CHECK(question.Rule() == "accepted");
  question.now = kNow + 2 * kDay;
  CHECK(question.Rule() == "expired");
  question.now = kNow;
  question.chain = {&other};
  CHECK(question.Rule() == "not-pinned");
  question.chain = {&other, &pinned};
  CHECK(question.Rule() == "not-pinned");
}

TEST_CASE("a pin out of its time is no anchor, and no verdict outlasts the pin") {
  Spec spec;
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  const Holder leaf = Issue(spec);
  VerifyCase question{{}, {&leaf}, {}, {}};
  question.settings.self_signed = true;
  const auto set_period = [&](UnixSeconds from, UnixSeconds until) {
    question.settings.pinned = {{identity::Sha256Of(leaf.der), {from, until}}};
  };
  set_period(kNow, kNow + 100);
  CHECK(question.Rule() == "accepted");
  CHECK(question.Verdict().valid_until == kNow + 99);
  set_period(kNow + 1, kNow + 100);
  CHECK(question.Rule() == "not-pinned");
  CHECK(question.Verdict().refusal->detail.find("not in force") != std::string::npos);
  set_period(kNow - 100, kNow);
  CHECK(question.Rule() == "not-pinned");
  // The same certificate pinned twice, one pin after the other.
  question.settings.pinned.push_back({identity::Sha256Of(leaf.der), {kNow, kNow + 10}});
  CHECK(question.Rule() == "accepted");
  CHECK(question.Verdict().valid_until == kNow + 9);
}

TEST_CASE("a bundle without anchors, or self-signed without pins, cannot be made") {
  const auto empty = tls::TrustBundle::FromBytes({}, {}, {});
  REQUIRE(!empty.ok());
  CHECK(empty.error().code == ErrorCode::kTrustEmpty);
  snapshot::Trust self_signed;
  self_signed.self_signed = true;
  CHECK(!tls::TrustBundle::FromBytes(self_signed, {}, {}).ok());
}

TEST_CASE("the deny list refuses by fingerprint and by serial, without any revocation list") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  snapshot::Deny by_print;
  by_print.sha256 = identity::Sha256Of(leaf.der);
  question.settings.deny = {by_print};
  CHECK(question.Rule() == "deny-list");
  CHECK(question.Verdict().refusal->code == ErrorCode::kCertificateRevoked);
  question.settings.deny[0].sha256[31] ^= 1;
  CHECK(question.Rule() == "accepted");
  snapshot::Deny by_serial;
  by_serial.kind = snapshot::Deny::Kind::kSerial;
  by_serial.serial = "0001";  // the root has the same serial, but is the anchor
  question.settings.deny = {by_serial};
  CHECK(question.Rule() == "deny-list");
  question.settings.deny[0].serial = "2";
  CHECK(question.Rule() == "accepted");
}

}  // namespace
}  // namespace pinlatch::test::x509
