// Why an identity is not a client, in words.
#include "policy/evidence.h"

#include <numeric>

#include "base/encoding.h"
#include "doctest/doctest.h"
#include "policy/match_among.h"
#include "policy/pin_match.h"
#include "policy/test_conditions.h"

namespace pinlatch::policy {
namespace {

using identity::PeerIdentity;
using snapshot::Client;
using snapshot::Pin;

Client Named(std::string name) {
  Client client;
  client.name = std::move(name);
  client.at = "/clients/" + client.name;
  return client;
}
Client WhenOnly(Condition condition) {
  Client client = Named("kiosk");
  client.unpinned = true;
  client.when = std::move(condition);
  return client;
}
std::vector<std::string> Explain(const Client& client, UnixSeconds now = 0) {
  std::vector<std::string> texts;
  for (const Finding& finding : ExplainClient(client, Kiosk(), now)) {
    texts.push_back(finding.at + " " + finding.ToString());
  }
  // It explains exactly when the client does not match.
  CHECK(texts.empty() == (MatchAmong({client}, Kiosk(), now) == ClientSet{0}));
  return texts;
}
using Texts = std::vector<std::string>;
const std::string kAt = "/clients/kiosk/when/x ";

TEST_CASE("a field that differs is named with what was expected and presented") {
  CHECK(Explain(WhenOnly(Subject("OU", "kiosks"))).empty());
  CHECK(Explain(WhenOnly(Subject("OU", "sales"))) ==
        Texts{kAt + R"(subject.OU: expected "sales", presented "kiosks", "hall")"});
  CHECK(Explain(WhenOnly(Subject("L", "Bonn"))) ==
        Texts{kAt + R"(subject.L: expected "Bonn", presented nothing)"});
  CHECK(Explain(WhenOnly(FieldIs(IdentityField::kSanDns, {Exactly("a"), Pattern("*.b")}))) ==
        Texts{kAt + R"(san.dns: expected one of "a", the pattern "*.b", presented )" +
              R"("Kiosk-7.hall.example.com", "alias.example.org")"});
}

TEST_CASE("addresses, times and fingerprints are written as people know them") {
  Match network;
  network.kind = Match::Kind::kNetwork;
  network.size = 4;
  network.bits = 8;
  network.bytes[0] = 11;
  CHECK(Explain(WhenOnly(FieldIs(IdentityField::kSanIp, {network}))) ==
        Texts{kAt + R"(san.ip: expected 11.0.0.0/8, presented "10.1.2.3", "2001:db8::1")"});
  Match time;
  time.kind = Match::Kind::kTime;
  time.period = {1'800'000'001, 1'900'000'000};
  CHECK(Explain(WhenOnly(FieldIs(IdentityField::kNotAfter, {time}))) ==
        Texts{kAt + "notAfter: expected after 2027-01-15T08:00:00Z and before "
                    "2030-03-17T17:46:40Z, presented 2027-01-15T08:00:00Z"});
  const std::string twenty(40, '2');
  CHECK(Explain(WhenOnly(FieldIs(IdentityField::kSha1, {Digest(0x99, 20)})))[0].ends_with(
      "presented " + twenty));
}

TEST_CASE("a certificate that is denied under its other signature is said to be that one") {
  const PeerIdentity denied = FingerprintsOf(SignedByEcdsa(false));
  const Client client = WhenOnly(Not(FieldIs(IdentityField::kSha256, {DigestOf(denied.sha256)})));
  const auto finding = [&](const PeerIdentity& identity) {
    const std::vector<Finding> findings = ExplainClient(client, identity, 0);
    REQUIRE(findings.size() == 1);
    return findings[0].ToString();
  };
  CHECK(finding(denied).ends_with("presented " + HexEncode(denied.sha256)));
  CHECK(finding(FingerprintsOf(SignedByEcdsa(true)))
            .ends_with(", the same certificate with its signature rewritten"));
  CHECK(ExplainClient(client, Kiosk(), 0).empty());
}

TEST_CASE("what counts against a client in another spelling, or is only claimed, is said to") {
  PeerIdentity identity = Kiosk();
  identity.san_dns = {"banned.example.com."};
  identity.policies = {"1.2.3"};
  identity.asserted_policies = {"1.2.3", "1.2.9"};
  const auto said = [&](Condition condition) {
    const std::vector<Finding> findings =
        ExplainClient(WhenOnly(std::move(condition)), identity, 0);
    REQUIRE(findings.size() == 1);
    return findings[0].ToString();
  };
  const std::string counts =
      ", which counts against the client: malformed, in another spelling, or claimed";
  CHECK(said(Not(FieldIs(IdentityField::kSanDns, {Exactly("banned.example.com")}))) ==
        R"(san.dns: expected not "banned.example.com", presented "banned.example.com.")" + counts);
  const Condition high = FieldIs(IdentityField::kPolicies, {Exactly("1.2.9")});
  CHECK(said(high) ==
        R"(policies: expected "1.2.9", presented "1.2.3" and only claims of "1.2.9")");
  CHECK(said(Not(high)) ==
        R"(policies: expected not "1.2.9", presented "1.2.3" and only claims of "1.2.9")" + counts);
}

TEST_CASE("every branch of an any is named, of an all those that fail, of a not what matches") {
  using enum Condition::Kind;
  CHECK(Explain(WhenOnly(Of(kAny, {Subject("C", "FR"), Subject("C", "US")}))).size() == 2);
  CHECK(Explain(WhenOnly(Of(kAll, {Subject("C", "DE"), Subject("C", "US")}))).size() == 1);
  CHECK(Explain(WhenOnly(Not(Subject("C", "DE")))) ==
        Texts{kAt + R"(subject.C: expected not "DE", presented "DE")"});
  CHECK(Explain(WhenOnly(Not(Of(kAny, {Subject("C", "FR"), Subject("C", "DE")})))).size() == 1);
  CHECK(Explain(WhenOnly(Of(kAny, {}))).size() == 1);
}

TEST_CASE("what is said of one client is bounded") {
  std::vector<Condition> parts(500, Subject("C", "FR"));
  CHECK(Explain(WhenOnly(Of(Condition::Kind::kAny, parts))).size() == kMostFindings);
  Match longest = Exactly(std::string(4000, 'x'));
  CHECK(Explain(WhenOnly(FieldIs(IdentityField::kSubjectAttribute, {longest}, "C")))[0].size() <
        300);
}

TEST_CASE("beside a SHA-1 pin stands the SHA-1 fingerprint that was presented") {
  const auto digits = [](const char* pair, size_t octets) {
    std::string text;
    for (size_t i = 0; i < octets; ++i) text += pair;
    return text;
  };
  const std::string presented = "sha256:" + digits("11", 32) + ", spki:sha256:" + digits("33", 32);
  Client client = Named("kiosk");
  client.pins.emplace_back().kind = snapshot::PinKind::kSha1;
  CHECK(ExplainClient(client, Kiosk(), 0).front().presented ==
        presented + ", sha1:" + digits("22", 20));
  client.pins.front().kind = snapshot::PinKind::kSha256;
  CHECK(ExplainClient(client, Kiosk(), 0).front().presented == presented);
}

TEST_CASE("a pin that fits and is out of its time is all that is said of the pins") {
  Client client = Named("kiosk");
  Pin old;
  old.value.fill(0x11);
  old.label = "old";
  old.period = {1'000'000'000, 1'100'000'000};
  client.pins = {old};
  CHECK(Explain(client, 1'050'000'000).empty());
  const std::string eleven(64, '1');
  CHECK(Explain(client, 1'100'000'000)[0].starts_with(
      "/clients/kiosk/pins pins: expected a pin that is in force; the pin sha256:" + eleven +
      " (\"old\") fits, but expired at 2004-11-09T11:33:20Z, presented sha256:"));
  CHECK(Explain(client, 1)[0].find("is not in force before 2001-09-09T01:46:40Z") !=
        std::string::npos);
  CHECK(Explain(Named("nobody"))[0].starts_with(
      "/clients/nobody/pins pins: expected a pin, and this client has none"));
}

TEST_CASE("pins and condition are both named when both fail") {
  Client client = WhenOnly(Subject("C", "FR"));
  client.unpinned = false;
  client.pins.resize(6);
  const Texts texts = Explain(client);
  REQUIRE(texts.size() == 2);
  CHECK(texts[0].find(" and 2 more") != std::string::npos);
}

// Of these clients "right" alone has a pin of the identity, from second 10 to 20.
std::vector<Client> Household() {
  Client other_pin = Named("other pin");
  other_pin.pins.resize(1);
  Client out_of_time = Named("right");
  out_of_time.pins.resize(1);
  out_of_time.pins[0].value.fill(0x11);
  out_of_time.pins[0].period = {10, 20};
  Client both = other_pin;
  both.name = "both";
  both.when = Subject("C", "FR");
  return {other_pin, out_of_time, WhenOnly(Subject("C", "FR")), both};
}

Evidence EvidenceAmong(const std::vector<Client>& clients, const ClientSet& allowed,
                       UnixSeconds now) {
  const ClientSet matched = MatchAmong(clients, Kiosk(), now);
  const ClientSet candidates = BlindIndex::Build(clients, {}).Candidates(Kiosk());
  return EvidenceOf(clients, {allowed, matched, candidates}, Kiosk(), now);
}

TEST_CASE("a pin is said to be missing where a pin of the certificate is all that is") {
  std::vector<Client> clients = Household();
  clients[1].pins[0].value.fill(0x77);
  const Evidence evidence = EvidenceAmong(clients, {0, 1, 2, 3}, 30);
  CHECK(evidence.findings.size() == 4);
  CHECK(evidence.lacks_pin_of == Texts{"other pin", "right"});
  CHECK(evidence.known_as.empty());
  CHECK(evidence.remedies.empty());
}

TEST_CASE("no client is said to lack the pin that another client has, in its time or not") {
  const std::vector<Client> clients = Household();
  for (const UnixSeconds now : {5, 15, 30}) {
    CHECK(EvidenceAmong(clients, {0}, now).lacks_pin_of.empty());
    CHECK(EvidenceAmong(clients, {0, 1}, now).lacks_pin_of.empty());
  }
  const Evidence known = EvidenceAmong(clients, {0}, 15);
  CHECK(known.known_as == Texts{"right"});
  CHECK(known.remedies.empty());
}

TEST_CASE("whose pin fits and does not count is named, with what to do about it") {
  std::vector<Client> clients = Household();
  const std::string whose =
      "the pin sha256:" + std::string(64, '1') + " of client \"right\" fits, but ";
  CHECK(EvidenceAmong(clients, {0, 1}, 30).remedies ==
        Texts{whose +
              "expired at 1970-01-01T00:00:20Z: extend its \"expires\" (/clients/right/pins)"});
  CHECK(EvidenceAmong(clients, {0, 1}, 5).remedies ==
        Texts{whose + "is not in force before 1970-01-01T00:00:10Z: wait until then, or set its "
                      "\"notBefore\" earlier (/clients/right/pins)"});
  clients[1].when = Subject("C", "FR");
  const std::string when =
      whose + "the certificate fails that client's \"when\": look at /clients/right/when";
  CHECK(EvidenceAmong(clients, {0, 1}, 15).remedies == Texts{when});
  CHECK(EvidenceAmong(clients, {0}, 15).remedies ==
        Texts{when + "; the route does not allow that client either"});
}

TEST_CASE("the clients of a route are one line each, and not too many") {
  std::vector<Client> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(WhenOnly(Subject("C", "FR")));
  std::vector<uint32_t> all(10);
  std::iota(all.begin(), all.end(), 0);
  const Texts lines = EvidenceOf(clients, {all, {}, {}}, Kiosk(), 0).findings;
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == R"(client "kiosk": subject.C: expected "FR", presented "DE")");
  CHECK(lines[4] == "and 6 more clients");
}

}  // namespace
}  // namespace pinlatch::policy
