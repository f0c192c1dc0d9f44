// What is told of a bundle that loads and yet keeps somebody out: each with its place.
#include "verdict/bundle_warnings.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/encoding.h"
#include "identity/describe.h"
#include "tls/revocation_case.h"
#include "trust/list_memory.h"

namespace pinlatch::test::x509 {
namespace {

using Lists = std::vector<std::vector<uint8_t>>;

ListSpec Numbered(long long number) {
  ListSpec spec;
  spec.number = number;
  return spec;
}

// TextsOf joins the warnings with this code; those with another one go to `others`.
std::string TextsOf(const tls::TrustBundle& bundle, ErrorCode code, size_t& others) {
  std::string text;
  for (const Error& warning : tls::BundleWarnings(bundle, kNow, "/trust/devices")) {
    const bool is_of_ca =
        warning.code == ErrorCode::kAuthorityNotValid || warning.code == ErrorCode::kAnchorUnusable;
    CHECK(warning.at == (is_of_ca ? "/trust/devices/ca" : "/trust/devices/crl"));
    if (warning.code == code) {
      text += (text.empty() ? "" : "; ") + warning.detail;
    } else {
      ++others;
    }
  }
  return text;
}

// Told is all that is told of such a bundle, which must have this code.
std::string Told(const std::vector<const Holder*>& anchors, const Lists& lists, ErrorCode code,
                 const snapshot::Trust& settings = WithLists()) {
  size_t others = 0;
  const std::string text =
      TextsOf(*VerifyCase{anchors, {}, lists, settings}.Bundle(), code, others);
  CHECK(others == 0);
  return text;
}

TEST_CASE("nothing is told of a bundle in which everything can be used") {
  const Pki pki;
  CHECK(Told({&pki.root, &pki.middle}, {List(pki.root, {}), List(pki.middle, {})},
             ErrorCode::kInternal) == "");
  CHECK(Told({&pki.root}, {}, ErrorCode::kInternal, {}) == "");
}

TEST_CASE("a newest list that cannot be used is told of, with the rule") {
  const Pki pki;
  const auto told = [&](const Lists& lists) {
    return Told({&pki.root}, lists, ErrorCode::kListUnusable);
  };
  ListSpec stale = Numbered(6);
  stale.next_update = kNow - 1;
  const std::string of_root = "CRL, the list of CN=root: ";
  CHECK(told({List(pki.root, Numbered(5)), List(pki.root, stale)})
            .starts_with(of_root + "crl-stale, next due "));
  CHECK(told({List(pki.root, Numbered(7)), List(pki.root, stale)}) == "");
  ListSpec early = Numbered(6);
  early.this_update = kNow + 60;
  CHECK(told({List(pki.root, early)}).starts_with(of_root + "crl-not-yet-valid, issued "));
  ListSpec weak = Numbered(6);
  weak.hash = MBEDTLS_MD_SHA1;
  CHECK(told({List(pki.root, weak)}) ==
        of_root + "crl-signature-algorithm, it is signed with ecdsa-with-SHA1");
  ListSpec odd = Numbered(6);
  odd.extensions = Ext("1.2.3.4", Octets("x"), true);
  CHECK(told({List(pki.root, odd)}) == of_root + "crl-critical-extension, extension 1.2.3.4");
  ListSpec delta = Numbered(9);
  delta.extensions = Delta(8);
  CHECK(told({List(pki.root, Numbered(5)), List(pki.root, delta)})
            .starts_with(of_root + "crl-base, a delta list builds on number 0x08"));
  CHECK(told({List(pki.root, Numbered(8)), List(pki.root, delta)}) == "");
}

TEST_CASE("an overdue list that whenStale lets go on is not told of") {
  const Pki pki;
  ListSpec stale;
  stale.next_update = kNow - 60;
  snapshot::Trust settings = WithLists();
  settings.revocation->when_stale = snapshot::WhenStale::kGrace;
  settings.revocation->grace_seconds = 61;
  CHECK(Told({&pki.root}, {List(pki.root, stale)}, ErrorCode::kListUnusable, settings) == "");
  settings.revocation->grace_seconds = 59;
  CHECK(Told({&pki.root}, {List(pki.root, stale)}, ErrorCode::kListUnusable, settings) != "");
}

TEST_CASE("an authority that has expired, or not begun, is told of") {
  Spec spec;
  spec.subject = "CN=old";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.not_after = kNow - 1;
  const Holder old = Issue(spec);
  const Holder root = Ca("CN=root");
  CHECK(Told({&root, &old}, {}, ErrorCode::kAuthorityNotValid, {})
            .starts_with("CN=old, which expired on "));
  spec.not_after = kNow + kDay;
  spec.not_before = kNow + 1;
  const Holder early = Issue(spec);
  CHECK(Told({&root, &early}, {}, ErrorCode::kAuthorityNotValid, {})
            .starts_with("CN=old, which is valid from "));
}

TEST_CASE("an authority without a list is told of where that refuses") {
  const Pki pki;
  const Holder other = Ca("CN=other");
  const Lists lists = {List(pki.root, {})};
  CHECK(Told({&pki.root, &other}, lists, ErrorCode::kAuthorityUnlisted) ==
        "no revocation list of CN=other, an authority of `ca`");
  snapshot::Trust settings = WithLists();
  settings.revocation->accept_unlisted_issuers = true;
  CHECK(Told({&pki.root, &other}, lists, ErrorCode::kAuthorityUnlisted, settings) == "");
  // With `check: "leaf"` a root whose intermediate is in the bundle may issue nothing else.
  CHECK(Told({&pki.root, &pki.middle}, {List(pki.middle, {})}, ErrorCode::kAuthorityUnlisted,
             WithLists(true)) == "");
  CHECK(Told({&pki.root, &pki.middle}, {List(pki.middle, {})}, ErrorCode::kAuthorityUnlisted) ==
        "no revocation list of CN=root, an authority of `ca`");
}

TEST_CASE("an authority is without a list where no list of its name admits those whom it issued") {
  const Holder old_root = Ca("CN=root");
  const Holder new_root = Ca("CN=root");
  const auto told = [](const std::vector<const Holder*>& anchors, const Lists& lists) {
    size_t others = 0;
    return TextsOf(*VerifyCase{anchors, {}, lists, WithLists()}.Bundle(),
                   ErrorCode::kAuthorityUnlisted, others);
  };
  const auto admits = [](const Holder& root, const std::vector<const Holder*>& anchors,
                         const Lists& lists) {
    Spec spec;
    spec.serial = "\x03";
    spec.extensions = UsageExt(0x80);
    const Holder leaf = Issue(spec, &root);
    return VerifyCase{anchors, {&leaf}, lists, WithLists()}.Rule() == "accepted";
  };
  const std::string unlisted = "no revocation list of CN=root, an authority of `ca`";
  const Lists of_new = {List(new_root, {})};
  // By the new key of a root that was renewed.
  CHECK(told({&old_root, &new_root}, of_new) == "");
  CHECK(admits(old_root, {&old_root, &new_root}, of_new));
  CHECK(admits(new_root, {&old_root, &new_root}, of_new));
  // By a key that is not in the bundle.
  CHECK(told({&old_root}, of_new) == unlisted);
  CHECK_FALSE(admits(old_root, {&old_root}, of_new));
  // By one that may sign no lists, or not any more.
  Spec spec;
  spec.subject = "CN=root";
  spec.extensions = AuthorityExt() + UsageExt(0x04);
  const Holder signs_none = Issue(spec);
  CHECK(told({&signs_none}, {List(signs_none, {})}) == unlisted);
  CHECK_FALSE(admits(signs_none, {&signs_none}, {List(signs_none, {})}));
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.not_after = kNow - 1;
  const Holder expired = Issue(spec);
  CHECK(told({&new_root, &expired}, {List(expired, {})}) == unlisted);
  CHECK_FALSE(admits(new_root, {&new_root, &expired}, {List(expired, {})}));
}

TEST_CASE("a list of an issuer that is not in the bundle, or that it did not sign, is told of") {
  const Pki pki;
  const Holder stranger = Ca("CN=root");
  CHECK(Told({&pki.root}, {List(pki.root, {}), List(pki.middle, {})}, ErrorCode::kListForeign) ==
        "CRL, the list of CN=middle, which is not an authority of the trust bundle");
  CHECK(Told({&pki.root}, {List(pki.root, {}), List(stranger, Numbered(9))},
             ErrorCode::kListForeign) ==
        "CRL, the list of CN=root, which no authority of that name in the trust bundle has signed");
}

TEST_CASE("a file or folder without a list is told of") {
  const Pki pki;
  const Folder folder;
  std::filesystem::create_directory(folder.Path("lists"));
  snapshot::Trust trust = WithLists();
  trust.at = "/trust/devices";
  trust.ca = {
      {folder.Write("ca.pem", PemOf({&pki.root})), {HexEncode(identity::Sha256Of(pki.root.der))}}};
  const std::vector<uint8_t> list = List(pki.root, {});
  trust.revocation->files = {folder.Write("a.crl", std::string(list.begin(), list.end())),
                             folder.Path("lists")};
  const auto bundle = tls::TrustBundle::Load(trust, kNow);
  REQUIRE(bundle.ok());
  size_t others = 0;
  CHECK(TextsOf(**bundle, ErrorCode::kListsMissing, others) ==
        trust.revocation->files[1] + " contains no revocation list");
  CHECK(others == 0);
}

}  // namespace
}  // namespace pinlatch::test::x509
