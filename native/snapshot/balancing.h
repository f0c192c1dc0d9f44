// Owns what the snapshot says of choosing among an upstream's endpoints: plain data. The defaults
// are those of src/config/balancing.ts.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace pinlatch::snapshot {

enum class BalancePolicy : uint8_t { kRoundRobin, kLeastConnections, kHash };

struct Balancing {
  BalancePolicy policy = BalancePolicy::kRoundRobin;
  std::string hash_header;     // with kHash, in lower case; empty: the client's certificate
  bool failback = true;        // from backups, as soon as another endpoint is usable
  Milliseconds slow_start{0};  // how long the share of an endpoint that comes back grows
};

// HealthCheck is asked of each endpoint; without a target that a connection can be made is enough.
struct HealthCheck {
  std::string target;  // path and query, in origin form
  std::string host;    // empty: the endpoint's own
  Milliseconds interval{5000};
  Milliseconds timeout{1000};
  uint32_t healthy = 2;    // checks in a row that must pass for an endpoint to be used again
  uint32_t unhealthy = 3;  // that must fail for it not to be
  uint16_t expect_from = 200;
  uint16_t expect_to = 299;
  bool operator==(const HealthCheck&) const = default;
};

// Ejection takes an endpoint out for a while.
struct Ejection {
  uint32_t failures = 5;       // in a row
  Milliseconds base{10000};    // how long the first time
  Milliseconds most{300000};   // how long at most
  uint32_t most_percent = 50;  // of the endpoints, at the same time
};

struct Retries {
  uint32_t attempts = 3;  // beside the first
  bool on_connect = true;
  bool on_reset = true;
  uint32_t budget_percent = 20;  // of all requests
};

// UpstreamLimits bound what each endpoint gets at once, for the whole gateway, shared out evenly
// among workers; 0: no bound. The queue is the upstream's.
struct UpstreamLimits {
  uint32_t connections = 0;
  uint32_t requests = 0;
  uint32_t queue = 100;
  Milliseconds queue_timeout{5000};
};

}  // namespace pinlatch::snapshot
