// Covers what a route may change on the way to its upstream and back, and what it answers of
// health.
#include <string>

#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/document_checks.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

using std::string;
using std::string_view;

TEST_CASE("what a route changes is read") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  const ProxyTo* proxy = ProxyOf(snapshot->routes[0].action);
  REQUIRE(proxy != nullptr);
  const Forwarding& forwarding = proxy->forwarding;
  CHECK(forwarding.rewrite.strip_segments == 1);
  CHECK(forwarding.rewrite.add_prefix == "/v2");
  CHECK(forwarding.rewrite.host == HostRewrite::kName);
  CHECK(forwarding.rewrite.host_name == "crm.internal:8080");
  CHECK(forwarding.request.set == FieldEdits::List{{"X-Version", "2"}});
  CHECK(forwarding.request.add == FieldEdits::List{{"X-Edge", "1"}});
  CHECK(forwarding.request.remove == std::vector<string>{"Cookie"});
  CHECK(forwarding.response.set == FieldEdits::List{{"Cache-Control", "no-store"}});
  CHECK(forwarding.response.remove == std::vector<string>{"Server"});
  CHECK(forwarding.upgrade == std::vector<string>{"websocket"});
  CHECK(snapshot->routes[0].body_bytes == 1048576);
  CHECK_FALSE(snapshot->routes[1].body_bytes.has_value());
}

TEST_CASE("health is live, or ready with upstreams") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  CHECK(std::holds_alternative<Liveness>(snapshot->routes[3].action));
  const Readiness* ready = std::get_if<Readiness>(&snapshot->routes[4].action);
  REQUIRE(ready != nullptr);
  CHECK(ready->upstreams == std::vector<uint32_t>{0});
  CheckTakes("/routes/4/action/upstreams", {"[]"});
  CheckRefuses("/routes/4/action/upstreams", {"null", "\"crm\""});
  CHECK(Refusal(Changed("/routes/4/action/upstreams/0", "\"nobody\"")).at ==
        "/routes/4/action/upstreams/0");
}

TEST_CASE("an added prefix is canonical and does not end in a slash") {
  CheckTakes("/routes/0/action/rewrite/addPrefix",
             {"\"\"", "\"/a\"", "\"/a/b.c\"", "\"/caf%C3%A9\""});
  CheckRefuses("/routes/0/action/rewrite/addPrefix",
               {"\"/\"", "\"a\"", "\"/a/\"", "\"//a\"", "\"/a//b\"", "\"/../a\"", "\"/a?b\"",
                "\"/%2F\"", "\"/%61\"", "\"/a;b\"", "\"/a b\"", "\"/a\\r\\n\"", "\"/\u00e9\""});
  const string longest = "\"/" + string(2047, 'a') + "\"";
  CheckTakes("/routes/0/action/rewrite/addPrefix", {longest});
  CheckRefuses("/routes/0/action/rewrite/addPrefix", {"\"/" + string(2048, 'a') + "\""});
}

TEST_CASE("a host is one of two words, or a name") {
  CheckTakes("/routes/0/action/rewrite/host", {"\"preserve\"", "\"upstream\""});
  CheckRefuses("/routes/0/action/rewrite/host", {"\"name\"", "\"\"", "\"Preserve\""});
  CheckTakes("/routes/0/action/rewrite/host/name",
             {"\"a\"", "\"a.b:1\"", "\"127.0.0.1:65535\"", "\"[::1]\"", "\"[::1]:80\""});
  CheckRefuses("/routes/0/action/rewrite/host/name",
               {"\"\"", "\"A\"", "\"a:\"", "\"a:0\"", "\"a:65536\"", "\"a:080\"", "\"a b\"",
                "\"a:1\\r\\nX: y\"", "\"u@a\"", "\"::1\"", "\"[::1]:x\"", "\"a/b\""});
}

TEST_CASE("no edit touches framing, this hop, or what is the gateway's") {
  CheckTakes("/routes/0/action/headers/request/remove/0",
             {"\"Authorization\"", "\"accept-encoding\"", "\"X-Forward\""});
  CheckRefuses("/routes/0/action/headers/request/remove/0", {"\"Host\"",
                                                             "\"Content-Length\"",
                                                             "\"content_length\"",
                                                             "\"Transfer-Encoding\"",
                                                             "\"TE\"",
                                                             "\"Connection\"",
                                                             "\"Upgrade\"",
                                                             "\"Keep-Alive\"",
                                                             "\"Proxy-Authorization\"",
                                                             "\"Expect\"",
                                                             "\"X-Forwarded-For\"",
                                                             "\"x_forwarded_user\"",
                                                             "\"X-Request-Id\"",
                                                             "\"Forwarded\"",
                                                             "\"X-SSL-Client-DN\"",
                                                             "\"Client-Cert\"",
                                                             "\"X-Real-IP\"",
                                                             "\"\"",
                                                             "\"a b\"",
                                                             "\"a:\""});
  CheckTakes("/routes/0/action/headers/response/remove/0",
             {"\"Set-Cookie\"", "\"Location\"", "\"X-Forwarded-For\""});
  CheckRefuses("/routes/0/action/headers/response/remove/0",
               {"\"Content-Length\"", "\"content.length\"", "\"Transfer-Encoding\"", "\"Trailer\"",
                "\"Connection\"", "\"Upgrade\"", "\"Date\"", "\"X-Request-Id\"", "\"x_request_id\"",
                "\"Proxy-Authenticate\"", "\"HTTP2-Settings\""});
}

