// Owns the building of what TLS to upstreams takes.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/clock_reading.h"
#include "base/result.h"
#include "generation/generation.h"
#include "keys/private_key.h"
#include "upstream/upstream_security.h"

namespace pinlatch::server {

// SecureUpstream loads the gateway's own certificate for the upstream and binds it to trust and
// pins; nullptr for an upstream without TLS. `generation` has its snapshot and trust already. Where
// nothing differs from what `previous` has for the upstream, the result is that very one, so that
// kept-alive connections go on. Errors (with `at`): as Credential::Load; kInternal.
Result<std::shared_ptr<const proxy::UpstreamSecurity>> SecureUpstream(
    const snapshot::Upstream& upstream, const proxy::Generation& generation,
    const ClockReading& clock, const proxy::Generation* previous, const tls::KeyOpener& open_key);

}  // namespace pinlatch::server
