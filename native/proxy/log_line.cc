// See log_line.h.
#include "proxy/log_line.h"

#include "base/encoding.h"

namespace pinlatch::proxy {
namespace {

// AddNames leaves out kinds of names that the certificate has none of.
void AddNames(telemetry::JsonLine& line, std::string_view key,
              const std::vector<std::string>& names) {
  if (!names.empty()) line.TextList(key, names);
}

}  // namespace

telemetry::JsonLine& BeginLine(WorkerContext& worker, std::string_view type, int64_t unix_ms) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", unix_ms);
  line.Text("type", type);
  return line;
}

telemetry::JsonLine& BeginEvent(WorkerContext& worker, std::string_view event, int64_t unix_ms) {
  telemetry::JsonLine& line = BeginLine(worker, "security", unix_ms);
  line.Text("event", event);
  return line;
}

void EmitLine(WorkerContext& worker) {
  if (!worker.events.Append(worker.line.End())) worker.counters.events_dropped.Add();
}

void AddConnection(telemetry::JsonLine& line, const Peer& peer) {
  line.Text("listener", peer.listener_name);
  line.Text("remote", peer.remote);
  if (!peer.via.empty()) line.Text("via", peer.via);
}

void AddOrigin(telemetry::JsonLine& line, const Peer& peer, const RequestRecord& record) {
  AddConnection(line, peer);
  if (!record.forwarded_for.empty()) line.Text("forwardedFor", record.forwarded_for);
}

void AddIdentity(telemetry::JsonLine& line, const Peer& peer) {
  if (!peer.identity) return;
  line.Text("fingerprint", "sha256:" + HexEncode(peer.identity->sha256));
  line.Text("subject", peer.identity->subject);
}

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

}  // namespace pinlatch::proxy
