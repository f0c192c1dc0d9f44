// Sorts an index, then gathers: records of a width known only at run time are not swapped in place.
#include "revocation/serial_set.h"

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

// One slot of the directory for so many serials.
constexpr size_t kSerialsPerSlot = 8;

uint64_t PrefixOf(const uint8_t* serial, size_t width) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 8; ++i) prefix = prefix << 8 | (i < width ? serial[i] : 0u);
  return prefix;
}

}  // namespace

void SerialSet::Add(ByteSpan serial, uint8_t reason) {
  assert(!serial.empty() && serial.size() <= kMaxSerial);
  auto bucket = std::find_if(buckets_.begin(), buckets_.end(), [&](const Bucket& candidate) {
    return candidate.width == serial.size();
  });
  if (bucket == buckets_.end()) {
    Bucket& added = buckets_.emplace_back();
    added.width = serial.size();
    bucket = buckets_.end() - 1;
  }
  bucket->serials.insert(bucket->serials.end(), serial.begin(), serial.end());
  bucket->reasons.push_back(reason);
}

void SerialSet::Seal() {
  for (Bucket& bucket : buckets_) {
    SortBucket(bucket);
    IndexBucket(bucket);
  }
  buckets_.shrink_to_fit();
}

void SerialSet::SortBucket(Bucket& bucket) {
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

void SerialSet::IndexBucket(Bucket& bucket) {
  const size_t count = bucket.reasons.size();
  bucket.least = PrefixOf(bucket.At(0), bucket.width);
  bucket.most = PrefixOf(bucket.At(count - 1), bucket.width);
  // At least two, so that 63 is the most that a 64-bit difference has to be shifted by.
  const size_t slots = std::max<size_t>(count / kSerialsPerSlot, 2);
  while ((bucket.most - bucket.least) >> bucket.shift >= slots) ++bucket.shift;
  bucket.first.reserve(slots + 1);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t slot = (PrefixOf(bucket.At(i), bucket.width) - bucket.least) >> bucket.shift;
    while (bucket.first.size() <= slot) bucket.first.push_back(static_cast<uint32_t>(i));
  }
  bucket.first.push_back(static_cast<uint32_t>(count));
}

std::optional<uint8_t> SerialSet::Find(ByteSpan serial) const {
  const auto bucket = std::find_if(buckets_.begin(), buckets_.end(), [&](const Bucket& candidate) {
    return candidate.width == serial.size();
  });
  if (bucket == buckets_.end()) return std::nullopt;
  const uint64_t prefix = PrefixOf(serial.data(), serial.size());
  if (prefix < bucket->least || prefix > bucket->most) return std::nullopt;
  const auto slot = static_cast<size_t>((prefix - bucket->least) >> bucket->shift);
  size_t low = bucket->first[slot];
  size_t high = bucket->first[slot + 1];
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const int difference = std::memcmp(bucket->At(middle), serial.data(), bucket->width);
    if (difference == 0) return bucket->reasons[middle];
    (difference < 0 ? low : high) = difference < 0 ? middle + 1 : middle;
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
  for (const Bucket& bucket : buckets_) {
    bytes += bucket.serials.capacity() + bucket.reasons.capacity();
    bytes += bucket.first.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace pinlatch::tls
