// See fair_room.h.
#include "telemetry/fair_room.h"

#include <algorithm>

#include "base/seed.h"

namespace pinlatch::telemetry {
namespace {

// Who has `used` may have that many times what stays free.
constexpr size_t kShare = 8;

}  // namespace

FairRoom::FairRoom(size_t bytes, size_t lanes)
    : lanes_(lanes),
      reserve_(bytes / 2 / lanes),
      shared_(bytes - reserve_ * lanes),
      seed_(RandomSeed()) {}

bool FairRoom::Take(size_t lane, uint64_t source, size_t bytes) {
  Lane& into = lanes_[lane];
  const Cells mine = CellsOf(into, source);
  const size_t had = std::min(*mine[0], *mine[1]);
  const size_t room = RoomOf(into);
  if (bytes > room || had + bytes > kShare * (room - bytes)) return false;
  shared_used_ -= BeyondReserve(into);
  into.used += bytes;
  for (size_t* cell : mine) *cell += bytes;
  shared_used_ += BeyondReserve(into);
  return true;
}

FairRoom::Cells FairRoom::CellsOf(Lane& lane, uint64_t source) const {
  const uint64_t hash = Mix(seed_ ^ source);
  return {&lane.by_source[0][hash % kCells], &lane.by_source[1][hash / kCells % kCells]};
}

// What the lane could take now: the rest of its reserve, and so much of the shared half that it has
// kShare times of what is then free.
size_t FairRoom::RoomOf(const Lane& lane) const {
  const size_t own = reserve_ - std::min(reserve_, lane.used);
  const size_t allowed = kShare * (shared_ - shared_used_);
  const size_t beyond = BeyondReserve(lane);
  return own + (allowed > beyond ? (allowed - beyond) / (kShare + 1) : 0);
}

void FairRoom::Clear() {
  std::fill(lanes_.begin(), lanes_.end(), Lane());
  shared_used_ = 0;
}

}  // namespace pinlatch::telemetry
