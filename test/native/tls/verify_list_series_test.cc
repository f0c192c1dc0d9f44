// Revocation lists of one series (one issuer, key and scope): the newest authentic one alone
// counts, and one that cannot be used refuses. Lists of other series are heard all the same.
#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

// Series is an older list that is good and names nobody, and a newer one.
struct Series {
  Pki pki;
  ListSpec older;
  ListSpec newer;

  Series() {
    older.number = 5;
    newer.number = 6;
  }
  std::string Rule(const snapshot::Trust& settings = WithLists(true)) const {
    const std::string rule = Of({List(pki.middle, older), List(pki.middle, newer)}, settings);
    CHECK(Of({List(pki.middle, newer), List(pki.middle, older)}, settings) == rule);
    return rule;
  }
  std::string Of(std::vector<std::vector<uint8_t>> lists, const snapshot::Trust& settings) const {
    VerifyCase question = pki.Case(std::move(lists), settings);
    const std::string rule = question.Rule();
    // It makes no difference whether the signer is known from the bundle or from the peer alone.
    question.anchors.push_back(&pki.middle);
    CHECK(question.Rule() == rule);
    return rule;
  }
};

TEST_CASE("an older list is not used in the place of a newer one that is overdue") {
  Series series;
  series.newer.next_update = kNow - 1;
  CHECK(series.Rule() == "crl-stale");
  series.newer.entries = {{"\x03", 1, {}}};
  CHECK(series.Rule() == "crl-stale");
}

TEST_CASE("whenStale is asked about the newest list alone") {
  Series series;
  snapshot::Trust settings = WithLists(true);
  settings.revocation->when_stale = snapshot::WhenStale::kAccept;
  series.newer.next_update = kNow - 1;
  series.older.entries = {{"\x03", 6, {}}};
  CHECK(series.Rule(settings) == "accepted");
  series.newer.entries = {{"\x03", 1, {}}};
  series.older.entries = {};
  CHECK(series.Rule(settings) == "revoked");
  settings.revocation->when_stale = snapshot::WhenStale::kGrace;
  settings.revocation->grace_seconds = 10;
  CHECK(series.Rule(settings) == "revoked");
  series.newer.next_update = kNow - 11;
  CHECK(series.Rule(settings) == "crl-stale");
}

TEST_CASE("whenStale makes no list from the future, and none that is weakly signed, usable") {
  Series series;
  snapshot::Trust settings = WithLists(true);
  settings.revocation->when_stale = snapshot::WhenStale::kAccept;
  series.newer.this_update = kNow + 1;
  CHECK(series.Rule(settings) == "crl-not-yet-valid");
  series.newer.this_update = kNow - kDay;
  series.newer.hash = MBEDTLS_MD_SHA1;
  CHECK(series.Rule(settings) == "crl-signature-algorithm");
}

TEST_CASE("an older list is not used in the place of a newer one from the future") {
  Series series;
  series.newer.this_update = kNow + 1;
  CHECK(series.Rule() == "crl-not-yet-valid");
}

TEST_CASE("an older list is not used in the place of a newer one that is signed with SHA-1") {
  Series series;
  series.newer.hash = MBEDTLS_MD_SHA1;
  series.newer.entries = {{"\x03", 1, {}}};
  CHECK(series.Rule() == "crl-signature-algorithm");
  series.newer.break_signature = true;  // not authentic: it is nobody's list
  CHECK(series.Rule() == "accepted");
}

TEST_CASE("an older list is not used in the place of a newer one with critical extensions") {
  Series series;
  series.newer.extensions = Ext("1.2.3.4", Octets("x"), true);
  CHECK(series.Rule() == "crl-critical-extension");
  series.newer.extensions.clear();
  series.newer.entries = {{"\x09", std::nullopt, Ext("1.2.3.4", Octets("x"), true)}};
  CHECK(series.Rule() == "crl-critical-extension");
}

TEST_CASE("an older list is not used in the place of a newer one whose entries cannot be read") {
  Series series;
  series.newer.entries = {{"\x09", 1, Ext("21", Tlv(0x0a, "\x08"))}};
  CHECK(series.Rule() == "crl-entries");
  series.newer.entries = {{"\x03", 11, {}}};
  CHECK(series.Rule() == "crl-entries");
}

TEST_CASE(
    "a list with entries that cannot be read and a signature that is wrong is a damaged file") {
  const Pki pki;
  ListSpec damaged;
  damaged.entries = {{"\x03", 11, {}}};
  damaged.break_signature = true;
  const std::vector<uint8_t> list = List(pki.root, damaged);
  const ByteSpan lists[] = {list};
  const auto bundle = tls::TrustBundle::FromBytes(WithLists(), AsBytes(PemOf({&pki.root})), lists);
  REQUIRE(!bundle.ok());
  CHECK(bundle.error().code == ErrorCode::kCrlInvalid);
}

TEST_CASE("a newer list without a number refuses where numbers are asked for") {
  Series series;
  series.newer.number.reset();
  series.newer.this_update = series.older.this_update + 1;
  CHECK(series.Rule() == "crl-number");
  snapshot::Trust settings = WithLists(true);
  settings.revocation->accept_unnumbered = true;
  series.older.entries = {{"\x03", 6, {}}};
  CHECK(series.Rule(settings) == "accepted");
  series.newer.this_update = series.older.this_update - 1;  // not newer at all
  CHECK(series.Rule(settings) == "revoked");
}

