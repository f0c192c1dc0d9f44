// Owns all that there is to warn of while a generation serves, at a given time: its own
// certificates, its trust bundles, the clients that nobody can be, the clock. Control thread;
// changes nothing.
#pragma once

#include <memory>
#include <vector>

#include "base/clock_reading.h"
#include "base/error.h"
#include "generation/generation.h"
#include "server/own_certificates.h"
#include "snapshot/model.h"

namespace pinlatch::server {

using TrustBundles = std::vector<std::shared_ptr<const tls::TrustBundle>>;

// WarningsAt are those at this time. The floor of `clock` is the hard one (Generation::hard_floor).
// Bundles and certificates that could not be loaded are passed over.
std::vector<Error> WarningsAt(const snapshot::Snapshot& snapshot, const TrustBundles& trust,
                              const OwnCertificates& own, const ClockReading& clock);

// NextWarningAt is the first second after `now` at which there may be others: something begins,
// ends or falls due.
UnixSeconds NextWarningAt(const proxy::Generation& generation, UnixSeconds now);

}  // namespace pinlatch::server
