// Owns an in-memory pair of byte streams with adjustable capacity, ends and breaks, for tests.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <limits>

#include "base/bytes.h"

namespace pinlatch::test {

// Pipe is one direction.
struct Pipe {
  std::deque<uint8_t> bytes;
  size_t capacity = std::numeric_limits<size_t>::max();   // bytes it holds before writes block
  size_t piece = std::numeric_limits<size_t>::max();      // bytes moved by one call
  size_t cut_after = std::numeric_limits<size_t>::max();  // bytes that get through before it ends
  size_t delivered = 0;
  bool ended = false;
  bool broken = false;  // writing fails with EPIPE, reading with ECONNRESET
};

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(Pipe& in, Pipe& out) : in_(in), out_(out) {}

  Transfer Read(MutableByteSpan into) override {
    if (in_.broken) return Transfer::Failed(ECONNRESET);
    const size_t left = in_.cut_after - in_.delivered;
    if (left == 0) return Transfer::End();
    const size_t count = std::min({into.size(), in_.bytes.size(), in_.piece, left});
    if (count == 0) return in_.ended ? Transfer::End() : Transfer::WouldBlock();
    std::copy_n(in_.bytes.begin(), count, into.begin());
    in_.bytes.erase(in_.bytes.begin(), in_.bytes.begin() + static_cast<std::ptrdiff_t>(count));
    in_.delivered += count;
    return Transfer::Moved(count);
  }

  Transfer Write(ByteSpan from) override {
    if (out_.broken) return Transfer::Failed(EPIPE);
    const size_t room = out_.capacity - std::min(out_.capacity, out_.bytes.size());
    const size_t count = std::min({from.size(), room, out_.piece});
    if (count == 0) return Transfer::WouldBlock();
    out_.bytes.insert(out_.bytes.end(), from.begin(),
                      from.begin() + static_cast<std::ptrdiff_t>(count));
    return Transfer::Moved(count);
  }

 private:
  Pipe& in_;
  Pipe& out_;
};

}  // namespace pinlatch::test
