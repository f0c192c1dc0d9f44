// Owns the answer to "whom is a line of the log about": who brought it about, what that one has
// proved, and which client of the configuration it names.
#pragma once

#include <cstdint>
#include <string_view>

#include "generation/known_clients.h"
#include "identity/peer_identity.h"
#include "record/peer.h"
#include "record/request_record.h"
#include "telemetry/line_origin.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// LineSubject borrows from the peer and the generation, for as long as a line is written.
struct LineSubject {
  telemetry::LineOrigin origin;
  const identity::PeerIdentity* identity = nullptr;  // that the line is about
  std::string_view known_as;  // the client with a pin of the identity, or that it is; "": none
  uint64_t address = 0;       // AddressKey
  uint64_t certificate = 0;   // of the identity's fingerprint; 0: none
};

// SubjectOfRequest is who made a request or a tunnel. Cheap: for every access line.
LineSubject SubjectOfRequest(const LoggingWorker& worker, const KnownPeer& peer,
                             const RequestRecord& record);
// SubjectOfPeer is the client of a connection, for a line of security.
LineSubject SubjectOfPeer(const LoggingWorker& worker, const Peer& peer);
// SubjectOfClaim is who presented a certificate (nullptr: none, or none that can be read) in a
// handshake that failed, and has proved nothing.
LineSubject SubjectOfClaim(const LoggingWorker& worker, const Peer& peer,
                           const identity::PeerIdentity* presented);

}  // namespace pinlatch::proxy
