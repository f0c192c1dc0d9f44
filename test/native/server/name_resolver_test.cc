// Tests the looking up of upstreams' names, with a resolver of the test's own.
#include "server/name_resolver.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "doctest/doctest.h"
#include "server/fixture.h"

using namespace pinlatch;
using namespace pinlatch::server;
using pinlatch::test::Eventually;

namespace {

// Zone answers as the test says. It outlives its resolver, and a look-up that is left to itself.
struct Zone {
  std::mutex mutex;
  std::condition_variable released;
  std::vector<std::string> addresses = {"192.0.2.1"};
  bool fails = false;
  bool holds = false;
  int asked = 0;

  Result<std::vector<io::SocketAddress>> Answer(uint16_t port) {
    std::unique_lock lock(mutex);
    ++asked;
    released.wait(lock, [this] { return !holds; });
    if (fails) return Error(ErrorCode::kAddressInvalid, "no such name");
    std::vector<io::SocketAddress> found;
    for (const std::string& address : addresses) {
      found.push_back(*io::SocketAddress::FromIp(address, port));
    }
    return found;
  }
  void Change(const std::function<void()>& change) {
    const std::lock_guard lock(mutex);
    change();
    released.notify_all();
  }
  int Asked() {
    const std::lock_guard lock(mutex);
    return asked;
  }
};

struct Fixture {
  Fixture()
      : resolver([] {}, [this](const proxy::AddressBookPtr&) { ++published; },
                 [zone = zone](const std::string&, uint16_t port) { return zone->Answer(port); }) {}

  std::string Addresses(const std::string& name = "crm.test:80") {
    const proxy::AddressBookPtr book = resolver.book();
    const auto found = book->find(name);
    std::string text;
    if (found == book->end()) return text;
    for (const auto& address : found->second) text += address.ToString() + " ";
    return text;
  }

  std::shared_ptr<Zone> zone = std::make_shared<Zone>();
  std::atomic<int> published{0};
  NameResolver resolver;
};

std::vector<snapshot::Upstream> UpstreamAt(const std::string& host, Milliseconds interval) {
  snapshot::Upstream upstream;
  upstream.name = "crm";
  upstream.resolve_interval = interval;
  snapshot::Endpoint& endpoint = upstream.endpoints.emplace_back();
  endpoint.host = host;
  endpoint.port = 80;
  return {upstream};
}

constexpr Duration kPatience = std::chrono::seconds(30);

}  // namespace

TEST_CASE("a name is there when the wait is over, and an address is never looked up") {
  Fixture fixture;
  fixture.resolver.Watch(UpstreamAt("crm.test", std::chrono::hours(1)), kPatience);
  CHECK(fixture.Addresses() == "192.0.2.1:80 ");
  CHECK(fixture.published == 1);
  fixture.resolver.Watch(UpstreamAt("192.0.2.9", std::chrono::hours(1)), kPatience);
  CHECK(fixture.zone->Asked() == 1);
}

TEST_CASE("names are looked up again, and only what has changed is published") {
  Fixture fixture;
  fixture.zone->addresses = {"192.0.2.1", "192.0.2.2"};
  fixture.resolver.Watch(UpstreamAt("crm.test", Milliseconds(1)), kPatience);
  fixture.zone->Change([&] { fixture.zone->addresses = {"192.0.2.2", "192.0.2.1"}; });
  const int asked = fixture.zone->Asked();
  CHECK(Eventually([&] { return fixture.zone->Asked() > asked + 2; }));
  CHECK(fixture.published == 1);  // another order is no news
  fixture.zone->Change([&] { fixture.zone->addresses = {"192.0.2.3"}; });
  CHECK(Eventually([&] { return fixture.Addresses() == "192.0.2.3:80 "; }));
  CHECK(fixture.published == 2);
}

TEST_CASE("a name that fails keeps its addresses, and each outage is logged once") {
  Fixture fixture;
  fixture.resolver.Watch(UpstreamAt("crm.test", Milliseconds(1)), kPatience);
  fixture.zone->Change([&] { fixture.zone->fails = true; });
  int asked = fixture.zone->Asked();
  CHECK(Eventually([&] { return fixture.zone->Asked() > asked + 3; }));
  CHECK(fixture.Addresses() == "192.0.2.1:80 ");
  std::string lines;
  fixture.resolver.DrainEvents(lines);
  CHECK(lines.find("\"event\":\"upstream-unresolved\"") != std::string::npos);
  CHECK(lines.find("\"endpoint\":\"crm.test:80\",\"reason\":\"no such name\"") !=
        std::string::npos);
  CHECK(lines.find('\n') == lines.size() - 1);
  fixture.zone->Change([&] { fixture.zone->fails = false; });
  CHECK(Eventually([&] {
    fixture.resolver.DrainEvents(lines);
    return lines.find("\"event\":\"upstream-resolved\"") != std::string::npos;
  }));
}

TEST_CASE("a resolver that does not answer holds up neither the wait nor the end") {
  Fixture fixture;
  fixture.zone->holds = true;
  fixture.resolver.Watch(UpstreamAt("crm.test", std::chrono::hours(1)), Milliseconds(1));
  CHECK(fixture.Addresses().empty());
  REQUIRE(Eventually([&] { return fixture.zone->Asked() == 1; }));
  fixture.resolver.Stop();
  fixture.zone->Change([&] { fixture.zone->holds = false; });
  CHECK(fixture.published == 0);
}

TEST_CASE("a name that is no longer asked for is forgotten") {
  Fixture fixture;
  fixture.resolver.Watch(UpstreamAt("crm.test", std::chrono::hours(1)), kPatience);
  fixture.resolver.Watch(UpstreamAt("erp.test", std::chrono::hours(1)), kPatience);
  CHECK(fixture.Addresses().empty());
  CHECK(fixture.Addresses("erp.test:80") == "192.0.2.1:80 ");
}
