// The memory of revocation lists: how far each series has come, what is older than that, and what
// is kept of it for the next start.
#include "trust/list_memory.h"

#include <doctest/doctest.h>

#include "tls/list_site.h"

namespace pinlatch::test::x509 {
namespace {

TEST_CASE("a list that is older than one that served is refused, with the way out") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 6)}));
  CHECK(site.Serve({Numbered(site.root, 6)}));
  const std::string refusal = site.Refusal({Numbered(site.root, 5)});
  CHECK(Has(refusal, "its number is 0x05, and 0x06 was loaded before"));
  CHECK(site.WayOut({Numbered(site.root, 5)}) == kForgetRoot);
  CHECK(site.Serve({Numbered(site.root, 5), Numbered(site.root, 7)}));
}

TEST_CASE("a list is remembered over generations that do without it") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 6)}));
  CHECK(site.Serve({}));
  CHECK_FALSE(site.Serve({Numbered(site.root, 5)}));
}

TEST_CASE("numbers are remembered of each bundle, issuer, key, scope and kind apart") {
  Site site;
  const Holder other = Ca("CN=other");
  const Holder rekeyed = Ca("CN=root");
  site.Trust({&site.root, &other, &rekeyed});
  CHECK(site.Serve({Numbered(site.root, 6)}));
  CHECK(site.Serve({Numbered(other, 5)}));
  CHECK(site.Serve({Numbered(rekeyed, 5)}));
  CHECK(site.Serve({Numbered(site.root, 5, kNow - kDay, Ext("28", Seq(Tlv(0x81, "\xff")), true))}));
  CHECK(site.Serve({Numbered(site.root, 5, kNow - kDay, Ext("27", Integer(4), true))}));
  CHECK(site.memory.marks().size() == 5);
  CHECK_FALSE(site.Serve({Numbered(site.root, 5)}));
  site.trust.name = "machines";
  CHECK(site.Serve({Numbered(site.root, 5)}));
}

TEST_CASE("numbers of a bundle that is gone from the configuration hold for every bundle") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 6)}));
  site.trust.name = "machines";
  site.bundles = {"machines"};  // it was renamed
  const std::string refusal = site.Refusal({Numbered(site.root, 5)});
  CHECK(Has(refusal, "its number is 0x05, and 0x06 was loaded before"));
  CHECK(site.WayOut({Numbered(site.root, 5)}) == kForgetRoot);
  CHECK(site.Serve({Numbered(site.root, 6)}));
  const Holder rekeyed = Ca("CN=root");
  site.Trust({&rekeyed});
  CHECK(site.Serve({Numbered(rekeyed, 1)}));
}

TEST_CASE("of lists without a number the moment that they were issued is remembered") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, std::nullopt, kNow - 100)}));
  CHECK(Has(site.Refusal({Numbered(site.root, std::nullopt, kNow - 101)}), "it was issued "));
  CHECK(site.Serve({Numbered(site.root, std::nullopt, kNow - 99)}));
}

TEST_CASE("a list without a number between two with one does not lead back") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 6, kNow - 100)}));
  CHECK(site.Serve({Numbered(site.root, std::nullopt, kNow - 99)}));
  CHECK_FALSE(site.Serve({Numbered(site.root, 5, kNow - 98)}));
  CHECK_FALSE(site.Serve({Numbered(site.root, 6, kNow - 100)}));
  CHECK(site.Serve({Numbered(site.root, 7, kNow - 98)}));
}

TEST_CASE(
    "a list that cannot be used is remembered as well: taking it away brings no older one back") {
  Site site;
  ListSpec weak;
  weak.number = 6;
  weak.hash = MBEDTLS_MD_SHA1;
  CHECK(site.Serve({Numbered(site.root, 5), List(site.root, weak)}));
  CHECK_FALSE(site.Serve({Numbered(site.root, 5)}));
}

