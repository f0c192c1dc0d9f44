// See identity_blocks.h.
#include "forwarding/identity_blocks.h"

#include <utility>

namespace pinlatch::proxy {
namespace {

bool Same(const IdentityBlocks::Key& a, const IdentityBlocks::Key& b) {
  return a.generation == b.generation && a.listener == b.listener &&
         a.entries.data() == b.entries.data() && a.identity == b.identity;
}

}  // namespace

// Addresses are multiples of their alignment: the low bits say nothing.
size_t IdentityBlocks::PlaceOf(const Key& key) {
  const auto client = reinterpret_cast<uintptr_t>(key.identity);
  const auto entries = reinterpret_cast<uintptr_t>(key.entries.data());
  return ((client >> 4) ^ (client >> 11) ^ (entries >> 4) ^ key.listener) % kBlocks;
}

const ByteBuffer* IdentityBlocks::Find(const Key& key) const {
  if (!entries_) return nullptr;
  const Entry& entry = (*entries_)[PlaceOf(key)];
  return Same(entry.key, key) ? &entry.bytes : nullptr;
}

const ByteBuffer& IdentityBlocks::Write(const Key& key,
                                        std::shared_ptr<const identity::PeerIdentity> identity,
                                        std::span<const std::string> own_names,
                                        std::vector<std::string>& omitted) {
  if (!entries_) entries_ = std::make_unique<std::array<Entry, kBlocks>>();
  Entry& entry = (*entries_)[PlaceOf(key)];
  entry.bytes.Release();
  omitted = AppendIdentityFields(entry.bytes, {key.entries, key.identity, own_names});
  entry.key = key;
  entry.identity = std::move(identity);
  return entry.bytes;
}

}  // namespace pinlatch::proxy
