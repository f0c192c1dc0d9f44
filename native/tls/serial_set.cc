// Sorts an index, then gathers: records of a width known only at run time are not swapped in place.
#include "tls/serial_set.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>
#include <utility>

namespace pinlatch::tls {
namespace {

// removeFromCRL gives way to every other reason: where entries contradict each other the
// certificate stays revoked.
int Severity(uint8_t reason) { return reason == kRemoveFromCrl ? 256 : reason; }

}  // namespace

void SerialSet::Add(ByteSpan serial, uint8_t reason) {
  assert(!serial.empty() && serial.size() <= kMaxSerial);
  auto bucket = std::find_if(buckets_.begin(), buckets_.end(), [&](const Bucket& candidate) {
    return candidate.width == serial.size();
  });
  if (bucket == buckets_.end()) {
    buckets_.push_back({serial.size(), {}, {}});
    bucket = buckets_.end() - 1;
  }
  bucket->serials.insert(bucket->serials.end(), serial.begin(), serial.end());
  bucket->reasons.push_back(reason);
}

void SerialSet::Seal() {
  for (Bucket& bucket : buckets_) SealBucket(bucket);
  buckets_.shrink_to_fit();
}

void SerialSet::SealBucket(Bucket& bucket) {
  const size_t width = bucket.width;
  const auto at = [&](uint32_t i) { return bucket.serials.data() + i * width; };
  std::vector<uint32_t> order(bucket.reasons.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const int difference = std::memcmp(at(a), at(b), width);
    return difference != 0 ? difference < 0
                           : Severity(bucket.reasons[a]) < Severity(bucket.reasons[b]);
  });
  const auto same = [&](uint32_t a, uint32_t b) { return std::memcmp(at(a), at(b), width) == 0; };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());

  std::vector<uint8_t> serials;
  std::vector<uint8_t> reasons;
  serials.reserve(order.size() * width);
  reasons.reserve(order.size());
  for (const uint32_t i : order) {
    serials.insert(serials.end(), at(i), at(i) + width);
    reasons.push_back(bucket.reasons[i]);
  }
  bucket.serials = std::move(serials);
  bucket.reasons = std::move(reasons);
}

std::optional<uint8_t> SerialSet::Find(ByteSpan serial) const {
  for (const Bucket& bucket : buckets_) {
    if (bucket.width != serial.size()) continue;
    size_t low = 0;
    size_t high = bucket.reasons.size();
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      const int difference =
          std::memcmp(bucket.serials.data() + middle * bucket.width, serial.data(), bucket.width);
      if (difference == 0) return bucket.reasons[middle];
      (difference < 0 ? low : high) = difference < 0 ? middle + 1 : middle;
    }
  }
  return std::nullopt;
}

size_t SerialSet::size() const {
  return std::accumulate(
      buckets_.begin(), buckets_.end(), size_t{0},
      [](size_t sum, const Bucket& bucket) { return sum + bucket.reasons.size(); });
}

size_t SerialSet::memory() const {
  size_t bytes = buckets_.capacity() * sizeof(Bucket);
  for (const Bucket& bucket : buckets_)
    bytes += bucket.serials.capacity() + bucket.reasons.capacity();
  return bytes;
}

}  // namespace pinlatch::tls
