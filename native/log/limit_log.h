// Owns what the log says of connections that fell to a limit, of their address or their listener: a
// line a second for each listener and reason, with a count. One a worker, on its thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address_octets.h"
#include "base/error.h"
#include "io/event_loop.h"
#include "log/address_tally.h"

namespace pinlatch::proxy {

struct LoggingWorker;

class LimitLog final : private io::TimerHandler {
 public:
  explicit LimitLog(LoggingWorker& worker) : worker_(worker), pause_(*this) {}
  LimitLog(const LimitLog&) = delete;
  LimitLog& operator=(const LimitLog&) = delete;

  // Note has one more connection logged, now or within a second, with its address where all that
  // the line counts have the same.
  void Note(const std::string& listener, ErrorCode code, const AddressOctets& address);

 private:
  // Unsaid is what is not in the log yet.
  struct Unsaid {
    std::string listener;
    ErrorCode code = ErrorCode::kInternal;
    AddressTally addresses;
    uint64_t count = 0;
  };

  void Write();
  void OnTimer(io::Timer& timer) override;

  LoggingWorker& worker_;
  std::vector<Unsaid> unsaid_;  // at most one a listener and code
  io::Timer pause_;             // armed while a line has been written lately
};

}  // namespace pinlatch::proxy
