// See log_line.h.
#include "log/log_line.h"

namespace pinlatch::proxy {
namespace {

using telemetry::JsonLine;

// AddNames leaves out kinds of names that the certificate has none of.
void AddNames(JsonLine& line, std::string_view key, const std::vector<std::string>& names) {
  if (!names.empty()) line.TextList(key, names);
}

}  // namespace

JsonLine& BeginLine(LoggingWorker& worker, std::string_view type, int64_t unix_ms,
                    JsonLine::Form form) {
  JsonLine& line = worker.line;
  line.Begin(form);
  line.Number("time", unix_ms);
  line.Name("type", type);
  return line;
}

JsonLine& BeginEvent(LoggingWorker& worker, std::string_view event, int64_t unix_ms,
                     JsonLine::Form form) {
  JsonLine& line = BeginLine(worker, "security", unix_ms, form);
  line.Name("event", event);
  return line;
}

void EmitLine(LoggingWorker& worker) { worker.gate.Write({}, worker.line.End()); }

SecurityLine::SecurityLine(LoggingWorker& worker, const Peer& peer, const LineSubject& subject,
                           std::string_view event, std::string_view code, int64_t unix_ms)
    : worker_(worker),
      peer_(peer),
      subject_(subject),
      code_(code),
      written_(worker.gate.MayWrite(subject, code)) {
  // What the log leaves out is kept in few words.
  BeginEvent(worker, event, unix_ms,
             written_ ? worker.gate.FormFor(subject) : JsonLine::Form::kShort);
}

void SecurityLine::Emit(std::string_view id) {
  const std::string_view line = worker_.line.End();
  if (!id.empty()) worker_.gate.Remember(subject_, id, line);
  if (written_) {
    worker_.gate.Write(subject_.origin, line);
  } else {
    worker_.gate.LeaveOut(code_, peer_);
  }
}

void AddConnection(JsonLine& line, const Peer& peer) {
  line.Name("listener", peer.listener_name);
  line.Name("remote", peer.remote);
  if (!peer.via.empty()) line.Name("via", peer.via);
}

void AddOrigin(JsonLine& line, const Peer& peer, const RequestRecord& record) {
  AddConnection(line, peer);
  if (!record.forwarded_for.empty()) line.Text("forwardedFor", record.forwarded_for);
}

void AddIdentity(JsonLine& line, const LineSubject& subject) {
  if (!subject.known_as.empty()) line.Name("knownAs", subject.known_as);
  if (subject.identity == nullptr) return;
  line.Hex("fingerprint", "sha256:", subject.identity->sha256);
  line.Text("subject", subject.identity->subject);
}

void AddWholeIdentity(JsonLine& line, const LineSubject& subject) {
  AddIdentity(line, subject);
  const identity::PeerIdentity* const identity = subject.identity;
  if (identity == nullptr || line.form() == JsonLine::Form::kShort) return;
  line.Text("issuer", identity->issuer);
  line.Text("serial", identity->serial);
  line.Hex("spki", "sha256:", identity->spki_sha256);
  line.Hex("sha1", "", identity->sha1);
  line.Number("notBefore", identity->not_before);
  line.Number("notAfter", identity->not_after);
  AddNames(line, "sanDns", identity->san_dns);
  AddNames(line, "sanUri", identity->san_uri);
  AddNames(line, "sanEmail", identity->san_email);
  AddNames(line, "sanIp", identity->san_ip);
}

void AddError(JsonLine& line, const Error& error) {
  line.Name("code", StableCode(error.code));
  line.Name("source", SourceName(SourceOf(error.code)));
  if (!error.detail.empty()) line.Text("detail", error.detail);
}

}  // namespace pinlatch::proxy
