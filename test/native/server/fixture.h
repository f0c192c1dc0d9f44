// Owns what the server tests share: a certificate authority with a server and clients, the snapshot
// document of a small gateway, a running server, and a plain HTTP service behind it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "server/server.h"

namespace pinlatch::test {

// Material makes certificates in a folder of its own, which goes with it.
class Material {
 public:
  Material();
  ~Material();
  Material(const Material&) = delete;
  Material& operator=(const Material&) = delete;

  std::string Path(std::string_view name) const { return folder_ + "/" + std::string(name); }
  // IssueAuthority makes <name>.crt and <name>.key, signed by itself.
  void IssueAuthority(const std::string& name);
  // IssueClient makes <name>.crt and <name>.key, signed by the authority "ca", good until
  // `not_after` (0: for a day).
  void IssueClient(const std::string& name, UnixSeconds not_after = 0);
  // Sha256 returns the fingerprint of the certificate <name>.crt in lower-case hexadecimal.
  std::string Sha256(const std::string& name) const;

 private:
  std::string folder_;
};

// Document describes the gateway of the tests: listener "edge" on a free port; routes /static (a
// fixed response), /api/* (the service), both for the client "pinned"; /open/* for any-trusted.
struct Document {
  uint32_t workers = 2;
  uint16_t service_port = 0;
  std::string client_auth = "required";
  std::vector<std::string> pinned = {"pinned"};
  std::vector<std::string> denied;
  std::string authority = "ca";
  std::string open_allow = "any-trusted";  // who may go to /open; empty: the client "pinned"
  uint64_t idle_ms = 60000;
  uint64_t head_ms = 10000;
  uint64_t body_ms = 10000;
  uint64_t first_byte_ms = 3000;
  uint64_t handshake_ms = 10000;
  uint64_t response_ms = 10000;
  uint64_t write_ms = 10000;
  uint64_t eviction_ms = 5000;
  uint32_t port = 0;
  std::string access_log = "all";
  // What the route to the service changes: members of its action.
  std::string forwarding =
      R"("rewrite":{"stripSegments":0,"addPrefix":"","host":"preserve"},)"
      R"("headers":{"request":{"set":[],"add":[],"remove":[]},)"
      R"("response":{"set":[],"add":[],"remove":[]}},"keepFields":[],"expect":"answer","upgrade":[])";
  std::string endpoints;  // in place of the one service
  std::string balancing =
      R"("balancing":{"policy":"round-robin","hashHeader":null,"failback":true,)"
      R"("slowStartMs":0},"health":null,"ejection":null,)"
      R"("retries":{"attempts":3,"onConnect":true,"onReset":true,)"
      R"("budgetPercent":20},)"
      R"("limits":{"connections":0,"requests":0,"queue":100,"queueMs":5000},)"
      R"("resolveMs":30000)";
  std::string front =
      R"({"mode":"http","alpn":[],"startTls":null,"proxyFrom":[],"forwardedFrom":[]})";
  std::string tcp_routes = "[]";
  uint32_t connections = 1000;
  uint32_t handshakes = 100;
  uint32_t connections_per_address = 0;
  uint32_t handshakes_per_address = 0;  // in each hour

  std::string Text(const Material& material) const;
};

// EndpointAt describes an endpoint of the service's upstream.
std::string EndpointAt(uint16_t port, uint32_t weight = 1, bool backup = false);

// Service is a plain HTTP/1.1 service: it answers every request with its method, target and body
// length, and a target that starts with /api/flood with more than any socket holds. It takes one
// connection a thread.
class Service {
 public:
  Service();
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  uint16_t port() const { return port_; }
  // Requests with a target that starts with /api/slow are held until Release.
  void Release() { released_ = true; }
  uint64_t held() const { return held_; }

 private:
  void Accept();
  void Serve(int fd);
  std::string Respond(std::string_view head, size_t body_length);

  int listening_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> released_{false};
  std::atomic<uint64_t> held_{0};
  std::thread accepting_;
  std::vector<std::thread> serving_;
};

// Eventually waits until `condition` holds, at most ten seconds; it returns whether it did.
template <typename Condition>
bool Eventually(Condition condition) {
  const MonotonicTime deadline = MonotonicNow() + std::chrono::seconds(10);
  while (!condition()) {
    if (MonotonicNow() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// CounterOf reads one counter by the name that the control plane sees.
uint64_t CounterOf(const server::Server& server, std::string_view name);

}  // namespace pinlatch::test
