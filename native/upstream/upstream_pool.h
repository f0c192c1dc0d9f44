// Owns the idle upstream connections of one worker, by target. Connections outlive generations:
// what counts is the address, and the rules of TLS.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "upstream/upstream_connection.h"

namespace pinlatch::proxy {

class UpstreamPool final : public UpstreamConnection::User {
 public:
  UpstreamPool() = default;
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  // Take returns the idle connection that was used last, or nullptr.
  std::unique_ptr<UpstreamConnection> Take(const Target& target);
  // Put keeps a quiet connection for at most `keep_alive`. Beyond `max_idle` of its target the
  // oldest is closed.
  void Put(std::unique_ptr<UpstreamConnection> connection, Duration keep_alive, uint32_t max_idle);
  // GiveBack closes one, of the target that has most: the one that was used least lately. False:
  // there is none.
  bool GiveBack();
  // Clear closes all of them.
  void Clear() { idle_.clear(); }

 private:
  void OnUpstreamReady(UpstreamConnection& connection) override;
  void OnUpstreamTimer(UpstreamConnection& connection) override;
  void Discard(UpstreamConnection& connection);

  std::unordered_map<std::string, std::vector<std::unique_ptr<UpstreamConnection>>> idle_;
};

}  // namespace pinlatch::proxy