TEST_CASE("a list that its issuer did not sign leaves no mark") {
  Site site;
  const Holder impostor = Ca("CN=root");
  CHECK(site.Serve({Numbered(impostor, 1000000), Numbered(site.root, 5)}));
  REQUIRE(site.memory.marks().size() == 1);
  CHECK(site.memory.marks()[0].age.number->ToString() == "0x05");
}

TEST_CASE("what is forgotten no longer bars, and comes back when a list serves") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 1000000)}));
  const tls::ListMark mark = site.memory.marks()[0];
  CHECK(site.memory.Forget("machines", mark.issuer) == 0);
  CHECK(site.memory.Forget("devices", mark.issuer) == 1);
  CHECK(site.memory.Forget("devices", mark.issuer) == 0);
  CHECK(site.Serve({Numbered(site.root, 7)}));
  CHECK_FALSE(site.Serve({Numbered(site.root, 6)}));
}

TEST_CASE("marks that are kept and remembered again bar as before") {
  Site site;
  const Der users = Ext("28", Seq(Tlv(0x81, "\xff")), true);
  CHECK(site.Serve({Numbered(site.root, 6), Numbered(site.root, 8, kNow - kDay, users)}));
  const std::vector<tls::ListMark> marks = site.memory.marks();
  Site next;
  next.root = site.root;
  next.Trust({&next.root});
  for (const tls::ListMark& mark : marks) CHECK(next.memory.Remember(mark).ok());
  CHECK(next.memory.marks().size() == 2);
  CHECK_FALSE(next.Serve({Numbered(site.root, 5)}));
  CHECK_FALSE(next.Serve({Numbered(site.root, 7, kNow - kDay, users)}));
  CHECK(next.Serve({Numbered(site.root, 6), Numbered(site.root, 8, kNow - kDay, users)}));
  CHECK(tls::IssuerText(marks[0]) == "CN=root");
  const std::string scopes = tls::ScopeText(marks[0]) + "; " + tls::ScopeText(marks[1]);
  CHECK(scopes == "users only; all certificates");
}

TEST_CASE("of two marks of one series the newer one stays, whichever is remembered first") {
  Site site;
  CHECK(site.Serve({Numbered(site.root, 6)}));
  tls::ListMark mark = site.memory.marks()[0];
  mark.age.number = tls::ListNumber::Parse("0x05");
  CHECK(site.memory.Remember(mark).ok());
  CHECK(site.memory.marks()[0].age.number->ToString() == "0x06");
}

TEST_CASE("a mark whose names cannot be read is an error") {
  tls::ListMemory memory;
  tls::ListMark mark;
  CHECK_FALSE(memory.Remember(mark).ok());
  mark.issuer = {0x30, 0x01};
  CHECK_FALSE(memory.Remember(mark).ok());
  const std::string name = Name("CN=root");
  mark.issuer.assign(name.begin(), name.end());
  mark.scope = {0x31, 0x00};
  CHECK_FALSE(memory.Remember(mark).ok());
  mark.scope.clear();
  CHECK(memory.Remember(mark).ok());
}

TEST_CASE("the key of a list that the bundle cannot check is learnt from whoever is judged by it") {
  Remote site;
  const auto bundle = site.Load({Numbered(site.middle, 6)});
  REQUIRE(bundle.ok());
  site.memory.Note("devices", (*bundle)->impl());
  site.memory.Learn("devices", (*bundle)->impl());
  REQUIRE(site.memory.marks().size() == 1);
  CHECK(site.memory.marks()[0].key.empty());
  CHECK(site.Visit(**bundle) == "accepted");
  site.memory.Learn("devices", (*bundle)->impl());
  REQUIRE(site.memory.marks().size() == 1);
  CHECK(site.memory.marks()[0].key.size() == 64);
  CHECK_FALSE(site.Serve({Numbered(site.middle, 5)}));
}

Der KeyId(const Der& bytes) { return Ext("35", Seq(Tlv(0x80, bytes))); }

