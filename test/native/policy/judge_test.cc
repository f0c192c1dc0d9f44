// Covers the one judgement: every rule that admits a request or a TCP connection, at first and
// while it is under way.
#include "policy/judge.h"

#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "policy/test_routes.h"

namespace pinlatch::policy {
namespace {

using snapshot::Allow;
using snapshot::ClientAuth;
using snapshot::TlsVersion;

const identity::PeerIdentity kSomeone;

// Upstreams "A" (0) and "B" (1); clients "first" (0) and "second" (1); the routes of a listener
// that asks other things of "staff.local" and of "new.local".
struct House {
  House() {
    snapshot = SnapshotOf({{.path = "/a/*", .methods = {"GET"}}, {.path = "/ws"}, {.path = "/b"}});
    for (const char* name : {"A", "B"}) snapshot.upstreams.emplace_back().name = name;
    for (const char* name : {"first", "second"}) snapshot.clients.emplace_back().name = name;
    for (snapshot::Route& route : snapshot.routes) {
      route.action = snapshot::ProxyTo{};
      route.clients = {0};
    }
    ProxyIn(snapshot.routes[1]).forwarding.upgrade = {"websocket"};
    ProxyIn(snapshot.routes[2]).upstream = 1;
    for (const char* name : {"mqtt.local", ""}) {
      snapshot::TcpRoute& route = snapshot.tcp_routes.emplace_back();
      route.name = name == std::string_view() ? "any" : "mqtt";
      route.server_name = name;
      route.listeners = {0};
      route.clients = {0};
      route.upstream = name == std::string_view() ? 1 : 0;
    }
    snapshot::Listener& listener = snapshot.listeners.emplace_back();
    listener.names = {{"staff.local", "", ClientAuth::kRequired, 1, TlsVersion::kTls12},
                      {"new.local", "", ClientAuth::kRequired, 0, TlsVersion::kTls13},
                      {"open.local", "", ClientAuth::kNone, 0, TlsVersion::kTls12}};
  }

  Judgement Judge(const Ask& ask, const Principal& who) const {
    const auto policy = ListenerPolicy::Build(snapshot, 0);
    REQUIRE(policy.ok());
    return policy::Judge(*policy, ask, who, 0);
  }
  Judgement Again(const Ask& ask, const Held& held, const Principal& who) const {
    const auto policy = ListenerPolicy::Build(snapshot, 0);
    REQUIRE(policy.ok());
    return policy::JudgeAgain(*policy, ask, held, who, 0);
  }

