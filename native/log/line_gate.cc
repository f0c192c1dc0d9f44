// See line_gate.h.
#include "log/line_gate.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "log/log_line.h"
#include "log/logging_worker.h"

namespace pinlatch::proxy {
namespace {

constexpr Milliseconds kBetweenSums{1000};

}  // namespace

LineGate::LineGate(LoggingWorker& worker)
    : worker_(worker),
      allowances_(std::make_shared<telemetry::LineAllowances>()),
      denials_(std::make_shared<telemetry::DenialRing>()),
      second_(*this) {}

void LineGate::Share(std::shared_ptr<telemetry::LineAllowances> allowances,
                     std::shared_ptr<telemetry::DenialRing> denials) {
  allowances_ = std::move(allowances);
  denials_ = std::move(denials);
}

bool LineGate::MayWrite(const LineSubject& subject, std::string_view code) {
  telemetry::LineAllowances::Line line;
  line.about = subject.origin.about;
  line.source = subject.origin.source;
  line.address = subject.address;
  line.code = std::hash<std::string_view>()(code);
  line.certificate = subject.certificate;
  return allowances_->MayWrite(line, worker_.loop.now());
}

LineGate::Form LineGate::FormFor(const LineSubject& subject) {
  return allowances_->MayBeWhole(subject.origin.about, worker_.loop.now()) ? Form::kWhole
                                                                           : Form::kShort;
}

void LineGate::LeaveOut(std::string_view code, const Peer& peer) {
  worker_.counters.security_lines_omitted.Add();
  auto place = std::find_if(omitted_.begin(), omitted_.end(),
                            [code](const Omitted& each) { return each.code == code; });
  if (place == omitted_.end()) place = omitted_.insert(omitted_.end(), {code, 0, {}});
  ++place->count;
  place->addresses.Add(peer.remote_ip, peer.remote);
  if (!second_.armed()) worker_.loop.timers().Arm(second_, kBetweenSums);
}

void LineGate::Remember(const LineSubject& subject, std::string_view id, std::string_view line) {
  denials_->Add(subject.origin, id, line);
  if (worker_.line.form() == Form::kWhole) {
    allowances_->Written(subject.origin.about, line.size(), worker_.loop.now());
  }
}

void LineGate::Write(const telemetry::LineOrigin& origin, std::string_view line) {
  if (worker_.events.Append(origin, line)) return;
  worker_.counters.events_dropped.Add();
  switch (origin.kind) {
    case telemetry::LineKind::kAccess:
      return worker_.counters.access_lines_dropped.Add();
    case telemetry::LineKind::kSecurity:
      return worker_.counters.security_lines_dropped.Add();
    case telemetry::LineKind::kUpstream:
      return worker_.counters.upstream_lines_dropped.Add();
  }
}

void LineGate::Finish() {
  for (const Omitted& omitted : std::exchange(omitted_, {})) {
    telemetry::JsonLine& line = BeginEvent(worker_, "lines-omitted", LogStampNow());
    line.Name("code", omitted.code);
    line.Number("count", omitted.count);
    omitted.addresses.Write(line);
    EmitLine(worker_);
  }
}

}  // namespace pinlatch::proxy
