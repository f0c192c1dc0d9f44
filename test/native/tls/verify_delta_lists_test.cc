// Several delta lists beside one complete list (RFC 5280 section 5.2.4): every change between the
// complete list and the newest delta list must be in one of them, and none of them hides another.
#include <doctest/doctest.h>

#include <algorithm>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

constexpr int kHold = 6;
constexpr int kRemoveFromCrl = 8;

ListSpec Complete(long long number, std::optional<int> reason = std::nullopt) {
  ListSpec spec;
  spec.number = number;
  if (reason) spec.entries = {{"\x03", reason, {}}};
  return spec;
}

// DeltaList adds to a complete list of at least number `base`.
ListSpec DeltaList(long long number, long long base, std::optional<int> reason = std::nullopt) {
  ListSpec spec = Complete(number, reason);
  spec.extensions = Delta(base);
  return spec;
}

ListSpec Overdue(ListSpec spec) {
  spec.next_update = kNow - 1;
  return spec;
}

// Rule asks about a leaf of an intermediate whose lists these are; nothing hangs on their order, or
// on whether the bundle has the intermediate.
std::string Rule(const std::vector<ListSpec>& specs, snapshot::Trust settings = WithLists(true)) {
  const Pki pki;
  std::vector<std::vector<uint8_t>> lists;
  for (const ListSpec& spec : specs) lists.push_back(List(pki.middle, spec));
  VerifyCase question = pki.Case(std::move(lists), settings);
  const std::string rule = question.Rule();
  std::reverse(question.lists.begin(), question.lists.end());
  CHECK(question.Rule() == rule);
  question.anchors.push_back(&pki.middle);
  CHECK(question.Rule() == rule);
  return rule;
}

TEST_CASE("a delta list that builds on another one does not hide what that one revokes") {
  CHECK(Rule({Complete(5), DeltaList(6, 5, 1), DeltaList(7, 6)}) == "revoked");
  CHECK(Rule({Complete(5), DeltaList(6, 5, kHold), DeltaList(7, 6), DeltaList(8, 7)}) == "revoked");
  CHECK(Rule({Complete(5), DeltaList(6, 5), DeltaList(7, 6, 1)}) == "revoked");
  CHECK(Rule({Complete(5), DeltaList(6, 5), DeltaList(7, 6)}) == "accepted");
}

TEST_CASE("a delta list that cannot be applied does not hide what an older one revokes") {
  CHECK(Rule({Complete(5), DeltaList(6, 5, 1), DeltaList(9, 8)}) == "revoked");
}

TEST_CASE("changes that are in none of the lists refuse: the complete list is behind") {
  CHECK(Rule({Complete(5), DeltaList(9, 8)}) == "crl-base");
  CHECK(Rule({Complete(5), DeltaList(6, 5), DeltaList(9, 8)}) == "crl-base");
  CHECK(Rule({Complete(5), DeltaList(8, 5), DeltaList(9, 8)}) == "accepted");
  CHECK(Rule({Complete(8), DeltaList(9, 8)}) == "accepted");
  CHECK(Rule({Complete(9), DeltaList(9, 8)}) == "accepted");
  CHECK(Rule({Complete(10), DeltaList(9, 8)}) == "accepted");
}

TEST_CASE("a delta list for a list that is not there refuses, whatever covers the certificate") {
  ListSpec delta = DeltaList(6, 5);
  delta.extensions += Scope(Tlv(0x81, "\xff"));
  CHECK(Rule({Complete(5), delta}) == "crl-base");
  ListSpec users = Complete(5);
  users.extensions = Scope(Tlv(0x81, "\xff"));
  CHECK(Rule({Complete(5), users, delta}) == "accepted");
}

TEST_CASE("what a complete list without a number lacks nobody can tell") {
  snapshot::Trust settings = WithLists(true);
  settings.revocation->accept_unnumbered = true;
  ListSpec unnumbered;
  unnumbered.number.reset();
  unnumbered.this_update = kNow - 2 * kDay;
  CHECK(Rule({unnumbered, DeltaList(6, 5)}, settings) == "crl-base");
  unnumbered.this_update = kNow - 1;  // newer than the delta list: it has all of it
  CHECK(Rule({unnumbered, DeltaList(6, 5)}, settings) == "accepted");
}

TEST_CASE("a newer delta list that reaches as far back takes the place of an older one") {
  CHECK(Rule({Complete(5), Overdue(DeltaList(6, 5)), DeltaList(7, 5)}) == "accepted");
  CHECK(Rule({Complete(5), Overdue(DeltaList(6, 5)), DeltaList(7, 4)}) == "accepted");
  CHECK(Rule({Complete(5), DeltaList(6, 5), Overdue(DeltaList(7, 5))}) == "crl-stale");
  CHECK(Rule({Complete(5), DeltaList(6, 5), Overdue(DeltaList(7, 4))}) == "crl-stale");
}

TEST_CASE("a delta list that another one builds on need not be current itself") {
  CHECK(Rule({Complete(5), Overdue(DeltaList(6, 5)), DeltaList(7, 6)}) == "accepted");
  CHECK(Rule({Complete(5), Overdue(DeltaList(6, 5, 1)), DeltaList(7, 6)}) == "revoked");
  CHECK(Rule({Complete(5), DeltaList(6, 5), Overdue(DeltaList(7, 6))}) == "crl-stale");
  ListSpec weak = DeltaList(6, 5);
  weak.hash = MBEDTLS_MD_SHA1;
  CHECK(Rule({Complete(5), weak, DeltaList(7, 6)}) == "crl-signature-algorithm");
}

TEST_CASE("of several delta lists the newest that names the certificate has the last word") {
  CHECK(Rule({Complete(5, kHold), DeltaList(6, 5, kRemoveFromCrl), DeltaList(7, 6)}) == "accepted");
  CHECK(Rule({Complete(5, kHold), DeltaList(6, 5), DeltaList(7, 6, kRemoveFromCrl)}) == "accepted");
  CHECK(Rule({Complete(5), DeltaList(6, 5, kHold), DeltaList(7, 6, kRemoveFromCrl)}) == "accepted");
  CHECK(Rule({Complete(5, kHold), DeltaList(6, 5, kRemoveFromCrl), DeltaList(7, 6, kHold)}) ==
        "revoked");
  CHECK(Rule({Complete(5, kHold), DeltaList(9, 8, kRemoveFromCrl)}) == "revoked");
  CHECK(Rule({Complete(5), DeltaList(6, 5, kHold), DeltaList(9, 8, kRemoveFromCrl)}) == "revoked");
}

}  // namespace
}  // namespace pinlatch::test::x509
