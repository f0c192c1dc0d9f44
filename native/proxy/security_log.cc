// See security_log.h.
#include "proxy/security_log.h"

#include "proxy/log_line.h"

namespace pinlatch::proxy {
namespace {

std::string NewId(WorkerContext& worker) {
  std::string id;
  worker.request_ids.Next(id);
  return id;
}

}  // namespace

void LogTlsFailure(WorkerContext& worker, const Peer& peer, const TlsFailure& failure) {
  telemetry::JsonLine& line = BeginEvent(worker, failure.event, UnixMillisecondsNow());
  const bool in_handshake = failure.event == "handshake-refused";
  line.Text(in_handshake ? "handshakeId" : "connectionId", NewId(worker));
  AddConnection(line, peer);
  AddError(line, failure.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
  if (failure.sent_alert >= 0) line.Number("alertSent", static_cast<int64_t>(failure.sent_alert));
  if (failure.received_alert >= 0)
    line.Number("alertReceived", static_cast<int64_t>(failure.received_alert));
  AddWholeIdentity(line, failure.presented);
  EmitLine(worker);
}

void LogOmittedIdentity(WorkerContext& worker, const Peer& peer, const RequestRecord& record,
                        std::span<const std::string> fields) {
  telemetry::JsonLine& line = BeginEvent(worker, "identity-omitted", record.started_unix_ms);
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  line.Text("route", record.route);
  line.TextList("fields", fields);
  line.Text("detail", "longer than " + std::to_string(kMostIdentityBytes) +
                          " bytes, which upstreams refuse; forward less of the certificate");
  AddIdentity(line, peer);
  EmitLine(worker);
}

void LogRetiringPin(WorkerContext& worker, const Peer& peer, const snapshot::Client& client,
                    const snapshot::Pin& pin) {
  telemetry::JsonLine& line = BeginEvent(worker, "retiring-pin", UnixMillisecondsNow());
  AddConnection(line, peer);
  line.Text("client", client.name);
  if (!pin.label.empty()) line.Text("label", pin.label);
  line.Number("expires", pin.period.until);
  AddIdentity(line, peer);
  EmitLine(worker);
}

void LogLimited(WorkerContext& worker, std::string_view listener, std::string_view address,
                ErrorCode code, uint64_t count) {
  const bool displaced =
      code == ErrorCode::kHandshakeDisplaced || code == ErrorCode::kConnectionDisplaced;
  const std::string_view event = displaced ? "listener-limited" : "address-limited";
  telemetry::JsonLine& line = BeginEvent(worker, event, UnixMillisecondsNow());
  line.Text("connectionId", NewId(worker));
  line.Text("listener", listener);
  line.Text("remote", address);
  AddError(line, Error(code));
  line.Number("count", count);
  EmitLine(worker);
}

void LogEviction(WorkerContext& worker, const Peer& peer, const Error& why, bool in_flight) {
  telemetry::JsonLine& line = BeginEvent(worker, "connection-closed", UnixMillisecondsNow());
  line.Text("connectionId", NewId(worker));
  AddConnection(line, peer);
  AddError(line, why);
  line.Bool("requestInFlight", in_flight);
  AddWholeIdentity(line, peer.identity.get());
  EmitLine(worker);
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
