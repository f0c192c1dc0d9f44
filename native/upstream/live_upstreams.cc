// See live_upstreams.h.
#include "upstream/live_upstreams.h"

#include <algorithm>

#include "log/logging_worker.h"
#include "log/upstream_log.h"
#include "upstream/endpoint_targets.h"
#include "upstream/upstream_security.h"

namespace pinlatch::proxy {
namespace {

// What a round of the event loop may spend on examining services before others get their turn.
constexpr Milliseconds kSlice{2};

}  // namespace

LiveUpstreams::~LiveUpstreams() = default;

Status LiveUpstreams::Open() {
  io::WallTimer::Handler& handler = *this;
  PINLATCH_ASSIGN(timer_, io::WallTimer::Create(worker_.loop, handler, worker_.wall_now));
  timer_->Arm(earliest_);
  return {};
}

void LiveUpstreams::Begin() {
  ++epoch_;
  rules_.clear();
  verdicts_.clear();
  told_.clear();
  earliest_ = io::WallTimer::kNever;
  if (timer_) timer_->Arm(earliest_);
  worker_.loop.RunSoon(*this);
}

// Whoever was examined is behind all who were not.
void LiveUpstreams::Run() {
  const MonotonicTime deadline = MonotonicNow() + kSlice;
  while (!peers_.empty() && peers_.front()->right.epoch != epoch_) {
    Examine(*peers_.front());
    if (MonotonicNow() >= deadline) return worker_.loop.RunSoon(*this);
  }
  verdicts_.clear();
  told_.clear();
}

Status LiveUpstreams::Welcome(UpstreamPeer& peer, std::vector<std::vector<uint8_t>> chain,
                              UnixSeconds until) {
  const UnixSeconds now = worker_.wall_now();
  peer.proof = Share(tls::ProofOf(std::move(chain)));
  peer.rules = peer.security->context().number();
  peer.right = {epoch_, peer.security->context().trust().generation(), now, until};
  peers_.PushBack(peer);
  PINLATCH_TRY(Judge(peer, now));
  Watch(peer.right.until);
  return {};
}

void LiveUpstreams::Leave(UpstreamPeer& peer) {
  if (peer.proof == nullptr) return;
  peers_.Remove(peer);
  if (peer.proof.use_count() == 1) proofs_.erase(peer.proof->hash);
  peer.proof.reset();
}

bool LiveUpstreams::Trusts(UpstreamPeer& peer) {
  const bool is_examined =
      peer.right.epoch == epoch_ && (peer.distrust || worker_.wall_now() <= peer.right.until);
  if (!is_examined) Examine(peer);
  return !peer.distrust.has_value();
}

void LiveUpstreams::Examine(UpstreamPeer& peer) {
  peers_.Remove(peer);
  peers_.PushBack(peer);
  Status trusted = Judge(peer, worker_.wall_now());
  peer.right.epoch = epoch_;
  if (trusted.ok()) {
    peer.distrust.reset();  // it may have been found again within the grace
    return Watch(peer.right.until);
  }
  const bool is_news = !peer.distrust.has_value();
  peer.distrust = std::move(trusted).error();
  if (is_news) Tell(peer);
}

// Judge asks in the order of a handshake: version, trust, name, pins.
Status LiveUpstreams::Judge(UpstreamPeer& peer, UnixSeconds now) {
  const Rules& rules = RulesOf(peer);
  const UpstreamSecurity& security = rules.security ? *rules.security : *peer.security;
  if (rules.trust == nullptr) {
    return Error(ErrorCode::kUpstreamUntrusted, "the configuration no longer has the upstream \"" +
                                                    security.upstream() + "\" or its trust bundle");
  }
  if (peer.tls_version < security.context().min_version()) {
    return Error(ErrorCode::kUpstreamTls,
                 "the connection uses TLS 1.2, and the upstream now requires TLS 1.3");
  }
  tls::ServerIdentity server =
      rules.upstream ? ServerIdentityOf(*rules.upstream, peer.host) : peer.server;
  const RightToStay& held = peer.right;
  const uint64_t number = security.context().number();
  const bool is_same = peer.rules == number && held.trust == rules.trust->generation() &&
                       peer.server == server && !peer.distrust;
  if (is_same && now >= held.from && now <= held.until) return {};
  PINLATCH_ASSIGN(const UnixSeconds trusted, JudgeChainOnce(peer, *rules.trust, now));
  PINLATCH_ASSIGN(const UnixSeconds admitted,
                  tls::JudgeServerLeaf(peer.proof->chain.front(), server, security, now));
  peer.rules = number;
  peer.server = std::move(server);
  peer.right = {epoch_, rules.trust->generation(), now, std::min(trusted, admitted)};
  return {};
}

const LiveUpstreams::Rules& LiveUpstreams::RulesOf(const UpstreamPeer& peer) {
  const auto [entry, is_new] = rules_.try_emplace(peer.security->context().number());
  if (is_new) entry->second = FindRules(*peer.security);
  return entry->second;
}

LiveUpstreams::Rules LiveUpstreams::FindRules(const UpstreamSecurity& made_under) const {
  const Generation& generation = *worker_.generation;
  const auto& upstreams = generation.snapshot.upstreams;
  for (size_t i = 0; i < upstreams.size(); ++i) {
    const UpstreamSecurity* security = generation.security[i].get();
    if (upstreams[i].name != made_under.upstream() || security == nullptr) continue;
    return {&upstreams[i], security, &security->context().trust()};
  }
  for (size_t i = 0; i < generation.trust.size(); ++i) {
    if (generation.snapshot.trust[i].name != made_under.trust()) continue;
    return {nullptr, nullptr, generation.trust[i].get()};
  }
  return {};
}

Result<UnixSeconds> LiveUpstreams::JudgeChainOnce(const UpstreamPeer& peer,
                                                  const tls::TrustBundle& trust, UnixSeconds now) {
  const std::pair key(trust.generation(), peer.proof->hash);
  if (const auto known = verdicts_.find(key); known != verdicts_.end()) return known->second;
  auto judged = tls::JudgeServerChain(*peer.proof, trust, now);
  // Between sweeps nothing would forget it.
  if (!peers_.empty() && peers_.front()->right.epoch != epoch_) verdicts_.emplace(key, judged);
  return judged;
}

void LiveUpstreams::Tell(UpstreamPeer& peer) {
  const std::string& upstream = peer.security->upstream();
  if (told_.emplace(upstream, peer.endpoint).second) {
    LogDistrusted(worker_, upstream, peer.endpoint, *peer.distrust);
  }
  peer.owner.OnDistrusted();
}

void LiveUpstreams::Watch(UnixSeconds last) {
  if (last >= earliest_ || !timer_) return;
  earliest_ = last;
  timer_->Arm(earliest_ + 1);  // `last` is the last second that is good
}

std::shared_ptr<const tls::ServerProof> LiveUpstreams::Share(tls::ServerProof proof) {
  std::weak_ptr<const tls::ServerProof>& known = proofs_[proof.hash];
  if (auto shared = known.lock()) return shared;
  auto made = std::make_shared<const tls::ServerProof>(std::move(proof));
  known = made;
  return made;
}

}  // namespace pinlatch::proxy
