// Owns Front: what a listener does before TLS, what it carries behind it, and which proxies in
// front it believes. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace pinlatch::snapshot {

// Network is the addresses whose first `bits` bits are those of `bytes`. An IPv4 network (size 4)
// holds no IPv6 address.
struct Network {
  std::array<uint8_t, 16> bytes{};
  uint8_t size = 0;
  uint8_t bits = 0;
};

enum class Mode : uint8_t {
  kHttp,
  kTcp,  // bytes, led by TCP routes
};

// StartTls is what clients say before TLS begins.
enum class StartTls : uint8_t { kNone, kPostgresql };

struct Front {
  Mode mode = Mode::kHttp;
  std::vector<std::string> alpn;  // with kTcp; none: what clients offer is not looked at
  StartTls start_tls = StartTls::kNone;
  // proxy_from are the peers whose connections begin with a PROXY header.
  std::vector<Network> proxy_from;
  // forwarded_from are the peers whose X-Forwarded-For and X-Forwarded-Proto are passed on.
  std::vector<Network> forwarded_from;
};

}  // namespace pinlatch::snapshot
