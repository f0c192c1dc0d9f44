// See crc32c.h.
#include "proxy_protocol/crc32c.h"

#include <array>

namespace pinlatch::proxy_protocol {
namespace {

// Of the polynomial 0x1EDC6F41, bits reversed.
constexpr uint32_t kPolynomial = 0x82F63B78;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t octet = 0; octet < table.size(); ++octet) {
    uint32_t remainder = octet;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? kPolynomial : 0);
    }
    table[octet] = remainder;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = MakeTable();

}  // namespace

void Crc32c::Add(ByteSpan bytes) {
  for (const uint8_t octet : bytes) {
    state_ = (state_ >> 8) ^ kTable[(state_ ^ octet) & 0xFF];
  }
}

}  // namespace pinlatch::proxy_protocol
