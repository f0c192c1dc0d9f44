// See address_tally.h.
#include "log/address_tally.h"

#include <algorithm>

#include "telemetry/json_line.h"

namespace pinlatch::proxy {

void AddressTally::Add(std::string_view address, std::string_view name) {
  last_ = name;
  if (is_over_ || std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end()) {
    return;
  }
  if (addresses_.size() == kMost) {
    is_over_ = true;
  } else {
    addresses_.emplace_back(address);
  }
}

void AddressTally::Write(telemetry::JsonLine& line) const {
  if (is_over_) {
    line.Number("addressesOver", kMost);
  } else if (addresses_.size() == 1) {
    line.Name("remote", last_);
  } else {
    line.Number("addresses", addresses_.size());
  }
}

}  // namespace pinlatch::proxy
