// Owns the making of a policy::Principal of a connection's peer.
#pragma once

#include "generation/generation.h"
#include "generation/known_clients.h"
#include "policy/judge.h"

namespace pinlatch::proxy {

// PrincipalOf is who asks, by the rules of `generation` at `now`. It borrows from the peer, until
// the next call with the same one.
inline policy::Principal PrincipalOf(KnownPeer& peer, const Generation& generation,
                                     UnixSeconds now) {
  const identity::PeerIdentity* identity = peer.identity.get();
  return {identity, peer.clients.Of(generation, identity, now), peer.server_name, peer.tls_version,
          &generation.blind_index};
}

}  // namespace pinlatch::proxy
