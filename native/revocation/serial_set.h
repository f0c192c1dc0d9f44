// Owns SerialSet: the serial numbers of a revocation list, sorted, in about their own size. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::tls {

// kRemoveFromCrl is the reason code that lifts a certificate's hold (RFC 5280 section 5.3.1).
inline constexpr uint8_t kRemoveFromCrl = 8;

// SerialSet maps serials to reason codes (RFC 5280 section 5.3.1). Serials of one length lie
// together, back to back: 100,000 of 20 bytes take 2.2 MB. A directory over their leading bits
// leaves about eight of them to search where they are random; where they are not, the search is
// binary. Add everything, then Seal, then Find.
class SerialSet {
 public:
  // kMaxSerial bounds the length of one serial, in bytes; RFC 5280 allows 20, some CAs use more.
  static constexpr size_t kMaxSerial = 64;

  // Add takes a serial of 1 to kMaxSerial bytes in the shortest form. Of two entries for one serial
  // the lower reason stays; removeFromCRL counts as the highest.
  void Add(ByteSpan serial, uint8_t reason);
  // Seal sorts and gives back what is not needed.
  void Seal();
  // Find returns the reason of a serial, or nothing when it is not in the set. Sealed sets only.
  std::optional<uint8_t> Find(ByteSpan serial) const;

  size_t size() const;
  // memory is what the set holds on the heap, in bytes.
  size_t memory() const;

 private:
  struct Bucket {
    size_t width = 0;
    std::vector<uint8_t> serials;  // `width` bytes each
    std::vector<uint8_t> reasons;
    // first[s] is the index of the first serial whose prefix falls into slot s or later.
    std::vector<uint32_t> first;
    uint64_t least = 0;  // prefix
    uint64_t most = 0;
    unsigned shift = 0;  // from a prefix, less `least`, to its slot

    const uint8_t* At(size_t index) const { return serials.data() + index * width; }
  };

  static void SortBucket(Bucket& bucket);
  static void IndexBucket(Bucket& bucket);

  std::vector<Bucket> buckets_;
};

}  // namespace pinlatch::tls
