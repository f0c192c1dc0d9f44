// See live_peers.h.
#include "proxy/live_peers.h"

#include <algorithm>
#include <string>

#include "proxy/worker_context.h"
#include "tls/judge_chain.h"

namespace pinlatch::proxy {
namespace {

// What a round of the event loop may spend on examining connections before others get their turn.
constexpr Milliseconds kSlice{2};

bool IsAccepted(const Standing& standing, const tls::TrustBundle& trust, UnixSeconds now) {
  return standing.trust == trust.generation() && now >= standing.from && now <= standing.until;
}

}  // namespace

LivePeers::~LivePeers() = default;

Status LivePeers::Open(Connections& connections) {
  connections_ = &connections;
  PINLATCH_ASSIGN(timer_, io::WallTimer::Create(worker_.loop, *this));
  timer_->Arm(earliest_);
  return {};
}

void LivePeers::Begin() {
  ++epoch_;
  refusals_.clear();
  left_ = connections_->count();
  earliest_ = io::WallTimer::kNever;
  timer_->Arm(earliest_);
  worker_.loop.RunSoon(*this);
}

// From the last connection to the first: one that goes is replaced by the last, which has been
// examined; one that comes is appended, and has its standing from its handshake.
void LivePeers::Run() {
  const MonotonicTime deadline = MonotonicNow() + kSlice;
  for (left_ = std::min(left_, connections_->count()); left_ > 0;) {
    connections_->Reexamine(--left_);
    left_ = std::min(left_, connections_->count());
    if (MonotonicNow() >= deadline) break;
  }
  if (left_ > 0) return worker_.loop.RunSoon(*this);
  refusals_.clear();
}

Status LivePeers::Welcome(Peer& peer, const tls::Acceptance& acceptance, Standing& standing) {
  standing.trust = acceptance.trust;
  standing.from = acceptance.from;
  standing.until = acceptance.until;
  const Generation& generation = *worker_.generation;
  const int listener = generation.ListenerIndex(peer.listener_name);
  if (listener >= 0) {
    PINLATCH_TRY(ExamineChain(peer, generation, static_cast<size_t>(listener), standing));
  }
  Grant(standing);
  return {};
}

Status LivePeers::Examine(Peer& peer, Standing& standing) {
  const Generation& generation = *worker_.generation;
  const auto listener = static_cast<size_t>(generation.ListenerIndex(peer.listener_name));
  PINLATCH_TRY(ExamineChain(peer, generation, listener, standing));
  PINLATCH_TRY(ExamineAccess(peer, generation, listener, standing));
  Grant(standing);
  return {};
}

// ExamineAccess asks whether any route admits the client, and until when that can be said: pins
// begin and end.
Status LivePeers::ExamineAccess(Peer& peer, const Generation& generation, size_t listener,
                                Standing& standing) {
  if (!peer.identity) return {};
  const UnixSeconds now = worker_.wall_now();
  const policy::ClientSet& clients = peer.clients.Of(generation, peer.identity.get(), now);
  if (!generation.listeners[listener].audience.Admits(clients)) {
    return Error(ErrorCode::kNotPinned,
                 "no route of listener \"" + peer.listener_name + "\" admits this certificate");
  }
  const snapshot::Period holds = generation.pin_times.Around(now);
  if (holds.HasEnd()) standing.until = std::min(standing.until, holds.until - 1);
  return {};
}

Status LivePeers::ExamineChain(const Peer& peer, const Generation& generation, size_t listener,
                               Standing& standing) {
  const tls::TrustContext& asked = generation.listeners[listener].tls->ContextOf(peer.server_name);
  if (!peer.identity) {
    if (asked.client_auth == snapshot::ClientAuth::kRequired) {
      return Error(ErrorCode::kClientCertificateMissing,
                   "this listener requires a client certificate now");
    }
    standing.until = io::WallTimer::kNever;
    return {};
  }
  const tls::TrustBundle& trust = *asked.bundle;
  if (IsAccepted(standing, trust, worker_.wall_now())) return {};
  PINLATCH_ASSIGN(const tls::Acceptance accepted, JudgeOnce(peer, trust));
  standing.trust = accepted.trust;
  standing.from = accepted.from;
  standing.until = accepted.until;
  return {};
}

// Acceptances are remembered by the worker's cache, refusals for as long as the sweep lasts.
Result<tls::Acceptance> LivePeers::JudgeOnce(const Peer& peer, const tls::TrustBundle& trust) {
  const std::vector<ByteSpan> chain(peer.identity->chain.begin(), peer.identity->chain.end());
  const std::pair key(trust.generation(), tls::HashOfChain(chain));
  if (const auto known = refusals_.find(key); known != refusals_.end()) return known->second;
  auto judged = tls::JudgeAgain(peer.identity, trust, worker_.verdicts, worker_.wall_now());
  if (!judged.ok() && left_ > 0) refusals_.emplace(key, judged.error());
  return judged;
}

void LivePeers::Grant(Standing& standing) {
  standing.epoch = epoch_;
  if (standing.until >= earliest_) return;
  earliest_ = standing.until;
  timer_->Arm(earliest_ + 1);  // `until` is the last second that is good
}

}  // namespace pinlatch::proxy
