// Owns the memory of which clients were seen lately, for operators (pinlatch diff). Written by one
// worker, read by any thread; no decision reads it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "identity/peer_identity.h"
#include "record/peer.h"

namespace pinlatch::proxy {

// RecentClient is one certificate under one server name of one listener. The identity has the chain
// it came with.
struct RecentClient {
  std::string listener;
  std::string server_name;  // "": none
  std::shared_ptr<const identity::PeerIdentity> identity;
  UnixSeconds last_seen = 0;  // when its last connection was opened or closed
  uint32_t open = 0;          // connections
};

// RecentClients is bounded: the client that was seen longest ago gives way, before all others one
// that has no connection. It is told of connections, not of requests: a lock for each handshake
// costs nothing beside it.
class RecentClients {
 public:
  static constexpr size_t kMost = 1024;

  RecentClients() = default;
  RecentClients(const RecentClients&) = delete;
  RecentClients& operator=(const RecentClients&) = delete;

  // The peer's identity may not be nullptr.
  void Arrived(const Peer& peer, UnixSeconds now);
  void Left(const Peer& peer, UnixSeconds now);
  // Read returns all of them, in the order of listeners, server names and fingerprints. Any thread.
  std::vector<RecentClient> Read() const;

 private:
  using Key = std::tuple<std::string, std::string, identity::Sha256>;
  void MakeRoom();

  mutable std::mutex mutex_;
  std::map<Key, RecentClient> clients_;  // guarded by mutex_
};

}  // namespace pinlatch::proxy
