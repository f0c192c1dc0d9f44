// See security_log.h.
#include "log/security_log.h"

#include "log/log_line.h"

namespace pinlatch::proxy {
namespace {

std::string NewId(LoggingWorker& worker) {
  std::string id;
  worker.request_ids.Next(id);
  return id;
}

}  // namespace

void LogTlsFailure(LoggingWorker& worker, const Peer& peer, const TlsFailure& failure) {
  const LineSubject subject =
      peer.identity ? SubjectOfPeer(worker, peer) : SubjectOfClaim(worker, peer, failure.presented);
  SecurityLine security(worker, peer, subject, failure.event, StableCode(failure.error.code),
                        LogStampNow());
  telemetry::JsonLine& line = *security;
  const bool in_handshake = failure.event == "handshake-refused";
  const std::string id = NewId(worker);
  line.Name(in_handshake ? "handshakeId" : "connectionId", id);
  AddConnection(line, peer);
  AddError(line, failure.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
  if (failure.sent_alert >= 0) line.Number("alertSent", static_cast<int64_t>(failure.sent_alert));
  if (failure.received_alert >= 0)
    line.Number("alertReceived", static_cast<int64_t>(failure.received_alert));
  AddWholeIdentity(line, subject);
  security.Emit(id);
}

void LogOmittedIdentity(LoggingWorker& worker, const Peer& peer, const RequestRecord& record,
                        std::span<const std::string> fields) {
  constexpr std::string_view kEvent = "identity-omitted";
  const LineSubject subject = SubjectOfPeer(worker, peer);
  SecurityLine security(worker, peer, subject, kEvent, kEvent, record.started_unix_ms);
  telemetry::JsonLine& line = *security;
  line.Name("requestId", record.id);
  AddOrigin(line, peer, record);
  line.Name("route", record.route);
  line.TextList("fields", fields);
  line.Name("detail", "longer than " + std::to_string(kMostIdentityBytes) +
                          " bytes, which upstreams refuse; forward less of the certificate");
  AddIdentity(line, subject);
  security.Emit("");
}

void LogRetiringPin(LoggingWorker& worker, const Peer& peer, const snapshot::Client& client,
                    const snapshot::Pin& pin) {
  LineSubject subject = SubjectOfPeer(worker, peer);
  subject.known_as = {};  // said below
  telemetry::JsonLine& line = BeginEvent(worker, "retiring-pin", LogStampNow());
  AddConnection(line, peer);
  line.Name("client", client.name);
  if (!pin.label.empty()) line.Text("label", pin.label);
  line.Number("expires", pin.period.until);
  AddIdentity(line, subject);
  worker.gate.Write(subject.origin, line.End());
}

void LogLimited(LoggingWorker& worker, std::string_view listener, const AddressTally& addresses,
                ErrorCode code, uint64_t count) {
  const bool displaced =
      code == ErrorCode::kHandshakeDisplaced || code == ErrorCode::kConnectionDisplaced;
  const std::string_view event = displaced ? "listener-limited" : "address-limited";
  telemetry::JsonLine& line = BeginEvent(worker, event, LogStampNow());
  const std::string id = NewId(worker);
  line.Name("connectionId", id);
  line.Name("listener", listener);
  addresses.Write(line);
  AddError(line, Error(code));
  line.Number("count", count);
  const std::string_view text = line.End();
  worker.gate.Remember({}, id, text);
  worker.gate.Write({}, text);
}

void LogDescriptors(LoggingWorker& worker, uint64_t limit, uint64_t count) {
  const std::string detail = "this process may open " + std::to_string(limit) +
                             " file descriptors, or the machine has none left: raise LimitNOFILE= "
                             "of the service (ulimit -n), or lower limits.connections";
  telemetry::JsonLine& line = BeginEvent(worker, "descriptors-exhausted", LogStampNow());
  AddError(line, Error(ErrorCode::kDescriptorsExhausted, detail));
  line.Number("limit", limit);
  line.Number("count", count);
  worker.gate.Write({}, line.End());
}

void LogEviction(LoggingWorker& worker, const Peer& peer, const Error& why, bool in_flight) {
  const LineSubject subject = SubjectOfPeer(worker, peer);
  SecurityLine security(worker, peer, subject, "connection-closed", StableCode(why.code),
                        LogStampNow());
  telemetry::JsonLine& line = *security;
  const std::string id = NewId(worker);
  line.Name("connectionId", id);
  AddConnection(line, peer);
  AddError(line, why);
  line.Bool("requestInFlight", in_flight);
  AddWholeIdentity(line, subject);
  security.Emit(id);
}

void CountEviction(telemetry::Counters& counters, ErrorCode reason) {
  switch (reason) {
    case ErrorCode::kCertificateRevoked:
    case ErrorCode::kRevocationUnknown:
      return counters.evicted_revoked.Add();
    case ErrorCode::kCertificateExpired:
    case ErrorCode::kCertificateNotYetValid:
      return counters.evicted_expired.Add();
    case ErrorCode::kNotPinned:
      return counters.evicted_not_pinned.Add();
    default:
      return counters.evicted_untrusted.Add();
  }
}

}  // namespace pinlatch::proxy
