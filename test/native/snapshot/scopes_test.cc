// What the document says of scopes and applications: which texts are taken, and what belongs to
// whom.
#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/document_checks.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

using std::string;

string Quoted(size_t count) { return "\"" + string(count, 'a') + "\""; }

TEST_CASE("scopes are scope-tokens, and have none where no client is asked for") {
  const string longest = Quoted(128);
  for (const char* at : {"/clients/0/scopes/0", "/applications/0/scopes/0", "/routes/0/scopes/0"}) {
    CHECK(Decode(Changed(at, longest)).ok());
    CHECK(Decode(Changed(at, R"("https://api.example/orders.read!~")")).ok());
    CheckRefuses(at, {Quoted(129), "\"\"", "\"a b\"", R"("a\"b")", R"("a\\b")", "\"\u00e4\"",
                      "\"a\\n\"", "1", "null"});
  }
  CheckRefuses("/routes/1/scopes", {R"(["orders:read"])"});
}

TEST_CASE("an application has known clients, and a name that no client has") {
  CheckRefuses("/applications/0/clients", {"[]"});
  CheckRefuses("/applications/0/clients/0", {"\"nobody\"", "\"erp\""});
  CheckRefuses("/applications/0/name", {"\"\""});
  CHECK(Refusal(Changed("/applications/0/name", "\"billing\"")).at == "/applications/0");
  CheckRefuses("/routes/0/allow/clients/0", {"\"erp\""});
}

TEST_CASE("a client has its own scopes and those of its applications, a route wants each once") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  const auto names = [&snapshot](const std::vector<uint32_t>& scopes) {
    std::string text;
    for (const uint32_t scope : scopes) text += snapshot->scopes[scope] + " ";
    return text;
  };
  REQUIRE(snapshot->applications.size() == 1);
  CHECK(snapshot->applications[0].name == "erp");
  CHECK(snapshot->applications[0].clients == std::vector<uint32_t>{0, 2});
  CHECK(names(snapshot->clients[0].scopes) == "customer:read orders:read ");
  CHECK(names(snapshot->clients[1].scopes).empty());
  CHECK(names(snapshot->clients[2].scopes) == "orders:read ");
  CHECK(names(snapshot->routes[0].scopes) == "customer:read orders:read ");
  CHECK(snapshot->routes[1].scopes.empty());
}

}  // namespace
}  // namespace pinlatch::snapshot
