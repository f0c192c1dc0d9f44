// Owns WorkerContext: what every connection and exchange of one worker shares. One thread; borrowed
// by reference.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/head.h"
#include "http/target.h"
#include "io/event_loop.h"
#include "io/turn_queue.h"
#include "proxy/address_guard.h"
#include "proxy/descriptors.h"
#include "proxy/generation.h"
#include "proxy/http2_upstream_pool.h"
#include "proxy/identity_blocks.h"
#include "proxy/limit_log.h"
#include "proxy/line_gate.h"
#include "proxy/live_peers.h"
#include "proxy/live_upstreams.h"
#include "proxy/recent_clients.h"
#include "proxy/request_id.h"
#include "proxy/request_record.h"
#include "proxy/upstream_clusters.h"
#include "proxy/upstream_pool.h"
#include "telemetry/counters.h"
#include "telemetry/event_log.h"
#include "telemetry/json_line.h"
#include "telemetry/listener_counts.h"
#include "telemetry/pin_use.h"
#include "tls/ticket_keys.h"
#include "tls/verdict_cache.h"

namespace pinlatch::proxy {

struct WorkerContext {
  WorkerContext(io::EventLoop& event_loop, telemetry::Counters& worker_counters,
                telemetry::EventLog& event_log, WallClock wall_clock)
      : loop(event_loop), counters(worker_counters), events(event_log), wall_now(wall_clock) {}
  WorkerContext(const WorkerContext&) = delete;
  WorkerContext& operator=(const WorkerContext&) = delete;

  io::EventLoop& loop;
  // Handshakes that want to go on. A step costs as much as dozens of requests: a flood of them
  // waits for later rounds of the loop, and requests that were admitted do not wait for it.
  io::TurnQueue handshakes{loop};
  telemetry::Counters& counters;
  telemetry::EventLog& events;
  const WallClock wall_now;             // what certificates are judged by
  GenerationPtr generation;             // what new requests are decided by
  LiveUpstreams live_upstreams{*this};  // before whatever has connections to upstreams
  UpstreamPool pool;
  Http2UpstreamPool http2_pool;
  RequestIds request_ids;
  RequestRecords records;
  tls::VerdictCache verdicts;
  std::shared_ptr<const tls::TicketKeys> ticket_keys;  // the server's
  IdentityBlocks identity_blocks;
  telemetry::PinUse pin_use;  // of the pins of `generation`
  LivePeers live_peers{*this};
  RecentClients recent_clients;
  telemetry::ListenerCounts listener_counts;
  LimitLog limit_log{*this};
  Descriptors descriptors{*this};
  AddressGuard addresses{*this};
  uint32_t index = 0;    // of this worker
  uint32_t workers = 1;  // how many there are
  TellOthers tell_others = [](const EndpointNews&) {};
  UpstreamClusters clusters{*this};
  bool draining = false;

  // Scratch, filled again for every message: parsed heads are large and live only while one is
  // handled.
  http::RequestHead request_head;
  http::ResponseHead response_head;
  std::vector<http::Field> response_fields;
  std::string path;  // canonical
  std::string cookies;
  http::Host host;
  telemetry::JsonLine line;
  LineGate gate{*this};
  std::array<uint8_t, 20 * 1024> received;  // one read of a socket: a whole TLS record fits
};

}  // namespace pinlatch::proxy
