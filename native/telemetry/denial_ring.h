// Owns the memory of refusals: the lines about the last ones, found by the id that the peer was
// given or by its address, for `pinlatch explain`. Bounded in bytes. Written by workers, read by
// the control thread; no decision reads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/line_origin.h"

namespace pinlatch::telemetry {

// DenialRing keeps each line that names a code, also one that the log left out. When it is full an
// entry gives way: of the kind of origin (LineAbout) that is farthest over its share, the oldest
// entry of the source that has most. So strangers displace strangers, who floods displaces himself,
// and while others say little one kind may have all the room. Shared by all workers, one lock.
class DenialRing {
 public:
  static constexpr size_t kDefaultBound = size_t{1} << 20;

  explicit DenialRing(size_t bound = kDefaultBound);
  DenialRing(const DenialRing&) = delete;
  DenialRing& operator=(const DenialRing&) = delete;

  // Add keeps a line under its id.
  void Add(const LineOrigin& origin, std::string_view id, std::string_view line);
  // Find returns the lines under an id, the oldest first; or those under the id of the newest line
  // of a client's address, with its port or without ("192.0.2.1:40000", "192.0.2.1",
  // "2001:db8::1"). None when nothing is remembered.
  std::vector<std::string> Find(std::string_view key) const;
  // bytes is what the entries take. For tests.
  size_t bytes() const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kSources = 64;  // told apart by a hash

  struct Entry {
    std::string id;
    std::string line;
    uint64_t number = 0;    // counts up; 0: not in use
    uint32_t next = kNone;  // of the same source, or not in use either
  };
  struct Source {
    size_t bytes = 0;
    uint32_t oldest = kNone;
    uint32_t newest = kNone;
  };
  struct Part {
    size_t bytes = 0;
    std::array<Source, kSources> sources;
  };

  static size_t SizeOf(const Entry& entry);
  uint32_t TakeSlot();
  void MakeRoom();
  void DropOldest(Part& part);
  const Entry* NewestFrom(std::string_view address) const;

  const size_t bound_;
  const uint64_t seed_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::array<Part, kLineAbouts> parts_;
  std::vector<Entry> entries_;
  uint32_t spare_ = kNone;  // the first entry that is not in use
  size_t bytes_ = 0;
  uint64_t added_ = 0;
};

}  // namespace pinlatch::telemetry
