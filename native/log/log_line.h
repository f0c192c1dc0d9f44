// Owns what the event lines of the data plane have in common. Private to access_log.cc,
// security_log.cc and line_gate.cc.
#pragma once

#include <string>
#include <string_view>

#include "log/line_subject.h"
#include "log/logging_worker.h"
#include "record/peer.h"
#include "record/request_record.h"

namespace pinlatch::proxy {

// BeginLine begins the worker's line, BeginEvent one of security; EmitLine hands a line of the
// gateway's own to the event log.
telemetry::JsonLine& BeginLine(LoggingWorker& worker, std::string_view type, int64_t unix_ms,
                               telemetry::JsonLine::Form form = telemetry::JsonLine::Form::kWhole);
telemetry::JsonLine& BeginEvent(LoggingWorker& worker, std::string_view event, int64_t unix_ms,
                                telemetry::JsonLine::Form form = telemetry::JsonLine::Form::kWhole);
void EmitLine(LoggingWorker& worker);

// SecurityLine is a line that somebody outside brings about: as long as LineGate says, and left out
// of the log when it says so. `code` is the stable code of the error in it, else its event; both
// are static text.
class SecurityLine {
 public:
  SecurityLine(LoggingWorker& worker, const Peer& peer, const LineSubject& subject,
               std::string_view event, std::string_view code, int64_t unix_ms);
  SecurityLine(const SecurityLine&) = delete;
  SecurityLine& operator=(const SecurityLine&) = delete;

  telemetry::JsonLine& operator*() { return worker_.line; }
  // Emit writes it, and keeps it under the id that the peer or the operator has, unless that is "".
  void Emit(std::string_view id);

 private:
  LoggingWorker& worker_;
  const Peer& peer_;
  const LineSubject& subject_;
  const std::string_view code_;
  const bool written_;
};

// AddConnection says whose connection it is.
void AddConnection(telemetry::JsonLine& line, const Peer& peer);
// AddOrigin says that of a request, and for whom a trusted proxy made it.
void AddOrigin(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record);
// AddIdentity says what certificate the line is about, if any, and whose it is.
void AddIdentity(telemetry::JsonLine& line, const LineSubject& subject);
// AddWholeIdentity writes what it takes to explain a refusal later; in a short line AddIdentity.
void AddWholeIdentity(telemetry::JsonLine& line, const LineSubject& subject);
void AddError(telemetry::JsonLine& line, const Error& error);

}  // namespace pinlatch::proxy