  snapshot::Snapshot snapshot;
};

const ClientSet kFirst = {0};
const ClientSet kSecond = {1};
const ClientSet kNobody;

Principal Who(const ClientSet& clients, std::string_view server_name = "",
              TlsVersion version = TlsVersion::kTls13) {
  return {&kSomeone, clients, server_name, version};
}

constexpr Ask kConnection{.is_connection = true};

Ask AskFor(std::string_view method, std::string_view path, std::string_view host) {
  return {.method = method, .path = path, .host = host};
}

std::string_view CodeOf(const Judgement& judgement) {
  return judgement.admitted() ? "admitted" : StableCode(judgement.refusal->code);
}

TEST_CASE("a request is admitted by its host, its route and who asks, in this order") {
  const House house;
  struct Case {
    Ask ask;
    Principal who;
    std::string_view code;
  };
  for (const Case& it : {
           Case{AskFor("GET", "/a/x", "h"), Who(kFirst), "admitted"},
           {AskFor("GET", "/a/x", ""), Who(kFirst), "admitted"},
           {AskFor("GET", "/a/x", "new.local"), Who(kFirst), "admitted"},
           {AskFor("GET", "/a/x", "staff.local"), Who(kFirst, "staff.local"), "admitted"},
           {AskFor("GET", "/a/x", "staff.local"), Who(kFirst), "misdirected-request"},
           {AskFor("GET", "/a/x", "h"), Who(kFirst, "staff.local"), "misdirected-request"},
           {AskFor("GET", "/a/x", "open.local"), Who(kFirst), "misdirected-request"},
           {AskFor("GET", "/a/x", "new.local"), Who(kFirst, "", TlsVersion::kTls12),
            "misdirected-request"},
           // The connection's own name asks for more by now.
           {AskFor("GET", "/a/x", "new.local"), Who(kFirst, "new.local", TlsVersion::kTls12),
            "misdirected-request"},
           {AskFor("GET", "/nowhere", "staff.local"), Who(kFirst), "misdirected-request"},
           {AskFor("GET", "/nowhere", "h"), Who(kFirst), "no-route"},
           {AskFor("POST", "/a/x", "h"), Who(kSecond), "method-not-allowed"},
           {AskFor("GET", "/a/x", "h"), Who(kSecond), "not-pinned"},
           {AskFor("GET", "/a/x", "h"), Who(kNobody), "not-pinned"},
           {AskFor("GET", "/a/x", "h"),
            {nullptr, kNobody, "", TlsVersion::kTls13},
            "certificate-required"},
       }) {
    CAPTURE(it.ask.path);
    CAPTURE(it.ask.host);
    CAPTURE(it.who.server_name);
    CHECK(CodeOf(house.Judge(it.ask, it.who)) == it.code);
  }
}

TEST_CASE("a judgement names route and client, and what a refusal needs") {
  House house;
  Judgement judgement = house.Judge(AskFor("GET", "/a/x", "h"), Who(kFirst));
  CHECK(judgement.route == 0U);
  CHECK(judgement.client == 0U);
  CHECK(judgement.evidence == nullptr);
  judgement = house.Judge(AskFor("GET", "/a/x", "h"), Who(kSecond));
  CHECK(judgement.route == 0U);
  CHECK_FALSE(judgement.client.has_value());
  CHECK(judgement.evidence->findings.size() == 1);
  CHECK(judgement.evidence->known_as == std::vector<std::string>{"second"});
  const auto policy = ListenerPolicy::Build(house.snapshot, 0);
  CHECK(Judge(*policy, AskFor("POST", "/a/x", "h"), Who(kFirst), 0).allowed_methods == "GET, HEAD");
}

TEST_CASE("a request with a field that its route refuses is refused, while its fields are there") {
  House house;
  house.snapshot.routes[0].refused_fields = {"x-forwarded-proto"};
  http::Fields fields;
  REQUIRE(fields.Add({"X_Forwarded-Proto", "http"}));
  Ask ask = AskFor("GET", "/a/x", "h");
  CHECK(CodeOf(house.Judge(ask, Who(kFirst))) == "admitted");
  ask.fields = fields.all();
  CHECK(CodeOf(house.Judge(ask, Who(kFirst))) == "field-refused");
  CHECK(CodeOf(house.Judge(ask, Who(kSecond))) == "not-pinned");
  ask.path = "/b";
  CHECK(CodeOf(house.Judge(ask, Who(kFirst))) == "admitted");
}

TEST_CASE("a certificate that came to be required is asked for whatever the route says") {
  House house;
  house.snapshot.routes[0].allow = Allow::kAnyone;
  const Principal nobody{nullptr, kNobody, "", TlsVersion::kTls13};
  CHECK(CodeOf(house.Judge(AskFor("GET", "/a/x", ""), nobody)) == "certificate-required");
  house.snapshot.listeners[0].client_auth = ClientAuth::kOptional;
  CHECK(CodeOf(house.Judge(AskFor("GET", "/a/x", ""), nobody)) == "admitted");
}

TEST_CASE("a connection is led by its server name and admitted like a request") {
  House house;
  CHECK(house.Judge(kConnection, Who(kFirst, "mqtt.local")).route == 0U);
  CHECK(house.Judge(kConnection, Who(kFirst, "other.local")).route == 1U);
  CHECK(house.Judge(kConnection, Who(kFirst, "")).route == 1U);
  CHECK(CodeOf(house.Judge(kConnection, Who(kFirst, "mqtt.local"))) == "admitted");
  CHECK(CodeOf(house.Judge(kConnection, Who(kSecond, "mqtt.local"))) == "not-pinned");
  CHECK(CodeOf(house.Judge(kConnection, {nullptr, kNobody, "mqtt.local"})) ==
        "certificate-required");
  CHECK(CodeOf(house.Judge(kConnection, Who(kFirst, "new.local", TlsVersion::kTls12))) ==
        "misdirected-request");
  house.snapshot.tcp_routes.pop_back();
  const Judgement lost = house.Judge(kConnection, Who(kFirst, "other.local"));
  CHECK(CodeOf(lost) == "no-route");
  CHECK(lost.refusal->detail.find("\"other.local\"") != std::string::npos);
}

TEST_CASE("what is under way goes on while it would be admitted to where it is") {
  const Ask sse = AskFor("GET", "/a/x", "h");
  const Held held{"r0", "A", ""};
  House house;
  CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "admitted");
  SUBCASE("a client that the route does not allow any more") {
    CHECK(CodeOf(house.Again(sse, held, Who(kSecond))) == "not-pinned");
  }
  SUBCASE("a method that the route does not take any more") {
    house.snapshot.routes[0].methods = {"POST"};
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "method-not-allowed");
  }
  SUBCASE("a host that asks for other trust now") {
    house.snapshot.listeners[0].names.push_back({"h", "", ClientAuth::kRequired, 1});
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "misdirected-request");
  }
  SUBCASE("a route that is gone") {
    house.snapshot.routes[0].path = PatternOf("/else");
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "no-route");
  }
  SUBCASE("its own route, to another upstream: what comes next goes there") {
    ProxyIn(house.snapshot.routes[0]).upstream = 1;
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "admitted");
  }
  SUBCASE("another route, to the same upstream") {
    house.snapshot.routes[0].name = "renamed";
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "admitted");
  }
  SUBCASE("another route, to another upstream") {
    house.snapshot.routes[0].name = "renamed";
    ProxyIn(house.snapshot.routes[0]).upstream = 1;
    const Judgement judgement = house.Again(sse, held, Who(kFirst));
    CHECK(CodeOf(judgement) == "no-route");
    CHECK(judgement.refusal->detail.find("\"renamed\"") != std::string::npos);
  }
  SUBCASE("another route, which answers by itself") {
    house.snapshot.routes[0].name = "renamed";
    house.snapshot.routes[0].action = snapshot::FixedResponse{};
    CHECK(CodeOf(house.Again(sse, held, Who(kFirst))) == "no-route");
  }
}

