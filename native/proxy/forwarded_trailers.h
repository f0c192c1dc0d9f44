// Owns which trailer fields pass this hop.
#pragma once

#include <span>
#include <vector>

#include "http/head.h"
#include "proxy/identity_headers.h"

namespace pinlatch::proxy {

// SelectForwardedTrailers collects the trailer fields that go on (views). What belongs to a head or
// to the connection does not (RFC 9110 section 6.5.1), nor what belongs to the gateway: upstreams
// may take a trailer field for one of the head.
void SelectForwardedTrailers(std::span<const http::Field> trailers,
                             const FieldNameSet& identity_names, const FieldNameSet& guarded_names,
                             std::vector<http::Field>& into);

}  // namespace pinlatch::proxy
