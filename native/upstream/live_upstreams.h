// Owns the re-evaluation of services to which connections over TLS are open: when a generation is
// published, when an acceptance ends, when the clock is set. One a worker, on its thread. Decides
// who is still trusted; what becomes of a connection is its user's.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/linked_list.h"
#include "base/result.h"
#include "io/event_loop.h"
#include "io/wall_timer.h"
#include "upstream/upstream_peer.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// LiveUpstreams holds every service to the rules that its upstream has now: trust (lists included),
// name, pins, lowest TLS version. An upstream that is gone, or has no TLS any more, has left none:
// then the connection is held to what it was made under, with the trust bundle of that name as it
// is now, and without such a bundle to nothing that could trust it. Whoever has not been looked at
// since the last moment is looked at before its connection is used again, and all are in rounds, a
// few milliseconds at a time.
class LiveUpstreams final : private io::Task, private io::WallTimer::Handler {
 public:
  explicit LiveUpstreams(LoggingWorker& worker) : worker_(worker) {}
  ~LiveUpstreams();
  LiveUpstreams(const LiveUpstreams&) = delete;
  LiveUpstreams& operator=(const LiveUpstreams&) = delete;

  // Open begins to watch the clock. Error: kSystem.
  Status Open();
  // Begin makes every right to stay out of date and has every peer examined, in rounds.
  void Begin();

  // Welcome takes in a service whose handshake is over: `chain` is what it presented, accepted
  // until `until` by the security of `peer`, which may not be that of its upstream any more. Until
  // Leave the peer may not move. Errors: kUpstreamUntrusted, kUpstreamWrongName,
  // kUpstreamNotPinned, kUpstreamTls; then the connection must not be used.
  Status Welcome(UpstreamPeer& peer, std::vector<std::vector<uint8_t>> chain, UnixSeconds until);
  // Leave forgets a peer; nothing happens when it was never welcomed.
  void Leave(UpstreamPeer& peer);
  // Trusts says whether a new use of the connection may begin now; peer.distrust says why not.
  bool Trusts(UpstreamPeer& peer);

 private:
  // Rules are what holds for an upstream in the worker's generation.
  struct Rules {
    const snapshot::Upstream* upstream = nullptr;  // nullptr: it is gone, or has no TLS
    const UpstreamSecurity* security = nullptr;    // of that; nullptr: the peer's own
    const tls::TrustBundle* trust = nullptr;       // nullptr: nothing trusts anybody
  };

  void Examine(UpstreamPeer& peer);
  Status Judge(UpstreamPeer& peer, UnixSeconds now);
  const Rules& RulesOf(const UpstreamPeer& peer);
  Rules FindRules(const UpstreamSecurity& made_under) const;
  Result<UnixSeconds> JudgeChainOnce(const UpstreamPeer& peer, const tls::TrustBundle& trust,
                                     UnixSeconds now);
  void Tell(UpstreamPeer& peer);
  void Watch(UnixSeconds last);
  std::shared_ptr<const tls::ServerProof> Share(tls::ServerProof proof);
  void Run() override;
  void OnWallTimer() override { Begin(); }

  LoggingWorker& worker_;
  std::unique_ptr<io::WallTimer> timer_;
  uint64_t epoch_ = 1;
  // By the moment at which they were examined, the longest ago in front.
  LinkedList<UpstreamPeer, &UpstreamPeer::links> peers_;
  UnixSeconds earliest_ = io::WallTimer::kNever;  // the last second before an acceptance ends
  std::map<uint64_t, Rules> rules_;               // of this epoch, by ClientContext::number
  // Of this sweep, by bundle and chain: many connections may be to one service.
  std::map<std::pair<uint64_t, identity::Sha256>, Result<UnixSeconds>> verdicts_;
  std::set<std::pair<std::string, std::string>> told_;  // of this sweep: upstream, endpoint
  std::map<identity::Sha256, std::weak_ptr<const tls::ServerProof>> proofs_;  // that are shared
};

}  // namespace pinlatch::proxy
