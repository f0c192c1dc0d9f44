// Owns RightToStay, what a connection's right to stay open rests on, and Eviction, what is left to
// it without. Plain data, part of the connection.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/error.h"
#include "io/timer_wheel.h"

namespace pinlatch::proxy {

struct RightToStay {
  uint64_t epoch = 0;     // LivePeers' count when it was last found to hold; 0: not yet
  uint64_t trust = 0;     // the bundle (TrustBundle::generation) that accepted the chain
  UnixSeconds from = 0;   // the bundle's acceptance holds from here
  UnixSeconds until = 0;  // to here, both included
};

// Eviction is of a connection whose client may not stay, while its request in flight is given its
// grace. Most never have one.
struct Eviction {
  Eviction(ErrorCode why, io::TimerHandler& handler) : reason(why), grace(handler) {}
  const ErrorCode reason;
  io::Timer grace;  // armed while a request is in flight
};

}  // namespace pinlatch::proxy
