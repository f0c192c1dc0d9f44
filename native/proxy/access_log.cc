// See access_log.h.
#include "proxy/access_log.h"

#include <chrono>
#include <string>

#include "base/encoding.h"

namespace pinlatch::proxy {
namespace {

std::string_view VersionName(snapshot::TlsVersion version) {
  return version == snapshot::TlsVersion::kTls13 ? "1.3" : "1.2";
}

void Emit(WorkerContext& worker) {
  if (!worker.events.Append(worker.line.End())) worker.counters.events_dropped.Add();
}

std::string NewId(WorkerContext& worker) {
  std::string id;
  worker.request_ids.Next(id);
  return id;
}

void AddConnection(telemetry::JsonLine& line, const Peer& peer) {
  line.Text("listener", peer.listener_name);
  line.Text("remote", peer.remote);
  if (!peer.via.empty()) line.Text("via", peer.via);
}

// AddOrigin says whose connection a request came on, and for whom a trusted proxy made it.
void AddOrigin(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record) {
  AddConnection(line, peer);
  if (!record.forwarded_for.empty()) line.Text("forwardedFor", record.forwarded_for);
}

void AddIdentity(telemetry::JsonLine& line, const Peer& peer) {
  if (!peer.identity) return;
  line.Text("fingerprint", "sha256:" + HexEncode(peer.identity->sha256));
  line.Text("subject", peer.identity->subject);
}

// AddNames leaves out kinds of names that the certificate has none of.
void AddNames(telemetry::JsonLine& line, std::string_view key,
              const std::vector<std::string>& names) {
  if (!names.empty()) line.TextList(key, names);
}

// AddWholeIdentity writes what it takes to explain a refusal later.
void AddWholeIdentity(telemetry::JsonLine& line, const identity::PeerIdentity* identity) {
  if (identity == nullptr) return;
  line.Text("fingerprint", "sha256:" + HexEncode(identity->sha256));
  line.Text("subject", identity->subject);
  line.Text("issuer", identity->issuer);
  line.Text("serial", identity->serial);
  line.Text("spki", "sha256:" + HexEncode(identity->spki_sha256));
  line.Text("sha1", HexEncode(identity->sha1));
  line.Number("notBefore", identity->not_before);
  line.Number("notAfter", identity->not_after);
  AddNames(line, "sanDns", identity->san_dns);
  AddNames(line, "sanUri", identity->san_uri);
  AddNames(line, "sanEmail", identity->san_email);
  AddNames(line, "sanIp", identity->san_ip);
}

void AddError(telemetry::JsonLine& line, const Error& error) {
  line.Text("code", StableCode(error.code));
  line.Text("source", SourceName(SourceOf(error.code)));
  if (!error.detail.empty()) line.Text("detail", error.detail);
}

void AddTls(telemetry::JsonLine& line, const Peer& peer) {
  line.Text("tls", VersionName(peer.tls_version));
  if (peer.resumed) line.Bool("resumed", true);
}

// AddWay says which way a request or tunnel went, and whose it was.
void AddWay(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record) {
  line.Text("route", record.route);
  line.Text("client", record.client);
  AddIdentity(line, peer);
  if (!record.upstream.empty()) line.Text("upstream", record.upstream);
}

void AddTotals(telemetry::JsonLine& line, const RequestRecord& record) {
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::microseconds>(MonotonicNow() - record.started);
  line.Number("bytesIn", record.bytes_in);
  line.Number("bytesOut", record.bytes_out);
  line.Number("durationUs", static_cast<int64_t>(elapsed.count()));
}

// AddEvidence says what a refusal went by.
void AddEvidence(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record) {
  AddWholeIdentity(line, peer.identity.get());
  if (!record.findings.empty()) line.TextList("findings", record.findings);
}

bool IsWanted(snapshot::AccessLog wanted, bool failed) {
  switch (wanted) {
    case snapshot::AccessLog::kAll:
      return true;
    case snapshot::AccessLog::kFailed:
      return failed;
    case snapshot::AccessLog::kOff:
      return false;
  }
  return true;
}

bool IsRefusalOfPeer(const RequestRecord& record) {
  if (!record.error.has_value()) return false;
  const ErrorCode code = record.error->code;
  return code == ErrorCode::kNotPinned || code == ErrorCode::kCertificateRequired ||
         code == ErrorCode::kMisdirected;
}

// BeginAccess and BeginRefusal begin the two lines that a request and a tunnel leave alike.
telemetry::JsonLine& BeginAccess(WorkerContext& worker, const Peer& peer,
                                 const RequestRecord& record, std::string_view protocol) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", record.started_unix_ms);
  line.Text("type", "access");
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  AddTls(line, peer);
  line.Text("protocol", protocol);
  return line;
}

telemetry::JsonLine& BeginRefusal(WorkerContext& worker, const Peer& peer,
                                  const RequestRecord& record, std::string_view event,
                                  int64_t unix_ms) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", unix_ms);
  line.Text("type", "security");
  line.Text("event", event);
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  AddError(line, *record.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
  return line;
}

void LogRefusal(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  telemetry::JsonLine& line =
      BeginRefusal(worker, peer, record, "request-refused", record.started_unix_ms);
  line.Text("host", record.host);
  line.Text("route", record.route);
  line.Text("method", record.method);
  line.Text("path", record.path);
  AddEvidence(line, peer, record);
  Emit(worker);
}

}  // namespace

