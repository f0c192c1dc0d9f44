// Owns the memory of identity fields: what a client's certificate comes to under the presets of a
// listener or route is written once and sent with every request. Lives on one worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_buffer.h"
#include "forwarding/identity_headers.h"
#include "identity/peer_identity.h"

namespace pinlatch::proxy {

// IdentityBlocks is direct-mapped and bounded; a new block replaces the one in its place. It is the
// worker's and not the connection's, so that thousands of idle connections cost nothing.
class IdentityBlocks {
 public:
  static constexpr size_t kBlocks = 64;

  // Key says what a block depends on. `entries` is compared by place, which holds within one
  // generation, and the identity by place too: a remembered block keeps its own alive.
  struct Key {
    uint64_t generation = 0;  // generations count from 1
    uint32_t listener = 0;
    std::span<const snapshot::ForwardedIdentity> entries;
    const identity::PeerIdentity* identity = nullptr;
  };

  // Find returns the block's bytes, whole field lines, or nothing when they are not remembered.
  // Valid until the next Write.
  const ByteBuffer* Find(const Key& key) const;
  // Write writes and remembers the block; `identity` is the key's. `omitted` gets the names of
  // fields that are too long.
  const ByteBuffer& Write(const Key& key, std::shared_ptr<const identity::PeerIdentity> identity,
                          std::span<const std::string> own_names,
                          std::vector<std::string>& omitted);

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const identity::PeerIdentity> identity;
    ByteBuffer bytes;
  };
  static size_t PlaceOf(const Key& key);

  std::unique_ptr<std::array<Entry, kBlocks>> entries_;  // nullptr until something is remembered
};

// Told is what AppendForwardedRequest adds of the client. `fields` is valid until the next
// IdentityBlocks::Write of the worker.
struct Told {
  const ByteBuffer* fields = nullptr;  // whole field lines; nullptr: none
  bool forwarded = false;              // RFC 7239's Forwarded is wanted
};

}  // namespace pinlatch::proxy
