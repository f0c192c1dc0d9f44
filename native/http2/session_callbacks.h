// Owns what nghttp2 calls, as one table for all sessions. Private to http2/.
#pragma once

#include <nghttp2/nghttp2.h>

#include <string_view>

namespace pinlatch::http2 {

// SharedCallbacks returns the table, made once for the process; nullptr when there was no memory.
const nghttp2_session_callbacks* SharedCallbacks();

// ReadBody is the body of every message: it takes from its StreamUser.
nghttp2_data_provider2 BodyOfUser();

// ToNv makes a field into what nghttp2 submits; the result points into it.
inline nghttp2_nv ToNv(std::string_view name, std::string_view value) {
  // nghttp2's type is not const, but it copies and does not write.
  auto bytes = [](std::string_view text) {
    return const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace pinlatch::http2
