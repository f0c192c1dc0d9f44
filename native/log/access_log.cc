// See access_log.h.
#include "log/access_log.h"

#include <chrono>

#include "log/log_line.h"

namespace pinlatch::proxy {
namespace {

// What a short line has of a path: it says what was sought.
constexpr size_t kLeastPath = 96;

std::string_view VersionName(snapshot::TlsVersion version) {
  return version == snapshot::TlsVersion::kTls13 ? "1.3" : "1.2";
}

void AddTls(telemetry::JsonLine& line, const KnownPeer& peer) {
  line.Name("tls", VersionName(peer.tls_version));
  if (peer.resumed) line.Bool("resumed", true);
}

// AddWay says which way a request or tunnel went, and whose it was.
void AddWay(telemetry::JsonLine& line, const LineSubject& subject, const RequestRecord& record) {
  line.Name("route", record.route);
  line.Name("client", record.client);
  AddIdentity(line, subject);
  if (!record.upstream.empty()) line.Name("upstream", record.upstream);
}

void AddTotals(telemetry::JsonLine& line, const RequestRecord& record) {
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::microseconds>(MonotonicNow() - record.started);
  line.Number("bytesIn", record.bytes_in);
  line.Number("bytesOut", record.bytes_out);
  line.Number("durationUs", static_cast<int64_t>(elapsed.count()));
}

// AddEvidence says what a refusal went by.
void AddEvidence(telemetry::JsonLine& line, const LineSubject& subject,
                 const RequestRecord& record) {
  const policy::Evidence none;
  const policy::Evidence& evidence = record.evidence ? *record.evidence : none;
  if (!evidence.findings.empty()) line.TextList("findings", evidence.findings);
  if (!evidence.known_as.empty()) line.TextList("matched", evidence.known_as);
  if (!evidence.lacks_pin_of.empty()) line.TextList("lacksPinOf", evidence.lacks_pin_of);
  if (!evidence.remedies.empty()) line.TextList("remedies", evidence.remedies);
  AddWholeIdentity(line, subject);
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
  return code == ErrorCode::kNotPinned || code == ErrorCode::kInsufficientScope ||
         code == ErrorCode::kCertificateRequired || code == ErrorCode::kMisdirected;
}

// AccessLine is the line that a request and a tunnel leave alike. What says no is remembered under
// its id, whether the log wants it or not.
class AccessLine {
 public:
  AccessLine(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record,
             std::string_view protocol)
      : worker_(worker), record_(record), subject_(SubjectOfRequest(worker, peer, record)) {
    const bool says_no = record.error.has_value();
    telemetry::JsonLine& line =
        BeginLine(worker, "access", record.started_unix_ms,
                  says_no ? worker.gate.FormFor(subject_) : telemetry::JsonLine::Form::kWhole);
    line.Name("requestId", record.id);
    AddOrigin(line, peer, record);
    AddTls(line, peer);
    line.Name("protocol", protocol);
  }

  telemetry::JsonLine& operator*() { return worker_.line; }
  const LineSubject& subject() const { return subject_; }
  void Emit(bool is_wanted) {
    if (record_.error.has_value()) AddError(worker_.line, *record_.error);
    const std::string_view line = worker_.line.End();
    if (record_.error.has_value()) worker_.gate.Remember(subject_, record_.id, line);
    if (is_wanted) worker_.gate.Write(subject_.origin, line);
  }

 private:
  LoggingWorker& worker_;
  const RequestRecord& record_;
  const LineSubject subject_;
};

// Whether the log leaves an access line out, and nobody will ask for it.
bool IsNobodys(bool is_wanted, const RequestRecord& record) {
  return !is_wanted && !record.error.has_value();
}

void AddRefusal(telemetry::JsonLine& line, const KnownPeer& peer, const RequestRecord& record) {
  line.Name("requestId", record.id);
  AddOrigin(line, peer, record);
  AddError(line, *record.error);
  if (!peer.server_name.empty()) line.Text("serverName", peer.server_name);
}

// LogRefusal is also for a request that was admitted and then cut, which is told apart.
void LogRefusal(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record) {
  const LineSubject subject = SubjectOfPeer(worker, peer);
  SecurityLine security(worker, peer, subject, record.cut ? "request-cut" : "request-refused",
                        StableCode(record.error->code),
                        record.cut ? LogStampNow() : record.started_unix_ms);
  telemetry::JsonLine& line = *security;
  AddRefusal(line, peer, record);
  line.Text("host", record.host);
  line.Name("route", record.route);
  if (!record.client.empty()) line.Name("client", record.client);
  line.Text("method", record.method);
  line.Text("path", record.path, kLeastPath);
  AddEvidence(line, subject, record);
  security.Emit(record.id);
}

void LogTunnelRefusal(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record) {
  const LineSubject subject = SubjectOfPeer(worker, peer);
  SecurityLine security(worker, peer, subject, "connection-refused", StableCode(record.error->code),
                        LogStampNow());
  telemetry::JsonLine& line = *security;
  AddRefusal(line, peer, record);
  line.Name("route", record.route);
  AddEvidence(line, subject, record);
  security.Emit(record.id);
}

}  // namespace

void LogRequest(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record) {
  if (record.cut || IsRefusalOfPeer(record)) LogRefusal(worker, peer, record);
  const bool failed = record.status >= 400 || record.error.has_value();
  const bool is_wanted = IsWanted(worker.generation->snapshot.access_log, failed);
  if (IsNobodys(is_wanted, record)) return;
  AccessLine access(worker, peer, record, record.protocol);
  telemetry::JsonLine& line = *access;
  line.Text("method", record.method);
  line.Text("host", record.host);
  line.Text("path", record.path, kLeastPath);
  line.Number("status", static_cast<int64_t>(record.status));
  AddWay(line, access.subject(), record);
  if (record.attempts > 1) line.Number("attempts", record.attempts);
  AddTotals(line, record);
  access.Emit(is_wanted);
}

void LogTunnel(LoggingWorker& worker, const KnownPeer& peer, const RequestRecord& record,
               std::string_view reason) {
  if (reason == "refused" && IsRefusalOfPeer(record)) LogTunnelRefusal(worker, peer, record);
  const bool failed = record.error.has_value() || reason == "evicted";
  const bool is_wanted = IsWanted(worker.generation->snapshot.access_log, failed);
  if (IsNobodys(is_wanted, record)) return;
  AccessLine access(worker, peer, record, "tcp");
  telemetry::JsonLine& line = *access;
  line.Text("serverName", peer.server_name);
  AddWay(line, access.subject(), record);
  AddTotals(line, record);
  line.Name("reason", reason);
  access.Emit(is_wanted);
}

}  // namespace pinlatch::proxy
