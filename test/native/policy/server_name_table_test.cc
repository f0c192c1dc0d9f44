// Which TCP route a server name leads to.
#include "policy/server_name_table.h"

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

snapshot::TcpRoute Named(const char* server_name, std::vector<uint32_t> listeners = {0}) {
  snapshot::TcpRoute route;
  route.name = std::string("to ") + server_name;
  route.at = "/routes/9";
  route.server_name = server_name;
  route.listeners = std::move(listeners);
  return route;
}

snapshot::Snapshot Of(std::vector<snapshot::TcpRoute> routes) {
  snapshot::Snapshot snapshot;
  snapshot.tcp_routes = std::move(routes);
  return snapshot;
}

TEST_CASE("an exact name comes before a star, and a star before any") {
  const auto snapshot = Of({Named(""), Named("*.plc.local"), Named("a.plc.local")});
  const auto table = ServerNameTable::Build(snapshot, 0);
  REQUIRE(table.ok());
  CHECK(table->Match("a.plc.local") == 2);
  CHECK(table->Match("b.plc.local") == 1);
  CHECK(table->Match("c.b.plc.local") == 0);
  CHECK(table->Match("plc.local") == 0);
  CHECK(table->Match("") == 0);
}

TEST_CASE("without a route for any name, others and none lead nowhere") {
  const auto table = ServerNameTable::Build(Of({Named("mqtt.local")}), 0);
  REQUIRE(table.ok());
  CHECK(table->Match("mqtt.local") == 0);
  CHECK_FALSE(table->Match("other.local").has_value());
  CHECK_FALSE(table->Match("").has_value());
}

TEST_CASE("routes of other listeners are not asked") {
  const auto snapshot = Of({Named("mqtt.local", {1}), Named("", {0, 2})});
  CHECK(ServerNameTable::Build(snapshot, 0)->Match("mqtt.local") == 1);
  CHECK(ServerNameTable::Build(snapshot, 1)->Match("mqtt.local") == 0);
  CHECK_FALSE(ServerNameTable::Build(snapshot, 1)->Match("").has_value());
}

TEST_CASE("one name leads to one route") {
  for (const char* name : {"mqtt.local", "*.local", ""}) {
    const auto twice = ServerNameTable::Build(Of({Named(name), Named(name)}), 0);
    REQUIRE_FALSE(twice.ok());
    CHECK(twice.error().code == ErrorCode::kSnapshotInvalid);
    CHECK(twice.error().at == "/routes/9");
  }
  CHECK(ServerNameTable::Build(Of({Named("a.local", {0}), Named("a.local", {1})}), 0).ok());
}

}  // namespace
}  // namespace pinlatch::policy
