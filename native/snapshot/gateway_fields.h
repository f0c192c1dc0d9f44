// Owns which request fields belong to the gateway: no client may send them and no configuration
// may write them by the way. Pure.
#pragma once

#include <string_view>

namespace pinlatch::snapshot {

// IsGatewayField says whether a field name belongs to the gateway: identity headers of every preset
// of the field, and what a proxy says of the original request (Forwarded, X-Forwarded-*, X-Real-IP,
// X-Request-Id). Letter case is ignored and every byte that is not a letter or digit counts as '-',
// because upstreams fold names that way.
bool IsGatewayField(std::string_view name);

}  // namespace pinlatch::snapshot
