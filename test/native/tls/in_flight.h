// Owns changes to messages on their way: handshake messages in clear are found in a pipe and
// altered there.
#pragma once

#include <functional>

#include "tls/memory_stream.h"
#include "tls/tls_bytes.h"

namespace pinlatch::test {

// AlterInFlight gives the first handshake message of `type` that waits in `pipe`, one of a record
// of its own and in clear, to `change`, which may write to it but not change its size. False when
// there is none.
inline bool AlterInFlight(Pipe& pipe, uint8_t type, const std::function<void(Bytes&)>& change) {
  constexpr size_t kHead = 5;
  for (size_t at = 0; at + kHead < pipe.bytes.size();) {
    const size_t size = static_cast<size_t>(pipe.bytes[at + 3] << 8 | pipe.bytes[at + 4]);
    if (pipe.bytes[at] == kChangeCipherSpec || at + kHead + size > pipe.bytes.size()) return false;
    if (pipe.bytes[at] == kHandshake && pipe.bytes[at + kHead] == type) {
      const auto begin = pipe.bytes.begin() + static_cast<std::ptrdiff_t>(at + kHead);
      Bytes message(begin, begin + static_cast<std::ptrdiff_t>(size));
      change(message);
      std::copy(message.begin(), message.end(), begin);
      return true;
    }
    at += kHead + size;
  }
  return false;
}

}  // namespace pinlatch::test
