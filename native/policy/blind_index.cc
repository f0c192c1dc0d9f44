// See blind_index.h.
#include "policy/blind_index.h"

#include <algorithm>
#include <array>
#include <bit>

#include "match/fingerprint.h"

namespace pinlatch::policy {

BlindIndex BlindIndex::Build(const std::vector<snapshot::Client>& clients, const Key& key) {
  struct Entry {
    size_t bucket;
    uint32_t client;
  };
  size_t pins = 0;
  BlindIndex index;
  for (uint32_t i = 0; i < clients.size(); ++i) {
    pins += clients[i].pins.size();
    if (clients[i].unpinned) index.unpinned_.push_back(i);
  }
  if (pins == 0) return index;
  index.key_ = key;
  const size_t buckets = std::bit_ceil(pins * 2);
  index.starts_.assign(buckets + 1, 0);
  std::vector<Entry> entries;
  entries.reserve(pins);
  for (size_t i = 0; i < clients.size(); ++i) {
    for (const snapshot::Pin& pin : clients[i].pins) {
      const ByteSpan value = ByteSpan(pin.value).first(FingerprintSize(pin.kind));
      entries.push_back({index.BucketOf(pin.kind, value), static_cast<uint32_t>(i)});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.bucket != b.bucket ? a.bucket < b.bucket : a.client < b.client;
  });
  for (const Entry& entry : entries) {
    index.clients_.push_back(entry.client);
    ++index.starts_[entry.bucket + 1];
  }
  for (size_t b = 0; b < buckets; ++b) index.starts_[b + 1] += index.starts_[b];
  return index;
}

std::vector<uint32_t> BlindIndex::Candidates(const identity::PeerIdentity& identity) const {
  std::vector<uint32_t> found = unpinned_;
  if (starts_.empty()) return found;
  for (const snapshot::PinKind kind : kPinKinds) {
    const size_t bucket = BucketOf(kind, FingerprintOf(identity, kind));
    found.insert(found.end(), clients_.begin() + starts_[bucket],
                 clients_.begin() + starts_[bucket + 1]);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// The kind is hashed with the fingerprint: two pins of the same bytes lie in unrelated buckets.
size_t BlindIndex::BucketOf(snapshot::PinKind kind, ByteSpan fingerprint) const {
  std::array<uint8_t, 1 + 32> message{static_cast<uint8_t>(kind)};
  std::copy(fingerprint.begin(), fingerprint.end(), message.begin() + 1);
  return static_cast<size_t>(SipHash(key_, message)) & (starts_.size() - 2);
}

}  // namespace pinlatch::policy
