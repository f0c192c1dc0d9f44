// Owns the word for how far a step of a TLS session got. Pure.
#pragma once

#include <cstdint>

namespace pinlatch::tls {

// kWantTurn says that the session waits for nothing but for others to have had their turn: what it
// has done was dear, and more of the kind follows. Call again soon. kWantSignature says that it
// waits for its private key, which tells the waiter when to call again.
enum class SessionProgress : uint8_t {
  kDone,
  kWantRead,
  kWantWrite,
  kWantTurn,
  kWantSignature,
  kFailed
};

}  // namespace pinlatch::tls
