// Revocation lists that another key of the issuer signed, which the bundle has too: within one
// bundle who has the name of an authority is the authority.
#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

using Lists = std::vector<std::vector<uint8_t>>;

ListSpec Numbered(long long number, UnixSeconds this_update = kNow - kDay) {
  ListSpec spec;
  spec.number = number;
  spec.this_update = this_update;
  return spec;
}
ListSpec Naming(const std::string& serial, ListSpec spec) {
  spec.entries = {{serial, std::nullopt, {}}};
  return spec;
}
ListSpec Overdue(ListSpec spec) {
  spec.next_update = kNow - 1;
  return spec;
}

// Renewed is a PKI whose intermediate has got a new key; the leaf, serial 3, is of the old one.
struct Renewed {
  Pki pki;
  Holder renewed = Ca("CN=middle", &pki.root);

  std::string Rule(std::vector<const Holder*> anchors, const Lists& of_middle,
                   std::vector<const Holder*> chain,
                   const snapshot::Trust& settings = WithLists()) const {
    Lists lists = of_middle;
    lists.push_back(pki.RootList());
    return VerifyCase{std::move(anchors), std::move(chain), std::move(lists), settings}.Rule();
  }
};

TEST_CASE("a list by the new key of an issuer refuses whom the old key issued, wherever it is") {
  const Renewed site;
  const auto& [pki, renewed] = site;
  const Lists lists = {List(pki.middle, Numbered(3)), List(renewed, Naming("\x03", Numbered(9)))};
  const std::vector<const Holder*> all = {&pki.root, &pki.middle, &renewed};
  CHECK(site.Rule(all, lists, {&pki.leaf}) == "revoked");
  CHECK(site.Rule(all, lists, {&pki.leaf, &pki.middle}) == "revoked");
  CHECK(site.Rule({&pki.root, &renewed}, lists, {&pki.leaf, &pki.middle}) == "revoked");
  CHECK(site.Rule({&pki.middle, &renewed}, lists, {&pki.leaf}) == "revoked");
  CHECK(site.Rule({&pki.root}, lists, {&pki.leaf, &pki.middle, &renewed}) == "revoked");
  CHECK(site.Rule({&pki.root, &pki.middle}, lists, {&pki.leaf, &renewed}) == "revoked");
  snapshot::Trust unlisted = WithLists();
  unlisted.revocation->accept_unlisted_issuers = true;
  CHECK(site.Rule(all, lists, {&pki.leaf}, unlisted) == "revoked");
}

TEST_CASE("a root whose key was renewed speaks by its new list for whom the old key issued") {
  const Holder old_root = Ca("CN=root");
  const Holder new_root = Ca("CN=root");
  Spec spec;
  spec.serial = "\x03";
  spec.extensions = UsageExt(0x80);
  const Holder leaf = Issue(spec, &old_root);
  const auto rule = [&](const Lists& lists) {
    return VerifyCase{{&old_root, &new_root}, {&leaf}, lists, WithLists()}.Rule();
  };
  const auto names = List(new_root, Naming("\x03", Numbered(9)));
  CHECK(rule({List(old_root, Numbered(3)), names}) == "revoked");
  CHECK(rule({names}) == "revoked");
  CHECK(rule({List(new_root, Numbered(9))}) == "accepted");
  CHECK(rule({List(Ca("CN=root"), Numbered(9))}) == "crl-signature");
}

TEST_CASE("a root whose key was renewed vouches for those who sign lists beneath it") {
  const Holder old_root = Ca("CN=root");
  const Holder new_root = Ca("CN=root");
  const Holder other_root = Ca("CN=other root");
  const Holder middle = Ca("CN=middle", &old_root);
  const Holder leaf = Client(middle);
  const auto rule = [&](const Holder& above) {
    const Holder renewed = Ca("CN=middle", &above);
    const Lists lists = {List(old_root, {}), List(new_root, {}), List(other_root, {}),
                         List(middle, Numbered(3)), List(renewed, Naming("\x01", Numbered(9)))};
    return VerifyCase{
        {&old_root, &new_root, &other_root}, {&leaf, &middle, &renewed}, lists, WithLists()}
        .Rule();
  };
  CHECK(rule(new_root) == "revoked");
  // An authority of another name that issues to the same one is no authority of the leaf.
  CHECK(rule(other_root) == "accepted");
}

