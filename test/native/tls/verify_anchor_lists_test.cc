// An intermediate that stands in the bundle beside its own CA: the lists of that CA say of it what
// they say of one that a peer presents.
#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

ListSpec Numbered(long long number, std::optional<int> reason = std::nullopt,
                  const Der& extensions = {}) {
  ListSpec spec;
  spec.number = number;
  spec.extensions = extensions;
  if (reason) spec.entries = {{"\x02", reason, {}}};
  return spec;
}

// Rule asks about a leaf of an intermediate, by these lists of the root: as an anchor and as
// presented.
std::string Rule(const std::vector<ListSpec>& specs) {
  const Pki pki;
  std::vector<std::vector<uint8_t>> lists = {List(pki.middle, {})};
  for (const ListSpec& spec : specs) lists.push_back(List(pki.root, spec));
  VerifyCase question = pki.Case(std::move(lists));
  const std::string presented = question.Rule();
  question.anchors = {&pki.root, &pki.middle};
  question.chain = {&pki.leaf};
  const std::string anchored = question.Rule();
  CHECK(anchored == presented);
  return anchored;
}

TEST_CASE("a superseded list does not revoke an intermediate of the bundle") {
  CHECK(Rule({Numbered(5, 6), Numbered(6)}) == "accepted");
  CHECK(Rule({Numbered(5), Numbered(6, 1)}) == "revoked");
}

TEST_CASE("a delta list lifts the hold of an intermediate of the bundle, and revokes it") {
  CHECK(Rule({Numbered(5, 6), Numbered(6, 8, Delta(5))}) == "accepted");
  CHECK(Rule({Numbered(5), Numbered(6, 1, Delta(5))}) == "revoked");
  CHECK(Rule({Numbered(5), Numbered(9, std::nullopt, Delta(8))}) == "crl-base");
}

TEST_CASE("a newest list that cannot be used refuses an intermediate of the bundle") {
  ListSpec stale = Numbered(6);
  stale.next_update = kNow - 1;
  CHECK(Rule({Numbered(5), stale}) == "crl-stale");
  ListSpec early = Numbered(6);
  early.this_update = kNow + 1;
  CHECK(Rule({Numbered(5), early}) == "crl-not-yet-valid");
  ListSpec weak = Numbered(6);
  weak.hash = MBEDTLS_MD_SHA1;
  CHECK(Rule({Numbered(5), weak}) == "crl-signature-algorithm");
  CHECK(Rule({Numbered(5), Numbered(6, std::nullopt, Ext("1.2.3.4", Octets("x"), true))}) ==
        "crl-critical-extension");
}

TEST_CASE("a verdict by an intermediate of the bundle ends with the list of its CA") {
  const Pki pki;
  ListSpec soon = Numbered(5);
  soon.next_update = kNow + 60;
  VerifyCase question = pki.Case({List(pki.middle, {}), List(pki.root, soon)});
  question.anchors = {&pki.root, &pki.middle};
  question.chain = {&pki.leaf};
  const tls::Verdict verdict = question.Verdict();
  REQUIRE(verdict.accepted());
  CHECK(verdict.valid_until == kNow + 60);
}

TEST_CASE("an anchor is trusted without a list, and by a list of its own key it stays trusted") {
  const Pki pki;
  VerifyCase question = pki.Case({List(pki.middle, {})});
  question.anchors = {&pki.root, &pki.middle};
  question.chain = {&pki.leaf};
  CHECK(question.Rule() == "accepted");
  ListSpec stale;
  stale.next_update = kNow - 1;
  stale.extensions = Scope(Tlv(0x82, "\xff"));  // authorities only: not about the leaf
  const Holder renewed = Ca("CN=middle", &pki.root, {}, pki.middle.key);
  question.anchors = {&pki.middle, &renewed};
  question.lists.push_back(List(pki.middle, stale));
  CHECK(question.Rule() == "accepted");
}

TEST_CASE("a list for other certificates that names an intermediate of the bundle refuses it") {
  const Pki pki;
  const Der elsewhere = Scope(PointNamed(Uri("http://crl.example/1")));
  VerifyCase question = pki.Case({List(pki.middle, {}), List(pki.root, Numbered(5, 1, elsewhere))});
  question.anchors = {&pki.root, &pki.middle};
  question.chain = {&pki.leaf};
  CHECK(question.Rule() == "revoked");
  ListSpec stale = Numbered(5, std::nullopt, elsewhere);
  stale.next_update = kNow - 1;
  question.lists.back() = List(pki.root, stale);
  CHECK(question.Rule() == "accepted");
  stale.entries = {{"\x02", 1, {}}};
  question.lists.back() = List(pki.root, stale);
  CHECK(question.Rule() == "crl-stale");
  stale.entries = {{"\x09", 7, {}}};  // which cannot be read
  question.lists.back() = List(pki.root, stale);
  CHECK(question.Rule() == "crl-entries");
}

TEST_CASE("an end entity in the bundle beside its CA does not outlive its revocation either") {
  const Pki pki;
  ListSpec names;
  names.entries = {{"\x03", 1, {}}};
  VerifyCase question = pki.Case({List(pki.root, {}), List(pki.middle, {})});
  question.anchors = {&pki.root, &pki.middle, &pki.leaf};
  CHECK(question.Rule() == "accepted");
  question.lists[1] = List(pki.middle, names);
  CHECK(question.Rule() == "revoked");
  question.settings = WithLists(true);
  CHECK(question.Rule() == "revoked");
}

}  // namespace
}  // namespace pinlatch::test::x509
