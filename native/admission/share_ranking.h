// Owns the order of addresses by how much each holds: the heaviest are found without looking at any
// other. One thread; borrows the shares.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/linked_list.h"

namespace pinlatch::proxy {

// ShareRanking ranks shares by their count `kCount`; Add and Subtract cost O(1).
template <typename Share, size_t Share::*kCount, Links<Share> Share::*kLinks>
class ShareRanking {
 public:
  ShareRanking() : by_count_(1) {}

  void Add(Share& share) {
    ++counted_;
    if (share.*kCount == 0) ++holders_;
    MoveTo(share, share.*kCount + 1);
  }
  void Subtract(Share& share) {
    --counted_;
    MoveTo(share, share.*kCount - 1);
    if (share.*kCount == 0) --holders_;
  }

  // VisitOver visits the shares that are over their fair part, the heaviest first, until `visit`
  // says that it has found what it looks for. It says whether there was any. The fair part is the
  // average of those that hold anything, and at least `least`.
  template <typename Visit>
  bool VisitOver(size_t least, const Visit& visit) const {
    bool any = false;
    for (size_t count = heaviest_; count > least && count * holders_ > counted_; --count) {
      for (Share* each = by_count_[count].front(); each != nullptr; each = (each->*kLinks).next) {
        any = true;
        if (visit(*each)) return true;
      }
    }
    return any;
  }

 private:
  // Counts change by one, so that the heaviest does too.
  void MoveTo(Share& share, size_t count) {
    if (share.*kCount > 0) by_count_[share.*kCount].Remove(share);
    share.*kCount = count;
    if (count == by_count_.size()) by_count_.emplace_back();
    if (count > 0) by_count_[count].PushBack(share);
    heaviest_ = std::max(heaviest_, count);
    while (heaviest_ > 0 && by_count_[heaviest_].empty()) --heaviest_;
  }

  std::vector<LinkedList<Share, kLinks>> by_count_;
  size_t heaviest_ = 0;
  size_t holders_ = 0;  // shares that hold anything
  size_t counted_ = 0;  // what they hold together
};

}  // namespace pinlatch::proxy
