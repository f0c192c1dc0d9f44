// See descriptor_plan.h.
#include "record/descriptor_plan.h"

#include <algorithm>
#include <string>

namespace pinlatch::proxy {
namespace {

// What Node itself has open at least (the standard streams, its event loops, the watcher of files,
// the admin socket), and what of the rest has to stay free for the files of a reload, questions to
// the admin socket and names to look up.
constexpr uint64_t kLeastOfNode = 25;
constexpr uint64_t kLeastSpare = 3;
// What is added to them where the limit leaves it, and how much of it to what stays free.
constexpr uint64_t kMostMargin = 20;
constexpr uint64_t kMarginOfSpare = 13;
// An event loop, its mailbox, and two timers by the clock on the wall.
constexpr uint64_t kOfWorker = 4;
// One part in so many of what is left is for connections to upstreams. Where requests need more,
// who rests gives way to them.
constexpr uint64_t kPartsForUpstreams = 4;

uint64_t Less(uint64_t from, uint64_t what) { return from - std::min(from, what); }

// What the process has open without any connection, and keeps free, at least.
uint64_t LeastOf(uint32_t workers, const snapshot::Snapshot& snapshot) {
  return kLeastOfNode + kLeastSpare + workers * (kOfWorker + snapshot.listeners.size());
}

// Where there is little, connections get one half of it.
uint64_t MarginOf(uint64_t limit, uint32_t workers, const snapshot::Snapshot& snapshot) {
  return std::min(Less(limit, LeastOf(workers, snapshot)) / 2, kMostMargin);
}

// How many clients' connections each worker may have.
uint64_t RoomOfWorker(uint64_t limit, uint32_t workers, const snapshot::Snapshot& snapshot) {
  uint64_t room = Less(limit, LeastOf(workers, snapshot) + MarginOf(limit, workers, snapshot));
  if (!snapshot.upstreams.empty()) room -= (room + kPartsForUpstreams - 1) / kPartsForUpstreams;
  return room / workers;
}

uint32_t ShareOf(uint32_t connections, uint32_t workers) {
  return static_cast<uint32_t>((uint64_t{connections} + workers - 1) / workers);
}

// The level up to which every share is filled: what small ones leave is the larger ones'.
uint64_t LevelOf(uint64_t room, std::vector<uint32_t> shares) {
  std::sort(shares.begin(), shares.end());
  uint64_t level = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    level = room / (shares.size() - i);
    if (shares[i] > level) break;
    room -= shares[i];
    level = shares[i];
  }
  return std::max<uint64_t>(level, 1);
}

}  // namespace

DescriptorPlan PlanDescriptors(uint64_t limit, uint32_t workers,
                               const snapshot::Snapshot& snapshot) {
  DescriptorPlan plan;
  plan.limit = limit;
  const uint64_t margin = MarginOf(limit, workers, snapshot);
  const uint64_t spare = kLeastSpare + margin * kMarginOfSpare / kMostMargin;
  plan.ceiling = static_cast<int>(std::min<uint64_t>(Less(limit, spare), io::kNoCeiling - 1));
  std::vector<uint32_t> shares;
  for (const snapshot::Listener& listener : snapshot.listeners) {
    shares.push_back(ShareOf(listener.limits.connections, workers));
  }
  const uint64_t level = LevelOf(RoomOfWorker(limit, workers, snapshot), shares);
  for (size_t i = 0; i < shares.size(); ++i) {
    const uint32_t configured = snapshot.listeners[i].limits.connections;
    const bool fits = shares[i] <= level;
    plan.connections.push_back(fits ? configured : static_cast<uint32_t>(level * workers));
  }
  return plan;
}

Status RequireDescriptors(uint64_t limit, uint32_t workers, const snapshot::Snapshot& snapshot) {
  const uint64_t of_one_request = snapshot.upstreams.empty() ? 1 : 2;
  const uint64_t least = LeastOf(workers, snapshot) + of_one_request;
  if (limit >= least) return {};
  return Error(ErrorCode::kDescriptorsTooFew,
               "this process may have " + std::to_string(limit) + " file descriptors; with " +
                   std::to_string(workers) + (workers == 1 ? " worker" : " workers") +
                   " it takes " + std::to_string(least) + " to serve anybody",
               "/workers");
}

std::vector<Error> LoweredListeners(const DescriptorPlan& plan,
                                    const snapshot::Snapshot& snapshot) {
  std::vector<Error> lowered;
  for (size_t i = 0; i < plan.connections.size(); ++i) {
    const snapshot::Listener& listener = snapshot.listeners[i];
    if (plan.connections[i] == listener.limits.connections) continue;
    lowered.emplace_back(ErrorCode::kConnectionsLowered,
                         "room for " + std::to_string(plan.connections[i]) + " connections, not " +
                             std::to_string(listener.limits.connections) +
                             ": this process may open " + std::to_string(plan.limit) +
                             " file descriptors",
                         listener.at + "/limits/connections");
  }
  return lowered;
}

}  // namespace pinlatch::proxy
