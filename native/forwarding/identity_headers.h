// Owns the header fields by which upstreams learn who the client is: which inbound names are
// removed, and what the gateway writes itself (docs/design/trust.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_buffer.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// FieldNameSet holds field names, and finds them in any spelling that an upstream may take for them
// (snapshot::FoldFieldByte).
class FieldNameSet {
 public:
  FieldNameSet() = default;
  // Of a snapshot: the names of identity headers that the configuration invents. They belong to the
  // gateway on every listener and route of it: a client must not be able to say on one route what
  // an upstream believes from another.
  static FieldNameSet Of(const snapshot::Snapshot& snapshot);
  static FieldNameSet Of(std::span<const std::string> names);
  // OfGuarded takes names and families of them, as Snapshot::guarded_fields has them.
  static FieldNameSet OfGuarded(std::span<const std::string> names);
  bool Contains(std::string_view name) const;

 private:
  // Entry is a name, or how the names of a family begin; folded.
  struct Entry {
    std::string text;
    bool is_family = false;
  };

  explicit FieldNameSet(std::vector<Entry> entries);
  static bool IsBefore(std::string_view name, const Entry& entry);
  static bool Fits(const Entry& entry, std::string_view name);

  std::vector<Entry> entries_;  // sorted; none is of a family that is there
  // begins_ has for each first byte where its entries begin, so that most names, which share theirs
  // with few entries, are told apart at once.
  std::vector<uint16_t> begins_;  // empty as entries_ is
};

// kMostIdentityBytes bounds the value of one identity field. Common upstreams take a line of 8 KiB
// and refuse the request beyond; a field that is longer is left out, never cut.
inline constexpr size_t kMostIdentityBytes = 8000;

// ToldIdentity is what the identity fields of a request are made from.
struct ToldIdentity {
  std::span<const snapshot::ForwardedIdentity> entries;
  const identity::PeerIdentity* identity = nullptr;  // nullptr: the client has no certificate
  std::span<const std::string> own_names;            // of the server's certificate, for Envoy's By
};

// AppendIdentityFields writes the fields of each entry. Without an identity it writes
// "X-SSL-Client-Verify: NONE" where a preset has that field, and nothing else. It returns the names
// of what was left out because it is too long, in Envoy's field the element.
std::vector<std::string> AppendIdentityFields(ByteBuffer& out, const ToldIdentity& told);

// AppendForwarded writes RFC 7239's Forwarded field. `host` is a host that was parsed; empty: the
// client named none, and the field says nothing of it.
void AppendForwarded(ByteBuffer& out, std::string_view remote_ip, std::string_view host);

}  // namespace pinlatch::proxy
