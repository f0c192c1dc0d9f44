// Owns the sharing of a bounded room among lanes, and in a lane among sources: who takes much is
// refused before it can push out who takes little. Pure counting.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pinlatch::telemetry {

// FairRoom reserves half of the room, in equal parts, for the lanes. Of the other half a lane may
// have so much that an eighth of it is still free, and of what a lane can have, likewise, each of
// its sources. So one that floods takes eight ninths of what there is, however fast it is, two take
// less, and a newcomer finds room (the dynamic thresholds of shared-memory switches). Nothing that
// is in has to give way. Not thread-safe.
class FairRoom {
 public:
  // `lanes` is at least one.
  FairRoom(size_t bytes, size_t lanes);

  // Take says whether `bytes` more may come in, and counts them.
  bool Take(size_t lane, uint64_t source, size_t bytes);
  // Clear empties the room.
  void Clear();

 private:
  // A source is counted in one cell of each row, and what it has is at most what the lesser of them
  // holds (a count-min sketch). Only who shares every cell with a flood shares its part.
  static constexpr size_t kRows = 2;
  static constexpr size_t kCells = 32;
  struct Lane {
    size_t used = 0;
    std::array<std::array<size_t, kCells>, kRows> by_source{};
  };
  using Cells = std::array<size_t*, kRows>;

  Cells CellsOf(Lane& lane, uint64_t source) const;
  size_t RoomOf(const Lane& lane) const;
  size_t BeyondReserve(const Lane& lane) const {
    return lane.used > reserve_ ? lane.used - reserve_ : 0;
  }

  std::vector<Lane> lanes_;
  size_t reserve_;
  size_t shared_;           // the half that nobody has for certain
  size_t shared_used_ = 0;  // by lanes that are beyond their reserve
  uint64_t seed_;
};

}  // namespace pinlatch::telemetry
