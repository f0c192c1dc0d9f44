// Lists that served before and are in none of the files any more: neither an older list, nor one of
// another scope, nor none at all brings back whom they revoked (RFC 5280 sections 5.2.3 and 5.2.4).
#include <doctest/doctest.h>

#include "tls/list_site.h"
#include "verdict/bundle_warnings.h"

namespace pinlatch::test::x509 {
namespace {

constexpr UnixSeconds kLastWeek = kNow - 7 * kDay;
constexpr UnixSeconds kYesterday = kNow - kDay;
const Der kUsersOnly = Ext("28", Seq(Tlv(0x81, "\xff")), true);
const Der kAuthoritiesOnly = Ext("28", Seq(Tlv(0x82, "\xff")), true);

Der BuiltOn(long long base) { return Ext("27", Integer(base), true); }

// Clients is a site whose one client is judged by the lists.
struct Clients : Site {
  Holder client = Client(root);

  std::string Visit(const tls::TrustBundle& bundle) const {
    return RuleOf(VerifyCase{{}, {&client}, {}, {}}.Verdict(bundle));
  }
  // Judge serves lists and says what becomes of the client.
  std::string Judge(const std::vector<std::vector<uint8_t>>& lists) {
    const auto bundle = Load(lists);
    if (!bundle.ok()) return "not loaded";
    memory.Note(trust.name, (*bundle)->impl());
    return Visit(**bundle);
  }
  std::vector<Error> Gone(const std::vector<std::vector<uint8_t>>& lists) {
    const auto bundle = Load(lists);
    REQUIRE(bundle.ok());
    std::vector<Error> gone = tls::BundleWarnings(**bundle, kNow, "/trust/devices");
    std::erase_if(gone, [](const Error& one) { return one.code != ErrorCode::kListGone; });
    return gone;
  }
  std::string Warning(const std::vector<std::vector<uint8_t>>& lists) {
    std::string text;
    for (const Error& warning : Gone(lists)) text += warning.detail;
    return text;
  }
  std::vector<std::string> WayOut(const std::vector<std::vector<uint8_t>>& lists) {
    const std::vector<Error> gone = Gone(lists);
    REQUIRE(gone.size() == 1);
    return CommandOf(gone[0]);
  }
  std::vector<uint8_t> Complete(long long number) { return Numbered(root, number); }
  std::vector<uint8_t> DeltaList(long long number, long long base) {
    return Numbered(root, number, kYesterday, BuiltOn(base));
  }
};

}  // namespace

TEST_CASE("a complete list counts only as far as the delta lists went that served with it") {
  Clients site;
  CHECK(site.Judge({site.Complete(5), site.DeltaList(6, 5)}) == "accepted");
  CHECK(site.Judge({site.Complete(5)}) == "crl-superseded");
  CHECK(site.Warning({site.Complete(5)})
            .starts_with("the delta list for all certificates, number 0x06, issued "));
  CHECK(site.WayOut({site.Complete(5)}) == kForgetRoot);
  CHECK(site.Judge({site.Complete(5), site.DeltaList(7, 5)}) == "accepted");
  CHECK(site.Judge({site.Complete(5), site.DeltaList(8, 7)}) == "crl-base");
  CHECK(site.Judge({site.Complete(7), site.DeltaList(8, 7)}) == "accepted");
}

TEST_CASE("delta lists go when a complete list has come as far, also where an older one stays") {
  for (const long long number : {6, 7}) {
    Clients site;
    CHECK(site.Judge({site.Complete(5), site.DeltaList(6, 5)}) == "accepted");
    CHECK(site.Warning({site.Complete(number)}) == "");
    CHECK(site.Judge({site.Complete(number)}) == "accepted");
  }
  Clients site;
  CHECK(site.Judge({site.Complete(5), site.DeltaList(7, 5)}) == "accepted");
  CHECK(site.Judge({site.Complete(5), site.DeltaList(6, 5)}) == "not loaded");
  CHECK(site.Judge({site.Complete(8), site.DeltaList(6, 5)}) == "accepted");
}

TEST_CASE("how far delta lists went is asked after a restart, and no more once it is forgotten") {
  Clients site;
  CHECK(site.Judge({site.Complete(5), site.DeltaList(6, 5)}) == "accepted");
  tls::ListMemory after_restart;
  for (const tls::ListMark& mark : site.memory.marks()) CHECK(after_restart.Remember(mark).ok());
  site.Write({site.Complete(5)});
  const auto again = tls::TrustBundle::Load(site.trust, kNow, &after_restart, site.bundles);
  REQUIRE(again.ok());
  CHECK(site.Visit(**again) == "crl-superseded");
  CHECK(site.memory.Forget("devices", site.memory.marks()[0].issuer) == 2);
  CHECK(site.Judge({site.Complete(5)}) == "accepted");
}

TEST_CASE("a list of another scope that is older does not take the place of one that is gone") {
  Clients site;
  const auto plain = Numbered(site.root, 5, kLastWeek);
  CHECK(site.Judge({plain}) == "accepted");
  CHECK(site.Judge({Numbered(site.root, 6, kYesterday, kUsersOnly)}) == "accepted");
  CHECK(site.Judge({plain}) == "crl-superseded");
  CHECK(site.Warning({plain}).starts_with("the list for users only, number 0x06, issued "));
  // Of the same second the number tells.
  CHECK(site.Judge({Numbered(site.root, 5, kYesterday)}) == "crl-superseded");
}

TEST_CASE("a list that is issued later takes the place of one of another scope") {
  Clients site;
  CHECK(site.Judge({Numbered(site.root, 6, kLastWeek, kUsersOnly)}) == "accepted");
  CHECK(site.Judge({Numbered(site.root, 7, kYesterday)}) == "accepted");
  CHECK(site.Warning({Numbered(site.root, 7, kYesterday)}) == "");
  CHECK(site.Judge({Numbered(site.root, 8, kYesterday, kUsersOnly)}) == "accepted");
  // Numbers of different series need not compare: told of, and no refusal.
  const std::vector<std::vector<uint8_t>> parts = {
      Numbered(site.root, 8, kYesterday, kUsersOnly),
      Numbered(site.root, 1, kYesterday, kAuthoritiesOnly)};
  CHECK(site.Judge(parts) == "accepted");
  CHECK(site.Warning(parts) != "");
}

TEST_CASE("a certificate that the missing list was not about is judged by what is there") {
  Clients site;
  CHECK(site.Judge({Numbered(site.root, 6, kYesterday, kAuthoritiesOnly),
                    Numbered(site.root, 5, kLastWeek)}) == "accepted");
  CHECK(site.Judge({Numbered(site.root, 5, kLastWeek)}) == "accepted");
}

TEST_CASE("where issuers without lists are accepted, one whose list served is none of them") {
  Clients site;
  site.trust.revocation->accept_unlisted_issuers = true;
  CHECK(site.Judge({}) == "accepted");
  CHECK(site.Judge({site.Complete(5)}) == "accepted");
  CHECK(site.Judge({}) == "crl-superseded");
}

TEST_CASE("the new key of an issuer does without the lists of the one before") {
  Clients site;
  CHECK(site.Judge({site.Complete(900)}) == "accepted");
  const Holder before = site.root;
  site.root = Ca("CN=root");
  site.client = Client(site.root);
  site.Trust({&site.root});
  CHECK(site.Judge({Numbered(site.root, 1, kLastWeek)}) == "accepted");
  site.Trust({&before, &site.root});
  CHECK(site.Judge({Numbered(site.root, 2, kNow - 1)}) == "accepted");
}

TEST_CASE("a bundle that is renamed asks for what is missing where it has lists of the issuer") {
  Clients site;
  CHECK(site.Judge({Numbered(site.root, 6, kYesterday, kUsersOnly)}) == "accepted");
  site.trust.name = "machines";
  site.trust.revocation->accept_unlisted_issuers = true;
  CHECK(site.Judge({Numbered(site.root, 5, kLastWeek)}) == "accepted");  // "devices" is there still
  site.bundles = {"machines"};
  CHECK(site.Judge({Numbered(site.root, 5, kLastWeek)}) == "crl-superseded");
}

TEST_CASE("an anchor is as revoked as a delta list of its CA said that is missing") {
  Clients site;
  const Holder middle = Ca("CN=middle", &site.root);
  site.client = Client(middle);
  site.Trust({&site.root, &middle});
  site.trust.revocation->leaf_only = false;
  const auto of_middle = Numbered(middle, 1);
  CHECK(site.Judge({site.Complete(5), site.DeltaList(6, 5), of_middle}) == "accepted");
  CHECK(site.Judge({site.Complete(5), of_middle}) == "crl-superseded");
  CHECK(site.Judge({site.Complete(6), of_middle}) == "accepted");
}

TEST_CASE("of an issuer that clients present a list is missing once it has been proven") {
  Remote site;
  const auto complete = Numbered(site.middle, 5);
  const auto both = site.Load({complete, Numbered(site.middle, 6, kYesterday, BuiltOn(5))});
  REQUIRE(both.ok());
  site.memory.Note("devices", (*both)->impl());
  CHECK(site.Visit(**both) == "accepted");
  site.memory.Learn("devices", (*both)->impl());
  const Holder impostor = Ca("CN=middle");
  const auto bundle = site.Load({complete, Numbered(impostor, 900, kNow, BuiltOn(5))});
  REQUIRE(bundle.ok());
  CHECK(site.Visit(**bundle) == "crl-superseded");
  CHECK_FALSE((*bundle)->JudgesAs(**both));
  const auto same = site.Load({complete, Numbered(site.middle, 6, kYesterday, BuiltOn(5))});
  REQUIRE(same.ok());
  CHECK(site.Visit(**same) == "accepted");
}

}  // namespace pinlatch::test::x509
