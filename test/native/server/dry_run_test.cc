// Tests server/dry_run.h: the dry run says what a gateway with the same snapshot does.
#include "server/dry_run.h"

#include <fstream>
#include <iterator>

#include "doctest/doctest.h"
#include "identity/describe.h"
#include "material/certificate_file.h"
#include "server/fixture.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

struct Asking {
  Asking() { document.service_port = 1; }  // never reached
  std::vector<std::vector<uint8_t>> ChainOf(const std::string& name) const {
    std::ifstream file(material.Path(name + ".crt"), std::ios::binary);
    const std::string pem{std::istreambuf_iterator<char>(file), {}};
    auto chain = material::SplitCertificates(AsBytes(pem));
    REQUIRE(chain.ok());
    return std::move(chain).value();
  }
  server::DryRun Ask(const std::string& client, const std::string& method, const std::string& path,
                     UnixSeconds now = UnixNow()) const {
    const std::string text = document.Text(material);
    server::DryRunRequest request;
    request.document = text;
    request.listener = "edge";
    if (!client.empty()) request.chain = ChainOf(client);
    request.method = method;
    request.host = "LocalHost:8443";
    request.path = path;
    request.now = now;
    auto run = server::RunDry(request);
    REQUIRE_MESSAGE(run.ok(), run.error().detail);
    return std::move(run).value();
  }

  Material material;
  Document document;
};

std::string_view CodeOf(const std::optional<Error>& error) {
  return error ? StableCode(error->code) : "none";
}

}  // namespace

TEST_CASE("who is pinned is admitted, as the client that the route names") {
  const Asking asking;
  const server::DryRun said = asking.Ask("pinned", "GET", "/api/%61/../x");
  CHECK_FALSE(said.handshake);
  CHECK_FALSE(said.request);
  CHECK(said.path == "/api/x");
  CHECK(said.route == "api");
  CHECK(said.client == "pinned");
  REQUIRE(said.presented);
  CHECK(said.presented->subject == "CN=pinned");
}

TEST_CASE("who is not pinned passes the handshake and is refused at the route") {
  const Asking asking;
  const server::DryRun said = asking.Ask("other", "GET", "/static");
  CHECK_FALSE(said.handshake);
  CHECK(CodeOf(said.request) == "not-pinned");
  CHECK(said.route == "static");
  CHECK(said.matched.empty());
  CHECK_FALSE(asking.Ask("other", "GET", "/open/x").request);
}

TEST_CASE("a chain that is refused says why, and the route is judged all the same") {
  Asking asking;
  asking.document.denied = {"pinned"};
  const server::DryRun denied = asking.Ask("pinned", "GET", "/static");
  CHECK(CodeOf(denied.handshake) == "certificate-revoked");
  REQUIRE(denied.chain);
  CHECK_FALSE(denied.chain->remedy.empty());
  CHECK_FALSE(denied.request);
  CHECK(denied.client == "pinned");
  const server::DryRun late = asking.Ask("other", "GET", "/static", UnixNow() + 20 * 86400);
  CHECK(CodeOf(late.handshake) == "certificate-expired");
  CHECK(CodeOf(late.request) == "not-pinned");
}

TEST_CASE("no certificate is refused where one is required, and judged where none is") {
  Asking asking;
  CHECK(CodeOf(asking.Ask("", "GET", "/static").handshake) == "client-certificate-missing");
  asking.document.client_auth = "optional";
  const server::DryRun said = asking.Ask("", "GET", "/static");
  CHECK_FALSE(said.handshake);
  CHECK(CodeOf(said.request) == "certificate-required");
}

TEST_CASE("where no certificate is asked for, one that would be refused is not looked at") {
  Asking asking;
  asking.document.client_auth = "none";
  asking.document.denied = {"pinned"};
  const server::DryRun said = asking.Ask("pinned", "GET", "/static");
  CHECK_FALSE(said.handshake);
  CHECK_FALSE(said.presented);
  CHECK(CodeOf(said.request) == "certificate-required");
}

TEST_CASE("a path without a route and one in no canonical form are told apart") {
  const Asking asking;
  CHECK(CodeOf(asking.Ask("pinned", "GET", "/nowhere").request) == "no-route");
  CHECK(CodeOf(asking.Ask("pinned", "GET", "/a;b").request) == "bad-path");
}

TEST_CASE("a listener that is not there, and a document that is none, are errors") {
  const Asking asking;
  const std::string text = asking.document.Text(asking.material);
  server::DryRunRequest request;
  request.document = text;
  request.listener = "nowhere";
  request.path = "/";
  const auto unknown = server::RunDry(request);
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().detail.find("nowhere") != std::string::npos);
  request.document = "{}";
  CHECK_FALSE(server::RunDry(request).ok());
}

TEST_CASE("a route without methods is told from one that lists the usual ones") {
  const Asking asking;
  const server::DryRun any = asking.Ask("pinned", "TRACE", "/api/x");
  CHECK(CodeOf(any.request) == "method-not-allowed");
  CHECK(any.takes_any_method);
  const server::DryRun nothing = asking.Ask("pinned", "TRACE", "/nowhere");
  CHECK(CodeOf(nothing.request) == "no-route");
  CHECK_FALSE(nothing.takes_any_method);
}

TEST_CASE("a head that a connection would refuse is refused before any route is looked for") {
  const Asking asking;
  const auto code = [&asking](const std::string& method, const std::string& path) {
    const server::DryRun said = asking.Ask("pinned", method, path);
    CHECK(said.route.empty());
    return std::string(CodeOf(said.request));
  };
  CHECK(code("CONNECT", "/static") == "unsupported-method");
  CHECK(code("connect", "/static") == "unsupported-method");
  CHECK(code("GET", "/" + std::string(8192, 'a')) == "target-too-long");
  CHECK(code("GET", "/" + std::string(16384, 'a')) == "head-too-large");
  CHECK(code("", "/static") == "malformed-request");
  CHECK(code("GE T", "/static") == "malformed-request");
  CHECK(code("GET", "/sta tic") == "malformed-request");
  CHECK(code("GET", "/stat\xc3\xafque") == "malformed-request");
  CHECK(code("GET", "*") == "malformed-request");
  CHECK(code("OPTIONS", "*") == "none");
  CHECK(code("GET", "ftp://localhost/static") == "malformed-request");
  CHECK(code("GET", "https://elsewhere.test/static") == "bad-host");
  CHECK(code("GET", "/static%") == "bad-path");
  CHECK(code("GET", "/static?a=#") == "malformed-request");
}

TEST_CASE("no query that a connection would take keeps a route from being found") {
  const Asking asking;
  CHECK_FALSE(asking.Ask("pinned", "GET", "/static?a=%").route.empty());
  CHECK_FALSE(asking.Ask("pinned", "GET", "/static?a=[{|^`}]").route.empty());
}

TEST_CASE("what would make another request of the one that is asked about is refused") {
  const Asking asking;
  for (const char* path : {"/static HTTP/1.1\r\nA: b", "/static\n", "/static\r"}) {
    CHECK(CodeOf(asking.Ask("pinned", "GET", path).request) == "malformed-request");
  }
  CHECK(CodeOf(asking.Ask("pinned", "GET /static HTTP/1.1\r\nA:", "/x").request) ==
        "malformed-request");
}

TEST_CASE("a target in absolute-form leads where a connection would have it lead") {
  const Asking asking;
  const server::DryRun said = asking.Ask("pinned", "GET", "https://localhost:8443/static");
  CHECK_FALSE(said.request);
  CHECK(said.route == "static");
}
