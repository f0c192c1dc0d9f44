// Owns the division of this process's file descriptors: how many connections each listener may
// have, and below which number connections of any kind stay, so that the admin socket and a reload
// always find a descriptor. Pure; control thread.
//
// Every client's connection takes one, a request that is passed on another, and so does an idle
// connection to an upstream.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "io/descriptors.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

struct DescriptorPlan {
  uint64_t limit = 0;  // of open files
  // ceiling is the first number that is not for connections.
  int ceiling = io::kNoCeiling;
  // connections are how many each listener takes at once, by its index; what is configured, unless
  // that is more than there is room for. A lowered one is a multiple of the number of workers.
  std::vector<uint32_t> connections;
};

// PlanDescriptors divides `limit` descriptors of a process with so many workers. Listeners that ask
// for little get it; those that ask for more get the same.
DescriptorPlan PlanDescriptors(uint64_t limit, uint32_t workers,
                               const snapshot::Snapshot& snapshot);

// RequireDescriptors: such a process can serve one request at least, and be asked meanwhile. Error:
// kDescriptorsTooFew.
Status RequireDescriptors(uint64_t limit, uint32_t workers, const snapshot::Snapshot& snapshot);

// LoweredListeners tells of each listener that gets less than is configured (kConnectionsLowered).
std::vector<Error> LoweredListeners(const DescriptorPlan& plan, const snapshot::Snapshot& snapshot);

}  // namespace pinlatch::proxy
