// Owns what the event lines of the data plane have in common. Private to access_log.cc and
// security_log.cc.
#pragma once

#include <string>
#include <string_view>

#include "proxy/peer.h"
#include "proxy/request_record.h"
#include "proxy/worker_context.h"

namespace pinlatch::proxy {

// BeginLine begins the worker's line, BeginEvent one of security; EmitLine hands it to the event
// log, or counts it as dropped.
telemetry::JsonLine& BeginLine(WorkerContext& worker, std::string_view type, int64_t unix_ms);
telemetry::JsonLine& BeginEvent(WorkerContext& worker, std::string_view event, int64_t unix_ms);
void EmitLine(WorkerContext& worker);

// AddConnection says whose connection it is.
void AddConnection(telemetry::JsonLine& line, const Peer& peer);
// AddOrigin says that of a request, and for whom a trusted proxy made it.
void AddOrigin(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record);
// AddIdentity says what certificate the client has, if any.
void AddIdentity(telemetry::JsonLine& line, const Peer& peer);
// AddWholeIdentity writes what it takes to explain a refusal later; nothing for nullptr.
void AddWholeIdentity(telemetry::JsonLine& line, const identity::PeerIdentity* identity);
void AddError(telemetry::JsonLine& line, const Error& error);

}  // namespace pinlatch::proxy
