// Owns Place: what a connection is to its listener when room is short. Part of the connection, one
// thread. Decides nothing: places.h does.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/linked_list.h"

namespace pinlatch::proxy {

class Places;

// Stage says how far a connection has come. A byte is no step: who sends them one by one gets no
// further by it.
enum class Stage : uint8_t {
  kSilent,       // its ClientHello is not whole, or what comes before it
  kHandshaking,  // the gateway has answered, and awaits the rest of the handshake
  kLeaving,      // it is over, but for the time in which the client may read why
  kStranger,     // TLS stands, no route admits the client, no admitted request is in flight
  kIdle,         // the same of a client that a route admits
  kBusy,         // an admitted request is in flight, or a tunnel stands
};
inline constexpr size_t kStages = 6;

// IsHandshake says whether TLS does not stand yet.
constexpr bool IsHandshake(Stage stage) {
  return stage == Stage::kSilent || stage == Stage::kHandshaking;
}

class Place {
 public:
  Place() = default;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // HasUnread says that the peer has said something that the gateway has not heard yet.
  virtual bool HasUnread() = 0;
  // HasTurn says that the gateway is at work for the connection right now: it may not go, and its
  // turn ends with MoveTo.
  virtual bool HasTurn() const { return false; }
  // AddressKey is whose connection it is (pinlatch::AddressKey); nullopt where addresses do not
  // count: of a trusted proxy, of an admitted client.
  virtual std::optional<uint64_t> AddressKey() const = 0;
  // GiveWay ends the connection for a newcomer's sake. It is gone when this returns.
  virtual void GiveWay() = 0;

 protected:
  virtual ~Place();
  // Take enters the connection, silent; once. `places` is borrowed and outlives it.
  void Take(Places& places, MonotonicTime now);
  // MoveTo says where the connection stands at the end of its turn.
  void MoveTo(Stage stage, MonotonicTime now);
  // Advanced says that it has come a step forward within its stage: it counts as new there, and for
  // whom AddressKey names now.
  void Advanced(MonotonicTime now);

 private:
  friend class Places;
  friend class AddressShares;
  friend struct AddressShare;

  Places* places_ = nullptr;
  Links<Place> in_order_;
  Links<Place> of_address_;
  struct AddressShare* address_ = nullptr;  // nullptr: of no address that counts
  MonotonicTime since_;                     // in its stage
  Stage stage_ = Stage::kSilent;
  bool queued_ = false;  // false: it cannot give way
  bool heard_ = false;   // before it would have given way, and it got no further by it
};

}  // namespace pinlatch::proxy
