// Owns the connections of one listener on one worker as far as its limits go: how many there are,
// and which of them gives way to a newcomer. One thread; borrows the connections.
//
// Who has said least for longest gives way first, but of an address that holds more than its fair
// part before anybody else: while there is one, its neighbours stay, and so does nobody's neighbour
// go because its connections cannot. Nobody does whose bytes wait to be heard by the
// gateway (past the handshake once, unless that is a request that is admitted), who has only just
// come, or who has an admitted request in flight; where there is nobody else, the newcomer waits in
// the backlog.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "admission/address_shares.h"
#include "admission/patience.h"
#include "admission/place.h"
#include "base/clock.h"

namespace pinlatch::proxy {

// PlaceLimits are a listener's limits, as far as one worker may exhaust them.
struct PlaceLimits {
  size_t connections = 0;
  size_t handshakes = 0;
};

class Places {
 public:
  // kUntilTold: it takes an event, a connection that closes or becomes idle, to make room.
  // kNextRound: those who came in this round of the event loop are to be heard first.
  static constexpr Duration kUntilTold = Duration::max();
  static constexpr Duration kNextRound = Duration(1);

  Places() = default;
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  // FindRoom says how long a newcomer has to wait. It need not when there is room, or when another
  // connection gives way; MakeRoom then tells that one so.
  Duration FindRoom(const PlaceLimits& limits, MonotonicTime now);
  // FindOneToGo is FindRoom where connections are not what there are too many of: one has to give
  // way however few there are, or the newcomer waits. `even_clients`: also one that rests.
  Duration FindOneToGo(const PlaceLimits& limits, bool even_clients, MonotonicTime now);
  // MakeRoom has the connection give way that the last FindRoom or FindOneToGo found, if any.
  void MakeRoom(MonotonicTime now);

  size_t connections() const { return connections_; }
  // handshakes are the connections without TLS yet.
  size_t handshakes() const { return CountOf(Stage::kSilent) + CountOf(Stage::kHandshaking); }

 private:
  friend class Place;

  static size_t Index(Stage stage) { return static_cast<size_t>(stage); }
  size_t CountOf(Stage stage) const { return counts_[Index(stage)]; }

  void Enter(Place& place, MonotonicTime now);
  void Leave(Place& place);
  void Settle(Place& place, Stage stage, MonotonicTime now);
  void Renew(Place& place, MonotonicTime now);
  void Join(Place& place, Stage stage, MonotonicTime now);
  void Withdraw(Place& place);
  void StepOut(Place& place);
  void StepIn(Place& place);

  Duration AmongHandshakes(const PlaceLimits& limits, MonotonicTime now);
  bool MayGoInThisRound(size_t limit, MonotonicTime now);
  Duration AmongConnections(const PlaceLimits& limits, MonotonicTime now);
  Duration AmongStrangers(const PlaceLimits& limits, MonotonicTime now);
  template <typename Ranking, size_t kCount>
  Duration Among(const Ranking& shares, size_t limit, const std::array<Stage, kCount>& stages,
                 MonotonicTime now);
  template <typename Lists, size_t kCount>
  Duration FirstOf(Lists& lists, const std::array<Stage, kCount>& stages, MonotonicTime now);
  template <typename List>
  Place* FirstOf(List& list);
  Duration LeftAlone(const Place& place, MonotonicTime now) const;

  // Those that may give way, by their stage, the oldest first; that of kBusy stays empty.
  std::array<LinkedList<Place, &Place::in_order_>, kStages> queued_;
  AddressShares shares_;
  std::array<size_t, kStages> counts_{};
  size_t connections_ = 0;
  // A client says its ClientHello with the connection, or as soon as it comes to it; its next
  // flight takes a way there and back, and its signature.
  std::array<Patience, 2> patience_{{{Milliseconds(500), Milliseconds(50)},      // kSilent
                                     {Milliseconds(2000), Milliseconds(100)}}};  // kHandshaking
  Place* chosen_ = nullptr;  // by FindRoom, to give way
  MonotonicTime round_;
  size_t gone_ = 0;  // that gave way in that round
};

}  // namespace pinlatch::proxy
