// Owns the lines that a request or a tunnel leaves: one of access, and one of security where policy
// refused it. Each is a complete JSON object in the worker's event log; the control plane only
// passes them on.
#pragma once

#include <string_view>

#include "generation/known_clients.h"
#include "log/logging_worker.h"
#include "record/request_record.h"

namespace pinlatch::proxy {

// LogRequest writes the access line of a finished request, and a security line when the client was
// refused by policy, or was cut off because it would be now.
void LogRequest(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record);

// LogTunnel writes the access line of a TCP connection that ended, with the reason, and a security
// line when the client was refused by policy.
void LogTunnel(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record,
               std::string_view reason);

}  // namespace pinlatch::proxy
