// Owns RightToStay: what a connection's right to stay open rests on. Plain data, part of the
// connection.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pinlatch::proxy {

struct RightToStay {
  uint64_t epoch = 0;     // LivePeers' count when it was last found to hold; 0: not yet
  uint64_t trust = 0;     // the bundle (TrustBundle::generation) that accepted the chain
  UnixSeconds from = 0;   // the bundle's acceptance holds from here
  UnixSeconds until = 0;  // to here, both included
};

}  // namespace pinlatch::proxy
