// Owns the header fields by which upstreams learn who the client is: which inbound names are
// removed, and what the gateway writes itself (design: trust rule 6).
#pragma once

#include <span>
#include <string_view>

#include "base/byte_buffer.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// IsGatewayField says whether a field name belongs to the gateway: identity headers of every preset
// of the field, and what a proxy says of the original request (Forwarded, X-Forwarded-*, X-Real-IP,
// X-Request-Id). Letter case is ignored and every byte that is not a letter or digit counts as '-',
// because upstreams fold names that way.
bool IsGatewayField(std::string_view name);

// AppendIdentityFields writes the fields of each preset for this identity; nothing when it is
// nullptr.
void AppendIdentityFields(ByteBuffer& out, std::span<const snapshot::IdentityPreset> presets,
                          const identity::PeerIdentity* identity);

}  // namespace pinlatch::proxy
