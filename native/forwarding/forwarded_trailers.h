// Owns which trailer fields pass this hop.
#pragma once

#include <span>
#include <vector>

#include "forwarding/identity_headers.h"
#include "http/head.h"

namespace pinlatch::proxy {

// TrailerRules are the names that end at the gateway in a head, and so behind a body: upstreams may
// take a trailer field for one of the head.
struct TrailerRules {
  const FieldNameSet& identity_names;
  const FieldNameSet& guarded_names;
  const FieldNameSet& dropped;  // by the route, in this direction
};

// SelectForwardedTrailers collects the trailer fields that go on (views). What belongs to a head or
// to the connection does not (RFC 9110 section 6.5.1), nor what belongs to the gateway, nor what
// the rules name. What a route keeps of guarded fields it keeps in heads alone.
void SelectForwardedTrailers(std::span<const http::Field> trailers, const TrailerRules& rules,
                             std::vector<http::Field>& into);

}  // namespace pinlatch::proxy
