// See request_id.h.
#include "record/request_id.h"

#include <array>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/seed.h"

namespace pinlatch::proxy {

// Ids need to differ, not to be secret.
RequestIds::RequestIds() : prefix_(RandomSeed()), state_(RandomSeed()) {}

void RequestIds::Next(std::string& into) {
  const std::array<uint64_t, 2> id = {prefix_, Mix(++state_)};
  into.clear();
  AppendHex(into, {reinterpret_cast<const uint8_t*>(id.data()), sizeof(id)});
}

}  // namespace pinlatch::proxy
