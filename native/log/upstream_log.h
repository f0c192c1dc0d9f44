// Owns the event lines about the endpoints of upstreams: when one is taken out and comes back, or
// is not trusted any more, and why. Type "upstream"; the control plane only passes them on.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// LogEjected writes "upstream-ejected": failures in a row took an endpoint out for `time`. `reason`
// is the last of them.
void LogEjected(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
                std::string_view reason, Duration time);
// LogReadmitted writes "upstream-restored": the time of an ejection is over.
void LogReadmitted(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint);
// LogHealth writes "upstream-down" or "upstream-up": what health checks found.
void LogHealth(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
               bool is_healthy, std::string_view reason);

// LogDistrusted writes "upstream-distrusted": a service to which connections are open would not be
// accepted now.
void LogDistrusted(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
                   const Error& why);

}  // namespace pinlatch::proxy