TEST_CASE("an issuer of indirect lists that lies in the bundle itself may speak") {
  const Holder root = Ca("CN=root");
  const Holder signer = Ca("CN=list issuer");
  const Holder leaf = Client(root, PointsExt(Seq(Tlv(0xa2, Directory("CN=list issuer")))));
  ListSpec list;
  list.extensions = Scope(Tlv(0x84, "\xff"));
  const auto rule = [&] {
    const Lists lists = {List(root, {}), List(signer, list)};
    return VerifyCase{{&root, &signer}, {&leaf}, lists, WithLists()}.Rule();
  };
  CHECK(rule() == "accepted");
  list.entries = {{"\x01", std::nullopt, Ext("29", Seq(Directory("CN=root")), true)}};
  CHECK(rule() == "revoked");
}

TEST_CASE("a key of the bundle that has expired, or was revoked, refuses by its list only") {
  const Renewed site;
  const Pki& pki = site.pki;
  Spec spec;
  spec.subject = "CN=middle";
  spec.serial = "\x09";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.not_after = kNow - 1;
  const Holder expired = Issue(spec, &pki.root);
  const std::vector<const Holder*> anchors = {&pki.root, &pki.middle, &expired};
  const auto good = List(pki.middle, Numbered(3));
  const auto rule = [&](const Lists& lists) { return site.Rule(anchors, lists, {&pki.leaf}); };
  CHECK(rule({good, List(expired, Naming("\x03", Numbered(9)))}) == "revoked");
  CHECK(rule({good, List(expired, Numbered(9))}) == "accepted");
  CHECK(rule({List(expired, Numbered(9))}) == "crl-signer");

  spec.not_after = kNow + kDay;
  const Holder revoked = Issue(spec, &pki.root);
  const auto with_revoked = [&](const Lists& of_middle) {
    Lists lists = of_middle;
    lists.push_back(List(pki.root, Naming("\x09", Numbered(5))));
    return VerifyCase{{&pki.root, &pki.middle, &revoked}, {&pki.leaf}, lists, WithLists()}.Rule();
  };
  CHECK(with_revoked({good, List(revoked, Naming("\x03", Numbered(9)))}) == "revoked");
  CHECK(with_revoked({List(revoked, Numbered(9))}) == "crl-signer");
}

TEST_CASE("the last list of an old key falls due without keeping out the clients of the new key") {
  const Renewed site;
  const auto& [pki, renewed] = site;
  const Holder leaf = Client(renewed);
  const auto rule = [&](const ListSpec& of_old, const ListSpec& of_new) {
    const Lists lists = {List(pki.middle, of_old), List(renewed, of_new)};
    return site.Rule({&pki.root, &pki.middle, &renewed}, lists, {&leaf});
  };
  const ListSpec before = Overdue(Numbered(3, kNow - 2 * kDay));
  CHECK(rule(before, Numbered(9)) == "accepted");
  // One that was issued after the list of the new key may have known more.
  CHECK(rule(Overdue(Numbered(3, kNow - 60)), Numbered(9)) == "crl-stale");
  CHECK(rule(Naming("\x01", before), Numbered(9)) == "crl-stale");
  CHECK(rule(before, Overdue(Numbered(9))) == "crl-stale");
  // It still counts for those whom the old key issued.
  const Lists lists = {List(pki.middle, before), List(renewed, Numbered(9))};
  CHECK(site.Rule({&pki.middle, &renewed}, lists, {&pki.leaf}) == "crl-stale");
}

TEST_CASE("a key does not say of its own certificate that it is good") {
  const Holder old_root = Ca("CN=root");
  const Holder new_root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=root";
  spec.serial = "\x05";
  spec.extensions = UsageExt(0x82);
  const Holder cross = Issue(spec, &old_root, new_root.key);
  snapshot::Trust settings = WithLists(true);  // of the certificate in question alone
  const auto rule = [&](const ListSpec& list) {
    return VerifyCase{{&old_root, &new_root}, {&cross}, {List(new_root, list)}, settings}.Rule();
  };
  CHECK(rule(Numbered(9)) == "crl-signer");
  CHECK(rule(Naming("\x05", Numbered(9))) == "revoked");
}

}  // namespace
}  // namespace pinlatch::test::x509
