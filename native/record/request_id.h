// Owns the making of request ids: unique across workers and restarts, not secret. One source a
// worker.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace pinlatch::proxy {

// RequestIds hands out ids of 32 hexadecimal digits.
class RequestIds {
 public:
  // The source starts from 16 random bytes of the kernel.
  RequestIds();
  // Next writes one in the place of what `into` holds.
  void Next(std::string& into);

 private:
  std::array<char, 32> text_;  // of the last one; the first half is the same in all
  uint64_t state_ = 0;
};

}  // namespace pinlatch::proxy
