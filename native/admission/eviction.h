// Owns Eviction: a connection whose client may not stay, while its request in flight is given its
// grace. Part of the connection; most never have one.
#pragma once

#include "base/error.h"
#include "io/timer_wheel.h"

namespace pinlatch::proxy {

struct Eviction {
  Eviction(ErrorCode why, io::TimerHandler& handler) : reason(why), grace(handler) {}
  const ErrorCode reason;
  io::Timer grace;  // armed while a request is in flight
};

}  // namespace pinlatch::proxy
