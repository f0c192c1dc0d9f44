// Owns the choice of who computes for mbedTLS: libcrypto of the running process ("host"), or
// mbedTLS itself ("portable"). One choice a process, made before anything is computed for a client.
#pragma once

#include <string>

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::crypto {

// ProviderInUse tells operators what was chosen.
struct ProviderInUse {
  std::string name;     // "host" or "portable"
  std::string library;  // "OpenSSL 3.0.19", "mbedTLS 3.6.7"
  std::string reason;   // in words
  // is_fallback: kAuto would have had the host, which is not to be had.
  bool is_fallback = false;
};

// ChooseProvider decides, the first time, and holds to it: a later call that asks for the other one
// by name is refused with the word to restart. kAuto takes the host when every function that it
// needs is there and gives the known answers. Any thread. Errors: kProviderUnavailable (kHost was
// asked for and is not to be had; the detail says why), kProviderFixed.
Status ChooseProvider(snapshot::CryptoProvider wanted);

// CheckProvider says whether a process of this kind could make that choice, without making it.
// Error: kProviderUnavailable.
Status CheckProvider(snapshot::CryptoProvider wanted);

// CurrentProvider is the choice; before it, portable.
ProviderInUse CurrentProvider();
bool UsesHost();
// MayUseHost is UsesHost; while nothing has been chosen it says whether the provider that
// CheckProvider was asked for last, kAuto at first, would be the host. Any thread.
bool MayUseHost();

}  // namespace pinlatch::crypto
