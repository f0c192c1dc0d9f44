// Owns the bodies of refusals: application/problem+json (RFC 9457) with a stable code and the
// request id. What a peer is told is generic; the detail stays in the log under the same id.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace pinlatch::proxy {

// ProblemBody returns the JSON text for an error. `scopes` are those that are missing, parted by
// blanks: they are called by the configuration, and need no escaping.
std::string ProblemBody(ErrorCode code, std::string_view request_id, std::string_view scopes = {});

}  // namespace pinlatch::proxy
