// Tests server/listening_sockets.h on real sockets: what a listener keeps, takes over or has bound
// when the configuration changes, and what is refused.
#include "server/listening_sockets.h"

#include <sys/socket.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::server;

namespace {

struct At {
  std::string name;
  std::string address;
  uint16_t port = 0;
};

snapshot::Snapshot With(const std::vector<At>& listeners) {
  snapshot::Snapshot snapshot;
  for (const At& at : listeners) {
    snapshot::Listener& listener = snapshot.listeners.emplace_back();
    listener.name = at.name;
    listener.address = at.address;
    listener.port = at.port;
    listener.at = "/listeners/" + at.name;
  }
  return snapshot;
}

// Gateway has listening sockets, as the workers hold them, and changes them.
struct Gateway {
  explicit Gateway(uint32_t worker_count) : workers(worker_count) {}

  // Change returns the errors; with any, nothing has changed.
  std::vector<Error> Change(const std::vector<At>& listeners) {
    std::vector<Error> errors;
    ListeningSockets next = sockets.For(With(listeners), workers, errors);
    if (errors.empty()) sockets = std::move(next);
    return errors;
  }
  std::vector<SocketPtr> Of(const std::string& listener) const {
    std::vector<SocketPtr> found;
    for (uint32_t i = 0; i < workers; ++i) {
      for (const ListeningSocket& one : sockets.OfWorker(i)) {
        if (one.listener == listener) found.push_back(one.socket);
      }
    }
    return found;
  }
  std::shared_ptr<proxy::AddressLimits> LimitsOf(const std::string& listener) const {
    for (const ListeningSocket& one : sockets.OfWorker(0)) {
      if (one.listener == listener) return one.limits;
    }
    return nullptr;
  }
  uint16_t PortOf(const std::string& listener) const {
    for (const BoundListener& one : sockets.bound()) {
      if (one.name == listener) return one.port;
    }
    return 0;
  }

  const uint32_t workers;
  ListeningSockets sockets;
};

bool TakesConnections(uint16_t port, const char* ip = "127.0.0.1") {
  const auto address = io::SocketAddress::FromIp(ip, port);
  REQUIRE(address.ok());
  const io::Socket client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return connect(client.fd(), address->raw(), address->length()) == 0;
}

constexpr const char* kLocal = "127.0.0.1";

}  // namespace

TEST_CASE("a listener that stays where it is keeps its sockets, one that goes closes its own") {
  for (const uint32_t workers : {1U, 2U}) {
    Gateway gateway(workers);
    REQUIRE(gateway.Change({{"a", kLocal}, {"b", kLocal}}).empty());
    const auto kept = gateway.Of("a");
    const uint16_t gone = gateway.PortOf("b");
    CHECK(kept.size() == workers);
    CHECK(TakesConnections(gone));
    REQUIRE(gateway.Change({{"a", kLocal}, {"c", kLocal}}).empty());
    CHECK(gateway.Of("a") == kept);
    CHECK_FALSE(TakesConnections(gone));
    CHECK(TakesConnections(gateway.PortOf("c")));
  }
}

TEST_CASE("a listener with another name, or that changes places with another, takes over sockets") {
  for (const uint32_t workers : {1U, 2U}) {
    Gateway gateway(workers);
    REQUIRE(gateway.Change({{"a", kLocal}, {"b", kLocal}}).empty());
    const uint16_t port_a = gateway.PortOf("a");
    const uint16_t port_b = gateway.PortOf("b");
    const auto of_a = gateway.Of("a");
    const auto of_b = gateway.Of("b");
    REQUIRE(gateway.Change({{"a", kLocal, port_b}, {"b", kLocal, port_a}}).empty());
    CHECK(gateway.Of("a") == of_b);
    CHECK(gateway.Of("b") == of_a);
    REQUIRE(gateway.Change({{"new", kLocal, port_b}}).empty());
    CHECK(gateway.Of("new") == of_b);
  }
}

TEST_CASE("a port that is taken is told with its listener, and nothing changes") {
  for (const uint32_t workers : {1U, 2U}) {
    Gateway other(workers);
    REQUIRE(other.Change({{"other", kLocal}}).empty());
    Gateway gateway(workers);
    REQUIRE(gateway.Change({{"a", kLocal}}).empty());
    const auto before = gateway.Of("a");
    const std::vector<Error> errors =
        gateway.Change({{"moved", kLocal}, {"b", kLocal, other.PortOf("other")}});
    REQUIRE(errors.size() == 1);
    CHECK(errors.front().code == ErrorCode::kBindFailed);
    CHECK(errors.front().at == "/listeners/b");
    CHECK(gateway.Of("a") == before);
    CHECK(gateway.PortOf("moved") == 0);
  }
}

TEST_CASE("an address that only what goes is in the way of can be had, the way back too") {
  for (const uint32_t workers : {1U, 2U}) {
    Gateway gateway(workers);
    REQUIRE(gateway.Change({{"a", "0.0.0.0"}}).empty());
    const uint16_t port = gateway.PortOf("a");
    REQUIRE(gateway.Change({{"a", kLocal, port}}).empty());
    CHECK(TakesConnections(port));
    CHECK_FALSE(TakesConnections(port, "127.0.0.2"));
    REQUIRE(gateway.Change({{"a", "0.0.0.0", port}}).empty());
    CHECK(TakesConnections(port, "127.0.0.2"));
  }
}

TEST_CASE("an address that something that stays is in the way of is refused, as at a start") {
  for (const uint32_t workers : {1U, 2U}) {
    Gateway gateway(workers);
    REQUIRE(gateway.Change({{"a", kLocal}, {"b", "127.0.0.2"}}).empty());
    const uint16_t port = gateway.PortOf("a");
    CHECK_FALSE(gateway.Change({{"a", kLocal}, {"b", "0.0.0.0", port}}).empty());
  }
}

TEST_CASE("what is counted of addresses goes on with the name of a listener, not with its place") {
  Gateway gateway(1);
  REQUIRE(gateway.Change({{"a", kLocal}}).empty());
  const auto limits = gateway.LimitsOf("a");
  REQUIRE(limits);
  const uint16_t port = gateway.PortOf("a");
  REQUIRE(gateway.Change({{"a", "127.0.0.2"}, {"b", kLocal, port}}).empty());
  CHECK(gateway.LimitsOf("a") == limits);
  CHECK(gateway.LimitsOf("b") != limits);
}

TEST_CASE("sockets that were let go of are closed, and their listeners are still known") {
  Gateway gateway(2);
  REQUIRE(gateway.Change({{"a", kLocal}}).empty());
  const uint16_t port = gateway.PortOf("a");
  gateway.sockets.LetGo();
  CHECK_FALSE(TakesConnections(port));
  CHECK(gateway.PortOf("a") == port);
  CHECK(gateway.Of("a") == std::vector<SocketPtr>{nullptr, nullptr});
}
