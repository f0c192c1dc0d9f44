// Writes lengths in their shortest form, as DER demands.
#include "der/der_writer.h"

#include <algorithm>

#include "der/der_reader.h"

namespace pinlatch::tls {
namespace {

void AppendLength(size_t length, std::vector<uint8_t>& to) {
  if (length < 0x80) {
    to.push_back(static_cast<uint8_t>(length));
    return;
  }
  size_t octets = 1;
  while (octets < sizeof length && length >> (8 * octets) != 0) ++octets;
  to.push_back(static_cast<uint8_t>(0x80 | octets));
  while (octets-- > 0) to.push_back(static_cast<uint8_t>(length >> (8 * octets)));
}

}  // namespace

std::vector<uint8_t> Element(uint8_t tag, std::initializer_list<ByteSpan> parts) {
  size_t length = 0;
  for (const ByteSpan part : parts) length += part.size();
  std::vector<uint8_t> element = {tag};
  element.reserve(length + 10);
  AppendLength(length, element);
  for (const ByteSpan part : parts) element.insert(element.end(), part.begin(), part.end());
  return element;
}

std::vector<uint8_t> UnsignedInteger(ByteSpan magnitude) {
  constexpr uint8_t kZero[] = {0};
  const auto first = std::find_if(magnitude.begin(), magnitude.end(), [](uint8_t b) { return b; });
  const ByteSpan digits = magnitude.subspan(static_cast<size_t>(first - magnitude.begin()));
  const bool needs_sign = digits.empty() || digits[0] >= 0x80;
  return Element(der::kInteger, {ByteSpan(kZero, needs_sign ? 1 : 0), digits});
}

}  // namespace pinlatch::tls
