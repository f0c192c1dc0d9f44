// Owns what this process knows of its file descriptors: how many it may have, and whether few of
// them are free. Any thread.
#pragma once

#include <cstdint>
#include <limits>

namespace pinlatch::io {

// kNoCeiling: every descriptor may be taken that the system gives.
inline constexpr int kNoCeiling = std::numeric_limits<int>::max();

// RaiseDescriptorLimit raises the soft limit of open files to the hard one, as far as the system
// lets it, and returns the limit that holds then.
uint64_t RaiseDescriptorLimit();

// HasDescriptorBelow says that the next descriptor would have a number below `ceiling`. The system
// gives the lowest number that is free, so that else at least `ceiling` descriptors are open. It is
// tried with a copy of `open`, any descriptor that is.
bool HasDescriptorBelow(int ceiling, int open);

// IsReaderGone says of the writing end of a pipe, a socket or a terminal that nobody is left to
// read what would be written; of a file never. It waits for nothing.
bool IsReaderGone(int descriptor);

// MeansNoDescriptor says of an errno value that this process (EMFILE) or the machine (ENFILE) has
// no file descriptor left.
bool MeansNoDescriptor(int system_error);

}  // namespace pinlatch::io
