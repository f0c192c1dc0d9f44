// See sip_hash.h. Names are those of the paper.
#include "base/sip_hash.h"

#include <bit>
#include <cstring>

namespace pinlatch {
namespace {

uint64_t ReadWord(const uint8_t* bytes) {
  static_assert(std::endian::native == std::endian::little, "words are little-endian");
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

struct State {
  uint64_t v0;
  uint64_t v1;
  uint64_t v2;
  uint64_t v3;

  State(uint64_t k0, uint64_t k1)
      : v0(k0 ^ 0x736f6d6570736575),
        v1(k1 ^ 0x646f72616e646f6d),
        v2(k0 ^ 0x6c7967656e657261),
        v3(k1 ^ 0x7465646279746573) {}

  void Round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }

  void Compress(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }

  uint64_t Finish() {
    v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) Round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

uint64_t SipHash(const SipKey& key, ByteSpan message) {
  constexpr size_t kWord = sizeof(uint64_t);
  State state(ReadWord(key.data()), ReadWord(key.data() + kWord));
  ByteSpan rest = message;
  for (; rest.size() >= kWord; rest = rest.subspan(kWord)) state.Compress(ReadWord(rest.data()));
  // The last word has what is left of the message, and its length in the highest byte.
  std::array<uint8_t, kWord> last{};
  if (!rest.empty()) std::memcpy(last.data(), rest.data(), rest.size());
  last.back() = static_cast<uint8_t>(message.size());
  state.Compress(ReadWord(last.data()));
  return state.Finish();
}

}  // namespace pinlatch
