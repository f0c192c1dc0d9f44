// Owns WorkerBasics: what everything of one worker shares, and needs nothing else for. One thread;
// borrowed by reference.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/head.h"
#include "http/target.h"
#include "io/event_loop.h"
#include "record/request_id.h"
#include "record/request_record.h"
#include "telemetry/counters.h"
#include "telemetry/event_log.h"
#include "telemetry/json_line.h"

namespace pinlatch::proxy {

struct WorkerBasics {
  WorkerBasics(io::EventLoop& event_loop, telemetry::Counters& worker_counters,
               telemetry::EventLog& event_log, WallClock wall_clock)
      : loop(event_loop), counters(worker_counters), events(event_log), wall_now(wall_clock) {}
  WorkerBasics(const WorkerBasics&) = delete;
  WorkerBasics& operator=(const WorkerBasics&) = delete;

  io::EventLoop& loop;
  telemetry::Counters& counters;
  telemetry::EventLog& events;
  const WallClock wall_now;  // what everything is judged by that has a time
  uint32_t index = 0;        // of this worker
  uint32_t workers = 1;      // how many there are
  RequestIds request_ids;
  RequestRecords records;

  // Scratch, filled again for every message: parsed heads are large and live only while one is
  // handled.
  http::RequestHead request_head;
  http::ResponseHead response_head;
  std::vector<http::Field> response_fields;
  std::string path;  // canonical
  std::string cookies;
  http::Host host;
  telemetry::JsonLine line;
  std::array<uint8_t, 20 * 1024> received;  // one read of a socket: a whole TLS record fits
};

}  // namespace pinlatch::proxy
