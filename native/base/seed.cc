// See seed.h.
#include "base/seed.h"

#include <sys/random.h>

#include <atomic>
#include <chrono>

namespace pinlatch {

uint64_t RandomSeed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof(seed), 0) == static_cast<ssize_t>(sizeof(seed))) return seed;
  static std::atomic<uint64_t> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return Mix(static_cast<uint64_t>(now) ^ reinterpret_cast<uintptr_t>(&seed)) + Mix(++count);
}

}  // namespace pinlatch
