// Owns LoggingWorker: a worker as far as it logs. What a line says of a client depends on the rules
// that are in force.
#pragma once

#include "generation/generation.h"
#include "log/limit_log.h"
#include "log/line_gate.h"
#include "record/worker_basics.h"

namespace pinlatch::proxy {

struct LoggingWorker : WorkerBasics {
  using WorkerBasics::WorkerBasics;

  GenerationPtr generation;  // what new requests are decided by
  LineGate gate{*this};
  LimitLog limit_log{*this};
};

}  // namespace pinlatch::proxy
