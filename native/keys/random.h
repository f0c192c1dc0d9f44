// Owns randomness for TLS, keys and serial numbers. The kernel's generator is the only source.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinlatch::tls {

// FillRandom is an mbedTLS f_rng: it fills `output` from getrandom(2) and returns 0, or an mbedTLS
// error when the kernel refuses. `context` is not used. Any thread; takes no lock and keeps no
// state, so that nothing is shared between workers, survives a fork or needs reseeding. A handshake
// draws some twenty times, microseconds in all. It blocks only until the kernel's pool is ready
// once after boot: waiting there is right, predictable keys are not.
int FillRandom(void* context, unsigned char* output, size_t length);

}  // namespace pinlatch::tls
