// See live_peers.h.
#include "admission/live_peers.h"

#include <algorithm>
#include <string>

#include "log/logging_worker.h"
#include "names/known_names.h"
#include "verdict/judge_chain.h"

namespace pinlatch::proxy {
namespace {

// What a round of the event loop may spend on examining connections before others get their turn.
constexpr Milliseconds kSlice{2};

bool IsAccepted(const RightToStay& right, const tls::TrustBundle& trust, UnixSeconds now) {
  return right.trust == trust.generation() && now >= right.from && now <= right.until;
}

}  // namespace

LivePeers::~LivePeers() = default;

Status LivePeers::Open(Connections& connections) {
  connections_ = &connections;
  PINLATCH_ASSIGN(timer_, io::WallTimer::Create(worker_.loop, *this, worker_.wall_now));
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
// examined; one that comes is appended, and has its right to stay from its handshake.
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

Status LivePeers::Welcome(KnownPeer& peer, const tls::Acceptance& acceptance, RightToStay& right) {
  right.trust = acceptance.trust;
  right.from = acceptance.from;
  right.until = acceptance.until;
  const Moment moment{*worker_.generation, worker_.wall_now()};
  const int listener = moment.generation.ListenerIndex(peer.listener_name);
  if (listener >= 0) {
    PINLATCH_TRY(ExamineChain(peer, moment, static_cast<size_t>(listener), right));
  }
  Grant(peer, moment, right);
  return {};
}

Status LivePeers::Examine(KnownPeer& peer, RightToStay& right) {
  const Moment moment{*worker_.generation, worker_.wall_now()};
  const auto listener = static_cast<size_t>(moment.generation.ListenerIndex(peer.listener_name));
  PINLATCH_TRY(ExamineChain(peer, moment, listener, right));
  PINLATCH_TRY(ExamineAccess(peer, moment, listener));
  Grant(peer, moment, right);
  return {};
}

// ExamineAccess asks whether any route admits the client.
Status LivePeers::ExamineAccess(KnownPeer& peer, const Moment& moment, size_t listener) {
  if (!peer.identity) return {};
  const policy::ClientSet& clients =
      peer.clients.Of(moment.generation, peer.identity.get(), moment.now);
  if (!moment.generation.listeners[listener].policy.audience.Admits(clients)) {
    return Error(ErrorCode::kNotPinned,
                 "no route of listener \"" + peer.listener_name + "\" admits this certificate");
  }
  return {};
}

// ExamineHandshake asks whether the client would still get as far as its certificate.
Status LivePeers::ExamineHandshake(const KnownPeer& peer, const tls::ServerContext& context,
                                   const tls::TrustContext& asked) {
  if (context.Refuses(peer.server_name)) return tls::UnknownServerName(peer.server_name);
  if (peer.tls_version >= asked.min_version) return {};
  return Error(ErrorCode::kProtocolVersion,
               "the connection uses TLS 1.2, and its server name now requires TLS 1.3");
}

Status LivePeers::ExamineChain(KnownPeer& peer, const Moment& moment, size_t listener,
                               RightToStay& right) {
  const tls::ServerContext& context = *moment.generation.listeners[listener].tls;
  const tls::TrustContext& asked = context.ContextOf(peer.server_name);
  PINLATCH_TRY(ExamineHandshake(peer, context, asked));
  if (!peer.identity) {
    if (asked.client_auth == snapshot::ClientAuth::kRequired) {
      return Error(ErrorCode::kClientCertificateMissing,
                   "this listener now requires a client certificate");
    }
    right.until = io::WallTimer::kNever;
    return {};
  }
  const tls::TrustBundle& trust = *asked.bundle;
  if (IsAccepted(right, trust, moment.now)) return {};
  PINLATCH_ASSIGN(const tls::Acceptance accepted, JudgeOnce(peer, trust, moment.now));
  right.trust = accepted.trust;
  right.from = accepted.from;
  right.until = accepted.until;
  if (accepted.identity != peer.identity) {
    // Another path may leave other policies valid, and with them other conditions hold.
    peer.identity = accepted.identity;
    peer.clients = KnownClients();
  }
  return {};
}

// Acceptances are remembered by the worker's cache, refusals for as long as the sweep lasts.
Result<tls::Acceptance> LivePeers::JudgeOnce(const KnownPeer& peer, const tls::TrustBundle& trust,
                                             UnixSeconds now) {
  const std::vector<ByteSpan> chain(peer.identity->chain.begin(), peer.identity->chain.end());
  const std::pair key(trust.generation(), tls::HashOfChain(chain));
  if (const auto known = refusals_.find(key); known != refusals_.end()) return known->second;
  auto judged = tls::JudgeAgain(peer.identity, trust, verdicts_, now);
  if (!judged.ok() && left_ > 0) refusals_.emplace(key, judged.error());
  return judged;
}

// Grant lets a client stay until its acceptance ends, or a pin begins or ceases to count: what its
// requests are decided by may then be another, also when the client as such may stay.
void LivePeers::Grant(const KnownPeer& peer, const Moment& moment, RightToStay& right) {
  right.epoch = epoch_;
  UnixSeconds last = right.until;
  if (peer.identity) {
    const snapshot::Period pins =
        moment.generation.pin_times.Around(moment.generation.ClockAt(moment.now));
    if (pins.HasEnd()) last = std::min(last, pins.until - 1);
  }
  if (last >= earliest_) return;
  earliest_ = last;
  timer_->Arm(earliest_ + 1);  // `last` is the last second that is good
}

}  // namespace pinlatch::proxy