TEST_CASE("a tunnel goes on while its route upgrades to its protocol") {
  const Ask ask = AskFor("GET", "/ws", "h");
  const Held held{"r1", "A", "websocket"};
  House house;
  CHECK(CodeOf(house.Again(ask, held, Who(kFirst))) == "admitted");
  house.snapshot.listeners[0].names.push_back({"h", "", ClientAuth::kRequired, 1});
  CHECK(CodeOf(house.Again(ask, held, Who(kFirst))) == "misdirected-request");
  house.snapshot.listeners[0].names.pop_back();
  ProxyIn(house.snapshot.routes[1]).forwarding.upgrade = {"other"};
  CHECK(CodeOf(house.Again(ask, held, Who(kFirst))) == "no-route");
}

TEST_CASE("a connection goes on while its server name leads to where it is") {
  House house;
  const Principal who = Who(kFirst, "mqtt.local");
  const Held held{"mqtt", "A", ""};
  CHECK(CodeOf(house.Again(kConnection, held, who)) == "admitted");
  house.snapshot.tcp_routes.erase(house.snapshot.tcp_routes.begin());
  CHECK(CodeOf(house.Again(kConnection, held, who)) == "no-route");
  house.snapshot.tcp_routes[0].upstream = 0;
  CHECK(CodeOf(house.Again(kConnection, held, who)) == "admitted");
}

TEST_CASE("a listener that changed its mode admits nothing of the other kind") {
  House house;
  house.snapshot.tcp_routes.clear();
  CHECK(CodeOf(house.Again(kConnection, {"mqtt", "A", ""}, Who(kFirst, "mqtt.local"))) ==
        "no-route");
  house.snapshot.routes.clear();
  CHECK(CodeOf(house.Again(AskFor("GET", "/a/x", "h"), {"r0", "A", ""}, Who(kFirst))) ==
        "no-route");
}

TEST_CASE("OPTIONS * is admitted without a route, by whoever the listener asks nothing of") {
  const House house;
  const Ask about_gateway{.method = "OPTIONS", .path = kGateway, .host = "open.local"};
  const Judgement open = house.Judge(about_gateway, {nullptr, {}, "open.local"});
  CHECK(open.admitted());
  CHECK_FALSE(open.route.has_value());
  CHECK_FALSE(open.client.has_value());
  CHECK(open.allowed_methods == kAnyMethod);
  CHECK(house.Again(about_gateway, {}, {nullptr, {}, "open.local"}).admitted());

  const Ask about_new{.method = "OPTIONS", .path = kGateway, .host = "new.local"};
  CHECK(house.Judge(about_new, {&kSomeone, {}, "new.local"}).admitted());
  CHECK(house.Judge(about_new, {nullptr, {}, "new.local"}).refusal->code ==
        ErrorCode::kCertificateRequired);
  CHECK(house.Judge(about_new, {&kSomeone, {}, "staff.local"}).refusal->code ==
        ErrorCode::kMisdirected);
}

}  // namespace
}  // namespace pinlatch::policy
