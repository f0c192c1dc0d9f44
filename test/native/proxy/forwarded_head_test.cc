// Tests forwarding/forwarded_head.h: what of a request head reaches the upstream.
#include "forwarding/forwarded_head.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

struct Forwarded {
  std::string text;
  FieldNames names;  // of the client's fields, all of them
};

Peer PeerOf(bool with_identity, bool from_trusted_proxy) {
  Peer peer;
  peer.remote_ip = "192.0.2.7";
  peer.is_trusted_proxy = from_trusted_proxy;
  if (with_identity) {
    auto identity = std::make_shared<identity::PeerIdentity>();
    identity->subject = "CN=true";
    peer.identity = identity;
  }
  peer.local_port = 8443;
  return peer;
}

Forwarded ForwardWithNames(std::string_view bytes, bool with_identity, bool forwarded,
                           const snapshot::Forwarding& forwarding, bool from_trusted_proxy,
                           bool via, std::optional<uint32_t> max_forwards) {
  const auto head = std::make_unique<http::RequestHead>();
  const Status parsed = http::ParseRequestHead(bytes, {}, *head);
  REQUIRE(parsed.ok());
  RequestRecord record;
  record.host = std::string(head->host);
  record.path = std::string(head->path);
  record.id = "rid";
  record.protocol = "HTTP/1.1";
  const Peer peer = PeerOf(with_identity, from_trusted_proxy);
  snapshot::Snapshot configured;
  configured.listeners.emplace_back().forward_identity = {
      {.preset = snapshot::IdentityPreset::kField, .header = "X-Client"}};
  const std::vector<std::string> guarded = {"Proxy", "X-Original-URL"};
  const std::vector<snapshot::ForwardedIdentity> entries(1);  // Envoy
  ByteBuffer fields;
  AppendIdentityFields(fields, {entries, peer.identity.get(), {}});
  ByteBuffer out;
  configured.routes.emplace_back().action = snapshot::ProxyTo{0, forwarding};
  FieldNames names;
  const ClientLines lines = AppendForwardedRequest(out, {*head,
                                                         record,
                                                         peer,
                                                         FieldNameSet::Of(configured),
                                                         FieldNameSet::OfGuarded(guarded),
                                                         forwarding,
                                                         CompileEdits(configured).front().request,
                                                         {},
                                                         {},
                                                         {&fields, forwarded},
                                                         via,
                                                         max_forwards,
                                                         "fallback:80",
                                                         names});
  std::string text(out.text());
  ReplaceHost(out, "another.example:8080");
  if (lines.has_host) names.Add("Host");
  names.AddLines(ClientLinesOf(out.text(), lines));
  return {std::move(text), std::move(names)};
}

