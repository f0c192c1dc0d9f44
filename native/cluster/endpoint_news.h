// Owns EndpointNews: what one worker found out about an endpoint and tells the others, so that one
// worker's failures and one worker's health checks are enough.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"

namespace pinlatch::proxy {

struct EndpointNews {
  enum class Kind : uint8_t { kEjected, kHealthy, kUnhealthy };

  std::string upstream;
  std::string endpoint;
  Kind kind = Kind::kHealthy;
  Duration ejected_for{0};  // with kEjected
};

// TellOthers posts news to every worker but the one that calls.
using TellOthers = std::function<void(const EndpointNews&)>;

}  // namespace pinlatch::proxy
