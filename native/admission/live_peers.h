// Owns the re-evaluation of clients whose connections are open: when a generation is published,
// when an acceptance ends, when a pin begins or ceases to count, when the clock is set. One a
// worker, on its thread. Decides who may stay; closing is the connection's.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "base/result.h"
#include "generation/known_clients.h"
#include "identity/peer_identity.h"
#include "io/event_loop.h"
#include "io/wall_timer.h"
#include "record/right_to_stay.h"
#include "verdict/verdict_cache.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// LivePeers lets a client stay on a listener while its chain is accepted by the listener's trust
// bundle and at least one of the listener's routes admits it. Whoever has not been looked at since
// the last change is looked at before its next request, and all are in rounds, a few milliseconds
// at a time, so that ten thousand of them do not hold up the worker.
class LivePeers final : private io::Task, private io::WallTimer::Handler {
 public:
  // Connections are those of the worker.
  class Connections {
   public:
    virtual size_t count() const = 0;
    // Reexamine has one connection examined. It may go, and the last one then takes its index.
    virtual void Reexamine(size_t index) = 0;

   protected:
    ~Connections() = default;
  };

  // The two are borrowed: the worker's.
  LivePeers(LoggingWorker& worker, tls::VerdictCache& verdicts)
      : worker_(worker), verdicts_(verdicts) {}
  ~LivePeers();
  LivePeers(const LivePeers&) = delete;
  LivePeers& operator=(const LivePeers&) = delete;

  // Open begins to watch the clock. `connections` is borrowed. Error: kSystem.
  Status Open(Connections& connections);
  // Begin makes every right to stay out of date and has every connection examined, in rounds.
  void Begin();

  // Welcome gives a client that has just finished its handshake its right to stay: what was
  // accepted counts when it was by the bundle that serves now, else the chain is judged again.
  // Errors: as Examine, without kNotPinned: a new client hears that as the answer to its request.
  Status Welcome(KnownPeer& peer, const tls::Acceptance& acceptance, RightToStay& right);
  // epoch counts the moments at which judgements may have become others: what was judged in an
  // earlier one may not hold any more.
  uint64_t epoch() const { return epoch_; }
  // Holds says that nothing has changed since the right was found to hold.
  bool Holds(const RightToStay& right) const { return right.epoch == epoch_; }
  // Examine says why the client may not stay, or brings its right to stay up to date. The listener
  // of `peer` must be one of the worker's generation. Errors: kClientCertificateMissing (none was
  // presented, and one is required now), kUnknownServerName and kProtocolVersion (a handshake like
  // its own would be refused now), the codes of a tls::Refusal, kNotPinned.
  Status Examine(KnownPeer& peer, RightToStay& right);

 private:
  // By bundle and chain.
  using Refusals = std::map<std::pair<uint64_t, identity::Sha256>, Error>;

  // Moment is what one examination goes by, from its beginning to its end.
  struct Moment {
    const Generation& generation;
    const UnixSeconds now;
  };

  Status ExamineAccess(KnownPeer& peer, const Moment& moment, size_t listener);
  static Status ExamineHandshake(const KnownPeer& peer, const tls::ServerContext& context,
                                 const tls::TrustContext& asked);
  Status ExamineChain(KnownPeer& peer, const Moment& moment, size_t listener, RightToStay& right);
  Result<tls::Acceptance> JudgeOnce(const KnownPeer& peer, const tls::TrustBundle& trust,
                                    UnixSeconds now);
  void Grant(const KnownPeer& peer, const Moment& moment, RightToStay& right);
  void Run() override;
  void OnWallTimer() override { Begin(); }

  LoggingWorker& worker_;
  tls::VerdictCache& verdicts_;
  Connections* connections_ = nullptr;
  std::unique_ptr<io::WallTimer> timer_;
  uint64_t epoch_ = 1;
  size_t left_ = 0;  // connections with a lower index have yet to be examined in this sweep
  // earliest_ is the last second before something that a client may stay by, or be admitted by,
  // begins or ends.
  UnixSeconds earliest_ = io::WallTimer::kNever;
  Refusals refusals_;  // of this sweep: many connections may be one client's
};

}  // namespace pinlatch::proxy