// Shown serves a list of the intermediate, which somebody is judged by.
void Show(Remote& site, const std::vector<uint8_t>& list) {
  const auto bundle = site.Load({list});
  REQUIRE(bundle.ok());
  site.memory.Note("devices", (*bundle)->impl());
  CHECK(site.Visit(**bundle) == "accepted");
  site.memory.Learn("devices", (*bundle)->impl());
}

TEST_CASE("an older list does not come back by another key identifier, or without one") {
  for (const Der& newer : {Der(), KeyId("a")}) {
    for (const Der& older : {Der(), KeyId("a"), KeyId("b")}) {
      Remote site;
      Show(site, Numbered(site.middle, 9, kNow - 1, newer));
      tls::ListMemory after_restart;
      for (const tls::ListMark& mark : site.memory.marks())
        CHECK(after_restart.Remember(mark).ok());
      const auto list = Numbered(site.middle, 8, kNow - 2, older);
      const auto bundle = site.Load({list});
      const bool is_contradicted = !newer.empty() && older == KeyId("b");
      CHECK(bundle.ok() == is_contradicted);  // perhaps it is of another key of that name
      if (bundle.ok()) CHECK(site.Visit(**bundle) == "crl-superseded");
      const auto again = tls::TrustBundle::Load(site.trust, kNow, &after_restart, site.bundles);
      CHECK(again.ok() == is_contradicted);
      if (again.ok()) CHECK(site.Visit(**again) == "crl-superseded");
    }
  }
}

TEST_CASE("a bundle with an older list of the same key does not judge as one without marks") {
  Remote site;
  const auto list = Numbered(site.middle, 8, kNow - 2, KeyId("b"));
  const auto before = site.Load({list});
  Show(site, Numbered(site.middle, 9, kNow - 1, KeyId("a")));
  const auto after = site.Load({list});
  REQUIRE(after.ok());
  CHECK_FALSE((*after)->JudgesAs(**before));
}

TEST_CASE("a new key of the same name begins anew, though lists of the old one are remembered") {
  Remote site;
  Show(site, Numbered(site.middle, 900, kNow - 1, KeyId("a")));
  site.middle = Ca("CN=middle", &site.root);
  site.leaf = Client(site.middle);
  Show(site, Numbered(site.middle, 3, kNow - 2, KeyId("b")));
  CHECK(site.memory.marks().size() == 2);
  CHECK_FALSE(site.Serve({Numbered(site.middle, 2, kNow - 2, KeyId("b"))}));
}

TEST_CASE("what was forgotten is not learnt again from the list that goes on serving") {
  Remote site;
  const auto bundle = site.Load({Numbered(site.middle, 6)});
  REQUIRE(bundle.ok());
  site.memory.Note("devices", (*bundle)->impl());
  CHECK(site.Visit(**bundle) == "accepted");
  CHECK(site.memory.Forget("devices", site.memory.marks()[0].issuer) == 1);
  site.memory.Learn("devices", (*bundle)->impl());
  CHECK(site.memory.marks().empty());
}

TEST_CASE("a forged list beside an old one of an issuer that is not in the bundle admits nobody") {
  Remote site;
  const auto newest = site.Load({Numbered(site.middle, 6)});
  REQUIRE(newest.ok());
  site.memory.Note("devices", (*newest)->impl());
  CHECK(site.Visit(**newest) == "accepted");
  site.memory.Learn("devices", (*newest)->impl());
  const Holder impostor = Ca("CN=middle");
  const auto bundle = site.Load({Numbered(impostor, 900), Numbered(site.middle, 5)});
  REQUIRE(bundle.ok());  // which of the two is forged is not known yet
  CHECK(site.Visit(**bundle) == "crl-superseded");
  CHECK_FALSE((*bundle)->JudgesAs(**newest));
}

}  // namespace
}  // namespace pinlatch::test::x509
