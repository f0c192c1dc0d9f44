// See downstream_connection.h. This file: how far the connection has come, and how it gives way to
// a newcomer when its listener is full.
#include <algorithm>
#include <utility>

#include "downstream/downstream_connection.h"
#include "match/network_match.h"

namespace pinlatch::proxy {

// What cannot be read before the socket takes an answer does not count: a client that does not read
// would be heard never, and so never give way. Nor do the first bytes of what is to come before
// TLS.
bool DownstreamConnection::HasUnread() {
  const bool is_ahead = preamble_ == nullptr && !ahead_.empty();
  return writable_ && (is_ahead || socket_.HasUnread());
}

std::optional<uint64_t> DownstreamConnection::AddressKey() const {
  const snapshot::Front& front = listener().front;
  const bool is_proxy = counts_for_proxy_ && peer_.via.empty();
  if (is_admitted_ || is_proxy || policy::IsWithinAny(front.forwarded_from, peer_.address.span())) {
    return std::nullopt;
  }
  return pinlatch::AddressKey(peer_.address);
}

// Whether any route admits the client, whatever it will ask for.
bool DownstreamConnection::IsAdmitted() {
  const Generation& generation = *worker_.generation;
  const int index = generation.ListenerIndex(peer_.listener_name);
  if (!peer_.identity || index < 0) return false;
  const policy::ClientSet& clients =
      peer_.clients.Of(generation, peer_.identity.get(), worker_.wall_now());
  return generation.listeners[static_cast<size_t>(index)].policy.audience.Admits(clients);
}

// In flight is what was admitted. Whoever asks in vain decides how long the answer takes, by
// opening no window or by reading nothing, and must not keep a place by it. The beginning of a
// request counts of an admitted client alone: a stranger could drip it in.
Stage DownstreamConnection::StageNow() const {
  if (phase_ == Phase::kHandshake) return is_answered_ ? Stage::kHandshaking : Stage::kSilent;
  if (phase_ == Phase::kLinger) return Stage::kLeaving;
  const bool has_begun = is_admitted_ && !in_.empty() && !protocol_->busy();
  if (has_begun || protocol_->serves()) return Stage::kBusy;
  return is_admitted_ ? Stage::kIdle : Stage::kStranger;
}

// A request that was answered at once is seen by nothing else: rest begins anew with it. With one
// that was refused it does not, or who asks in vain again and again would outlast whoever rests.
void DownstreamConnection::Settle() {
  const Stage stage = StageNow();
  MoveTo(stage, worker_.loop.now());
  const bool was_served = std::exchange(was_served_, false);
  if (was_served || stage == Stage::kBusy) worker_.handshakes.Yield();
  if (was_served && stage != Stage::kBusy) Advanced(worker_.loop.now());
}

// A client whose TLS stands reads a farewell, one that is shaking hands a reset, which leaves
// nothing behind; one that is leaving has been told.
void DownstreamConnection::GiveWay() {
  if (phase_ == Phase::kHandshake) {
    worker_.counters.connections_displaced.Add();
    worker_.limit_log.Note(peer_.listener_name, ErrorCode::kHandshakeDisplaced, peer_.address);
    HandshakeOver();
    CloseWithReset();
  } else if (phase_ == Phase::kServing) {
    (is_admitted_ ? worker_.counters.clients_displaced : worker_.counters.connections_displaced)
        .Add();
    worker_.limit_log.Note(peer_.listener_name, ErrorCode::kConnectionDisplaced, peer_.address);
    (void)session_->Close();
  }
  phase_ = Phase::kClosed;
  owner_.OnClosed(*this);
}

void DownstreamConnection::AwaitFirstByte() {
  const Milliseconds first_byte = listener().timeouts.first_byte;
  AwaitFor(draining() ? std::min(first_byte, kLameDuck) : first_byte);
}

// From the first byte of each part on, the handshake's own time is the only bound.
void DownstreamConnection::HasSpoken() {
  has_spoken_ |= preamble_ == nullptr;
  read_timer_.Disarm();
}

// Another part of what comes before TLS is behind it.
void DownstreamConnection::StepForward() {
  Advanced(worker_.loop.now());
  if (ahead_.empty()) AwaitFirstByte();
}

}  // namespace pinlatch::proxy
