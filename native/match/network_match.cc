// See network_match.h.
#include "match/network_match.h"

#include <algorithm>

namespace pinlatch::policy {

bool IsWithin(ByteSpan network, size_t bits, ByteSpan address) {
  if (network.size() != address.size() || bits > 8 * address.size()) return false;
  for (size_t bit = 0; bit < bits; bit += 8) {
    const size_t rest = std::min<size_t>(8, bits - bit);
    const auto mask = static_cast<uint8_t>(0xFF00U >> rest);
    if (((network[bit / 8] ^ address[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool IsWithinAny(std::span<const snapshot::Network> networks, ByteSpan address) {
  return !address.empty() &&
         std::any_of(networks.begin(), networks.end(), [address](const auto& network) {
           return IsWithin(ByteSpan(network.bytes).first(network.size), network.bits, address);
         });
}

}  // namespace pinlatch::policy
