// Owns what the gateway's own certificates say of the clock, and what there is to warn of where the
// clock is wrong. Control thread.
#pragma once

#include <vector>

#include "base/clock_floor.h"
#include "base/clock_reading.h"
#include "base/error.h"
#include "server/own_certificates.h"

namespace pinlatch::server {

// FloorBy is the floor of a clock with what the gateway's own certificates say: they have begun,
// those that wait while others stand in left aside. Where the clock is confirmed they say nothing.
RaisedFloor FloorBy(const OwnCertificates& own, const ClockReading& clock);

// ClockWarnings says that the clock is below its floor (kClockWrong), and which of the gateway's
// own certificates is dated too far ahead to be believed (kClockEvidenceLeftOut). The place is the
// whole file.
std::vector<Error> ClockWarnings(const OwnCertificates& own, const ClockReading& clock);

// AreFloorsOld says that the generation would be built above other floors now, and that it matters
// at this time. The floor of `clock` is the hard one.
bool AreFloorsOld(const proxy::Generation& generation, const ClockReading& clock);

}  // namespace pinlatch::server
