// See request_id.h.
#include "record/request_id.h"

#include <span>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/seed.h"

namespace pinlatch::proxy {

namespace {

constexpr size_t kHalf = 2 * sizeof(uint64_t);

void Write(uint64_t number, std::span<char> into) {
  HexEncodeInto({reinterpret_cast<const uint8_t*>(&number), sizeof number}, into);
}

}  // namespace

// Ids need to differ, not to be secret.
RequestIds::RequestIds() : state_(RandomSeed()) {
  Write(RandomSeed(), std::span(text_).first(kHalf));
}

void RequestIds::Next(std::string& into) {
  Write(Mix(++state_), std::span(text_).last(kHalf));
  into.assign(text_.data(), text_.size());
}

}  // namespace pinlatch::proxy
