// Owns the Max-Forwards field (RFC 9110 section 7.6.2), which counts the hops that an OPTIONS or
// TRACE request may still take. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "http/head.h"

namespace pinlatch::proxy {

// MaxForwards returns how many more hops the request may take; nothing when it does not say, and
// for methods for which the field means nothing. 0: it ends here. Error: kMalformedRequest for what
// is no number, or stands there twice.
Result<std::optional<uint32_t>> MaxForwards(const http::RequestHead& head);

}  // namespace pinlatch::proxy