TEST_CASE("names of fields that are kept or refused are folded") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  const Route& route = snapshot->routes.front();
  REQUIRE(ProxyOf(route.action) != nullptr);
  CHECK(ProxyOf(route.action)->forwarding.kept ==
        std::vector<std::string>{"x-http-method-override"});
  CHECK(route.refused_fields == std::vector<std::string>{"x-forwarded-proto"});
  CHECK(snapshot->guarded_fields == std::vector<std::string>{"proxy"});
  CheckRefuses("/routes/0/refuseFields/0", {"\"\"", "\"a b\"", "\"a:\"", "1"});
  CheckRefuses("/guardedFields/0", {"\"\"", "\"a b\"", "\"*\"", "\"X*\"", "\"X-*-Y\""});
}

TEST_CASE("a family of guarded fields keeps its star, and may be kept") {
  const Result<Snapshot> guarded = Decode(Changed("/guardedFields/0", "\"X-Some-*\""));
  REQUIRE(guarded.ok());
  CHECK(guarded->guarded_fields == std::vector<std::string>{"x-some-*"});
  const Result<Snapshot> dollar = Decode(Changed("/guardedFields/0", "\"$WS*\""));
  REQUIRE(dollar.ok());
  CHECK(dollar->guarded_fields == std::vector<std::string>{"-ws*"});
  CheckRefuses("/guardedFields/0",
               {"\"$\"", "\"$*\"", "\"X$\"", "\"$$WS*\"", "\"X**\"", "\"X.*-\""});
  const Result<Snapshot> underscore = Decode(Changed("/guardedFields/0", "\"SM_*\""));
  REQUIRE(underscore.ok());
  CHECK(underscore->guarded_fields == std::vector<std::string>{"sm-*"});
  const Result<Snapshot> kept = Decode(Changed("/routes/0/action/keepFields/0", "\"X-Some-*\""));
  REQUIRE(kept.ok());
  const ProxyTo* proxy = ProxyOf(kept->routes.front().action);
  REQUIRE(proxy != nullptr);
  CHECK(proxy->forwarding.kept == std::vector<std::string>{"x-some-*"});
}

TEST_CASE("a pattern of names is no name where fields are refused or edited") {
  for (const char* at : {"/routes/0/refuseFields/0", "/routes/0/action/headers/request/remove/0",
                         "/routes/0/action/headers/response/remove/0"}) {
    CheckTakes(at, {"\"X-Any\"", "\"x_any.1\""});
    CheckRefuses(at, {"\"*\"", "\"X-*\"", "\"X-.*\"", "\"^X-Any$\"", "\"X-A|X-B\""});
  }
}

TEST_CASE("no edit touches what this hop says of itself, and no identity is told there") {
  const std::initializer_list<string_view> names = {"\"Via\"", "\"via\"", "\"Max-Forwards\"",
                                                    "\"max_forwards\""};
  CheckRefuses("/routes/0/action/headers/request/remove/0", names);
  CheckRefuses("/routes/0/action/headers/request/set/0/0", names);
  CheckRefuses("/routes/0/action/headers/request/add/0/0", names);
  CheckTakes("/routes/0/action/headers/response/remove/0", {"\"Via\""});
}

TEST_CASE("a route lists no CONNECT, which is never served") {
  CheckTakes("/routes/0/methods/0", {"\"TRACE\"", "\"PROPFIND\""});
  CheckRefuses("/routes/0/methods/0", {"\"CONNECT\"", "\"connect\""});
}

TEST_CASE("nothing upgrades to HTTP or TLS") {
  CheckTakes("/routes/0/action/upgrade/0", {"\"websocket\"", "\"spdy/3.1\"", "\"tcp\"", "\"h2x\""});
  CheckRefuses("/routes/0/action/upgrade/0",
               {"\"h2c\"", "\"h2\"", "\"http/2.0\"", "\"tls/1.2\"", "\"WebSocket\"", "\"a b\"",
                "\"\"", "\"/\"", "\"a/\"", "\"/a\"", "\"a/b/c\"", "\"a,b\"", "\"a\\r\\n\""});
}

TEST_CASE("a value cannot end its line") {
  CheckTakes("/routes/0/action/headers/request/set/0/1", {"\"\"", "\"a b\"", "\"{id}\""});
  for (const string_view list : {"request/set", "request/add", "response/set", "response/add"}) {
    CheckRefuses("/routes/0/action/headers/" + string(list) + "/0/1",
                 {"\"a\\r\\nX: y\"", "\"a\\nb\"", "\"a\\u0000\"", "\" a\"", "\"a \"", "\"\\t\""});
  }
}

TEST_CASE("a name is edited once, in any spelling") {
  CheckRefuses("/routes/0/action/headers/request",
               {R"({"set":[["X-A","1"]],"add":[["x_a","2"]],"remove":[]})",
                R"({"set":[["X-A","1"]],"add":[],"remove":["X-A"]})",
                R"({"set":[],"add":[["X-A","1"],["X-A","2"]],"remove":[]})"});
}

TEST_CASE("no route edits an identity header that any listener or route writes") {
  for (const string_view name : {"X-Client-CN", "x_client_cn"}) {
    const Error error =
        Refusal(Changed("/routes/0/action/headers/request/remove", "[\"" + string(name) + "\"]"));
    CHECK(error.at == "/routes/0");
    CHECK(error.detail.find("expected none of a field that tells who the client is") !=
          string::npos);
  }
  CheckTakes("/routes/0/action/headers/response/remove", {"[\"X-Client-CN\"]"});
}

}  // namespace
}  // namespace pinlatch::snapshot
