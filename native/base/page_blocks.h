// Owns the memory that bytes on their way are held in: blocks of whole pages, which a connection
// has only while it moves something. What is free is kept by the thread that freed it, newest
// first, so that one warm block serves connection after connection; what it did not need for a
// while goes back to the kernel. No lock is taken in the steady state.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinlatch {

// PageBlocks hands out blocks of two sizes. Any thread; a block may be given back by another one.
class PageBlocks {
 public:
  static constexpr size_t kSmall = 4 * 1024;   // heads and small bodies
  static constexpr size_t kLarge = 20 * 1024;  // a whole TLS record with what is around it

  // Take returns a block of `size`, kSmall or kLarge. What is in it is left over from its last use.
  // Never nullptr: out of memory ends the process, as everywhere. Where the address space is used
  // up, it is a block of the heap, which free() takes as well.
  static uint8_t* Take(size_t size);
  // Give takes back what Take returned for this size.
  static void Give(uint8_t* block, size_t size);
  // SizeOf is the size of the block that begins at `memory`, or 0 when that is no block.
  static size_t SizeOf(const void* memory);

  // Trim gives the pages of those free blocks of the calling thread back to the kernel that it has
  // not needed since the last Trim. Call it now and then.
  static void Trim();
  // Resident is an upper bound of the bytes that free blocks of the calling thread keep.
  static size_t Resident();
};

}  // namespace pinlatch
