// Owns the seeds of what must differ from start to start and must not be foreseen from outside, and
// is no secret key.
#pragma once

#include <cstdint>

namespace pinlatch {

// RandomSeed returns 64 random bits of the kernel; should it refuse, what differs between starts.
uint64_t RandomSeed();

}  // namespace pinlatch
