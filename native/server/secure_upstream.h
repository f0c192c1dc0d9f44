// Owns the building of what TLS to upstreams takes.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/clock_reading.h"
#include "base/result.h"
#include "generation/generation.h"
#include "keys/own_credential.h"
#include "upstream/upstream_security.h"

namespace pinlatch::server {

// SecureUpstream binds the gateway's own certificate for the upstream, which may be empty, to trust
// and pins; nullptr for an upstream without TLS. `generation` has its snapshot and trust already.
// Where nothing differs from what `previous` has for the upstream, the result is that very one, so
// that kept-alive connections go on. Error: kInternal.
Result<std::shared_ptr<const proxy::UpstreamSecurity>> SecureUpstream(
    const snapshot::Upstream& upstream, const proxy::Generation& generation,
    tls::OwnCredential credential, const ClockReading& clock, const proxy::Generation* previous);

}  // namespace pinlatch::server
