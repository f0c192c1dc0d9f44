// See request_id.h.
#include "proxy/request_id.h"

#include <sys/random.h>

#include <array>
#include <chrono>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/mix.h"

namespace pinlatch::proxy {

RequestIds::RequestIds() {
  std::array<uint64_t, 2> seed{};
  if (getrandom(seed.data(), sizeof(seed), 0) != static_cast<ssize_t>(sizeof(seed))) {
    // Ids need to differ, not to be secret: the clock and an address differ between starts and
    // workers.
    seed[0] = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    seed[1] = reinterpret_cast<uintptr_t>(this);
  }
  prefix_ = seed[0];
  state_ = seed[1];
}

void RequestIds::Next(std::string& into) {
  const std::array<uint64_t, 2> id = {prefix_, Mix(++state_)};
  into.clear();
  AppendHex(into, {reinterpret_cast<const uint8_t*>(id.data()), sizeof(id)});
}

}  // namespace pinlatch::proxy
