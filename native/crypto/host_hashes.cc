// Owns SHA-1 and SHA-2 block hashing by libcrypto, on chaining values that stay in mbedTLS's
// contexts.
#include <algorithm>
#include <iterator>

#include "crypto/host.h"

namespace pinlatch::crypto {
namespace {

// Only whole blocks come, so nothing is ever left pending in `state`, and the bit count, which is
// only used to finish a message, does not matter.
template <typename State, typename Word>
void HashBlocks(int (*update)(State*, const void*, size_t), Word* chain, const uint8_t* data,
                size_t size) {
  State state;
  std::copy(chain, chain + std::size(state.chain), state.chain);
  state.bits_low = state.bits_high = 0;
  state.pending = 0;
  if constexpr (requires { state.digest_size; }) state.digest_size = 0;
  update(&state, data, size);
  std::copy(std::begin(state.chain), std::end(state.chain), chain);
}

}  // namespace

void HashSha1Blocks(uint32_t state[5], const uint8_t* data, size_t blocks) {
  HashBlocks(host.SHA1_Update, state, data, blocks * 64);
}

void HashSha256Blocks(uint32_t state[8], const uint8_t* data, size_t blocks) {
  HashBlocks(host.SHA256_Update, state, data, blocks * 64);
}

void HashSha512Blocks(uint64_t state[8], const uint8_t* data, size_t blocks) {
  HashBlocks(host.SHA512_Update, state, data, blocks * 128);
}

}  // namespace pinlatch::crypto
