// Owns what one worker's lines pass on their way to the log: how much is written of a line that
// somebody outside brings about, what is left out and how that is told, what is remembered for
// explanations, and what is dropped for want of room. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/event_loop.h"
#include "log/address_tally.h"
#include "log/line_subject.h"
#include "telemetry/denial_ring.h"
#include "telemetry/json_line.h"
#include "telemetry/line_allowances.h"

namespace pinlatch::proxy {

class LineGate final : private io::TimerHandler {
 public:
  using Form = telemetry::JsonLine::Form;

  explicit LineGate(LoggingWorker& worker);
  LineGate(const LineGate&) = delete;
  LineGate& operator=(const LineGate&) = delete;

  // Share has all workers go by the same allowances and fill the same ring. Before the first line.
  void Share(std::shared_ptr<telemetry::LineAllowances> allowances,
             std::shared_ptr<telemetry::DenialRing> denials);

  // MayWrite says whether a security line may be written; `code` is the stable code of the error in
  // it, else its event. What may not is for LeaveOut.
  bool MayWrite(const LineSubject& subject, std::string_view code);
  // FormFor says how long a line that says no may be.
  Form FormFor(const LineSubject& subject);
  // LeaveOut counts a line that may not be written; a second later the log is told how many there
  // were of each code, and who brought them about where that is one address.
  void LeaveOut(std::string_view code, const Peer& peer);

  // Remember keeps the worker's line, which says no, for explanations under its id, and counts what
  // it takes at its length.
  void Remember(const LineSubject& subject, std::string_view id, std::string_view line);
  // Write hands a line to the event log, or counts it as dropped.
  void Write(const telemetry::LineOrigin& origin, std::string_view line);
  // Finish tells of what was left out and not told yet. At the end.
  void Finish();

 private:
  struct Omitted {
    std::string_view code;  // static text
    uint64_t count = 0;
    AddressTally addresses;
  };

  void OnTimer(io::Timer&) override { Finish(); }

  LoggingWorker& worker_;
  std::shared_ptr<telemetry::LineAllowances> allowances_;
  std::shared_ptr<telemetry::DenialRing> denials_;
  std::vector<Omitted> omitted_;  // one for each code
  io::Timer second_;              // armed while there is something to tell
};

}  // namespace pinlatch::proxy
