// Owns the gateway's own certificates as they are loaded for a generation: those of listeners and
// those that services are shown; which serves while another waits for its time; what there is to
// warn of. A certificate's dates keep the gateway from nothing. Control thread.
#pragma once

#include <vector>

#include "base/clock_reading.h"
#include "base/error.h"
#include "generation/generation.h"
#include "keys/own_credential.h"
#include "keys/private_key.h"
#include "snapshot/model.h"

namespace pinlatch::server {

// OwnCertificates have the indices of the snapshot's listeners (and of their certificates) and
// upstreams; what could not be loaded is empty.
struct OwnCertificates {
  std::vector<tls::Credentials> listeners;
  std::vector<tls::OwnCredential> upstreams;  // without a certificate: empty
};

// LoadOwnCertificates loads all that the snapshot names. One that has not begun gets what serves in
// its place in `previous`, which may be nullptr, as its stand-in, if that is valid and for all its
// names. Errors (with `at`): as Credential::Load.
OwnCertificates LoadOwnCertificates(const snapshot::Snapshot& snapshot,
                                    const proxy::Generation* previous, const ClockReading& clock,
                                    const tls::KeyOpener& open_key, std::vector<Error>& errors);

// OwnCertificatesOf are those of a generation that serves.
OwnCertificates OwnCertificatesOf(const proxy::Generation& generation);

// WarnOfOwnCertificates says which of a snapshot's own certificates are not valid at this time
// (kServerCertificateExpired, kServerCertificateNotYetValid, and the two of services), or wait for
// their time (kCertificateWaits), or have no name that clients look for
// (kServerCertificateNameless).
std::vector<Error> WarnOfOwnCertificates(const snapshot::Snapshot& snapshot,
                                         const OwnCertificates& own, const ClockReading& clock);

}  // namespace pinlatch::server
