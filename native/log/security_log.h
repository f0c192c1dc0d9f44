// Owns the security lines that are not about a single decision: handshakes that failed, clients
// that have to go, connections that fell to a limit. Each is a complete JSON object in the worker's
// event log.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "log/address_tally.h"
#include "log/logging_worker.h"
#include "record/peer.h"
#include "record/request_record.h"

namespace pinlatch::proxy {

// TlsFailure is what is known of a TLS connection that failed. Alerts are -1 where there was none.
struct TlsFailure {
  std::string_view event;  // "handshake-refused" or "connection-broken"
  const Error& error;
  int sent_alert = -1;
  int received_alert = -1;
  const identity::PeerIdentity* presented = nullptr;  // by a client whose chain was refused
};
void LogTlsFailure(LoggingWorker& worker, const Peer& peer, const TlsFailure& failure);

// LogOmittedIdentity writes that the upstream is not told all of a client, because `fields` of it
// are longer than upstreams take.
void LogOmittedIdentity(LoggingWorker& worker, const Peer& peer, const RequestRecord& record,
                        std::span<const std::string> fields);

// LogRetiringPin says that a client is still known by a pin that expires, although it has a newer
// one.
void LogRetiringPin(LoggingWorker& worker, const Peer& peer, const snapshot::Client& client,
                    const snapshot::Pin& pin);

// LogLimited writes how many connections fell to a limit on a listener: `code` says to which, of
// their address or of the listener, and `addresses` whose they were.
void LogLimited(LoggingWorker& worker, std::string_view listener, const AddressTally& addresses,
                ErrorCode code, uint64_t count);

// LogDescriptors writes how many connections found no file descriptor; `limit` is that of open
// files.
void LogDescriptors(LoggingWorker& worker, uint64_t limit, uint64_t count);

// LogEviction writes that a connection is closed because its client may not stay. `in_flight` says
// that a request gets its grace first. CountEviction counts it under its reason.
void LogEviction(LoggingWorker& worker, const Peer& peer, const Error& why, bool in_flight);
void CountEviction(telemetry::Counters& counters, ErrorCode reason);

}  // namespace pinlatch::proxy
