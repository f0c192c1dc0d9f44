// Owns the counters of one worker: written by that worker only, read by others at any time (relaxed
// atomics). Never read by a decision.
#pragma once

#include <atomic>
#include <cstdint>

namespace pinlatch::telemetry {

// Counter is a monotonic count, or a level when it is also decremented. One writer.
class Counter {
 public:
  void Add(uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void Subtract(uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
  uint64_t Read() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// PINLATCH_COUNTERS lists every counter once: X(field, "name as the control plane sees it").
#define PINLATCH_COUNTERS(X)                                  \
  X(connections_accepted, "connectionsAccepted")              \
  X(connections_open, "connectionsOpen")                      \
  X(connections_refused, "connectionsRefused")                \
  X(connections_displaced, "connectionsDisplaced")            \
  X(clients_displaced, "idleClientsDisplaced")                \
  X(handshakes_open, "handshakesOpen")                        \
  X(handshakes_completed, "handshakesCompleted")              \
  X(handshakes_failed, "handshakesFailed")                    \
  X(signatures_checked, "signaturesChecked")                  \
  X(evicted_revoked, "connectionsEvictedRevoked")             \
  X(evicted_expired, "connectionsEvictedExpired")             \
  X(evicted_untrusted, "connectionsEvictedUntrusted")         \
  X(evicted_not_pinned, "connectionsEvictedNotPinned")        \
  X(handshakes_resumed, "handshakesResumed")                  \
  X(requests, "requests")                                     \
  X(requests_open, "requestsOpen")                            \
  X(requests_denied, "requestsDenied")                        \
  X(requests_failed, "requestsFailed")                        \
  X(requests_cut, "requestsCut")                              \
  X(tunnels, "tunnels")                                       \
  X(tunnels_open, "tunnelsOpen")                              \
  X(upstream_connections_opened, "upstreamConnectionsOpened") \
  X(upstream_connections_reused, "upstreamConnectionsReused") \
  X(bytes_received, "bytesReceived")                          \
  X(bytes_sent, "bytesSent")                                  \
  X(security_lines_omitted, "securityLinesOmitted")           \
  X(access_lines_dropped, "accessLinesDropped")               \
  X(security_lines_dropped, "securityLinesDropped")           \
  X(upstream_lines_dropped, "upstreamLinesDropped")           \
  X(events_dropped, "eventsDropped")

// The three kinds of lines that found no room are eventsDropped together.

// Counters fills cache lines of its own, so that workers do not slow each other.
struct alignas(64) Counters {
#define PINLATCH_COUNTER_FIELD(field, name) Counter field;
  PINLATCH_COUNTERS(PINLATCH_COUNTER_FIELD)
#undef PINLATCH_COUNTER_FIELD
};

// PINLATCH_LISTENER_COUNTERS lists every counter of one listener once, likewise.
#define PINLATCH_LISTENER_COUNTERS(X) X(closed_without_byte, "closedWithoutByte")

struct ListenerCounters {
#define PINLATCH_COUNTER_FIELD(field, name) Counter field;
  PINLATCH_LISTENER_COUNTERS(PINLATCH_COUNTER_FIELD)
#undef PINLATCH_COUNTER_FIELD
};

}  // namespace pinlatch::telemetry
