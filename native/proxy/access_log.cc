// See access_log.h.
#include "proxy/access_log.h"

#include <chrono>

#include "proxy/log_line.h"

namespace pinlatch::proxy {
namespace {

std::string_view VersionName(snapshot::TlsVersion version) {
  return version == snapshot::TlsVersion::kTls13 ? "1.3" : "1.2";
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
  if (record.admitted || !record.error.has_value()) return false;
  const ErrorCode code = record.error->code;
  return code == ErrorCode::kNotPinned || code == ErrorCode::kCertificateRequired ||
         code == ErrorCode::kMisdirected;
}

// BeginAccess and BeginRefusal begin the two lines that a request and a tunnel leave alike.
telemetry::JsonLine& BeginAccess(WorkerContext& worker, const Peer& peer,
                                 const RequestRecord& record, std::string_view protocol) {
  telemetry::JsonLine& line = BeginLine(worker, "access", record.started_unix_ms);
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  AddTls(line, peer);
  line.Text("protocol", protocol);
  return line;
}

telemetry::JsonLine& BeginRefusal(WorkerContext& worker, const Peer& peer,
                                  const RequestRecord& record, std::string_view event,
                                  int64_t unix_ms) {
  telemetry::JsonLine& line = BeginEvent(worker, event, unix_ms);
  line.Text("requestId", record.id);
  AddOrigin(line, peer, record);
  AddError(line, *record.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
  return line;
}

// LogRefusal is also for a request that was admitted and then cut, which is told apart.
void LogRefusal(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  telemetry::JsonLine& line =
      record.cut ? BeginRefusal(worker, peer, record, "request-cut", UnixMillisecondsNow())
                 : BeginRefusal(worker, peer, record, "request-refused", record.started_unix_ms);
  line.Text("host", record.host);
  line.Text("route", record.route);
  line.Text("method", record.method);
  line.Text("path", record.path);
  AddEvidence(line, peer, record);
  EmitLine(worker);
}

void LogTunnelRefusal(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  telemetry::JsonLine& line =
      BeginRefusal(worker, peer, record, "connection-refused", UnixMillisecondsNow());
  line.Text("route", record.route);
  AddEvidence(line, peer, record);
  EmitLine(worker);
}

}  // namespace

void LogRequest(WorkerContext& worker, const Peer& peer, const RequestRecord& record) {
  if (record.cut || IsRefusalOfPeer(record)) LogRefusal(worker, peer, record);
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
  EmitLine(worker);
}

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
  EmitLine(worker);
}

}  // namespace pinlatch::proxy