TEST_CASE("of lists without numbers the one that was issued last counts") {
  Series series;
  snapshot::Trust settings = WithLists(true);
  settings.revocation->accept_unnumbered = true;
  series.older.number.reset();
  series.newer.number.reset();
  series.newer.this_update = series.older.this_update + 1;
  series.older.entries = {{"\x03", 6, {}}};
  CHECK(series.Rule(settings) == "accepted");
  series.newer.next_update = kNow - 1;
  CHECK(series.Rule(settings) == "crl-stale");
}

TEST_CASE(
    "of two lists with one number the one that was issued last counts; of two twins both do") {
  Series series;
  series.newer.number = 5;
  series.newer.this_update = series.older.this_update + 1;
  series.older.entries = {{"\x03", 6, {}}};
  CHECK(series.Rule() == "accepted");
  series.newer.this_update = series.older.this_update;
  CHECK(series.Rule() == "revoked");
  series.older.entries = {};
  series.newer.next_update = kNow - 1;
  CHECK(series.Rule() == "crl-stale");
}

TEST_CASE("a list that names the certificate refuses, whatever that of another scope says") {
  Series series;
  series.newer.extensions = Scope(Tlv(0x81, "\xff"));  // users only
  series.older.entries = {{"\x03", 1, {}}};
  CHECK(series.Rule() == "revoked");
  series.newer.entries = {{"\x03", 1, {}}};
  series.older.entries = {};
  CHECK(series.Rule() == "revoked");
}

TEST_CASE(
    "a list that is there and cannot be used refuses, also beside a good one of another scope") {
  Series series;
  series.newer.extensions = Scope(Tlv(0x81, "\xff"));
  series.older.next_update = kNow - 1;
  CHECK(series.Rule() == "crl-stale");
  series.older.entries = {{"\x03", 1, {}}};
  CHECK(series.Rule() == "crl-stale");
}

TEST_CASE("lists of another key of the same name are a series of their own") {
  const Pki pki;
  Spec spec;
  spec.subject = "CN=middle";
  spec.serial = "\x07";
  spec.extensions = UsageExt(0x02);
  const Holder signer = Issue(spec, &pki.root);
  ListSpec low;
  low.number = 5;
  ListSpec high;
  high.number = 600;
  const auto rule = [&] {
    VerifyCase question = pki.Case({pki.RootList(), List(pki.middle, low), List(signer, high)});
    question.chain.push_back(&signer);
    return question.Rule();
  };
  CHECK(rule() == "accepted");
  low.entries = {{"\x03", 1, {}}};
  CHECK(rule() == "revoked");
  low.entries = {};
  high.entries = {{"\x03", 1, {}}};
  CHECK(rule() == "revoked");
}

TEST_CASE("a list whose algorithm is not known cannot be shown to be forged, and refuses") {
  const Pki pki;
  ListSpec older;
  older.number = 5;
  ListSpec newer;
  newer.number = 6;
  std::vector<uint8_t> unknown = List(pki.middle, newer);
  // The last arc of ecdsa-with-SHA256, in both places, becomes one that is not assigned.
  const std::string_view oid("\x2a\x86\x48\xce\x3d\x04\x03\x02", 8);
  for (size_t at = AsText(unknown).find(oid); at != std::string_view::npos;
       at = AsText(unknown).find(oid)) {
    unknown[at + oid.size() - 1] = 0x7f;
  }
  CHECK(pki.Rule({List(pki.middle, older), unknown}, WithLists(true)) == "crl-signature-algorithm");
}

TEST_CASE(
    "when the signature of a newer list cannot be afforded, an older one is not used instead") {
  const Pki pki;
  ListSpec newer;
  newer.number = 2;
  VerifyCase question =
      pki.Case({pki.RootList(), List(pki.middle, {}), List(pki.middle, newer)}, WithLists(true));
  const auto bundle = question.Bundle();
  const ByteSpan presented[] = {pki.leaf.der, pki.middle.der};
  tls::VerifyLimits limits;
  limits.max_signature_checks = 2;
  CHECK(
      RuleOf(tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits})) ==
      "signature-limit");
}

TEST_CASE("old lists that pile up beside the newest one cost no signature checks") {
  const Pki pki;
  std::vector<std::vector<uint8_t>> lists;
  ListSpec spec;
  for (int number = 1; number <= 100; ++number) {
    spec.number = number;
    lists.push_back(List(pki.middle, spec));
  }
  CHECK(pki.Rule(std::move(lists), WithLists(true)) == "accepted");
}

TEST_CASE("a verdict ends with the first of all lists that it rests on") {
  Series series;
  series.newer.extensions = Scope(Tlv(0x81, "\xff"));
  series.older.next_update = kNow + 60;
  const tls::Verdict verdict =
      series.pki
          .Case({List(series.pki.middle, series.older), List(series.pki.middle, series.newer)},
                WithLists(true))
          .Verdict();
  REQUIRE(verdict.accepted());
  CHECK(verdict.valid_until == kNow + 60);
}

}  // namespace
}  // namespace pinlatch::test::x509
