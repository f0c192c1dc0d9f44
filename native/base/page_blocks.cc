// See page_blocks.h. Each size has a region of address space of its own, reserved once: where a
// block lies says what it is, and pages that were never written to cost nothing. Under a sanitizer
// the heap serves instead, because it watches every byte.
#include "base/page_blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace pinlatch {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kUseHeap = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kUseHeap = true;
#else
constexpr bool kUseHeap = false;
#endif
#else
constexpr bool kUseHeap = false;
#endif

constexpr size_t kSizes = 2;
// Address space, not memory: enough for 50,000 connections in the middle of a record.
constexpr size_t kRegion = sizeof(void*) >= 8 ? size_t{1} << 30 : size_t{64} << 20;
// The most that a thread keeps between two Trims, of each size: 2 MiB and 10 MiB.
constexpr size_t kMostWarm = 512;

// Region is the address space of one size.
class Region {
 public:
  explicit Region(size_t block_size) : block_size_(block_size) {
    if (kUseHeap) return;
    void* space = mmap(nullptr, kRegion, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) return;  // Then every block comes from the heap.
    // A huge page would make two megabytes of the first byte that is touched.
    madvise(space, kRegion, MADV_NOHUGEPAGE);
    begin_ = next_ = static_cast<uint8_t*>(space);
    end_ = begin_ + kRegion / block_size * block_size;
  }

  bool Holds(const void* memory) const { return memory >= begin_ && memory < end_; }
  size_t block_size() const { return block_size_; }

  uint8_t* Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!cold_.empty()) {
        uint8_t* block = cold_.back();
        cold_.pop_back();
        return block;
      }
      if (next_ < end_) {
        uint8_t* block = next_;
        next_ += block_size_;
        return block;
      }
    }
    void* block = std::malloc(block_size_);
    if (block == nullptr) std::abort();
    return static_cast<uint8_t*>(block);
  }

  void Give(uint8_t* block) {
    if (!Holds(block)) return std::free(block);
    madvise(block, block_size_, MADV_DONTNEED);
    const std::lock_guard lock(mutex_);
    cold_.push_back(block);
  }

 private:
  const size_t block_size_;
  uint8_t* begin_ = nullptr;
  uint8_t* end_ = nullptr;
  std::mutex mutex_;
  uint8_t* next_ = nullptr;     // guarded by mutex_: never handed out from here on
  std::vector<uint8_t*> cold_;  // guarded by mutex_: free, without pages
};

// Never destroyed: threads may still give blocks back while the process ends.
std::array<Region, kSizes>& Regions() {
  static auto& regions =
      *new std::array<Region, kSizes>{Region(PageBlocks::kSmall), Region(PageBlocks::kLarge)};
  return regions;
}

size_t IndexOf(size_t size) {
  assert(size == PageBlocks::kSmall || size == PageBlocks::kLarge);
  return size == PageBlocks::kSmall ? 0 : 1;
}

// Warm is what one thread keeps of one size.
struct Warm {
  explicit Warm(size_t index) : region(Regions()[index]) {}
  ~Warm() {
    while (count > 0) region.Give(blocks[--count]);
  }
  Region& region;
  size_t count = 0;
  size_t fewest = 0;  // since the last Trim: so many were never needed
  std::array<uint8_t*, kMostWarm> blocks;
};

// Of this thread, once it has asked for a block: plain pointers are read in one step.
constinit thread_local std::array<Warm*, kSizes> warm_of{};

[[gnu::noinline]] Warm& MakeWarm(size_t index) {
  thread_local std::array<Warm, kSizes> warm{Warm(0), Warm(1)};
  warm_of = {&warm[0], &warm[1]};
  return warm[index];
}

Warm& WarmOf(size_t size) {
  const size_t index = IndexOf(size);
  Warm* const warm = warm_of[index];
  return warm != nullptr ? *warm : MakeWarm(index);
}

}  // namespace

uint8_t* PageBlocks::Take(size_t size) {
  Warm& warm = WarmOf(size);
  if (warm.count == 0) return warm.region.Take();
  --warm.count;
  warm.fewest = std::min(warm.fewest, warm.count);
  return warm.blocks[warm.count];
}

void PageBlocks::Give(uint8_t* block, size_t size) {
  Warm& warm = WarmOf(size);
  // The heap's are not kept: SizeOf could not tell them when they come back.
  if (warm.count < kMostWarm && warm.region.Holds(block)) {
    warm.blocks[warm.count++] = block;
  } else {
    warm.region.Give(block);
  }
}

void PageBlocks::Trim() {
  for (const size_t size : {kSmall, kLarge}) {
    Warm& warm = WarmOf(size);
    // The oldest are at the bottom; those above were in use.
    for (size_t i = 0; i < warm.fewest; ++i) warm.region.Give(warm.blocks[i]);
    std::copy(warm.blocks.begin() + static_cast<ptrdiff_t>(warm.fewest),
              warm.blocks.begin() + static_cast<ptrdiff_t>(warm.count), warm.blocks.begin());
    warm.count -= warm.fewest;
    warm.fewest = warm.count;
  }
}

size_t PageBlocks::SizeOf(const void* memory) {
  for (const Region& region : Regions()) {
    if (region.Holds(memory)) return region.block_size();
  }
  return 0;
}

size_t PageBlocks::Resident() {
  return WarmOf(kSmall).count * kSmall + WarmOf(kLarge).count * kLarge;
}

}  // namespace pinlatch