std::string Forward(std::string_view bytes, bool with_identity = true, bool forwarded = false,
                    const snapshot::Forwarding& forwarding = {}, bool from_trusted_proxy = false,
                    bool via = false, std::optional<uint32_t> max_forwards = {}) {
  return ForwardWithNames(bytes, with_identity, forwarded, forwarding, from_trusted_proxy, via,
                          max_forwards)
      .text;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("end-to-end fields pass, the gateway's own are added last") {
  const std::string hash(64, '0');
  CHECK(Forward("GET /a?b=1 HTTP/1.1\r\nHost: h:8443\r\nAccept: x\r\nCookie: c\r\n\r\n") ==
        "GET /a?b=1 HTTP/1.1\r\nHost: h:8443\r\nAccept: x\r\nCookie: c\r\n"
        "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: h:8443\r\n"
        "X-Forwarded-Port: 8443\r\n"
        "X-Request-Id: rid\r\nX-Forwarded-Client-Cert: Hash=" +
            hash + ";Subject=\"CN=true\"\r\n\r\n");
}

TEST_CASE("forged identity fields do not pass, however they are spelt or named") {
  const std::string out = Forward(
      "GET / HTTP/1.1\r\nHost: h\r\nx-forwarded-client-cert: Hash=forged\r\n"
      "X_Forwarded_Client_Cert: Hash=forged\r\nX-FORWARDED-CLIENT_CERT: Hash=forged\r\n"
      "X-SSL-Client-Verify: forged\r\nClient-Cert: :forged:\r\nX-Real-Ip: forged\r\n"
      "Forwarded: for=forged\r\nX-Forwarded-For: forged\r\n"
      "Connection: X-Forwarded-Client-Cert, X-Forwarded-For\r\n\r\n");
  CHECK_FALSE(Has(out, "forged"));
  CHECK(Has(out, "X-Forwarded-Client-Cert: Hash=00"));
  CHECK(Has(out, "X-Forwarded-For: 192.0.2.7"));
}

TEST_CASE("a trusted proxy says who was before it, and its own address is added") {
  const auto from_proxy = [](const std::string& fields) {
    return Forward("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", true, false, {}, true);
  };
  CHECK(Has(from_proxy("X-Forwarded-For: 203.0.113.1, 10.0.0.1\r\nx-forwarded-for: 10.0.0.2\r\n"),
            "X-Forwarded-For: 203.0.113.1, 10.0.0.1, 10.0.0.2, 192.0.2.7\r\n"));
  CHECK(Has(from_proxy("X-Forwarded-For:\r\n"), "X-Forwarded-For: 192.0.2.7\r\n"));
  CHECK(Has(from_proxy(""), "X-Forwarded-For: 192.0.2.7\r\n"));
  CHECK(Has(from_proxy("X-Forwarded-Proto: http\r\n"), "X-Forwarded-Proto: http\r\n"));
  CHECK(Has(from_proxy("X-Forwarded-Proto: ftp\r\n"), "X-Forwarded-Proto: https\r\n"));
  CHECK(Has(from_proxy("X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n"),
            "X-Forwarded-Proto: https\r\n"));
  CHECK(Has(from_proxy(""), "X-Forwarded-Proto: https\r\n"));
  // Trusted with these two alone, and in their one spelling.
  const std::string out = from_proxy(
      "X_Forwarded_For: forged\r\nX-Forwarded-Host: forged\r\nForwarded: for=forged\r\n"
      "X-Forwarded-Client-Cert: Hash=forged\r\nX-Forwarded-Port: forged\r\n");
  CHECK_FALSE(Has(out, "forged"));
}

TEST_CASE("names that the configuration invents do not pass either") {
  const std::string out = Forward(
      "GET / HTTP/1.1\r\nHost: h\r\nX-Client: forged\r\nx_client: forged\r\nX.CLIENT: forged\r\n"
      "X-Client-2: kept\r\nX-Clien: kept\r\n\r\n");
  CHECK_FALSE(Has(out, "forged"));
  CHECK(Has(out, "X-Client-2: kept\r\nX-Clien: kept\r\n"));
}

TEST_CASE("Forwarded is written where it is asked for") {
  constexpr std::string_view kRequest =
      "GET / HTTP/1.1\r\nHost: h:8443\r\nForwarded: for=x\r\n\r\n";
  CHECK(Has(Forward(kRequest, true, true),
            "\r\nForwarded: for=192.0.2.7;proto=https;host=\"h:8443\"\r\n"));
  CHECK_FALSE(Has(Forward(kRequest), "\r\nForwarded:"));
}

TEST_CASE("without an identity no identity field goes on") {
  const std::string out =
      Forward("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Client-Cert: forged\r\n\r\n", false);
  CHECK_FALSE(Has(out, "X-Forwarded-Client-Cert"));
}

TEST_CASE("hop-by-hop fields, and those that Connection names, end here") {
  const std::string out = Forward(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
      "TE: trailers\r\nUpgrade: h2c\r\nProxy-Authorization: p\r\nProxy-Connection: q\r\n\r\n");
  for (const char* name : {"Connection", "X-Hop", "Keep-Alive", "TE:", "Upgrade", "Proxy-"}) {
    CAPTURE(name);
    CHECK_FALSE(Has(out, name));
  }
}

TEST_CASE("framing is written anew and the expectation stays here") {
  const std::string known =
      Forward("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 007\r\nExpect: 100-continue\r\n\r\n");
  CHECK(Has(known, "Content-Length: 7\r\n"));
  CHECK_FALSE(Has(known, "Expect"));
  CHECK(Has(Forward("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"),
            "Transfer-Encoding: chunked\r\n"));
}

TEST_CASE("a request without a host names the upstream's") {
  CHECK(Has(Forward("GET / HTTP/1.0\r\n\r\n"), "Host: fallback:80\r\n"));
}

TEST_CASE("of a host that the client did not name nothing is said to have been asked for") {
  const std::string out = Forward("GET / HTTP/1.0\r\n\r\n", true, true);
  CHECK_FALSE(Has(out, "X-Forwarded-Host"));
  CHECK(Has(out, "\r\nForwarded: for=192.0.2.7;proto=https\r\n"));
}

TEST_CASE("a prefix is taken away and another put in its place, and the upstream is told") {
  snapshot::Forwarding forwarding;
  forwarding.rewrite.strip_segments = 1;
  const auto request = [&](std::string_view target) {
    return Forward("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n", true, false,
                   forwarding);
  };
  CHECK(request("/api/a?b=/api/").starts_with("GET /a?b=/api/ HTTP/1.1\r\n"));
  CHECK(Has(request("/api/a"), "\r\nX-Forwarded-Prefix: /api\r\n"));
  forwarding.rewrite.add_prefix = "/v2";
  CHECK(request("/api/a").starts_with("GET /v2/a HTTP/1.1\r\n"));
  forwarding.rewrite.strip_segments = 0;
  CHECK(request("/api/a").starts_with("GET /v2/api/a HTTP/1.1\r\n"));
  CHECK_FALSE(Has(request("/api/a"), "X-Forwarded-Prefix"));
}

TEST_CASE("the upstream gets the host that the route says, and learns the client's") {
  snapshot::Forwarding forwarding;
  const auto request = [&](std::string_view head) {
    return Forward(head, true, false, forwarding);
  };
  constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h:1\r\n\r\n";
  forwarding.rewrite.host = snapshot::HostRewrite::kUpstream;
  CHECK(Has(request(kGet), "\r\nHost: fallback:80\r\n"));
  CHECK(Has(request(kGet), "\r\nX-Forwarded-Host: h:1\r\n"));
  forwarding.rewrite.host = snapshot::HostRewrite::kName;
  forwarding.rewrite.host_name = "crm.internal";
  CHECK(Has(request(kGet), "\r\nHost: crm.internal\r\n"));
  CHECK(Has(request("GET / HTTP/1.0\r\n\r\n"), "\r\nHost: crm.internal\r\n"));
}

TEST_CASE("request fields are set, added and removed in any spelling, before the gateway's own") {
  snapshot::Forwarding forwarding;
  forwarding.request = {{{"X-Role", "user"}}, {{"X-Edge", "2"}}, {"Cookie"}};
  CHECK(Forward("GET / HTTP/1.1\r\nHost: h\r\nx_role: admin\r\nX-Role: root\r\nCOOKIE: c\r\n"
                "X-Edge: 1\r\nX-Roles: kept\r\n\r\n",
                true, false, forwarding)
            .starts_with("GET / HTTP/1.1\r\nHost: h\r\nX-Edge: 1\r\nX-Roles: kept\r\n"
                         "X-Role: user\r\nX-Edge: 2\r\nX-Forwarded-For: "));
}

TEST_CASE("response fields are set, added and removed") {
  const auto head = std::make_unique<http::ResponseHead>();
  REQUIRE(http::ParseResponseHead("HTTP/1.1 200 OK\r\nserver: s\r\nVary: a\r\nCache-Control: x\r\n"
                                  "Connection: close\r\n\r\n",
                                  false, {}, *head)
              .ok());
  snapshot::Snapshot configured;
  snapshot::ProxyTo proxy;
  proxy.forwarding.response = {{{"Cache-Control", "no-store"}}, {{"Vary", "b"}}, {"Server"}};
  configured.routes.emplace_back().action = proxy;
  const std::vector<RouteEdits> edits = CompileEdits(configured);
  std::vector<http::Field> fields;
  SelectForwardedFields(*head, edits.front().response, fields);
  std::string text;
  for (const http::Field& field : fields) {
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  CHECK(text == "Vary=a;Cache-Control=no-store;Vary=b;");
}

TEST_CASE("a head names another host when it goes elsewhere, and is the same otherwise") {
  ByteBuffer head;
  head.Append(std::string_view("GET /Host: HTTP/1.1\r\nHost: a:1\r\nX: Host: a:1\r\n\r\n"));
  ReplaceHost(head, "a:1");
  CHECK(head.text() == "GET /Host: HTTP/1.1\r\nHost: a:1\r\nX: Host: a:1\r\n\r\n");
  ReplaceHost(head, "longer.example:80");
  CHECK(head.text() == "GET /Host: HTTP/1.1\r\nHost: longer.example:80\r\nX: Host: a:1\r\n\r\n");
  ReplaceHost(head, "b");
  CHECK(head.text() == "GET /Host: HTTP/1.1\r\nHost: b\r\nX: Host: a:1\r\n\r\n");
}

TEST_CASE(
    "fields with power over services end here in any spelling, but for those the route keeps") {
  const std::string head =
      "GET / HTTP/1.1\r\nHost: h\r\nProxy: http://x\r\nX_original.URL: /admin\r\nProxy-X: "
      "1\r\n\r\n";
  const std::string text = Forward(head);
  CHECK_FALSE(Has(text, "http://x"));
  CHECK_FALSE(Has(text, "/admin"));
  CHECK(Has(text, "Proxy-X: 1\r\n"));
  snapshot::Forwarding keeping;
  keeping.kept = {"x-original-url"};
  const std::string kept = Forward(head, true, false, keeping);
  CHECK(Has(kept, "X_original.URL: /admin\r\n"));
  CHECK_FALSE(Has(kept, "http://x"));
}

TEST_CASE("Via names this hop behind those before it") {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\nVia: 1.0 before\r\n\r\n";
  CHECK(
      Has(Forward(head, true, false, {}, false, true), "Via: 1.0 before\r\nVia: 1.1 pinlatch\r\n"));
  CHECK_FALSE(Has(Forward(head), "pinlatch\r\n"));
}

TEST_CASE("Max-Forwards goes on one less where it counts, and untouched where it means nothing") {
  const std::string fields = " / HTTP/1.1\r\nHost: h\r\nMax-Forwards: 3\r\n\r\n";
  const std::string counted = Forward("OPTIONS" + fields, true, false, {}, false, false, 3);
  CHECK(Has(counted, "Max-Forwards: 2\r\n"));
  CHECK_FALSE(Has(counted, "Max-Forwards: 3\r\n"));
  CHECK(Has(Forward("GET" + fields), "Max-Forwards: 3\r\n"));
}

TEST_CASE("every field of the client is known by name afterwards, and none of the gateway's own") {
  const auto names_of = [](std::string_view bytes) {
    std::vector<std::string> names;
    FieldNames kept = ForwardWithNames(bytes, true, true, {}, true, true, {}).names;
    for (const http::Field& field : kept.AsFields()) names.emplace_back(field.name);
    std::sort(names.begin(), names.end());
    return names;
  };
  CHECK(names_of("GET / HTTP/1.1\r\nHost: h\r\nAccept: a:b\r\nX-Empty:\r\nConnection: x-hop\r\n"
                 "X-Hop: 1\r\nX-Client: me\r\nPROXY: p\r\nX-Forwarded-For: 1.2.3.4\r\n"
                 "Content-Length: 0\r\naccept: c\r\n\r\n") ==
        std::vector<std::string>{"Accept", "Connection", "Content-Length", "Host", "PROXY",
                                 "X-Client", "X-Empty", "X-Forwarded-For", "X-Hop", "accept"});
  CHECK(names_of("GET / HTTP/1.0\r\nA: b\r\n\r\n") == std::vector<std::string>{"A"});
  CHECK(names_of("GET / HTTP/1.0\r\n\r\n").empty());
}
