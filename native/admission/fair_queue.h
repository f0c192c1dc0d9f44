// Owns the order in which the connections of one stage give way: the oldest first, but of an
// address that holds more than its fair part before all others. One thread; borrows the places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "admission/place.h"
#include "base/linked_list.h"

namespace pinlatch::proxy {

// AddressShare is what one address has in one queue.
struct AddressShare {
  uint64_t key = 0;
  size_t count = 0;
  LinkedList<Place, &Place::of_address_> places;  // oldest first
  Links<AddressShare> of_count;
};

// FairQueue costs O(1) an operation, and memory for as many addresses as it holds connections.
class FairQueue {
 public:
  FairQueue();
  ~FairQueue();
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;

  // PushBack adds a place as the newest; PushFront as the oldest.
  void PushBack(Place& place);
  void PushFront(Place& place);
  // Remove takes out a place that is in this queue.
  void Remove(Place& place);
  // Next is the place that gives way first; nullptr: the queue is empty. The fair part of an
  // address is the average of those that hold anything, and at least `least`.
  Place* Next(size_t least) const;

 private:
  // KeyedHash keeps what outsiders choose, their addresses, from choosing slots of the table.
  struct KeyedHash {
    uint64_t seed;
    size_t operator()(uint64_t key) const;
  };

  using Shares = std::unordered_map<uint64_t, AddressShare, KeyedHash>;

  void Count(Place& place);
  AddressShare& ShareOf(uint64_t key);
  void Drop(AddressShare& share);
  void MoveToCount(AddressShare& share, size_t count);

  LinkedList<Place, &Place::in_order_> order_;
  size_t counted_ = 0;  // places of addresses
  Shares shares_;
  std::vector<Shares::node_type> spare_;  // memory of shares that are gone, for those that come
  // The shares by their count: the heaviest is found without looking at any other.
  std::vector<LinkedList<AddressShare, &AddressShare::of_count>> by_count_;
  size_t heaviest_ = 0;
};

}  // namespace pinlatch::proxy
