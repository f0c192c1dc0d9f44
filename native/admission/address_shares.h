// Owns what each address holds of a listener before it is admitted: counted over all stages, and
// also while its bytes wait to be heard, so that a step forward makes no flood look small. One
// thread; borrows the places.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "admission/place.h"
#include "admission/share_ranking.h"
#include "base/linked_list.h"

namespace pinlatch::proxy {

// AddressShare is what one address has.
struct AddressShare {
  uint64_t key = 0;
  size_t handshakes = 0;   // its places without TLS yet
  size_t connections = 0;  // these, and those that are strangers' or leave
  // Those that may give way, by their stage, the oldest first.
  std::array<LinkedList<Place, &Place::of_address_>, kStages> queued;
  Links<AddressShare> of_handshakes;
  Links<AddressShare> of_connections;
};

// AddressShares costs memory for as many addresses as it counts connections.
class AddressShares {
 public:
  using Handshakes =
      ShareRanking<AddressShare, &AddressShare::handshakes, &AddressShare::of_handshakes>;
  using Connections =
      ShareRanking<AddressShare, &AddressShare::connections, &AddressShare::of_connections>;

  AddressShares();
  ~AddressShares();
  AddressShares(const AddressShares&) = delete;
  AddressShares& operator=(const AddressShares&) = delete;

  // Count counts a place in its stage for the address that it names now, if any counts. Forget ends
  // that; the stage is still the same.
  void Count(Place& place);
  void Forget(Place& place);

  const Handshakes& handshakes() const { return handshakes_; }
  const Connections& connections() const { return connections_; }

 private:
  // KeyedHash keeps what outsiders choose, their addresses, from choosing slots of the table.
  struct KeyedHash {
    uint64_t seed;
    size_t operator()(uint64_t key) const;
  };

  using Shares = std::unordered_map<uint64_t, AddressShare, KeyedHash>;

  AddressShare& ShareOf(uint64_t key);
  void Drop(AddressShare& share);

  Handshakes handshakes_;
  Connections connections_;
  Shares shares_;
  std::vector<Shares::node_type> spare_;  // memory of shares that are gone, for those that come
};

}  // namespace pinlatch::proxy
