// Owns the count of the addresses that one line of the log sums up. Plain data, bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinlatch::telemetry {
class JsonLine;
}

namespace pinlatch::proxy {

// AddressTally tells addresses apart up to kMost of them.
class AddressTally {
 public:
  static constexpr size_t kMost = 64;

  // Add notes something of `address`, which the line would name as `name`.
  void Add(std::string_view address, std::string_view name);
  // Write says whose all of it was: `remote`, the name that came last, where one address brought it
  // about, else how many did: `addresses`, or `addressesOver` where they were not told apart.
  void Write(telemetry::JsonLine& line) const;

 private:
  std::vector<std::string> addresses_;
  std::string last_;
  bool is_over_ = false;
};

}  // namespace pinlatch::proxy