void LogRequest(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  if (IsRefusalOfPeer(record)) LogRefusal(worker, peer, record);
  const bool failed = record.status >= 400 || record.error.has_value();
  if (!IsWanted(worker.generation->snapshot.access_log, failed)) return;
  telemetry::JsonLine& line = BeginAccess(worker, peer, record, record.protocol);
  line.Text("method", record.method);
  line.Text("host", record.host);
  line.Text("path", record.path);
  line.Number("status", static_cast<int64_t>(record.status));
  AddWay(line, peer, record);
  if (record.attempts > 1) line.Number("attempts", record.attempts);
  AddTotals(line, record);
  if (record.error.has_value()) AddError(line, *record.error);
  Emit(worker);
}

namespace {

void LogTunnelRefusal(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  telemetry::JsonLine& line =
      BeginRefusal(worker, peer, record, "connection-refused", UnixMillisecondsNow());
  line.Text("route", record.route);
  AddEvidence(line, peer, record);
  Emit(worker);
}

}  // namespace

void LogTunnel(WorkerContext& worker, const Peer& peer, const RequestRecord& record,
               std::string_view reason) {
  if (reason == "refused" && IsRefusalOfPeer(record)) LogTunnelRefusal(worker, peer, record);
  const bool failed = record.error.has_value() || reason == "evicted";
  if (!IsWanted(worker.generation->snapshot.access_log, failed)) return;
  telemetry::JsonLine& line = BeginAccess(worker, peer, record, "tcp");
  line.Text("serverName", peer.server_name);
  AddWay(line, peer, record);
  AddTotals(line, record);
  line.Text("reason", reason);
  if (record.error.has_value()) AddError(line, *record.error);
  Emit(worker);
}

void LogRetiringPin(WorkerContext& worker, const Peer& peer, const snapshot::Client& client,
                    const snapshot::Pin& pin) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", UnixMillisecondsNow());
  line.Text("type", "security");
  line.Text("event", "retiring-pin");
  AddConnection(line, peer);
  line.Text("client", client.name);
  if (!pin.label.empty()) line.Text("label", pin.label);
  line.Number("expires", pin.period.until);
  AddIdentity(line, peer);
  Emit(worker);
}

void LogTlsFailure(WorkerContext& worker, const Peer& peer, const TlsFailure& failure) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", UnixMillisecondsNow());
  line.Text("type", "security");
  line.Text("event", failure.event);
  const bool in_handshake = failure.event == "handshake-refused";
  line.Text(in_handshake ? "handshakeId" : "connectionId", NewId(worker));
  AddConnection(line, peer);
  AddError(line, failure.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
  if (failure.sent_alert >= 0) line.Number("alertSent", static_cast<int64_t>(failure.sent_alert));
  if (failure.received_alert >= 0)
    line.Number("alertReceived", static_cast<int64_t>(failure.received_alert));
  AddWholeIdentity(line, failure.presented);
  Emit(worker);
}

void LogOmittedIdentity(WorkerContext& worker, const Peer& peer, const RequestRecord& record,
                        std::span<const std::string> fields) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", record.started_unix_ms);
  line.Text("type", "security");
  line.Text("event", "identity-omitted");
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  line.Text("route", record.route);
  line.TextList("fields", fields);
  line.Text("detail", "longer than " + std::to_string(kMostIdentityBytes) +
                          " bytes, which upstreams refuse; forward less of the certificate");
  AddIdentity(line, peer);
  Emit(worker);
}

void LogRefusedAddress(WorkerContext& worker, std::string_view listener, std::string_view address,
                       ErrorCode code, uint64_t count) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", UnixMillisecondsNow());
  line.Text("type", "security");
  line.Text("event", "address-limited");
  line.Text("connectionId", NewId(worker));
  line.Text("listener", listener);
  line.Text("remote", address);
  AddError(line, Error(code));
  line.Number("count", count);
  Emit(worker);
}

void LogEviction(WorkerContext& worker, const Peer& peer, const Error& why, bool in_flight) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", UnixMillisecondsNow());
  line.Text("type", "security");
  line.Text("event", "connection-closed");
  line.Text("connectionId", NewId(worker));
  AddConnection(line, peer);
  AddError(line, why);
  line.Bool("requestInFlight", in_flight);
  AddWholeIdentity(line, peer.identity.get());
  Emit(worker);
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
