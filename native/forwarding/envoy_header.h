// Owns the element of Envoy's X-Forwarded-Client-Cert: its pairs, their order and their escaping.
// Pure.
#pragma once

#include <span>
#include <string>

#include "identity/peer_identity.h"
#include "snapshot/forward_identity.h"

namespace pinlatch::proxy {

// EnvoyElement returns one element: pairs in Envoy's order, separated by ';'. Certificates are
// percent-encoded PEM. The subject is always quoted, other values where ',', ';', '=', '"' or a
// space is in them; `"` is written \", a backslash that stands for itself \5C, so that a reader
// which knows \\ and one which does not find the same end.
std::string EnvoyElement(const identity::PeerIdentity& identity,
                         std::span<const std::string> own_names,
                         const snapshot::EnvoyElements& elements);

}  // namespace pinlatch::proxy
