// Owns the idle upstream connections of one worker, by target. Connections outlive generations:
// what counts is the address, and the rules of TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "io/event_loop.h"
#include "upstream/demand.h"
#include "upstream/upstream_connection.h"

namespace pinlatch::proxy {

// UpstreamPool keeps as many connections to a target as were in use at once in the last minute, the
// idle and the used together; what is more than that is closed within seconds, the longest unused
// first.
class UpstreamPool final : public UpstreamConnection::User, private io::TimerHandler {
  struct Site;

 public:
  // kSecondsOfSpan is of the Demand's spans: half of the minute.
  static constexpr int kSecondsOfSpan = 30;

  // Use is one connection to a target in use: while it lasts it counts as demand. It may not
  // outlive the pool.
  class Use {
   public:
    Use(Use&& other) noexcept : pool_(other.pool_), site_(std::exchange(other.site_, nullptr)) {}
    Use& operator=(Use&& other) = delete;
    ~Use() { End(); }

    // TakeIdle returns the idle connection that was used last, or nullptr.
    std::unique_ptr<UpstreamConnection> TakeIdle();
    // Keep ends the use, and keeps its connection, a quiet one, for at most `keep_alive`. Beyond
    // `max_idle` idle ones of the target the oldest is closed.
    void Keep(std::unique_ptr<UpstreamConnection> connection, Duration keep_alive,
              uint32_t max_idle);
    // End ends the use: its connection does not come back.
    void End();

   private:
    friend class UpstreamPool;
    Use(UpstreamPool& pool, Site& site) : pool_(pool), site_(&site) { site_->demand.Enter(); }

    UpstreamPool& pool_;
    Site* site_;  // nullptr: it has ended
  };

  explicit UpstreamPool(io::EventLoop& loop) : loop_(loop), second_(*this) {}
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  // Begin counts one more connection to `target` as in use.
  Use Begin(const Target& target);
  // GiveBack closes one, of the target that has most: the one that was used least lately. False:
  // there is none.
  bool GiveBack();
  // Clear closes all of them.
  void Clear();

  // PassSecond is what the pool does every second while it has something. Public for tests, as is
  // idle: how many idle connections there are.
  void PassSecond();
  size_t idle() const;

 private:
  // Site is what leads to one target. It stays where it is while it is in use.
  struct Site {
    std::vector<std::unique_ptr<UpstreamConnection>> idle;  // the one that was used last is behind
    Demand demand;
  };

  static void CloseSurplus(Site& site);
  void OnUpstreamReady(UpstreamConnection& connection) override;
  void OnUpstreamTimer(UpstreamConnection& connection) override;
  void OnTimer(io::Timer& timer) override;
  void Discard(UpstreamConnection& connection);

  io::EventLoop& loop_;
  std::unordered_map<std::string, Site> sites_;
  int seconds_ = 0;   // of the span that runs
  io::Timer second_;  // armed while there is a site
};

}  // namespace pinlatch::proxy
