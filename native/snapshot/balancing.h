// Owns what the snapshot says of choosing among an upstream's endpoints: plain data.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {

enum class BalancePolicy : uint8_t { kRoundRobin, kLeastConnections, kHash };

struct Balancing {
  BalancePolicy policy = BalancePolicy::kRoundRobin;
  std::string hash_header;  // with kHash, in lower case; empty: the client's certificate
  bool failback = true;     // from backups, as soon as another endpoint is usable
  Milliseconds slow_start{
      ranges::kUpstreamSlowStart.usual};  // how long the share of an endpoint that comes back grows
};

// HealthCheck is asked of each endpoint; without a target that a connection can be made is enough.
struct HealthCheck {
  std::string target;  // path and query, in origin form
  std::string host;    // empty: the endpoint's own
  Milliseconds interval{ranges::kHealthCheckInterval.usual};
  Milliseconds timeout{ranges::kHealthCheckTimeout.usual};
  // healthy: checks in a row that must pass for an endpoint to be used again; unhealthy: that must
  // fail for it not to be.
  uint32_t healthy = ranges::kHealthCheckHealthy.usual;
  uint32_t unhealthy = ranges::kHealthCheckUnhealthy.usual;
  uint16_t expect_from = 200;
  uint16_t expect_to = 299;
  bool operator==(const HealthCheck&) const = default;
};

// Ejection takes an endpoint out for a while.
struct Ejection {
  uint32_t failures = ranges::kEjectionFailures.usual;        // in a row
  Milliseconds base{ranges::kEjectionTime.usual};             // how long the first time
  Milliseconds most{ranges::kEjectionMaxTime.usual};          // how long at most
  uint32_t most_percent = ranges::kEjectionMaxPercent.usual;  // of the endpoints, at the same time
};

struct Retries {
  uint32_t attempts = ranges::kRetriesAttempts.usual;  // beside the first
  bool on_connect = true;
  bool on_reset = true;
  uint32_t budget_percent = ranges::kRetriesBudgetPercent.usual;  // of all requests
};

// UpstreamLimits bound what each endpoint gets at once, for the whole gateway, shared out evenly
// among workers; 0: no bound. The queue is the upstream's.
struct UpstreamLimits {
  uint32_t connections = 0;
  uint32_t requests = 0;
  uint32_t queue = ranges::kUpstreamLimitsQueue.usual;
  Milliseconds queue_timeout{ranges::kUpstreamLimitsQueueTimeout.usual};
};

}  // namespace pinlatch::snapshot
