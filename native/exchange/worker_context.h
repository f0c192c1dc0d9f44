// Owns WorkerContext: what every connection and exchange of one worker shares. One thread; borrowed
// by reference.
#pragma once

#include <memory>

#include "admission/address_guard.h"
#include "admission/live_peers.h"
#include "admission/recent_clients.h"
#include "cluster/upstream_clusters.h"
#include "forwarding/identity_blocks.h"
#include "io/turn_queue.h"
#include "session/ticket_keys.h"
#include "telemetry/listener_counts.h"
#include "telemetry/pin_use.h"
#include "upstream/upstream_worker.h"
#include "verdict/verdict_cache.h"

namespace pinlatch::proxy {

struct WorkerContext : UpstreamWorker {
  using UpstreamWorker::UpstreamWorker;

  // Handshakes that want to go on. A step costs as much as dozens of requests: a flood of them
  // waits for later rounds of the loop, and requests that were admitted do not wait for it.
  io::TurnQueue handshakes{loop};
  tls::VerdictCache verdicts;
  std::shared_ptr<const tls::TicketKeys> ticket_keys;  // the server's
  IdentityBlocks identity_blocks;
  telemetry::PinUse pin_use;  // of the pins of `generation`
  LivePeers live_peers{*this, verdicts};
  RecentClients recent_clients;
  telemetry::ListenerCounts listener_counts;
  AddressGuard addresses{*this};
  UpstreamClusters clusters{*this};
  bool draining = false;
};

}  // namespace pinlatch::proxy
