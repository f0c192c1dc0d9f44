// Owns the choice of one among several endpoints that could all take a request. Pure; nothing here
// knows health, limits or sockets.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pinlatch::proxy {

// Contender is an endpoint that could take the request.
struct Contender {
  uint32_t index = 0;         // the caller's
  uint32_t share = 0;         // its weight, in thousandths; more than 0
  uint32_t in_flight = 0;     // requests that it works on
  uint64_t hash = 0;          // of its name, by HashOf
  int64_t* credit = nullptr;  // kept for it from choice to choice
};

// PickInTurn takes contenders in proportion to their shares, spread as evenly as can be: a smooth
// weighted round robin. Returns the place in the span, which is not empty; so do the others.
size_t PickInTurn(std::span<const Contender> contenders);
// PickLeastBusy takes the one with the fewest requests in flight for its share, and those that are
// equal in turn.
size_t PickLeastBusy(std::span<const Contender> contenders);
// PickByHash takes the one that `key` belongs to: the same one as long as it contends, and when it
// does not, the same next one. Of the keys only those of a contender that came or went move
// (rendezvous hashing, weighted).
size_t PickByHash(std::span<const Contender> contenders, uint64_t key);

// HashOf spreads text over 64 bits. Not keyed: whoever chooses the text can choose the hash.
uint64_t HashOf(std::string_view text);

}  // namespace pinlatch::proxy
