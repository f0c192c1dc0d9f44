// Owns the word for how far a step of a TLS session got. Pure.
#pragma once

#include <cstdint>

namespace pinlatch::tls {

enum class SessionProgress : uint8_t { kDone, kWantRead, kWantWrite, kFailed };

}  // namespace pinlatch::tls
